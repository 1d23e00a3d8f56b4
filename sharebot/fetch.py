"""The one way in: strangers' pages, feeds and redirects, fetched with finite patience and memory.

Addresses come from strangers, too: from a redirect, from a link in a mail. `guard` keeps them off private networks.
"""

import re
import zlib
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from http.client import responses
from time import monotonic
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, unquote, urljoin, urlsplit

from sharebot.errors import PublishError, SourceError, TryLater, Unsure
from sharebot.retry import retry_after

if TYPE_CHECKING:
    import requests

LARGEST = 25_000_000
"""Bytes of one document, unpacked. Feeds that carry all that ever was said reach 20 MB."""
HOPS = 10
"""Redirects that are followed, one after the other; mailing services put two or three in a row."""
TOTAL = 120.0
"""Seconds for a document with all its redirects."""
VISIT = 20.0
"""Seconds for a page that is only looked for."""
_PIECE = 1 << 16
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_BUSY = frozenset({408, 425, 429})
"""Answers that ask to come back, beside all of 5xx. https://www.rfc-editor.org/rfc/rfc9110#section-15"""
_CLOSED = frozenset({401, 403, 407, 451})
_SECRET = re.compile(r"(?<=//)[^/?#]*@|(?<=[?]).*", re.DOTALL)
"""What an address may hold that is for nobody else: user and password, and the query."""


@dataclass(frozen=True, slots=True)
class Version:
    """By what a server knows a document again: its ETag and Last-Modified, word for word, empty where it gave none."""

    etag: str = ""
    modified: str = ""


@dataclass(frozen=True, slots=True)
class Fetched:
    """A document as a server gave it. `url` is where it was found in the end, `media` the Content-Type."""

    url: str
    data: bytes
    media: str = ""
    version: Version = Version()


class Later(SourceError):
    """It may be had later; `after` is how long the server asks to be left alone, counted from now, if it says so."""

    def __init__(self, place: str, why: str, after: timedelta | None = None) -> None:
        super().__init__(place, why)
        self.after = after


class Missing(SourceError):
    """There is nothing at this address (404)."""


class Gone(Missing):
    """There is nothing any more, and there will not be (410): to ask again is of no use."""


def get(
    url: str, now: datetime, *, allow_private: bool = False, most: int = LARGEST, within: float | None = None
) -> Fetched:
    """Fetch a document of `most` bytes, wherever it was moved to. Raises SourceError: Later, Gone, Missing or plain.

    A user's name and password in the address are sent as HTTP Basic, and to no other server. `within` is in seconds,
    `TOTAL` where it is not given.
    """
    found = get_if_changed(url, now, Version(), allow_private=allow_private, most=most, within=within)
    if found is None:
        raise Later(shown(url), "it says that nothing has changed, and was not asked; this is a fault of the server")
    return found


def get_if_changed(
    url: str,
    now: datetime,
    version: Version,
    *,
    allow_private: bool = False,
    most: int = LARGEST,
    within: float | None = None,
) -> Fetched | None:
    """Fetch a document, unless it is still the one known as `version`: then None. Raises as `get` does."""
    wanted = {"If-None-Match": version.etag, "If-Modified-Since": version.modified}
    headers = {name: value for name, value in wanted.items() if value}
    end, place = monotonic() + (TOTAL if within is None else within), shown(url)
    for _ in range(HOPS + 1):
        with _visit(url, place, headers, end, allow_private=allow_private) as response:
            target = _target(url, response)
            if target is None:
                return _taken(response, place, now, most)
        url, place = target, f"{shown(url)} → {shown(target)}"
    raise SourceError(place, f"this is redirect {HOPS + 1} in a row, and {HOPS} is the most; write the last address")


def unwrap(
    url: str,
    now: datetime,
    *,
    wrapped: Callable[[str], bool],
    forbidden: Callable[[str], bool],
    allow_private: bool = False,
) -> str:
    """Follow redirects one by one to the first address that is no more `wrapped`, and return it unvisited.

    No cookie is kept and no page is read. An address that is `forbidden` is never visited and never returned. Raises
    SourceError, or Later where it may work later; messages name servers only, for these addresses are one person's.
    """
    end = monotonic() + TOTAL
    for _ in range(HOPS + 1):
        place = _server(url)
        if forbidden(url):
            raise SourceError(place, "the link leads where no program may go, such as to the way out of the list")
        if not wrapped(url):
            return url
        with _visit(url, place, {}, end, allow_private=allow_private) as response:
            target = _target(url, response)
            if target is None:
                raise _refusal(response, place, now)
        url = target
    raise SourceError(place, f"the link is redirected more than {HOPS} times; open it in a browser")


def end_of(url: str, now: datetime, *, allow_private: bool = False) -> str:
    """Visit a page without reading it, and return where one is led, which is `url` itself without redirects.

    Raises SourceError as `get` does, with what the last server answered.
    """
    end, place = monotonic() + VISIT, shown(url)
    for _ in range(HOPS + 1):
        with _visit(url, place, {}, end, allow_private=allow_private) as response:
            target = _target(url, response)
            if target is None and response.ok:
                return url
            if target is None:
                raise _refusal(response, place, now)
        url = target
    raise SourceError(place, f"the link is redirected more than {HOPS} times")


def is_web(url: str) -> bool:
    """Whether this is an address that can be fetched."""
    return _parts(url) is not None


def shown(url: str) -> str:
    """Return an address for messages: without user, password and query, which often holds a secret."""
    short = _SECRET.sub(lambda match: "" if match[0].endswith("@") else "…", url)
    return "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in short)


@contextmanager
def _visit(
    url: str, place: str, headers: Mapping[str, str], end: float, *, allow_private: bool
) -> "Iterator[requests.Response]":
    """Ask one server once, and turn whatever goes wrong until its answer is read into a SourceError."""
    from urllib3.exceptions import HTTPError, ReadTimeoutError

    from sharebot import connections, guard, http

    parts = _parts(url)
    if parts is None:
        raise SourceError(place, "only addresses such as https://news.example/feed can be fetched; correct it")
    left = end - monotonic()
    if left <= 0:
        raise Later(place, "it was not there in time, with all redirects")
    ways = connections.anywhere if allow_private else guard.outside
    sent = {"Accept-Encoding": "gzip", **_authorization(parts), **headers}
    bare = parts._replace(netloc=_bare(parts), fragment="").geturl()
    try:
        with (
            http.session("it", read=min(http.READ, left / 2), max_bytes=LARGEST * 2, ways=ways) as session,
            session.request("GET", bare, headers=sent, stream=True) as response,
        ):
            yield response
    except (TryLater, Unsure) as error:
        raise Later(place, f"{error}; look whether a browser can open it") from None
    except PublishError as error:
        raise SourceError(place, str(error)) from None
    except ReadTimeoutError:
        raise Later(place, "its answer was not complete in time") from None
    except (HTTPError, OSError):
        raise Later(place, "it broke off before its answer was complete") from None


def _target(url: str, response: "requests.Response") -> str | None:
    """Return where an answer sends one to, None where it is no redirect."""
    from requests.utils import requote_uri

    location = response.headers.get("Location", "")
    if response.status_code not in _REDIRECTS or not location:
        return None
    # The header's bytes were read as Latin-1; servers write UTF-8 when they write anything beyond ASCII.
    words = location.encode("latin-1", "replace").decode("utf-8", "replace")
    try:
        return requote_uri(urljoin(url, words.strip()))
    except ValueError:
        raise SourceError(shown(url), "it redirects to something that is no address") from None


def _taken(response: "requests.Response", place: str, now: datetime, most: int) -> Fetched | None:
    if response.status_code == HTTPStatus.NOT_MODIFIED:
        return None
    if response.status_code != HTTPStatus.OK:
        raise _refusal(response, place, now)
    data = b"".join(_body(response, place, most))
    version = Version(_plain(response, "ETag"), _plain(response, "Last-Modified"))
    return Fetched(response.url, data, _plain(response, "Content-Type"), version)


def _plain(response: "requests.Response", name: str) -> str:
    """Return a header that may be sent back, empty where it is missing or holds anything but printable ASCII."""
    value = str(response.headers.get(name, ""))
    return value if value.isascii() and value.isprintable() else ""


def _body(response: "requests.Response", place: str, most: int) -> Iterator[bytes]:
    """Yield the body unpacked; `most` is its largest size, which a few packed bytes may exceed a thousand times."""
    packing = response.headers.get("Content-Encoding", "identity").strip().lower()
    pieces = response.raw.stream(_PIECE, decode_content=False)
    if packing in {"gzip", "x-gzip"}:
        pieces = _unpacked(pieces, place)
    elif packing not in {"", "identity"}:
        raise SourceError(place, "its answer is packed in a way that was not asked for; this is a fault of the server")
    size = 0
    for piece in pieces:
        size += len(piece)
        if size > most:
            raise SourceError(place, f"it is larger than {most / 1e6:g} MB, which is the most; name a smaller one")
        yield piece


def _unpacked(pieces: Iterator[bytes], place: str) -> Iterator[bytes]:
    """Unpack gzip little by little. One that has no end was broken off, which HTTP itself cannot always tell."""
    unpacker = zlib.decompressobj(16 + zlib.MAX_WBITS)
    try:
        for piece in pieces:
            left = piece
            while left and not unpacker.eof:
                yield unpacker.decompress(left, _PIECE)
                left = unpacker.unconsumed_tail
    except zlib.error:
        raise Later(place, "what it packed cannot be unpacked") from None
    if not unpacker.eof:
        raise Later(place, "it broke off before its answer was complete")


def _refusal(response: "requests.Response", place: str, now: datetime) -> SourceError:
    """Say what an answer means that holds no document."""
    status = response.status_code
    said = f"it answered {status} {responses.get(status, '')}".strip()
    if status in _BUSY or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return Later(place, said, retry_after(response.headers, now))
    if status == HTTPStatus.GONE:
        return Gone(place, f"{said}: it was taken away for good; look for its new address")
    if status == HTTPStatus.NOT_FOUND:
        return Missing(place, f"{said}: there is nothing; look at the spelling")
    if status in _CLOSED:
        return SourceError(place, f"{said}: it does not let this program in; look whether it wants a password")
    return SourceError(place, f"{said} where a document or a redirect was hoped for; open it in a browser")


def _parts(url: str) -> SplitResult | None:
    """Take a web address apart, None where it is none."""
    try:
        parts = urlsplit(url)
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return None
    return parts if usable else None


def _bare(parts: SplitResult) -> str:
    return parts.netloc.rpartition("@")[2]


def _server(url: str) -> str:
    parts = _parts(url)
    return f"{parts.scheme}://{_bare(parts)}/…" if parts else "a link"


def _authorization(parts: SplitResult) -> dict[str, str]:
    """Make HTTP Basic of what stands before the @ (RFC 7617)."""
    if parts.username is None:
        return {}
    pair = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
    return {"Authorization": f"Basic {b64encode(pair.encode()).decode()}"}
