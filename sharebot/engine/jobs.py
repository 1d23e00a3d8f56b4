"""What Procrastinate does for us: jobs in a table of its own, and a worker that takes them.

Its tables lie in a schema of their own that is named after its version. So an upgrade needs no migration, also while
hosts of both versions work: a job that nobody takes is handed over again, for the ledger alone decides.
"""

import asyncio
import logging
import re
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import cache
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, text

from sharebot import logs
from sharebot.engine.loop import STORE_RETRY
from sharebot.errors import StoreError
from sharebot.outbox.database import Advisory, address, take

if TYPE_CHECKING:
    from concurrent.futures import Future

    from procrastinate import App, PsycopgConnector

_TASK = "drain"
_BEAT = 5.0
"""Seconds between two signs of life, on this host and in Procrastinate's own table."""
_LOST = "60 s"
"""A worker that gave none for so long is gone, and so is its job."""
_MOMENT = 0.05
_AT_FIRST = (_MOMENT, 0.2, 1.0)
"""Seconds between the looks of a worker that has just been started."""
_NEWS = {"channel": "", "payload": '{"type": "job_inserted", "job_id": 0}'}
_SESSIONS = 4
"""How many sessions its table takes at most; the ledger has others."""


@cache
def _space() -> str:
    return re.sub(r"\W", "_", f"procrastinate_{version('procrastinate')}")


def _found(*, transaction: bool) -> str:
    """Return what lets a session, or only its transaction, find the tables, before all that it found already."""
    path = f"'{_space()}, ' || current_setting('search_path')"
    return f"SELECT set_config('search_path', {path}, {str(transaction).lower()})"


def install(connection: Connection) -> None:
    """Make the tables where they are not there yet; hosts that start at once wait for each other."""
    from procrastinate.schema import SchemaManager

    take(connection, Advisory.SCHEMA)
    if connection.execute(text("SELECT to_regnamespace(:space)"), {"space": _space()}).scalar():
        return
    connection.execute(text(f"CREATE SCHEMA {_space()}"))
    connection.execute(text(_found(transaction=True)))
    _driver(connection).execute(SchemaManager.get_schema())


def waiting(connection: Connection) -> int:
    """Return how many jobs no worker has taken yet."""
    count = text(f"SELECT count(*) FROM {_space()}.procrastinate_jobs WHERE status = 'todo'")  # noqa: S608
    return int(connection.execute(count).scalar_one())


def defer(connection: Connection, names: Sequence[str]) -> None:
    """Add a job for each of these accounts when this transaction is committed. One that waits already goes."""
    waits = text("DELETE FROM procrastinate_jobs WHERE status = 'todo' AND args->>'account' = ANY(:names)")
    connection.execute(text(_found(transaction=True)))
    connection.execute(waits, {"names": list(names)})
    job = _giver().configure_task(_TASK, queue=_TASK, connection=_driver(connection))
    accounts: list[dict[str, Any]] = [{"account": name} for name in names]
    with _told():
        job.batch_defer(*accounts)


def tidy(connection: Connection) -> None:
    """Delete what a worker left behind that is gone. What it was doing is in the ledger."""
    connection.execute(text(_found(transaction=True)))
    lost = f"DELETE FROM procrastinate_workers WHERE last_heartbeat < now() - interval '{_LOST}'"  # noqa: S608
    connection.execute(text(lost))
    connection.execute(text("DELETE FROM procrastinate_jobs WHERE status <> 'todo' AND worker_id IS NULL"))


class Worker:
    """Takes up to `workers` jobs at once, in a thread with an event loop of its own.

    `drain` gets each one's account, and returns what ends when the job has.
    """

    def __init__(self, url: str, drain: Callable[[str], "Future[None]"], workers: int) -> None:
        self._url, self._drain, self._workers = url, drain, workers
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="worker", daemon=True)
        self._end: Callable[[], object] = lambda: None
        self._served = self._tried = time.monotonic()

    @property
    def silent(self) -> float:
        """How many seconds ago it was last seen to work."""
        return time.monotonic() - self._served

    @property
    def stuck(self) -> float:
        """How many seconds ago it was last seen to work, or to try."""
        return time.monotonic() - max(self._served, self._tried)

    @property
    def started(self) -> bool:
        """Whether it was ever started."""
        return self._thread.ident is not None

    def start(self) -> None:
        """Begin to take jobs."""
        self._thread.start()

    def stop(self) -> None:
        """Take no more jobs; safe from any thread."""
        self._stopping.set()
        with suppress(RuntimeError):  # its loop has just ended
            self._end()

    def ended(self, seconds: float) -> bool:
        """Wait at most so long for the jobs in hand. Returns whether none is left."""
        if self.started:
            self._thread.join(max(seconds, 0))
        return not self._thread.is_alive()

    def _run(self) -> None:
        import psycopg

        for chatty in ("procrastinate", "psycopg.pool"):
            logging.getLogger(chatty).setLevel(logging.CRITICAL)  # what matters of them is told here
        while not self._stopping.is_set():
            try:
                asyncio.run(self._serve())
            except Exception as error:  # noqa: BLE001 — the database is away, or the library at fault: it is tried again
                cause = error.__cause__ or error
                if isinstance(
                    cause, psycopg.Error
                ):  # a restart brings no server back; a fault of the library, it may cure
                    self._tried = time.monotonic()
                logs.warn("worker.lost", why=f"{type(error).__name__}: {cause}")
            self._stopping.wait(STORE_RETRY)

    async def _serve(self) -> None:
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(_unheard)
        app = _taker(self._url, self._drain)
        async with app.open_async():
            work = app.run_worker_async(
                queues=[_TASK],
                concurrency=self._workers,
                delete_jobs="always",
                install_signal_handlers=False,
                update_heartbeat_interval=_BEAT,
            )
            await self._watch(asyncio.ensure_future(work), loop)

    async def _watch(self, work: "asyncio.Future[None]", loop: asyncio.AbstractEventLoop) -> None:
        """Wait until the work ends; to cancel it is to ask it to end when its jobs have."""
        self._end = lambda: loop.call_soon_threadsafe(work.cancel)
        if self._stopping.is_set():
            work.cancel()
        while not work.done():
            self._served = time.monotonic()
            await asyncio.wait([work], timeout=_BEAT)
        if not work.cancelled():
            work.result()


@cache
def _giver() -> "App":
    """Return what only writes jobs, into a transaction of ours."""
    from procrastinate import App, SyncPsycopgConnector

    return App(connector=SyncPsycopgConnector())


def _taker(url: str, drain: Callable[[str], "Future[None]"]) -> "App":
    from procrastinate import App

    from sharebot.outbox.postgresql import arguments

    async def job(account: str) -> None:
        await asyncio.wrap_future(drain(account))

    async def placed(session: Any) -> None:
        # What Procrastinate does is one statement each; a transaction around it would be two more trips to the server.
        await session.set_autocommit(True)
        await session.execute(_found(transaction=False))

    parsed = address(url)
    _, given = parsed.get_dialect()().create_connect_args(parsed)
    given = {**given, **arguments(parsed)}
    how: dict[str, Any] = {"kwargs": given, "configure": placed, "min_size": 1, "max_size": _SESSIONS}
    app = App(connector=_connector()(pool_factory=_pool, **how))
    app.task(name=_TASK, queue=_TASK)(job)
    return app


@cache
def _connector() -> "type[PsycopgConnector]":
    from procrastinate import PsycopgConnector

    class Connector(PsycopgConnector):
        """Tells a worker of each new job twice, and at first without having heard of any.

        A worker forgets what it hears while it looks for jobs, and what comes before it listens it never hears; then it
        would look again only seconds later (measured).
        """

        async def listen_notify(self, on_notification: Any, channels: Iterable[str]) -> None:
            """Listen until cancelled."""
            heard = asyncio.Event()

            async def hear(**news: str) -> None:
                heard.set()
                await on_notification(**news)

            async def repeat() -> None:
                for pause in _AT_FIRST:
                    await asyncio.sleep(pause)
                    await on_notification(**_NEWS)
                while await heard.wait():
                    heard.clear()
                    await asyncio.sleep(_MOMENT)
                    await on_notification(**_NEWS)

            repeats = asyncio.ensure_future(repeat())
            try:
                await super().listen_notify(hear, channels)
            finally:
                repeats.cancel()

    return Connector


def _pool(**how: Any) -> Any:
    """Make a pool whose sessions are not asked before each statement whether they live: a dead one says so itself."""
    from psycopg_pool import AsyncConnectionPool

    from sharebot.outbox.postgresql import readable

    async def look(session: Any) -> None:
        if session.closed or readable(session.fileno()):
            await AsyncConnectionPool.check_connection(session)

    return AsyncConnectionPool(**{**how, "check": look})


def _driver(connection: Connection) -> Any:
    return connection.connection.driver_connection


@contextmanager
def _told() -> Iterator[None]:
    from procrastinate.exceptions import ConnectorException

    try:
        yield
    except ConnectorException as error:
        raise StoreError(f"no job can be handed over: {error.__cause__ or error}") from error


def _unheard(_loop: object, context: dict[str, Any]) -> None:
    """Tell of what went wrong where nobody waited for it; the worker goes on."""
    logs.warn("worker.fault", why=f"{context['message']}: {context.get('exception')}")
