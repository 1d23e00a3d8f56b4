"""The newsletter's words made fit for a post: one line, without an address, a ping or a tag that nobody meant."""

import re
from collections.abc import Container
from functools import lru_cache

from sharebot.text import links, quotes
from sharebot.text.entities import INVALID, X, addresses
from sharebot.text.tables import TLDS_NOW, TLDS_OF_TWITTER_TEXT

_JOINER = "\u2060"
"""U+2060 WORD JOINER: it has no width and forbids a line break, and no network counts it among the characters of a
name. The zero-width joiners U+200C and U+200D would not do, for X allows them within a hashtag.
https://github.com/twitter/twitter-text/blob/master/js/src/regexp/hashtagSpecialChars.js
"""
_ADDRESS = r"https?://[^\s<>\"]+|(?<![\w@])[\w-]+(?:\.[\w-]+)+/\S*"
_IN_TAG = r"[\w\u00b7\u200c\u200d\ua67e\u05be\u05f3\u05f4\uff5e\u301c\u309b\u309c\u30a0\u30fb\u3003\u0f0b\u0f0c]"
# Who links what: twitter-text, lib/…/regexp (X); app/models/account.rb and tag.rb (Mastodon). Bluesky links nothing by
# itself. An address such as ann@news.example and a price such as $5 are no links anywhere. X links @ann in "RT@ann".
_LIVE = re.compile(
    rf"(?P<address>{_ADDRESS})"
    r"|(?:(?<![A-Za-z0-9_])|(?<=\b[Rr][Tt]))[@＠](?=[A-Za-z0-9_])"
    rf"|(?<![^\W_])[#＃](?={_IN_TAG}*[^\W\d_])"
    r"|(?<!\w)[$＄](?=[A-Za-z]{1,6}(?:[._][A-Za-z]{1,2})?(?!\w))"
)
_ANY_SIGN = re.compile("[@＠#＃$＄]")
_SIGN = re.compile(r"[@＠#＃$＄](?=\w)")
# http, and what else Mastodon's server makes a link of: config/initializers/twitter_regex.rb
_SCHEME = re.compile(
    r"(?<![A-Za-z0-9])(?:(?:https?|dat|dweb|ipfs|ipns|ssb|gopher|gemini)://)+", re.IGNORECASE | re.ASCII
)
_EMPTY_BRACKETS = re.compile(r"[ \t]*(?:\([ \t]*\)|（[ \t]*）|\[[ \t]*\])")
_SPACE = re.compile(r"[^\S\u00a0\u202f]+")
_OTHER_SPACE = re.compile("[\t-\r\x1c-\x1f\x85\u1680\u2000-\u200a\u2028\u2029\u205f\u3000]")
"""What `_SPACE` matches but for the space: spelt out, since what is left of a whole category takes long to look for."""
_UNFIT = re.compile(f"[\0-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff{INVALID}]")
"""Controls, half characters, what X refuses, and marks that would turn the direction of all that follows."""


class _Linked(Container[str]):
    """The top-level domains that make a link by either table; a third one would take a tenth of a megabyte."""

    def __contains__(self, name: object) -> bool:
        return name in TLDS_NOW or name in TLDS_OF_TWITTER_TEXT


_TLDS = _Linked()


@lru_cache(maxsize=1024)
def plain(text: str, link: str = "", *, bare: bool = False) -> str:
    """Make a text of the newsletter fit to be a value of a template.

    It is one line with a partner for each quotation mark. A copy of the link is left out, and any other address stands
    without its https://, so that a post has one link. `bare` tells that the network also links domains without it.
    """
    if "://" in text:
        text = _SCHEME.sub("", _without(text, link))
    text = _UNFIT.sub("", text)
    if "  " in text or _OTHER_SPACE.search(text):
        text = _SPACE.sub(" ", text)
    text = text.strip()
    text = inert(quotes.paired(text))
    return _broken(text) if bare and "." in text else text


def inert(text: str) -> str:
    """Keep an @, # or $ in a newsletter's text from pinging a stranger or joining a tag, without a visible change."""
    if not _ANY_SIGN.search(text):
        return text
    return _LIVE.sub(lambda found: found[0] if found["address"] else f"{found[0]}{_JOINER}", text)


def _without(text: str, link: str) -> str:
    """Leave out the addresses that lead to the page of the link."""
    page = links.canonical(link) if link else None
    for span in reversed(links.urls(text)):
        if span.text == link or links.canonical(span.text) == page:
            text = text[: span.start] + text[span.end :]
            text = _EMPTY_BRACKETS.sub("", text)
    return text


def _broken(text: str) -> str:
    """Part the domains that X would link: the joiner behind each dot, and behind the signs in what follows them.

    As long as there is a link, X reads no mention in it; without one it would.
    """
    pieces, at = [], 0
    for address in addresses(text, X, _TLDS):
        inside = text[address.start : address.end].replace(".", f".{_JOINER}")
        pieces += [text[at : address.start], _SIGN.sub(lambda sign: f"{sign[0]}{_JOINER}", inside)]
        at = address.end
    return "".join(pieces) + text[at:]
