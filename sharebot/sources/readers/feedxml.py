"""The XML of a feed, before a parser sees it: its bytes as text, and whether it can be parsed in bounded time.

Feeds are written by programs that add strings, so what they say of their encoding is often wrong, and some hold
characters that no XML may hold. Neither is a reason to lose an issue.
"""

import re
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE, BOM_UTF32_BE, BOM_UTF32_LE
from collections.abc import Iterator
from dataclasses import dataclass, field

from sharebot.errors import SourceError
from sharebot.model import Document

# The longer marks first: UTF-32's begins as UTF-16's does.
_STARTS = {
    BOM_UTF32_LE: "utf-32-le",
    BOM_UTF32_BE: "utf-32-be",
    BOM_UTF8: "utf-8",
    BOM_UTF16_LE: "utf-16-le",
    BOM_UTF16_BE: "utf-16-be",
    b"<\0\0\0": "utf-32-le",
    b"\0\0\0<": "utf-32-be",
    b"<\0": "utf-16-le",
    b"\0<": "utf-16-be",
}
"""How a document begins whose encoding needs no declaration. https://www.w3.org/TR/xml/#sec-guessing"""
_DECLARED = re.compile(rb"\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([\w.:-]{1,40})[\"']")
_CHARSET = re.compile(r";\s*charset\s*=\s*[\"']?([\w.:-]{1,40})", re.IGNORECASE)
_TEXT = re.compile(
    r"utf-?(?:8|16|32)(?:-?[bl]e)?|(?:us-)?ascii|latin-?\d+|iso-?8859-?\d+|windows-?\d+|cp\d+|koi8-[rut]|gb(?:2312|k|18030)"
    r"|big5(?:-?hkscs)?|euc-?(?:jp|kr|tw)|(?:x-)?s(?:hift)?_?jis|ks_c_5601-1987|iso-2022-(?:jp|kr)|tis-620|mac(?:intosh|-?roman)?",
    re.IGNORECASE,
)
"""Encodings of text; Python knows others, some of which take for ever."""
_MEANT = {
    "iso-8859-1": "windows-1252",
    "latin-1": "windows-1252",
    "latin1": "windows-1252",
    "iso-8859-9": "windows-1254",
    "us-ascii": "windows-1252",
    "ascii": "windows-1252",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "euc-kr": "cp949",
    "ks_c_5601-1987": "cp949",
    "shift_jis": "cp932",
    "x-sjis": "cp932",
    "sjis": "cp932",
    "tis-620": "cp874",
    "macintosh": "mac-roman",
}
"""What people mean by the narrower names. https://encoding.spec.whatwg.org/#names-and-labels"""
_FEW = 2000
"""One wrong byte in so many is an excerpt that was cut within a letter; more is another encoding."""
_DECLARATION = re.compile(r"<\?xml[^>]*>\s*")
_LAST = 0x10FFFF
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
"""https://www.w3.org/TR/xml/#charsets"""
_REFERENCE = re.compile(r"&#(?:[xX]([0-9a-fA-F]+)|([0-9]+));?")

_ROOT = re.compile(r"<\w")
_LONGEST_PROLOGUE = 10_000
"""In what stands above the root, feedparser looks for declarations in time that is the square of its length."""
# Possessive, so that what never ends is looked at once.
_TOKEN = re.compile(r"<(?:(!\[CDATA\[)|(!--)|(/?)([\w.:-]++)[^<>]*+>)")
_DEEPEST = 10_000
_MOST_ELEMENTS = 1_000_000
_MOST_ITEMS = 50_000
_ITEMS = frozenset({"item", "entry"})
_PEOPLE = frozenset(
    {"author", "creator", "contributor", "managingeditor", "webmaster", "publisher", "owner", "name", "email"}
)
_WORD = re.compile(r"[^\s<>()\[\],]+")
_MOST_EFFORT = 1_000_000_000
"""feedparser looks for a mail address in a name with an expression that takes the square of a word's length."""


def sound(document: Document) -> str:
    """Return a feed's XML as text without its declaration. Raises SourceError where no parser should see it."""
    text = _REFERENCE.sub(_referred, _FORBIDDEN.sub("", _decoded(document)))
    text = text.lstrip()
    text = text[declaration.end() :] if (declaration := _DECLARATION.match(text)) else text
    if not _ROOT.search(text[:_LONGEST_PROLOGUE]):
        raise SourceError(document.name, "it is no feed: neither RSS nor Atom nor JSON Feed; look at the address")
    _Shape(document.name).check(text)
    return text


def _decoded(document: Document) -> str:
    data = document.data
    start = next((start for start in _STARTS if data.startswith(start)), b"")
    if start:
        bare = data if start.strip(b"\0") == b"<" else data[len(start) :]
        return bare.decode(_STARTS[start], "replace")
    for encoding in _candidates(data, document.media):
        try:
            return data.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            continue
    text = data.decode("utf-8", "replace")
    if text.count("\ufffd") > 1 + len(text) // _FEW:
        raise SourceError(document.name, "its characters are neither UTF-8 nor what it says; have it written as UTF-8")
    return text


def _candidates(data: bytes, media: str) -> Iterator[str]:
    """Yield the encodings that may be meant: UTF-8 first, for other text is never valid UTF-8 by chance.

    Only what is written in 7 bits always is, so its own word comes before.
    """
    said = _DECLARED.match(data)
    sent = _CHARSET.search(media)
    names = [name.lower() for name in (said and said[1].decode("ascii", "ignore"), sent and sent[1]) if name]
    known = [_MEANT.get(name, name) for name in names if _TEXT.fullmatch(name)]
    yield from (name for name in known if name.startswith("iso-2022"))
    yield "utf-8"
    yield from known


def _referred(match: re.Match[str]) -> str:
    """Drop a reference to a character that cannot be, at which parsers fail."""
    digits, base = (match[1], 16) if match[1] else (match[2], 10)
    point = int(digits, base) if len(digits) < len("1114111") * 2 else -1
    return match[0] if 0 <= point <= _LAST and not _FORBIDDEN.match(chr(point)) else ""


@dataclass(slots=True)
class _Shape:
    """Looks at tags only. A parser keeps each element that is open, and something of each that was."""

    place: str
    depth: int = 0
    elements: int = 0
    items: int = 0
    people: int = 0
    said: list[str] = field(default_factory=list)
    effort: int = 0

    def check(self, text: str) -> None:
        """Raise SourceError where a parser would take too much time or memory."""
        at = 0
        while token := _TOKEN.search(text, at):
            end = self._end(text, token)
            if self.people:
                self.said.append(text[at:end] if token[1] else text[at : token.start()])
            if token[4]:
                name = token[4].lower().rpartition(":")[2]
                self._tag(name, closes=bool(token[3]), alone=token[0].endswith("/>"))
            at = end
        self._listen([*self.said, text[at:]] if self.people else [])

    @staticmethod
    def _end(text: str, token: re.Match[str]) -> int:
        """Return where a tag ends, or a section or a comment, which may hold anything."""
        if token[4]:
            return token.end()
        mark = "]]>" if token[1] else "-->"
        end = text.find(mark, token.end())
        return len(text) if end < 0 else end + len(mark)

    def _tag(self, name: str, *, closes: bool, alone: bool) -> None:
        if name in _PEOPLE and not alone:
            self.people = max(0, self.people + (-1 if closes else 1))
            self._listen(self.said)
            self.said = []
        if closes:
            self.depth -= 1
            return
        self.depth += 0 if alone else 1
        self.elements += 1
        self.items += name in _ITEMS
        if self.depth > _DEEPEST or self.elements > _MOST_ELEMENTS or self.items > _MOST_ITEMS:
            why = f"it has more than {_MOST_ITEMS} items or {_MOST_ELEMENTS} elements, or {_DEEPEST} within another"
            raise SourceError(self.place, f"{why}; this is no newsletter's feed: look at the address")

    def _listen(self, said: list[str]) -> None:
        self.effort += sum(len(word) ** 2 for word in _WORD.findall("".join(said)))
        if self.effort > _MOST_EFFORT:
            raise SourceError(self.place, "the name of an author in it has no end; look at the address")
