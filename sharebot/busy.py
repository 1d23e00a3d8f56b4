"""What is being done now and since when: so that whoever looks sees what hangs."""

import time
from collections.abc import Iterator
from contextlib import contextmanager


class Busy:
    """Some work that threads do, each piece by its name. Times are of a clock that nobody sets."""

    def __init__(self) -> None:
        self._since: dict[object, tuple[str, float]] = {}
        self._ended = time.monotonic()

    @contextmanager
    def doing(self, what: str) -> Iterator[None]:
        """Say that something is done meanwhile."""
        mine = object()
        self._since[mine] = what, time.monotonic()
        try:
            yield
        finally:
            self._ended = time.monotonic()
            del self._since[mine]

    def longer(self, seconds: float) -> list[str]:
        """Return what has been going on for longer than that, the oldest first."""
        before = time.monotonic() - seconds
        return [what for what, since in tuple(self._since.values()) if since < before]

    @property
    def idle(self) -> float:
        """For how many seconds nothing has been done; 0 while something is."""
        return 0.0 if self._since else time.monotonic() - self._ended
