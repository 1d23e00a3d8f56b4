"""The threads that send: started when they are first needed, and never waited for by a process that ends."""

import threading
from collections.abc import Callable
from queue import SimpleQueue


class Crew:
    """Does up to `most` acts at once, each in a thread of its own. An act must not raise.

    A pool of the standard library makes a future of each act, which took as long as a third of its settling (measured),
    and its threads keep a process from ending while a network is silent.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._acts: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._threads: list[threading.Thread] = []

    def give(self, act: Callable[[], None], busy: int) -> None:
        """Have something done; with it, so many acts are not done yet. Called by one thread."""
        self._acts.put(act)
        if len(self._threads) < min(busy, self._most):
            thread = threading.Thread(target=self._work, name=f"publish-{len(self._threads)}", daemon=True)
            self._threads.append(thread)
            thread.start()

    def dismiss(self) -> None:
        """Let each thread end when it has done what it is doing; all that was given is begun before."""
        for _ in self._threads:
            self._acts.put(None)

    def _work(self) -> None:
        while act := self._acts.get():
            act()
