"""The first reading after a backup was restored: what it would queue may have been sent, and nobody knows of it."""

from dataclasses import replace
from datetime import datetime

from sharebot.errors import RESTORED
from sharebot.model import Reading, State
from sharebot.pipeline.entries import Entry

_GOES = frozenset({State.DRAFT, State.QUEUED})
_WHY = "read after a backup was restored: its network is asked whether it is out"


def doubted(entry: Entry, since: datetime, now: datetime) -> Entry:
    """Doubt what a plan brings into the queue, where it may have been there after the moment `since`."""
    before, after = entry.before, entry.delivery
    if after.state not in _GOES or entry.change not in {"new", "changed"} or (before and before.state in _GOES):
        return entry
    doubt = replace(after, state=State.UNSURE, error=RESTORED, attempts=0)
    return replace(entry, delivery=replace(doubt, first_attempt=since, doubted=now, look_at=now), why=_WHY)


def is_read(reading: Reading) -> bool:
    """Whether a reading was one: it found issues, or surely that there are none."""
    return bool(reading.issues) or not (reading.problems or reading.waiting)
