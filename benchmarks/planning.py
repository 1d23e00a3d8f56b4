"""How long a plan of 10,000 deliveries takes, new ones and such as are queued already, beside composing them alone."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from datetime import time as wall
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

from benchmarks.composing import NETWORKS, issues
from benchmarks.figures import Figure
from benchmarks.processes import fresh, say
from sharebot.cli.planning.page import html
from sharebot.cli.planning.text import lines
from sharebot.cli.planning.view import View
from sharebot.config.values import Account, Config, Newsletter, Stream
from sharebot.model import Issue, Reading
from sharebot.outbox.ledger import Ledger
from sharebot.pipeline import Pipeline, quota
from sharebot.pipeline.items import choose, posts_for
from sharebot.schedule import Schedule
from sharebot.settings import Settings

DELIVERIES = 10_000
_ARTICLES = 10
"""Articles of an issue."""
_WARM = 10
_DAYS = 3660
_NOW = datetime(2026, 11, 24, 7, tzinfo=UTC)
_SCHEDULE = Schedule("Europe/Paris", at=tuple(wall(hour) for hour in range(8, 20)), gap=timedelta(minutes=30))

_Made = TypeVar("_Made")


@dataclass(frozen=True, slots=True)
class Work:
    """What planning took, in seconds; `composing` is the same posts without a plan."""

    deliveries: int
    composing: float
    new: float
    kept: float
    forecast: float
    text: float
    page: float


def measure() -> Iterator[Figure]:
    say(f"  {DELIVERIES:,} deliveries to {len(NETWORKS)} accounts")
    work = fresh(of_deliveries, DELIVERIES)
    name = f"{work.deliveries:,} deliveries"
    yield Figure(f"{name} composed, without a plan", work.composing, "s")
    yield Figure(f"{name} planned, all new", work.new, "s")
    yield Figure(f"{name} planned, all new, beside composing", work.new / work.composing, "times", most=2)
    yield Figure(f"{name} planned, all kept", work.kept, "s", most=10)
    yield Figure(f"{name} planned, all kept, beside composing", work.kept / work.composing, "times", most=0.25)
    yield Figure(f"{name}, forecast of quotas and budget", work.forecast, "s")
    yield Figure(f"{name} drawn as text", work.text, "s")
    yield Figure(f"{name} drawn as a page", work.page, "s")


def of_deliveries(count: int) -> Work:
    """Plan so many deliveries, write them down and plan again. A few are composed before, to be warm."""
    readings = {"archive": Reading(tuple(_issues(-(-count // len(NETWORKS)))))}
    config = _config()
    _composed(config, readings["archive"].issues[:_WARM])
    composed = _timed(lambda: _composed(config, readings["archive"].issues))
    with TemporaryDirectory() as folder, Ledger(f"sqlite:///{Path(folder) / 'sharebot.db'}") as ledger:
        pipeline = Pipeline(config, NETWORKS, ledger)
        made = _timed(lambda: pipeline.plan(readings, _NOW))
        ledger.add([entry.delivery for entry in made[1].entries], "bench", "planned", _NOW)
        kept = _timed(lambda: pipeline.plan(readings, _NOW))
        rows = ledger.since(_NOW)
    span = quota.Span(_NOW, _NOW + timedelta(days=_DAYS))
    forecasts = _timed(lambda: quota.forecasts(config, NETWORKS, made[1].entries, rows, span))
    view = View(made[1], config, NETWORKS, forecasts[1], span, _DAYS)
    text = _timed(lambda: "\n".join(lines(view, colour=False)))
    page = _timed(lambda: html(view))
    assert {entry.change for entry in kept[1].entries} == {"kept"}
    return Work(len(made[1].entries), composed[0], made[0], kept[0], forecasts[0], text[0], page[0])


def _timed(function: Callable[[], _Made]) -> tuple[float, _Made]:
    start = time.perf_counter()
    made = function()
    return time.perf_counter() - start, made


def _config() -> Config:
    stream = Stream("articles", tuple(NETWORKS), _SCHEDULE)
    newsletter = Newsletter("archive", "none", Settings(), (stream,), since="all")
    accounts = {name: Account(name, name, Settings()) for name in NETWORKS}
    return Config(Path("sharebot.yaml"), "Europe/Paris", accounts, {"archive": newsletter})


def _issues(articles: int) -> Iterator[Issue]:
    """Give issues of ten different articles each, a week apart."""
    made = issues(articles)
    number = 0
    while own := list(islice(made, _ARTICLES)):
        listed = tuple(replace(issue.articles[0], number=n) for n, issue in enumerate(own, 1))
        day = _NOW.date() - timedelta(days=7 * number)
        yield replace(own[0], id=f"issue-{number}", articles=listed, date=day)
        number += 1


def _composed(config: Config, read: tuple[Issue, ...]) -> int:
    newsletter = config.newsletters["archive"]
    stream = newsletter.posts[0]
    items = [item for issue in read for item in choose(newsletter, stream, issue)]
    return len([posts_for(newsletter, stream, item, rules, name) for item in items for name, rules in NETWORKS.items()])
