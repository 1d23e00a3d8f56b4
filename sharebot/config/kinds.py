"""The kinds of value that editors write: how each is read, beside the JSON Schema of what is read."""

import copy
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Annotated, Any, Literal, get_args

from pydantic import (
    BeforeValidator,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    ValidatorFunctionWrapHandler,
    WithJsonSchema,
)
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from sharebot.config import templates
from sharebot.config.values import Budget
from sharebot.model import SPLIT
from sharebot.schedule import (
    Most,
    parse_cron,
    parse_every,
    parse_holidays,
    parse_on,
    parse_quiet,
    parse_time,
    parse_weeks,
    parse_zone,
)
from sharebot.schedule.near import nearest
from sharebot.schedule.parse import ORDINALS, WEEKDAYS
from sharebot.schedule.value import Period
from sharebot.settings import Settings, duration

_DAYS = ("day", "weekday", "weekend", *WEEKDAYS)
_CLOCK = "([01]?[0-9]|2[0-3]):[0-5][0-9]"
_DATE = "[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
_DATES = rf"({_DATE})(?:(?: *(?:\.\.|–) *| +to +)({_DATE}))?"
_LONGEST_RANGE = timedelta(days=366)
_LENGTH = r"(\s*\d+\s*[smhdw]\s*)+"
_AFTER = rf"publication *\+({_LENGTH})"
_DAYS_LATER = r"(\s*0*[1-9]\d*\s*[dw]\s*)+"
_MOST_SPREAD = timedelta(hours=12)
_PLACE = r"[A-Z]{2}(-\S+)?"
_BUDGET = r"([0-9]{1,9}(?:\.[0-9]{1,2})?) +USD +per +month"
# No blank and no ASCII punctuation but - and . and _, for a name stands in commands, keys and messages.
_NAME = r"[^\s!-,/:-@\[-^`{-~]{1,100}"
_TAG = r"#?[^\s!-/:-@\[-^`{-~]+"
_LANGUAGE = "[a-zA-Z]{2,3}(-[a-zA-Z0-9]{1,8})*"  # https://www.rfc-editor.org/rfc/rfc5646#section-2.1


@dataclass(frozen=True, slots=True, eq=False)
class Written:
    """Tells pydantic how a value is read and described. `read` raises ValueError with the cure."""

    read: Callable[[Any], Any]
    schema: dict[str, Any]

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Let `read` do it all."""
        return core_schema.no_info_plain_validator_function(self.read)

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        """Give what stands beside `read`."""
        return copy.deepcopy(self.schema)  # pydantic writes each field's description into it


@dataclass(frozen=True, slots=True)
class OrWord:
    """Beside a mapping, words that stand for one, such as `now` for a schedule without times.

    `what` is what the value is called, `example` a mapping that one could write.
    """

    what: str
    example: str
    form: type[Settings]
    words: Mapping[str, Any]

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Read words here, and leave a mapping to its form."""
        return core_schema.no_info_wrap_validator_function(self._read, handler.generate_schema(self.form))

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        """Describe both."""
        return {"anyOf": [{"enum": [*self.words]}, handler(core)]}

    def _read(self, value: object, mapping: ValidatorFunctionWrapHandler) -> Any:
        if isinstance(value, dict):
            return mapping(value)
        if isinstance(value, str) and value in self.words:
            return self.words[value]
        near = nearest(value, self.words) if isinstance(value, str) else None
        cure = f"did you mean {near}?" if near else f"write {', '.join(self.words)}, or {self.example}"
        raise PydanticCustomError("word", "is no {what}; {cure}", {"what": self.what, "cure": cure})


def _text(read: Callable[[str], Any], pattern: str, *examples: str) -> Written:
    """Make a kind that is written as text. `pattern` is for the whole text, in what Python and ECMA 262 share."""

    def check(value: object) -> Any:
        if not isinstance(value, str):
            raise PydanticCustomError("text", "should be written like {example}", {"example": json.dumps(examples[0])})
        return read(value)

    return Written(check, {"type": "string", "pattern": f"^({pattern})$", "examples": list(examples)})


def _shaped(pattern: str, cure: str) -> Callable[[str], str]:
    def read(value: str) -> str:
        if not re.fullmatch(pattern, value):
            raise ValueError(f"{value!r} {cure}")
        return value

    return read


def _listed(value: object) -> object:
    """Take one value for a list of one: `to: mastodon` means `to: [mastodon]`."""
    if isinstance(value, list):
        return tuple(value)
    return value if value is None or isinstance(value, dict) else (value,)


def _one_or_many(item: Written) -> WithJsonSchema:
    return WithJsonSchema(_or_list(item.schema))


def _or_list(schema: dict[str, Any]) -> dict[str, Any]:
    return {"anyOf": [schema, {"type": "array", "items": schema, "minItems": 1}]}


@dataclass(frozen=True, slots=True)
class Listed:
    """Beside a tuple's kind: one value, be it a mapping, may stand for a list of one."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Make the list."""
        return core_schema.no_info_before_validator_function(self._read, handler(source))

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        """Describe both."""
        return _or_list(handler(core)["items"])

    def _read(self, value: object) -> object:
        return (value,) if isinstance(value, dict) else _listed(value)


def _any_case(*words: str) -> str:
    """Write a pattern for words in small or capital letters; JSON Schema has no flag for that."""
    return "|".join("".join(f"[{letter}{letter.upper()}]" for letter in word) for word in words)


def _date(value: str) -> date:
    try:
        return date.fromisoformat(_shaped(_DATE, "")(value))
    except ValueError:
        raise ValueError(f"{value!r} is no date; write year-month-day, such as 2026-12-25") from None


def _dates(value: str) -> tuple[date, ...]:
    match = re.fullmatch(_DATES, value)
    if not match:
        raise ValueError(f"{value!r} is no date; write 2026-12-25, 2026-12-24..2027-01-02, or holidays: FR")
    first = _date(match[1])
    last = _date(match[4]) if match[4] else first
    if not first <= last < first + _LONGEST_RANGE:
        raise ValueError(f"{value!r} runs backwards, or for over a year; write the earlier date first, or two ranges")
    return tuple(date.fromordinal(number) for number in range(first.toordinal(), last.toordinal() + 1))


def _after(value: str) -> timedelta:
    match = re.fullmatch(_AFTER, value.strip())
    if not match:
        raise ValueError(f"{value!r} is no moment; write publication + 2h, or publication + 1d")
    return duration(match[1])


def _spread(value: str) -> timedelta:
    if (spread := duration(value)) > _MOST_SPREAD:
        raise ValueError(f"{value!r} spreads too far; write 12h at most")
    return spread


def _days_later(value: str) -> timedelta:
    return duration(_shaped(_DAYS_LATER, "is no wait; write whole days or weeks, such as 30d")(value))


def _since(value: str) -> date | Literal["all"]:
    try:
        return "all" if value == "all" else _date(value)
    except ValueError as error:
        raise ValueError(f"{error}, or all") from None


def _budget(value: str) -> Budget:
    match = re.fullmatch(_BUDGET, value)
    if not match:
        raise ValueError(f"{value!r} is no budget; write an amount such as 20 USD per month")
    return Budget(float(match[1]))


def _tag(value: str) -> str:
    return _shaped(_TAG, "is no hashtag; write one word, such as ferry")(value).removeprefix("#")


def _every(value: object) -> frozenset[int] | int | Literal["month"] | None:
    given = value if isinstance(value, list) else [value]
    words = [word for word in given if isinstance(word, str)]
    if words != given:
        raise ValueError("should be day, weekday, weekend, the name of a day, a list of them, month or 2 weeks")
    weeks = parse_weeks(value) if isinstance(value, str) else None
    return "month" if value == "month" else weeks or parse_every(words)


def _on(value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise PydanticCustomError("on", "should be a day of the month, such as 1, last or first monday")
    return day if (day := str(value).casefold()) in WEEKDAYS else parse_on(value)


def _version(value: object) -> Literal[1]:
    if isinstance(value, bool) or value != 1:
        quoted = "; write version: 1, without quotes" if value == "1" else ", and a newer file needs a newer sharebot"
        raise ValueError(f"is not known; this sharebot reads version 1{quoted}")
    return 1


_MONTH_DAY = f"0*([1-9]|[12][0-9]|3[01])|{_any_case('last')}|({_any_case(*ORDINALS, 'last')}) +({_any_case(*WEEKDAYS)})"
_DAY_NAME = {"anyOf": [{"enum": [*_DAYS]}, {"type": "string", "pattern": f"^({_any_case(*_DAYS)})$"}]}
WEEKS = {"type": "string", "pattern": rf"^\s*0*([1-9]|[1-4][0-9]|5[0-2]) +({_any_case('week', 'weeks')})\s*$"}
_EVERY = [{"const": "month"}, WEEKS, *_DAY_NAME["anyOf"], {"type": "array", "items": _DAY_NAME, "minItems": 1}]
_MONTH_DAYS = {
    "anyOf": [
        {"type": "integer", "minimum": 1, "maximum": 31},
        {"type": "string", "pattern": rf"^\s*({_MONTH_DAY})\s*$"},
    ]
}
ON_MONTH = _or_list(_MONTH_DAYS)
ON_WEEKS = _or_list({"type": "string", "pattern": f"^({_any_case(*WEEKDAYS)})$"})
_CAP = _text(
    Most.parse, rf"\s*(?!0+ )[0-9]{{1,6}} +per +({_any_case(*get_args(Period))})\s*", "4 per day", "2 per hour"
)
_TIME = _text(parse_time, rf"\s*{_CLOCK}\s*", "09:00", "12:30")
DATES = _text(_dates, _DATES, "2026-12-25", "2026-12-24..2027-01-02")
_HOLIDAYS = _text(parse_holidays, _PLACE, "FR", "DE-BY")
NAME = _text(_shaped(_NAME, "is no name; write letters, digits, - and _"), _NAME, "weekly", "mastodon")
_ZONE = _text(parse_zone, "[A-Za-z0-9_+/-]+", "Europe/Paris", "UTC")

_PATTERN = {"type": "string", "minLength": 1}
_PATTERNS = {"type": "array", "items": _PATTERN}
_ONE_OR_MANY_PATTERNS = WithJsonSchema({"anyOf": [_PATTERN, _PATTERNS]})

Version = Annotated[Literal[1], Written(_version, {"const": 1})]
Name = Annotated[str, NAME]
Names = Annotated[tuple[Name, ...], BeforeValidator(_listed), Field(min_length=1), _one_or_many(NAME)]
Zone = Annotated[str, _ZONE]
OwnZone = Annotated[str | None, _ZONE]
Language = Annotated[
    str | None, _text(_shaped(_LANGUAGE, "is no language; write a tag such as en or pt-BR"), _LANGUAGE, "en", "pt-BR")
]
Every = Annotated[frozenset[int] | int | Literal["month"] | None, Written(_every, {"anyOf": _EVERY})]
On = Annotated[
    tuple[Annotated[str, Written(_on, _MONTH_DAYS)], ...],
    BeforeValidator(_listed),
    Field(min_length=1),
    WithJsonSchema({"anyOf": [ON_MONTH, ON_WEEKS]}),
]
Start = Annotated[date | None, _text(_date, _DATE, "2026-12-01")]
Times = Annotated[
    tuple[Annotated[time, _TIME], ...], BeforeValidator(_listed), Field(min_length=1), _one_or_many(_TIME)
]
Places = Annotated[
    tuple[Annotated[str, _HOLIDAYS], ...], BeforeValidator(_listed), Field(min_length=1), _one_or_many(_HOLIDAYS)
]
After = Annotated[timedelta | None, _text(_after, rf"\s*{_AFTER}", "publication + 2h")]
Spread = Annotated[timedelta, _text(_spread, _LENGTH, "15m")]
DaysLater = Annotated[timedelta, _text(_days_later, _DAYS_LATER, "30d")]
Caps = Annotated[tuple[Annotated[Most, _CAP], ...], BeforeValidator(_listed), Field(min_length=1), _one_or_many(_CAP)]
Quiet = Annotated[
    tuple[time, time] | None, _text(parse_quiet, rf"\s*{_CLOCK}\s*[-–]\s*{_CLOCK}\s*", "22:00-07:00", "13:00-14:00")
]
Cron = Annotated[str | None, _text(parse_cron, r"\s*\S+(\s+\S+){4}\s*", "0 9 * * 1-5")]
Length = Annotated[timedelta | None, _text(duration, _LENGTH, "30m", "7d")]
Money = Annotated[Budget | None, _text(_budget, _BUDGET, "20 USD per month")]
Since = Annotated[
    date | Literal["all"] | None,
    _text(_since, f"all|{_DATE}", "all", "2026-09-01"),
]
Tag = Annotated[str, _text(_tag, _TAG, "ferry")]
Link = Annotated[
    str | None, _text(templates.link, templates.LINK_PATTERN, "https://news.example/{issue.id}#{article.number}")
]
Template = Annotated[
    str | None, _text(templates.post, templates.POST_PATTERN, "{headline}\n\n{summary}\n\n{link} {hashtags}")
]
Split = Annotated[
    str | None,
    _text(
        _shaped(SPLIT, "is no way to tell articles apart; write headings 2, numbers, items, bold, rules or whole"),
        SPLIT,
        "headings 2",
        "items",
    ),
]
Phrases = Annotated[tuple[Annotated[str, Field(min_length=1)], ...], BeforeValidator(_listed), _ONE_OR_MANY_PATTERNS]
# https://github.com/bluesky-social/atproto/blob/main/lexicons/com/atproto/label/defs.json, of those one gives oneself
Label = Literal["graphic-media", "sexual", "nudity", "porn"]
_LABEL = {"enum": list(get_args(Label))}
Labels = Annotated[
    tuple[Label, ...],
    BeforeValidator(_listed),
    WithJsonSchema({"anyOf": [_LABEL, {"type": "array", "items": _LABEL}]}),
]
Patterns = Annotated[tuple[Annotated[str, Field(min_length=1)], ...], BeforeValidator(_listed), _ONE_OR_MANY_PATTERNS]
Some = Annotated[
    tuple[Annotated[str, Field(min_length=1)], ...],
    BeforeValidator(_listed),
    Field(min_length=1),
    WithJsonSchema({"anyOf": [_PATTERN, _PATTERNS | {"minItems": 1}]}),
]
Utm = Annotated[str, _text(templates.utm, templates.UTM_PATTERN, "{platform}", "{issue.id}")]
