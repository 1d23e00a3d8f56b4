from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from sharebot.errors import StoreError
from sharebot.model import Receipt, Signature, State
from sharebot.outbox.accounts import Accounts
from sharebot.outbox.checking import check
from sharebot.outbox.lock import Lock
from sharebot.outbox.pruning import Pruned, prune, shrink
from sharebot.outbox.settling import Settlement
from tests.outbox.conftest import in_a_file

OLD = timedelta(days=100)


@pytest.fixture(autouse=True)
def _at_once(monkeypatch):
    monkeypatch.setattr("sharebot.outbox.pruning._REST", 0)
    monkeypatch.setattr("sharebot.outbox.pruning._PORTION", 2)


@pytest.fixture
def old(ledger, delivery, now):
    """An outbox with something old in each state that is over, and something that is not."""
    then = now - OLD
    signed = {"signature": Signature("h", "ann", then), "content": "c", "made": "m", "due": then}
    ledger.add([delivery("out", link="https://news.example/1", **signed)], "t", "r", then)
    (claimed,) = ledger.claim(then, 1)
    ledger.settle([Settlement(claimed, State.PUBLISHED, "out", Receipt("1", "https://m.example/1"))], then)
    ledger.add(
        [
            delivery("failed", state=State.FAILED, error="too long", **signed),
            delivery("missed", state=State.MISSED, **signed),
            delivery("edited", state=State.MISSED, edited="ann", **signed),
            delivery("waits", **signed),
        ],
        "t",
        "r",
        then,
    )
    ledger.add([delivery("late", state=State.MISSED, due=then)], "t", "r", now)
    ledger.add([delivery("new", state=State.MISSED, due=now)], "t", "r", then)
    return ledger


def rows(ledger):
    return {row.key: row for row in ledger.deliveries()}


def test_what_is_long_over_shrinks_to_what_keeps_it_from_going_out_again(old, now):
    before = rows(old)
    done = prune(old, now - OLD / 2)
    assert done == Pruned(Counter(published=1, failed=1, missed=2), 2)
    after = rows(old)
    assert before.keys() == after.keys()
    assert {key for key in before if before[key] != after[key]} == {"out", "failed", "missed", "edited"}
    out = after["out"]
    assert [post.text for post in out.posts] == [post.text for post in before["out"].posts]
    assert (out.posts[0].links, out.signature, out.content, out.made) == ((), None, None, None)
    assert (out.receipts, out.link, out.due) == (before["out"].receipts, before["out"].link, before["out"].due)
    assert [event.after for event in old.history("out")] == [State.PUBLISHED]
    assert (after["failed"].posts, after["edited"].posts) == (before["failed"].posts, before["edited"].posts)
    assert after["missed"].posts == ()
    assert check(old) == []


def test_pruning_again_finds_nothing_more(old, now):
    prune(old, now - OLD / 2)
    assert prune(old, now - OLD / 2) == Pruned()


def test_a_dry_run_counts_the_same_and_changes_nothing(old, now):
    before = rows(old)
    counted = prune(old, now - OLD / 2, dry=True)
    assert rows(old) == before
    assert counted == prune(old, now - OLD / 2)


def test_what_is_pruned_is_not_queued_again(old, delivery, now):
    prune(old, now - OLD / 2)
    assert old.add([delivery("out"), delivery("missed")], "pipeline", "read", now) == 0


@in_a_file
def test_free_space_goes_back_to_the_disk_unless_a_daemon_works(ledger, delivery, now):
    then = now - OLD
    ledger.add([delivery(str(number), state=State.MISSED, due=then) for number in range(300)], "t", "r", then)
    ledger.close()
    prune(ledger, now)
    with Lock(ledger.path):
        assert shrink(ledger) is None
    assert (shrink(ledger) or 0) > 20_000
    assert len(ledger.deliveries()) == 300


def test_a_database_on_a_server_frees_its_space_itself():
    with Accounts("sqlite://") as ledger:
        assert shrink(ledger) == 0


@in_a_file
def test_space_that_cannot_be_given_back_is_told(ledger):
    ledger.close()
    Path(ledger.path).write_bytes(b"harm" * 5000)
    with pytest.raises(StoreError, match="could not be given back"):
        shrink(ledger)
