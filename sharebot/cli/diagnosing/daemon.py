"""Who works on the outbox, and whether with the configuration that stands in the file."""

import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from sharebot import places
from sharebot.cli.diagnosing.findings import Finding, well, wrong
from sharebot.errors import StoreError
from sharebot.outbox.lock import SILENT, beaten, noted

if TYPE_CHECKING:
    from sharebot.outbox.ledger import Ledger

_START = "start it with `sharebot run`"
_RESTART = "look at its log and restart it"
_MEND = "mend the file, and `sharebot check` it; the daemon reads it by itself"


def alive(path: Path) -> Finding:
    """Tell whether this host's daemon works, loading as little as can be."""
    url = places.database(path, os.environ)
    file = places.plain_file(url)
    return _beating(file) if file else _alive(url)


def _alive(url: str) -> Finding:
    from sharebot.outbox.database import path_of
    from sharebot.outbox.ledger import Ledger

    try:
        if file := path_of(url):
            return _beating(file)
        with Ledger(url) as ledger:
            return here(ledger)
    except StoreError as error:
        return wrong("daemon", str(error), _RESTART)


def _beating(database: Path) -> Finding:
    beat = beaten(database)
    return wrong("daemon", "does not run", _START) if beat is None else _silence("daemon", time.time() - beat)


def on_file(database: Path) -> Iterator[Finding]:
    """Tell how the daemon of a database's file is, and which configuration it goes by."""
    yield _beating(database)
    if other := _other(noted(database)):
        yield wrong("configuration in force", other, _MEND)


def here(ledger: "Ledger") -> Finding:
    """Tell whether one of this host's processes works: one is enough, for another may have ended just now."""
    from sharebot.outbox.hosts import hosts

    now = ledger.clock()
    found = [_silence("daemon", (now - each.beaten).total_seconds()) for each in hosts(ledger) if each.is_here]
    return min(found, default=wrong("daemon", "does not run", _START), key=lambda each: not each.ok)


def on_hosts(ledger: "Ledger") -> Iterator[Finding]:
    """Tell of each host how it is, and whether one of them leads."""
    from sharebot.outbox.hosts import hosts

    now, led = ledger.clock(), False
    for each in hosts(ledger):
        name = f"host {each.name} ({each.engine}{', leads' if each.leads else ''})"
        found = _silence(name, (now - each.beaten).total_seconds())
        led = led or (each.leads and found.ok)
        other = _other(each.words) if found.ok else ""
        yield wrong(name, other, _MEND) if other else found
    if not led:
        yield wrong("daemon", "no host leads, and nothing is read or handed over", _START)


def _silence(name: str, seconds: float) -> Finding:
    silent = seconds > SILENT
    return wrong(name, f"gave no sign of life for {seconds:.0f} s", _RESTART) if silent else well(name)


def _other(words: str) -> str:
    """Say whether whoever left these words goes on with another configuration than the file's."""
    from sharebot.reloading import Standing

    return str(Standing.noted(words) or "")
