"""What every change of a delivery leaves behind: its event, and the proof that it hit what it was meant for."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from sharebot.errors import StoreError
from sharebot.model import State
from sharebot.outbox import states
from sharebot.outbox.many import adding
from sharebot.outbox.tables import event

PUBLISHER = "publisher"
"""Who in the history has changed what workers change; all others are people, and parts that hold no lease."""
Row = tuple[str, State | None, State, str]
"""A change that was made: key, state before, state after, why."""


def record(connection: Connection, changes: Sequence[Row], *, who: str, now: datetime) -> None:
    """Write the events of changes that were just made; refuse one that the table of transitions does not know."""
    for _, before, after, _ in changes:
        states.check(before, after)
    if changes:
        rows = [{"key": k, "at": now, "who": who, "before": b, "after": a, "why": why} for k, b, a, why in changes]
        _EVENTS.run(connection, rows)


def changed(count: int, expected: int | None = None) -> bool:
    """Whether a compare-and-set hit its one row; or all the rows that were `expected`, else StoreError is raised."""
    if count not in ({0, 1} if expected is None else {expected}):
        raise StoreError(f"a change meant for {expected or 1} deliveries hit {count}; nothing was changed")
    return count > 0


_EVENTS = adding(event, "key", "at", "who", "before", "after", "why")
