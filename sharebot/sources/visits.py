"""Polite visits to one address: not too often, not again for what has not changed, and no more once it is gone."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Annotated

from pydantic import AfterValidator, Field, WithJsonSchema

from sharebot import fetch
from sharebot.errors import SourceError
from sharebot.settings import Duration, Settings

EVERY = timedelta(minutes=15)
"""How often an address is visited where an editor says nothing; feeds' own servers ask for no more than that."""
SOONEST = timedelta(minutes=1)
"""No address is visited more often."""
_LONGEST_REST = timedelta(days=2)
"""A server that asks to be left alone for longer has likely set its clock wrong."""
_EARLY = 0.9
"""A timer may ring a little early; so much of the interval must have passed."""


def web_address(url: str) -> str:
    """Check that this is an address to fetch from. Raises ValueError with the cure."""
    if not fetch.is_web(url):
        raise ValueError("it is an address such as https://news.example/feed.xml, with https:// or http:// before it")
    return url


WebAddress = Annotated[str, AfterValidator(web_address), WithJsonSchema({"type": "string", "format": "uri"})]
"""An address that may be fetched; unlike a `Server`, it gets no secret but one that stands in it."""


class VisitSettings(Settings):
    """What an editor may say of how an address is visited."""

    every: Duration = Field(
        default_factory=partial(timedelta, seconds=EVERY.total_seconds()),
        ge=SOONEST,
        description="How often to look for what is new, 1m at least; 15m where nothing is said.",
        examples=["15m"],
    )
    pages: bool = Field(
        default=False,
        description="Whether to fetch the pages of articles that come without text or picture, and to take what they "
        "name for cards.",
        examples=[True],
    )
    allow_private: bool = Field(
        default=False,
        description="Whether the address may be on this machine or on a private network.",
        examples=[True],
    )


@dataclass(slots=True)
class Visits:
    """Remembers of one address when it may be visited again and which version of it is known."""

    url: str
    every: timedelta
    allow_private: bool = False
    version: fetch.Version = field(default_factory=fetch.Version)
    rest_until: datetime | None = None
    gone: bool = False

    def is_due(self, now: datetime) -> bool:
        """Whether the address may be visited now."""
        return not self.gone and (self.rest_until is None or now >= self.rest_until)

    def visit(self, now: datetime) -> fetch.Fetched | None:
        """Fetch what is there, None where it is what is known. Raises SourceError; a gone address is due no more."""
        self.rest_until = now + self.every * _EARLY
        try:
            return fetch.get_if_changed(self.url, now, self.version, allow_private=self.allow_private)
        except fetch.Gone as error:
            self.gone = True
            raise SourceError(error.place, f"{error.why}; it is asked no more until the next start") from None
        except fetch.Later as error:
            self.rest_until = now + max(self.every * _EARLY, min(error.after or timedelta(), _LONGEST_REST))
            raise

    def learn(self, found: fetch.Fetched) -> None:
        """Take note of the version that was read: what could not be read is fetched anew."""
        self.version = found.version
