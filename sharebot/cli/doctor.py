"""doctor: does it work, and what to do where it does not."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sharebot.cli.output import config_option, document, json_option, say
from sharebot.cli.root import FAILED, examples

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sharebot.cli.diagnosing.findings import Finding
    from sharebot.cli.diagnosing.store import Stored
    from sharebot.cli.diagnosing.subject import Subject

_PATIENCE = 15.0
"""Seconds after which nobody is waited for; a connection gets five."""


@click.command(
    epilog=examples(
        "sharebot doctor",
        "sharebot doctor --offline --json   # asks no network",
        "sharebot doctor --live             # for a container's HEALTHCHECK",
        "sharebot doctor --bundle help.zip --log sharebot.log   # to pass on to who helps",
    )
)
@config_option
@click.option("--live", is_flag=True, help="Only whether the daemon works; one line, and no network.")
@click.option("--offline", is_flag=True, help="Ask no network: neither names nor servers, accounts or distant sources.")
@click.option(
    "--bundle",
    type=click.Path(path_type=Path, readable=False),
    help="Also write what was found to this new file, a zip, without secrets, addresses and texts.",
)
@click.option(
    "--log",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="With --bundle: put the end of this log in it, too.",
)
@json_option
@click.pass_context
def doctor(
    ctx: click.Context,
    config: Path | None,
    live: bool,
    offline: bool,
    bundle: Path | None,
    log: Path | None,
    as_json: bool,
) -> None:
    """Look at everything that sharebot needs, and say what is wrong and what cures it.

    Clock, zone data, database, disk, permissions, versions, each account and each source; names, connections and
    certificates of each server; the daemon, or the hosts. Exit code 1 where something is wrong; warnings do not count.
    """
    if (live and (bundle or offline)) or (log and not bundle):
        raise click.UsageError("--live looks at nothing but the daemon, and --log goes into a --bundle")
    found = _live(config) if live else _all(config, bundle, log, offline=offline)
    ok = all(each.ok for each in found)
    if as_json:
        document({"ok": ok, "checks": [each.json() for each in found]})
    else:
        for each in found:
            click.echo(f"{each.name}: {each.words}{each.cure and '; '}{each.cure}" if live else str(each))
    if not ok:
        ctx.exit(FAILED)


def _live(config: Path | None) -> "list[Finding]":
    import os

    from sharebot import places
    from sharebot.cli.diagnosing import daemon
    from sharebot.errors import StoreError

    # Where the outbox is named, the health of the daemon does not hang on the configuration's being found.
    elsewhere = places.given(os.environ, places.DATABASE, StoreError)
    named = config or (Path() if elsewhere else places.find(os.environ, Path.cwd()))
    return [daemon.alive(named)]


def _all(config: Path | None, bundle: Path | None, log: Path | None, *, offline: bool) -> "list[Finding]":
    from sharebot import app
    from sharebot.cli.diagnosing import store, subject

    now = app.clock()
    asked = subject.subject(config)
    stored = store.look(asked.url, now)
    found = list(_found(asked, stored, now, offline=offline))
    if bundle:
        from sharebot.cli.diagnosing import bundle as support

        support.write(bundle, asked, found, stored, now, log)
        say(f"{bundle}: written, without secrets; look through it before you pass it on")
    return found


def _found(asked: "Subject", stored: "Stored", now: datetime, *, offline: bool) -> "Iterator[Finding]":
    from sharebot.cli.diagnosing import files, machine, subject

    ahead: list[timedelta] = []
    distant = [] if offline else _distant(asked, stored, ahead)
    yield from subject.configuration(asked)
    yield machine.clock(now, ahead, stored.last)
    yield from machine.zones(asked.zones, now)
    yield from machine.program()
    yield from files.disks(asked)
    yield from files.permissions(asked)
    yield from stored.findings
    yield from _near(asked, stored, now)
    yield from distant


def _near(asked: "Subject", stored: "Stored", now: datetime) -> "Iterator[Finding]":
    """Look at accounts, sources and daemons as far as this machine and the database know of them."""
    from sharebot.cli.diagnosing import accounts, daemon
    from sharebot.cli.diagnosing.findings import together, wrong
    from sharebot.errors import StoreError
    from sharebot.outbox.ledger import Ledger

    try:
        if stored.usable:
            with Ledger(asked.url) as ledger:
                yield from accounts.standings(ledger, now)
                yield from daemon.on_hosts(ledger) if ledger.shared else ()
    except StoreError as error:
        yield wrong("accounts", str(error), "`sharebot db check`")
    if asked.file:
        yield from daemon.on_file(asked.file)
    yield from together(accounts.sources(asked, stored.first, near=True), _PATIENCE)


def _distant(asked: "Subject", stored: "Stored", ahead: list[timedelta]) -> "Sequence[Finding]":
    """Ask every server, account and distant source, all at once."""
    import requests  # noqa: F401 — here, since threads that import it all at once may find half of it

    from sharebot.cli.diagnosing import accounts, network
    from sharebot.cli.diagnosing.findings import Check, together

    servers = network.hosts(asked)
    checks: dict[str, Check] = {f"network {each.place}": network.Way(each, ahead).look for each in servers}
    checks |= accounts.sign_ins(asked) | accounts.sources(asked, stored.first, near=False)
    return [*network.trusted(servers), *together(checks, _PATIENCE)]
