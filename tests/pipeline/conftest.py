"""A newsletter of three articles for two networks, and the way to plan, queue and publish it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import pytest

from sharebot.config.values import Account, Config, Newsletter, Stream
from sharebot.model import Article, Delivery, Issue, Reading, Receipt, Rules, State
from sharebot.outbox.ledger import Change, Ledger
from sharebot.outbox.settling import Settlement
from sharebot.pipeline import Pipeline, Plan
from sharebot.schedule import Schedule
from sharebot.settings import Settings
from sharebot.text.measure import measure_mastodon, measure_x

RULES = {"mastodon": Rules(measure_mastodon, "test", edits=True), "x": Rules(measure_x, "test")}
BRIDGES = ("northern", "southern", "western")
NINE = Schedule("UTC", at=(time(9),))


class Desk:
    """An outbox with a pipeline of which each call may have another configuration, issue and time."""

    def __init__(self, ledger: Ledger, now: datetime) -> None:
        self.ledger = ledger
        self.now = now

    def issue(self, *changed: Any, **changes: Any) -> Issue:
        """Return the issue; `changed` are its articles, where they are others."""
        usual = [
            Article(
                number,
                f"The {name} bridge opens",
                (
                    f"The {name} bridge opened on Monday after {number + 1} years.",
                    f"It cost {number} million euros, as the town of {name.title()} says.",
                    f"Cars pay {number} euros at the {name} gate.",
                ),
                f"https://news.example/{name}",
            )
            for number, name in enumerate(BRIDGES, 1)
        ]
        articles = tuple(changed or usual)
        return replace(Issue("2026-11", "The issue", articles, date(2026, 11, 2), "en"), **changes)

    def config(self, schedule: Schedule = NINE, *, streams: tuple[Stream, ...] = (), **changes: Any) -> Config:
        """Return a configuration of one newsletter, with one stream to Mastodon where no others are given."""
        usual = Stream("articles", changes.pop("to", ("mastodon",)), schedule, **changes.pop("stream", {}))
        newsletter = Newsletter("weekly", "folder", Settings(), streams or (usual,), **{"since": "all"} | changes)
        accounts = {name: Account(name, name, Settings()) for name in RULES}
        return Config(Path("sharebot.yaml"), "UTC", accounts, {"weekly": newsletter})

    def plan(self, config: Config | None = None, *issues: Issue) -> Plan:
        """Plan, and write nothing."""
        return self._pipeline(config).plan({"weekly": Reading(issues or (self.issue(),))}, self.now)

    def queue(self, config: Config | None = None, *issues: Issue) -> Plan:
        """Plan and write it down."""
        return self._pipeline(config).enqueue({"weekly": Reading(issues or (self.issue(),))}, self.now)

    def catch_up(self, config: Config) -> None:
        """Give what is late its new time."""
        self._pipeline(config).catch_up(self.now)

    def _pipeline(self, config: Config | None) -> Pipeline:
        return Pipeline(config or self.config(), RULES, self.ledger)

    def publish(self, *, approve: bool = False) -> list[Delivery]:
        """Publish all that is due, and return everything that is out."""
        drafts = self.ledger.deliveries(State.DRAFT) if approve else []
        self.ledger.change([Change(d, replace(d, state=State.QUEUED), "approved") for d in drafts], "jo", self.now)
        while claimed := self.ledger.claim(self.now, 8):
            out = [
                Settlement(d, State.PUBLISHED, "out", Receipt(d.key, f"https://{d.account}.example/{d.key}"))
                for d in claimed
            ]
            self.ledger.settle(out, self.now)
        return self.ledger.deliveries(State.PUBLISHED)

    def rows(self, *states: State) -> dict[tuple[str, str, int, int], Delivery]:
        """Return what is queued by stream, account, article and turn."""
        found = [d for d in self.ledger.deliveries(*states) if not d.corrects]
        return {(d.stream, d.account, d.article, d.turn): d for d in found}


@pytest.fixture
def desk(ledger: Ledger, now: datetime) -> Desk:
    return Desk(ledger, now)


@pytest.fixture
def utc() -> Callable[..., datetime]:
    def make(year: int, month: int, day: int, hour: int = 0) -> datetime:
        return datetime(year, month, day, hour, tzinfo=UTC)

    return make
