"""doctor: does it work, and what to do where it does not."""

import time
from collections.abc import Iterator
from pathlib import Path

import click

from sharebot import app
from sharebot.cli.output import config_option
from sharebot.cli.root import FAILED, examples
from sharebot.config.values import Config
from sharebot.errors import SharebotError

_SILENT = 90.0
"""A daemon gives a sign of life every 30 s while its dispatcher works; after three missed ones something is wrong."""


@click.command(epilog=examples("sharebot doctor", "sharebot doctor --live   # for a container's HEALTHCHECK"))
@config_option
@click.option("--live", is_flag=True, help="Only whether the daemon works; one line.")
@click.pass_context
def doctor(ctx: click.Context, config: Path | None, live: bool) -> None:
    """Tell whether the configuration, the outbox and the daemon are well. Exit code 1 where something is not."""
    found = app.load(config, secrets=False)
    checks = [("daemon", _daemon(found))] if live else list(_all(config, found))
    for name, fault in checks:
        click.echo(f"{name}: {fault or 'well'}")
    if any(fault for _, fault in checks):
        ctx.exit(FAILED)


def _all(path: Path | None, found: Config) -> Iterator[tuple[str, str]]:
    try:
        app.load(path, secrets=True)
        yield "configuration", ""
    except SharebotError as error:
        yield "configuration", str(error)
    try:
        with app.ledger(found, create=False) as ledger:
            yield "outbox", ""
            for name, why in ledger.paused().items():
                yield f"account {name}", f"paused: {why}; cure it, then `sharebot resume`"
    except SharebotError as error:
        yield "outbox", str(error)
    yield "daemon", _daemon(found)


def _daemon(found: Config) -> str:
    from sharebot.outbox.database import path_of
    from sharebot.outbox.lock import beaten

    path = path_of(app.database(found))
    beat = beaten(path) if path else None
    if beat is None:
        return "does not run; start it with `sharebot run`"
    silent = time.time() - beat
    return f"gave no sign of life for {silent:.0f} s; look at its log and restart it" if silent > _SILENT else ""
