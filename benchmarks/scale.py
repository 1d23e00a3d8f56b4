"""A million accounts and 25 million posts a day, on paper: how many hosts and databases, and what gives way first.

Nothing is run here. Posts fall due second by second over one weekday, and flow through what is narrowest; each post's
lag is how long the flow takes until its turn. The same numbers give the same answer on every machine.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, partial
from typing import Any

from benchmarks.figures import Figure

DAY, HOUR = 86_400, 3600
LATEST, _LATE = 60.0, 0.01
"""Seconds of lag that the posts of the busiest hour must stay below, but for this share of them."""
_MOST_HOSTS = 4096
_NINE = {0: 0.15, 3.5: 0.1, 8: 0.4, 14: 0.25, 16: 0.1}
"""At which hours UTC it is 9:00 somewhere (Tokyo, India, Europe, New York, Denver), and what share is for there."""
_DAYTIME = tuple(1.0 if 6 <= hour < 23 else 0.25 for hour in range(24))
"""How much an hour (UTC) has of what is not for 9:00: the newsletters' readers sleep, too."""


def _known(value: float, unit: str, source: str) -> Any:
    return field(default=value, metadata={"unit": unit, "source": source})


@dataclass(frozen=True, slots=True)
class Assumptions:
    """What is measured, and what is only supposed. Times are means."""

    accounts: float = _known(1_000_000, "accounts", "the question")
    posts: float = _known(25_000_000, "posts a day", "the question")
    at_nine: float = _known(0.15, "of the posts at weekdays 9:00 in five zones", "supposed")
    full_hours: float = _known(0.35, "of the posts at full hours", "supposed")
    ahead: float = _known(3, "days that posts wait in the queue", "supposed")
    call: float = _known(0.45, "s a call, 0.1 to 0.8", "supposed")
    fails: float = _known(0.02, "of the calls have to be made again", "supposed")
    doubts: float = _known(0.001, "of the answers are lost: one look, and one call more", "supposed")
    slots: float = _known(256, "calls at once on a host (8 processes of 32)", "chosen")
    host_cores: float = _known(4, "processors of a host", "chosen")
    base_cores: float = _known(32, "processors of a database", "chosen")
    commit: float = _known(
        0.005, "s until a commit is back", "measured: 2.2 ms on a busy machine; doubled for the way there"
    )
    commits: float = _known(20_000, "commits a second of a database (NVMe, commits in groups)", "supposed")
    log: float = _known(200, "MB of write-ahead log a second and database, with a replica", "supposed")
    log_insert: float = _known(2.2, "kB of log a post that is queued", "measured")
    log_send: float = _known(6.3, "kB of log a claim and settlement, pages that are touched first included", "measured")
    row: float = _known(2.5, "kB on disk a finished post: its row, three events, their indexes", "measured")
    due: float = _known(86, "bytes of the index of due posts a waiting post", "measured")
    hand: float = _known(0.3, "ms to hand one account to the engine, many in a transaction", "supposed")


@dataclass(frozen=True, slots=True)
class Engine:
    """Who calls the publisher: milliseconds of processor time a post there and in the database, commits a post."""

    name: str
    cpu: float
    base_cpu: float
    commits: float
    hands: bool = False


LEDGER = Engine("ledger alone", 1.6, 0.4, 2)
PROCRASTINATE = Engine("Procrastinate", 2.1, 0.7, 4.1, hands=True)
"""Measured, but for the commits: a job is fetched and finished beside claim and settlement, many are handed at once."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is set up, and over how many seconds the posts of one moment are spread (`spread:`)."""

    engine: Engine
    spread: int = 0
    databases: int = 1
    hosts: int = 1


def sendings(known: Assumptions) -> float:
    """Return how many claims, calls and settlements a post takes."""
    return 1 / (1 - known.fails) + 2 * known.doubts


def limits(known: Assumptions, plan: Plan) -> dict[str, float]:
    """Return how many posts a second each part lets through."""
    engine, times = plan.engine, sendings(known)
    held = known.call + 2 * known.commit
    hosts, bases = plan.hosts / times, plan.databases / times
    found = {
        "calls at once": hosts * known.slots / held,
        "the hosts' processors": hosts * known.host_cores * 1000 / engine.cpu,
        "the database's commits": bases * known.commits / engine.commits,
        "the database's processors": bases * known.base_cores * 1000 / engine.base_cpu,
        "the database's log": bases * known.log * 1000 / known.log_send,
    }
    return found | ({"handing by one host": bases * 1000 / known.hand} if engine.hands else {})


def narrowest(known: Assumptions, plan: Plan) -> tuple[str, float]:
    """Return what gives way first, and at how many posts a second."""
    return min(limits(known, plan).items(), key=lambda limit: limit[1])


@cache
def arrivals(known: Assumptions, spread: int) -> tuple[float, ...]:
    """Return how many posts are due in each second of a weekday."""
    evenly = known.posts * (1 - known.at_nine - known.full_hours)
    hours = [known.posts * known.full_hours * share / sum(_DAYTIME) for share in _DAYTIME]
    day = [evenly * _DAYTIME[second // HOUR] / sum(_DAYTIME) / HOUR for second in range(DAY)]
    bursts = [(hour * HOUR, count) for hour, count in enumerate(hours)]
    bursts += [(int(hour * HOUR), known.posts * known.at_nine * share) for hour, share in _NINE.items()]
    width = max(spread, 1)
    for start, count in bursts:
        for second in range(start, start + width):
            day[second % DAY] += count / width
    return tuple(day)


Waiting = Sequence[tuple[float, float]]
"""Of each second of the busiest hour, how many posts wait at its beginning, and how many more fall due in it."""


def busiest(due: Sequence[float], rate: float) -> Waiting:
    """Follow a day up to the full hour in which most posts are due, where so many a second are sent."""
    start = max(range(0, len(due), HOUR), key=lambda hour: sum(due[hour : hour + HOUR]))
    found, waiting = [], 0.0
    for count in due[: start + HOUR]:
        found.append((waiting, count))
        waiting = max(waiting + count - rate, 0.0)
    return found[start:]


def late(hour: Waiting, rate: float, limit: float) -> float:
    """Return the share of the posts that are sent more than `limit` seconds after they were due."""
    after = sum(min(max(waiting + count - rate * limit, 0), count) for waiting, count in hour)
    return after / sum(count for _, count in hour)


def lag(hour: Waiting, rate: float, share: float = 0.99) -> float:
    """Return the lag that this share of the posts stays below, to a tenth of a second."""
    low, high = 0.0, float(DAY)
    while high - low > 0.1:
        middle = (low + high) / 2
        low, high = (low, middle) if late(hour, rate, middle) <= 1 - share else (middle, high)
    return high


@cache
def enough(known: Assumptions, plan: Plan) -> Plan:
    """Return the plan with the fewest databases, and for these the fewest hosts, that keep the lag below `LATEST`."""
    due = arrivals(known, plan.spread)

    def kept(hosts: int, databases: int) -> bool:
        rate = narrowest(known, replace(plan, hosts=hosts, databases=databases))[1]
        return late(busiest(due, rate), rate, LATEST) <= _LATE

    databases = _least(partial(kept, _MOST_HOSTS))
    return replace(plan, databases=databases, hosts=_least(lambda hosts: kept(hosts, databases)))


def _least(good: Callable[[int], bool]) -> int:
    low, high = 0, _MOST_HOSTS
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if good(middle) else (middle, high)
    return high


def growth(known: Assumptions) -> dict[str, float]:
    """Return what a day writes, and what waits, in GB."""
    gigabytes = known.posts / 1e6
    return {
        "log a day": gigabytes * (known.log_insert + known.log_send * sendings(known)),
        "finished rows a day": gigabytes * known.row,
        "index of due posts": known.posts * known.ahead * known.due / 1e9,
    }


PLANS = tuple(Plan(engine, spread) for spread in (0, 300, 900) for engine in (LEDGER, PROCRASTINATE))
HOSTS = (2, 6, 8, 10, 12, 16, 20, 32)


def lags(known: Assumptions, plan: Plan) -> tuple[float, float]:
    """Return the lags that half, and 99 %, of the busiest hour's posts stay below."""
    rate = narrowest(known, plan)[1]
    hour = busiest(arrivals(known, plan.spread), rate)
    return lag(hour, rate, 0.5), lag(hour, rate)


def measure() -> Iterator[Figure]:
    known = Assumptions()
    for plan in (enough(known, plan) for plan in PLANS):
        at = f"{plan.engine.name}, spread {plan.spread} s"
        what, rate = narrowest(known, plan)
        yield Figure(f"{at}: databases", plan.databases, "databases")
        yield Figure(f"{at}: hosts", plan.hosts, "hosts")
        yield Figure(f"{at}: at most ({what})", rate, "posts/s")
        yield Figure(f"{at}: p99 lag in the busiest hour", lags(known, plan)[1], "s", most=LATEST)
    for hosts in HOSTS:
        half, most = lags(known, Plan(LEDGER, 300, hosts=hosts))
        yield Figure(f"one database, {hosts} hosts, spread 300 s: median lag", half, "s")
        yield Figure(f"one database, {hosts} hosts, spread 300 s: p99 lag", most, "s")
    for name, size in growth(known).items():
        yield Figure(name, size, "GB")
