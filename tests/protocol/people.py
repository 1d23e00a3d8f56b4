"""What a person does beside the workers: reads a delivery, and some time later acts upon what was read."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from tests.protocol import world as w
from tests.protocol.explore import Step
from tests.protocol.world import QUEUED, UNSURE, Row, Seen, World, post

if TYPE_CHECKING:
    from tests.protocol.model import Model


def acts(model: "Model", world: World) -> Iterator[Step[World]]:
    """Yield what a person may do: pause an account, read a delivery, or act upon the one that was read."""
    less = world._replace(acts=world.acts - 1)
    if world.acts:
        for name, account in enumerate(world.accounts):
            switched = less.with_account(name, account._replace(paused=not account.paused))
            yield Step(f"a person pauses or resumes account {name}", switched, calm=False)
        for number, row in enumerate(world.rows):
            if row.state not in {w.SENDING, w.PUBLISHED, w.SKIPPED} and world.seen is None:
                yield Step(f"a person reads {post(number, row.out)}", less._replace(seen=Seen(number, row)), calm=False)
    if world.seen:
        for what, after in _wishes(model, world, world.seen):
            yield Step(f"a person {what}", _done(model, world._replace(seen=None), world.seen, after), calm=False)


def _done(model: "Model", world: World, seen: Seen, after: Row) -> World:
    """Change a row, where its state and token are still those that were read."""
    row = world.rows[seen.delivery]
    if (row.state, row.token, row.out) == (seen.row.state, seen.row.token, seen.row.out):
        part = world.parts[seen.delivery][row.out]._replace(open=False)
        world = world.with_row(seen.delivery, after).settled(seen.delivery, row.out)
        world = world.with_part(seen.delivery, row.out, part)
    return model.acted(world, seen)


def _wishes(model: "Model", world: World, seen: Seen) -> Iterator[tuple[str, Row]]:
    """Yield what a person may want. Whoever ends a doubt has looked, when it was sure to be seen."""
    delivery, row = seen
    again = Row(QUEUED, row.out, tried=world.rows[delivery].tried)
    if row.state == QUEUED:
        yield "holds it", row._replace(state=w.HELD)
    if row.state in {QUEUED, UNSURE}:
        yield "skips it", Row(w.SKIPPED, row.out)
    if row.state in {w.HELD, w.FAILED}:
        yield "retries it", again
    if row.state == UNSURE and world.parts[delivery][row.out].copies:
        yield "finds it", model.out(row, delivery)
    elif row.state == UNSURE and not any((r.delivery, r.part) == (delivery, row.out) for r in world.wire):
        yield "does not find it", again
