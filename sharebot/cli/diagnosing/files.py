"""Files and folders: room on the disk, whether it can be written, and who else may read what is secret."""

import errno
import os
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

from sharebot.cli.diagnosing.findings import Finding, warn, well, wrong
from sharebot.cli.diagnosing.subject import Subject
from sharebot.config.secrets import PLAIN

_MIB = 1 << 20
_LITTLE, _NOTHING = 100 * _MIB, 10 * _MIB
"""Bytes: a year's posts are some ten; below the second number not even the database's own log may have room."""
_FEW_FILES = 100
_REMOTE = {"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "ceph", "glusterfs", "afs", "fuse.sshfs"}
_MOUNTS = Path("/proc/self/mountinfo")
_ROOM = "make room: `df -h {0}` and `du -xh {0} | sort -h` show what takes it"


def disks(asked: Subject) -> Iterator[Finding]:
    """Look at the disks that are written: the outbox's, and the one for what is kept for a moment."""
    file = asked.file
    if file:
        yield _disk("disk", file.absolute().parent, file)
    try:
        yield _disk("temporary files", Path(tempfile.gettempdir()), None)
    except FileNotFoundError as error:
        yield warn("temporary files", str(error.strerror), "make /tmp writable: `--tmpfs /tmp` for a container")


def _disk(name: str, folder: Path, database: Path | None) -> Finding:
    try:
        room = os.statvfs(folder)
        with tempfile.TemporaryFile(dir=folder) as probe:
            probe.write(b"\0" * 4096)
    except OSError as error:
        cure = f"create it, or make it writable: `chown {os.geteuid()} {folder}`; see `mount`, too"
        cure = _ROOM.format(folder) if error.errno == errno.ENOSPC else cure
        return (wrong if database else warn)(name, f"{folder} cannot be written: {error.strerror}", cure)
    free = room.f_bavail * room.f_frsize
    if free < _LITTLE:
        words = f"{folder} has {free / _MIB:.0f} MiB left"
        return (wrong if free < _NOTHING and database else warn)(name, words, _ROOM.format(folder))
    if room.f_files and room.f_favail < _FEW_FILES:
        words = f"{folder} has room for {room.f_favail} more files"
        return warn(name, words, "remove files that nobody needs: `df -i` shows where there are many")
    kind = _kind(folder)
    if database and kind in _REMOTE:
        words = f"{folder} is on a network file system ({kind}); neither SQLite nor its lock can be trusted there"
        return warn(name, words, "move the database to a disk of this machine, or use PostgreSQL")
    return well(name, f"{folder}, {free / _MIB:.0f} MiB free")


def _kind(folder: Path) -> str:
    """Return the kind of a folder's file system, as the kernel calls it; empty where it does not tell."""
    try:
        lines = _MOUNTS.read_text("utf-8").splitlines()
    except OSError:
        return ""
    # 36 35 98:0 /root /mount options … - type source options: https://docs.kernel.org/filesystems/proc.html
    mounts = [(line.split(" ")[4], line.partition(" - ")[2].split(" ")[0]) for line in lines]
    here = folder.resolve()
    found = [(len(place), kind) for place, kind in mounts if here.is_relative_to(place.replace("\\040", " "))]
    return max(found, default=(0, ""), key=lambda mount: mount[0])[1]


def permissions(asked: Subject) -> Iterator[Finding]:
    """Tell which files cannot be read, and which ones others may read that should not."""
    warnings = asked.config.warnings if asked.config else ()
    plain = {Path(problem.file).absolute() for problem in warnings if PLAIN in problem.message}
    files = asked.there.files or (asked.path,)
    found = [
        *(_readable("configuration file", file, secret=file.absolute() in plain) for file in files),
        *(_readable("secret file", file, secret=True) for file in asked.there.secret_files),
        *(_readable("database", file, secret=True) for file in _stored(asked.file)),
    ]
    faults = [each for each in found if each]
    yield from faults or [well("permissions")]


def _stored(file: Path | None) -> Iterator[Path]:
    if file:
        yield from (each for name in ("", "-wal", "-shm") if (each := file.with_name(file.name + name)).exists())


def _readable(what: str, file: Path, *, secret: bool) -> Finding | None:
    name = f"permissions {file}"
    try:
        mode = file.stat().st_mode
        if stat.S_ISREG(mode):
            file.open("rb").close()
    except FileNotFoundError:
        return None  # the check of the configuration tells it
    except OSError as error:
        cure = f"let user {os.geteuid()} read it: `chown {os.geteuid()} {file}`, or `chmod u+r {file}`"
        return wrong(name, f"this {what} cannot be read: {error.strerror}", cure)
    if secret and stat.S_ISREG(mode) and mode & (stat.S_IROTH | stat.S_IWOTH):
        return warn(name, f"everybody on this machine may read this {what}", f"`chmod 600 {file}`")
    return None
