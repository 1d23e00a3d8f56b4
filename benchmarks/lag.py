"""How long after its due time a post reaches the network, with nothing else in the queue and with a full one."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from statistics import quantiles
from typing import Any

from sqlalchemy import insert

from benchmarks.figures import Figure
from benchmarks.load import clock, delivery, queue, work_off
from benchmarks.network import received, serving
from benchmarks.processes import fresh, say
from sharebot.engine import WORKERS
from sharebot.model import State
from sharebot.outbox import tables
from sharebot.outbox.codec import to_row
from sharebot.outbox.ledger import Ledger

ROWS = 20_000
_RATE = 30
_SECONDS = 10
_POSTS = _RATE * _SECONDS
_BATCH = 10_000
_SOON = timedelta(seconds=0.5)
_FAR = timedelta(days=30)


def measure(rows: int = ROWS) -> Iterator[Figure]:
    for more in dict.fromkeys((0, rows)):
        beside = f"beside {more:,} finished and {more:,} future rows" if more else "with an empty queue"
        say(f"  {_RATE} posts/s for {_SECONDS} s {beside}")
        with serving() as url:
            lags = fresh(lags_of, url, more)
        hundredths = quantiles(lags, n=100, method="inclusive")
        yield Figure(f"lag {beside}, p50", hundredths[49], "ms")
        yield Figure(f"lag {beside}, p99", hundredths[98], "ms", samples=tuple(lags))


def lags_of(url: str, rows: int) -> list[float]:
    """Send posts that fall due one after the other, each on an account of its own; return the lags in ms."""
    with queue() as ledger:
        _fill(ledger, rows)
        start = clock() + _SOON
        deliveries = [delivery(n, n, start + timedelta(seconds=n / _RATE)) for n in range(_POSTS)]
        ledger.add(deliveries, "bench", "queued", clock())
        work_off(ledger, deliveries, url, WORKERS)
    arrived = dict(received(url))
    return [1000 * (arrived[f"{one.key}-1"] - one.due.timestamp()) for one in deliveries]


def _fill(ledger: Ledger, rows: int) -> None:
    """Put rows of other times on the same accounts, past the ledger's own door: that one takes them one by one."""
    now = clock()
    future = to_row(delivery(0, 0, now))
    past = future | {"state": State.PUBLISHED.value, "attempts": 1, "first_attempt": now}
    for first in range(0, rows, _BATCH):
        numbers = range(first, min(first + _BATCH, rows))
        batch = [_at(past, f"past-{n}", n, now - _FAR * (1 + n / rows)) for n in numbers]
        batch += [_at(future, f"future-{n}", n, now + _FAR * (1 + n / rows)) for n in numbers]
        with ledger.writing() as connection:
            connection.execute(insert(tables.delivery), batch)


def _at(row: dict[str, Any], key: str, number: int, due: datetime) -> dict[str, Any]:
    return row | {"key": key, "account": f"account-{number % _POSTS}", "due": due}
