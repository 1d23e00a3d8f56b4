"""A configuration as the rest of the program sees it: checked, complete and immutable."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel

from sharebot.errors import Problem
from sharebot.model import NO_HINTS, CardKind, Caution, Hints
from sharebot.places import folder_of
from sharebot.ranking import RankerSettings
from sharebot.schedule import Most, Schedule
from sharebot.settings import Settings

if TYPE_CHECKING:
    from sharebot.config.alerting import Alerts

WINDOW = timedelta(days=30)
"""How long a link that an account has posted is not posted there again, unless the editor says otherwise."""


@dataclass(frozen=True, slots=True)
class Budget:
    """At most `amount` US dollars in each calendar month."""

    amount: float
    per: Literal["month"] = "month"


@dataclass(frozen=True, slots=True)
class Account:
    """Where posts go. `settings` is what the network's class asks for; `most` and `budget` hold over all streams.

    `lacking` are the secrets that the file does not give: `sharebot login` stored them, and they end when it `ends`.
    """

    name: str
    platform: str
    settings: Settings
    most: tuple[Most, ...] = ()
    budget: Budget | None = None
    lacking: tuple[str, ...] = field(default=(), compare=False)
    ends: datetime | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Approval:
    """Whether a person approves each post before it goes out, and who may: `by` their names (empty: anybody).

    With `two_people` nobody approves what they edited themselves.
    """

    required: bool = False
    by: tuple[str, ...] = ()
    two_people: bool = False


@dataclass(frozen=True, slots=True)
class Stream:
    """What is posted when: the newsletter's articles to the accounts `to`, each formed by the template `text`.

    `card` is what is shown beside the text. `opening`, `numbering` and `replies` are for threads (see `model.Voice`).
    A link that the account has posted within `window` of its time is not posted again (None: it is).
    """

    name: str
    to: tuple[str, ...]
    schedule: Schedule
    what: Literal["articles", "thread", "digest"] = "articles"
    text: str | None = None
    card: CardKind = "link"
    opening: str | None = None
    numbering: bool = False
    replies: str | None = None
    window: timedelta | None = WINDOW


@dataclass(frozen=True, slots=True)
class Newsletter:
    """One newsletter. `source` is what the class of `source_kind` asks for; paths in it begin at the file's folder.

    `title` is its name for readers. `hints` tell the readers how to find the articles. `link` stands in for the address
    of an article that has none. `since` is the first day whose issues are posted (None: those that appear after the
    first reading). `timezone` goes before the configuration's. `warnings` say when readers are warned of an article.
    `ranking` says whether `Config.llm` ranks the sentences of summaries. For longer than `silent` it is never without
    a new issue (None: that is told from those before).
    """

    name: str
    source_kind: str
    source: Settings
    posts: tuple[Stream, ...]
    hints: Hints = NO_HINTS
    language: str | None = None
    link: str | None = None
    utm: Mapping[str, str] = field(default_factory=dict)
    hashtags: tuple[str, ...] = ()
    approval: Approval = Approval()
    since: date | Literal["all"] | None = None
    timezone: str | None = None
    title: str = ""
    warnings: tuple[Caution, ...] = ()
    ranking: Literal["none", "llm"] = "none"
    silent: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Config:
    """A whole configuration, from the file or folder `path`. `warnings` are what works and yet should not stay so.

    `folder` is where relative paths begin. `files` are all that the configuration was read from, secrets' files too.

    `llm` is there wherever a newsletter's ranking asks for it. An empty api_key in it stands for what is not here.
    """

    path: Path
    timezone: str
    accounts: Mapping[str, Account]
    newsletters: Mapping[str, Newsletter]
    llm: RankerSettings | None = None
    alerts: "Alerts | None" = None
    warnings: tuple[Problem, ...] = ()
    files: tuple[Path, ...] = ()

    def secrets(self) -> set[str]:
        """Return all that must never be told."""
        from sharebot.config.secrets import held

        parts = [getattr(self, each.name) for each in fields(self)]
        settings = [account.settings for account in self.accounts.values()]
        sources = [newsletter.source for newsletter in self.newsletters.values()]
        return set(held([*settings, *sources, *(part for part in parts if isinstance(part, BaseModel))]))

    def stream(self, newsletter: str, name: str) -> Stream | None:
        """Return a newsletter's stream by their names; None where the configuration has none such."""
        letter = self.newsletters.get(newsletter)
        return next((stream for stream in letter.posts if stream.name == name), None) if letter else None

    @property
    def folder(self) -> Path:
        """The folder in which relative paths begin."""
        return folder_of(self.path)
