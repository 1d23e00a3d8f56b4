"""The real ledger and the real publisher in a world where anything may happen (see `world`), on both databases."""

import os
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test as live
from sqlalchemy import update

from sharebot.outbox import leases, settling
from sharebot.outbox.ledger import Ledger
from sharebot.outbox.tables import account, delivery
from tests.outbox.network import KINDS
from tests.outbox.world import World

ROUNDS = int(os.environ.get("SHAREBOT_CHAOS_ROUNDS", "1"))
"""How many times as long: `make chaos`."""


def explore(ledger: Ledger, examples: int, world: type[World] = World) -> None:
    """Live so many lives, each of them new."""
    chosen = settings(
        max_examples=examples * ROUNDS,
        stateful_step_count=50,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    live(type("World", (world,), {"ledger": ledger}), settings=chosen)


@pytest.mark.timeout(600 * ROUNDS)
@pytest.mark.parametrize("lives", [20, pytest.param(200, marks=pytest.mark.integration)])  # many take minutes
def test_whatever_happens_nothing_is_doubled_lost_stranded_or_out_of_order(ledger, lives):
    explore(ledger, lives if ledger.dialect == "sqlite" else lives // 5)


# ── that the model bites ─────────────────────────────────────────────────────────────────────────────────────────

REACHED, TAKEN = ["starts", "takes"], ["starts", "takes", "goes on", "goes on"]
"""Steps of a worker: until the network has taken its post, and until that is settled."""
FOUND_NOTHING = ["starts", "looks", "goes on", "goes on", "goes on"]
"""Steps of a look, until the post is about to be sent again, which is on the disk."""


@pytest.fixture
def world(ledger):
    made = type("World", (World,), {"ledger": ledger})()
    made.some_posts()
    yield made
    made.workers_are_killed((0, 1))
    made._clock.stop()


@pytest.fixture
def naive_lease(monkeypatch):
    """What was being sent under a lease that is over goes back to the queue."""
    doubt = Ledger.lapse

    def queue(ledger, now):
        doubt(ledger, now)
        with ledger.writing() as connection:
            connection.execute(update(delivery).where(delivery.c.state == "unsure").values(state="queued"))
            connection.execute(update(account).values(not_before=None))
            leases.rewake(connection, KINDS)

    monkeypatch.setattr(Ledger, "lapse", queue)


@pytest.fixture
def settle_without_token(monkeypatch):
    """An outcome counts whoever claimed the post since."""
    statement = settling._SETTLE._clone()
    statement._where_criteria = statement._where_criteria[:2]
    monkeypatch.setattr(settling, "_SETTLE", statement)


@pytest.fixture
def no_fence(monkeypatch):
    """A worker that was frozen past its lease goes on."""
    monkeypatch.setattr("sharebot.fence.check", lambda: None)


@pytest.fixture
def hasty_look(world):
    """What a look does not find at once is taken for lost."""
    network = world.networks["readable"]
    network.rules = replace(network.rules, shown_after=timedelta())


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


@pytest.mark.parametrize("fault", FAULTS)
def test_the_model_notices_a_classical_fault(request, world, fault):
    request.getfixturevalue(fault)
    FAULTS[fault](world)
    with pytest.raises(AssertionError, match="doubled on the readable network"):
        world.all_is_well()


@pytest.mark.parametrize("script", FAULTS.values())
def test_what_doubles_with_a_classical_fault_is_well_without_it(world, script):
    script(world)
    world.all_is_well()
    assert world.networks["readable"].books
