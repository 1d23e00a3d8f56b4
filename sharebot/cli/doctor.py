"""doctor: does it work, and what to do where it does not."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sharebot import app
from sharebot.cli.output import config_option
from sharebot.cli.root import FAILED, examples
from sharebot.errors import SharebotError

if TYPE_CHECKING:
    from sharebot.outbox.ledger import Ledger

_SILENT = 90.0
"""A daemon gives a sign of life every 30 s while its dispatcher works; after three missed ones something is wrong."""

_NONE = "does not run; start it with `sharebot run`"


@click.command(epilog=examples("sharebot doctor", "sharebot doctor --live   # for a container's HEALTHCHECK"))
@config_option
@click.option("--live", is_flag=True, help="Only whether the daemon works; one line.")
@click.pass_context
def doctor(ctx: click.Context, config: Path | None, live: bool) -> None:
    """Tell whether the configuration, the outbox and the daemon are well. Exit code 1 where something is not."""
    path = app.find(config)
    checks = list(_working(path, live=True) if live else _all(path))
    for name, fault in checks:
        click.echo(f"{name}: {fault or 'well'}")
    if any(fault for _, fault in checks):
        ctx.exit(FAILED)


def _all(path: Path) -> Iterator[tuple[str, str]]:
    yield "configuration", "\n".join(filter(None, (_configuration(path), _standing(path))))
    try:
        with app.ledger_beside(path, create=False) as ledger:
            yield "outbox", ""
            for name, why in ledger.paused().items():
                yield f"account {name}", f"paused: {why}; cure it, then `sharebot resume`"
    except SharebotError as error:
        yield "outbox", str(error)
    yield from _working(path)


def _configuration(path: Path) -> str:
    try:
        app.load(path, secrets=True)
    except SharebotError as error:
        return str(error)
    return ""


def _standing(path: Path) -> str:
    """Say whether the daemon goes on with another configuration than the file's."""
    from sharebot.outbox.database import path_of
    from sharebot.outbox.lock import noted

    database = path_of(app.database(path))
    return _other(noted(database)) if database else ""


def _other(words: str) -> str:
    from sharebot.reloading import Standing

    return str(Standing.noted(words) or "")


def _working(path: Path, *, live: bool = False) -> Iterator[tuple[str, str]]:
    """Say how whoever works on the outbox is; of several hosts, `live` is about this one."""
    from sharebot.outbox.database import address, path_of
    from sharebot.outbox.lock import beaten

    url = app.database(path)
    if address(url).get_backend_name() == "sqlite":
        database = path_of(url)
        beat = beaten(database) if database else None
        yield "daemon", _NONE if beat is None else _silence(time.time() - beat)
        return
    try:
        with app.ledger_beside(path, create=False) as ledger:
            yield from _hosts(ledger, live=live)
    except SharebotError as error:
        yield "daemon", str(error)


def _hosts(ledger: "Ledger", *, live: bool) -> Iterator[tuple[str, str]]:
    from sharebot.outbox.hosts import hosts

    found, now = hosts(ledger), ledger.clock()
    told = {each: _silence((now - each.beaten).total_seconds()) for each in found if each.is_here or not live}
    if live:
        yield "daemon", min(told.values(), default=_NONE)  # one that works is enough: another may have ended just now
        return
    for each, fault in told.items():
        yield f"host {each.name} ({each.engine}{', leads' if each.leads else ''})", fault or _other(each.words)
    if not any(each.leads and not fault for each, fault in told.items()):
        yield "daemon", "no host leads, and nothing is read or handed over; start one with `sharebot run`"


def _silence(seconds: float) -> str:
    return f"gave no sign of life for {seconds:.0f} s; look at its log and restart it" if seconds > _SILENT else ""
