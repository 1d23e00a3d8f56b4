"""A folder of issues: files dropped in, synchronised or checked out, each read once it lies still."""

import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from fnmatch import fnmatch
from functools import partial
from pathlib import Path, PurePath, PurePosixPath
from stat import S_ISREG
from typing import TypeAlias

from pydantic import Field

from sharebot.errors import SourceError
from sharebot.model import BESIDE, NO_HINTS, Document, Hints, Issue, Reading
from sharebot.settings import Duration, Settings
from sharebot.sources import readers

LARGEST = 5_000_000
"""Bytes of one file. The longest newsletters are some 200 kB of text; more is a mistake, and costs memory."""

_LEFTOVER = re.compile(r"\..*|.*~|~\$.*|#.*#|.*\.(?:sw[a-p]|tmp|temp|part|partial|crdownload|bak|orig)", re.IGNORECASE)
"""Hidden files, and what editors, browsers and synchronisers leave beside the real file."""


Signature: TypeAlias = tuple[int, int, int]
_Found: TypeAlias = tuple[Issue, ...] | SourceError


class FolderSettings(Settings):
    """What an editor writes under `source:`."""

    folder: Path = Field(
        description="The folder with the issues, one file each; relative to the configuration file.",
        examples=["issues"],
    )
    include: tuple[str, ...] = Field(
        default=tuple(f"*{suffix}" for suffix in readers.SUFFIXES),
        description="Patterns of the files to read; `*` also stands for subfolders.",
        examples=[["*.md"]],
    )
    exclude: tuple[str, ...] = Field(
        default=(),
        description="Patterns of files or subfolders to leave out.",
        examples=[["drafts", "README*"]],
    )
    settle: Duration = Field(
        default_factory=partial(timedelta, seconds=3),
        description="How long a file must have been unchanged before it is read; 3s where nothing is said.",
        examples=["3s"],
    )
    resolve: bool = Field(
        default=True,
        description="Whether to follow the links of mails (.eml, .mbox) that were made for one reader, once each, to "
        "the true address. What cannot be followed is never posted.",
        examples=[True],
    )
    every: Duration = Field(
        default_factory=partial(timedelta, seconds=10),
        description="How often to look for new and changed files; 10s where nothing is said.",
        examples=["10s"],
    )


@dataclass(slots=True)
class _Look:
    """What one look has found so far."""

    issues: dict[str, tuple[str, Issue]] = field(default_factory=dict)
    problems: list[SourceError] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)
    beside: set[str] = field(default_factory=set)


class Folder:
    """A source of issues, one file each, subfolders included. Built once: it remembers what it has read."""

    Settings = FolderSettings

    def __init__(self, settings: FolderSettings, base: Path, hints: Hints = NO_HINTS) -> None:
        """Take `base`, the configuration file's folder, as the start of a relative path."""
        from sharebot.sources.resolving import Resolver

        self._settings = settings
        self._hints = hints
        self.every = settings.every
        self._root = base / settings.folder
        self._known: dict[str, tuple[Signature, _Found]] = {}
        self._resolver = Resolver() if settings.resolve else None

    @property
    def place(self) -> str:
        """The folder, for messages."""
        return _shown(self._root)

    def read(self, now: datetime) -> Reading:
        """Look once at every file, in the order of their names; a file that has not changed is not read again."""
        look = _Look()
        if self._resolver:
            self._resolver.begin()
        if trouble := self._trouble():
            return Reading(problems=(SourceError(self.place, trouble),))
        names = sorted(self._names(look))
        self._known = {name: self._known[name] for name in names if name in self._known}
        for name in names:
            self._take(name, now, look)
        self._alone(names, look)
        issues = tuple(issue for _, issue in look.issues.values())
        return Reading(issues, tuple(look.problems), tuple(look.waiting))

    def _trouble(self) -> str | None:
        try:
            if self._root.is_dir():
                return None
            exists = self._root.exists()
        except OSError as error:
            return _why(error)
        if exists:
            return "it is no folder; name the folder that holds the issues"
        return "there is no such folder; create it, or correct `folder:` in the configuration"

    def _names(self, look: _Look) -> Iterator[str]:
        """Yield the names, relative to the folder, of all files that are asked for."""

        def unreadable(error: OSError) -> None:
            look.problems.append(SourceError(_shown(Path(error.filename)), _why(error)))

        for folder, subfolders, files in os.walk(self._root, onerror=unreadable):
            subfolders[:] = [name for name in subfolders if not _LEFTOVER.fullmatch(name)]
            for file in files:
                name = (Path(folder) / file).relative_to(self._root).as_posix()
                if _LEFTOVER.fullmatch(file):
                    continue
                if file.endswith((BESIDE, ".sharebot.yml")):
                    look.beside.add(name)
                elif self._is_wanted(PurePosixPath(name)):
                    yield name

    def _alone(self, names: Sequence[str], look: _Look) -> None:
        """Tell of files that would change an issue and lie beside none: a slip that would else pass unseen."""
        why = f"no issue lies beside it; name it as the issue, with the ending {BESIDE}"
        alone = sorted(look.beside - set(map(_beside, names)))
        look.problems += [SourceError(_shown(self._root / name), why) for name in alone]

    def _is_wanted(self, name: PurePosixPath) -> bool:
        return _matches(name, self._settings.include) and not _matches(name, self._settings.exclude)

    def _take(self, name: str, now: datetime, look: _Look) -> None:
        """Read one file and put what came of it where it belongs."""
        try:
            found = self._with_beside(name, self._open(name, now), now, look)
        except SourceError as error:
            found = error
        if found is None:
            look.waiting.append(_shown(PurePosixPath(name)))
        elif isinstance(found, SourceError):
            look.problems.append(found)
        else:
            for issue in found:
                self._add(name, issue, now, look)

    def _add(self, name: str, issue: Issue, now: datetime, look: _Look) -> None:
        if issue.id in look.issues:
            other = _shown(PurePosixPath(look.issues[issue.id][0]))
            why = f"its id {issue.id!r} is also that of {other}; rename one of them, or exclude it"
            look.problems.append(SourceError(_shown(self._root / name), why))
            return
        try:
            look.issues[issue.id] = (name, self._resolver.resolve(issue, now) if self._resolver else issue)
        except SourceError as error:
            look.problems.append(SourceError(_shown(self._root / name), error.why, issue.id))

    def _with_beside(self, name: str, found: _Found | None, now: datetime, look: _Look) -> _Found | None:
        """Give an issue the file beside it; None while that is being written. Raises SourceError, for the issue."""
        beside = _beside(name)
        if not isinstance(found, tuple) or not found or beside not in look.beside:
            return found
        place = _shown(self._root / beside)
        if len(found) > 1:
            raise SourceError(place, "the file beside it holds several issues, and this is for one; delete it")
        try:
            still = self._still(beside, now)
        except SourceError as error:
            raise SourceError(place, error.why, found[0].id) from None
        return (replace(found[0], beside=Document(place, still[1])),) if still else None

    def _open(self, name: str, now: datetime) -> _Found | None:
        """Return the file's issues, remembered or read, or what is wrong with it; None while it is being written."""
        known = self._known.get(name)
        still = self._still(name, now, known[0] if known else None)
        if still is None:
            return None
        status, data = still
        if known and known[0] == _signature(status):
            return known[1]
        found = _parse(PurePosixPath(name), self._root / name, data, status, self._hints)
        self._known[name] = (_signature(status), found)
        return found

    def _still(self, name: str, now: datetime, known: Signature | None = None) -> tuple[os.stat_result, bytes] | None:
        """Return a file that lies still, and its bytes unless they are `known`; None while it is being written."""
        path = self._inside(name)
        try:
            before = path.stat()
            if self._is_fresh(before, now):
                return None
            if known == _signature(before):
                return before, b""
            data = _data(path, before)
            return (before, data) if _signature(path.stat()) == _signature(before) else None
        except FileNotFoundError:  # gone since the folder was listed, or a link that waits for its file
            return None
        except OSError as error:
            raise SourceError(_shown(self._root / name), _why(error)) from None

    def _inside(self, name: str) -> Path:
        """Return the real file. Raises SourceError where a symbolic link leads out of the folder."""
        path = Path(os.path.realpath(self._root / name))
        if not path.is_relative_to(os.path.realpath(self._root)):
            why = "it is a link to a file outside the folder; put a copy here instead"
            raise SourceError(_shown(self._root / name), why)
        return path

    def _is_fresh(self, status: os.stat_result, now: datetime) -> bool:
        """Whether the file was changed a moment ago. A time far ahead is a wrong clock and must not wait for ever."""
        return abs(now.timestamp() - status.st_mtime) < self._settings.settle.total_seconds()


def read_file(path: Path, hints: Hints = NO_HINTS) -> tuple[Issue, ...]:
    """Read the issues in one file, whatever its age and folder, and what lies beside one. Raises SourceError."""
    status, data = _opened(path)
    found = _parse(PurePosixPath(path.name), path, data, status, hints)
    if isinstance(found, SourceError):
        raise found
    beside = path.with_suffix(BESIDE)
    if len(found) > 1 or not beside.is_file():
        return found
    return tuple(replace(issue, beside=Document(_shown(beside), _opened(beside)[1])) for issue in found)


def _opened(path: Path) -> tuple[os.stat_result, bytes]:
    try:
        status = path.stat()
        return status, _data(path, status)
    except OSError as error:
        raise SourceError(_shown(path), _why(error)) from None


def _data(path: Path, status: os.stat_result) -> bytes:
    """Read a file's bytes, and one more than is allowed of a file that is too large. A pipe would block for ever."""
    if not S_ISREG(status.st_mode):
        raise SourceError(_shown(path), "it is no ordinary file; move it away, or exclude it")
    with path.open("rb") as file:
        return file.read(LARGEST + 1)


def _parse(name: PurePosixPath, path: Path, data: bytes, status: os.stat_result, hints: Hints) -> _Found:
    if len(data) > LARGEST:
        size = f"it is {status.st_size / 1e6:.1f} MB large and {LARGEST / 1e6:.0f} MB is the most"
        return SourceError(_shown(path), f"{size}; an issue is text only: move the file away, or exclude it")
    try:
        return readers.read(Document(_shown(name), data, _modified(status)), hints)
    except SourceError as error:
        return SourceError(_shown(path), error.why)


def _beside(name: str) -> str:
    return PurePosixPath(name).with_suffix(BESIDE).as_posix()


def _matches(name: PurePosixPath, patterns: tuple[str, ...]) -> bool:
    """Whether a pattern fits the path, the file's name or a folder above it, in any case."""
    candidates = [str(part).casefold() for part in (name, name.name, *name.parents)]
    return any(fnmatch(part, pattern.casefold().rstrip("/")) for part in candidates for pattern in patterns)


def _signature(status: os.stat_result) -> Signature:
    return status.st_mtime_ns, status.st_size, status.st_ino


def _modified(status: os.stat_result) -> datetime | None:
    try:
        return datetime.fromtimestamp(status.st_mtime, UTC)
    except (OverflowError, ValueError, OSError):  # some file systems keep years that Python does not
        return None


def _why(error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return "there is no such file or folder; look at the spelling"
    cure = "make it readable for this user" if isinstance(error, PermissionError) else "look whether it can be opened"
    return f"it cannot be read ({error.strerror}); {cure}"


def _shown(path: PurePath) -> str:
    """Return a file's name fit for messages and JSON: some hold bytes that are no text, or line ends."""
    return "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in str(path))
