"""The life of the process, as far as it shows in one process; the rest is in tests/e2e."""

import json
import logging
import os
import signal
import subprocess
import sys
import threading
import time
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import text

from sharebot import app as wiring
from sharebot import logs, signals
from sharebot.daemon import Daemon
from sharebot.engine.local import Dispatcher
from sharebot.engine.loop import LONGEST_SLEEP
from sharebot.errors import StoreError
from sharebot.model import Reading, Receipt, State
from sharebot.outbox.lock import Lock, beaten
from sharebot.outbox.settling import Settlement
from sharebot.pipeline import Plan
from sharebot.reloading import Reloader
from sharebot.rounds import doubt, mend, probe
from sharebot.signals import heeding
from sharebot.tally import Tally
from sharebot.testing import FakeClock

HANG = """
import time
from sharebot import signals
signals._END_WITHIN = float(input())
with signals.heeding(lambda: print("asked", flush=True), {signals.signal.SIGUSR1: lambda: None}, late=75):
    print("listening", flush=True)
    time.sleep(60)
"""

IDLE = """version: 1
timezone: UTC
accounts: {one: {platform: mastodon, server: "https://m.example", access_token: "secret-1"}}
newsletters: {weekly: {source: {folder: issues}, posts: [{name: articles, to: [one], schedule: now}]}}
"""


@pytest.fixture
def app(ledger: Any, now: Any) -> Any:
    """Stand in for all that is wired below the daemon."""
    quiet = SimpleNamespace(work=None, catch_up=lambda _: None)
    return SimpleNamespace(ledger=ledger, publisher=quiet, pipeline=quiet, now=lambda: now)


@pytest.mark.parametrize(("silent", "lives"), [(LONGEST_SLEEP, True), (3 * LONGEST_SLEEP, False)])
def test_the_sign_of_life_is_given_only_while_the_dispatcher_works(app, monkeypatch, silent, lives):
    monkeypatch.setattr(Dispatcher, "silent", silent)
    with Lock(app.ledger.path) as lock:
        os.utime(f"{app.ledger.path}.lock", (1, 1))
        Daemon(app)._beat(lock)
        assert ((beaten(app.ledger.path) or 0) > 1) is lives


def test_signals_are_obeyed_while_the_main_thread_holds_the_lock_that_they_need():
    lock, obeyed = threading.Lock(), threading.Event()

    def obey():
        with lock:
            obeyed.set()

    with heeding(obey, {signal.SIGUSR1: obey}, late=0):
        for number in (signal.SIGUSR1, signal.SIGTERM):
            with lock:
                os.kill(os.getpid(), number)
                time.sleep(0.05)
            assert obeyed.wait(5)
            obeyed.clear()
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL


def test_a_signal_that_comes_just_as_they_begin_to_be_listened_for_is_obeyed_and_not_lost(monkeypatch):
    install = signal.signal

    def installed(number, handler):
        before = install(number, handler)
        if number == signal.SIGTERM and callable(handler):
            os.kill(os.getpid(), signal.SIGTERM)
        return before

    monkeypatch.setattr(signal, "signal", installed)
    stopped = threading.Event()
    with heeding(stopped.set, {}, 0):
        assert stopped.wait(5)


@pytest.mark.parametrize(
    ("within", "then", "code"),
    [("0.2", [], 75), ("60", [signal.SIGINT], 1), ("60", [signal.SIGTERM], 1), ("1", [signal.SIGUSR1], 75)],
)
def test_what_hangs_after_it_was_asked_to_end_ends_all_the_same(within, then, code):
    with subprocess.Popen([sys.executable, "-c", HANG], stdin=-1, stdout=-1, text=True) as process:
        assert process.stdin
        assert process.stdout
        print(within, file=process.stdin, flush=True)
        assert process.stdout.readline() == "listening\n"
        process.send_signal(signal.SIGTERM)
        assert process.stdout.readline() == "asked\n"
        for number in then:
            time.sleep(2 * signals._SAME)
            process.send_signal(number)
        assert process.wait(20) == code


def test_a_database_that_fails_in_the_middle_leaves_nothing_unsettled_that_was_sent(app, delivery, now, monkeypatch):
    app.ledger.add([delivery("a"), delivery("b", account="x")], "t", "r", now)
    turn = app.ledger.turn
    faults = iter([StoreError("locked")])

    def failing(settlements, *arguments):
        if settlements and (fault := next(faults, None)):
            raise fault
        return turn(settlements, *arguments)

    monkeypatch.setattr(app.ledger, "turn", failing)
    app.publisher.work = lambda sent, _: Settlement(sent, State.PUBLISHED, "out", Receipt("1", "https://x.example/1"))
    app.read = lambda **_: {}
    with pytest.raises(StoreError):
        Daemon(app).once()
    assert [d.state for d in app.ledger.deliveries()] == [State.PUBLISHED] * 2


def test_what_was_read_of_a_source_that_the_configuration_has_no_more_is_not_queued(app):
    asked: list[Any] = []

    def enqueue(readings, _):
        asked.append(readings)
        return Plan()

    app.pipeline = SimpleNamespace(enqueue=enqueue)
    before: Any = SimpleNamespace(**vars(app) | {"sources": {"weekly": object(), "daily": object()}})
    app.sources = {"weekly": before.sources["weekly"], "daily": object()}
    daemon = Daemon(app)
    daemon._enqueue(before, {"weekly": Reading(), "daily": Reading()})
    daemon._enqueue(before, {"weekly": Reading(), "daily": Reading()})
    assert asked == [{"weekly": Reading()}]
    app.read = None
    daemon._read("gone")
    assert len(asked) == 1


def test_a_host_that_does_not_lead_gives_back_what_its_configuration_does_not_know(app, delivery, now):
    out = Settlement(delivery(), State.PUBLISHED, "out")
    app.publisher.work = lambda *_: out
    app.knows = lambda sent: sent.account != "new"
    daemon = Daemon(app)
    work: Any = daemon._work_of(app)
    new, lost = delivery(account="new", state=State.SENDING), delivery(account="new", state=State.UNSURE)
    assert work(new, None) is out  # it alone works, or leads
    daemon._engine.leads = False
    assert work(delivery(), None) is out
    back = work(new, None)
    assert (back.after, back.spent, back.pause) == (State.QUEUED, False, False)
    assert back.wait > now
    assert work(lost, None).after is State.UNSURE


def test_what_was_read_is_planned_only_by_a_host_that_is_sure_to_lead(app):
    asked: list[Any] = []
    app.sources = {"weekly": object()}
    app.read = lambda _: {"weekly": Reading()}

    def enqueue(readings, _):
        asked.append(readings)
        return Plan()

    app.pipeline = SimpleNamespace(enqueue=enqueue)
    daemon = Daemon(app)
    daemon._read("weekly")
    assert asked == []
    daemon._sure = lambda: True
    daemon._read("weekly")
    assert asked == [{"weekly": Reading()}]


def test_a_configuration_is_not_put_in_force_once_the_process_was_asked_to_end(app, monkeypatch):
    monkeypatch.setattr("sharebot.daemon.build", lambda *_: app)
    app.config = None
    daemon = Daemon(app)
    daemon.stopping.set()
    assert not daemon._adopt(app.config)


def test_sendings_are_counted_by_network_and_outcome(delivery):
    tally = Tally()
    out = Receipt("1", "https://x.example/1")
    tally.tell(
        [Settlement(delivery(), State.QUEUED, "out; more to come", out), Settlement(delivery(), State.UNSURE, "")]
    )
    assert tally.posts == {("mastodon", "published"): 1, ("mastodon", "unsure"): 1}


def test_a_sending_without_its_networks_word_was_barred_or_the_program_failed(delivery):
    tally, sent = Tally(), delivery(state=State.SENDING)
    barred = Settlement(sent, State.MISSED, "its deadline is over")
    work: Any = tally.watched(lambda *_: barred)
    tally.tell([work(sent, None), Settlement(sent, State.UNSURE, "the program failed")])
    assert tally.failures == {("mastodon", "barred"): 1, ("mastodon", "program"): 1}
    assert not tally.durations  # no network was asked


def test_what_is_logged_while_a_post_is_sent_says_for_which_also_where_the_program_fails(app, delivery, now):
    formatted = list[dict[str, Any]]()

    class Handler(logging.Handler):
        def emit(self, record):
            formatted.append(json.loads(logs._Json().format(record)))

    def fail(*_):
        logs.warn("picture.missing", post="k1-1")
        raise ValueError("torn")

    app.ledger.add([delivery()], "t", "r", now)
    app.publisher.work, app.read = fail, lambda **_: {}
    logging.getLogger("sharebot").addHandler(handler := Handler())
    try:
        Daemon(app).once()
    finally:
        logging.getLogger("sharebot").removeHandler(handler)
    assert [line["event"] for line in formatted] == ["picture.missing", "platform.fault", "post.unsure"]
    about = {"key": "k1", "issue": "2026-07", "account": "mastodon", "attempt": 1}
    assert all(line.items() >= about.items() for line in formatted)


def test_what_a_process_that_ended_was_sending_is_told_post_by_post(app, delivery, now, caplog):
    app.ledger.add([delivery("a"), delivery("b", account="x")], "t", "r", now)
    app.ledger.claim(now, 2)
    doubt(app)
    assert [record.getMessage() for record in caplog.records] == ["posts.unsure", "post.unsure", "post.unsure"]
    fields: Any = [record.__dict__["fields"] for record in caplog.records]
    assert {(each["key"], each["account"], each["issue"]) for each in fields[1:]} == {
        ("a", "mastodon", "2026-07"),
        ("b", "x", "2026-07"),
    }
    doubt(app)
    assert len(caplog.records) == 3


def test_hours_in_which_nothing_happens_leave_no_line_in_the_log(tmp_path, ledger, caplog):
    (tmp_path / "issues").mkdir()
    (tmp_path / "sharebot.yaml").write_text(IDLE, encoding="utf-8")
    config, clock = wiring.load(tmp_path / "sharebot.yaml", secrets=True), FakeClock()
    wired = wiring.build(config, ledger, clock)
    daemon = Daemon(wired)
    daemon._sure = lambda: True
    reloader = Reloader(config, daemon._adopt, clock)
    caplog.set_level("INFO", "sharebot")
    daemon._read("weekly")
    caplog.clear()  # what a server did not say of its limits is told once
    with Lock(ledger.path) as lock:
        for _ in range(6 * 120):
            clock.advance(seconds=30)
            assert daemon._engine._turn() == LONGEST_SLEEP
            daemon._read("weekly")
            daemon._beat(lock)
            reloader.look()
            for act in (mend, probe):
                daemon._tend(act)
    assert caplog.messages == []


def test_a_signal_whose_first_word_is_lost_in_a_storm_of_others_is_obeyed_all_the_same():
    stopped, rung = threading.Event(), threading.Event()
    with heeding(stopped.set, {signal.SIGHUP: rung.set}, 0):
        signal.set_wakeup_fd(-1)  # as if the way were full
        for number, obeyed in ((signal.SIGHUP, rung), (signal.SIGTERM, stopped)):
            os.kill(os.getpid(), number)
            assert obeyed.wait(5)


def test_a_storm_of_signals_leaves_the_main_thread_alone_while_the_last_one_is_still_obeyed():
    stopped, times = threading.Event(), []

    def slowly():
        times.append(time.monotonic())
        time.sleep(0.5)

    with heeding(stopped.set, {signal.SIGHUP: slowly}, 0):
        storm = f"i=0; while [ $i -lt 100000 ]; do kill -HUP {os.getpid()}; i=$((i + 1)); done"
        with subprocess.Popen(["sh", "-c", storm]) as running:
            while running.poll() is None:
                time.sleep(0.01)  # where a handler that waits is called within the one before, until Python is full
        os.kill(os.getpid(), signal.SIGTERM)
        assert stopped.wait(5)
    assert 0 < len(times) < 20


def test_accounts_that_did_not_know_of_their_posts_are_mended_told_and_looked_at(app, delivery, now, caplog):
    app.ledger.add([delivery()], "t", "r", now)
    assert not mend(app)
    with app.ledger.writing() as connection:
        connection.execute(text("UPDATE account SET wake = NULL"))
    assert mend(app)
    assert "accounts.mended" in caplog.text
    assert app.ledger.next_due() == now
