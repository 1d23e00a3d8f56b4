"""What a frozen worker cannot be saved from: the time between its last look at the clock and its bytes on the way.

Whoever is stopped just there, past the end of its lease, sends all the same when it goes on (see `sharebot.fence`).
"""

import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from statistics import quantiles
from typing import Any
from unittest.mock import patch

from benchmarks.figures import Figure
from benchmarks.load import clock, delivery
from benchmarks.network import Loopback, serving
from benchmarks.processes import fresh, say
from sharebot import fence
from sharebot.engine import WORKERS
from sharebot.model import Key
from sharebot.outbox.leases import START_WITHIN

_POSTS = 400


def measure() -> Iterator[Figure]:
    for workers in (1, WORKERS):
        say(f"  {_POSTS} posts, {workers} at once")
        with serving() as url:
            times = fresh(times_of, url, workers)
        hundredths = quantiles(times, n=100, method="inclusive")
        at = f"from the last look at the clock to the bytes sent, {workers} at once"
        yield Figure(f"{at}, p50", hundredths[49], "ms")
        yield Figure(f"{at}, p99", hundredths[98], "ms")
        yield Figure(f"{at}, longest", max(times), "ms", samples=tuple(times))


def times_of(url: str, workers: int) -> list[float]:
    """Post, and return how many ms passed each time between the look and the end of what the system does to send."""
    network, now, times, looked = Loopback(url), clock(), list[float](), threading.local()
    look, send = fence.check, socket.socket.sendall

    def looking() -> None:
        looked.at = time.perf_counter()  # before it: the look itself is within
        look()

    def sending(sock: socket.socket, *data: Any) -> None:
        send(sock, *data)
        times.append(1000 * (time.perf_counter() - looked.at))

    def post(number: int) -> None:
        with fence.fenced(fence.steady() + START_WITHIN):
            network.publish(delivery(number, 0, now).posts[0], Key(f"bench-{number}", now))

    watched = patch.object(fence, "check", looking), patch.object(socket.socket, "sendall", sending)
    with watched[0], watched[1], ThreadPoolExecutor(workers) as pool:
        list(pool.map(post, range(_POSTS)))
    return times
