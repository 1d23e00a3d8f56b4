"""A schedule's name in the queue: it tells whether what was placed is still where the editor wants it."""

import hashlib
from collections.abc import Iterator
from dataclasses import fields
from datetime import datetime

from sharebot.schedule.value import Schedule

_NO_PLACE = frozenset({"expires", "late", "repost"})
"""What says nothing of when a post comes out at first."""


def digest(schedule: Schedule, when: datetime | None = None) -> str:
    """Return a hash of all that chooses a post's time: the schedule, or the instant `when` that stands in for it.

    It names only what the editor wrote, so that it stays the same when schedules learn something new.
    """
    said = [f"when={when}"] if when else list(_said(schedule))
    return hashlib.sha256("\n".join(said).encode()).hexdigest()


def _said(schedule: Schedule) -> Iterator[str]:
    for each in fields(schedule):
        value = getattr(schedule, each.name)
        if each.name not in _NO_PLACE and value != each.default:
            yield f"{each.name}={_text(value)}"


def _text(value: object) -> str:
    """Write a value so that equal ones are written alike; a set has no order of its own."""
    return str(sorted(map(str, value))) if isinstance(value, frozenset) else str(value)
