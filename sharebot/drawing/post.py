"""A post, ready for a template: what its network shows of it, as values."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from sharebot.drawing.pieces import Stretch
from sharebot.model import Length
from sharebot.text.links import canonical

_HUES = 8
"""How many colours the style sheet has for accounts."""


@dataclass(frozen=True, slots=True)
class Card:
    """A link card as readers see it. `image` is an address on the page's own server; `title` is empty where unknown.

    Where the page may load no image, `stand_in` are the words in its place.
    """

    url: str
    title: str = ""
    description: str = ""
    image: str = ""
    stand_in: str = ""

    @property
    def host(self) -> str:
        """The site's name."""
        return (urlsplit(self.url).hostname or "").removeprefix("www.")

    @property
    def rest(self) -> str:
        """What follows the site's name in the address."""
        return canonical(self.url).partition("://")[2].partition("/")[2]


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of a post, with its words for those who do not see it. What has no `image` is drawn as words."""

    alt: str
    image: str = ""
    quotation: str = ""
    speaker: str = ""


@dataclass(frozen=True, slots=True)
class Drawn:
    """One post. `network` is the network's name in the style sheet, `title` the one for readers.

    `hue` is the account's colour in the style sheet. With `whole`, links are shown as they stand in the text.
    `said` is what the post said before it was edited.
    """

    network: str
    title: str
    account: str
    handle: str
    hue: int
    pieces: list[Stretch]
    card: Card | None
    pictures: list[Picture]
    length: Length
    language: str = ""
    warning: str = ""
    visibility: str = ""
    labels: tuple[str, ...] = ()
    sensitive: bool = False
    whole: bool = False
    said: str = ""


def fetched_card(pieces: Iterable[Stretch], known: Mapping[str, Card]) -> Card | None:
    """Draw the card of the first link, as networks do that read the page themselves.

    `known` are the cards whose page is known from elsewhere, by canonical address; no page is read here.
    """
    url = next((piece.href for piece in pieces if piece.href), None)
    return known.get(canonical(url), Card(url)) if url else None


def hue(account: str) -> int:
    """Give an account the same colour for ever."""
    return hashlib.sha256(account.encode()).digest()[0] % _HUES
