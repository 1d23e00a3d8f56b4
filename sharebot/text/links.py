"""Links and hashtags in running text, and the few exact changes that a link may suffer.

Positions count code points. Whatever a function here does not say it changes stays as it is, byte for byte.
"""

from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import quote

import regex

from sharebot.text.entities import MASTODON, X, addresses

_SCHEME_AND_HOST = r"(?i:https?)://(?=[^\W_]|\[[0-9a-fA-F:.]+\])"
# Spaces, controls, invisible marks, and the quotes and dashes that belong to the sentence around an address.
_INSIDE = r"[^\s\p{Cc}\p{Cf}<>\"`\\“”„‟‘’‚‛«»‹›—、。，；：！？（）「」『』《》〈〉【】…]"
_URL = regex.compile(rf"(?<![A-Za-z0-9_]){_SCHEME_AND_HOST}{_INSIDE}++")
_TRAILING = ".,;:!?'*~([{"
_OPENING = {")": "(", "]": "[", "}": "{"}

# Letters of any script with their marks and digits, joined by the separators that Mastodon knows; not digits alone, and
# not the emoji of the number sign. https://github.com/mastodon/mastodon/blob/main/app/models/tag.rb (HASHTAG_RE)
_TAG = regex.compile(
    rf"{_SCHEME_AND_HOST}{_INSIDE}++|(?<![\w&/=#＃])[#＃](?![\ufe0f\u20e3])(?=[\w·・\u200c]*\p{{L}})(\w++(?:[·・\u200c]++\w++)*+)"
)

_PARTS = regex.compile(r"(?s)(https?)://([^/?#]*+)([^?#]*+)(?:\?([^#]*+))?(?:#(.*))?", regex.IGNORECASE)
_DEFAULT_PORT = regex.compile(r"(?::(?:80|443)?|\.)++\Z")
_STOPPER = regex.compile(r"(?s)[^\x00-\x7f]++|.")  # letters of a foreign script together: one by one takes too long
_ESCAPE = regex.compile(r"%[0-9a-fA-F]{2}")
_ASCII = "".join(map(chr, range(33, 127)))

_TRACKING_PREFIXES = (
    "utm_",  # https://support.google.com/analytics/answer/10917952
    "mtm_",  # https://matomo.org/faq/reports/what-is-campaign-tracking-and-why-it-is-important/
    "pk_",
    "piwik_",
    "matomo_",
)
_TRACKING_NAMES = """
    mc_cid mc_eid ml_subscriber ml_subscriber_hash ck_subscriber_id vero_id vero_conv oly_anon_id oly_enc_id mkt_tok
    _hsenc _hsmi __hssc __hstc __hsfp hsctatracking _kx _ke bsft_clkid bsft_eid bsft_mid bsft_uid
    fbclid gclid gclsrc dclid gbraid wbraid srsltid msclkid twclid ttclid igshid li_fat_id yclid ysclid _openstat
    rb_clickid s_cid wickedid epik irclickid sc_cid scid rdt_cid
"""
"""Parameters that name a campaign, a click or a recipient and never the page: of mail services, then of ad networks.

Compare https://github.com/mpchadwick/tracking-query-params-registry
"""
_TRACKING = frozenset(_TRACKING_NAMES.split())


class Span(NamedTuple):
    """A stretch `source[start:end]` of some text, which reads `text`."""

    start: int
    end: int
    text: str


def urls(text: str) -> tuple[Span, ...]:
    """Return the http(s) addresses in running text, without the punctuation and brackets of the sentence around."""
    spans = []
    for match in _URL.finditer(text):
        url = _balanced(match[0]).rstrip(_TRAILING)
        spans.append(Span(match.start(), match.start() + len(url), url))
    return tuple(spans)


def hashtags(text: str) -> tuple[Span, ...]:
    """Return the hashtags outside of addresses, each with its mark: `#word`, in any script."""
    return tuple(Span(*match.span(), match[0]) for match in _TAG.finditer(text) if match[1])


def clean(url: str) -> str:
    """Return the address without tracking parameters."""
    body, mark, fragment = url.partition("#")
    head, _, query = body.partition("?")
    parameters = query.split("&")
    kept = [parameter for parameter in parameters if not _is_tracking(parameter)]
    if len(kept) == len(parameters):
        return url
    query = "&".join(kept)
    return f"{head}?{query}{mark}{fragment}" if query else f"{head}{mark}{fragment}"


def canonical(url: str) -> str:
    """Return what tells whether two addresses are one page: for comparing, not for visiting.

    Gone are tracking, `http` against `https`, the host's case and default port, slashes at the path's end, empty
    parameters, the two ways to write non-ASCII characters, and highlights (`#:~:text=`). The order of parameters and
    any other fragment stay: `#3` may be the third article of an issue's page. What is no http(s) address comes back
    as it is.
    """
    match = _PARTS.fullmatch(clean(url.strip()))
    if match is None:
        return url.strip()
    _, authority, path, query, fragment = match.groups("")
    query = "&".join(filter(None, query.split("&")))
    fragment = fragment.partition(":~:")[0]
    rest = path.rstrip("/") + (query and f"?{query}") + (fragment and f"#{fragment}")
    return f"https://{_host(authority)}{_escaped(rest)}"


def with_utm(url: str, params: Mapping[str, str]) -> str:
    """Return the address with `utm_…` parameters: `{"source": "x"}` adds `utm_source=x`.

    A parameter that the address has already keeps its value; empty values add nothing. What is no http(s) address
    comes back as it is.
    """
    if not _PARTS.fullmatch(url):
        return url
    body, mark, fragment = url.partition("#")
    _, question, query = body.partition("?")
    present = {parameter.partition("=")[0].lower() for parameter in query.split("&")}
    wanted = {f"utm_{quote(key.lower().removeprefix('utm_'), safe='')}": value for key, value in params.items()}
    added = "&".join(
        f"{key}={quote(value, safe='', errors='replace')}"
        for key, value in wanted.items()
        if value and key not in present
    )
    if not added:
        return url
    joint = "?" if not question else "&" if query and not query.endswith("&") else ""
    return f"{body}{joint}{added}{mark}{fragment}"


def whole(url: str, *, marked: bool) -> str:
    """Return the address so that a network links all of it: percent-encoded where its link would end too early.

    X ends a link before 港 in `/港口`, and any network ends it before a space. `marked`: the sender marks the link, as
    on Bluesky, so that X's and Mastodon's grammars do not matter. What is no http(s) address comes back as it is.
    """
    match = _PARTS.fullmatch(url)
    if match is None:
        return url
    host, rest = url[: match.end(2)], url[match.end(2) :]
    rest = f"/{rest}" if rest.startswith("#") else rest
    while (end := _reach(rest, marked=marked)) < len(rest):
        at = end + (rest[end] in "?#")  # these two are signs of the address and keep their meaning
        stop = _STOPPER.match(rest, at)
        rest = rest[:at] + _percent(stop[0]) + rest[stop.end() :] if stop else rest[:end]
    return host + rest


def _percent(text: str) -> str:
    return "".join(f"%{byte:02X}" for byte in text.encode(errors="replace"))


def _reach(rest: str, *, marked: bool) -> int:
    """Say how much of what follows the host would be part of the link; any host will do, so it is a known one."""
    text = f"https://a.com{rest}"
    seen = [] if marked else [next(addresses(text, grammar, ("com",))) for grammar in (X, MASTODON)]
    return min(urls(text)[0].end, *(address.end for address in seen), len(text)) - len("https://a.com")


def _balanced(url: str) -> str:
    """Cut before the first closing bracket that the address itself has not opened."""
    opened: list[str] = []
    for index, letter in enumerate(url):
        if letter in _OPENING.values():
            opened.append(letter)
        elif letter in _OPENING:
            if _OPENING[letter] not in opened[-1:]:
                return url[:index]
            opened.pop()
    return url


def _is_tracking(parameter: str) -> bool:
    name = parameter.partition("=")[0].lower()
    return name in _TRACKING or name.startswith(_TRACKING_PREFIXES)


def _host(authority: str) -> str:
    user, at, host = authority.rpartition("@")
    try:
        name = host.encode("idna").decode().lower()
    except UnicodeError:  # no name of the DNS, but an address may be compared before anybody visits it
        name = _escaped(host.lower())
    return user + at + _DEFAULT_PORT.sub("", name)


def _escaped(text: str) -> str:
    return _ESCAPE.sub(lambda match: match[0].upper(), quote(text, safe=_ASCII, errors="replace"))
