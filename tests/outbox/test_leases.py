"""Who may send for an account and until when; and how a doubt is settled by looking, at growing distances."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from sharebot.model import Post, Receipt, State
from sharebot.outbox.leases import LEASE, LOOK
from sharebot.outbox.ledger import Change
from sharebot.outbox.settling import FIRST_LOOK, Settlement
from sharebot.outbox.statements import EVERYONE
from sharebot.outbox.tables import account
from sharebot.retry import ATTEMPTS

SECOND = timedelta(seconds=1)
RECEIPT = Receipt("1", "https://mastodon.example/@weekly/1")


def row(ledger, key="k1"):
    return ledger.named([key])[key]


def account_of(ledger, name="mastodon"):
    with ledger.reading() as connection:
        return connection.execute(select(account).where(account.c.name == name)).mappings().one()


def lost(delivery, **changes):
    return Settlement(delivery, State.UNSURE, "the answer was lost", **changes)


@pytest.fixture
def claimed(ledger, delivery, now):
    """The first of two posts of an account, claimed at `now`."""
    ledger.add([delivery(), delivery("k2")], "t", "r", now)
    (taken,) = ledger.claim(now, 8)
    return taken


@pytest.fixture
def doubted(ledger, claimed, now):
    """The same, its answer lost at `now`."""
    ledger.settle([lost(claimed)], now)
    return row(ledger)


# ── leases ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_claim_leases_the_account_for_two_minutes_by_the_token_of_its_post(ledger, claimed, now):
    found = account_of(ledger)
    assert (found["token"], found["lease_until"]) == (claimed.token, now + LEASE)
    assert ledger.next_due() == now + LEASE


def test_no_two_claims_have_the_same_token(ledger, delivery, now):
    ledger.add([delivery(), delivery("k2", account="x")], "t", "r", now)
    (first,), (second,) = ledger.claim(now, 1), ledger.claim(now, 1)
    assert first.token != second.token


def test_a_leased_account_is_not_claimed_not_even_by_its_name_or_after_its_lease(ledger, claimed, now):
    for later in (now, now + LEASE + SECOND):
        assert ledger.claim(later, 8) == ledger.claim(later, 8, [claimed.account]) == []


def test_a_claim_of_one_account_leaves_the_others_alone(ledger, delivery, now):
    ledger.add([delivery(), delivery("k2", account="x")], "t", "r", now)
    assert [d.key for d in ledger.claim(now, 8, ["x"])] == ["k2"]
    assert ledger.claim(now, 8, ["nobody"]) == []
    assert account_of(ledger)["token"] is None


def test_what_is_settled_frees_the_account_and_the_next_post_goes_in_the_same_turn(ledger, claimed, now):
    out = Settlement(claimed, State.PUBLISHED, "out", RECEIPT)
    (after,) = ledger.turn([out], now + SECOND, 8)
    assert after.key == "k2"
    assert account_of(ledger)["token"] == after.token != claimed.token


def test_a_claim_takes_no_more_than_its_limit_of_thousands_of_accounts(ledger, delivery, now):
    ledger.add([delivery(f"k{n}", account=f"a{n:05}") for n in range(10_000)], "t", "r", now)
    assert len(ledger.claim(now, 16)) == 16
    assert len(ledger.deliveries(State.SENDING)) == 16
    assert len(ledger.claim(now, 16)) == 16
    with ledger.reading() as connection:
        assert len(connection.execute(select(account).where(account.c.token.is_not(None))).all()) == 32


# ── leases that are over ─────────────────────────────────────────────────────────────────────────────────────────


def test_a_lease_that_is_not_over_is_left_alone(ledger, claimed, now):
    assert ledger.lapse(now + LEASE - SECOND) == 0
    assert row(ledger) == claimed
    assert account_of(ledger)["token"] == claimed.token


def test_what_was_sent_under_a_lease_that_is_over_is_doubted_and_looked_for_soon(ledger, claimed, now):
    over = now + LEASE
    assert ledger.lapse(over) == 1
    found = row(ledger)
    assert (found.state, found.token, found.doubted) == (State.UNSURE, None, over)
    assert found.look_at == ledger.next_due() == over + FIRST_LOOK
    assert found.first_attempt == claimed.first_attempt
    assert account_of(ledger)["token"] is None
    assert [event.who for event in ledger.history("k1")][-1] == "lease"
    assert ledger.lapse(over) == 0


def test_posts_behind_a_lost_one_wait_ten_seconds_and_no_longer(ledger, claimed):
    over = claimed.first_attempt + LEASE
    ledger.lapse(over)
    assert ledger.claim(over + SECOND, 8) == []
    (asked,) = ledger.claim(over + 2 * SECOND, 8)
    ledger.lapse(over + LEASE + 2 * SECOND)  # whoever asked is lost, too
    assert asked.key == "k1"
    assert [d.key for d in ledger.claim(over + LEASE + 2 * SECOND, 8)] == ["k1"]

    ledger.doubt(over + LEASE + 3 * SECOND)
    assert [d.key for d in ledger.claim(over + LEASE + 13 * SECOND, 8)] == ["k2"]


def test_a_post_behind_a_lost_one_goes_as_soon_as_the_network_was_asked(ledger, doubted, now):
    at = now + FIRST_LOOK
    (asked,) = ledger.claim(at, 8)
    (after,) = ledger.turn([lost(asked)], at, 8)
    assert (doubted.key, after.key) == ("k1", "k2")


def test_each_lost_worker_costs_attempts_so_that_a_poisonous_post_stops_after_three(ledger, claimed, now):
    for crash in range(3):
        assert row(ledger).attempts < ATTEMPTS, crash
        now += LEASE
        ledger.lapse(now)
        (asked,) = ledger.claim(now + FIRST_LOOK, 8)
        assert asked.key == claimed.key
        if asked.attempts < ATTEMPTS:
            now += FIRST_LOOK
            assert ledger.retake(asked, now)
    assert row(ledger).attempts >= ATTEMPTS


def test_a_process_that_starts_doubts_at_once_what_the_dead_one_sent_and_asks_for_it(ledger, delivery, claimed, now):
    ledger.add([delivery("k3", account="x")], "t", "r", now)
    assert ledger.doubt(now + SECOND) == 1
    (other, asked) = ledger.claim(now + SECOND, 8)
    assert (asked.key, asked.state, other.key) == (claimed.key, State.UNSURE, "k3")
    assert ledger.doubt(now + SECOND) == 1  # of what was only asked about nothing is new


def test_a_look_that_ended_with_its_process_is_made_again(ledger, doubted, now):
    (asked,) = ledger.claim(now + FIRST_LOOK, 8)
    assert ledger.doubt(now + FIRST_LOOK) == 0
    found = row(ledger)
    assert (found.state, found.token, found.looks) == (State.UNSURE, None, 1)
    (again,) = ledger.claim(asked.look_at, 8, [doubted.account])
    assert (again.key, again.looks) == (doubted.key, 2)


@pytest.mark.parametrize("free", [True, False])
def test_what_a_worker_says_after_its_lease_was_over_changes_nothing(ledger, claimed, now, free):
    over = now + LEASE
    ledger.lapse(over)
    if not free:
        ledger.claim(over + FIRST_LOOK, 8)
    stands = (row(ledger), dict(account_of(ledger)), ledger.history("k1"))
    for late in (
        Settlement(claimed, State.FAILED, "refused"),
        Settlement(claimed, State.HELD, "revoked", pause=True, spent=False, fault=True),
        Settlement(claimed, State.QUEUED, "429", due=over + LEASE, wait=over + LEASE, fault=True),
    ):
        assert ledger.settle([late], over + 3 * SECOND) == 0
    assert (row(ledger), dict(account_of(ledger)), ledger.history("k1")) == stands


def test_a_receipt_that_comes_after_its_lease_is_a_proof_all_the_same(ledger, claimed, now):
    ledger.lapse(now + LEASE)
    assert ledger.settle([Settlement(claimed, State.PUBLISHED, "out", RECEIPT, fault=False)], now + LEASE) == 1
    assert (row(ledger).state, row(ledger).receipts) == (State.PUBLISHED, (RECEIPT,))
    assert [(e.before, e.after) for e in ledger.history("k1")][-1] == ("unsure", "published")


def test_a_late_receipt_does_not_disturb_who_is_just_asking(ledger, claimed, now):
    ledger.lapse(now + LEASE)
    (asked,) = ledger.claim(now + LEASE + FIRST_LOOK, 8)
    assert ledger.settle([Settlement(claimed, State.PUBLISHED, "out", RECEIPT, fault=False)], now + LEASE) == 0
    assert row(ledger).token == asked.token


def test_what_waits_in_an_account_that_does_not_know_of_it_is_found_and_nothing_else_is_touched(ledger, delivery, now):
    ledger.add([delivery(), delivery("k2", account="x")], "t", "r", now)
    (taken,) = ledger.claim(now, 1, ["x"])
    with ledger.writing() as connection:
        connection.execute(update(account).values(wake=None))
    assert ledger.claim(now, 8) == []
    assert ledger.mend() == 1
    assert ledger.mend() == 0
    assert account_of(ledger, "x")["token"] == taken.token
    assert [d.key for d in ledger.claim(now, 8)] == ["k1"]


def test_what_a_person_saw_of_one_part_of_a_thread_says_nothing_of_a_later_one(ledger, delivery, now):
    ledger.add([delivery(posts=(Post("1"), Post("2"), Post("3")))], "t", "r", now)
    ledger.settle([lost(*ledger.claim(now, 8))], now)
    old, later = row(ledger), now + LOOK
    (asked,) = ledger.claim(later, 8)
    ledger.settle([Settlement(asked, State.QUEUED, "found", RECEIPT, fault=False)], later)
    ledger.settle([lost(*ledger.claim(later, 8))], later)
    assert (stands := row(ledger)).state is State.UNSURE
    assert ledger.settle([Settlement(old, State.QUEUED, "seen", RECEIPT)], later, "ann") == 0
    assert row(ledger) == stands


# ── looking for a lost post, and sending it again ────────────────────────────────────────────────────────────────


def test_the_next_look_is_no_later_than_when_its_network_would_show_a_lost_post(ledger, doubted, now):
    asked = next(d for d in ledger.claim(now + 4 * LOOK, 8) if d.key == doubted.key)
    ledger.settle([lost(asked, due=now + 5 * LOOK)], now + 4 * LOOK)
    assert row(ledger).look_at == now + 5 * LOOK
    assert row(ledger).due == doubted.due


def test_looks_are_made_at_growing_distances_up_to_six_hours(ledger, doubted):
    gaps, at = [], doubted.look_at
    for _ in range(12):
        asked = next(d for d in ledger.claim(at, 8) if d.key == doubted.key)
        assert asked.look_at == row(ledger).look_at == at + LOOK  # written down before the network is asked
        ledger.settle([lost(asked)], at)
        gaps.append(row(ledger).look_at - at)
        at = row(ledger).look_at
    assert gaps[:3] == [LOOK, timedelta(seconds=62), timedelta(seconds=124)]
    assert gaps == sorted(gaps)
    assert gaps[-1] == timedelta(hours=6)
    assert len(ledger.history("k1")) == 3  # a look that finds nothing is no news


def test_a_network_that_tells_nothing_is_not_asked(ledger, claimed, now):
    ledger.settle([lost(claimed, tells=False)], now)
    assert row(ledger).look_at is None
    assert [d.key for d in ledger.claim(now + timedelta(days=9), 8)] == ["k2"]


def test_what_is_sent_again_is_committed_and_counted_before(ledger, doubted, now):
    (asked,) = ledger.claim(now + FIRST_LOOK, 8)
    again = ledger.retake(asked, now + FIRST_LOOK)
    assert again == row(ledger)
    assert (again.state, again.attempts, again.token) == (State.SENDING, doubted.attempts + 1, asked.token)
    assert (again.first_attempt, again.doubted) == (doubted.first_attempt, doubted.doubted)
    assert ledger.history("k1")[-1].after is State.SENDING
    assert ledger.retake(asked, now + FIRST_LOOK) is None


@pytest.mark.parametrize("name", ["mastodon", EVERYONE])
def test_nothing_is_sent_again_for_an_account_that_is_paused(ledger, doubted, now, name):
    (asked,) = ledger.claim(now + FIRST_LOOK, 8)
    ledger.pause(name, "breaking news")
    assert ledger.retake(asked, now + FIRST_LOOK) is None
    assert row(ledger).state is doubted.state


def test_nothing_is_sent_again_after_the_lease_whether_somebody_has_noticed_or_not(ledger, doubted, now):
    (asked,) = ledger.claim(now + FIRST_LOOK, 8)
    over = now + FIRST_LOOK + LEASE
    assert ledger.retake(asked, over) is None
    ledger.lapse(over)
    assert ledger.retake(asked, over) is None
    assert row(ledger).attempts == doubted.attempts


def _seen(ledger, asked, now):
    ledger.settle([Settlement(asked, State.PUBLISHED, "seen", RECEIPT)], now, "ann")


def _skipped(ledger, asked, now):
    ledger.change([Change(asked, replace(asked, state=State.SKIPPED), "skipped")], "ann", now)


def _again(ledger, asked, now):
    ledger.change([Change(asked, replace(asked, state=State.QUEUED, due=now), "not there")], "ann", now)


@pytest.mark.parametrize("decide", [_seen, _skipped, _again])
def test_what_a_person_decides_in_the_middle_of_a_look_stands(ledger, doubted, now, decide):
    at = now + FIRST_LOOK
    (asked,) = ledger.claim(at, 8)
    decide(ledger, row(ledger), at)
    decided = row(ledger)
    assert decided.state is not doubted.state

    assert ledger.claim(at, 8) == []  # the account stays with whoever is still asking
    assert ledger.retake(asked, at) is None
    assert ledger.settle([Settlement(asked, State.PUBLISHED, "found", RECEIPT)], at) == 0
    assert row(ledger) == decided
    (after,) = ledger.claim(at + timedelta(seconds=10), 8)
    assert after.key == ("k1" if decide is _again else "k2")


# ── order ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_post_that_is_tried_again_goes_before_those_that_became_due_since(ledger, claimed, delivery, now):
    again = now + timedelta(hours=1)
    ledger.settle([Settlement(claimed, State.QUEUED, "503", due=again, wait=again)], now)
    ledger.add([delivery("k0", due=now - timedelta(days=1)), delivery("k9", account="x")], "t", "r", now)
    assert [d.key for d in ledger.claim(again - SECOND, 8)] == ["k9"]  # the whole account rests
    assert [d.key for d in ledger.claim(again, 8)] == ["k1"]


def test_a_thread_goes_on_before_the_posts_behind_it(ledger, delivery, now):
    ledger.add([delivery(posts=(Post("1"), Post("2"))), delivery("k2")], "t", "r", now)
    (first,) = ledger.claim(now, 8)
    (second,) = ledger.turn([Settlement(first, State.QUEUED, "1", RECEIPT)], now, 8)
    assert (second.key, second.receipts, second.attempts) == ("k1", (RECEIPT,), 1)
