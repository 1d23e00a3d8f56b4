"""When people are told of what is wrong: as long as this host leads, and as the configuration says."""

import subprocess
import sys
from collections.abc import Callable
from ctypes import CDLL
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from sharebot.config.alerting import Alerts
from sharebot.errors import StoreError
from sharebot.rounds import HOUSEKEEPING, Watch

TO = [{"mail": {"server": "127.0.0.1", "from": "a@b.example", "to": "c@d.example"}}]


class Rounds:
    """The calendar of a daemon, on paper."""

    def __init__(self) -> None:
        self.jobs: dict[str, tuple[timedelta, Callable[[], None], str]] = {}

    def every(self, often: timedelta, act: Callable[[], None], name: str, thread: str) -> None:
        self.jobs[name] = (often, act, thread)

    def no_more(self, *names: str) -> None:
        for name in names:
            self.jobs.pop(name, None)


@pytest.fixture
def rounds() -> Rounds:
    return Rounds()


@pytest.fixture
def watch(rounds: Any) -> Watch:
    engine: Any = SimpleNamespace(silent=1.0)
    made = Watch(rounds, engine, lambda: ("the file is refused", {"weekly": ((), ("no such folder",), ())}))
    made.engine = engine  # type: ignore[attr-defined]
    return made


def app(ledger, now, path, **alerts) -> Any:
    config = SimpleNamespace(alerts=Alerts.model_validate(alerts) if alerts else None, path=path)
    return SimpleNamespace(config=config, ledger=ledger, now=lambda: now)


def test_one_that_does_not_lead_or_has_nobody_to_tell_does_not_look(watch, rounds, ledger, now, tmp_path):
    watch.over(app(ledger, now, tmp_path, to=TO, ping="https://ping.example"))
    assert rounds.jobs.keys() == {"alerts", "ping"}
    watch.over(None)
    assert rounds.jobs == {}
    watch.over(app(ledger, now, tmp_path))
    assert rounds.jobs == {}


def test_it_looks_twice_a_minute_or_as_often_as_the_wait_asks_for(watch, rounds, ledger, now, tmp_path):
    for wait, often in (("1m", HOUSEKEEPING), ("5s", timedelta(seconds=5)), ("0s", timedelta(seconds=1))):
        watch.over(app(ledger, now, tmp_path, to=TO, wait=wait))
        assert rounds.jobs["alerts"][0] == often
        assert rounds.jobs["alerts"][2] == "network"


def test_a_look_sees_what_could_not_be_read_and_what_is_refused(watch, rounds, ledger, now, tmp_path, monkeypatch):
    seen: list[Any] = []
    monkeypatch.setattr("sharebot.alerts.watch.look", lambda *found: seen.append(found))
    watch.over(app(ledger, now, tmp_path, to=TO))
    rounds.jobs["alerts"][1]()
    ((_, _, facts),) = seen
    assert (facts.now, facts.refused) == (now, "the file is refused")
    assert facts.unread == {"weekly": ("no such folder",)}


def test_a_ping_is_sent_only_while_posts_are_and_the_outbox_can_be_written(
    watch, rounds, ledger, now, tmp_path, web, caplog
):
    web.pages["/ping"] = (200, {}, b"")
    watch.over(app(ledger, now, tmp_path, ping=f"{web.url}/ping", allow_private=True))
    rounds.jobs["ping"][1]()
    assert web.paths() == ["/ping"]
    watch.engine.silent = 61.0
    rounds.jobs["ping"][1]()
    watch.engine.silent = 1.0
    ledger.close()
    ledger.path.unlink()
    rounds.jobs["ping"][1]()
    assert web.paths() == ["/ping"]
    assert [record.getMessage() for record in caplog.records] == ["outbox.unusable"]


def test_an_outbox_that_cannot_be_used_is_told_in_the_log_and_ends_nothing(
    watch, rounds, ledger, now, tmp_path, monkeypatch, caplog
):
    def broken(*_):
        raise StoreError("the disk is full")

    monkeypatch.setattr("sharebot.alerts.watch.look", broken)
    watch.over(app(ledger, now, tmp_path, to=TO))
    rounds.jobs["alerts"][1]()
    assert [record.getMessage() for record in caplog.records] == ["outbox.unusable"]


@pytest.mark.skipif(not hasattr(CDLL(None), "malloc_info"), reason="needs glibc")
def test_threads_take_memory_from_one_place_so_that_what_one_gave_back_serves_the_others():
    asked = "import threading, ctypes\nfrom sharebot.rounds import share_memory\n{}\nlibc = ctypes.CDLL(None)\n"
    asked += "acts = [threading.Thread(target=libc.malloc, args=(1 << 10,)) for _ in range(4)]\n"
    asked += "[act.start() for act in acts]\n[act.join() for act in acts]\n"
    asked += "libc.malloc_info(0, ctypes.c_void_p.in_dll(libc, 'stdout'))\nlibc.fflush(None)"
    places = [
        subprocess.run(
            [sys.executable, "-c", asked.format(act)], capture_output=True, text=True, check=True
        ).stdout.count("<heap nr=")
        for act in ("", "share_memory()")
    ]
    assert places[0] > places[1] == 1
