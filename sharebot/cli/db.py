"""db: keep the outbox: copy it, put a copy back, look through it, move it, and let old posts shrink."""

import sys
from collections.abc import Callable, Collection
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import click

from sharebot import app
from sharebot.cli.hands import by_option
from sharebot.cli.output import config_option, document, json_option, say
from sharebot.cli.root import FAILED, examples
from sharebot.errors import ConfigError, SharebotError
from sharebot.settings import duration

if TYPE_CHECKING:
    from sharebot.outbox.doubting import Doubts
    from sharebot.outbox.ledger import Ledger

_HERE = "-"
_MIB = 2**20


@click.group(
    epilog=examples(
        "sharebot db backup /backups          # while the daemon works",
        "sharebot db check",
        "sharebot db prune --older-than 180d",
    )
)
def db() -> None:
    """Keep the queue's database: back it up, restore, check, move and prune it."""


def _place(config: Path | None) -> tuple[str, Path | None]:
    """Return the outbox's address, and its file where it is one. Raises SharebotError where there is none to keep."""
    from sharebot.outbox.database import address, path_of

    url = app.outbox_of(config)
    file = path_of(url)
    if file is None and address(url).get_backend_name() == "sqlite":
        raise SharebotError("the database is in memory, and ends with its program; name a file in SHAREBOT_DATABASE")
    return url, file


def _there(config: Path | None) -> tuple[str, Path | None]:
    """Return the same of an outbox that has to be there."""
    url, file = _place(config)
    if file and not file.exists():
        raise SharebotError(f"{file}: there is no database; `sharebot run` makes one, SHAREBOT_DATABASE names another")
    return url, file


def _ledger(url: str) -> "Ledger":
    from sharebot.outbox.ledger import Ledger

    return Ledger(url)


def _named(path: Path, now: datetime, end: str) -> Path:
    """Return the file to write: in a folder, one that has the time in its name."""
    if str(path) == _HERE:
        raise click.UsageError("a copy is proved after it was written: name a file or a folder")
    return path / f"sharebot-{now:%Y%m%dT%H%M%SZ}{end}" if path.is_dir() else path


def _path(name: str = "path", **more: Any) -> Callable[..., Any]:
    return click.argument(name, type=click.Path(path_type=Path), **more)


_force_option = click.option("--force", is_flag=True, help="Replace a file that is there.")


# ── copies ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@db.command("backup", epilog=examples("sharebot db backup backup.db", "sharebot db backup /backups"))
@_path()
@_force_option
@config_option
@json_option
def backup(path: Path, *, force: bool, config: Path | None, as_json: bool) -> None:
    """Copy the database to PATH, while others work on it; in a folder, under a name with the time.

    Of SQLite it is one file, looked through after it was written; of PostgreSQL an export, as `db export` writes it.
    """
    from sharebot.outbox.backup import backup as copied

    url, file = _there(config)
    there = _named(path, app.clock(), ".db" if file else ".jsonl")
    if file:
        copied(file, there, replace=force)
    else:
        _exported(url, there, force=force)
    if as_json:
        document({"path": str(there), "bytes": there.stat().st_size})
    else:
        say(f"{there}: {there.stat().st_size / _MIB:.1f} MiB")


@db.command(
    "restore",
    epilog=examples(
        "sharebot db restore backup.db",
        "sharebot db restore backup.db --pause    # and look at the queue before anything is sent",
    ),
)
@_path()
@click.option("--all", "everything", is_flag=True, help="Doubt also what is due later; it may have been moved forward.")
@click.option("--pause", "paused", is_flag=True, help="Pause all accounts, until `sharebot resume`.")
@config_option
@by_option
@json_option
def restore(path: Path, *, everything: bool, paused: bool, config: Path | None, who: str, as_json: bool) -> None:
    """Put the backup PATH in the database's place; no daemon may work on it. What is there now is kept beside it.

    What was sent since the backup was made is not in it. So all that was due by now is doubted (`unsure`), and the
    networks are asked before anything is sent again; where a network cannot be asked, a person is. So is what the first
    reading after it brings.
    """
    from sharebot.outbox.restore import Order
    from sharebot.outbox.restore import restore as restored

    url, _ = _place(config)
    why = f"a backup was restored by {who}" if paused else ""
    doubts, kept = restored(url, path, Order(_newsletters(config), app.clock(), everything, why))
    told = {"kept": kept and str(kept), "since": doubts.since.isoformat(), "unsure": doubts.posts, "held": doubts.held}
    if as_json:
        document({"restored": str(path), **told})
        return
    say(f"restored: {path}{f'; what was there is {kept}' if kept else ''}")
    _tell(doubts, paused=paused)


def _tell(doubts: "Doubts", *, paused: bool) -> None:
    say(f"{doubts.posts} post(s) may be out since {doubts.since:%Y-%m-%d %H:%M} UTC: their networks are asked")
    if doubts.held:
        say(f"{doubts.held} post(s) are held; look at the network before you release one")
    say("all accounts are paused; look at `sharebot queue list`, then `sharebot resume`" * paused or "start the daemon")


def _newsletters(config: Path | None) -> Collection[str]:
    """Return the newsletters of the configuration; those that the outbox knows are doubted without it, too."""
    try:
        return tuple(app.load(config, secrets=False).newsletters)
    except ConfigError as error:
        say(f"{error}\nthe configuration cannot be read, and newsletters that are only in it are read as new ones")
        return ()


# ── looking after it ─────────────────────────────────────────────────────────────────────────────────────────────────


@db.command("check", epilog=examples("sharebot db check", "sharebot db check --json"))
@config_option
@json_option
@click.pass_context
def check(ctx: click.Context, config: Path | None, as_json: bool) -> None:
    """Look through the database for what no program of ours has made, and say the cure. Exit code 1 where there is any.

    Changes nothing; the daemon may work meanwhile.
    """
    from sharebot.outbox import checking

    url, file = _there(config)
    faults = checking.check_file(file) if file else []
    if not faults:
        with _ledger(url) as ledger:
            faults = checking.check(ledger)
    if as_json:
        document({"faults": [asdict(fault) for fault in faults]})
    else:
        click.echo("\n".join(map(str, faults)) or "well")
    ctx.exit(FAILED if faults else 0)


@db.command("upgrade", epilog=examples("sharebot db upgrade"))
@config_option
def upgrade(config: Path | None) -> None:
    """Make the database, or bring its schema up to date, as the daemon does at its start. A file is copied before."""
    from sharebot.outbox.database import HEAD

    url, _ = _place(config)
    with _ledger(url) as ledger:
        say(f"{ledger.place}: schema {HEAD}")


def _age(_ctx: click.Context, _param: click.Parameter, text: str) -> timedelta:
    from sharebot.pipeline.slots import MEMORY

    try:
        age = duration(text)
    except ValueError as error:
        raise click.BadParameter(str(error)) from None
    if age < MEMORY:
        raise click.BadParameter(f"budgets, quotas and caps count posts of the last {MEMORY.days} days; write more")
    return age


@db.command(
    "prune", epilog=examples("sharebot db prune --older-than 180d", "sharebot db prune --older-than 90d --dry-run")
)
@click.option("--older-than", "age", required=True, callback=_age, metavar="AGE", help="Such as 90d; 40d at least.")
@click.option("--dry-run", "dry", is_flag=True, help="Only say what would go.")
@config_option
@json_option
def prune(age: timedelta, *, dry: bool, config: Path | None, as_json: bool) -> None:
    """Let posts shrink that are long over: published, failed, missed, skipped. The daemon may work meanwhile.

    Their history goes but for its end, and so does all that only sending needs. Their keys and words stay, so that no
    issue that is read again is posted again.
    """
    from sharebot.outbox import pruning

    url, _ = _there(config)
    with _ledger(url) as ledger:
        done = pruning.prune(ledger, ledger.clock() - age, dry=dry)
        place, freed = ledger.place, 0 if dry else pruning.shrink(ledger)
    told = {"dry_run": dry, "counts": dict(done.deliveries), "events": done.events, "freed": freed}
    if as_json:
        document(told)
        return
    states = ", ".join(f"{count} {state}" for state, count in sorted(done.deliveries.items())) or "none"
    say(f"{place}: {'would shrink' if dry else 'shrunk'}: {states}; {done.events} event(s)")
    if freed is None:
        say("new posts take the room in the file; to give it back to the disk, end the daemon and prune again")
    elif freed:
        say(f"{freed / _MIB:.1f} MiB are given back to the disk")


# ── moving ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@db.command(
    "export",
    epilog=examples(
        "sharebot db export outbox.jsonl",
        "sharebot db export - | SHAREBOT_DATABASE=postgresql+psycopg://user@host/name sharebot db import -",
    ),
)
@_path(default=_HERE)
@_force_option
@config_option
def export(path: Path, *, force: bool, config: Path | None) -> None:
    """Write all that the database holds as JSON Lines, to PATH or to stdout. End the daemon before, to move."""
    from sharebot.outbox import portable

    url, _ = _there(config)
    if str(path) != _HERE:
        say(f"{path}: {_exported(url, path, force=force)} rows")
        return
    with _ledger(url) as ledger:
        portable.export(ledger, sys.stdout.write, ledger.clock(), live=_is_live(ledger))


def _exported(url: str, path: Path, *, force: bool) -> int:
    from sharebot.outbox.restore import written

    with _ledger(url) as ledger:
        return written(ledger, path, ledger.clock(), live=_is_live(ledger), force=force)


def _is_live(ledger: "Ledger") -> bool:
    from sharebot.outbox.hosts import hosts
    from sharebot.outbox.lock import holder

    return bool(holder(ledger.path) if ledger.path else hosts(ledger))


@db.command("import", epilog=examples("sharebot db import outbox.jsonl", "sharebot db import - < outbox.jsonl"))
@_path()
@config_option
def import_(path: Path, config: Path | None) -> None:
    """Fill an empty database with what `db export` wrote to PATH (-: stdin), all of it or nothing.

    Where a daemon worked during the export, what was due by now is doubted as after `db restore`.
    """
    from sharebot.outbox.restore import fill

    url, _ = _place(config)
    with _opened(path) as file:
        rows, doubts = fill(url, file, str(path), _newsletters(config), app.clock())
    say(f"{rows} rows")
    if doubts:
        say("the daemon worked during the export:")
        _tell(doubts, paused=False)


def _opened(path: Path) -> IO[bytes]:
    if str(path) == _HERE:
        return sys.stdin.buffer
    try:
        return path.open("rb")
    except OSError as error:
        raise SharebotError(f"{path}: cannot be read ({error.strerror})") from error
