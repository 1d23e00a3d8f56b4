"""What the daemon tells of itself by HTTP."""

import json
import socket
import threading
import time
import urllib.error
import urllib.request
from datetime import UTC, datetime, timedelta
from http.client import RemoteDisconnected
from types import SimpleNamespace
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from sharebot import monitor as module
from sharebot.engine.local import Dispatcher
from sharebot.engine.loop import LONGEST_SLEEP
from sharebot.errors import Reason, SharebotError, SourceError, StoreError, TryLater
from sharebot.model import Reading, Receipt, State
from sharebot.monitor import Monitor, listening, shown
from sharebot.outbox.accounts import Accounts
from sharebot.outbox.leases import LEASE
from sharebot.outbox.settling import Settlement
from sharebot.outbox.statements import EVERYONE
from sharebot.reloading import Standing
from sharebot.rounds import Rounds
from sharebot.tally import Tally

NETWORKS = {"mastodon": "mastodon", "birds": "x"}


@pytest.fixture
def monitor(ledger, now, monkeypatch):
    monkeypatch.setattr(ledger, "clock", lambda: now)

    def make(silent=0.0, standing=None, tally=None, *, stuck=0.0, workers=2):
        engine: Any = SimpleNamespace(silent=silent, stuck=stuck, name="local", leads=True)
        accounts = {name: SimpleNamespace(platform=network) for name, network in NETWORKS.items()}
        config = SimpleNamespace(accounts=accounts)
        app: Any = SimpleNamespace(ledger=ledger, config=config, platforms=accounts, sources={"weekly": None})
        return Monitor(engine, workers, tally or Tally(), lambda: app, lambda: standing or Standing(now))

    return make


@pytest.fixture
def refused(now):
    return Standing(now, now, ("sharebot.yaml:9:9: unknown key",))


def values(monitor):
    _, _, body = monitor.answer("/metrics", "")
    families = text_string_to_metric_families(body.decode())
    return {(s.name, *s.labels.values()): s.value for family in families for s in family.samples}


def asked(monitor, path):
    status, kind, body = monitor.answer(path, "")
    assert kind == "application/json"
    return status, json.loads(body)


# ── metrics ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_metrics_tell_the_queue_and_how_late_its_first_post_is(monitor, ledger, delivery, now):
    late = delivery("a", due=now - timedelta(seconds=90))
    ledger.add([late, delivery("b", account="x"), delivery("c", due=now + timedelta(days=1))], "t", "r", now)
    told = values(monitor())
    assert {told["sharebot_queue", state.value] for state in State} == {0, 3}
    assert told["sharebot_queue", "queued"] == 3
    assert told["sharebot_due_lag_seconds",] == 90
    assert told["sharebot_config_last_reload_successful",] == 1
    assert told["sharebot_config_last_reload_success_timestamp_seconds",] == now.timestamp()
    assert (told["sharebot_leader",], told["sharebot_database_up",]) == (1, 1)
    assert told["process_resident_memory_bytes",] > 0


def test_nothing_is_late_where_nothing_is_due(monitor, ledger, delivery, now):
    assert values(monitor())["sharebot_due_lag_seconds",] == 0
    ledger.add([delivery(due=now + timedelta(hours=1))], "t", "r", now)
    assert values(monitor())["sharebot_due_lag_seconds",] == 0


def test_what_a_person_has_paused_or_holds_is_not_late(monitor, ledger, delivery, now):
    posts = [delivery("a", account="birds", due=now - timedelta(days=1)), delivery("b", due=now - timedelta(seconds=5))]
    held = delivery("c", due=now - timedelta(days=2), state=State.HELD)
    ledger.add([*posts, held], "t", "r", now)
    made = monitor()
    assert values(made)["sharebot_due_lag_seconds",] == 86400
    ledger.pause("birds", "breaking news")
    assert values(made)["sharebot_due_lag_seconds",] == 5
    ledger.pause(EVERYONE, "breaking news")
    assert values(made)["sharebot_due_lag_seconds",] == 0


def test_sendings_are_told_by_network_with_what_came_of_them_why_and_how_long_they_took(monitor, delivery):
    tally, sent = Tally(), delivery(state=State.SENDING)
    out = Settlement(sent, State.PUBLISHED, "out", Receipt("1", "https://x.example/1"))
    later = Settlement(sent, State.QUEUED, "busy", reason=TryLater("busy", timedelta(9)).reason)
    answers = iter([out, later])
    work = tally.watched(lambda *_: next(answers))
    tally.tell([work(sent, lambda _: None), work(sent, lambda _: None)])
    told = values(monitor(tally=tally))
    assert told["sharebot_posts_total", "mastodon", "published"] == 1
    assert told["sharebot_posts_total", "mastodon", "queued"] == 1
    assert told["sharebot_post_failures_total", "mastodon", "rate_limited"] == 1
    assert told["sharebot_post_retries_total", "mastodon"] == 1
    assert told["sharebot_publish_duration_seconds_count", "mastodon"] == 2
    assert told["sharebot_publish_duration_seconds_bucket", "+Inf", "mastodon"] == 2
    # What has not happened yet is told, too, or the first failure would be no increase.
    assert told["sharebot_posts_total", "x", "failed"] == told["sharebot_post_failures_total", "x", "sign_in"] == 0
    assert {labels[1] for name, *labels in told if name == "sharebot_post_failures_total"} == {r.value for r in Reason}


def test_an_account_is_told_with_its_circuit_its_last_success_and_the_end_of_its_token(monitor, ledger, delivery, now):
    ledger.add([delivery(), delivery("b", account="birds", platform="x")], "t", "r", now)
    (mastodon, birds) = sorted(ledger.claim(now, 2), key=lambda claimed: claimed.account, reverse=True)
    out = Settlement(mastodon, State.PUBLISHED, "out", Receipt("1", "u"))
    ledger.settle([out, Settlement(birds, State.HELD, "no", pause=True, fault=True)], now)
    ledger.note_ends("birds", now + timedelta(days=3))
    told = values(monitor())
    assert told["sharebot_account_last_success_timestamp_seconds", "mastodon", "mastodon"] == now.timestamp()
    assert ("sharebot_account_last_success_timestamp_seconds", "birds", "x") not in told
    ends = told["sharebot_account_token_expiry_timestamp_seconds", "birds", "x"]
    assert ends == (now + timedelta(days=3)).timestamp()
    circuits = {tuple(key[1:]): value for key, value in told.items() if key[0] == "sharebot_account_circuit"}
    assert [labels for labels, value in circuits.items() if value] == [
        ("birds", "x", "refused"),
        ("mastodon", "mastodon", "closed"),
    ]
    assert len(circuits) == 8


def test_a_breaker_is_open_until_its_account_has_rested(monitor, ledger, delivery, now, monkeypatch):
    ledger.add([delivery(str(number)) for number in range(5)], "t", "r", now)
    for number in range(5):
        at = now + timedelta(hours=number)
        (claimed,) = ledger.claim(at, 1)
        ledger.settle([Settlement(claimed, State.FAILED, "down", fault=True)], at)
    made = monitor()
    monkeypatch.setattr(ledger, "clock", lambda: at)
    assert values(made)["sharebot_account_circuit", "mastodon", "mastodon", "open"] == 1
    monkeypatch.setattr(ledger, "clock", lambda: at + timedelta(hours=1))
    assert values(made)["sharebot_account_circuit", "mastodon", "mastodon", "closed"] == 1


def test_sources_are_told_with_their_last_look_and_their_last_success(monitor, now):
    tally, later = Tally(), now + timedelta(hours=1)
    source: Any = SimpleNamespace(place="https://news.example/feed")
    gone, torn = SourceError(source.place, "gone"), SourceError("issues/7.md", "torn")
    for problem, at, failing in ((torn, now, 0), (gone, later, 1)):
        tally.looked({"weekly": source, "old": source}, dict.fromkeys(("weekly", "old"), Reading((), (problem,))), at)
        told = values(monitor(tally=tally))
        assert told["sharebot_source_failing", "weekly"] == failing
    assert told["sharebot_source_last_attempt_timestamp_seconds", "weekly"] == later.timestamp()
    assert told["sharebot_source_last_success_timestamp_seconds", "weekly"] == now.timestamp()
    assert ("sharebot_source_failing", "old") not in told  # the configuration has it no more


def test_the_age_of_the_first_doubt_is_told(monitor, ledger, delivery, now):
    ledger.add([delivery()], "t", "r", now)
    (claimed,) = ledger.claim(now - timedelta(minutes=5), 1) or ledger.claim(now, 1)
    assert values(monitor())["sharebot_unsure_oldest_age_seconds",] == 0
    ledger.settle([Settlement(claimed, State.UNSURE, "lost")], now - timedelta(minutes=5))
    assert values(monitor())["sharebot_unsure_oldest_age_seconds",] == 300


def gone(*_):
    raise StoreError("the disk is gone")


def test_metrics_are_told_without_the_queue_while_it_cannot_be_read(monitor, monkeypatch):
    monkeypatch.setattr(Accounts, "standings", gone)
    told = values(monitor())
    assert told["sharebot_config_last_reload_successful",] == 1
    assert told["sharebot_database_up",] == 0
    assert not [name for name, *_ in told if name in {"sharebot_queue", "sharebot_due_lag_seconds"}]


def test_a_database_that_hangs_keeps_nobody_waiting_and_one_thread(monitor, monkeypatch):
    monkeypatch.setattr(module, "_ANSWERS_WITHIN", 0.05)
    thawed, asked_ = threading.Event(), list[int]()

    def hang(_):
        asked_.append(1)
        thawed.wait(20)
        return {}

    monkeypatch.setattr(Accounts, "standings", hang)
    made = monitor()
    for _ in range(3):
        assert values(made)["sharebot_database_up",] == 0
    status, said = asked(made, "/readyz")
    assert (status, len(asked_)) == (503, 1)
    assert "gave no answer" in said["checks"]["database"]["why"]
    thawed.set()
    end = time.monotonic() + 10
    while asked(made, "/readyz")[0] != 200 and time.monotonic() < end:
        time.sleep(0.01)
    assert asked(made, "/readyz")[0] == 200


# ── health ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_refused_configuration_degrades_health_and_does_not_end_it(monitor, refused):
    made = monitor(standing=refused)
    status, said = asked(made, "/healthz")
    assert (status, said["ok"], said["degraded"]) == (200, True, True)
    assert "sharebot.yaml:9:9: unknown key" in said["checks"]["configuration"]["why"]
    assert values(made)["sharebot_config_last_reload_successful",] == 0


@pytest.mark.parametrize(("stuck", "status"), [(2 * LONGEST_SLEEP, 200), (2 * LONGEST_SLEEP + 1, 503)])
def test_a_dispatcher_that_is_stuck_for_too_long_is_not_healthy(monitor, stuck, status):
    code, said = asked(monitor(stuck=stuck), "/healthz")
    assert (code, said["ok"]) == (status, status == 200)
    assert ("no sign of life" in said["checks"]["dispatcher"]["why"]) is (status == 503)


def test_a_lost_database_degrades_health_for_a_restart_would_not_bring_it_back(monitor):
    status, said = asked(monitor(silent=600), "/healthz")
    assert (status, said["degraded"], said["checks"]["database"]["ok"]) == (200, True, False)
    assert "for 600 s" in said["checks"]["database"]["why"]


def test_threads_that_all_hang_while_sending_are_not_healthy_and_some_are_told(monitor, monkeypatch):
    tally = Tally()
    clock = time.monotonic()
    monkeypatch.setattr(time, "monotonic", lambda: clock)
    made = monitor(tally=tally, workers=2)
    with tally.hands.doing("a"), tally.hands.doing("b"):
        assert asked(made, "/healthz")[0] == 200
        clock += LEASE.total_seconds() + 1
        status, said = asked(made, "/healthz")
        assert (status, said["checks"]["workers"]["ok"]) == (503, False)
        assert said["checks"]["workers"]["why"].startswith("2 of 2 have been at one post for more than 120 s")
    with tally.hands.doing("c"):
        clock += LEASE.total_seconds() + 1
        tally.rounds = type(tally.rounds)()
        status, said = asked(made, "/healthz")
        assert (status, said["checks"]["workers"]["ok"]) == (200, True)
        assert "1 of 2" in said["checks"]["workers"]["why"]


def test_a_reader_that_hangs_and_a_calendar_that_stands_still_are_not_healthy(monitor, monkeypatch):
    tally = Tally()
    clock = time.monotonic()
    monkeypatch.setattr(time, "monotonic", lambda: clock)
    made = monitor(tally=tally)
    with tally.rounds.doing("read weekly"):
        clock += 1801
        status, said = asked(made, "/healthz")
        assert (status, said["checks"]["rounds"]["ok"]) == (503, False)
        assert said["checks"]["rounds"]["why"] == "at it for more than 30 minutes: read weekly"
    assert asked(made, "/healthz")[0] == 200
    clock += 121
    status, said = asked(made, "/healthz")
    assert (status, said["checks"]["rounds"]["why"]) == (503, "nothing was begun for 121 s")


def test_a_real_reader_and_real_senders_that_hang_are_seen(monitor, ledger, delivery, now, monkeypatch):
    monkeypatch.setattr("sharebot.health._LONGEST_ROUND", 0)
    monkeypatch.setattr("sharebot.health._LONGEST_SENDING", 0)
    tally, thawed, hanging = Tally(), threading.Event(), threading.Barrier(3)

    def hang(*_):
        hanging.wait(20)
        thawed.wait(20)

    def send(sent, _):
        hang()
        return Settlement(sent, State.FAILED, "refused")

    ledger.add([delivery()], "t", "r", now)
    rounds = Rounds(hang, lambda: datetime.now(UTC), tally.rounds)
    rounds.look_after({"weekly": SimpleNamespace(every=timedelta(hours=1))})
    dispatcher = Dispatcher(ledger, tally.watched(send), lambda: now, workers=1)
    dispatcher._work()
    hanging.wait(20)
    status, said = asked(monitor(tally=tally, workers=1), "/healthz")
    thawed.set()
    rounds.stop()
    assert (status, dispatcher.finish(20)) == (503, True)
    assert said["checks"]["rounds"]["why"].endswith(": read weekly")
    assert said["checks"]["workers"]["why"].startswith("1 of 1 ")


# ── readiness ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_it_is_ready_while_one_account_can_post(monitor, ledger):
    ledger.pause("birds", "breaking news")
    status, said = asked(monitor(), "/readyz")
    assert (status, said["ok"]) == (200, True)
    assert said["accounts"] == {"mastodon": "closed", "birds": "paused"}
    assert list(said["checks"]) == ["configuration", "database", "migrations", "accounts"]
    assert all(check == {"ok": True, "why": ""} for check in said["checks"].values())


def test_it_is_not_ready_where_no_account_can_post(monitor, ledger):
    ledger.pause(EVERYONE, "breaking news")
    status, said = asked(monitor(), "/readyz")
    assert (status, said["ok"]) == (503, False)
    assert said["checks"]["accounts"]["why"].startswith(
        "no account can post: mastodon is paused, birds is paused; see `sharebot doctor`"
    )


def test_it_is_not_ready_with_a_refused_configuration_other_tables_or_no_database(
    monitor, ledger, refused, monkeypatch
):
    status, said = asked(monitor(standing=refused), "/readyz")
    assert (status, said["checks"]["configuration"]["ok"]) == (503, False)
    with ledger.writing() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    status, said = asked(monitor(), "/readyz")
    assert (status, said["checks"]["database"]["ok"], said["checks"]["migrations"]["ok"]) == (503, True, False)
    assert "9999" in said["checks"]["migrations"]["why"]
    monkeypatch.setattr(Accounts, "standings", gone)
    status, said = asked(monitor(), "/readyz")
    assert (status, said["checks"]["database"]["why"]) == (503, "the disk is gone")


# ── the server ───────────────────────────────────────────────────────────────────────────────────────────────────
def test_only_what_is_there_is_answered_and_only_to_get(monitor):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        address = probe.getsockname()
    with listening(address, monitor().answer):
        url = f"http://{shown(address)}"
        with urllib.request.urlopen(f"{url}/healthz?probe=1", timeout=10) as answer:
            assert answer.headers["Server"].strip() == "sharebot"
        for request, status in ((f"{url}/", 404), (urllib.request.Request(f"{url}/healthz", b"x"), 501)):
            with pytest.raises(urllib.error.HTTPError) as refused, urllib.request.urlopen(request, timeout=10):
                pass
            assert refused.value.code == status
            refused.value.close()
        with pytest.raises(SharebotError, match="give --listen another address"), listening(address, monitor().answer):
            pass


def test_a_fault_in_an_answer_is_told_in_the_log_and_ends_nothing(caplog):
    def answer(*_):
        raise ValueError

    caplog.set_level("INFO", "sharebot")
    with listening(("127.0.0.1", 0), answer):
        address = caplog.records[-1].fields["address"]
        with pytest.raises(RemoteDisconnected), urllib.request.urlopen(f"http://{address}/healthz", timeout=10):
            pass
        assert caplog.records[-1].getMessage() == "monitor.fault"


def test_an_address_is_written_as_it_is_read():
    assert (shown(("127.0.0.1", 1)), shown(("::1", 2, 0, 0))) == ("127.0.0.1:1", "[::1]:2")
