"""run: the daemon, or once; worker: a hand more for the daemons on PostgreSQL."""

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from sharebot import app, logs
from sharebot.cli.output import Moment, config_option, say
from sharebot.cli.root import FAILED, TRY_LATER, examples
from sharebot.config.values import Config
from sharebot.engine import ENGINES, WORKERS, engine_of
from sharebot.model import Reading, State
from sharebot.settings import on_this_machine

_LAST_PORT = 65535
_MANY = 256
_BAD = (State.FAILED, State.UNSURE, State.HELD, State.MISSED)


class _Place(click.ParamType[tuple[str, int]]):
    """Where to listen: a host or address, in brackets if it has colons, and a port."""

    name = "host:port"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, int]:
        host, _, port = str(value).rpartition(":")
        if not (host and port.isascii() and port.isdecimal() and int(port) <= _LAST_PORT):
            self.fail(f"{value!r} is no place to listen at; write an address and a port: 127.0.0.1:9464", param, ctx)
        return host.removeprefix("[").removesuffix("]"), int(port)


_listen_option = click.option(
    "--listen",
    type=_Place(),
    envvar="SHAREBOT_LISTEN",
    help="Tell health and metrics by HTTP at this address, such as 127.0.0.1:9464.",
)
_workers_option = click.option(
    "--workers",
    metavar="N",
    type=click.IntRange(1, _MANY),
    envvar="SHAREBOT_WORKERS",
    default=WORKERS,
    show_default=True,
    help="How many posts are sent at once, each of another account.",
)


@click.command(
    epilog=examples(
        "sharebot run                         # until SIGTERM or Ctrl-C",
        "sharebot run --listen 127.0.0.1:9464 # and tell health and metrics there",
        "sharebot run --workers 32            # and send up to 32 posts at once, of so many accounts",
        "sharebot run --once                  # read, queue, publish what is due, end",
        "sharebot run --once --now 2026-12-01T09:00:00Z   # a rehearsal, against the sandbox only",
    )
)
@config_option
@_listen_option
@_workers_option
@click.option("--once", is_flag=True, help="Read, queue, publish all that is due, and end.")
@click.option(
    "--engine",
    type=click.Choice(ENGINES),
    help="Who hands out what is due. On SQLite `local`: this process alone. On PostgreSQL `procrastinate` unless it is "
    "said otherwise: one host hands accounts to workers on any host; with `local` each host takes them itself. Not "
    "with --once.",
)
@click.option("--now", type=Moment(), help="Rehearse as if it were this time; every account must be a sandbox's.")
def run(
    config: Path | None,
    once: bool,
    listen: tuple[str, int] | None,
    workers: int,
    engine: str | None,
    now: datetime | None,
) -> None:
    """Read, queue and publish: for ever, or once.

    Exit codes of --once: 0 all well, 1 a post or a document failed, 75 a post waits to be tried again, or it was ended
    before it had sent all.
    """
    logs.setup()
    found = app.load(config, secrets=True)
    at = _clock(found, now, once=once)
    leave(execute(found, once=once, now=at, listen=listen, workers=workers, engine=engine))


@click.command(epilog=examples("sharebot worker --workers 32   # on another host, with the same configuration"))
@config_option
@_listen_option
@_workers_option
def worker(config: Path | None, listen: tuple[str, int] | None, workers: int) -> None:
    """Send what the daemons on the same PostgreSQL hand over, and nothing else, until SIGTERM or Ctrl-C.

    It reads no source and plans nothing: at least one `sharebot run` has to work beside it.
    """
    from sharebot.daemon import Daemon

    logs.setup()
    found = app.load(config, secrets=True)
    with app.ledger(found) as ledger:
        kind = engine_of("procrastinate", ledger)
        Daemon(app.build(found, ledger, ledger.clock), kind, workers=workers, may_lead=False).run(listen)
    leave(0)


def execute(
    config: Config,
    *,
    once: bool,
    now: Callable[[], datetime] | None = None,
    listen: tuple[str, int] | None = None,
    workers: int = WORKERS,
    engine: str | None = None,
) -> int:
    """Run a loaded configuration and return the exit code. Raises StoreError, and SharebotError for `listen`."""
    from sharebot.daemon import Daemon

    with app.ledger(config) as ledger:
        wired = app.build(config, ledger, now or ledger.clock)
        if not once:
            Daemon(wired, engine_of(engine, ledger), workers=workers).run(listen)
            return 0
        daemon = Daemon(wired, workers=workers)
        readings = daemon.once()
        code = tell(readings, daemon.problems, daemon.outcomes)
        return TRY_LATER if daemon.stopping.is_set() else code


def tell(readings: Sequence[Reading], problems: Sequence[str], outcomes: Mapping[State, int]) -> int:
    """Say in one line what a single run did, and return its exit code."""
    issues = sum(len(reading.issues) for reading in readings)
    done = [f"{count} {state}" for state, count in sorted(outcomes.items()) if count]
    say(f"{issues} issue(s) read; {', '.join(done) or 'nothing was due'}")
    if problems or any(outcomes.get(state) for state in _BAD):
        return FAILED
    return TRY_LATER if outcomes.get(State.QUEUED) else 0


def leave(code: int) -> None:
    """End the process now, whatever thread still waits for a network."""
    for stream in filter(None, (sys.stdout, sys.stderr)):  # none where the process was started without
        with suppress(OSError, ValueError):
            stream.flush()
    os._exit(code)


def _clock(config: Config, start: datetime | None, *, once: bool) -> Callable[[], datetime] | None:
    if start is None:
        return None
    if not once:
        raise click.UsageError("--now rehearses a single run; use it with --once")
    for name, account in config.accounts.items():
        if not on_this_machine(account.settings):
            raise click.UsageError(f"--now never reaches a real network, and account {name!r} is on one")
    ahead = start - app.clock()
    return lambda: app.clock() + ahead
