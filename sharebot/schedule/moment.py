"""A moment that a person names: by the clocks of a zone, or with an offset of its own."""

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from sharebot.schedule.clock import instant

MOMENT = "[0-9]{4}-[0-9]{2}-[0-9]{2}([T ]+)[0-9]{1,2}:[0-9]{2}(:[0-9]{2})?(Z|[+-][0-9]{2}:[0-9]{2})?"
"""How a moment is written, as a pattern for the whole text."""


def moment(text: str, zone: str) -> datetime:
    """Return, in UTC, what "2026-12-01 9:00" means in `zone` by the laws of time, or "2026-12-01T09:00Z" anywhere.

    Raises ValueError with the cure.
    """
    written = re.fullmatch(MOMENT, text)
    try:
        if written:
            day, time = text[: written.start(1)], text[written.end(1) :]
            at = datetime.fromisoformat(f"{day}T{'0' * (time.index(':') == 1)}{time}")
            return at.astimezone(UTC) if at.tzinfo else instant(at, ZoneInfo(zone))
    except (ValueError, OverflowError):  # no such day, or one before the first or after the last
        pass
    raise ValueError(f"{text!r} is no time; write 2026-12-01 09:00, or 2026-12-01T09:00:00+01:00 with its offset")
