"""What is done with a post that a restored backup does not know to be out."""

from dataclasses import replace
from datetime import timedelta

import pytest

from sharebot.config.values import Approval
from sharebot.errors import RESTORED, TryLater
from sharebot.model import State
from sharebot.publisher import Publisher, given_back
from sharebot.testing import FakePlatform, sample_key

MINUTE = timedelta(minutes=1)
SOON = timedelta(seconds=2)


@pytest.fixture
def doubt(delivery, now):
    """A post of a backup that was made an hour before it was restored, never tried as far as that knows."""
    made = delivery(state=State.UNSURE, error=RESTORED, first_attempt=now - timedelta(hours=1))
    return replace(made, doubted=now, attempts=0, look_at=now, token="t")


def look(platform, delivery, now, **more):
    return Publisher({"mastodon": platform}, lambda: now, **more).reconcile(delivery, lambda _: None)


def shown(platform, after):
    platform.rules = replace(platform.rules, shown_after=after)
    return platform


def test_what_is_found_is_published(doubt, now):
    platform = FakePlatform()
    there = platform.publish(doubt.posts[0], sample_key(f"{doubt.key}-1", now))
    settled = look(platform, doubt, now + SOON)
    assert (settled.after, settled.receipt) == (State.PUBLISHED, there)


@pytest.mark.parametrize("after", [timedelta(), timedelta(seconds=30), 5 * MINUTE])
def test_what_is_not_found_waits_for_its_own_time_once_the_dead_can_have_sent_nothing_more(doubt, now, after):
    platform, needed = shown(FakePlatform(), after), max(after, MINUTE)
    settled = look(platform, doubt, now + SOON)
    assert (settled.after, settled.due) == (State.UNSURE, now + needed)
    assert settled.why.startswith(RESTORED)
    settled = look(platform, doubt, now + needed)
    assert (settled.after, settled.unsent, settled.due) == (State.QUEUED, True, None)
    assert platform.calls == [], "it is sent by the usual way, which asks for deadline, lateness and gaps"


def test_what_nobody_has_approved_waits_for_that_again(doubt, now):
    approvals = {"weekly": Approval(required=True)}
    assert look(FakePlatform(), doubt, now + MINUTE, approvals=approvals).after is State.DRAFT


def test_what_is_older_than_a_week_waits_for_a_person(doubt, now):
    settled = look(FakePlatform(), replace(doubt, first_attempt=now - timedelta(days=8)), now + MINUTE)
    assert (settled.after, settled.tells) == (State.UNSURE, False)


def test_a_network_that_tells_nothing_leaves_it_to_a_person(doubt, now):
    settled = look(FakePlatform(readable=False), doubt, now + timedelta(days=1))
    assert (settled.after, settled.tells) == (State.UNSURE, False)


def test_a_network_that_cannot_be_asked_now_is_asked_again(doubt, now):
    platform = FakePlatform()
    platform.down = TryLater("away")
    settled = look(platform, doubt, now + MINUTE)
    assert (settled.after, settled.tells, settled.why) == (State.UNSURE, True, RESTORED)


def test_what_was_tried_before_the_backup_is_asked_for_by_its_key_and_sent_again_under_it(doubt, now):
    platform, tried = FakePlatform(key_lasts=timedelta(days=1)), replace(doubt, attempts=1)

    def retake(asked):
        assert asked == tried
        return replace(asked, state=State.SENDING)

    settled = Publisher({"mastodon": platform}, lambda: now + MINUTE).reconcile(tried, retake)
    assert settled.after is State.PUBLISHED
    ((_, key, _),) = platform.calls
    assert (key.at, key.guessed) == (tried.first_attempt, False)


def test_the_rest_of_a_thread_is_doubted_where_a_part_of_it_is_found(doubt, ledger, now):
    platform = FakePlatform()
    one, two = (replace(doubt.posts[0], text=text) for text in ("one", "two"))
    thread = replace(doubt, posts=(one, two), state=State.QUEUED, error=None, first_attempt=None, token=None)
    ledger.add([replace(thread, doubted=None, look_at=None)], "t", "r", now)
    ledger.change([_becomes(ledger, doubt)], "restore", now)
    for part, number in ((one, 1), (two, 2)):
        platform.publish(part, sample_key(f"{doubt.key}-{number}", now))
    (asked,) = ledger.claim(now + SOON, 1)
    ledger.settle([look(platform, asked, now + SOON)], now + SOON)
    (row,) = ledger.deliveries()
    assert (row.state, len(row.receipts), row.attempts, row.is_restored) == (State.UNSURE, 1, 0, True)
    assert row.first_attempt == doubt.first_attempt
    (asked,) = ledger.claim(now + 2 * SOON, 1)
    ledger.settle([look(platform, asked, now + 2 * SOON)], now + 2 * SOON)
    (row,) = ledger.deliveries()
    assert (row.state, row.error, len(platform.calls)) == (State.PUBLISHED, None, 2)


def test_a_thread_goes_on_where_a_part_of_it_is_not_there(doubt, ledger, now):
    platform = FakePlatform()
    ledger.add([replace(doubt, state=State.QUEUED, error=None, first_attempt=None, token=None)], "t", "r", now)
    ledger.change([_becomes(ledger, doubt)], "restore", now)
    (asked,) = ledger.claim(now + MINUTE, 1)
    ledger.settle([look(platform, asked, now + MINUTE)], now + MINUTE)
    (row,) = ledger.deliveries()
    assert (row.state, row.first_attempt, row.attempts, row.doubted) == (State.QUEUED, None, 0, None)
    (again,) = ledger.claim(now + MINUTE, 1)
    assert again.first_attempt == now + MINUTE


def _becomes(ledger, doubt):
    from sharebot.outbox.ledger import Change

    (row,) = ledger.deliveries()
    after = replace(row, state=State.UNSURE, error=RESTORED, first_attempt=doubt.first_attempt)
    return Change(row, replace(after, doubted=doubt.doubted, look_at=doubt.look_at), "restored")


def test_a_host_that_does_not_know_an_account_spends_no_attempt_that_was_not_made(doubt, now):
    assert given_back(doubt, now).spent
    assert not given_back(replace(doubt, state=State.SENDING), now).spent
