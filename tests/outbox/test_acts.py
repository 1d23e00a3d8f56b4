"""What people do to deliveries, as the ledger writes it down."""

from dataclasses import replace
from datetime import timedelta

import pytest

from sharebot.errors import HELD_BY, StoreError
from sharebot.model import Post, Receipt, Signature, State
from sharebot.outbox.codec import signed
from sharebot.outbox.ledger import Change
from sharebot.outbox.settling import Settlement
from sharebot.outbox.statements import EVERYONE


def row(ledger, key="k1"):
    return ledger.named([key])[key]


def becomes(old, why="x", **changes):
    return Change(old, replace(old, **changes), why)


def test_who_edited_moved_and_signed_is_kept_until_it_is_taken_away(ledger, delivery, now):
    ledger.add([delivery()], "t", "r", now)
    signature = Signature(signed(delivery().posts), "ann", now)
    ledger.change([becomes(row(ledger), edited="ann", moved="bob", signature=signature)], "t", now)
    ledger.change([becomes(row(ledger), error="another reason")], "t", now)
    kept = row(ledger)
    assert (kept.edited, kept.moved, kept.signature) == ("ann", "bob", signature)
    ledger.change([becomes(kept, state=State.DRAFT, edited=None, moved=None, signature=None)], "t", now)
    after = row(ledger)
    assert (after.edited, after.moved, after.signature) == (None, None, None)


def test_changes_that_belong_together_are_all_made_or_none(ledger, delivery, now):
    ledger.add([delivery("a"), delivery("b")], "t", "r", now)
    old = [row(ledger, "a"), row(ledger, "b")]
    ledger.change([becomes(old[1], state=State.SKIPPED)], "other", now)
    changes = [becomes(each, state=State.HELD) for each in old]
    with pytest.raises(StoreError, match=r"b has changed in the meantime, and nothing is done.*sharebot queue show b"):
        ledger.change(changes, "ann", now, together=True)
    assert row(ledger, "a").state is State.QUEUED
    assert len(ledger.history("a")) == 1
    assert ledger.change(changes, "pipeline", now) == 1


def test_a_part_that_went_out_meanwhile_is_a_change_too(ledger, delivery, now):
    ledger.add([delivery(posts=(Post("1"), Post("2")))], "t", "r", now)
    old = row(ledger)
    (claimed,) = ledger.claim(now, 1)
    ledger.settle([Settlement(claimed, State.QUEUED, "out", Receipt("1", "https://x/1"))], now)
    assert (row(ledger).due, row(ledger).state) == (old.due, old.state)
    assert ledger.change([becomes(old, posts=(Post("one"), Post("2")))], "ann", now) == 0


def test_what_a_person_holds_is_not_released_with_its_account(ledger, delivery, now):
    held = [delivery("a", state=State.HELD, error=f"{HELD_BY}ann"), delivery("b", state=State.HELD, error="no token")]
    ledger.add(held, "t", "r", now)
    assert ledger.resume("mastodon", "jo", now) == 1
    assert ledger.resume(EVERYONE, "jo", now) == 0
    assert (row(ledger, "a").state, row(ledger, "b").state) == (State.HELD, State.QUEUED)


def test_a_settlement_by_a_person_has_their_name_and_counts(ledger, delivery, now):
    ledger.add([delivery()], "t", "r", now)
    (claimed,) = ledger.claim(now, 1)
    ledger.settle([Settlement(claimed, State.UNSURE, "lost")], now)
    settled = Settlement(row(ledger), State.PUBLISHED, "seen", Receipt("9", "https://x/9"))
    assert ledger.settle([settled], now + timedelta(hours=1), "ann") == 1
    assert ledger.settle([settled], now, "bob") == 0
    assert [event.who for event in ledger.history("k1")] == ["t", "publisher", "publisher", "ann"]
