"""What doctor is asked about: a configuration, right or wrong, and the outbox beside it."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sharebot import app, places
from sharebot.cli.diagnosing.findings import Finding, warn, well, wrong
from sharebot.config import Salvage
from sharebot.config.values import Config, Newsletter
from sharebot.errors import ConfigError, SharebotError, StoreError


@dataclass(frozen=True, slots=True)
class Subject:
    """`config` is None where the configuration cannot be used; `there` is what can be made of it all the same."""

    path: Path
    config: Config | None
    fault: str
    there: Salvage

    @property
    def url(self) -> str:
        """The outbox's address."""
        return places.database(self.path, os.environ)

    @property
    def file(self) -> Path | None:
        """The outbox's file; None where it has none, or its address is wrong."""
        from sharebot.outbox.database import path_of

        try:
            return path_of(self.url)
        except StoreError:
            return None

    @property
    def newsletters(self) -> dict[str, Newsletter]:
        """What is to be read, by name."""
        return dict(self.config.newsletters if self.config else self.there.sources)

    @property
    def zones(self) -> list[str]:
        """The time zones that the configuration names, right or wrong."""
        parts = [self.there.data]
        letters = parts[0].get("newsletters") if isinstance(parts[0], dict) else None
        parts += letters.values() if isinstance(letters, dict) else ()
        named = [part.get("timezone") for part in parts if isinstance(part, dict)]
        return list(dict.fromkeys(zone for zone in named if isinstance(zone, str)))


def subject(named: Path | None) -> Subject:
    """Read what there is. Raises nothing."""
    config, fault = None, ""
    try:
        config = app.load(named, secrets=True)
    except SharebotError as error:
        fault = str(error)
    try:
        path = app.find(named)
    except ConfigError:
        path = Path.cwd() / "sharebot.yaml"
    return Subject(path, config, fault, app.salvage(path))


def configuration(asked: Subject) -> Iterator[Finding]:
    """Tell whether the configuration is right."""
    name = "configuration"
    if asked.config is None:
        yield wrong(name, asked.fault, "mend it; `sharebot check` tells whether it is right")
    elif warnings := asked.config.warnings:
        words = f"{len(warnings)} thing(s) in it should not stay so: {_plain(warnings[0])}"
        yield warn(name, words, "`sharebot check` shows them all")
    else:
        yield well(name)


def _plain(problem: Any) -> str:
    return str(problem).partition("\n")[0]
