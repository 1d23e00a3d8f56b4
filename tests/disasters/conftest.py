"""Disasters: real ones in processes of their own, and long ones in simulated time."""

from collections.abc import Callable
from pathlib import Path

import pytest

from sharebot.outbox.ledger import Ledger
from tests.disasters.days import HURRIED, NEWSLETTER, Days
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
