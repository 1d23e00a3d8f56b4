"""The laws of the protocol. The model is held to them here, and the docs name them (`docs/explanation/protocol.md`)."""

from collections.abc import Mapping
from functools import partial

from tests.protocol import world as w
from tests.protocol.explore import Law
from tests.protocol.model import Model
from tests.protocol.world import Account, Row, World

LAWS = {
    "never_doubled": "No post is on its network twice.",
    "never_again": "Where a network has no key and cannot be read, nothing that it may have taken is sent again.",
    "one_in_flight": "At most one worker may begin a request for an account.",
    "order_kept": "A post is not claimed while an earlier one of its account is queued.",
    "parts_in_order": "A part of a thread is not sent before all earlier ones are out.",
    "short_wait": "Behind a doubt, a post may be claimed as soon as its account has rested.",
    "nothing_unsaid": "What may be out and is not written down is `sending` or `unsure`, or skipped by a person.",
    "nothing_invented": "What is written down as out is out.",
    "never_stranded": "What is `sending` has a worker's lease on its account, and each lease ends.",
    "attempts_bounded": "No post is sent, or ends its process, more often than it has attempts.",
    "all_end": "Once nothing fails any more, each delivery can still be published, fail, or wait for a person.",
}
"""Each law by its name. The last one is about what can still come, the others are about each state."""


def laws(model: Model) -> Mapping[str, Law[World]]:
    """Return the laws about each state, as they can be looked at in the model."""
    noted = {name: partial(_not_noted, name) for name in ("never_again", "order_kept", "parts_in_order")}
    return {
        **noted,
        "never_doubled": _never_doubled,
        "one_in_flight": partial(_one_in_flight, model),
        "short_wait": partial(_short_wait, model),
        "nothing_unsaid": _nothing_unsaid,
        "nothing_invented": _nothing_invented,
        "never_stranded": partial(_never_stranded, model),
        "attempts_bounded": partial(_attempts_bounded, model),
    }


def ended(model: Model, world: World) -> bool:
    """Whether nothing is left to be done without a person."""
    pairs = zip(world.rows, model.accounts, strict=True)
    return all(_ended(model, row, paused=world.accounts[name].paused) for row, name in pairs)


def _ended(model: Model, row: Row, *, paused: bool) -> bool:
    if row.state == w.UNSURE:
        unknowable = model.network.shown is None and not model.key_lasts(row)
        return paused or unknowable or row.attempts >= model.attempts
    return row.state not in {w.QUEUED, w.SENDING} or (row.state == w.QUEUED and paused)


def _not_noted(name: str, world: World) -> bool:
    return world.wrong != name


def _never_doubled(world: World) -> bool:
    return all(part.copies < 2 for parts in world.parts for part in parts)


def _one_in_flight(model: Model, world: World) -> bool:
    may_begin = [model.accounts[x.delivery] for x in world.workers if x.at in {w.READY, w.ABSENT} and model.in_time(x)]
    return len(may_begin) == len(set(may_begin))


def _short_wait(model: Model, world: World) -> bool:
    for name, account in enumerate(world.accounts):
        waits = any(world.rows[n].state == w.QUEUED for n in model.of(name))
        if waits and account == Account() and not any(model.claimable(world, name)):
            return False
    return True


def _nothing_unsaid(world: World) -> bool:
    said = {w.SENDING, w.UNSURE, w.SKIPPED}
    for delivery, (row, parts) in enumerate(zip(world.rows, world.parts, strict=True)):
        if row.state not in said and row.out < len(parts):
            on_its_way = any((r.delivery, r.part) == (delivery, row.out) for r in world.wire)
            if parts[row.out].copies or on_its_way:
                return False
    return True


def _nothing_invented(world: World) -> bool:
    return all(part.copies for row, parts in zip(world.rows, world.parts, strict=True) for part in parts[: row.out])


def _never_stranded(model: Model, world: World) -> bool:
    rows = zip(world.rows, model.accounts, strict=True)
    return all(row.state != w.SENDING or row.token == world.accounts[name].token for row, name in rows)


def _attempts_bounded(model: Model, world: World) -> bool:
    return max(*(row.attempts for row in world.rows), *world.kills) <= model.attempts
