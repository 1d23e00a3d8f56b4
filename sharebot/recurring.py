"""What every issue of a newsletter says again: "Each week, we …", a standing invitation, a sign-off.

Of each issue a `Trace` is remembered, hashes of what it says. `Recurring` holds the traces of one newsletter against
each other, and leaves out of an issue's articles what most of its neighbours say, too. Nothing here is for telling
articles apart: their identity comes from the text as it was read.
"""

import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date
from hashlib import sha256
from itertools import groupby

import regex

from sharebot.model import Article, Issue, LeftOut
from sharebot.text import discourse
from sharebot.text.discourse import Sentence
from sharebot.text.segment import sentences

WHY = "recurs in every issue"
WINDOW = 12
"""How many issues of a newsletter are looked at, and remembered: a quarter of a weekly, a year of a monthly."""

_LEAST = 2
_SURE = 3
"""A sentence of so many different issues is no article that was printed again."""
_LONG_ENOUGH = 15
"""Columns of letters. What is shorter ("Enjoy!", "No changes.") is often said again by chance."""
_MOST_HASHES = 2000
_IN_WORD = regex.compile(r"[\p{L}\p{M}\p{N}]")
_UNSEEN = regex.compile(r"\p{Cf}")


@dataclass(frozen=True, slots=True)
class Trace:
    """What is remembered of an issue: hashes of its sentences, paragraphs and headlines. `day` puts it in order."""

    issue: str
    day: date
    hashes: frozenset[str]


def trace(issue: Issue, today: date) -> Trace:
    """Make the trace of an issue; one that does not say when it was written is from `today`."""
    day = issue.date or (issue.modified.astimezone(UTC).date() if issue.modified else today)
    hashes = {_hash(text) for article in issue.articles for text in _sayings(article, issue.language)}
    # Of a huge issue the smallest are kept: those of a sentence that recurs are among them in each issue or in none.
    return Trace(issue.id, day, frozenset(sorted(hashes - {""})[:_MOST_HASHES]))


def traces(issues: Iterable[Issue], known: Iterable[Trace], today: date) -> list[Trace]:
    """Return the traces of these issues and of those known from before, the oldest first and one for each name."""
    named = {old.issue: old for old in known} | {issue.id: trace(issue, today) for issue in issues}
    return sorted(named.values(), key=lambda one: (one.day, one.issue))


class Recurring:
    """The traces of one newsletter, the oldest first, and what recurs around each."""

    def __init__(self, known: Sequence[Trace]) -> None:
        self._traces = known
        self._places = {one.issue: place for place, one in enumerate(known)}

    def leave_out(self, issue: Issue) -> Issue:
        """Return the issue without what recurs; that is told under what was left out."""
        said, sure = self._around(self._places.get(issue.id, len(self._traces)))
        done = [_without(article, issue.language, said, sure=sure) for article in issue.articles] if said else []
        left = dict.fromkeys(text for _, texts in done for text in texts)
        if not left:
            return issue
        told = (*issue.left_out, *(LeftOut(text, WHY) for text in left))
        return replace(issue, articles=tuple(article for article, _ in done), left_out=told)

    def _around(self, place: int) -> tuple[frozenset[str], bool]:
        """Return the hashes that recur in the issues nearest to a place, and whether they are surely boilerplate.

        More than half of them must have it, and at least two: then it stands in every issue or nearly, for a holiday
        issue leaves it out and a changed wording takes half a window to be learnt. A story that goes on for three
        weeks and tells its background each time stays below that, once a few more issues are known.
        """
        start = max(0, min(place - WINDOW // 2, len(self._traces) - WINDOW))
        different = _different(self._traces[start : start + WINDOW])
        enough = max(_LEAST, len(different) // 2 + 1)
        counts = Counter(said for one in different for said in one.hashes)
        return frozenset(said for said, count in counts.items() if count >= enough), enough >= _SURE


def _different(known: Sequence[Trace]) -> list[Trace]:
    """Keep one of several traces of the same issue, imported again under another name, dated anew or corrected."""
    kept: list[Trace] = []
    for one in known:
        if one.hashes and not any(_alike(one.hashes, other.hashes) for other in kept):
            kept.append(one)
    return kept


def _alike(one: frozenset[str], other: frozenset[str]) -> bool:
    # Two thirds: a correction changes less, and half of a short issue may be boilerplate.
    return 3 * len(one & other) > 2 * min(len(one), len(other))


# ── what an issue says ───────────────────────────────────────────────────────────────────────────────────────────────


def _sayings(article: Article, language: str | None) -> Iterator[str]:
    text = article.text
    yield article.headline  # for telling issues apart that hardly have a text
    yield from article.paragraphs
    yield from (text[start:end] for start, end in sentences(text, language))


def _hash(text: str) -> str:
    """Return 16 hexadecimal digits that stand for the words of a text, nothing where it has none."""
    words = _words(text)
    return sha256(words.encode(errors="surrogatepass")).hexdigest()[:16] if words else ""


class _Letters(dict[int, str | None]):
    """What becomes of each character seen so far, by its code point, where only words are of interest."""

    def __missing__(self, point: int) -> str | None:
        letter = chr(point)
        self[point] = kept = letter if _IN_WORD.match(letter) else None if _UNSEEN.match(letter) else " "
        return kept


_LETTERS = _Letters()


def _words(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().translate(_LETTERS).split())


def _is_long(text: str) -> bool:
    wide = sum(unicodedata.east_asian_width(letter) in "WF" for letter in text)
    return len(_words(text)) + wide >= _LONG_ENOUGH


# ── leaving out ──────────────────────────────────────────────────────────────────────────────────────────────────────


def _without(article: Article, language: str | None, said: frozenset[str], *, sure: bool) -> tuple[Article, list[str]]:
    """Return an article without what was `said` elsewhere, and the pieces that were left out of it.

    One that would be left without a text keeps it, and so does one that mostly recurs where that is not `sure` to be
    boilerplate: then it is an article that was printed twice.
    """
    if said.isdisjoint(map(_hash, _sayings(replace(article, headline=""), language))):
        return article, []
    known = discourse.read(article.text, language).sentences()
    gone = _needless(known, _recurring(article.text, known, said))
    if not gone or len(gone) == len(known) or (not sure and 2 * len(gone) > len(known)):
        return article, []
    return replace(article, paragraphs=tuple(_kept(article, known, gone))), list(_pieces(article.text, known, gone))


def _recurring(text: str, known: Sequence[Sentence], said: frozenset[str]) -> set[int]:
    """Return the numbers of the sentences that recur, alone or with their whole paragraph.

    A very short one does so only beside another: by itself "Enjoy!" may be what this article has to say.
    """
    found: set[int] = set()
    for _, block in groupby(range(len(known)), key=lambda at: known[at].paragraph):
        numbers = list(block)
        whole = text[known[numbers[0]].start : known[numbers[-1]].end]
        if _is_long(whole) and _hash(whole) in said:
            found.update(numbers)
            continue
        again = [at for at in numbers if _hash(known[at].text) in said]
        found.update(at for at in again if _is_long(known[at].text))
        for at in (*again, *reversed(again)):
            if {at - 1, at + 1} & found & set(numbers):
                found.add(at)
    return found


def _needless(known: Sequence[Sentence], found: set[int]) -> set[int]:
    """Take back what the rest needs: the other half of a quotation, its speaker, what "However" and "It" point to."""
    gone = {at for at in found if known[at].needs.must is not None or known[at].needs.fault != "half a quotation"}
    while needed := gone & _needs(known, gone):
        gone -= needed
    return gone


def _needs(known: Sequence[Sentence], gone: set[int]) -> set[int]:
    left = (sentence.needs for at, sentence in enumerate(known) if at not in gone)
    return {need for needs in left if needs.must is not None for need in needs.must | needs.leans | needs.echoes}


def _kept(article: Article, known: Sequence[Sentence], gone: set[int]) -> Iterator[str]:
    """Yield the paragraphs that are left; one of which nothing went stays as it is, to the byte."""
    start = 0
    for paragraph in article.paragraphs:
        end = start + len(paragraph)
        inside = [at for at, sentence in enumerate(known) if start <= sentence.start < end]
        if gone.isdisjoint(inside):
            yield paragraph
        elif not gone.issuperset(inside):
            yield _cut(article.text[:end], known, inside, gone)
        start = end + 2


def _cut(text: str, known: Sequence[Sentence], inside: Sequence[int], gone: set[int]) -> str:
    """Return the paragraph without what is gone. The space behind a sentence goes with it."""
    ends = [known[at].start for at in inside[1:]] + [len(text)]
    return "".join(text[known[at].start : end] for at, end in zip(inside, ends, strict=True) if at not in gone).rstrip()


def _pieces(text: str, known: Sequence[Sentence], gone: set[int]) -> Iterator[str]:
    """Yield what is gone, neighbours of one paragraph together."""
    runs = groupby(range(len(known)), key=lambda at: (at in gone, known[at].paragraph))
    for (is_gone, _), run in runs:
        if is_gone:
            numbers = list(run)
            yield text[known[numbers[0]].start : known[numbers[-1]].end]
