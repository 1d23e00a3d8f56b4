"""The life of the process, as far as it shows in one process; the rest is in tests/e2e."""

import os
from types import SimpleNamespace
from typing import Any

import pytest

from sharebot.daemon import Daemon
from sharebot.engine.local import LONGEST_SLEEP, Dispatcher
from sharebot.outbox.lock import Lock, beaten


@pytest.fixture
def app(ledger: Any, now: Any) -> Any:
    """Stand in for all that is wired below the daemon."""
    quiet = SimpleNamespace(send=None, catch_up=lambda _: None)
    return SimpleNamespace(ledger=ledger, publisher=quiet, pipeline=quiet, now=lambda: now)


@pytest.mark.parametrize(("silent", "lives"), [(LONGEST_SLEEP, True), (3 * LONGEST_SLEEP, False)])
def test_the_sign_of_life_is_given_only_while_the_dispatcher_works(app, monkeypatch, silent, lives):
    monkeypatch.setattr(Dispatcher, "silent", silent)
    with Lock(app.ledger.path) as lock:
        os.utime(f"{app.ledger.path}.lock", (1, 1))
        Daemon(app)._beat(lock)
        assert ((beaten(app.ledger.path) or 0) > 1) is lives
