"""Reading the configuration again while the daemon works: on SIGHUP, or when its files changed and lie still."""

import json
import stat
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Self

from sharebot import app, logs, systemd
from sharebot.config.difference import difference, same
from sharebot.config.values import Config
from sharebot.errors import ConfigError, SharebotError, StoreError

LOOK = 2.0
"""Seconds between two looks at the files; a file that is alike in both is not being written."""
_AGAIN = 30.0
"""Seconds until what was refused is read again although its files lie still: what it lacks may lie elsewhere."""
_MANY = 20
"""How many faults are told; the first few are what a person mends first."""
_SUFFIXES = {".yaml", ".yml"}

Traces = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """Which configuration is in force: it was read and found right at `read`.

    `faults` are those of a later one in the file, refused `since` then; its text says so, and is empty without.
    """

    read: datetime
    since: datetime | None = None
    faults: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Say what is amiss, in one line."""
        if not (self.faults and self.since):
            return ""
        words = f"the daemon goes on with the one that it read at {self.read:%Y-%m-%d %H:%M} UTC"
        return f"{words}; the file is refused since {self.since:%Y-%m-%d %H:%M} UTC: {'; '.join(self.faults)}"

    def note(self) -> str:
        """Write it down for `noted`, in ASCII."""
        return json.dumps([self.read.isoformat(), self.since and self.since.isoformat(), self.faults])

    @classmethod
    def noted(cls, words: str) -> Self | None:
        """Read what `note` wrote; None where that is not whole."""
        try:
            read, since, faults = json.loads(words)
        except ValueError:
            return None
        return cls(datetime.fromisoformat(read), since and datetime.fromisoformat(since), tuple(faults))


class Reloader:
    """Watches a configuration's files. `adopt` puts another one in force, and says whether it did before the end.

    What cannot be used is told, and leaves in force what is.
    """

    def __init__(self, config: Config, adopt: Callable[[Config], bool], now: Callable[[], datetime]) -> None:
        self.standing = Standing(now())
        self._config = config
        self._adopt = adopt
        self._now = now
        self._bell = threading.Event()
        self._amiss: tuple[Path, ...] = ()
        self._aloud = False  # whoever asks gets an answer, be it one that was given before
        self._tried = time.monotonic()
        self._read: Traces | None = self._state()
        self._last = self._read

    def ask(self) -> None:
        """Read the files now, changed or not. Safe from any thread; asked often at once, it is done once."""
        systemd.tell(systemd.reloading())
        self._bell.set()

    def run(self, stopping: threading.Event, tell: Callable[[Standing], None]) -> None:
        """Look until `stopping`; `tell` hears how things stand, now and after each reading."""
        tell(self.standing)
        while not stopping.is_set():
            asked = self._bell.wait(LOOK)
            self._bell.clear()
            if not stopping.is_set() and self.look(asked=asked):
                tell(self.standing)

    def look(self, *, asked: bool = False) -> bool:
        """Read the files where they changed and lie still, or where it is `asked` for. Returns whether they were."""
        state = self._state()
        still, self._last = state == self._last, state
        again = bool(self.standing.faults) and time.monotonic() >= self._tried + _AGAIN
        if not (asked or (still and (state != self._read or again))):
            return False
        self._read, self._tried, self._aloud = state, time.monotonic(), asked
        self._load()
        return True

    def _load(self) -> None:
        try:
            self._put(app.load(self._config.path, secrets=True))
        except ConfigError as error:
            self._amiss = tuple(Path(problem.file) for problem in error.problems)
            self._refuse(str(problem).partition("\n")[0] for problem in error.problems[:_MANY])
        except StoreError as error:
            logs.warn("outbox.unusable", error=str(error))
            self._read = None  # nothing is wrong with the configuration: it is tried again at the next look
        except SharebotError as error:
            self._refuse([str(error)])
        except Exception as error:  # noqa: BLE001 — a network's or source's class may raise anything
            logs.crash("config.fault")
            self._refuse([f"the program failed at it ({type(error).__name__}); see the log"])

    def _put(self, config: Config) -> None:
        alike = same(self._config, config)
        if alike and not self.standing.faults:
            logs.info("config.unchanged")
        elif alike or self._adopt(config):
            told = asdict(difference(self._config, config))
            logs.info("config.reloaded", **{how: paths for how, paths in told.items() if paths})
        else:
            return
        self._config, self._amiss = config, ()
        self.standing = Standing(self._now())

    def _refuse(self, faults: Iterable[str]) -> None:
        before, now = self.standing, self._now()
        self.standing = Standing(before.read, before.since or now, tuple(faults))
        if self._aloud or self.standing.faults != before.faults:
            logs.warn("config.refused", problems=self.standing.faults, why=str(self.standing))

    def _state(self) -> Traces:
        """Return what changes when a file is written, replaced, or comes to a folder, also one of included files."""
        path, inside = self._config.path, list[Path]()
        parts = (file for file in self._config.files if file != path and file.suffix in _SUFFIXES)
        for folder in dict.fromkeys((path, *(file.parent for file in parts))):
            with suppress(OSError):  # a file, not a folder
                inside += sorted(each for each in folder.iterdir() if each.suffix in _SUFFIXES)
        return tuple(_trace(file) for file in dict.fromkeys((path, *inside, *self._config.files, *self._amiss)))


class SignIns:
    """Notices that a sign-in was stored or removed: then the configuration means something else, as it stands."""

    def __init__(self, reloader: Reloader) -> None:
        self._reloader = reloader
        self._stamp: tuple[int, datetime | None] | None = None

    def look(self, wired: app.App) -> bool:
        """Have the configuration read again where it is so. Returns False: no post waits for it. Raises StoreError."""
        from sharebot.outbox.credentials import Credentials

        before, self._stamp = self._stamp, Credentials(wired.ledger).stamp()
        last = self._stamp[1]
        if self._stamp != before if before else last and last > self._reloader.standing.read:
            self._reloader.ask()
        return False


def _trace(file: Path) -> tuple[object, ...]:
    try:
        status = file.stat()
    except OSError:
        return (file,)
    if stat.S_ISDIR(status.st_mode):
        return (file, status.st_ino)  # its time changes with every file in it, such as the queue's
    return file, status.st_mtime_ns, status.st_size, status.st_ino
