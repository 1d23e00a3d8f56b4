"""Asking what may hang, such as a database behind a dead network, and going on without the answer."""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Generic, TypeVar

_Thing = TypeVar("_Thing")


class Patient(Generic[_Thing]):
    """Asks in a thread of its own, and waits for the answer at most so many seconds.

    What hangs keeps one thread for all who ask; while it does, they wait for that answer and ask no other.
    """

    def __init__(self, ask: Callable[[], _Thing], seconds: float) -> None:
        self._ask, self._seconds = ask, seconds
        self._lock = threading.Lock()
        self._asked: Future[_Thing] | None = None

    def answer(self) -> _Thing:
        """Return the answer. Raises what asking does, and TimeoutError where it takes too long."""
        with self._lock:
            asked = self._asked or self._begin()
        return asked.result(self._seconds)

    def _begin(self) -> "Future[_Thing]":
        asked = self._asked = Future[_Thing]()
        threading.Thread(target=self._run, args=(asked,), name="asking", daemon=True).start()
        return asked

    def _run(self, asked: "Future[_Thing]") -> None:
        try:
            answer = self._ask()
        except Exception as error:  # noqa: BLE001 — raised again where it was asked for
            self._asked = None
            asked.set_exception(error)
        else:
            self._asked = None
            asked.set_result(answer)
