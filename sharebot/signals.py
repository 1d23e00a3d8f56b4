"""Signals, heard in a thread of their own."""

import math
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from socket import socket, socketpair

_ENDS = {signal.SIGTERM, signal.SIGINT}
_END_WITHIN = 7.5
"""Seconds after which the process ends, whatever hangs. What is in `sending` becomes `unsure` at the next start."""


@contextmanager
def heeding(stop: Callable[[], None], others: Mapping[int, Callable[[], None]], late: int) -> Iterator[None]:
    """Call `stop` on SIGTERM and SIGINT, and what `others` say. What then does not end in time ends with `late`.

    They are called in a thread: a signal's handler interrupts the main thread, which may hold the lock that they need.
    """
    ear, mouth = socketpair()
    mouth.settimeout(0)
    numbers = (*_ENDS, *others)
    # In this order: the other way round, a signal between the two lines would be taken and never obeyed.
    old = signal.set_wakeup_fd(mouth.fileno(), warn_on_full_buffer=False)
    before = {number: signal.signal(number, lambda *_: None) for number in numbers}
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


def _obey(ear: socket, stop: Callable[[], None], others: Mapping[int, Callable[[], None]], late: int) -> None:
    end = math.inf
    while heard := _hear(ear, end - time.monotonic(), late):
        for number in others.keys() & set(heard):
            others[number]()
        if end < math.inf and signal.SIGINT in heard:
            os._exit(1)  # Ctrl-C for the second time: at once
        if end == math.inf and _ENDS & set(heard):
            end = time.monotonic() + _END_WITHIN
            stop()


def _hear(ear: socket, seconds: float, late: int) -> bytes:
    """Return the numbers of the signals that came, nothing once nobody listens any more."""
    ear.settimeout(None if seconds == math.inf else max(seconds, 0.001))
    try:
        return ear.recv(64)
    except TimeoutError:
        os._exit(late)
