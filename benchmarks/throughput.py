"""Posts per second through outbox and publisher, beside requests in a bare pool of threads, and in plain jobs."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from threading import local

import requests

from benchmarks import plain, postgresql
from benchmarks.figures import Figure
from benchmarks.load import Place, clock, delivery, queue, work_off
from benchmarks.network import content, received, serving
from benchmarks.processes import fresh, say
from sharebot.engine import WORKERS
from sharebot.model import Delivery, State

ACCOUNTS = 200
ROUNDS = 3
MANY = 32
_POSTS = {WORKERS: 800, MANY: 1600}
"""How many posts are sent at each concurrency: some seconds' work."""
_BARE, _SQLITE, _DIRECT = "bare requests loop", "outbox on SQLite", "outbox on PostgreSQL"
_DRAINED, _PLAIN = "Procrastinate drains accounts", "plain Procrastinate, a task a post"
_GOALS = {_SQLITE: 80, _DIRECT: 70}
"""Percent of the bare loop with many in flight."""
_PATIENCE = (5.0, 25.0)
_TIMES = 2
"""How many times as many posts as in plain tasks."""


@dataclass(frozen=True, slots=True)
class Work:
    """What sending `posts` cost; `served` is the processor time of the database's own processes.

    `amiss` counts the lost, the doubled and those not written down as published.
    """

    posts: int
    seconds: float
    cpu: float
    served: float
    amiss: int

    @property
    def rate(self) -> float:
        return self.posts / self.seconds


Way = Callable[[str, int, int, Place | None], Work]


def measure() -> Iterator[Figure]:
    with postgresql.serving() as server:
        for workers, posts in _POSTS.items():
            here: dict[str, Way] = {_BARE: through_a_bare_pool, _SQLITE: through_the_outbox}
            there = _THERE if server and workers == MANY else {}
            done: dict[str, list[Work]] = {name: [] for name in (*here, *there)}
            for number in range(1, ROUNDS + 1):
                for name, way in here.items():
                    done[name].append(_one(way, workers, posts))
                for name, way in there.items():
                    assert server
                    with server.database() as place:
                        done[name].append(_one(way, workers, posts, place))
                last = ", ".join(f"{name} {works[-1].rate:.0f}/s" for name, works in done.items())
                say(f"  {workers} in flight, round {number}: {last}")
            yield from _figures(f"{workers} in flight", done, goals=_GOALS if workers == MANY else {})


def _one(way: Way, workers: int, posts: int, place: Place | None = None) -> Work:
    with serving() as url:
        return fresh(way, url, workers, posts, place)


def _figures(at: str, done: Mapping[str, Sequence[Work]], goals: Mapping[str, int]) -> Iterator[Figure]:
    for name, works in done.items():
        yield Figure.middle(f"{at}: {name}", [work.rate for work in works], "posts/s")
    for name, works in done.items():
        if name not in {_BARE, _PLAIN}:
            goal = {"least": goals[name]} if name in goals else {}
            yield Figure.middle(f"{at}: {name}, of the bare loop", _quotients(works, done[_BARE], 100), "%", **goal)
    if _PLAIN in done:
        times = _quotients(done[_DRAINED], done[_PLAIN])
        yield Figure.middle(f"{at}: accounts drained, of plain tasks", times, "times", least=_TIMES)
    for name, works in done.items():
        yield Figure.middle(f"{at}: {name}, processor time", [_each(work, work.cpu) for work in works], "ms/post")
        if any(work.served for work in works):
            served = [_each(work, work.served) for work in works]
            yield Figure.middle(f"{at}: {name}, the database's processor time", served, "ms/post")
    for name, works in done.items():
        yield Figure(f"{at}: {name}, lost or doubled", sum(work.amiss for work in works), "posts", most=0)


def _quotients(ours: Sequence[Work], theirs: Sequence[Work], whole: int = 1) -> list[float]:
    return [whole * our.rate / their.rate for our, their in zip(ours, theirs, strict=True)]


def _each(work: Work, seconds: float) -> float:
    return 1000 * seconds / work.posts


def through_a_bare_pool(url: str, workers: int, posts: int, place: Place | None = None) -> Work:
    """Do what no program can do without."""
    deliveries = _deliveries(posts)
    send = _sender(url)

    def work() -> None:
        with ThreadPoolExecutor(workers) as pool:
            list(pool.map(send, deliveries))

    return _timed(work, url, posts, place)


def through_the_outbox(url: str, workers: int, posts: int, place: Place | None = None, engine: str = "local") -> Work:
    """Send the same posts through a queue on disk."""
    deliveries = _deliveries(posts)
    with queue(place) as ledger:
        ledger.add(deliveries, "bench", "queued", ledger.clock())
        return _timed(
            lambda: work_off(ledger, deliveries, url, workers, engine),
            url,
            posts,
            place,
            lambda: posts - len(ledger.deliveries(State.PUBLISHED)),
        )


def through_plain_tasks(url: str, workers: int, posts: int, place: Place | None) -> Work:
    """Send the same posts by a job for each, with nothing else written down."""
    assert place
    deliveries, post = _deliveries(posts), _sender(url)

    def send(number: int) -> None:
        post(deliveries[number])

    plain.defer(place.url, send, range(posts))
    return _timed(lambda: plain.work_off(place.url, send, workers), url, posts, place)


_THERE: dict[str, Way] = {
    _DIRECT: through_the_outbox,
    _DRAINED: partial(through_the_outbox, engine="procrastinate"),
    _PLAIN: through_plain_tasks,
}


def _sender(url: str) -> Callable[[Delivery], object]:
    """Send as the shortest script would: requests' own session, one a thread."""
    mine = local()

    def send(one: Delivery) -> object:
        if not hasattr(mine, "session"):
            mine.session = requests.Session()
        answer = mine.session.post(f"{url}/posts", json=content(one.posts[0], one.key), timeout=_PATIENCE)
        answer.raise_for_status()
        return answer.json()["id"]

    return send


def _deliveries(posts: int) -> list[Delivery]:
    now = clock()
    return [delivery(number, number % ACCOUNTS, now) for number in range(posts)]


def _timed(
    work: Callable[[], None], url: str, posts: int, place: Place | None, unpublished: Callable[[], int] = lambda: 0
) -> Work:
    def served() -> float:
        return postgresql.used(place.server) if place else 0

    before, start, cpu = served(), time.perf_counter(), time.process_time()
    work()
    seconds, cpu = time.perf_counter() - start, time.process_time() - cpu
    return Work(posts, seconds, cpu, served() - before, _amiss(url, posts) + unpublished())


def _amiss(url: str, posts: int) -> int:
    keys = [key for key, _ in received(url)]
    different = len(set(keys))
    return abs(posts - different) + len(keys) - different
