"""How long after its due time a post reaches the network, with nothing else in the queue and with a full one."""

import time
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import timedelta
from statistics import quantiles
from typing import Any

from sqlalchemy import ColumnElement, Connection, Text, bindparam, cast, insert, literal, select, text

from benchmarks import postgresql
from benchmarks.figures import Figure
from benchmarks.load import Place, delivery, queue, work_off
from benchmarks.network import received, serving
from benchmarks.processes import fresh, say
from sharebot.engine import WORKERS
from sharebot.model import State
from sharebot.outbox import tables
from sharebot.outbox.census import Census
from sharebot.outbox.codec import to_row
from sharebot.outbox.ledger import Ledger

ROWS = 20_000
_RATE = 30
_SECONDS = 10
_POSTS = _RATE * _SECONDS
_SOON = timedelta(seconds=0.5)
_FAR = timedelta(days=30)
_TIMES = 50
"""How many different times the rows have that are put beside, and how often an idle look is taken."""
_INDEPENDENT = 1.5
"""How many times as long an idle look may take beside a full queue, the fastest of each: noise, and a deeper tree."""


@dataclass(frozen=True, slots=True)
class Kind:
    """What is measured; 99 of 100 posts should be out so many ms after they are due, the call itself not counted."""

    name: str
    engine: str
    goal: float
    on_server: bool = True


_KINDS = (
    Kind("SQLite", "local", 25, on_server=False),
    Kind("PostgreSQL", "local", 50),
    Kind("Procrastinate", "procrastinate", 150),
)


@dataclass(frozen=True, slots=True)
class Times:
    """What was measured, in ms: the lag of each post, and looks at a queue with nothing to do, or for a scrape."""

    lags: list[float]
    looks: list[float]
    views: list[float]


def measure(rows: int = ROWS) -> Iterator[Figure]:
    with postgresql.serving() as server:
        for kind in _KINDS:
            if kind.on_server and not server:
                continue
            looks = []
            for more in dict.fromkeys((0, rows)):
                beside = f"beside {more:,} finished and {more:,} future rows" if more else "with an empty queue"
                say(f"  {kind.name}: {_RATE} posts/s for {_SECONDS} s {beside}")
                with serving() as url, server.database() if server and kind.on_server else nullcontext() as place:
                    times = fresh(times_of, url, more, kind.engine, place)
                yield from _figures(f"{kind.name} {beside}", kind, times)
                looks.append(min(times.looks))
            if rows:
                share = looks[-1] / looks[0]
                yield Figure(f"{kind.name}: idle look, full of empty queue", share, "times", most=_INDEPENDENT)


def _figures(at: str, kind: Kind, times: Times) -> Iterator[Figure]:
    hundredths = quantiles(times.lags, n=100, method="inclusive")
    yield Figure(f"{at}: lag, p50", hundredths[49], "ms")
    yield Figure(f"{at}: lag, p99", hundredths[98], "ms", most=kind.goal, samples=tuple(times.lags))
    yield Figure.middle(f"{at}: idle look", times.looks, "ms")
    yield Figure.middle(f"{at}: look for a scrape", times.views, "ms")


def times_of(url: str, rows: int, engine: str, place: Place | None) -> Times:
    """Send posts that fall due one after the other, each on an account of its own; then look with nothing to do."""
    with queue(place) as ledger:
        _fill(ledger, rows)
        start = ledger.clock() + _SOON
        deliveries = [delivery(n, n, start + timedelta(seconds=n / _RATE)) for n in range(_POSTS)]
        ledger.add(deliveries, "bench", "queued", ledger.clock())
        work_off(ledger, deliveries, url, WORKERS, engine)
        looks = [_look(ledger) for _ in range(_TIMES)]
        census = Census(ledger)
        views = [_view(census) for _ in range(_TIMES)]
    arrived = dict(received(url))
    return Times([1000 * (arrived[f"{one.key}-1"] - one.due.timestamp()) for one in deliveries], looks, views)


def _look(ledger: Ledger) -> float:
    """Do what a worker does that has nothing to do; return the ms it took."""
    start = time.perf_counter()
    ledger.next_due()
    claimed = ledger.claim(ledger.clock(), WORKERS)
    assert not claimed
    return 1000 * (time.perf_counter() - start)


def _view(census: Census) -> float:
    """Do what a scrape of /metrics asks of the database; return the ms it took."""
    start = time.perf_counter()
    census.view()
    return 1000 * (time.perf_counter() - start)


def _fill(ledger: Ledger, rows: int) -> None:
    """Put rows of other times on the same accounts, past the ledger's own door: that one takes them one by one."""
    now = ledger.clock()
    future = to_row(delivery(0, 0, now))
    past = future | {"state": State.PUBLISHED.value, "attempts": 1, "first_attempt": now}
    each = -(-rows // _TIMES)
    for first in range(0, rows, each or 1):
        away, count = _FAR * (1 + first / rows), min(each, rows - first)
        with ledger.writing() as connection:
            _many(connection, past | {"key": "past", "due": now - away}, first, count)
            _many(connection, future | {"key": "future", "due": now + away}, first, count)
    if ledger.shared:
        with ledger.writing() as connection:
            connection.execute(text("ANALYZE"))


def _many(connection: Connection, row: dict[str, Any], first: int, count: int) -> None:
    """Let the database itself make rows: a million of them would take a client minutes."""
    numbers = select(literal(first).label("n")).cte("numbers", recursive=True)
    numbers = numbers.union_all(select(numbers.c.n + 1).where(numbers.c.n + 1 < first + count))
    columns: dict[str, ColumnElement[Any]] = {
        name: bindparam(None, value, tables.delivery.c[name].type) for name, value in row.items()
    }
    columns["key"] = literal(f"{row['key']}-").concat(cast(numbers.c.n, Text))
    columns["account"] = literal("account-").concat(cast(numbers.c.n % _POSTS, Text))
    connection.execute(insert(tables.delivery).from_select(list(columns), select(*columns.values())))
