"""The machine: its clock, its zones, the program and what it is made of, and as whom it runs."""

import os
import platform
import re
import sqlite3
import ssl
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path
from statistics import median
from zoneinfo import TZPATH, ZoneInfo

from sharebot import __version__
from sharebot.cli.diagnosing.findings import Finding, warn, well, wrong

_SANE = range(2026, 2100)
_APART, _FAR_APART = timedelta(seconds=30), timedelta(minutes=2)
"""X refuses signatures of another time, and what is two minutes late gets a new time by its `late:` rule."""
_STALE = timedelta(days=550)
"""Zone data that is older lacks what governments have decided since; IANA publishes it some three times a year."""
_SET_CLOCK = "set the clock and keep it: `timedatectl set-ntp true`, on the host where this is a container"
_NEWER_ZONES = "`pip install --upgrade tzdata`, or the system's package tzdata; PYTHONTZPATH= takes the one of pip"
_REINSTALL = "`pip install --upgrade --force-reinstall sharebot`"
_LIBRARIES = ("sqlalchemy", "alembic", "requests", "mastodon.py", "tweepy", "pydantic", "psycopg", "procrastinate")


def clock(now: datetime, others: Sequence[timedelta], last: datetime | None) -> Finding:
    """Tell whether the clock is right: by what `others` are ahead of it, and by when the queue was `last` changed."""
    name = "clock"
    if now.year not in _SANE:
        return wrong(name, f"it says that this is the year {now.year}", _SET_CLOCK)
    ahead = timedelta(seconds=median(each.total_seconds() for each in others)) if others else timedelta()
    if abs(ahead) >= _APART:
        words = f"it is {_span(abs(ahead))} {'behind' if ahead > timedelta() else 'ahead of'} that of others"
        return (wrong if abs(ahead) >= _FAR_APART else warn)(name, words, _SET_CLOCK)
    if last and last - now >= _APART:
        words = f"the queue's last change lies {_span(last - now)} ahead: the clock was set back"
        return wrong(name, words, f"{_SET_CLOCK}; what was due meanwhile is not sent twice")
    told = f"; {len(others)} server(s) agree" if others else "; nobody was asked"
    return well(name, f"{now.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC{told}")


def _span(length: timedelta) -> str:
    return str(timedelta(seconds=round(length.total_seconds())))


def zones(names: Sequence[str], now: datetime) -> Iterator[Finding]:
    """Tell where the zone data is from, how old it is, and of each zone whether it is there."""
    name = "zone data"
    for zone in [*names, "UTC"]:
        try:
            ZoneInfo(zone)
        except (OSError, ValueError, KeyError):  # of which the last is what zoneinfo says of one that is not there
            yield wrong(f"{name} {zone}", "is not known here", "correct its name, or " + _NEWER_ZONES)
    yield _zone_data(name, now)


def _zone_data(name: str, now: datetime) -> Finding:
    system, wheel = _system_zones(), _wheel_zones()
    used = system or wheel
    if used is None:
        return wrong(name, "there is none", _NEWER_ZONES)
    place, release = used
    told = f"{release or 'of no known version'}, from {place}"
    # Releases are a year and a letter, such as 2026a.
    if release[:4].isdecimal() and now - datetime(int(release[:4]), 12, 31, tzinfo=UTC) > _STALE:
        return warn(name, f"{told}, is old", _NEWER_ZONES)
    if system and wheel and release and release < wheel[1]:
        return warn(name, f"{told}, is older than {wheel[1]} of pip, and goes before it", _NEWER_ZONES)
    return well(name, told)


def _system_zones() -> tuple[str, str] | None:
    folder = next((Path(path) for path in TZPATH if (Path(path) / "UTC").exists()), None)
    if folder is None:
        return None
    for file in ("tzdata.zi", "+VERSION"):
        try:
            with (folder / file).open(encoding="utf-8") as text:
                found = re.search(r"\b[12][0-9]{3}[a-z]+\b", text.read(100))
        except OSError:
            continue
        if found:
            return str(folder), found[0]
    return str(folder), ""


def _wheel_zones() -> tuple[str, str] | None:
    try:
        import tzdata  # type: ignore[import-untyped]
    except ImportError:
        return None
    return "pip's tzdata", str(tzdata.IANA_VERSION)


def versions() -> dict[str, str]:
    """Return what runs here, by name."""
    found = {
        "sharebot": __version__,
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "openssl": ssl.OPENSSL_VERSION,
        "system": platform.platform(),
    }
    return found | {name: _version(name) for name in _LIBRARIES if _version(name)}


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def program() -> Iterator[Finding]:
    """Tell the versions, what is missing of the program's libraries, and as whom it runs."""
    found = versions()
    needed = [re.split(r"[^\w.-]", line)[0] for line in requires("sharebot") or () if "extra ==" not in line]
    missing = [name for name in needed if not _version(name)]
    if missing:
        yield wrong("versions", f"not installed: {', '.join(missing)}", _REINSTALL)
    else:
        yield well("versions", ", ".join(f"{name} {each}" for name, each in found.items()))
    if os.geteuid() == 0:
        cure = "run it as a user of its own: `User=` in systemd's unit, `--user 10001` in a container"
        yield warn("user", "it runs as root, which it has no need of", cure)
    else:
        yield well("user", f"number {os.geteuid()}, on {sys.platform}")
