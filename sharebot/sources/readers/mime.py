"""A mail's bytes to its words: headers and bodies, whatever charset and encoding they claim to be in.

Python's newer mail policies fail on charsets that they do not know and lose characters; the old one (compat32) leaves
the decoding to us. https://www.rfc-editor.org/rfc/rfc2045
"""

import codecs
import re
from dataclasses import dataclass, field
from datetime import datetime
from email import message_from_bytes
from email.errors import MessageError
from email.header import decode_header
from email.message import Message
from email.utils import parseaddr, parsedate_to_datetime
from typing import TYPE_CHECKING

from sharebot.errors import SourceError
from sharebot.sources.readers.decode import visible

if TYPE_CHECKING:
    from collections.abc import Iterator

_BROKEN = (MessageError, LookupError, ValueError, TypeError, AttributeError, AssertionError, RecursionError)
"""What the standard library has raised on mails that were sent."""
_SUPERSETS = {
    "ascii": "utf-8",
    "iso8859-1": "cp1252",
    "iso8859-8": "cp1255",
    "iso8859-9": "cp1254",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "euc_kr": "cp949",
    "shift_jis": "cp932",
    "big5": "big5hkscs",
    "tis-620": "cp874",
}
"""Mail programs write the smaller charset's name over text in the larger. https://encoding.spec.whatwg.org/#names-and-labels"""
_ALIASES = {"utf8mb4": "utf-8", "unicode-1-1-utf-8": "utf-8", "x-gbk": "gb18030", "cp-850": "cp850", "x-sjis": "cp932"}
_DIRECTION = re.compile(r"(iso-8859-[68])-[ei]")
"""Visual and logical order of Arabic and Hebrew in one charset. https://www.rfc-editor.org/rfc/rfc1556"""
_KS_C = re.compile(r"ks_?c_?5601(?:-\d{4})?")
_STATEFUL = ("iso2022", "hz", "utf-7", "utf-16", "utf-32")
"""Charsets whose bytes may look like UTF-8, so that the claim must be believed."""
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_META = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?([\w.:-]{2,40})", re.IGNORECASE)
_MOSTLY = 200
"""Where fewer than one in so many characters is broken, the charset was right and the mail was damaged."""
_WESTERN = 5
"""In no Western language is more than one in so many bytes beyond ASCII; other alphabets need them for every letter."""
_FOLD = re.compile(r"\r?\n[ \t]*|[\r\n]+")
_ANGLED = re.compile(r"<\s*(https?://[^<>\s]+)\s*>", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail. `html` and `text` are its bodies ("" where there is none), `enclosed` are mails within it.

    `sender` is the name beside the `address` that it says it is from.
    `ways_out` are the web addresses of its List-Unsubscribe, which must never be visited (RFC 2369, RFC 8058).
    """

    subject: str = ""
    sender: str = ""
    address: str = ""
    at: datetime | None = None
    language: str = ""
    id: str = ""
    list_id: str = ""
    archived_at: str = ""
    ways_out: tuple[str, ...] = ()
    html: str = ""
    text: str = ""
    enclosed: tuple["Mail", ...] = ()


@dataclass(slots=True)
class _Bodies:
    html: list[str] = field(default_factory=list)
    text: list[str] = field(default_factory=list)
    enclosed: list[Mail] = field(default_factory=list)


def parse(data: bytes, name: str) -> Mail:
    """Take one mail apart. Raises SourceError where it is none, or tells no charset in which it can be read."""
    try:
        message = message_from_bytes(data)
        mail = _mail(message, name)
    except _BROKEN:
        raise SourceError(name, "it is too broken to be read as a mail; save or export it anew") from None
    if not (mail.html or mail.text or mail.enclosed):
        raise SourceError(name, "it has no text; is it a mail? Save it from the mail program as .eml")
    return mail


def decoded(data: bytes, claimed: str | None, name: str) -> str:
    """Return the text of a body. Raises SourceError where nothing tells its charset.

    The claim is tried first; but bytes beyond ASCII that are UTF-8 are never that by chance.
    """
    bom = next((codec for mark, codec in _BOMS if data.startswith(mark)), None)
    claims = [codec for codec in (bom, codec_of(claimed), codec_of(_meta(data))) if codec]
    for codec in [*(claim for claim in claims if claim.startswith(_STATEFUL)), "utf-8", *claims]:
        if (text := _strictly(data, codec)) is not None:
            return text
    for codec in [*claims, "utf-8"]:
        text = data.decode(codec, "replace")
        if text.count("\N{REPLACEMENT CHARACTER}") * _MOSTLY <= len(text):
            return text
    if sum(byte > 127 for byte in data) * _WESTERN <= len(data):  # noqa: PLR2004 - the last byte of ASCII
        return data.decode("cp1252", "replace")
    raise SourceError(name, "it does not tell the charset of its text; save the issue as UTF-8 text or HTML instead")


def codec_of(charset: str | None) -> str | None:
    """Return Python's name for a charset, or for the larger one that is meant; None for one that is not known."""
    plain = (charset or "").strip().strip("\"'").lower()
    plain = _DIRECTION.sub(r"\1", plain)
    plain = "cp949" if _KS_C.fullmatch(plain) else _ALIASES.get(plain, plain)
    try:
        codec = codecs.lookup(plain)
    except (LookupError, ValueError):
        return None
    # Some of Python's codecs turn bytes into bytes, and one runs its text as Python would read a string.
    is_text = getattr(codec, "_is_text_encoding", True) and codec.name not in {"unicode-escape", "raw-unicode-escape"}
    return (
        _SUPERSETS.get(codec.name, codec.name)
        if is_text and codec.name not in {"idna", "punycode", "undefined"}
        else None
    )


def words(value: str) -> str:
    """Return a header's words: encoded ones decoded (RFC 2047), and bytes that should have been."""
    pieces: list[str] = []
    try:
        found = decode_header(_FOLD.sub(" ", value))
    except _BROKEN:
        found = [(value, None)]
    for piece, charset in found:
        pieces.append(_piece(_bytes(piece) if isinstance(piece, str) else piece, codec_of(charset)))
    return " ".join(visible("".join(pieces)).split())


def _bytes(raw: str) -> bytes:
    """Return the bytes of a header; those beyond ASCII came as half characters."""
    try:
        return raw.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return raw.encode("utf-8", "replace")


def _piece(data: bytes, codec: str | None) -> str:
    for each in filter(None, (codec, "utf-8")):
        if (text := _strictly(data, each)) is not None:
            return text
    return data.decode(codec or "cp1252", "replace")


def _mail(message: "Message[str, str]", name: str) -> Mail:
    headers = {key.lower(): _raw(value) for key, value in reversed(list(message.raw_items()))}
    bodies = _Bodies()
    _collect(message, bodies, name)
    sender, address = parseaddr(headers.get("from", ""))
    get = {key: words(value) for key, value in headers.items() if key in _WANTED}.get
    return Mail(
        subject=get("subject", ""),
        sender=words(sender),
        address=address,
        at=_at(get("date", "")),
        language=get("content-language", ""),
        id=get("message-id", ""),
        list_id=get("list-id", ""),
        archived_at=next(iter(_ANGLED.findall(get("archived-at", ""))), ""),
        ways_out=tuple(_ANGLED.findall(get("list-unsubscribe", ""))),
        html="\n".join(bodies.html),
        text="\n\n".join(bodies.text),
        enclosed=tuple(bodies.enclosed),
    )


_WANTED = frozenset(("subject", "date", "content-language", "message-id", "list-id", "archived-at", "list-unsubscribe"))


def _raw(value: object) -> str:
    """Return a header's value as it stands; bytes beyond ASCII are half characters in it."""
    return value if isinstance(value, str) else str(value)


def _at(value: str) -> datetime | None:
    try:
        return parsedate_to_datetime(value)
    except (*_BROKEN, OverflowError):
        return None


def _collect(part: "Message[str, str]", bodies: _Bodies, name: str) -> None:
    """Put the bodies below a part where they belong. What is attached is no body, but a mail within a mail is read."""
    kind = part.get_content_type()
    if kind == "message/rfc822":
        bodies.enclosed.extend(_mail(child, name) for child in _children(part))
    elif part.is_multipart():
        for child in _children(part):
            _collect(child, bodies, name)
    elif kind in {"text/plain", "text/html"} and part.get_content_disposition() != "attachment":
        payload = part.get_payload(decode=True)
        text = decoded(payload if isinstance(payload, bytes) else b"", part.get_content_charset(), name)
        if text.strip():
            (bodies.html if kind == "text/html" else bodies.text).append(text)


def _children(part: "Message[str, str]") -> "Iterator[Message[str, str]]":
    payload = part.get_payload()
    return (child for child in payload if isinstance(child, Message)) if isinstance(payload, list) else iter(())


def _meta(data: bytes) -> str | None:
    found = _META.search(data[:4096])
    return found[1].decode("ascii", "replace") if found else None


def _strictly(data: bytes, codec: str) -> str | None:
    try:
        return data.decode(codec)
    except (UnicodeError, LookupError, ValueError):
        return None
