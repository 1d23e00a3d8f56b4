"""A day of 10,000 posts in simulated time, by the daemon's own parts over real HTTP: what is left of it in memory."""

import gc
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Any, Self

from benchmarks.daemon import memory
from benchmarks.figures import Figure
from benchmarks.load import clock
from benchmarks.processes import fresh, say
from sharebot import app, rounds
from sharebot.engine import local
from sharebot.engine.local import Dispatcher
from sharebot.outbox.ledger import Ledger
from sharebot.sandbox import Sandbox
from sharebot.sandbox.accounts import credentials
from sharebot.tally import Tally
from sharebot.testing import FakeClock

HOURS = 24
WARM = 4
"""Hours until all is imported that is ever going to be, and caches have what they are going to have."""
_ACCOUNTS = 4
"""Accounts on each of three networks."""
_ARTICLES = 35
_KEPT = 2
"""How many issues lie in the folder: an older one goes when a new one comes."""
_LOOK = timedelta(minutes=1)
_APART = 20.0
"""Seconds between two requests for the sandbox's clock."""
_AT_THE_END = 10.0
_CONFIG = """\
version: 1
timezone: UTC
accounts:
{accounts}newsletters:
  day:
    source: {{folder: issues, settle: 0s}}
    since: all
    language: en
    posts:
      - name: articles
        to: [{names}]
        what: articles
        schedule: now
        text: "{{headline}}\\n\\n{{summary}}\\n\\n{{link}}"
"""


@dataclass(frozen=True, slots=True)
class Sample:
    """How things stand after an hour: posts so far, objects that Python keeps, by type, and MiB."""

    posts: int
    objects: Counter[str]
    memory: float
    log: float
    """Of SQLite's write-ahead log."""


class Day:
    """Reads, plans and posts an issue of so many `articles` each hour, and looks at everything each minute."""

    def __init__(self, folder: Path, url: str, articles: int, accounts: int) -> None:
        named = {
            f"{network}{number}": settings
            for number in range(accounts)
            for network, settings in credentials(url, f"day{number}").items()
        }
        lines = "".join(f"  {name}: {_flow(settings)}\n" for name, settings in named.items())
        (folder / "issues").mkdir()
        config = folder / "sharebot.yaml"
        config.write_text(_CONFIG.format(accounts=lines, names=", ".join(named)), encoding="utf-8")
        self._folder, self._articles = folder / "issues", articles
        self._clock = FakeClock(clock() - timedelta(hours=HOURS))
        self._ledger = Ledger(f"sqlite:///{folder / 'queue.db'}")
        self._app = app.build(app.load(config, secrets=True), self._ledger, self._clock)
        self._tally = Tally()
        self._known: Any = None
        self._hours = 0
        prepare = self._app.pipeline.catch_up
        self._engine = Dispatcher(
            self._ledger, self._app.publisher.work, self._clock, prepare=prepare, tell=self._tally.tell
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._engine.finish(_AT_THE_END)
        self._ledger.close()

    def hour(self) -> Sample:
        """Live an hour, and say how things stand after it."""
        self._hours += 1
        text = _issue(self._hours, self._articles)
        (self._folder / f"{self._hours:04}.md").write_text(text, encoding="utf-8")
        (self._folder / f"{self._hours - _KEPT:04}.md").unlink(missing_ok=True)
        for _ in range(timedelta(hours=1) // _LOOK):
            self._look()
            self._clock.now += _LOOK
        return self._sample()

    def _look(self) -> None:
        readings = self._app.read()
        if readings != self._known:
            self._app.pipeline.enqueue(readings, self._clock())
            self._known = readings
        self._engine.drain()

    def _sample(self) -> Sample:
        rounds.give_back()
        gc.collect()
        objects = Counter(type(each).__name__ for each in gc.get_objects())
        log = self._ledger.path and self._ledger.path.with_name("queue.db-wal")
        size = log.stat().st_size / (1 << 20) if log else 0
        return Sample(sum(self._tally.posts.values()), objects, memory("self"), size)


def sandbox_without_limits() -> Sandbox:
    """Make a sandbox for whose clock each request comes long after the one before: nobody posts too much."""
    times = count(time.time(), _APART)
    return Sandbox(clock=lambda: next(times))


def measure() -> Iterator[Figure]:
    say(f"  {HOURS} hours, {HOURS * _ARTICLES * 3 * _ACCOUNTS} posts")
    with sandbox_without_limits() as sandbox:
        samples = fresh(lived, sandbox.url)
    warm, last = samples[WARM - 1], samples[-1]
    grown = last.objects.total() - warm.objects.total()
    yield Figure("a day: posts", last.posts, "", least=HOURS * _ARTICLES * 3 * _ACCOUNTS)
    yield Figure("a day: memory at its end", last.memory, "MiB", most=100, samples=tuple(s.memory for s in samples))
    yield Figure(f"a day: memory that came after {WARM} hours", last.memory - warm.memory, "MiB", most=2)
    yield Figure("a day: objects for each post after that", grown / (last.posts - warm.posts), "", most=0.1)
    yield Figure("a day: SQLite's write-ahead log", max(s.log for s in samples), "MiB", most=8)


def lived(url: str, hours: int = HOURS, articles: int = _ARTICLES, accounts: int = _ACCOUNTS) -> list[Sample]:
    """Live so many hours, and say how things stand after each. For a process of its own."""
    local._SOON = 0.0  # noqa: SLF001 — where the clock jumps, nothing is waited for
    rounds.share_memory()  # as the daemon does
    with TemporaryDirectory(prefix="sharebot-bench-") as name, Day(Path(name), url, articles, accounts) as day:
        return [day.hour() for _ in range(hours)]


def _flow(settings: dict[str, str]) -> str:
    return "{" + ", ".join(f"{key}: '{value}'" for key, value in settings.items()) + "}"


def _issue(number: int, articles: int) -> str:
    stories = "".join(
        f"## Ferry {number}-{each} runs again\n\nThe ferry {number}-{each} to the island runs again after three years. "
        f"The first boat left with {10 + each} passengers.\n\n[Read](https://news.example/{number}/{each})\n\n"
        for each in range(articles)
    )
    return f"---\ntitle: Harbour News {number}\nlanguage: en\n---\n\n{stories}"
