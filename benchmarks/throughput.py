"""Posts per second through outbox and publisher, beside the same calls in a bare pool of threads."""

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from benchmarks.figures import Figure
from benchmarks.load import clock, delivery, queue, work_off
from benchmarks.network import Loopback, received, serving
from benchmarks.processes import fresh, say
from sharebot.engine import WORKERS
from sharebot.model import Delivery, Key, State

ACCOUNTS = 200
ROUNDS = 3
_POSTS = {WORKERS: 800, 32: 1600}
"""How many posts are sent at each concurrency: some seconds' work."""
_GOAL = 80


@dataclass(frozen=True, slots=True)
class Work:
    """What sending `posts` cost. `amiss` counts the lost, the doubled and those not written down as published."""

    posts: int
    seconds: float
    cpu: float
    amiss: int

    @property
    def rate(self) -> float:
        return self.posts / self.seconds

    @property
    def cpu_each(self) -> float:
        return 1000 * self.cpu / self.posts


def measure() -> Iterator[Figure]:
    for workers, posts in _POSTS.items():
        bare, ours = [], []
        for number in range(1, ROUNDS + 1):
            bare.append(_one(through_a_bare_pool, workers, posts))
            ours.append(_one(through_the_outbox, workers, posts))
            say(f"  {workers} workers, round {number}: bare {bare[-1].rate:.0f}/s, outbox {ours[-1].rate:.0f}/s")
        yield from _figures(f"{workers} workers", bare, ours)


def _one(way: Callable[[str, int, int], Work], workers: int, posts: int) -> Work:
    with serving() as url:
        return fresh(way, url, workers, posts)


def _figures(at: str, bare: Sequence[Work], ours: Sequence[Work]) -> Iterator[Figure]:
    shares = [100 * our.rate / their.rate for our, their in zip(ours, bare, strict=True)]
    yield Figure.middle(f"{at}: bare HTTP loop", [work.rate for work in bare], "posts/s")
    yield Figure.middle(f"{at}: outbox and publisher", [work.rate for work in ours], "posts/s")
    yield Figure.middle(f"{at}: share of the bare loop", shares, "%", least=_GOAL)
    yield Figure.middle(f"{at}: bare, processor time", [work.cpu_each for work in bare], "ms/post")
    yield Figure.middle(f"{at}: outbox, processor time", [work.cpu_each for work in ours], "ms/post")
    yield Figure(f"{at}: posts lost or doubled", sum(work.amiss for work in (*bare, *ours)), "posts", most=0)


def through_a_bare_pool(url: str, workers: int, posts: int) -> Work:
    """Do what no program can do without."""
    network, deliveries = Loopback(url), _deliveries(posts)

    def send(one: Delivery) -> None:
        network.publish(one.posts[0], Key(f"{one.key}-1", one.due))

    def work() -> None:
        with ThreadPoolExecutor(workers) as pool:
            list(pool.map(send, deliveries))

    seconds, cpu = _timed(work)
    return Work(posts, seconds, cpu, _amiss(url, posts))


def through_the_outbox(url: str, workers: int, posts: int) -> Work:
    """Send the same posts through a queue on disk."""
    deliveries = _deliveries(posts)
    with queue() as ledger:
        ledger.add(deliveries, "bench", "queued", clock())
        seconds, cpu = _timed(lambda: work_off(ledger, deliveries, url, workers))
        unpublished = posts - len(ledger.deliveries(State.PUBLISHED))
    return Work(posts, seconds, cpu, _amiss(url, posts) + unpublished)


def _deliveries(posts: int) -> list[Delivery]:
    now = clock()
    return [delivery(number, number % ACCOUNTS, now) for number in range(posts)]


def _timed(work: Callable[[], None]) -> tuple[float, float]:
    start, cpu = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - start, time.process_time() - cpu


def _amiss(url: str, posts: int) -> int:
    keys = [key for key, _ in received(url)]
    different = len(set(keys))
    return abs(posts - different) + len(keys) - different
