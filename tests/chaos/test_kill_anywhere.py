"""Proof 1: a worker may be killed at any moment, and no post is lost, and none is doubled."""

import random
import time
from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import reduce
from operator import and_

import pytest

from sharebot.faults import POINTS
from sharebot.model import State
from tests.chaos.network import KINDS, Control
from tests.chaos.stage import ROUNDS, Count, Stage
from tests.chaos.worker import Moment

pytestmark = [pytest.mark.integration, pytest.mark.timeout(900 * ROUNDS)]

_LANES = 2
_REHEARSALS = 3
_ACCOUNTS = 5
"""Of each kind, under load; more than a worker has hands."""
_LOAD = 100
_POSTS = 25
"""How many posts a life under load begins at most, until it is killed within a `_MOMENT`, in seconds."""
_MOMENT = 0.02
_NOISE = 0.03
"""Which share of calls meets a fault, too."""
_HASTY = {"sharebot.http.READ": 0.5}
_SENT = ("publish.sent", "publish.answered", "settle.begun", "settle.written", "settle.released")
"""Points at which a post is out, and that is written down nowhere."""


def _play(stage: Stage, books: Control, kind: str) -> None:
    """Queue a thread and a post; two answers will be lost, one together with its post."""
    account = stage.account(kind)
    books.order(
        account, *(("", "drop_after", "drop_before") if kind == "blind" else ("drop_before", "", "", "drop_after"))
    )
    stage.add(account, 2, 1)


def _moments(make: Callable[[], Stage], books: Control, kind: str) -> list[Moment]:
    """Return all moments that a life passes that nobody ends; what only some pass is left out."""
    lives = []
    for _ in range(_REHEARSALS):
        with make() as rehearsal:
            _play(rehearsal, books, kind)
            lives.append(Counter(rehearsal.life().over()))
    passed = reduce(and_, lives)
    return [(name, number + 1) for name, times in passed.items() for number in range(times)]


def _end(stage: Stage) -> Count:
    """Live on after a kill until all is done, with a person's word where the networks have none."""
    stage.quiet()
    stage.life().over()
    while stage.person():
        stage.life().over()
    assert {delivery.state for delivery in stage.ledger.deliveries()} == {State.PUBLISHED}
    return stage.count()


def _each(moments: Iterable[Moment], prove: Callable[[Moment], Count]) -> list[Count]:
    with ThreadPoolExecutor(_LANES) as lanes:
        return list(lanes.map(prove, moments))


@pytest.mark.parametrize("kind", KINDS)
def test_killed_at_any_statement_or_step_a_worker_loses_no_post_and_doubles_none(books, stage, kind):
    died = []

    def prove(moment: Moment) -> Count:
        with stage() as played:
            _play(played, books, kind)
            died.append(played.life(die=moment).over() is None)
            return _end(played)

    moments = _moments(stage, books, kind)
    amiss = {m: c for m, c in zip(moments, _each(moments, prove), strict=True) if c != Count(3)}
    assert amiss == {}
    assert sum(died) > 0.9 * len(moments)  # a turn more or less is a matter of time


@pytest.mark.parametrize("kind", KINDS)
def test_every_step_is_among_those_moments(books, stage, kind):
    passed = {name for name, _ in _moments(stage, books, kind)}
    asks = {point for point in POINTS if point.startswith("reconcile")} if kind == "blind" else set()
    assert POINTS.keys() - passed == asks


@pytest.mark.parametrize("kind", ["readable", "blind"])
@pytest.mark.parametrize("point", _SENT)
def test_a_worker_that_retries_on_doubt_doubles_at_the_same_moments(stage, kind, point):
    with stage(naive=True) as played:
        played.add(played.account(kind), 1)
        assert played.life(die=(point, 1)).over() is None
        count = _end(played)
    assert (len(count.doubled), count.lost) == (1, [])


def _storm(stage: Stage, books: Control, kills: int) -> Count:
    """Kill a worker that is at its work, again and again, and let the last one end it."""
    accounts = [stage.account(kind, number) for kind in KINDS for number in range(_ACCOUNTS)]
    books.order(noise=_NOISE)
    for _ in range(kills):
        if stage.queued() < _LOAD:
            for account in accounts:
                stage.add(account, *[1, 1, 2, 1] * 5)
        life = stage.life(tell=("publish.ready", random.randint(1, _POSTS)))
        if life.at_work():
            time.sleep(random.uniform(0, _MOMENT))
            life.kill()
    books.order(noise=0)
    return _end(stage)


def test_killed_at_200_random_instants_under_load_a_worker_loses_no_post_and_doubles_none(books, stage):
    with stage(settings=_HASTY) as played:
        count = _storm(played, books, 200 * ROUNDS)
        assert count == Count(sum(map(len, played.texts.values())))
        assert played.wronged == []


def test_under_the_same_load_a_worker_that_retries_on_doubt_doubles_many(books, stage):
    with stage(settings=_HASTY, naive=True) as played:
        count = _storm(played, books, 20)
    assert count.lost == []
    assert {text.split("-")[1] for text in count.doubled} == {"blind", "readable"}
