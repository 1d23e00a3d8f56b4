"""Procrastinate as its documentation shows it: a job for each post, a task that sends it, no ledger and no order."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from procrastinate import App

_TASK = "send"
Send = Callable[[int], object]
"""Sends the post with this number."""


def defer(database: str, send: Send, numbers: Sequence[int]) -> None:
    """Make the tables, and a job for each post."""

    async def work() -> None:
        app = _app(database, send)
        async with app.open_async():
            await app.schema_manager.apply_schema_async()
            jobs: list[Any] = [{"number": number} for number in numbers]
            await app.configure_task(_TASK).batch_defer_async(*jobs)

    asyncio.run(work())


def work_off(database: str, send: Send, workers: int) -> None:
    """Take jobs until none is left."""

    async def work() -> None:
        # Without this, Procrastinate runs as many tasks that block as asyncio has threads for.
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(workers))
        app = _app(database, send)
        async with app.open_async():
            await app.run_worker_async(concurrency=workers, wait=False, install_signal_handlers=False)

    logging.getLogger("procrastinate").setLevel(logging.WARNING)
    asyncio.run(work())


def _app(database: str, send: Send) -> "App":
    from procrastinate import App, PsycopgConnector

    app = App(connector=PsycopgConnector(conninfo=database.replace("+psycopg", "")))

    @app.task(name=_TASK)
    def task(number: int) -> None:
        send(number)

    return app
