"""Bytes to text, never by a guess: a wrongly guessed encoding would post mangled names and quotations."""

import re
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from contextlib import suppress

from sharebot.errors import SourceError
from sharebot.model import Document

_CURE = "save the file as UTF-8"
_BOMS = {BOM_UTF8: "utf-8", BOM_UTF16_LE: "utf-16-le", BOM_UTF16_BE: "utf-16-be"}
_LINE_ENDS = re.compile("\r\n?|[\u2028\u2029]")
_CHARSET = re.compile(rb"charset\s*=\s*[\"']?([\w.:-]{1,40})", re.IGNORECASE)
_HEAD = 4096
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202d\u202e\ufeff\ud800-\udfff]")
"""Controls, which would steer a terminal, forced directions, which turn a name or link around, and half characters."""


def decode(document: Document) -> str:
    r"""Return the document's text with `\n` at the line ends, and what can be seen of it (tabs stay).

    UTF-8, or UTF-16 with its byte order mark. Raises SourceError for anything else.
    """
    bom = next((bom for bom in _BOMS if document.data.startswith(bom)), b"")
    encoding, data = _BOMS.get(bom, "utf-8"), document.data[len(bom) :]
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise SourceError(document.name, _complaint(data, encoding, error.start)) from None
    if "\0" in text:
        raise SourceError(document.name, f"it holds NUL bytes, so it is no text; {_CURE}, or move it away")
    return visible(_LINE_ENDS.sub("\n", text))


def markup(document: Document) -> str:
    """Return the text of a page by its mark, its Content-Type or what it says of itself; else UTF-8, else windows-1252.

    The order is that of https://html.spec.whatwg.org/multipage/parsing.html#determining-the-character-encoding.
    """
    bom = next((bom for bom in _BOMS if document.data.startswith(bom)), b"")
    places = (_CHARSET.search(document.media.encode()), _CHARSET.search(document.data[:_HEAD]))
    said = (match[1].decode("ascii", "replace") for match in places if match)
    for encoding in filter(None, (_BOMS.get(bom), *said, "utf-8", "windows-1252")):
        with suppress(LookupError, UnicodeError):
            return visible(_LINE_ENDS.sub("\n", document.data[len(bom) :].decode(encoding)))
    return visible(_LINE_ENDS.sub("\n", document.data.decode("latin-1")))


def visible(text: str) -> str:
    """Leave out what no reader can see; escapes in YAML and HTML can write it, too."""
    # To ask whether all can be printed takes a fraction of the time, and of nearly all texts it is true.
    return text if text.replace("\n", "").isprintable() else _UNSEEN.sub("", text)


def _complaint(data: bytes, encoding: str, start: int) -> str:
    if b"\0" in data and encoding == "utf-8":
        return f"it is no text (a picture, an archive, UTF-16 without its mark?); {_CURE}, or move it away"
    before = _LINE_ENDS.sub("\n", data[:start].decode(encoding))
    line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
    name = "UTF-8" if encoding == "utf-8" else "UTF-16"
    return f"line {line}, column {column}: byte 0x{data[start]:02X} is not {name}; {_CURE}"
