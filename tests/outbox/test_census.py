"""What is told of an outbox is exact where it is looked at closely, and cheap however much lies in it."""

import time
from datetime import timedelta

import pytest

from sharebot.errors import StoreError
from sharebot.model import Receipt, State
from sharebot.outbox import census as module
from sharebot.outbox.census import Census, Circuit, circuit
from sharebot.outbox.database import HEAD
from sharebot.outbox.settling import Settlement
from sharebot.outbox.statements import EVERYONE
from tests.outbox.conftest import in_a_file


def published(ledger, delivery, now, *keys):
    ledger.add([delivery(key, account=key) for key in keys], "t", "r", now)
    claimed = ledger.claim(now, len(keys))
    ledger.settle([Settlement(each, State.PUBLISHED, "out", Receipt(each.key, "u")) for each in claimed], now)


def test_all_states_are_counted_and_none_is_missing(ledger, delivery, now):
    published(ledger, delivery, now, "a", "b")
    ledger.add([delivery("c"), delivery("d", state=State.DRAFT), delivery("e", state=State.HELD)], "t", "r", now)
    view = Census(ledger).view()
    there = {state: count for state, count in view.counts.items() if count}
    assert there == {State.PUBLISHED: 2, State.QUEUED: 1, State.DRAFT: 1, State.HELD: 1}
    assert set(view.counts) == set(State)
    assert (view.schema, view.doubted) == (HEAD, None)
    assert abs(view.at - ledger.clock()) < timedelta(minutes=1)


def test_the_first_due_of_those_that_may_go_out_is_told_also_while_its_account_rests(ledger, delivery, now):
    posts = [delivery("a", account="x", due=now - timedelta(days=2)), delivery("b", due=now - timedelta(days=1))]
    ledger.add([*posts, delivery("c")], "t", "r", now)
    census = Census(ledger)
    assert census.view().due == now - timedelta(days=2)
    (claimed,) = ledger.claim(now, 1, ["x"])
    assert census.view().due == now - timedelta(days=1)
    again = Settlement(claimed, State.QUEUED, "busy", wait=now + timedelta(days=1))
    ledger.settle([again], now)
    assert census.view().due == now - timedelta(days=2)
    ledger.pause("x", "breaking news")
    assert census.view().due == now - timedelta(days=1)
    ledger.pause(EVERYONE, "breaking news")
    assert census.view().due is None


def test_a_circuit_says_what_stops_an_account(ledger, delivery, now):
    ledger.add([delivery(), delivery("b", account="x")], "t", "r", now)
    census = Census(ledger)
    assert circuit(census.view(), "mastodon") is circuit(census.view(), "unknown") is Circuit.CLOSED
    (claimed,) = ledger.claim(now, 1, ["x"])
    ledger.settle([Settlement(claimed, State.HELD, "revoked", pause=True, fault=True)], now)
    ledger.pause("mastodon", "breaking news")
    assert circuit(census.view(), "x") is Circuit.REFUSED
    assert circuit(census.view(), "mastodon") is Circuit.PAUSED
    ledger.resume("mastodon", "t", now)
    ledger.pause(EVERYONE, "breaking news")
    assert {circuit(census.view(), name) for name in ("mastodon", "x")} == {Circuit.PAUSED}


def test_many_rows_are_counted_rarely_and_what_needs_a_person_each_time(ledger, delivery, now, monkeypatch):
    monkeypatch.setattr(module, "_FEW", 1)
    clock = time.monotonic()
    monkeypatch.setattr(time, "monotonic", lambda: clock)
    published(ledger, delivery, now, "a", "b")
    census = Census(ledger)
    assert census.view().counts[State.PUBLISHED] == 2
    published(ledger, delivery, now, "c")
    ledger.add([delivery("d"), delivery("e"), delivery("f", account="x")], "t", "r", now)
    assert census.view().counts[State.QUEUED] == 3
    (lost,) = ledger.claim(now, 1)
    ledger.settle([Settlement(lost, State.UNSURE, "lost")], now)
    counts = census.view().counts
    assert (counts[State.PUBLISHED], counts[State.QUEUED], counts[State.UNSURE]) == (2, 3, 1)
    clock += 3 * module._BY_INDEX
    assert census.view().counts[State.QUEUED] == 2
    clock += 2 * module._BY_READING
    assert census.view().counts[State.PUBLISHED] == 3


def test_a_count_that_takes_too_long_leaves_the_rest_to_be_told(ledger, delivery, now, monkeypatch):
    def cut_off(*_):
        raise StoreError("canceling statement due to statement timeout")

    ledger.add([delivery()], "t", "r", now)
    monkeypatch.setattr(module._Count, "renew", cut_off)
    assert Census(ledger).view().counts == {State.SENDING: 0, State.UNSURE: 0}


@in_a_file
@pytest.mark.parametrize("statement", [*module._IN.values(), module._DOUBTED, module._FIRST])
def test_what_is_asked_each_time_reads_no_finished_row(ledger, statement):
    sql = statement.compile(ledger._engine, compile_kwargs={"literal_binds": True})
    with ledger.reading() as connection:
        plan = [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}")]
    assert any("INDEX delivery_" in step for step in plan)
    assert not [step for step in plan if step.startswith("SCAN delivery") and "INDEX" not in step]
