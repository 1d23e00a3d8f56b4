import sqlite3
from dataclasses import replace
from datetime import date, timedelta

import pytest

from sharebot.errors import StoreError
from sharebot.model import Receipt, State
from sharebot.outbox.ledger import Change, Ledger
from sharebot.outbox.settling import Settlement
from sharebot.outbox.statements import EVERYONE
from sharebot.recurring import WINDOW, Trace
from tests.outbox.conftest import in_a_file

RECEIPT = Receipt("1", "https://mastodon.example/@weekly/1")


def published(delivery):
    return Settlement(delivery, State.PUBLISHED, "published", RECEIPT)


def test_a_claim_is_committed_before_it_is_handed_out(ledger, queue_url, delivery, now):
    ledger.add([delivery()], "test", "read", now)

    (claimed,) = ledger.claim(now, 8)

    with Ledger(queue_url) as other:
        assert [(d.state, d.attempts) for d in other.deliveries()] == [(State.SENDING, 1)]
    assert claimed.state is State.SENDING
    assert claimed.token
    assert claimed.first_attempt == now


def test_what_is_claimed_is_not_claimed_again(ledger, delivery, now):
    ledger.add([delivery()], "test", "read", now)
    assert len(ledger.claim(now, 8)) == 1
    assert ledger.claim(now + timedelta(days=1), 8) == []


def test_an_account_has_one_post_in_hand_and_keeps_its_order(ledger, delivery, now):
    later = delivery("b", due=now - timedelta(minutes=1))
    first = delivery("a", due=now - timedelta(minutes=2))
    other = delivery("c", account="x")
    ledger.add([later, first, other], "test", "read", now)

    assert [d.key for d in ledger.claim(now, 8)] == ["a", "c"]


def test_what_is_not_due_is_not_claimed(ledger, delivery, now):
    ledger.add([delivery(due=now + timedelta(seconds=1))], "test", "read", now)
    assert ledger.claim(now, 8) == []
    assert ledger.next_due() == now + timedelta(seconds=1)


def test_a_claim_may_leave_what_could_be_late(ledger, delivery, now):
    ages = {"late": timedelta(minutes=3), "rested": timedelta(minutes=3), "timely": timedelta(minutes=1)}
    ledger.add([delivery(name, account=name, due=now - age) for name, age in ages.items()], "test", "read", now)
    (first,) = ledger.claim(now, 8, ["rested"])
    asked = Settlement(first, State.QUEUED, "asked for time", wait=now, due=first.due)
    ledger.settle([asked], now - timedelta(seconds=5))  # so that it is awake only now, for a post that is as old

    assert [d.key for d in ledger.turn((), now, 8, since=now - timedelta(minutes=2))] == ["timely"]
    assert sorted(d.key for d in ledger.claim(now, 8)) == ["late", "rested"]


def test_a_limit_of_nothing_claims_nothing(ledger, delivery, now):
    ledger.add([delivery()], "test", "read", now)
    assert ledger.claim(now, 0) == []


def test_a_settlement_counts_only_for_the_claim_that_it_answers(ledger, delivery, now):
    ledger.add([delivery()], "test", "read", now)
    (claimed,) = ledger.claim(now, 1)
    ledger.settle([Settlement(claimed, State.QUEUED, "later", due=now)], now)
    (again,) = ledger.claim(now, 1)

    ledger.settle([published(claimed)], now)

    (row,) = ledger.deliveries()
    assert row.state is State.SENDING
    assert row.token == again.token


def test_every_change_leaves_an_event(ledger, delivery, now):
    ledger.add([delivery()], "pipeline", "read", now)
    (claimed,) = ledger.claim(now, 1)
    ledger.settle([published(claimed)], now)

    assert [(e.before, e.after) for e in ledger.history("k1")] == [
        (None, "queued"),
        ("queued", "sending"),
        ("sending", "published"),
    ]
    assert {e.at for e in ledger.history("k1")} == {now}


def test_what_a_dead_process_left_in_sending_becomes_unsure(ledger, delivery, now):
    ledger.add([delivery()], "test", "read", now)
    ledger.claim(now, 1)

    assert ledger.doubt(now) == 1

    (row,) = ledger.deliveries(State.UNSURE)
    assert "ended before" in (row.error or "")
    assert row.doubted == row.look_at == now
    (asked,) = ledger.claim(now + timedelta(days=9), 8)
    assert (asked.state, asked.looks) == (State.UNSURE, 1)


def test_the_next_part_of_a_thread_starts_with_fresh_attempts_and_a_fresh_key(ledger, delivery, now):
    ledger.add([delivery()], "test", "read", now)
    (claimed,) = ledger.claim(now, 1)
    ledger.settle([Settlement(claimed, State.QUEUED, "part 1", receipt=RECEIPT)], now)

    (again,) = ledger.claim(now + timedelta(seconds=5), 1)

    assert again.receipts == (RECEIPT,)
    assert again.attempts == 1
    assert again.first_attempt == now + timedelta(seconds=5)


def test_a_network_that_asks_for_time_costs_no_attempt_and_rests_the_account(ledger, delivery, now):
    rested = now + timedelta(minutes=5)
    ledger.add([delivery("a"), delivery("b")], "test", "read", now)
    (claimed,) = ledger.claim(now, 8)
    ledger.settle([Settlement(claimed, State.QUEUED, "429", due=rested, wait=rested, spent=False)], now)

    assert ledger.claim(now + timedelta(minutes=4), 8) == []
    assert ledger.next_due() == rested
    (row,) = ledger.claim(rested, 8)
    assert (row.key, row.attempts) == ("a", 1)


def test_an_account_that_must_sign_in_again_pauses_and_keeps_its_posts(ledger, delivery, now):
    ledger.add([delivery("a"), delivery("b")], "test", "read", now)
    (claimed,) = ledger.claim(now, 8)
    ledger.settle([Settlement(claimed, State.HELD, "token revoked", pause=True, spent=False)], now)

    assert ledger.paused() == {"mastodon": "token revoked"}
    assert ledger.claim(now, 8) == []
    assert ledger.next_due() is None

    assert ledger.resume("mastodon", "jo", now) == 1
    assert [d.state for d in ledger.deliveries()] == [State.QUEUED, State.QUEUED]
    assert len(ledger.claim(now, 8)) == 1


def test_pausing_everyone_stops_every_account_and_resuming_everyone_ends_every_pause(ledger, delivery, now):
    ledger.add([delivery("a"), delivery("b", account="x")], "test", "read", now)
    ledger.pause(EVERYONE, "breaking news")
    ledger.pause("x", "token")
    assert ledger.claim(now, 8) == []

    ledger.resume(EVERYONE, "jo", now)
    assert len(ledger.claim(now, 8)) == 2


def test_adding_twice_adds_once(ledger, delivery, now):
    assert ledger.add([delivery()], "test", "read", now) == 1
    assert ledger.add([delivery(), delivery("k2")], "test", "read", now) == 1


def test_a_change_is_refused_when_the_post_changed_since_it_was_looked_at(ledger, delivery, now):
    draft = delivery(state=State.DRAFT)
    ledger.add([draft], "test", "read", now)
    other = delivery().posts[0].__class__("another text")
    ledger.change([Change(draft, replace(draft, posts=(other,)), "edited")], "pipeline", now)

    assert ledger.change([Change(draft, replace(draft, state=State.QUEUED), "approved")], "jo", now) == 0
    (row,) = ledger.deliveries()
    assert row.state is State.DRAFT


def test_a_change_that_the_table_does_not_know_is_refused_whole(ledger, delivery, now):
    ledger.add([delivery()], "test", "read", now)
    with pytest.raises(ValueError, match="no delivery goes from queued to published"):
        ledger.change([Change(delivery(), replace(delivery(), state=State.PUBLISHED), "no")], "test", now)
    assert [d.state for d in ledger.deliveries()] == [State.QUEUED]


def test_a_row_comes_back_as_it_was_stored(ledger, delivery, now):
    stored = delivery(expires=now + timedelta(days=7), error="why")
    ledger.add([stored], "test", "read", now)
    assert ledger.deliveries() == [stored]
    assert ledger.matching("k") == [stored]
    assert ledger.named(["k1", "nothing"]) == {"k1": stored}


def test_a_key_is_not_a_pattern(ledger, delivery, now):
    ledger.add([delivery()], "test", "read", now)
    assert ledger.matching("%") == []


def test_a_naive_time_is_refused(ledger, delivery, now):
    with pytest.raises(Exception, match="needs its zone"):
        ledger.add([delivery(due=now.replace(tzinfo=None))], "test", "read", now)


@in_a_file
def test_a_database_of_a_newer_sharebot_is_refused(ledger):
    with sqlite3.connect(ledger.path) as other:
        other.execute("UPDATE alembic_version SET version_num = '9999'")
    other.close()
    with pytest.raises(StoreError, match="newer sharebot"):
        Ledger(f"sqlite:///{ledger.path}")


@in_a_file
def test_a_locked_database_says_so_and_nothing_is_claimed(ledger, delivery, now):
    ledger.add([delivery()], "test", "read", now)
    other = sqlite3.connect(ledger.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with ledger.reading() as connection:
        connection.exec_driver_sql("PRAGMA busy_timeout = 10")
    with pytest.raises(StoreError, match="locked"):
        ledger.claim(now, 1)
    other.execute("ROLLBACK")
    other.close()
    assert ledger.deliveries()[0].state is State.QUEUED


@in_a_file
def test_a_full_disk_says_so_and_what_was_claimed_is_not_marked_published(ledger, delivery, now):
    ledger.add([delivery()], "test", "read", now)
    (claimed,) = ledger.claim(now, 1)
    with ledger.reading() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
    with ledger.reading() as connection:
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
    long = Settlement(claimed, State.FAILED, "x" * 1_000_000)
    with pytest.raises(StoreError, match="make room"):
        ledger.settle([long], now)
    assert ledger.deliveries()[0].state is State.SENDING


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"this is no database at all, but a letter" * 100, "no SQLite database"), (None, "does not exist")],
)
def test_an_unusable_file_is_named_with_its_cure(tmp_path, content, words):
    path = tmp_path / "queue.db" if content else tmp_path / "missing" / "queue.db"
    if content:
        path.write_bytes(content)
    with pytest.raises(StoreError, match=words) as caught:
        Ledger(f"sqlite:///{path}")
    assert str(path) in str(caught.value)


@in_a_file
def test_a_file_that_takes_the_place_of_the_open_one_is_refused(ledger, delivery, now, tmp_path):
    ledger.add([delivery()], "test", "read", now)
    with Ledger(f"sqlite:///{tmp_path / 'backup.db'}") as backup:
        backup.add([delivery()], "test", "read", now)
    ledger.path.rename(tmp_path / "old.db")
    (tmp_path / "backup.db").rename(ledger.path)
    for use in (lambda: ledger.claim(now, 1), ledger.deliveries, ledger.next_due):
        with pytest.raises(StoreError, match="replaced"):
            use()


@in_a_file
def test_a_file_that_was_deleted_in_use_is_not_made_anew(ledger, delivery, now):
    ledger.path.unlink()
    with pytest.raises(StoreError, match="deleted"):
        ledger.add([delivery()], "test", "read", now)
    assert not ledger.path.exists()


@in_a_file
def test_a_read_only_database_is_named_with_its_cure(ledger, delivery, now):
    with ledger.reading() as connection:
        connection.exec_driver_sql("PRAGMA query_only = 1")
    with pytest.raises(StoreError, match="read-only"):
        ledger.add([delivery()], "test", "read", now)


def test_only_the_last_issues_of_each_newsletter_are_remembered(ledger):
    traces = [Trace(f"{n:02}", date(2026, 1, 1) + timedelta(n), frozenset({"a", f"b{n}"})) for n in range(WINDOW + 3)]
    ledger.remember("monthly", traces[:1])
    ledger.remember("weekly", traces[:2])
    ledger.remember("weekly", traces)
    assert sorted(ledger.traces("weekly"), key=lambda one: one.day) == traces[3:]
    assert ledger.traces("monthly") == traces[:1]
