"""What is done at its times while the daemon works: looking at sources, questions to networks, signs of life."""

import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sharebot import logs
from sharebot.app import App
from sharebot.busy import Busy
from sharebot.engine.loop import SILENT, Engine
from sharebot.errors import PublishError, StoreError
from sharebot.model import Source, State

HOUSEKEEPING = timedelta(seconds=30)
"""How often a daemon gives a sign of life, and tries what was refused."""

MENDING = timedelta(hours=1)
_ARENA_MAX = -8
"""M_ARENA_MAX of glibc's malloc.h."""
_OFTENEST = timedelta(seconds=1)
_LOOK, _PING = "alerts", "ping"


class Rounds:
    """The calendar of a daemon. `read` looks at a newsletter's source; questions to networks have their own thread.

    What it is at is told to `busy`.
    """

    def __init__(self, read: Callable[[str], None], now: Callable[[], datetime], busy: Busy) -> None:
        from apscheduler.executors.pool import ThreadPoolExecutor

        from sharebot.timekeeper import Timekeeper

        executors = {"default": ThreadPoolExecutor(1), "network": ThreadPoolExecutor(1)}
        defaults = {"coalesce": True, "misfire_grace_time": None}
        self._scheduler: Any = Timekeeper(executors=executors, job_defaults=defaults, timezone="UTC")
        # On a machine that is busy a look may take longer than the time between two: that is no news.
        logging.getLogger("apscheduler").setLevel(logging.ERROR)
        self._read, self._now, self._busy = read, now, busy
        self._scheduler.start()

    def every(self, often: timedelta, act: Callable[[], None], name: str, thread: str = "default") -> None:
        """Do it now and so often from now on; what was there under this name goes."""
        when = {"seconds": often.total_seconds(), "next_run_time": self._now(), "replace_existing": True}
        self._scheduler.add_job(partial(self._do, act, name), "interval", id=name, executor=thread, **when)

    def no_more(self, *names: str) -> None:
        """Do these no more, where they are done."""
        for name in filter(self._scheduler.get_job, names):
            self._scheduler.remove_job(name)

    def look_after(self, sources: Mapping[str, Source]) -> None:
        """Look at these newsletters' sources now, and at their times from now on."""
        for name, source in sources.items():
            self.every(source.every, partial(self._read, name), _reading(name))

    def forget(self, *names: str) -> None:
        """Look at the sources of these newsletters no more."""
        self.no_more(*map(_reading, names))

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


class Watch:
    """Tells people what is wrong while this host leads, and gives a sign of life to who waits for one.

    `engine` sends its posts. `seen` says what is amiss with the configuration's file, and gives by newsletter what was
    seen of its source when it was last read: issues, what could not be read, and more.
    """

    def __init__(
        self, rounds: Rounds, engine: Engine, seen: Callable[[], tuple[str, Mapping[str, tuple[Any, ...]]]]
    ) -> None:
        self._rounds, self._engine, self._seen = rounds, engine, seen

    def over(self, app: App | None) -> None:
        """Watch over it from now on, and over nothing else."""
        self._rounds.no_more(_LOOK, _PING)
        alerts = app.config.alerts if app else None
        if app and alerts and alerts.to:
            often = max(min(HOUSEKEEPING, alerts.wait), _OFTENEST)
            self._rounds.every(often, partial(self._look, app), _LOOK, "network")
        if app and alerts and alerts.ping:
            self._rounds.every(alerts.ping_every, partial(self._ping, app), _PING, "network")

    def _look(self, app: App) -> None:
        from sharebot.alerts.problems import Facts
        from sharebot.alerts.watch import look

        refused, read = self._seen()
        seen = Facts(app.now(), unread={name: unread for name, (_, unread, *_) in read.items()}, refused=refused)
        try:
            look(app.config, app.ledger, seen)
        except StoreError as error:
            logs.warn("outbox.unusable", error=str(error))

    def _ping(self, app: App) -> None:
        from sharebot.alerts.ping import ping

        try:
            if app.config.alerts and works(self._engine):
                ping(app.config.alerts, app.ledger, app.now())
        except StoreError as error:
            logs.warn("outbox.unusable", error=str(error))


def works(engine: Engine) -> bool:
    """Whether posts are being sent: the engine gives signs of life."""
    return engine.silent < SILENT


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
    _glibc("malloc_trim", 0)


def share_memory() -> None:
    """Let all threads take memory from one place; glibc has one for each, and what is free in one serves no other.

    Threads wait for Python's own lock anyway. What was set in the environment (`MALLOC_ARENA_MAX`) no longer counts.
    """
    _glibc("mallopt", _ARENA_MAX, 1)


def _glibc(function: str, *args: int) -> None:
    import ctypes

    found = getattr(ctypes.CDLL(None), function, None)
    if found:
        found(*args)


def _reading(newsletter: str) -> str:
    return f"read {newsletter}"
