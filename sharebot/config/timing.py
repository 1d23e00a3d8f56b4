"""When posts go out, as an editor writes it: the form, and whether its parts fit together."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, Any

from pydantic import ConfigDict, Field, GetCoreSchemaHandler, GetJsonSchemaHandler, ValidatorFunctionWrapHandler
from pydantic_core import CoreSchema, core_schema

from sharebot.config import kinds
from sharebot.config.document import Document, Way
from sharebot.schedule import parse_weeks
from sharebot.schedule import value as times
from sharebot.schedule.near import nearest
from sharebot.schedule.parse import WEEKDAYS
from sharebot.settings import Settings


@dataclass(frozen=True, slots=True)
class _OrDates:
    """Beside the mapping of `Holidays`: dates, written as text."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_wrap_validator_function(self._read, handler.generate_schema(Holidays))

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {"anyOf": [kinds.DATES.schema, handler(core)]}

    def _read(self, value: object, mapping: ValidatorFunctionWrapHandler) -> Any:
        return mapping(value) if isinstance(value, dict) else kinds.DATES.read(value)


class Holidays(Settings):
    """The public holidays of countries, as days without posts."""

    holidays: kinds.Places = Field(
        description="Countries by their codes of two letters, or parts of them.", examples=["FR", ["DE-BY", "AT"]]
    )


class Repost(Settings):
    """An article is posted again, with another of its sentences."""

    after: kinds.DaysLater = Field(description="How long after the time before, in days or weeks.", examples=["30d"])
    times: int = Field(1, ge=1, le=12, description="How often it is posted again.", examples=[2])


def _every(value: dict[str, Any]) -> dict[str, Any]:
    return {"required": ["every"], "properties": {"every": value}}


# What reads alike in the form and in the value.
_SAME = {"start", "at", "cron", "spread", "after", "quiet", "gap", "most", "expires", "late"}


class Schedule(Settings):
    """When posts go out: times of day on chosen days, a cron line, or a while after publication."""

    # The same as `check`, in the words of JSON Schema.
    model_config = ConfigDict(
        json_schema_extra={
            "anyOf": [{"required": ["at"]}, {"required": ["cron"]}, {"required": ["after"]}],
            "not": {"required": ["at", "cron"]},
            "dependentRequired": {"every": ["at"], "on": ["every"], "from": ["every"]},
            "if": _every({"const": "month"}),
            "then": {"required": ["on"], "properties": {"on": kinds.ON_MONTH, "from": False}},
            "else": {
                "if": _every(kinds.WEEKS),
                "then": {"required": ["from"], "properties": {"on": kinds.ON_WEEKS}},
                "else": {"properties": {"on": False, "from": False}},
            },
        }
    )

    every: kinds.Every = Field(
        None,
        description="Days to post on: day, weekday, weekend, monday …, a list of them, month, or 2 weeks.",
        examples=["weekday", ["monday", "thursday"], "2 weeks"],
    )
    on: kinds.On = Field(
        (),
        description="With every: month, the days: 1 to 31, last, first monday, last friday. With weeks: days of the "
        "week, where it is not that of from.",
        examples=["last friday", [1, 15]],
    )
    start: kinds.Start = Field(
        None,
        alias="from",
        description="With every: 2 weeks, a day in the first of them; nothing is posted before.",
        examples=["2026-12-01"],
    )
    at: kinds.Times = Field((), description="Times of day to post at.", examples=[["09:00", "12:30"]])
    cron: kinds.Cron = Field(
        None,
        description="Instead of every and at: minute hour day month weekday; 1 is Monday.",
        examples=["0 9 * * 1-5"],
    )
    spread: kinds.Spread = Field(
        timedelta(),
        description="How far behind its slot a post may come out. Each has its own minute, which the plan shows.",
        examples=["15m"],
    )
    after: kinds.After = Field(
        None,
        description="The earliest moment of a post. Without at and cron, it is posted then.",
        examples=["publication + 2h"],
    )
    quiet: kinds.Quiet = Field(None, description="Hours without posts.", examples=["22:00-07:00"])
    not_on: Annotated[
        tuple[Annotated[Holidays | tuple[date, ...], _OrDates()], ...], Field(min_length=1), kinds.Listed()
    ] = Field(
        (),
        description="Days without posts: dates, from one to another, and public holidays.",
        examples=[["2026-12-24..2027-01-02", {"holidays": "FR"}]],
    )
    gap: kinds.Length = Field(None, description="The least time between two posts.", examples=["30m"])
    most: kinds.Caps = Field((), description="The most posts in an hour, day, week or month.", examples=["4 per day"])
    expires: kinds.Length = Field(
        None, description="How long after the issue's publication a post is of use.", examples=["7d"]
    )
    late: times.Late = Field(
        "post", description="What happens to a post that missed its time.", examples=["post", "next slot", "skip"]
    )
    repost: Repost | None = Field(
        None,
        description="Whether an article is posted again later, with another of its sentences.",
        examples=[{"after": "30d", "times": 2}],
    )

    def of(self, zone: str) -> times.Schedule:
        """Return the schedule by the clocks of `zone`. Where no times are named it is `now`."""
        holidays = [free for free in self.not_on if isinstance(free, Holidays)]
        return times.Schedule(
            zone=zone,
            now=not (self.at or self.cron),
            not_on=frozenset(day for free in self.not_on if isinstance(free, tuple) for day in free),
            holidays=frozenset(place for free in holidays for place in free.holidays),
            repost=times.Repost(self.repost.after, self.repost.times) if self.repost else None,
            **self._days(),
            **{name: getattr(self, name) for name in self.model_fields_set & _SAME},
        )

    def _days(self) -> dict[str, Any]:
        if isinstance(self.every, int):
            assert self.start is not None, "weeks are counted from a day"
            days = frozenset(WEEKDAYS.index(day) + 1 for day in self.on) or frozenset({self.start.isoweekday()})
            return {"weeks": self.every, "days": days}
        return {"on": self.on} if self.every == "month" else {"days": self.every}


_CHOOSERS = ("every", "on", "from")
_BY_CRON = ("every", "on", "at")
_KEYS = {field.alias or name for name, field in Schedule.model_fields.items()}


def check(document: Document, way: Way, schedule: Mapping[str, Any]) -> None:
    """Note what does not fit together in the schedule that stands at `way`."""
    if "cron" in schedule:
        for key in _BY_CRON:
            if key in schedule:
                document.wrong((*way, key), "cron says this already", f"keep {key} or cron", key=True)
        _only_weeks(document, way, schedule)
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
        cure = "delete it, or write every: 1 week and on: [monday, thursday]"
        document.wrong((*way, "from"), "goes with every: 2 weeks", cure, key=True)


def _on(way: Way, schedule: Mapping[str, Any]) -> Iterator[tuple[Way, str]]:
    days = schedule.get("on", ())
    if isinstance(days, list):
        yield from (((*way, "on", number), str(day)) for number, day in enumerate(days))
    elif "on" in schedule:
        yield (*way, "on"), str(days)
