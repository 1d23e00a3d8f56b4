"""The real ledger and the real publisher in a world where anything may happen (see `world`), on both databases."""

import os
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test as live
from sqlalchemy import update

from sharebot.model import State
from sharebot.outbox import leases, settling
from sharebot.outbox.ledger import Ledger
from sharebot.outbox.record import record
from sharebot.outbox.tables import account, delivery
from tests.outbox.conftest import in_a_file
from tests.outbox.events import ALL
from tests.outbox.network import KINDS
from tests.outbox.world import World

ROUNDS = int(os.environ.get("SHAREBOT_CHAOS_ROUNDS", "1"))
"""How many times as long: `make chaos`."""


RUN = 10
"""Lives that hypothesis makes anew. After so many it would rather vary the last one, which finds less here."""


_NEW = settings(max_examples=RUN, stateful_step_count=50, deadline=None, suppress_health_check=list(HealthCheck))
_THE_SAME = settings(_NEW, database=None, phases=[Phase.generate])


def explore(ledger: Ledger, lives: int, first: int | None = None) -> None:
    """Live so many lives: each time new ones, or those of this first seed and the next. Stop at the first fault."""
    for number in range(lives // RUN):
        world = type("World", (World,), {"ledger": ledger})
        if first is None:
            live(world, settings=_NEW)
        else:
            live(seed(first + number)(world), settings=_THE_SAME)


@pytest.mark.timeout(600 * ROUNDS)
@pytest.mark.parametrize("lives", [20, pytest.param(200, marks=pytest.mark.integration)])  # many take minutes
def test_whatever_happens_nothing_is_doubled_lost_stranded_or_out_of_order(ledger, lives):
    explore(ledger, ROUNDS * (lives if ledger.dialect == "sqlite" else lives // 2))


# ── that the model bites ─────────────────────────────────────────────────────────────────────────────────────────

REACHED, TAKEN = ["starts", "takes"], ["starts", "takes", "goes on", "goes on"]
"""Steps of a worker: until the network has taken its post, and until that is settled."""
FOUND_NOTHING = ["starts", "looks", "goes on", "goes on", "goes on"]
"""Steps of a look, until the post is about to be sent again, which is on the disk."""


@pytest.fixture
def world(ledger):
    made = type("World", (World,), {"ledger": ledger})()
    made.some_posts(tuple(KINDS), [])
    yield made
    made.workers_are_killed(ALL)
    made._clock.stop()


@pytest.fixture
def naive_lease(monkeypatch):
    """What was being sent under a lease that is over goes back to the queue."""
    doubt = Ledger.lapse

    def queue(ledger, now):
        doubt(ledger, now)
        with ledger.writing() as connection:
            again = (
                update(delivery).where(delivery.c.state == "unsure").values(state="queued").returning(delivery.c.key)
            )
            lines = [(key, State.UNSURE, State.QUEUED, "again") for key in connection.execute(again).scalars()]
            record(connection, lines, who="lease", now=now)
            connection.execute(update(account).values(not_before=None))
            leases.rewake(connection, KINDS)

    monkeypatch.setattr(Ledger, "lapse", queue)


@pytest.fixture
def settle_without_token(monkeypatch):
    """An outcome counts whoever claimed the post since."""
    still = settling._still

    def whoever(settled, row):
        claimed = settled.delivery
        same = row.state == claimed.state.value
        return still(replace(settled, delivery=replace(claimed, token=row.token)) if same else settled, row)

    monkeypatch.setattr(settling, "_still", whoever)


@pytest.fixture
def no_fence(monkeypatch):
    """A worker that was frozen past its lease goes on."""
    monkeypatch.setattr("sharebot.fence.check", lambda: None)


@pytest.fixture
def hasty_look(monkeypatch):
    """What a look does not find at once is taken for lost."""
    monkeypatch.setitem(KINDS, "readable", {"shown_after": timedelta()})


@pytest.fixture
def no_rewake(monkeypatch):
    """An account does not learn that its deliveries have changed."""
    monkeypatch.setattr(leases, "rewake", lambda *_: None)


def a_worker_dies_and_its_post_is_sent_again(world):
    world.work(0, "readable", REACHED)
    world.workers_are_killed((0,))
    world.time_passes(130, notices=True)
    world.time_passes(65, notices=False)
    world.work(1, "readable", TAKEN)


def a_worker_settles_late_what_another_one_sends_again(world):
    world.work(0, "readable", ["starts", "503"])
    world.time_passes(130, notices=True)
    world.time_passes(65, notices=False)
    world.work(1, "readable", [*FOUND_NOTHING, "takes"])
    world.work(0, None, ["settles"])
    world.work(1, None, ["goes on", "settles"])
    world.time_passes(4000, notices=True)
    world.work(1, "readable", TAKEN)


def a_worker_is_frozen_before_the_first_byte(world):
    world.work(0, "readable", ["starts"])
    world.time_passes(130, notices=True)
    world.time_passes(65, notices=False)
    world.work(1, "readable", [*FOUND_NOTHING, "takes", "goes on", "settles"])
    world.work(0, None, ["takes"])


def a_network_takes_late(world):
    world.work(0, "readable", ["starts", "takes late", "settles"])
    world.time_passes(3, notices=False)
    world.work(0, "readable", [*FOUND_NOTHING, "takes"])


FAULTS = {
    "naive_lease": a_worker_dies_and_its_post_is_sent_again,
    "settle_without_token": a_worker_settles_late_what_another_one_sends_again,
    "no_fence": a_worker_is_frozen_before_the_first_byte,
    "hasty_look": a_network_takes_late,
}


NOTICED = {
    "naive_lease": "doubled",
    "settle_without_token": "whose answer counts|doubled",
    "no_fence": "under a lease that is over",
    "hasty_look": "doubled on the readable network",
    "no_rewake": "wakes",
}
"""What the model says of each fault."""


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.usefixtures("ledger")
def test_the_model_notices_a_classical_fault(request, fault):
    request.getfixturevalue(fault)
    world = request.getfixturevalue("world")
    with pytest.raises(AssertionError, match=NOTICED[fault]):
        _goes(FAULTS[fault], world)


def _goes(script, world):
    script(world)
    world.all_is_well()


@pytest.mark.parametrize("script", FAULTS.values())
def test_what_doubles_with_a_classical_fault_is_well_without_it(world, script):
    script(world)
    world.all_is_well()
    assert world.networks["readable"].books


SEED, LIVES = 1, 200
"""Where chance begins, so that it finds the same ones each time, and how long it looks at most."""


@in_a_file
def test_lives_in_which_chance_finds_faults_are_well_without_any(ledger):
    explore(ledger, 2 * RUN, SEED)


@in_a_file
@pytest.mark.integration  # takes half a minute
@pytest.mark.parametrize("fault", NOTICED)
def test_chance_alone_finds_each_fault(request, ledger, fault):
    request.getfixturevalue(fault)
    with pytest.raises(AssertionError, match=NOTICED[fault]):
        explore(ledger, LIVES, SEED)
