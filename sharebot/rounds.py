"""What is done at its times while the daemon works: looking at sources, questions to networks, signs of life."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sharebot import logs
from sharebot.app import App
from sharebot.busy import Busy
from sharebot.errors import PublishError
from sharebot.model import Source, State

HOUSEKEEPING = timedelta(seconds=30)
"""How often a daemon gives a sign of life, and tries what was refused."""

MENDING = timedelta(hours=1)


class Rounds:
    """The calendar of a daemon. `read` looks at a newsletter's source; questions to networks have their own thread.

    What it is at is told to `busy`.
    """

    def __init__(self, read: Callable[[str], None], now: Callable[[], datetime], busy: Busy) -> None:
        from apscheduler.executors.pool import ThreadPoolExecutor
        from apscheduler.schedulers.background import BackgroundScheduler

        executors = {"default": ThreadPoolExecutor(1), "network": ThreadPoolExecutor(1)}
        defaults = {"coalesce": True, "misfire_grace_time": None}
        self._scheduler: Any = BackgroundScheduler(executors=executors, job_defaults=defaults, timezone="UTC")
        self._read, self._now, self._busy = read, now, busy
        self._scheduler.start()

    def every(self, often: timedelta, act: Callable[[], None], name: str, thread: str = "default") -> None:
        """Do it now and so often from now on; what was there under this name goes."""
        when = {"seconds": often.total_seconds(), "next_run_time": self._now(), "replace_existing": True}
        self._scheduler.add_job(partial(self._do, act, name), "interval", id=name, executor=thread, **when)

    def no_more(self, name: str) -> None:
        """Do it no more, where it is done."""
        if self._scheduler.get_job(name):
            self._scheduler.remove_job(name)

    def look_after(self, sources: Mapping[str, Source]) -> None:
        """Look at these newsletters' sources now, and at their times from now on."""
        for name, source in sources.items():
            self.every(source.every, partial(self._read, name), _reading(name))

    def forget(self, *names: str) -> None:
        """Look at the sources of these newsletters no more."""
        for name in names:
            self.no_more(_reading(name))

    def stop(self) -> None:
        """Begin nothing more."""
        self._scheduler.shutdown(wait=False)

    def _do(self, act: Callable[[], None], name: str) -> None:
        with self._busy.doing(name):
            act()


def doubt(app: App) -> None:
    """Doubt what was being sent, where nobody but a process that has ended can have sent it. Raises StoreError."""
    if app.ledger.shared:
        return
    sent, why = app.ledger.deliveries(State.SENDING), "the process ended before the network's answer came"
    if left := app.ledger.doubt(app.now()):
        logs.warn("posts.unsure", count=left, why=why)
        for each in sent:
            logs.warn("post.unsure", **logs.about(each), why=why)


def probe(app: App) -> bool:
    """Try sign-ins again that were refused. Returns whether one works now, and its account goes on.

    Raises StoreError.
    """
    return any(list(map(partial(_signs_in, app), app.ledger.probes(app.now()))))  # each is tried


def mend(app: App) -> bool:
    """Let accounts know of what waits in them. Returns whether some did not. Raises StoreError."""
    if mended := app.ledger.mend():
        logs.warn("accounts.mended", count=mended, why="something waited in them that they did not know of")
    return bool(mended)


def _signs_in(app: App, name: str) -> bool:
    try:
        app.platforms[name].who()
    except (PublishError, KeyError) as error:
        app.ledger.refused(name, app.now())
        logs.warn("account.refused", account=name, why=str(error))
        return False
    app.ledger.resume(name, "probe", app.now())
    logs.info("account.resumed", account=name)
    return True


def give_back() -> None:
    """Give back the memory that reading and sending took; glibc keeps it for later, and later may be days."""
    import ctypes

    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim:
        trim(0)


def _reading(newsletter: str) -> str:
    return f"read {newsletter}"
