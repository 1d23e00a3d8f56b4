"""What X and Mastodon take for a link when they count: the grammar of twitter-text, searched in linear time.

twitter-text finds links by one regular expression that backtracks over domains: quadratic at best. Here the text is
walked once: a run of domain characters is split at its dots, and from the right each label learns where a domain that
goes on through it would end. What is found is the same.
https://github.com/twitter/twitter-text/tree/30e2430d90cff3b46393ea54caf511441983c260/js/src/regexp
"""

import re
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

_SPACE = "\t-\r \x85\xa0\u1680\u180e\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
_DIRECTION = "\u202a-\u202e\u061c\u200e\u200f\u2066-\u2069"
LONGEST_LABEL = 63
_IDEOGRAPHIC_DOT = re.compile("[。．｡]")
INVALID = "\ufffe\ufeff\uffff"
"""Characters that X accepts in no post."""
_STOP = rf"!#%&'()*+,\\/:;<=>?@\[\]^{{|}}~${_SPACE}{INVALID}{_DIRECTION}"
_RUN = re.compile(f"[^{_STOP}]+")
_DOT = re.compile(rf"\.(?=[^{_STOP}._-])")
_BEFORE = f"[^A-Za-z0-9@＠$#＃{INVALID}]"
# JavaScript sees two halves in a character beyond the BMP: the first may stand before a domain, the second in it.
_BMP = "\uffff"
_ASTRAL = "[\U00010000-\U0010ffff]"
_START = re.compile(rf"(?:(?<={_BEFORE})|^|(?={_ASTRAL}))[^{_STOP}._-]")
_ASCII_TLD = re.compile(r"[0-9A-Za-z]++(?![0-9A-Za-z@+-])")
_PUNYCODE_TLD = re.compile(r"xn--[0-9a-z-]+", re.IGNORECASE | re.ASCII)
_OTHER_TLD = re.compile(rf"[^{_STOP}._-]{{1,24}}")
_NO_LABEL = frozenset(("", ".", "_", "-"))
_NOT_AFTER_TLD = frozenset("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ@+-")

# The Greek, Cyrillic and rare Latin letters at the ends are in no range of twitter-text's, but JavaScript's
# case-insensitive matching lets them in.
LATIN = (
    "À-ÖØ-öø-\u024f\u0253\u0254\u0256\u0257\u0259\u025b\u0263\u0268\u026f\u0272\u0289\u028b\u02bb\u0300-\u036f\u1e00-\u1eff"
    "\u0260\u0269\u0275\u0280\u0283\u0288\u028a\u028c\u0292\u0399\u03b9\u1fbe\u2c65\u2c66\u2c7e\u2c7f\ua7dc"
)
"""The inside of a character class: Latin letters with accents, as twitter-text lists them."""

_CYRILLIC = "\u0400-\u04ff\u1c80-\u1c87"
_ASCII_CHAIN = re.compile(rf"(?:[A-Za-z0-9{LATIN}-]++\.)++")

PLAIN = re.compile(r"[A-Za-z0-9.-]{1,63}")
"""Most domains: all of one is Latin, and no label is too long."""

_GENERAL = rf"[A-Za-z0-9!*';:=+,.$/%#\[\]\-–_~@|&{_CYRILLIC}{LATIN}]"
_ANY = rf"[^{_SPACE}<>()?]"
_UCHARS = "\xa0-\ud7ff\ue000-\ufdcf\ufdf0-\uffef\U00010000-\U0010fffd"


def _parens(inside: str) -> str:
    return rf"\((?:{inside}++|{inside}*+\({inside}++\){inside}*+)\)"


def _tail(path: str, query: str, query_ending: str) -> str:
    """Port, path and query. The class `query` leaves out what may end one: so nothing is tried twice."""
    return rf"(?::[0-9]+)?(?:/{path})?(?:\?(?:{query}*+{query_ending})++)?"


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def _x_path() -> str:
    """Let a path end with a letter, or with brackets right where it could have ended: so JavaScript has it."""
    inner, ending, parens = r"[!*';:,.$%\[\]–~@|&]", rf"[A-Za-z0-9+\-=_#/{_CYRILLIC}{LATIN}]", _parens(_GENERAL)
    return rf"(?:(?:{inner}|{parens})*+{ending})*+(?:{parens})*+"


def _mastodon_path() -> str:
    """Let a path end with anything but punctuation, or with brackets around what X has in paths."""
    inner = r"""[!*"'「」;:=,.$%\[\]~&|@]"""
    ending = rf"""[^!*"'「」<>;:=,.$%\[\]~&|@()?{_SPACE}]"""
    last = _parens(_GENERAL)
    return rf"(?:(?:{inner}|(?!{last}){_parens(_ANY)})*+(?:{ending}|{last}))*+"


@dataclass(frozen=True, slots=True)
class Grammar:
    """A dialect: `scheme` is what may stand before the domain, `tail` what may follow it."""

    scheme: re.Pattern[str]
    tail_source: str

    @property
    def tail(self) -> re.Pattern[str]:
        """Compiled when the first domain is found: that takes longer than all else here, and few commands need it."""
        return _compiled(self.tail_source)


def _scheme(names: str) -> re.Pattern[str]:
    return re.compile(rf"(?:(?<={_BEFORE})|^)(?:{names})://\Z", re.IGNORECASE | re.ASCII)


X = Grammar(_scheme("https?"), _tail(_x_path(), r"[!?*'@();:+$%\[\].,~|]", r"[A-Za-z0-9\-_&=#/]"))
"""X, and Mastodon's web client."""

MASTODON = Grammar(
    _scheme("https?|dat|dweb|ipfs|ipns|ssb|gopher|gemini"),
    _tail(_mastodon_path(), r"[!?*'();:+$%\[\].,~|@^]", rf"[A-Za-z0-9_&=#/\-{_UCHARS}]"),
)
"""Mastodon's server. https://github.com/mastodon/mastodon/blob/main/config/initializers/twitter_regex.rb"""


class Address(NamedTuple):
    """`text[start:end]` is a link whose domain is `text[domain:path]`; without a scheme, `start` is `domain`.

    `before` is the character before it, empty at the text's beginning and right after another address.
    """

    before: str
    start: int
    domain: int
    path: int
    end: int


class Run(NamedTuple):
    """A longest stretch of domain characters, `text[start:stop]`, and its `dots`.

    `here` has for each dot the end of a top-level domain right after it, `onward` the end of the longest domain that
    goes on through the whole label after it; 0 for none.
    """

    start: int
    stop: int
    dots: Sequence[int]
    here: Sequence[int]
    onward: Sequence[int]


def runs(text: str, tlds: Container[str]) -> list[Run]:
    """Return where domains may be: it is the same for every grammar."""
    found = []
    for start, stop in _dotted(text):
        dot = text.find(".", start, stop - 1)
        if dot >= 0 and text.find(".", dot + 1, stop) < 0:  # most runs, in half the time
            if end := tld_end(text, dot + 1, tlds):
                found.append(Run(start, stop, (dot,), (end,), (0,)))
        elif dot >= 0:
            dots = _dots(text, dot, stop)
            here = [tld_end(text, dot + 1, tlds) for dot in dots]
            if any(here):
                found.append(Run(start, stop, dots, here, _onward(text, dots, here)))
    return found


def _dotted(text: str) -> Iterator[tuple[int, int]]:
    """Yield the runs with a dot before a label. A space parts runs: words without a dot are passed over at once."""
    at = 0
    while dot := _DOT.search(text, at):
        space = text.rfind(" ", at, dot.start())
        run = _RUN.search(text, at if space < 0 else space)
        while run and run.end() <= dot.start():
            run = _RUN.search(text, run.end())
        if run is None:
            return
        yield run.span()
        at = run.end()


def addresses(text: str, grammar: Grammar, tlds: Container[str]) -> Iterator[Address]:
    """Yield what the grammar matches, with and without a scheme, from left to right, in code points."""
    return addresses_in(text, grammar, runs(text, tlds))


def addresses_in(text: str, grammar: Grammar, where: Iterable[Run]) -> Iterator[Address]:
    """Yield the same where the text's runs are known already."""
    at = -1
    for run in where:
        if run.stop > at and (found := _in_run(text, run, at, grammar)):
            at = found[-1].end
            yield from found


def ascii_domains(text: str, start: int, stop: int, tlds: Container[str]) -> Iterator[tuple[int, int]]:
    """Yield the spans of Latin domains inside a domain: of one without a scheme, X links only these."""
    at = start
    for chain in _ASCII_CHAIN.finditer(text, start, stop):
        ends = (tld_end(text, dot + 1, tlds) for dot in reversed(_dots(text, *chain.span())))
        end = next((end for end in ends if 0 < end <= stop), 0)
        if end:
            name = text[chain.start() : end]
            first = text.find(name, at)  # where twitter-text believes it to be
            at = first + len(name)
            yield first, at


def tld_end(text: str, at: int, tlds: Container[str]) -> int:
    """Return where the top-level domain that begins at `at` ends, 0 where there is none."""
    first = text[at : at + 1]
    if first in _NO_LABEL:
        return 0
    if first.isascii() and (match := _ASCII_TLD.match(text, at)) and match[0].lower() in tlds:
        return match.end()
    if first in "xX" and (match := _PUNYCODE_TLD.match(text, at)):
        return match.end()
    match = _OTHER_TLD.match(text, at)
    if match is None or match[0].isascii():
        return 0
    for end in range(match.end(), at, -1):
        if text[at:end].lower() in tlds and text[end : end + 1] not in _NOT_AFTER_TLD:
            return end
    return 0


def dns_length(label: str) -> int:
    """Return the length of a label in Punycode, or some length over the limit.

    https://www.rfc-editor.org/rfc/rfc3492
    """
    if label.isascii() or len(label) > LONGEST_LABEL:
        return len(label)
    parts = _IDEOGRAPHIC_DOT.split(label)
    sizes = [len(part) if part.isascii() else len("xn--") + len(part.encode("punycode")) for part in parts]
    return sum(sizes) + len(parts) - 1


def _dots(text: str, start: int, stop: int) -> list[int]:
    dots = []
    while (start := text.find(".", start, stop)) >= 0:
        dots.append(start)
        start += 1
    return dots


def _in_run(text: str, run: Run, at: int, grammar: Grammar) -> list[Address]:
    """Search one run for addresses that begin after `at`."""
    found = []
    left = run.start
    for dot, ends_here, goes_on in zip(run.dots, run.here, run.onward, strict=True):
        path = goes_on or ends_here
        if path and at < dot and text[dot - 1] not in "._-":
            # The label before the top-level domain has no underscore; the ones before it may.
            low = left if goes_on else text.rfind("_", left, dot) + 1 or left
            start, domain = _scheme_start(text, run.start, grammar) if low == run.start else -1, run.start
            if start <= at:
                start = domain = _bare_start(text, max(low, at if text[at] > _BMP else at + 1), dot)
            if start >= 0:
                before = text[start - 1] if start > max(at, 0) else ""
                at = _end(grammar.tail, text, path)
                found.append(Address(before, start, domain, path, at))
        left = dot + 1
    return found


def _scheme_start(text: str, domain: int, grammar: Grammar) -> int:
    if not text.startswith("://", max(0, domain - 3)) or text[domain] in "._-":
        return -1
    match = grammar.scheme.search(text, max(0, domain - 10), domain)
    return match.start() if match else -1


def _bare_start(text: str, low: int, dot: int) -> int:
    match = _START.search(text, low, dot)
    if match is None:
        return -1
    # A post's first character rather stands before the domain than in it, where it may do both.
    both = match.start() == 0 and text[0] <= _BMP and _START.match(text, 1, dot)
    return 1 if both else match.start()


def _end(tail: re.Pattern[str], text: str, path: int) -> int:
    match = tail.match(text, path)
    return match.end() if match else path


def _onward(text: str, dots: Sequence[int], here: Sequence[int]) -> list[int]:
    onward = [0] * len(dots)
    for index in range(len(dots) - 1, 0, -1):
        label = text[dots[index - 1] + 1 : dots[index]]
        if label and label[0] not in "_-" and label[-1] not in "_-":
            onward[index - 1] = onward[index] or (0 if "_" in label else here[index])
    return onward
