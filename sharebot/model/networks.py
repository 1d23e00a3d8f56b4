"""The networks: how they count, what they allow, what they answer, and how one is plugged in."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol

from sharebot.model.posts import Post


@dataclass(frozen=True, slots=True)
class Length:
    """A text's length as a network counts it, beside the limit."""

    length: int
    limit: int
    fits: bool


class Measure(Protocol):
    """Counts a text as one network does. `limit` stands in for the network's usual one."""

    def __call__(self, text: str, content_warning: str = "", limit: int | None = None) -> Length:
        """Measure `text` together with the content warning that goes with it."""
        ...


@dataclass(frozen=True, slots=True)
class Quota:
    """How much of something a network lets an account spend in any stretch of time of the length `within`.

    A post costs `per_post`, and each part of a thread is one; `unit` names what is counted ("posts", "points"), and
    `source` is the address of the page that says so.
    """

    count: int
    within: timedelta
    source: str
    unit: str = "posts"
    per_post: int = 1


@dataclass(frozen=True, slots=True)
class Rules:
    """A network's limits, each from the page that `source` names.

    `measure` counts as the network counts and knows all its limits (Bluesky has two). `facets` and `cards` tell
    whether the sender must mark links and make the card. `key_lasts` is how long after the first attempt the same key
    surely does not double a post (None: the network knows no key). `shown_after` is how long after a request was broken
    off `find` surely finds what the network took of it, so that what it does not find then is not there (None: the
    network cannot be read back; zero: a repeat cannot double a post whenever it comes). `per_post` and
    `per_link_post` are prices in US dollars, `per_look` that of one look for a lost post, `quotas` what an account may
    post in a stretch of time. `edits` tells whether a post that is out can be changed in its place: then the network
    has the method `edit` (see `Editor`). `ends` tells whether a token may end that the network's own file does not
    renew: then `identity` is asked once a day when (see `Candid`).
    """

    measure: Measure
    source: str
    facets: bool = False
    cards: bool = False
    hashtags: int = 3
    pictures: int = 0
    alt: int = 1000
    threads: bool = True
    warnings: bool = False
    visibilities: frozenset[str] = frozenset()
    key_lasts: timedelta | None = None
    shown_after: timedelta | None = None
    per_post: float = 0.0
    per_link_post: float = 0.0
    per_look: float = 0.0
    quotas: tuple[Quota, ...] = ()
    edits: bool = False
    ends: bool = False


@dataclass(frozen=True, slots=True)
class Key:
    """Names one post of one delivery for ever. `value` and `at` never change between attempts.

    `value` is the delivery's key with the part's number; `at` is the moment of the first attempt (aware, UTC), from
    which networks that let the client choose derive record keys and creation times. Where a restored backup does not
    know of an attempt, the moment is `guessed`: it was not before `at`, and `find` looks for the words from then on.
    """

    value: str
    at: datetime
    guessed: bool = False


@dataclass(frozen=True, slots=True)
class Receipt:
    """A network's proof that a post is there: its id and address; `version` is the AT Protocol's cid.

    Id and address are empty where all that the network has said is that it has this very post already.
    """

    id: str
    url: str
    version: str = ""


class Platform(Protocol):
    """A network, signed in to one account. One file each; found by the entry point group `sharebot.platforms`.

    The class also has `Settings`, a pydantic model of the account's configuration, and is built as
    `Platform(settings)`. It never retries, sleeps or logs a secret.
    """

    rules: Rules

    def publish(self, post: Post, key: Key, thread: tuple[Receipt, ...] = ()) -> Receipt:
        """Send one post, as a reply to the last of `thread` where there is one.

        Raises TryLater, Refused, SignInAgain or Unsure, and nothing else.
        """
        ...

    def find(self, post: Post, key: Key) -> Receipt | None:
        """Look whether a post whose answer was lost is there. None: it was not found. Raises as `publish` does."""
        ...

    def who(self) -> str:
        """Sign in and say as whom ("@weekly@mastodon.example"). Raises as `publish` does."""
        ...


class Editor(Platform, Protocol):
    """A network whose posts can be changed where they are; its rules say `edits`."""

    def edit(self, post: Post, receipt: Receipt) -> Receipt:
        """Give the post of `receipt` the words of `post`; what is there already may be written again without harm.

        Raises as `publish` does.
        """
        ...


@dataclass(frozen=True, slots=True)
class Identity:
    """As whom an account signed in ("@weekly@mastodon.example"), and what its sign-in is good for.

    `may` are its permissions in the network's own words, and `writes` tells whether posting is among them (None: the
    network does not say). `ends` is when its token ends (aware; None: never), `lasting` what follows from that. `bot`
    is whether the profile says that a program posts (None: there is no such mark).
    """

    who: str
    may: tuple[str, ...] = ()
    writes: bool | None = None
    ends: datetime | None = None
    lasting: str = ""
    bot: bool | None = None


class Candid(Platform, Protocol):
    """A network that tells more of an account than who it is."""

    def identity(self) -> Identity:
        """Sign in and say as whom, and what the sign-in allows. Raises as `publish` does."""
        ...


class Person(Protocol):
    """Whoever signs in, at a terminal or through a pipe."""

    def ask(self, words: str, *, hidden: bool = False) -> str:
        """Say what to do or to write, and return the answer, one line; `hidden` is not shown while it is written."""
        ...


@dataclass(frozen=True, slots=True)
class Credential:
    """What signing in brought; none of it is ever shown.

    `secrets` are values of the network's `Settings`, by name, and `more` is what it takes to renew or to revoke them.
    `ends` is when they end (aware; None: never, as far as the network tells).
    """

    secrets: Mapping[str, str] = field(repr=False)
    more: Mapping[str, str] = field(default_factory=dict, repr=False)
    ends: datetime | None = None


class SignsIn(Platform, Protocol):
    """A network with a sign-in of its own, which `sharebot login` offers. It is the class's: there is no account yet.

    `settings` are the account's, with an empty text for each secret that is not there.
    """

    @staticmethod
    def sign_in(settings: Any, person: Person) -> Credential:
        """Let a person sign in. Raises as `publish` does, and SharebotError for an answer that is none."""
        ...


class Renews(SignsIn, Protocol):
    """A network whose tokens end and can be had anew without a person."""

    @staticmethod
    def renew(settings: Any, credential: Credential) -> Credential:
        """Get the next credential, once.

        Raises SignInAgain only where the network says for certain that a person has to sign in, else TryLater.
        """
        ...


class SignsOut(SignsIn, Protocol):
    """A network that is told when a credential is not needed any more."""

    @staticmethod
    def sign_out(settings: Any, credential: Credential) -> None:
        """Make a credential worthless. Raises as `publish` does."""
        ...
