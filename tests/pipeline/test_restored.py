"""The first reading after a backup was restored."""

from datetime import timedelta

import pytest
from sqlalchemy import insert

from sharebot.errors import RESTORED, SourceError
from sharebot.model import Reading, State
from sharebot.outbox.doubting import mark
from sharebot.outbox.tables import seen


@pytest.fixture
def restored(desk, ledger, now):
    """A desk whose newsletter is to be read for the first time since a backup of an hour ago was restored."""
    with ledger.writing() as connection:
        connection.execute(insert(seen), {"newsletter": "weekly", "identity": mark(now - timedelta(hours=1))})
    return desk


def states(ledger):
    return [(row.state, row.error) for row in ledger.deliveries()]


def test_what_it_brings_may_be_out_and_is_asked_for(restored, ledger, now):
    planned = {entry.delivery.state for entry in restored.plan().entries}
    restored.queue()
    assert planned == {State.UNSURE}
    assert states(ledger) == [(State.UNSURE, RESTORED)] * 3
    row = ledger.deliveries()[0]
    assert (row.first_attempt, row.attempts, row.look_at) == (now - timedelta(hours=1), 0, now)
    assert row.due > now, "it keeps its time, for which it waits where it is not out"
    assert ledger.next_due() == now


def test_what_is_new_after_it_is_queued_as_ever(restored, ledger):
    restored.queue()
    another = restored.issue(restored.issue().articles[0], id="2026-12", title="Another")
    restored.queue(None, restored.issue(), another)
    assert len(ledger.deliveries(State.UNSURE)) == 3
    assert ledger.seen("weekly") == set()


def test_a_source_that_was_away_was_not_read(restored, ledger, now):
    pipeline = restored._pipeline(None)
    broken = SourceError("feed", "is away")
    pipeline.enqueue({"weekly": Reading((), (broken,))}, now)
    assert ledger.seen("weekly") == {mark(now - timedelta(hours=1))}
    pipeline.enqueue({"weekly": Reading((restored.issue(),))}, now)
    assert {row.state for row in ledger.deliveries()} == {State.UNSURE}


def test_what_waited_in_the_backup_is_left_as_it_is(desk, ledger, now):
    desk.queue()
    before = ledger.deliveries()
    with ledger.writing() as connection:
        connection.execute(insert(seen), {"newsletter": "weekly", "identity": mark(now)})
    desk.queue()
    assert ledger.deliveries() == before
