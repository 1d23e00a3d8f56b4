"""Disasters: real ones in processes of their own, and long ones in simulated time."""

import json
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from sharebot.outbox.ledger import Ledger
from tests.disasters.days import HURRIED, NEWSLETTER, Days
from tests.disasters.mounts import Disk, Space
from tests.e2e.conftest import Log, Project, daemon, eventually, log, project, sandbox

__all__ = ["Log", "Project", "daemon", "eventually", "log", "project", "sandbox"]


@pytest.fixture
def days(tmp_path: Path, ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Days]:
    """Begin days with a newsletter for each schedule: `weekly` for all accounts, or more by name."""
    for (module, name), value in HURRIED.items():
        monkeypatch.setattr(module, name, value)

    def make(schedule: str = "now", to: str = "first, second", **more: str) -> Days:
        streams = {"weekly": (schedule, to)} | {name: (more[name], "second") for name in more}
        written = {n: NEWSLETTER.format(name=n, schedule=s, to=t) for n, (s, t) in streams.items()}
        return Days(tmp_path, ledger, written)

    return make


@pytest.fixture
def space(project: Project) -> Iterator[Space]:
    """Make a space of mounts; the project's commands run in it."""
    with Space() as made:
        project.within = (*made.within[:-1], f"--wd={project.home}")
        yield made


@pytest.fixture
def disk(project: Project, space: Space, monkeypatch: pytest.MonkeyPatch) -> Disk:
    """Make a disk of 4 MiB on which the queue lies."""
    path = project.home / "disk"
    path.mkdir()
    space.mount("-t", "tmpfs", "-o", "size=4m", "none", path)
    return laid_on(Disk(space, path), project, monkeypatch)


def laid_on(disk: Disk, project: Project, monkeypatch: pytest.MonkeyPatch) -> Disk:
    """Let the project's queue lie on a disk."""
    before, database = project.env, f"sqlite:///{disk.path}/queue.db"
    monkeypatch.setattr(project, "env", lambda: before() | {"SHAREBOT_DATABASE": database})
    return disk


@pytest.fixture
def health(log: Log) -> Callable[..., Any]:
    """Ask the daemon's monitor, which listens at a port of its own choice, how it is."""

    def ask(path: str = "/healthz") -> tuple[int, Any]:
        (at,) = (event["address"] for event in log.events("daemon.listening"))
        try:
            with urllib.request.urlopen(f"http://{at}{path}", timeout=10) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            return error.code, json.load(error)

    return ask
