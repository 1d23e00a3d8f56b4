"""A send that starts too late is not started: whoever was frozen meanwhile finds the gate shut.

A worker holds its account by a lease. Frozen past its end and thawed, it must not send any more, for another one may
have taken over. So the last look at the clock is where the first byte of each request leaves (see `http`), and it is a
clock that goes on while the machine sleeps.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from sharebot.errors import TryLater

_until: ContextVar[float | None] = ContextVar("fence", default=None)
_CLOCK = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)


def steady() -> float:
    """Return seconds on a clock that nobody sets and that counts sleep, where the system has such a one."""
    return time.clock_gettime(_CLOCK)


@contextmanager
def fenced(until: float) -> Iterator[None]:
    """Let requests begin only before this moment of the steady clock."""
    before = _until.set(until)
    try:
        yield
    finally:
        _until.reset(before)


def check() -> None:
    """Raise TryLater where it is too late for another byte to leave; none of this request has been taken then."""
    until = _until.get()
    if until is not None and steady() >= until:
        why = "it was held up for so long that another worker may have taken over; nothing was sent"
        raise TryLater(why, spends=False)
