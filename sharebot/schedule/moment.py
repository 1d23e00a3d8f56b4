"""A moment that a person names: by the clocks of a zone, or with an offset of its own."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from sharebot.schedule.clock import instant


def moment(text: str, zone: str) -> datetime:
    """Return, in UTC, what "2026-12-01 09:00" means in `zone` by the laws of time, or "2026-12-01T09:00Z" anywhere.

    Raises ValueError with the cure.
    """
    try:
        at = datetime.fromisoformat(text.strip()).replace(microsecond=0)
        if ":" in text:
            return at.astimezone(UTC) if at.tzinfo else instant(at, ZoneInfo(zone))
    except (ValueError, OverflowError):
        pass
    raise ValueError(f"{text!r} is no time; write 2026-12-01 09:00, or 2026-12-01T09:00:00+01:00 with its offset")
