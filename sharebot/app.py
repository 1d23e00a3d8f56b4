"""The only place that wires: from a configuration to a program that can run."""

import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from sharebot import config as configuration
from sharebot import places, plugins
from sharebot.config.values import Account, Config, Newsletter
from sharebot.errors import ConfigError, Sealed, SharebotError, StoreError

if TYPE_CHECKING:
    from sharebot.model import Credential, Delivery, Identity, Platform, Reading, Rules, Source
    from sharebot.outbox.credentials import Credentials
    from sharebot.outbox.ledger import Ledger
    from sharebot.pipeline import Pipeline
    from sharebot.publisher import Publisher

PATIENCE = timedelta(seconds=10)
"""How long a single run waits for a document that is just being written."""
_LOOK_AGAIN = 0.5


@dataclass(frozen=True, slots=True)
class App:
    """A wired program: what the command line and the daemon work with. `now` is its wall clock."""

    config: Config
    ledger: "Ledger"
    platforms: "Mapping[str, Platform]"
    sources: "Mapping[str, Source]"
    pipeline: "Pipeline"
    publisher: "Publisher"
    now: Callable[[], datetime]

    def read(self, *names: str, patience: timedelta = timedelta()) -> "dict[str, Reading]":
        """Look at the sources of these newsletters (all when none is named).

        With `patience`, documents that are still being written are waited for, so long at most.
        """
        from sharebot.sources.readers import languages

        # By the wall clock, also in a rehearsal: a document's age is real.
        end = clock() + patience
        readings = {name: self.sources[name].read(clock()) for name in names or self.sources}
        while any(reading.waiting for reading in readings.values()) and clock() < end:
            time.sleep(_LOOK_AGAIN)
            readings = {name: self.sources[name].read(clock()) for name in readings}
        languages.release()
        return readings

    def knows(self, delivery: "Delivery") -> bool:
        """Whether the configuration has the account and the newsletter of a delivery."""
        return delivery.account in self.platforms and delivery.newsletter in self.config.newsletters

    def signed_in(self, account: Account) -> "Platform | None":
        """Return the network of an account, where it signs in as it does here."""
        mine = self.config.accounts.get(account.name)
        theirs = (account.platform, account.settings, account.lacking)
        same = mine and (mine.platform, mine.settings, mine.lacking) == theirs
        return self.platforms[account.name] if same else None

    def source_of(self, newsletter: Newsletter) -> "Source | None":
        """Return the source of a newsletter, where it is read as it is here."""
        mine = self.config.newsletters.get(newsletter.name)
        same = mine and (mine.source_kind, mine.source, mine.hints) == (
            newsletter.source_kind,
            newsletter.source,
            newsletter.hints,
        )
        return self.sources[newsletter.name] if same else None


def clock() -> datetime:
    """Return the wall clock's time."""
    return datetime.now(UTC)


def has_config() -> bool:
    """Whether there is a configuration where one is looked for when none is named."""
    try:
        return bool(places.find(os.environ, Path.cwd()))
    except ConfigError:
        return bool(os.environ.get("SHAREBOT_CONFIG"))


def load(path: Path | None, *, secrets: bool | str, now: datetime | None = None) -> Config:
    """Load a configuration against what is installed. Raises ConfigError, and StoreError where sign-ins are stored.

    Without `secrets` no variable and no secret file is read: enough to plan and to look, not to sign in; with an
    account's name, those of that account are, as far as they are there. With `now`, its warnings tell of budgets and
    quotas that the schedules may overrun from then on.
    """
    path = find(path)
    with _stored(path) as stored:
        found = configuration.load(
            path,
            platforms=plugins.load(plugins.PLATFORMS),
            sources=plugins.load(plugins.SOURCES),
            env=os.environ,
            secrets=secrets,
            stored=stored,
            now=now,
        )
    if secrets:
        from sharebot.masking import mask

        mask(found.secrets() | _beside(path))
    return found


def credentials(outbox: "Ledger") -> "Credentials":
    """Return the sign-ins that an outbox holds, with the keys to them. Raises Sealed for a key that is none."""
    from sharebot import sealing
    from sharebot.outbox.credentials import Credentials

    text = places.given(os.environ, "SHAREBOT_KEY", Sealed)
    return Credentials(outbox, sealing.keys(text) if text else ())


def _beside(path: Path) -> set[str]:
    """Return the secrets that the environment holds beside those of a configuration: keys, the database's password."""
    password = database(path).rpartition("@")[0].partition("//")[2].partition(":")[2]
    return {*places.given(os.environ, "SHAREBOT_KEY", Sealed).split(), password, unquote(password)}


def salvage(path: Path) -> configuration.Salvage:
    """Read what is right in a configuration that need not be right as a whole; it never raises ConfigError."""
    with _stored(path) as stored:

        def looked_up(name: str) -> "Credential | None":
            with suppress(StoreError):
                return stored(name)
            return None

        return configuration.salvage(
            path,
            platforms=plugins.load(plugins.PLATFORMS),
            sources=plugins.load(plugins.SOURCES),
            env=os.environ,
            stored=looked_up,
        )


@contextmanager
def _stored(path: Path) -> "Iterator[Callable[[str], Credential | None]]":
    """Give what looks a stored sign-in up; the outbox is opened with the first."""
    with ExitStack() as stack:

        @cache
        def store() -> "Credentials":
            return credentials(stack.enter_context(ledger_beside(path, create=False)))

        yield lambda name: store().get(name)


def schema(*, part: bool = False) -> dict[str, Any]:
    """Return the JSON Schema of the configuration, or of an included `part`, with what is installed."""
    return configuration.schema(plugins.load(plugins.PLATFORMS), plugins.load(plugins.SOURCES), part=part)


def find(path: Path | None) -> Path:
    """Return the configuration's path: the one that is named, else where it is looked for. Raises ConfigError."""
    return path or places.find(os.environ, Path.cwd())


def database(path: Path) -> str:
    """Return the outbox's address: SHAREBOT_DATABASE or its file, else a file beside the configuration, or in it.

    Raises StoreError.
    """
    return places.database(path, os.environ)


def outbox_of(path: Path | None) -> str:
    """Return the outbox's address; no configuration is needed where SHAREBOT_DATABASE tells it. Raises ConfigError."""
    return places.given(os.environ, places.DATABASE, StoreError) or database(find(path))


def ledger(config: Config, *, create: bool = True) -> "Ledger":
    """Open the outbox. Where looking must not `create` a file, a missing one is an empty outbox. Raises StoreError."""
    return ledger_beside(config.path, create=create)


def ledger_beside(path: Path, *, create: bool) -> "Ledger":
    """Open the outbox of the configuration at `path`, whatever is in it."""
    from sharebot.outbox.database import path_of
    from sharebot.outbox.ledger import Ledger

    url = database(path)
    file = path_of(url)
    return Ledger(url if create or file is None or file.exists() else "sqlite://")


def platform(name: str) -> Any:
    """Return the class of an installed network. Raises SharebotError with the names that there are."""
    found = plugins.load(plugins.PLATFORMS)
    if name not in found:
        raise SharebotError(f"there is no platform {name!r}; installed are {', '.join(found)}")
    return found[name]


def identity(network: "Platform") -> "Identity":
    """Sign in and say as whom, and what for, as far as the network tells. Raises PublishError."""
    from sharebot.model import Identity

    return network.identity() if hasattr(network, "identity") else Identity(network.who())


def rules_of(config: Config | None) -> "Callable[[str, str], Rules]":
    """Return what gives the rules for an account's name and its network's.

    They are the account's own where it is configured, for its server may have other limits, else the network's usual.
    """

    @cache
    def find(account: str, network: str) -> "Rules":
        kind, known = platform(network), config.accounts.get(account) if config else None
        found: Rules = kind(known.settings).rules if known and known.platform == network else kind.rules
        return found

    return find


def build(config: Config, outbox: "Ledger", now: Callable[[], datetime] = clock, before: App | None = None) -> App:
    """Wire a configuration and an outbox. Networks and sources that are the same as `before` are taken over from there.

    Raises whatever the class of a network or source raises.
    """
    from sharebot.pipeline import Pipeline
    from sharebot.publisher import Publisher
    from sharebot.ranking import Ranker

    kinds = plugins.load(plugins.SOURCES)
    platforms = {
        name: (before and before.signed_in(account)) or _network(account, outbox, now)
        for name, account in config.accounts.items()
    }
    return App(
        config=config,
        ledger=outbox,
        platforms=platforms,
        sources={
            name: (before and before.source_of(each)) or kinds[each.source_kind](each.source, config.folder, each.hints)
            for name, each in config.newsletters.items()
        },
        pipeline=Pipeline(
            config,
            {name: network.rules for name, network in platforms.items()},
            outbox,
            Ranker(config.llm) if config.llm else None,
        ),
        publisher=Publisher(
            platforms,
            now,
            {n.name: n.approval for n in config.newsletters.values()},
        ),
        now=now,
    )


def _network(account: Account, outbox: "Ledger", now: Callable[[], datetime]) -> "Platform":
    kind = platform(account.platform)
    if not (account.lacking and hasattr(kind, "renew")):
        network: Platform = kind(account.settings)
        return network
    from sharebot.renewal import Keeper, Renewing

    renewing: Any = Renewing(Keeper(account, kind, outbox, credentials(outbox), now))
    return renewing  # type: ignore[no-any-return] # it is whatever network it holds
