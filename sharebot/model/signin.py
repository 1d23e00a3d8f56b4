"""What a network tells of an account that signs in."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sharebot.model.posts import Platform


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
