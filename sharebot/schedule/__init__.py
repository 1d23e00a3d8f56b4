"""An editor's schedule → instants, and back into words.

`slots` gives a schedule's times, `place` those that are free for an account, `relate` a new time to what is late.
"""

from sharebot.schedule.digest import digest
from sharebot.schedule.holidays import parse_holidays
from sharebot.schedule.parse import (
    parse_cron,
    parse_every,
    parse_on,
    parse_quiet,
    parse_time,
    parse_weeks,
    parse_zone,
)
from sharebot.schedule.place import Places, place, relate
from sharebot.schedule.slots import slots
from sharebot.schedule.value import Most, Repost, Schedule, Slot
from sharebot.schedule.words import nearing, words

__all__ = [
    "Most",
    "Places",
    "Repost",
    "Schedule",
    "Slot",
    "digest",
    "nearing",
    "parse_cron",
    "parse_every",
    "parse_holidays",
    "parse_on",
    "parse_quiet",
    "parse_time",
    "parse_weeks",
    "parse_zone",
    "place",
    "relate",
    "slots",
    "words",
]
