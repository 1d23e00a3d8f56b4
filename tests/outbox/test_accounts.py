"""When an account rests, stops and goes on: a retry, a network's own limit, its own failures, a sign-in, a person."""

from datetime import timedelta
from itertools import pairwise

import pytest
from sqlalchemy import select

from sharebot.model import Receipt, State
from sharebot.outbox import leases
from sharebot.outbox.leases import LEASE
from sharebot.outbox.settling import FIRST_LOOK, Settlement
from sharebot.outbox.statements import EVERYONE
from sharebot.outbox.tables import account

SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


def account_of(ledger, name="mastodon"):
    with ledger.reading() as connection:
        return connection.execute(select(account).where(account.c.name == name)).mappings().one()


def failed(taken, now, chance=0.5):
    return Settlement(taken, State.QUEUED, "503", due=now, wait=now, fault=True, chance=chance)


def published(taken):
    return Settlement(taken, State.PUBLISHED, "out", Receipt(taken.key, "https://x/1"), fault=False)


def fails(ledger, now, times, chance=0.5, name="mastodon"):
    """Let an account fail so often in a row; return when it may go on."""
    for _ in range(times):
        (taken,) = ledger.claim(now, 1, [name])
        ledger.settle([failed(taken, now, chance)], now)
        now = max(now, account_of(ledger, name)["wake"])
    return now


@pytest.fixture
def queue(ledger, delivery, now):
    ledger.add([delivery(f"k{n}") for n in range(12)], "t", "r", now)


# ── the breaker ──────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.usefixtures("queue")
def test_four_failures_in_a_row_open_no_breaker(ledger, now):
    assert fails(ledger, now, 4) == now
    assert len(ledger.claim(now, 8)) == 1


@pytest.mark.usefixtures("queue")
def test_the_fifth_failure_in_a_row_rests_the_account_for_minutes_and_then_one_post_tries(ledger, now):
    opened = fails(ledger, now, 5)
    assert MINUTE < opened - now < 6 * MINUTE
    assert ledger.claim(opened - SECOND, 8) == []
    assert len(ledger.claim(opened, 8)) == 1
    assert ledger.claim(opened, 8) == []


@pytest.mark.usefixtures("queue")
def test_each_failure_of_a_probe_rests_the_account_longer_up_to_an_hour(ledger, now):
    opened = [now, fails(ledger, now, 5)]
    for _ in range(6):
        opened += [fails(ledger, opened[-1], 1)]
    rests = [after - before for before, after in pairwise(opened)]
    assert rests == sorted(rests)
    assert rests[1] > rests[0]
    assert HOUR / 2 <= rests[-1] <= HOUR


@pytest.mark.usefixtures("queue")
def test_a_success_closes_the_breaker(ledger, now):
    opened = fails(ledger, now, 5)
    (probe,) = ledger.claim(opened, 8)
    assert len(ledger.turn([published(probe)], opened, 8)) == 1
    assert account_of(ledger)["failures"] == 0


@pytest.mark.usefixtures("queue")
def test_what_tells_nothing_of_the_account_neither_opens_nor_closes_its_breaker(ledger, now):
    fails(ledger, now, 4)
    (taken,) = ledger.claim(now, 8)
    ledger.settle([Settlement(taken, State.FAILED, "too long")], now)
    assert account_of(ledger)["failures"] == 4


def test_chance_spreads_accounts_that_all_failed_at_the_same_moment(ledger, delivery, now):
    ledger.add([delivery(), delivery("k2", account="x")], "t", "r", now)
    early, late = fails(ledger, now, 5, 0.0), fails(ledger, now, 5, 0.99, "x")
    assert late - now > 1.9 * (early - now)


def test_one_account_that_fails_does_not_rest_another(ledger, delivery, now):
    ledger.add([delivery()], "t", "r", now)
    fails(ledger, now, 5)
    ledger.add([delivery("k2", account="x")], "t", "r", now)
    assert [d.key for d in ledger.claim(now, 8)] == ["k2"]


# ── sign-ins that are refused ────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def refused(ledger, delivery, now):
    ledger.add([delivery(), delivery("k2")], "t", "r", now)
    (taken,) = ledger.claim(now, 1)
    held = Settlement(taken, State.HELD, "token revoked", pause=True, spent=False, fault=True)
    ledger.settle([held], now)
    return taken


@pytest.mark.usefixtures("refused")
def test_a_refused_sign_in_stops_the_account_and_is_tried_again_in_an_hour(ledger, now):
    assert ledger.paused() == {"mastodon": "token revoked"}
    assert ledger.claim(now + timedelta(days=9), 8) == []
    assert ledger.probes(now + HOUR - SECOND) == []
    assert ledger.probes(now + HOUR) == ["mastodon"]


@pytest.mark.usefixtures("refused")
def test_a_sign_in_that_is_refused_again_and_again_is_tried_more_and_more_rarely(ledger, now):
    gaps, at = [], now
    for _ in range(7):
        at = account_of(ledger)["probe_at"]
        ledger.refused("mastodon", at)
        assert ledger.probes(at) == []
        gaps.append(account_of(ledger)["probe_at"] - at)
    assert gaps == sorted(gaps)
    assert (gaps[0], gaps[-1]) == (2 * HOUR, timedelta(days=1))


@pytest.mark.usefixtures("refused")
def test_other_secrets_are_tried_at_once_but_only_where_a_sign_in_was_refused(ledger, delivery, now):
    ledger.add([delivery("x", account="x")], "t", "r", now)
    ledger.pause("x", "breaking news")
    ledger.probe_soon(["mastodon", "x"], now)
    assert ledger.probes(now) == ["mastodon"]


def test_a_sign_in_that_works_again_lets_the_account_go_on_with_what_it_held(ledger, refused, now):
    assert ledger.resume("mastodon", "sharebot", now + HOUR) == 1
    assert ledger.probes(now + timedelta(days=9)) == []
    (taken,) = ledger.claim(now + HOUR, 8)
    assert (taken.key, taken.attempts, taken.first_attempt) == (refused.key, 1, now)


@pytest.mark.usefixtures("refused")
def test_a_person_who_pauses_takes_the_probe_away_so_that_nothing_ends_the_pause_but_a_person(ledger, now):
    ledger.pause("mastodon", "breaking news")
    assert ledger.probes(now + timedelta(days=9)) == []
    ledger.probe_soon(["mastodon"], now)
    assert ledger.probes(now + timedelta(days=9)) == []


# ── a person's pause ─────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.usefixtures("queue")
@pytest.mark.parametrize("name", ["mastodon", EVERYONE])
def test_a_pause_that_comes_while_a_post_is_out_stays_and_the_post_is_settled(ledger, now, name):
    (taken,) = ledger.claim(now, 8)
    ledger.pause(name, "breaking news")
    assert ledger.turn([published(taken)], now, 8) == []
    assert ledger.paused() == {name: "breaking news"}
    assert ledger.named([taken.key])[taken.key].state is State.PUBLISHED


@pytest.mark.usefixtures("queue")
def test_a_lease_that_is_over_is_noticed_on_a_paused_account_too_and_the_pause_stays(ledger, now):
    ledger.claim(now, 8)
    ledger.pause("mastodon", "breaking news")
    assert ledger.next_due() == now + LEASE
    assert ledger.lapse(now + LEASE) == 1
    assert ledger.paused() == {"mastodon": "breaking news"}
    assert ledger.next_due() is None
    assert ledger.claim(now + HOUR, 8) == []


@pytest.mark.usefixtures("queue")
def test_who_resumes_an_account_ends_its_rest_as_well(ledger, now):
    fails(ledger, now, 5)
    ledger.pause("mastodon", "breaking news")
    ledger.resume("mastodon", "ann", now)
    assert len(ledger.claim(now, 8)) == 1


@pytest.mark.usefixtures("queue")
def test_an_account_that_is_resumed_while_a_post_is_out_has_still_only_that_one_in_hand(ledger, now):
    (taken,) = ledger.claim(now, 8)
    ledger.pause("mastodon", "breaking news")
    ledger.resume("mastodon", "ann", now)
    assert ledger.claim(now, 8) == []
    assert account_of(ledger)["token"] == taken.token


@pytest.mark.usefixtures("queue")
def test_an_account_tells_how_it_stands(ledger, now):
    (taken,) = ledger.claim(now, 1)
    ledger.settle([failed(taken, now)], now)
    standing = ledger.standings()["mastodon"]
    assert (standing.failures, standing.succeeded, standing.ends) == (1, None, None)
    (taken,) = ledger.claim(now, 1)
    ledger.settle([published(taken)], now)
    ledger.note_ends("mastodon", now + HOUR)
    ledger.note_ends("new", None)
    ledger.pause("mastodon", "breaking news")
    standing = ledger.standings()["mastodon"]
    assert (standing.failures, standing.succeeded, standing.ends) == (0, now, now + HOUR)
    assert standing.paused == "breaking news"
    assert not ledger.standings()["new"].paused


@pytest.mark.usefixtures("queue")
def test_what_fails_later_leaves_the_time_of_the_last_success(ledger, now):
    (taken,) = ledger.claim(now, 1)
    ledger.settle([published(taken)], now)
    fails(ledger, now + MINUTE, 1)
    assert ledger.standings()["mastodon"].succeeded == now


# ── when there is something to do ────────────────────────────────────────────────────────────────────────────────


def test_an_empty_queue_has_nothing_to_do(ledger):
    assert ledger.next_due() is None


def test_there_is_something_to_do_when_the_earliest_post_of_a_working_account_is_due(ledger, delivery, now):
    ledger.add([delivery("a", due=now + 3 * HOUR), delivery("b", due=now + 2 * HOUR)], "t", "r", now)
    ledger.add([delivery("c", account="x", due=now + HOUR)], "t", "r", now)
    ledger.add([delivery("d", due=now, state=State.DRAFT)], "t", "r", now)
    assert ledger.next_due() == now + HOUR
    ledger.pause("x", "breaking news")
    assert ledger.next_due() == now + 2 * HOUR
    ledger.pause(EVERYONE, "breaking news")
    assert ledger.next_due() is None
    ledger.resume(EVERYONE, "ann", now)
    assert ledger.next_due() == now + HOUR


@pytest.mark.usefixtures("queue")
def test_a_network_is_asked_about_a_lost_post_although_its_account_rests(ledger, now):
    (taken,) = ledger.claim(now, 8)
    lost = Settlement(taken, State.UNSURE, "lost", wait=now + HOUR)
    ledger.settle([lost], now)
    assert ledger.next_due() == now + FIRST_LOOK
    (asked,) = ledger.claim(now + FIRST_LOOK, 8)
    ledger.settle([Settlement(asked, State.UNSURE, "lost", tells=False)], now + FIRST_LOOK)
    assert ledger.next_due() == now + HOUR


@pytest.mark.usefixtures("queue")
def test_an_account_that_was_handed_over_and_then_stopped_is_no_reason_to_look(ledger, now):
    with ledger.writing() as connection:
        assert leases.hand(connection, now, now + MINUTE, 8) == ["mastodon"]
    assert ledger.next_due() == now + MINUTE
    ledger.pause("mastodon", "breaking news")
    assert ledger.next_due() is None
    ledger.resume("mastodon", "ann", now)
    assert ledger.next_due() == now + MINUTE
