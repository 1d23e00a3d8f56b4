"""Proof: a backup that was made under load and is restored later neither loses what was sent since nor doubles it."""

from collections import Counter
from pathlib import Path

import pytest

from sharebot.model import State
from sharebot.outbox.backup import backup
from sharebot.outbox.ledger import Ledger
from sharebot.outbox.restore import Order, restore
from tests.chaos.stage import ROUNDS
from tests.chaos.worker import Clock

pytestmark = [pytest.mark.integration, pytest.mark.timeout(300 * ROUNDS)]


@pytest.mark.parametrize("number", range(2 * ROUNDS))
def test_a_restored_backup_settles_by_evidence_or_waits_for_a_person(stage, books, clock, tmp_path, number):
    with stage() as here:
        keyed, readable, blind = (here.account(kind) for kind in ("keyed", "readable", "blind"))
        here.add(keyed, *[1, 3, 2] * 16)
        here.add(readable, *[3, 1, 2] * 16)
        here.add(blind, *[1] * 80)
        books.order(latency=0.02)
        life = here.life()
        here.more_made()
        copy = tmp_path / "copy.db"
        backup(Path(here.ledger.path), copy)
        for _ in range(10 + 20 * number):
            here.more_made()
        life.kill()
        here.quiet()
        before = Counter(made.account for made in here._calls() if made.id)

        here.ledger.close()
        doubts, kept = restore(here.ledger.url, copy, Order((), Clock(clock)()))
        with Ledger(f"sqlite:///{copy}") as copied:
            assert doubts.posts == len(copied.deliveries(State.QUEUED, State.SENDING, State.UNSURE))
        assert kept
        here.ledger = Ledger(here.ledger.url)

        books.order(latency=0.002)
        here.life().over()
        waiting = here.ledger.deliveries(State.UNSURE)
        assert {row.account for row in waiting} == {blind}
        assert Counter(made.account for made in here._calls() if made.id)[blind] == before[blind]
        while here.person():
            here.life().over()
        count = here.count()
        assert (count.lost, count.doubled, count.again) == ([], [], [])
        assert not here.ledger.deliveries(State.QUEUED, State.SENDING, State.UNSURE)
