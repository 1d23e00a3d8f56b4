"""doctor: does it work, and what to do where it does not."""

import time
from collections.abc import Iterator
from pathlib import Path

import click

from sharebot import app
from sharebot.cli.output import config_option
from sharebot.cli.root import FAILED, examples
from sharebot.errors import SharebotError

_SILENT = 90.0
"""A daemon gives a sign of life every 30 s while its dispatcher works; after three missed ones something is wrong."""


@click.command(epilog=examples("sharebot doctor", "sharebot doctor --live   # for a container's HEALTHCHECK"))
@config_option
@click.option("--live", is_flag=True, help="Only whether the daemon works; one line.")
@click.pass_context
def doctor(ctx: click.Context, config: Path | None, live: bool) -> None:
    """Tell whether the configuration, the outbox and the daemon are well. Exit code 1 where something is not."""
    path = app.find(config)
    checks = [("daemon", _daemon(path))] if live else list(_all(path))
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
    yield "daemon", _daemon(path)


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
    from sharebot.reloading import Standing

    database = path_of(app.database(path))
    standing = Standing.noted(noted(database)) if database else None
    return str(standing or "")


def _daemon(path: Path) -> str:
    from sharebot.outbox.database import path_of
    from sharebot.outbox.lock import beaten

    database = path_of(app.database(path))
    beat = beaten(database) if database else None
    if beat is None:
        return "does not run; start it with `sharebot run`"
    silent = time.time() - beat
    return f"gave no sign of life for {silent:.0f} s; look at its log and restart it" if silent > _SILENT else ""
