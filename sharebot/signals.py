"""Signals, heard in a thread of their own."""

import math
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import partial
from socket import socket, socketpair

_ENDS = {signal.SIGTERM, signal.SIGINT}
_END = 0
"""Stands for a signal of `_ENDS` said once more; by its own number it would count as a second one."""
_SAME = 0.05
"""Seconds in which another one is the same request: `timeout` and those who start many programs send two at once."""
_MOMENT = 0.001
_END_WITHIN = 7.5
"""Seconds after which the process ends, whatever hangs. What is in `sending` becomes `unsure` at the next start."""


@contextmanager
def heeding(stop: Callable[[], None], others: Mapping[int, Callable[[], None]], late: int) -> Iterator[None]:
    """Call `stop` on SIGTERM and SIGINT, and what `others` say. What then does not end in time ends with `late`.

    A second SIGTERM or SIGINT ends the process at once, with 1. What is in `sending` then is doubted at the next start.

    They are called in a thread: a signal's handler interrupts the main thread, which may hold the lock that they need.
    """
    ear, mouth = socketpair()
    mouth.settimeout(0)
    numbers = (*_ENDS, *others)
    # In this order: the other way round, a signal between the two lines would be taken and never obeyed.
    old = signal.set_wakeup_fd(mouth.fileno(), warn_on_full_buffer=False)
    before = {number: signal.signal(number, partial(_insist, mouth)) for number in numbers}
    thread = threading.Thread(target=_obey, args=(ear, stop, others, late), name="signals", daemon=True)
    thread.start()
    try:
        yield
    finally:
        signal.set_wakeup_fd(old)
        mouth.close()
        thread.join()
        ear.close()
        for number, handler in before.items():
            signal.signal(number, handler)


def _insist(mouth: socket, number: int, _frame: object) -> None:
    """Say once more what was heard: in a storm of signals the first word is lost where the way is full."""
    with suppress(OSError):
        while True:
            with suppress(BlockingIOError):
                mouth.send(bytes([_END if number in _ENDS else number]))
                return
            time.sleep(_MOMENT)


def _obey(ear: socket, stop: Callable[[], None], others: Mapping[int, Callable[[], None]], late: int) -> None:
    end = math.inf
    while heard := _hear(ear, end - time.monotonic(), late):
        for number in others.keys() & set(heard):
            others[number]()
        if _ENDS & set(heard) and time.monotonic() > end - _END_WITHIN + _SAME:
            os._exit(1)
        if end == math.inf and {*_ENDS, _END} & set(heard):
            end = time.monotonic() + _END_WITHIN
            stop()


def _hear(ear: socket, seconds: float, late: int) -> bytes:
    """Return the numbers of the signals that came, nothing once nobody listens any more."""
    ear.settimeout(None if seconds == math.inf else max(seconds, 0.001))
    try:
        return ear.recv(64)
    except TimeoutError:
        os._exit(late)
