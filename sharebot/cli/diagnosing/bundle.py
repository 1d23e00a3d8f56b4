"""A support file: all that helps whoever is asked for help, and nothing that is a secret or an editor's words."""

import io
import json
import os
import platform
import sys
import zipfile
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sharebot import app, plugins
from sharebot.cli.diagnosing import machine
from sharebot.cli.diagnosing.findings import Finding
from sharebot.cli.diagnosing.masking import DOTS, Mask, harmless, secrets_of
from sharebot.cli.diagnosing.store import Stored
from sharebot.cli.diagnosing.subject import Subject
from sharebot.errors import SharebotError, StoreError
from sharebot.ranking import RankerSettings

if TYPE_CHECKING:
    from sharebot.outbox.ledger import Ledger

_EVENTS = 500
_LOG = 1_000_000
"""Bytes at the end of a log that go along."""
_FIELDS = {"at", "level", "event", "key", "account", "issue", "attempt", "due", "server", "engine", "count"}
"""Fields of the log that hold no words of anybody; of the others the reason is kept without what it quotes."""
_REASONS = {"why", "error", "trace", "problems", "address"}
_ABOUT = """What `sharebot doctor --bundle` has put together on {now:%Y-%m-%d %H:%M} UTC.

Secrets, addresses beyond their server, headlines and texts are not in it. Look through it before you pass it on.

versions.json       what runs here, and on what
checks.json         what doctor has found
configuration.json  how the configuration is built; {dots} stands for what may be a secret
queue.json          counts, how the accounts stand, who works on it, the last {events} events
log.jsonl           the end of the log, where one was given
"""


def write(
    path: Path, asked: Subject, found: Sequence[Finding], stored: Stored, now: datetime, log: Path | None
) -> None:
    """Write the support file, for this user alone. Raises SharebotError where it is there already, or cannot be."""
    mask = Mask(secrets_of(asked, os.environ))
    parts = {
        "about.txt": _ABOUT.format(now=now, dots=DOTS, events=_EVENTS),
        "versions.json": _json(_versions()),
        "checks.json": _json([_masked(each, mask) for each in found]),
        "configuration.json": _json(_configuration(asked, mask)),
        "queue.json": _json(_queue(asked.url, stored, mask)),
    }
    if log:
        parts["log.jsonl"] = "".join(_log(log, mask))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    _create(path, packed.getvalue())


def _create(path: Path, data: bytes) -> None:
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(data)
    except FileExistsError:
        raise SharebotError(f"{path} is there already, and is not written over; name another file") from None
    except OSError as error:
        raise SharebotError(f"{path} cannot be written: {error.strerror}; name another place") from None


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1, default=str)


def _versions() -> dict[str, Any]:
    names = sorted(name for name in os.environ if name.startswith("SHAREBOT_"))
    return machine.versions() | {
        "machine": platform.machine(),
        "cores": os.cpu_count(),
        "user": os.geteuid(),
        "encoding": sys.getfilesystemencoding(),
        "variables": names,  # their names alone
    }


def _masked(found: Finding, mask: Mask) -> dict[str, Any]:
    return found.json() | {"words": mask.text(found.words), "cure": mask.text(found.cure)}


def _configuration(asked: Subject, mask: Mask) -> Any:
    installed = [plugins.load(group) for group in (plugins.PLATFORMS, plugins.SOURCES)]
    kinds = [RankerSettings, *(each.Settings for group in installed for each in group.values())]
    return mask.structure(asked.there.data, harmless(app.schema(), kinds))


def _queue(url: str, stored: Stored, mask: Mask) -> dict[str, Any]:
    found: dict[str, Any] = {"schema": stored.schema}
    if stored.usable:
        from sharebot.outbox.ledger import Ledger

        try:
            with Ledger(url) as ledger:
                found |= _facts(ledger, mask)
        except StoreError as error:
            found["error"] = mask.text(str(error))
    return found


def _facts(ledger: "Ledger", mask: Mask) -> dict[str, Any]:
    from dataclasses import asdict

    from sqlalchemy import select

    from sharebot.outbox.census import Census
    from sharebot.outbox.hosts import hosts
    from sharebot.outbox.tables import event

    with ledger.reading() as connection:
        rows = connection.execute(select(event).order_by(event.c.id.desc()).limit(_EVENTS)).mappings().all()
    view = Census(ledger).view()
    return {
        "counts": view.counts,
        "first due": view.due,
        "accounts": [
            asdict(each) | {"paused": each.paused and mask.words(each.paused)} for each in ledger.standings().values()
        ],
        "hosts": [asdict(each) | {"words": mask.words(each.words)} for each in hosts(ledger)],
        "events": [
            {name: row[name] for name in ("key", "at", "before", "after")} | {"why": mask.words(row["why"])}
            for row in reversed(rows)
        ],
    }


def _log(file: Path, mask: Mask) -> Iterator[str]:
    """Yield the end of a log, line by line: of JSON what holds no words of anybody, else nothing but its length."""
    try:
        with file.open("rb") as log:
            log.seek(max(file.stat().st_size - _LOG, 0))
            lines = log.read(_LOG).decode(errors="replace").splitlines()
    except OSError as error:
        raise SharebotError(f"{file} cannot be read: {error.strerror}; name the file that the log is in") from None
    for line in lines:
        try:
            fields = json.loads(line)
        except ValueError:
            fields = None
        kept = _kept(fields, mask) if isinstance(fields, dict) else {"line": len(line)}
        yield json.dumps(kept, ensure_ascii=False) + "\n"


def _kept(fields: dict[str, Any], mask: Mask) -> dict[str, Any]:
    kept = {name: mask.text(str(value)) for name, value in fields.items() if name in _FIELDS}
    kept |= {name: mask.words(str(value)) for name, value in fields.items() if name in _REASONS}
    return kept | dict.fromkeys(fields.keys() - kept.keys(), DOTS)
