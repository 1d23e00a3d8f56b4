"""What is kept of alarms, and what is found that people may have to be told: on SQLite and on PostgreSQL."""

from datetime import timedelta

import pytest

from sharebot.model import Receipt, State
from sharebot.outbox import alarms as store
from sharebot.outbox.alarms import Alarm
from sharebot.outbox.settling import Settlement
from sharebot.recurring import Trace

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


def test_alarms_are_kept_changed_and_forgotten(ledger, now):
    one, two = Alarm("a|account:x", "account", "x fails", now), Alarm("a|token:x/7", "token", "it ends", now, now, now)
    store.keep(ledger, [one, two])
    assert store.alarms(ledger) == {one.name: one, two.name: two}
    told = Alarm(one.name, "account", "x fails", now, now + MINUTE)
    store.keep(ledger, [told], [two.name, "nothing"])
    assert store.alarms(ledger) == {one.name: told}
    store.keep(ledger, [])
    store.keep(ledger, (), [one.name])
    assert store.alarms(ledger) == {}


def test_of_those_who_are_about_to_tell_one_does(ledger, now):
    assert store.attempt(ledger, "a|sent", None, now)
    assert not store.attempt(ledger, "a|sent", None, now)
    assert store.attempt(ledger, "a|sent", now, now + MINUTE)
    assert not store.attempt(ledger, "a|sent", now, now + MINUTE)
    assert store.alarms(ledger)["a|sent"].told == now + MINUTE


def test_posts_in_doubt_are_found_once_they_wait_for_a_person_or_for_long(ledger, delivery, now):
    for key, tells in (("a", True), ("b", False)):
        ledger.add([delivery(key, account=key, link="https://news.example/1")], "t", "r", now)
        (claimed,) = ledger.claim(now, 8)
        ledger.settle([Settlement(claimed, State.UNSURE, "lost", tells=tells)], now)
    (found,) = store.doubtful(ledger, now - MINUTE)
    assert (found.key, found.state, found.error, found.link) == ("b", State.UNSURE, "lost", "https://news.example/1")
    assert {post.key for post in store.doubtful(ledger, now)} == {"a", "b"}


@pytest.mark.parametrize("state", [State.FAILED, State.MISSED, State.HELD])
def test_news_are_found_for_some_minutes_and_then_no_more(ledger, delivery, now, state):
    assert store.news(ledger, now) == []
    ledger.add([delivery(state=state, error="why")], "t", "r", now)
    (found,) = store.news(ledger, now + MINUTE)
    assert (found.key, found.state, found.event > 0) == ("k1", state, True)
    assert store.news(ledger, now + 2 * MINUTE)  # it may have come just before the mark was set
    assert store.news(ledger, now + 3 * MINUTE)
    assert store.news(ledger, now + 4 * MINUTE) == []


def test_an_event_that_is_seen_late_because_its_transaction_took_long_is_not_missed(ledger, delivery, now):
    store.news(ledger, now)
    ledger.add([delivery("late", state=State.FAILED), delivery("early", state=State.FAILED)], "t", "r", now)
    assert len(store.news(ledger, now + 2 * MINUTE)) == 2  # now the mark stands behind both, and is not used yet
    assert len(store.news(ledger, now + 3 * MINUTE)) == 2


def test_what_is_not_so_any_more_is_no_news(ledger, delivery, now):
    store.news(ledger, now)
    ledger.add([delivery(state=State.MISSED, error="late")], "t", "r", now)
    (missed,) = ledger.deliveries()
    ledger.settle([Settlement(missed, State.SKIPPED, "by ann")], now, "ann")
    assert store.news(ledger, now + MINUTE) == []


def test_a_thread_that_is_partly_out_is_told_with_its_address(ledger, delivery, now):
    out = (Receipt("1", "https://m.example/1"),)
    store.news(ledger, now)
    ledger.add([delivery(state=State.FAILED, receipts=out)], "t", "r", now)
    assert store.news(ledger, now)[0].url == "https://m.example/1"


def test_drafts_of_the_last_issues_are_found_before_a_moment(ledger, delivery, now):
    ledger.seed("weekly", (), now)
    ledger.remember("weekly", [Trace("2026-07", now.date(), frozenset())])
    rows = [delivery("a", state=State.DRAFT), delivery("b", state=State.DRAFT, due=now + DAY), delivery("c")]
    ledger.add([*rows, delivery("d", state=State.DRAFT, issue="old")], "t", "r", now)
    assert [post.key for post in store.drafts(ledger, ["weekly"], now + MINUTE)] == ["a"]
    assert store.drafts(ledger, ["daily"], now + MINUTE) == []
    assert store.drafts(ledger, [], now + MINUTE) == []


def test_the_days_of_the_last_issues_are_known_or_else_that_of_the_first_reading(ledger, now):
    ledger.seed("weekly", (), now)
    ledger.seed("daily", (), now)
    days = [now.date() - DAY, now.date()]
    ledger.remember("weekly", [Trace(str(day), day, frozenset()) for day in days])
    assert store.days(ledger) == {"weekly": days, "daily": [now.date()]}
