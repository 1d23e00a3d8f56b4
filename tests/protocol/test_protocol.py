"""Every interleaving of two workers, up to a bound, obeys the laws; and what is wrong with the protocol is found."""
# ruff: noqa: ARG002 — the wrong ways are wrong for they do not look at what they are given

import os
import re
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from sharebot.outbox.states import TRANSITIONS
from tests.protocol import world as w
from tests.protocol.explore import explore
from tests.protocol.laws import LAWS, ended, laws
from tests.protocol.model import Model
from tests.protocol.world import NETWORKS, Row

LONG = os.environ.get("SHAREBOT_CHAOS_ROUNDS", "1") != "1"
"""Whether to look further, for some minutes: `make chaos`."""
LAWS_TABLE = re.compile(r"^\| `(\w+)` \| (.+?) \|", re.MULTILINE)
PAGE = Path(__file__).parents[2] / "docs/explanation/protocol.md"
Bound = dict[str, Any]
ONE: Bound = {"accounts": (0,), "parts": (1,)}
THREAD: Bound = {"accounts": (0,), "parts": (2,)}
TWO: Bound = {}
MORE: Bound = {"faults": 3 if LONG else 2}
BOUNDS: dict[str, Bound] = {
    "one post and a person": ONE | {"faults": 2 if LONG else 1, "acts": 1},
    "one post, three attempts": ONE | MORE | {"attempts": 3},
    "a thread on one host": THREAD | MORE | {"workers": 1},
    "two posts": TWO | {"faults": 2 if LONG else 1},
}
FURTHER: dict[str, Bound] = {
    "a thread and a post": {"parts": (2, 1)},
    "two posts and a person": {"acts": 1},
    "two accounts": {"accounts": (0, 1)},
}
LONGER = [(bound, network) for bound in FURTHER for network in NETWORKS if LONG or network == "blind"]
pytestmark = pytest.mark.timeout(3600 if LONG else 120)


def lawful(network, **bound):
    model = Model(NETWORKS[network], **bound)
    found = explore(model.start(), model.steps, laws(model))
    assert found.broken is None, found.way
    assert not found.stuck(partial(ended, model)), "all_end"
    return found


@pytest.mark.parametrize("network", NETWORKS)
@pytest.mark.parametrize("bound", BOUNDS)
def test_every_interleaving_obeys_the_laws(bound, network):
    lawful(network, **BOUNDS[bound])


@pytest.mark.parametrize(("bound", "network"), LONGER)
def test_every_interleaving_of_longer_work_obeys_the_laws(bound, network):
    lawful(network, **FURTHER[bound])


def test_the_model_changes_states_as_the_table_of_the_product_says():
    found = lawful("readable", **ONE, acts=1)
    rows = [state.rows[0].state for state in found.states]
    changes = {(rows[before], rows[after]) for before, after, _ in found.steps if rows[before] != rows[after]}
    assert {w.UNSURE, w.SENDING, w.PUBLISHED, w.FAILED, w.HELD, w.SKIPPED} == {after for _, after in changes} - {
        w.QUEUED
    }
    assert changes <= TRANSITIONS.keys()


def test_the_docs_name_each_law_as_the_model_has_it():
    assert dict(LAWS_TABLE.findall(PAGE.read_text("utf-8"))) == LAWS
    assert LAWS.keys() == {*laws(Model(NETWORKS["blind"])), "all_end"}


# ── the one exception: frozen between the last look at the clock and the first byte ──────────────────────────────


def frozen(network, law):
    model = Model(NETWORKS[network], **ONE, faults=2, frozen=True)
    return explore(model.start(), model.steps, {"law": law})


def once(world):
    return all(part.copies < 2 for parts in world.parts for part in parts)


def test_a_key_that_lasts_saves_even_what_was_frozen_at_its_first_byte():
    assert frozen("keyed", once).broken is None


@pytest.mark.parametrize("network", ["readable", "keyed for a while", "keyed for a while, unreadable"])
def test_without_a_key_that_lasts_what_was_frozen_at_its_first_byte_may_be_doubled(network):
    assert frozen(network, once).broken


@pytest.mark.parametrize("network", NETWORKS)
def test_nothing_else_is_doubled_but_what_left_after_its_last_look_was_out_of_date(network):
    assert frozen(network, lambda world: once(world) or world.late_byte).broken is None


# ── the wrong ways: each is a protocol that somebody runs, or that is one slip away ──────────────────────────────


class RetriesOnDoubt(Model):
    def lost(self, row):
        return row._replace(state=w.QUEUED, token=None)


class LeaseOverMeansQueued(Model):
    def lapsed(self, row):
        return row._replace(state=w.QUEUED, token=None)


class LeaseOverMeansNothing(Model):
    def lapsed(self, row):
        return row


class SettlesWithoutToken(Model):
    def mine(self, row, worker):
        return row.state in {w.SENDING, w.UNSURE}


class HasNoFence(Model):
    def in_time(self, worker):
        return True


class LooksAtOnce(Model):
    def surely_shown(self, row):
        return True


class DoubtsFromTheFirstTime(Model):
    def doubted(self, row):
        return super().doubted(row)._replace(doubted=max(row.doubted, 0))


class TrustsAKeyForEver(Model):
    def key_lasts(self, row):
        return True


class ClaimsWithoutTheAccount(Model):
    def free(self, account):
        return True


class ClaimsWithoutCounting(Model):
    def begun(self, row, token):
        return super().begun(row, token)._replace(attempts=row.attempts)


class PutsARetryBehindOthers(Model):
    def head(self, world, queued):
        return sorted(queued, key=lambda number: world.rows[number].attempts)[:1]


class WaitsForEveryDoubt(Model):
    def head(self, world, queued):
        return [] if any(row.state == w.UNSURE for row in world.rows) else queued[:1]


class BelievesTheSecondAnswer(Model):
    def proven_absent(self):
        return True


class SettlesAThreadAsOne(Model):
    def out(self, row, delivery):
        return Row(w.PUBLISHED, self.parts[delivery])


class TakesSilenceForAReceipt(Model):
    def outcome(self, row, worker):
        return self.out(row, worker.delivery) if worker.at == w.LOST else super().outcome(row, worker)


class FreesWhatAPersonSettles(Model):
    def acted(self, world, seen):
        name = self.accounts[seen.delivery]
        return world.freed(name, 0) if world.accounts[name].token == seen.row.token else world


class NeverLooks(Model):
    def answerable(self, row):
        return False


class SendsBlindlyAgain(Model):
    def key_lasts(self, row):
        return self.network.blind or super().key_lasts(row)


WRONG = [
    (RetriesOnDoubt, "readable", ONE, "never_doubled"),
    (RetriesOnDoubt, "blind", ONE, "never_again"),
    (RetriesOnDoubt, "keyed", ONE, "nothing_unsaid"),
    (LeaseOverMeansQueued, "readable", ONE, "never_doubled"),
    (LeaseOverMeansQueued, "blind", ONE, "never_again"),
    (LeaseOverMeansNothing, "blind", ONE, "never_stranded"),
    (SettlesWithoutToken, "readable", ONE, "nothing_unsaid"),
    (SettlesWithoutToken, "readable", THREAD, "never_doubled"),
    (HasNoFence, "readable", ONE, "never_doubled"),
    (HasNoFence, "readable", ONE, "one_in_flight"),
    (LooksAtOnce, "readable", ONE, "never_doubled"),
    (LooksAtOnce, "keyed for a while", ONE, "nothing_unsaid"),
    (DoubtsFromTheFirstTime, "readable", ONE | {"faults": 2, "attempts": 3}, "never_doubled"),
    (TrustsAKeyForEver, "keyed for a while, unreadable", ONE, "never_doubled"),
    (ClaimsWithoutTheAccount, "blind", TWO, "one_in_flight"),
    (ClaimsWithoutTheAccount, "blind", TWO, "never_stranded"),
    (ClaimsWithoutCounting, "readable", ONE | {"faults": 3}, "attempts_bounded"),
    (PutsARetryBehindOthers, "blind", TWO, "order_kept"),
    (WaitsForEveryDoubt, "blind", TWO, "short_wait"),
    (BelievesTheSecondAnswer, "keyed", ONE, "nothing_unsaid"),
    (SettlesAThreadAsOne, "blind", THREAD, "nothing_invented"),
    (TakesSilenceForAReceipt, "blind", THREAD, "parts_in_order"),
    (SendsBlindlyAgain, "blind", ONE, "never_again"),
    (FreesWhatAPersonSettles, "keyed", ONE | {"acts": 1}, "never_stranded"),
    (FreesWhatAPersonSettles, "keyed", TWO | {"acts": 1}, "one_in_flight"),
]


@pytest.mark.parametrize(("wrong", "network", "bound", "law"), WRONG)
def test_each_wrong_way_breaks_the_law_that_it_should(wrong, network, bound, law):
    model = wrong(NETWORKS[network], **bound)
    found = explore(model.start(), model.steps, {law: laws(model)[law]})
    assert found.broken == law


@pytest.mark.parametrize(("wrong", "network"), [(WaitsForEveryDoubt, "blind"), (NeverLooks, "readable")])
def test_a_wrong_way_that_strands_a_post_is_found(wrong, network):
    model = wrong(NETWORKS[network])
    assert explore(model.start(), model.steps, {}).stuck(partial(ended, model))
