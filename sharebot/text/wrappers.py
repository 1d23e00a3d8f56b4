"""Wrapped addresses: the true one inside where it can be read, and whether one was made for a single reader.

Nothing here is guessed: a wrapper whose content cannot be read stays as it is.
"""

import base64
import binascii
import json
import re
import zlib
from collections.abc import Collection, Iterable, Iterator
from typing import Any, NamedTuple
from urllib.parse import SplitResult, unquote, urlsplit

from sharebot.text import tokens
from sharebot.text.links import clean
from sharebot.text.mailers import (
    EXTRA_NAMES_AT,
    counting,
    counting_paths,
    extra_names,
    hosts,
    ordinary,
    reader_names,
    shapes,
)

_DEEPEST = 6
"""Wrappers within wrappers; more than two were not seen."""
_LONGEST = 8192
"""Beyond this, no server takes an address. https://www.rfc-editor.org/rfc/rfc9110.html#section-4.1"""
_WORD = re.compile(r"[^\W\d_]{3}")
_MIXED = re.compile(r"[^\W\d_]\d|\d[^\W\d_]")
_CERTAIN = 16
_LIKELY = 8
"""Scrambled letters that make an address suspicious by themselves, and at a host that counts clicks."""


class _Wrapper(NamedTuple):
    """Hosts and the beginnings of their redirects' paths, beside the parameters that hold the address."""

    host: str
    path: str
    names: tuple[str, ...]


_WRAPPERS = tuple(
    (re.compile(wrapper.host), re.compile(wrapper.path), wrapper.names)
    for wrapper in (
        _Wrapper(r"(?:www\.)?google\.[a-z.]{2,6}", r"/url", ("q", "url")),
        _Wrapper(r"lm?\.(?:facebook|instagram|messenger|threads)\.(?:com|net)", r"/", ("u",)),
        _Wrapper(r".+\.safelinks\.protection\.outlook\.com", r"/", ("url",)),
        _Wrapper(r"(?:www\.)?youtube\.com", r"/redirect", ("q",)),
        _Wrapper(r"(?:www\.)?linkedin\.com", r"/(?:redir/redirect|safety/go)", ("url",)),
        _Wrapper(r"(?:twitter|x)\.com", r"/i/redirect", ("url",)),
        _Wrapper(r"out\.reddit\.com", r"/", ("url",)),
        _Wrapper(r"slack-redir\.net", r"/link", ("url",)),
        _Wrapper(r"steamcommunity\.com", r"/linkfilter", ("url", "u")),
        _Wrapper(r"(?:m\.)?vk\.com", r"/away\.php", ("to",)),
        _Wrapper(r"duckduckgo\.com", r"/l/", ("uddg",)),
        _Wrapper(r"getpocket\.com", r"/redirect", ("url",)),
        _Wrapper(r"disq\.us", r"/url", ("url",)),
        _Wrapper(r"t\.umblr\.com", r"/redirect", ("z",)),
        _Wrapper(r"link\.zhihu\.com|link\.juejin\.cn|c\.pc\.qq\.com", r"/", ("target", "pfurl", "url")),
        _Wrapper(r"link\.(?:csdn\.net|jianshu\.com)|(?:www\.)?jianshu\.com", r"/go-wild|/", ("target", "url")),
        _Wrapper(r"linkprotect\.cudasvc\.com", r"/url", ("a",)),
        _Wrapper(r"protect2?\.fireeye\.com|protect\.checkpoint\.com", r"/", ("u",)),
        _Wrapper(r"clicktime\.symantec\.com", r"/", ("u",)),
        _Wrapper(r".+\.trendmicro\.com", r"/wis/clicktime", ("url",)),
        _Wrapper(r".+\.protection\.sophos\.com", r"/", ("u",)),
        _Wrapper(r"urldefense(?:\.proofpoint)?\.com", r"/v1/url", ("u",)),
    )
)
"""Shops' and partners' programmes are not here: a link that pays the editor is the editor's."""

_PROOFPOINT = re.compile(r"/v2/url")
_PROOFPOINT_3 = re.compile(r"/v3/__(?P<address>.+?)__;(?P<runes>[A-Za-z0-9_=+-]*)!")
_RUNES = re.compile(r"\*(\*[A-Za-z0-9_-])?")
_LENGTHS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
_POSTMARK = re.compile(r"/\d(?P<secure>s?)/(?P<address>[^/]+)/")
_SUBSTACK = re.compile(r"/redirect/\d+/(?P<payload>[A-Za-z0-9_-]+)")
_CARRIED = re.compile(r"/C?L0/(?P<address>https?(?::|%3[aA])[^/]+)/")
_BASE64 = re.compile(r"[A-Za-z0-9_+/-]{12,}={0,2}")
_ADDRESS = re.compile(r"https?://[^\s\x00-\x1f\x7f-\x9f<>\"\\`]+", re.IGNORECASE)
_ENCODED = re.compile(r"https?(?:%25)*%3a", re.IGNORECASE)
_MAIL_ADDRESS = re.compile(r"[\w.+-]+(?:@|%40)[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}", re.IGNORECASE)


def unwrap(url: str) -> str:
    """Return the address that a wrapper carries, without the marks of campaigns and readers.

    Wrappers within wrappers are opened, too. What cannot be read stays wrapped.
    """
    for _ in range(_DEEPEST):
        inner = _inner(url)
        if inner is None:
            break
        url = inner
    return _without_reader(clean(url))


def per_recipient(url: str, list_hosts: Collection[str] | None = None) -> str:
    """Tell why an address seems to be made for one reader ("" where it does not); such a one must never be posted.

    The hosts and shapes of mailing services are certain. In a mail, for which `list_hosts` are the hosts of its
    List-Unsubscribe (perhaps none), scrambled text counts as well; elsewhere (None) it does not, because it is usual.
    """
    parts = split(url)
    if parts is None:
        return ""
    if why := _known(parts, url):
        return why
    return _suspected(parts, list_hosts) if list_hosts is not None else ""


def is_address(text: str) -> bool:
    """Whether the whole text is one web address."""
    return _ADDRESS.fullmatch(text) is not None and split(text) is not None


def split(url: str) -> SplitResult | None:
    """Take an address apart; None where it is none."""
    try:
        parts = urlsplit(url[: _LONGEST + 1])
        host = parts.hostname
    except ValueError:
        return None
    return parts if host and parts.scheme in {"http", "https"} and len(url) <= _LONGEST else None


def _parameters(query: str) -> list[tuple[str, str]]:
    """Return names in small letters beside values; a plus stays what it is, because base64 has it."""
    pairs = (parameter.partition("=") for parameter in query.split("&") if parameter)
    return [(unquote(name).lower(), unquote(value)) for name, _, value in pairs]


def _inner(url: str) -> str | None:
    """Return the address that this one carries; None where it carries none or more than one."""
    parts = split(url)
    if parts is None:
        return None
    host = host_of(parts)
    for wrapper, path, names in _WRAPPERS:
        if wrapper.fullmatch(host) and path.match(parts.path):
            values = dict(reversed(_parameters(parts.query)))
            return next((found for name in names if (found := _address(values.get(name, "")))), None)
    if host.startswith("urldefense."):
        return _proofpoint(url, parts)
    return _carried(parts, host) if _known(parts, url) else None


def _carried(parts: SplitResult, host: str) -> str | None:
    """Return the one address within the redirect of a mailing service."""
    if match := _CARRIED.search(parts.path):
        return _address(unquote(match["address"]))
    if host.endswith("pstmrk.it") and (match := _POSTMARK.match(parts.path)):
        return _address(f"http{match['secure']}://{unquote(match['address'])}")
    if match := _SUBSTACK.match(parts.path):
        return _one(_addresses(match["payload"]))
    pieces = [unquote(piece) for piece in parts.path.split("/") if piece]
    pieces += [value for _, value in _parameters(parts.query)]
    return _one(found for piece in pieces for found in _addresses(piece))


def _one(addresses: Iterable[str]) -> str | None:
    found = set(addresses)
    return found.pop() if len(found) == 1 else None


def _addresses(piece: str) -> Iterator[str]:
    """Yield the addresses that a piece of a wrapper is or holds in base64."""
    if found := _address(piece):
        yield found
    elif _BASE64.fullmatch(piece):
        yield from _written(_decoded(piece))


def _address(text: str) -> str | None:
    """Return the text where it is one whole address, encoded once more or not."""
    for _ in range(2):
        if _ENCODED.match(text):
            text = unquote(text)
    return text if is_address(text) else None


def _decoded(piece: str) -> str:
    """Return what base64 holds, inflated where it was deflated; "" where it is no text."""
    bare = piece.rstrip("=").translate(str.maketrans("+/", "-_"))
    try:
        data = base64.urlsafe_b64decode(bare + "=" * (-len(bare) % 4))
        if data[:1] == b"\x78":
            data = zlib.decompressobj().decompress(data, _LONGEST)
        return data.decode()
    except (binascii.Error, zlib.error, ValueError):
        return ""


def _written(text: str) -> Iterator[str]:
    """Yield the addresses in what was decoded: one alone, or the values of JSON or of a query."""
    if found := _address(text):
        yield found
    elif text.startswith("{"):
        try:
            yield from _values(json.loads(text))
        except (ValueError, RecursionError):
            return
    elif "=" in text and text.isprintable():
        yield from (found for _, value in _parameters(text) if (found := _address(value)))


def _values(fields: Any) -> Iterator[str]:
    """Yield the addresses among JSON's values, and among those of JSON that stands in it as text (Mandrill)."""
    for value in fields.values() if isinstance(fields, dict) else ():
        if isinstance(value, str):
            yield from _written(value)


def _proofpoint(url: str, parts: SplitResult) -> str | None:
    """Read both forms of https://help.proofpoint.com/Threat_Insight_Dashboard/API_Documentation/URL_Decoder_API."""
    if match := _PROOFPOINT_3.search(url):
        return _address(_with_runes(match["address"], _decoded(match["runes"])))
    if _PROOFPOINT.match(parts.path):
        value = dict(_parameters(parts.query)).get("u", "")
        return _address(unquote(value.translate(str.maketrans("-_", "%/"))))
    return None


def _with_runes(address: str, runes: str) -> str:
    """Put back what stands aside: `*` is the next character, `**B` the next three (A two, and so on)."""
    left = iter(runes)

    def put(match: re.Match[str]) -> str:
        most = _LENGTHS.index(match[1][1]) + 2 if match[1] else 1
        return "".join(next(left, "") for _ in range(most))

    return _RUNES.sub(put, re.sub(r"^(https?):/(?!/)", r"\1://", address))


def _without_reader(url: str) -> str:
    """Take away the parameters that only mark a reader."""
    parts = split(url)
    if parts is None or not parts.query:
        return url
    patterns = [extra_names(), *(names for where, names in EXTRA_NAMES_AT if where.fullmatch(host_of(parts)))]
    pairs = [(each, unquote(each.partition("=")[0])) for each in parts.query.split("&")]
    kept = "&".join(each for each, name in pairs if not any(names.fullmatch(name) for names in patterns))
    if kept == parts.query:
        return url
    body, mark, fragment = url.partition("#")
    return f"{body.partition('?')[0]}{kept and '?'}{kept}{mark}{fragment}"


def _known(parts: SplitResult, url: str) -> str:
    """Tell what is certain: a mailing service's host, the shape of its redirects, or a reader's name."""
    if hosts().fullmatch(host_of(parts)):
        return "the host of a mailing service"
    if shapes().search(url):
        return "the shape of a counted redirect"
    if _MAIL_ADDRESS.search(parts.query):
        return "a reader's mail address"
    if any(reader_names().fullmatch(name) and value for name, value in _parameters(parts.query)):
        return "a parameter that names a reader"
    return ""


def _suspected(parts: SplitResult, list_hosts: Collection[str]) -> str:
    """Tell what is likely in a mail: scrambled text, of which less is enough at hosts that are under suspicion."""
    host = host_of(parts)
    rest = unquote(f"{parts.path}?{parts.query}#{parts.fragment}")
    scrambled = tokens.longest(rest)
    if ordinary().fullmatch(host):
        return ""
    if scrambled and host in list_hosts:
        return "scrambled text at the host of the list"
    if counting().fullmatch(host) and (scrambled >= _LIKELY or not _is_readable(parts)):
        return "no words at a host that counts clicks"
    if counting_paths().search(f"{parts.path}?{parts.query}" if parts.query else parts.path):
        return "a path that counts clicks"
    return "scrambled text" if tokens.longest(tokens.without_names(rest)) >= _CERTAIN else ""


def _is_readable(parts: SplitResult) -> bool:
    """Whether a path is words, with numbers at most between them, as people give them to pages."""
    names = [name for name in unquote(parts.path).split("/") if name]
    return not parts.query and (not names or (any(map(_WORD.search, names)) and not any(map(_MIXED.search, names))))


def host_of(parts: SplitResult) -> str:
    """Return the host in small letters, without the dot of the root."""
    return (parts.hostname or "").lower().rstrip(".")
