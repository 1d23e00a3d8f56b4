"""How long a text is, as each network counts it: not in Python's characters, and each network in its own way."""

import re
import unicodedata
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

import regex

from sharebot.model import Length, Measure
from sharebot.text.entities import (
    INVALID,
    LATIN,
    LONGEST_LABEL,
    MASTODON,
    PLAIN,
    Address,
    Grammar,
    Run,
    X,
    addresses,
    addresses_in,
    ascii_domains,
    dns_length,
    runs,
)
from sharebot.text.tables import NEW_TLD, TLDS_NOW, TLDS_OF_TWITTER_TEXT, emoji

URL_LENGTH = 23
"""What any link counts on X and on Mastodon, long or short. https://docs.x.com/fundamentals/counting-characters"""

HEAVY = 2
"""What an emoji weighs on X, and most letters that are not European."""

X_LIMIT = 280
"""https://github.com/twitter/twitter-text/blob/30e2430d90cff3b46393ea54caf511441983c260/config/v3.json"""

MASTODON_LIMIT = 500
"""A server may set another: https://docs.joinmastodon.org/entities/Instance/#max_characters"""

TELEGRAM_LIMIT = 4096
DISCORD_LIMIT = 2000
NTFY_LIMIT = 4096

BLUESKY_LIMIT = 300
BLUESKY_BYTES = 3000
"""https://github.com/bluesky-social/atproto/blob/main/lexicons/app/bsky/feed/post.json"""

Span = tuple[int, int]

_NOT_BEFORE_BARE = frozenset("-_./")
_LONGEST_URL = 4096
_SHORT_URL = 2000
"""Such a one is not overlong, whatever its letters."""
_LONGEST_DOMAIN = 253
_LONGEST_TCO_SLUG = 40

_INDICATOR = "[\U0001f1e6-\U0001f1ff]"
# A row of flags is taken in pairs from its start: `\X` would look back over the whole row at each of them.
_GRAPHEME = regex.compile(rf"{_INDICATOR}{{2}}[\p{{GCB=Extend}}\p{{GCB=ZWJ}}\p{{GCB=SpacingMark}}]*+|\X")
# Outside of these ranges stand all characters that may be one with the next; most posts have none of them.
_JOINING = re.compile("[^\0-\x0c\x0e-\u02ff\u0370-\u0482\u048a-\u052f\u2010-\u2027\u2030-\u205e]")
_MARKS = regex.compile(r"\p{M}{30,}+")
# The ranges of weight 1; all else weighs 2 (config/v3.json).
_HEAVIES = re.compile("[^\0-\u10ff\u2000-\u200d\u2010-\u201f\u2032-\u2037]+")
_INVALID = re.compile(f"[{INVALID}]")
_TCO = re.compile(
    r"https?://t\.co/([a-z0-9]+)(?:\?(?:[!?*'@();:+$%\[\].,~|]*+[a-z0-9_&=#/-])++)?", re.IGNORECASE | re.ASCII
)
_PATH = re.compile(r"(?::[0-9]+)?/")
_MENTION = regex.compile(
    rf"(?<![=/\w])@([a-z0-9_]++(?:[.-]++[a-z0-9_]++)*+)(?:@\w++(?:[.-]++\w++)*+)?+(?!@|＠|://|[{LATIN}])",
    regex.IGNORECASE,
)
"""https://github.com/mastodon/mastodon/blob/main/app/models/account.rb (MENTION_RE) and app/lib/extractor.rb"""


def graphemes(text: str) -> list[str]:
    """Return what readers see as the characters of a text: extended grapheme clusters.

    https://unicode.org/reports/tr29/
    """
    return _GRAPHEME.findall(text) if _JOINING.search(text) else list(text)


def _nfc(text: str) -> str:
    """Compose. Python puts marks in order by insertion, in quadratic time where they do not stand so already."""
    if text.isascii():
        return text
    return unicodedata.normalize("NFC", _MARKS.sub(lambda match: _in_order(match[0]), text))


def _in_order(marks: str) -> str:
    decomposed = "".join(unicodedata.normalize("NFD", mark) for mark in marks)
    rows = groupby(decomposed, key=lambda mark: unicodedata.combining(mark) > 0)
    return "".join(mark for _, row in rows for mark in sorted(row, key=unicodedata.combining))


def measure_x(text: str, content_warning: str = "", limit: int | None = None) -> Length:
    """Count as X does (twitter-text v3): links 23, emoji and most scripts other than European ones 2, all else 1.

    A domain without a scheme is a link, too. Where what X knows today is uncertain, the larger count is given.
    https://docs.x.com/fundamentals/counting-characters
    """
    whole = _nfc(content_warning + text)
    length = _weight(whole, TLDS_OF_TWITTER_TEXT)
    if NEW_TLD.search(whole):
        length = max(length, _weight(whole, TLDS_NOW))
    limit = X_LIMIT if limit is None else limit
    return Length(length, limit, 0 < length <= limit and not _INVALID.search(whole))


def measure_mastodon(
    text: str, content_warning: str = "", limit: int | None = None, url_length: int = URL_LENGTH
) -> Length:
    """Count as Mastodon does: graphemes of content warning and text, links 23, `@name@server` as `@name`.

    A server may have another limit and another `url_length`: `configuration.statuses` of /api/v2/instance names both.
    Server and web client do not find the same end of some links; the larger count is given.
    https://github.com/mastodon/mastodon/blob/main/app/validators/status_length_validator.rb
    """
    mentions = [(*match.span(), f"@{match[1]}", 0) for match in _MENTION.finditer(text)] if "@" in text else []
    where = runs(text, TLDS_OF_TWITTER_TEXT) if "://" in text else []
    readings = {tuple(_mastodon_links(text, grammar, where)) for grammar in (MASTODON, X)}
    links = ([(start, end, "x", url_length - 1) for start, end in reading] for reading in readings)
    length = max(_graphemes_with(content_warning, text, mentions + row) for row in links)
    return _within(length, MASTODON_LIMIT if limit is None else limit)


@dataclass(frozen=True, slots=True)
class MastodonLimits:
    """What one server of Mastodon's allows: `characters` in a post, of which each link counts `url_length`."""

    characters: int = MASTODON_LIMIT
    url_length: int = URL_LENGTH

    def measure(self, text: str, content_warning: str = "", limit: int | None = None) -> Length:
        """Count as that server does: a `Measure`."""
        return measure_mastodon(text, content_warning, self.characters if limit is None else limit, self.url_length)


def measure_bluesky(text: str, content_warning: str = "", limit: int | None = None) -> Length:
    """Count as Bluesky does: graphemes, and `fits` also asks for at most 3000 bytes of UTF-8. Links count in full.

    A content warning counts like text before it, for Bluesky has no other place for its words.
    https://github.com/bluesky-social/atproto/blob/main/lexicons/app/bsky/feed/post.json
    """
    whole = content_warning + text
    length = len(graphemes(whole))
    limit = BLUESKY_LIMIT if limit is None else limit
    return Length(length, limit, length <= limit and _utf8(whole) <= BLUESKY_BYTES)


def measure_code_points(text: str, content_warning: str = "", limit: int | None = None) -> Length:
    """Count Unicode code points: Telegram (4096, the usual limit here) and LinkedIn (3000).

    https://core.telegram.org/bots/api#sendmessage
    https://learn.microsoft.com/en-us/linkedin/marketing/community-management/shares/posts-api
    """
    return _within(len(content_warning + text), TELEGRAM_LIMIT if limit is None else limit)


def measure_utf16(text: str, content_warning: str = "", limit: int | None = None) -> Length:
    """Count UTF-16 code units, as JavaScript does: Discord (2000, the usual limit here). An emoji counts 2 or more.

    Discord does not say what it counts: this is never less than the code points.
    https://discord.com/developers/docs/resources/webhook#execute-webhook
    """
    return _within(_utf16(content_warning + text), DISCORD_LIMIT if limit is None else limit)


def measure_utf8(text: str, content_warning: str = "", limit: int | None = None) -> Length:
    """Count bytes of UTF-8: ntfy (4096, the usual limit here), and a bound for Threads, which counts emoji so (500).

    https://docs.ntfy.sh/publish/#limitations
    https://developers.facebook.com/docs/threads/posts
    """
    return _within(_utf8(content_warning + text), NTFY_LIMIT if limit is None else limit)


def limited(measure: Measure, usual: int) -> Measure:
    """Return the same counter with another usual limit, for the rules of a network: `limited(measure_utf16, 4000)`."""

    def measured(text: str, content_warning: str = "", limit: int | None = None) -> Length:
        return measure(text, content_warning, usual if limit is None else limit)

    return measured


def _within(length: int, limit: int) -> Length:
    return Length(length, limit, length <= limit)


def _utf8(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))


def _utf16(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def _weight(text: str, tlds: Container[str]) -> int:
    entities = {start: (end, HEAVY) for start, end in emoji(text)}
    entities |= {start: (end, worth) for start, end, worth in _x_links(text, tlds)}
    plain, weight, at = [], 0, 0
    for start, (end, worth) in sorted(entities.items()):
        if start >= at:
            plain.append(text[at:start])
            weight += worth
            at = end
    light = "".join(plain) + text[at:]
    return weight + HEAVY * len(light) - len(_HEAVIES.sub("", light))


def _x_links(text: str, tlds: Container[str]) -> Iterator[tuple[int, int, int]]:
    """Yield start, end and weight of each link, and of each character of which a link takes the first half."""
    for address in addresses(text, X, tlds):
        if address.end - address.start < _SHORT_URL and PLAIN.fullmatch(text, address.domain, address.path):
            latin = [(address.domain, address.path)]
        elif _is_url(text, address):
            latin = list(ascii_domains(text, address.domain, address.path, tlds))
        else:
            continue
        if address.start == address.domain:
            yield from _bare(text, address, latin)
        elif latin or not text.startswith("xn--", address.domain):
            yield from ((start, end, URL_LENGTH) for start, end in _tco(text, address))


def _is_url(text: str, address: Address) -> bool:
    """Tell whether X would link it: each label can be a host's, and it is not overlong. The scheme counts twice."""
    scheme = address.domain - address.start
    length = (scheme or len("https://")) + _utf16(text[address.start : address.end])
    labels = text[address.domain : address.path].split(".")
    return length <= _LONGEST_URL and all(0 < dns_length(label) <= LONGEST_LABEL for label in labels)


def _tco(text: str, address: Address) -> Iterator[Span]:
    """Yield the link; of X's own short links only what is before further path, and no overlong one."""
    match = _TCO.match(text, address.start, address.end)
    if match is None:
        yield address.start, address.end
    elif len(match[1]) <= _LONGEST_TCO_SLUG:
        yield address.start, match.end()


def _bare(text: str, address: Address, latin: list[Span]) -> Iterator[tuple[int, int, int]]:
    """Yield the Latin domains of an address without a scheme; its path belongs to the last of them."""
    if address.before in _NOT_BEFORE_BARE:
        return
    if latin and _PATH.match(text, address.path):
        start, end = latin.pop()
        end, torn = _after(text, start, end - start + address.end - address.path)
        latin.append((start, end))
        if torn:  # what is left of it is no emoji any more
            yield end, end + 1, HEAVY
    yield from ((start, end, URL_LENGTH) for start, end in latin)


def _after(text: str, start: int, units: int) -> tuple[int, bool]:
    """Return the place so many UTF-16 units after `start`, and whether that is within a character.

    X leaves out as much text as the link is long, although the domain's end and the path may lie apart.
    """
    end = start + units
    if _utf16(text[start:end]) == units:
        return end, False
    while units > 0 and units >= _utf16(text[start]):
        units -= _utf16(text[start])
        start += 1
    return start, units > 0


def _graphemes_with(before: str, text: str, entities: Iterable[tuple[int, int, str, int]]) -> int:
    """Count after each entity is replaced, by (start, end, what stands for it, how much more that counts)."""
    pieces, more, at = [before], 0, 0
    for start, end, piece, worth in sorted(entities):
        if start >= at:
            pieces += [text[at:start], piece]
            more += worth
            at = end
    return len(graphemes("".join(pieces) + text[at:])) + more


def _mastodon_links(text: str, grammar: Grammar, where: Iterable[Run]) -> Iterator[Span]:
    for address in addresses_in(text, grammar, where):
        has_scheme, length = address.start < address.domain, address.end - address.start
        if has_scheme and length <= _LONGEST_URL:
            is_plain = PLAIN.fullmatch(text, address.domain, address.path)
            if is_plain or _is_host(text[address.domain : address.path]):
                yield from _tco(text, address)


def _is_host(domain: str) -> bool:
    """Tell whether a host can be called so. In Punycode nothing gets shorter."""
    if len(domain) > _LONGEST_DOMAIN:
        return False
    labels = [dns_length(label) for label in domain.split(".")]
    return sum(labels) + len(labels) - 1 <= _LONGEST_DOMAIN and all(0 < label <= LONGEST_LABEL for label in labels)
