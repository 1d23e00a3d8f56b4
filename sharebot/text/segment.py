"""Where sentences begin and end, in scripts with and without spaces between them.

A full stop may end a sentence, an abbreviation, an initial or an ordinal; a closing quotation mark or bracket belongs
to the sentence before it. The words that decide are data in `languages`. Every rule looks at a bounded stretch around
a stop, so that the work is linear in the text.
"""

import re
from collections.abc import Iterator
from functools import cache, cached_property

from sharebot.text import languages
from sharebot.text.vocabulary import Language

_PARAGRAPH = re.compile(r"\S(?:[^\n]+|\n(?![^\S\n]*\n))*")
# « and “ close after a German or French mark; after a wide one “ begins the next sentence. French: a space before ».
# The look-ahead changes nothing but the time: one set of characters is passed over faster than two alternatives.
_STOP = re.compile(
    r"""(?=[.!?…。！？｡؟۔।॥．])(?:"""
    r"""(?P<narrow>\.(?:[ \u00a0]\.)+|[.!?…]+)(?P<close>(?:["'”’»›«“)\]」』]|[ \u00a0\u202f]»(?!\w)|\[\d+\])*)"""
    r"""|(?P<wide>[。！？｡؟۔।॥]+[!?]*|．(?!\d))(?P<shut>[”’」』）】》〉»)]*))"""
)
_OPENING = " \t\n\u00a0\u202f\"'“‘„‚«»‹¿¡([（「『—–-*•"
_HIRAGANA = re.compile(r"[\u3041-\u309f]")
_WORD = re.compile(rf"[{languages.LETTER}]+")
_BRAND = re.compile(r"[a-z]{1,5}[A-Z]")  # "iPhone", "eBay" and "macOS" begin sentences as they are
_SPEAKER_ENDS = re.compile(r"[.,;:!?。，；：！？،؛؟۔।]")
# In scraped text "ended.The next": a word, the stop and a word, not a file name, an address or an abbreviation.
_JOINED = re.compile(rf"[\"'“„«]?([^\W\d_][{languages.LETTER}]*)(?=[\s,’'])")
_JOINT = re.compile(r"[^\W\d_]{3}[.!?][\"”)]*([^\W\d_]+)\s")
_NO_PROSE = re.compile(r"[./\\@:_#=<>`$&]|^\d(?!\d{3}$)")
_ITEM = re.compile(r"(?<!\S)(?:[•⁃*-]\s*)?(\d{1,3}|[a-z])(\.\)|[.)])\s")
_ELIDED = re.compile(r"^\w+['’](?=\w\w)")  # "l'on. Bianchi", "dell'art. 5"
_BULLETS = " •⁃*-"
_LONGEST_ORDINAL = 2
_VERB_WITHIN = 40
_TOKEN_WITHIN = 80
_TITLE_WITHIN = 60
_QUOTED_WITHIN = 500
_SHORTEST_TOKEN = 3
_OMISSION = 3

Span = tuple[int, int]


def sentences(text: str, language: str | None) -> list[tuple[int, int]]:
    """Return the spans of the sentences of `text`, in code points, without the space around them.

    Together they cover everything but white space; none crosses an empty line. What stands at the end of a paragraph
    without a full stop is a span too. `language` is a BCP 47 tag; None guesses.
    """
    splitter = _Splitter(text, languages.find(language, text))
    blocks = (block for match in _PARAGRAPH.finditer(text) for block in splitter.items(*match.span()))
    return [span for block in blocks for span in splitter.split(*block)]


class _Splitter:
    """A text while it is split."""

    def __init__(self, text: str, language: Language) -> None:
        self.text, self.language = text, language

    def items(self, start: int, end: int) -> Iterator[Span]:
        """Part a list that is written in one line, "1. Milk 2. Eggs": numbers or letters, one after the other."""
        first = _ITEM.match(self.text, start, end)
        if first and not (self.language.ordinals and first[2] == "."):
            number, mark = first.groups()
            for item in _ITEM.finditer(self.text, first.end(), end):
                if item.groups() == (_after(number), mark):
                    yield start, item.start()
                    start, number = item.start(), item[1]
        yield start, end

    def split(self, start: int, end: int) -> Iterator[Span]:
        """Yield the spans of the sentences of a paragraph."""
        for stop in _STOP.finditer(self.text, start, end):
            at = self._end(start, stop)
            if at:
                yield start, at
                start = _skip_space(self.text, at, end)
        last = start + len(self.text[start:end].rstrip())
        if start < last:
            yield start, last

    def _end(self, start: int, stop: re.Match[str]) -> int:
        """Return where the sentence of a stop ends, 0 where it goes on."""
        if stop.end() == stop.start() + 1 and self._plainly_ends(start, stop.start()):
            return stop.end()
        if stop["wide"]:
            return self._wide_end(start, stop)
        rest = self.text[stop.end() : stop.end() + _VERB_WITHIN]
        if not rest[:1].isspace() and not (stop["narrow"][0] in "!?" and languages.UNSPACED.match(rest)):
            return self._joined(start, stop)
        return stop.end() if self._narrow_ends(start, stop, rest) else 0

    def _plainly_ends(self, start: int, at: int) -> bool:
        """Tell whether a word that is no short form, a dot, a space and a capital stand here, as at most ends."""
        if not (self.text.startswith(". ", at) and self.text[at + 2 : at + 3].isupper()):
            return False
        word = self.text[self.text.rfind(" ", start, at) + 1 : at]
        return len(word) > 1 and word.isalpha() and word.casefold() not in _short_forms(self.language)

    def _wide_end(self, start: int, stop: re.Match[str]) -> int:
        closes = self.text.startswith('"', stop.end()) and self._quoted(start, stop)
        at = stop.end() + closes
        before, rest = self.text[max(start, at - _TITLE_WITHIN) : stop.start()], self.text[at : at + _VERB_WITHIN]
        if before.rfind("《") > before.rfind("》") and "》" in stop["shut"] + rest:
            return 0  # the stop belongs to the name of a book or a film
        return 0 if (closes or stop["shut"]) and (_HIRAGANA.match(rest) or self._speaker_follows(rest)) else at

    def _narrow_ends(self, start: int, stop: re.Match[str], rest: str) -> bool:
        following = rest.lstrip(_OPENING)
        if (following[:1].islower() and not _BRAND.match(following)) or self._omits(stop):
            return False
        if stop["narrow"] != ".":
            return not (stop["close"] and self._speaker_follows(rest))
        before = self.text[max(start, stop.start() - _TOKEN_WITHIN) : stop.start()]
        return _dot_ends(before, following, self.language)

    def _omits(self, stop: re.Match[str]) -> bool:
        """Tell what was left out, "[…]" and " . . . ", from a stop; four spaced dots are both."""
        before = self.text[max(0, stop.start() - 1) : stop.start()]
        if before + stop["close"][:1] in ("[]", "()"):
            return True
        return " " in stop["narrow"] and stop["narrow"].count(".") <= _OMISSION and before.isspace()

    def _speaker_follows(self, rest: str) -> bool:
        """“Are you sure?” Smith asked. “我们会来。”他说。 The words after the mark belong to the same sentence."""
        clause = _SPEAKER_ENDS.split(rest, maxsplit=1)
        says = languages.pattern(self.language, "says")
        return len(clause) > 1 and bool(says.search(rest[: len(clause[0]) + 1]))

    def _joined(self, start: int, stop: re.Match[str]) -> int:
        """Return where a sentence ends that the next follows without a space, 0 where none does."""
        at = stop.end("narrow") if self._opens(start, stop) else stop.end()
        following = _JOINED.match(self.text, at)
        before = self.text[max(start, stop.start() - _TOKEN_WITHIN) : stop.start()].split()
        if not following or not before or stop["narrow"].startswith(".."):
            return 0
        token = before[-1].strip("\"'“”‘’„«»()")
        if len(token) == 1 or _NO_PROSE.search(token) or _spellings(token) & languages.forms(self.language, "titles"):
            return 0
        return at if self._begins(following[1], token) else 0

    def _opens(self, start: int, stop: re.Match[str]) -> bool:
        """Tell whether what follows a stop at once is an opening quotation mark: a straight one where none is open."""
        mark = stop["close"][:1]
        return mark in ("“", "„", "«") or (mark == '"' and not self._quoted(start, stop))

    def _quoted(self, start: int, stop: re.Match[str]) -> bool:
        """Tell whether a straight quotation mark is open before a stop."""
        return self.text.count('"', max(start, stop.start() - _QUOTED_WITHIN), stop.start()) % 2 == 1

    def _begins(self, word: str, token: str) -> bool:
        """Tell whether a word that stands at the stop behind `token` begins a sentence."""
        if word[0].upper() == word[0].lower():  # a script without capitals
            return len(word) > 1 and token[-1].upper() == token[-1].lower() and not languages.UNSPACED.match(word)
        if len(token) < _SHORTEST_TOKEN or not word[0].isupper() or not (word[1:].islower() or len(word) == 1):
            return False
        return word.casefold() in self.language.words or self._scraped

    @cached_property
    def _scraped(self) -> bool:
        """Whether spaces between sentences got lost in this text: only then is "head.Reports" more than a name."""
        words = self.language.words
        return any(m[1][0].isupper() and m[1].casefold() in words for m in _JOINT.finditer(self.text))


@cache
def _short_forms(language: Language) -> frozenset[str]:
    """Return the last words of all that a dot may stand behind within a sentence."""
    return frozenset(form.split()[-1].casefold() for form in (*language.titles, *language.shorts, *language.counters))


def _after(number: str) -> str:
    return str(int(number) + 1) if number.isdigit() else chr(ord(number) + 1)


def _skip_space(text: str, at: int, end: int) -> int:
    while at < end and text[at].isspace():
        at += 1
    return at


def _dot_ends(before: str, following: str, language: Language) -> bool:
    if before[-1:].isspace():
        return True  # text of a machine that writes a space before each stop
    parts = before.lstrip(_BULLETS).split()
    token = parts[-1].strip("\"'“‘„‚«»‹([（") if parts else ""
    spelt = _spellings(_ELIDED.sub("", token), f"{parts[-2]} {token}" if len(parts) > 1 else "")
    if not spelt.isdisjoint(languages.forms(language, "titles")):
        return False
    if following[:1].isdigit() and not spelt.isdisjoint(languages.forms(language, "counters")):
        return False
    if len(parts) == 1 and (token.isdigit() or (len(token) == 1 and token.islower())):
        return False  # the number of a list's item
    if not spelt.isdisjoint(languages.forms(language, "shorts")) or _may_go_on(token, language):
        word = _WORD.match(following)
        return not following or (word is not None and word[0].casefold() in language.words)
    return True


def _spellings(*tokens: str) -> set[str]:
    """Return how lists may write a short form; one that is listed with a capital needs one in the text."""
    small = {token.casefold() for token in tokens}
    return small | {token.capitalize() for token in tokens if token[:1].isupper()}


def _may_go_on(token: str, language: Language) -> bool:
    """Tell initials (J.), acronyms (U.S.) and ordinals (21.) from words."""
    if token.isdigit():
        return language.ordinals and len(token) <= _LONGEST_ORDINAL
    if len(token) > 1 and "." not in token:
        return False
    return all(len(letter) == 1 and letter.isalpha() for letter in token.split(".")) and not languages.UNSPACED.match(
        token
    )
