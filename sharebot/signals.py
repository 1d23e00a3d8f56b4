"""Signals, heard in a thread of their own."""

import math
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from queue import Empty, SimpleQueue
from socket import socket, socketpair
from typing import NamedTuple

_ENDS = {signal.SIGTERM, signal.SIGINT}
_SAME = 0.05
"""Seconds in which another one is the same request: `timeout` and those who start many programs send two at once."""
_END_WITHIN = 7.5
"""Seconds after which the process ends, whatever hangs. What is in `sending` becomes `unsure` at the next start."""


class _Words(NamedTuple):
    """Numbers of signals as they came, and when on the steady clock; none is the end."""

    at: float
    numbers: bytes


_Heard = SimpleQueue[_Words | int]
"""Signals: at once, and each by its number as well when the main thread comes to it.

In a storm the first word is lost where the way is full; where the main thread hangs, the second one never comes.
"""


@contextmanager
def heeding(stop: Callable[[], None], others: Mapping[int, Callable[[], None]], late: int) -> Iterator[None]:
    """Call `stop` on SIGTERM and SIGINT, and what `others` say. What then does not end in time ends with `late`.

    A second SIGTERM or SIGINT ends the process at once, with 1. What is in `sending` then is doubted at the next start.

    They are called in a thread: a signal's handler interrupts the main thread, which may hold the lock that they need.
    """
    ear, mouth = socketpair()
    mouth.settimeout(0)
    heard: _Heard = SimpleQueue()
    numbers = (*_ENDS, *others)
    # In this order: the other way round, a signal between the two lines would be taken and never obeyed.
    old = signal.set_wakeup_fd(mouth.fileno(), warn_on_full_buffer=False)
    # A handler in Python is interrupted by the next signal, as deep as Python goes; this one is in C, and made for it.
    before = {number: signal.signal(number, heard.put) for number in numbers}  # type: ignore[arg-type]
    threads = [
        threading.Thread(target=act, args=arguments, name="signals", daemon=True)
        for act, *arguments in ((_listen, ear, heard), (_obey, heard, stop, others, late))
    ]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        signal.set_wakeup_fd(old)
        mouth.close()
        for thread in threads:
            thread.join()
        ear.close()
        for number, handler in before.items():
            signal.signal(number, handler)


def _listen(ear: socket, heard: _Heard) -> None:
    numbers = b" "
    while numbers:
        numbers = ear.recv(64)
        heard.put(_Words(time.monotonic(), numbers))


def _obey(heard: _Heard, stop: Callable[[], None], others: Mapping[int, Callable[[], None]], late: int) -> None:
    asked, over = math.inf, False
    while not over:
        said = _next(heard, asked + _END_WITHIN - time.monotonic(), late)
        words = [each for each in said if isinstance(each, _Words)]
        over = any(not each.numbers for each in words)
        numbers = {number for each in words for number in each.numbers}.union(set(said) - set(words))
        ends = [each.at for each in words if _ENDS & set(each.numbers)]
        # By when they came, and not by now: to stop may take longer than the second of two takes that are one request.
        if ends and ends[-1] > min(asked, *ends) + _SAME:
            os._exit(1)
        for number in others.keys() & numbers:
            others[number]()
        if asked == math.inf and _ENDS & numbers:
            asked = min(ends, default=time.monotonic())
            stop()


def _next(heard: _Heard, seconds: float, late: int) -> list[_Words | int]:
    """Wait for signals, and return all that have come meanwhile."""
    try:
        said = [heard.get(timeout=None if seconds == math.inf else max(seconds, 0.001))]
    except Empty:
        os._exit(late)
    with suppress(Empty):
        while True:
            said.append(heard.get_nowait())
    return said
