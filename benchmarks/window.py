"""How long a worker may still be frozen unseen: from its last look at the clock until its first byte has left."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from benchmarks.figures import Figure
from benchmarks.network import Loopback, serving
from sharebot import fence, http
from sharebot.testing import sample_key, sample_post

_POSTS = 1000


def measure() -> Iterator[Figure]:
    with serving() as url:
        samples = _windows(Loopback(url))
    yield Figure.middle("last look at the clock until the first byte left, median", samples, "µs")
    yield Figure("the same, 99 of 100", sorted(samples)[len(samples) * 99 // 100], "µs")


def _windows(network: Loopback) -> list[float]:
    with _watched() as (looks, sendings):
        for number in range(_POSTS):
            network.publish(sample_post(), sample_key(str(number)))
    # A post's head and body are two pieces, each behind a look of its own.
    return [(sent - looked) / 1000 for looked, sent in zip(looks, sendings, strict=True)]


@contextmanager
def _watched() -> Iterator[tuple[list[int], list[int]]]:
    """Note when each look at the clock is over, and when each piece was handed to the system."""
    looks: list[int] = []
    sendings: list[int] = []
    check, send = fence.check, http.Http.send

    def looking() -> None:
        check()
        looks.append(time.perf_counter_ns())

    def sending(self: http.Http, data: Any) -> None:
        send(self, data)
        sendings.append(time.perf_counter_ns())

    fence.check, http.Http.send = looking, sending  # type: ignore[method-assign]
    try:
        yield looks, sendings
    finally:
        fence.check, http.Http.send = check, send  # type: ignore[method-assign]
