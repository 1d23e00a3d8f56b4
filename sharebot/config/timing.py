"""Whether the parts of a schedule fit together; the same as the JSON Schema of `forms.Schedule` says."""

from collections.abc import Iterator, Mapping
from typing import Any

from sharebot.config import forms
from sharebot.config.document import Document, Way
from sharebot.schedule import parse_weeks
from sharebot.schedule.near import nearest
from sharebot.schedule.parse import WEEKDAYS

_CHOOSERS = ("every", "on", "from")
_KEYS = {field.alias or name for name, field in forms.Schedule.model_fields.items()}


def check(document: Document, way: Way, schedule: Mapping[str, Any]) -> None:
    """Note what does not fit together in the schedule that stands at `way`."""
    if "cron" in schedule:
        for key in (*_CHOOSERS, "at"):
            if key in schedule:
                document.wrong((*way, key), "cron says this already", f"keep {key} or cron", key=True)
        return
    if "at" not in schedule and not _is_delay(schedule) and not _misspelt(schedule, "at", "cron", "after"):
        document.wrong(way, "says no time to post at", "write at: 09:00, or cron", key=True)
    match _unit(schedule.get("every")):
        case "month":
            _month(document, way, schedule)
        case "weeks":
            _weeks(document, way, schedule)
        case _:
            _days(document, way, schedule)


def _is_delay(schedule: Mapping[str, Any]) -> bool:
    return "after" in schedule and not any(key in schedule for key in _CHOOSERS)


def _misspelt(schedule: Mapping[str, Any], *missing: str) -> bool:
    """Whether what is missing is but a slip, which is told already."""
    return any(nearest(key, missing) for key in schedule if key not in _KEYS)


def _unit(every: object) -> str:
    try:
        weeks = parse_weeks(every) if isinstance(every, str) else None
    except ValueError:
        weeks = 1  # their number is wrong, and told
    return "weeks" if weeks else "month" if every == "month" else "days"


def _month(document: Document, way: Way, schedule: Mapping[str, Any]) -> None:
    if "on" not in schedule:
        document.wrong((*way, "every"), "does not say which day of the month", "write on: 1, or on: last friday")
    for here, day in _on(way, schedule):
        if day.casefold() in WEEKDAYS:
            document.wrong(here, f"does not say which {day} of the month", f"write first {day}, or last {day}")
    _only_weeks(document, way, schedule)


def _weeks(document: Document, way: Way, schedule: Mapping[str, Any]) -> None:
    if "from" not in schedule and not _misspelt(schedule, "from"):
        document.wrong((*way, "every"), "does not say which week is the first", "write beside it from: 2026-12-01")
    for here, day in _on(way, schedule):
        if day.casefold() not in WEEKDAYS:
            document.wrong(here, f"{day!r} is no day of the week", "write on: monday, or on: [monday, thursday]")


def _days(document: Document, way: Way, schedule: Mapping[str, Any]) -> None:
    if "on" in schedule:
        cure = "choose weekdays with every: [monday, thursday]"
        document.wrong((*way, "on"), "goes with every: month, or every: 2 weeks", cure, key=True)
    _only_weeks(document, way, schedule)


def _only_weeks(document: Document, way: Way, schedule: Mapping[str, Any]) -> None:
    if "from" in schedule:
        document.wrong((*way, "from"), "goes with every: 2 weeks", "delete the line, or write weeks", key=True)


def _on(way: Way, schedule: Mapping[str, Any]) -> Iterator[tuple[Way, str]]:
    days = schedule.get("on", ())
    if isinstance(days, list):
        yield from (((*way, "on", number), str(day)) for number, day in enumerate(days))
    elif "on" in schedule:
        yield (*way, "on"), str(days)
