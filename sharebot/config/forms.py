"""The YAML's shape, key by key, with the words that editors' tools show beside each."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, GetCoreSchemaHandler, GetJsonSchemaHandler, ValidatorFunctionWrapHandler
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from sharebot.config import kinds, values
from sharebot.model import CardKind
from sharebot.schedule import value as times
from sharebot.schedule.near import nearest
from sharebot.schedule.parse import WEEKDAYS
from sharebot.settings import Settings

# https://support.google.com/analytics/answer/10917952
Parameter = Literal[
    "source", "medium", "campaign", "term", "content", "id", "source_platform", "creative_format", "marketing_tactic"
]


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

    # The same as `timing.check`, in the words of JSON Schema.
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


@dataclass(frozen=True, slots=True)
class _OrWord:
    """Beside a mapping, words that stand for one, such as `now` for a schedule without times.

    `what` is what the value is called, `example` a mapping that one could write.
    """

    what: str
    example: str
    form: type[Settings]
    words: Mapping[str, Any]

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_wrap_validator_function(self._read, handler.generate_schema(self.form))

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {"anyOf": [{"enum": [*self.words]}, handler(core)]}

    def _read(self, value: object, mapping: ValidatorFunctionWrapHandler) -> Any:
        if isinstance(value, dict):
            return mapping(value)
        if isinstance(value, str) and value in self.words:
            return self.words[value]
        near = nearest(value, self.words) if isinstance(value, str) else None
        cure = f"did you mean {near}?" if near else f"write {', '.join(self.words)}, or {self.example}"
        raise PydanticCustomError("word", "is no {what}; {cure}", {"what": self.what, "cure": cure})


class Duplicates(Settings):
    """For how long a link is not posted again where it was posted, or is going to be."""

    window: kinds.Length = Field(values.WINDOW, description="The time between two posts of one link.", examples=["30d"])


class Stream(Settings):
    """What is posted where and when."""

    name: kinds.Name = Field(description="A name that stays: posts are known by it.", examples=["articles"])
    to: kinds.Names = Field(description="The accounts to post to, by their names above.", examples=[["mastodon", "x"]])
    what: Literal["articles", "thread", "digest"] = Field(
        "articles",
        description="A post for each article, a thread for each issue, or one post for each issue.",
        examples=["articles", "thread", "digest"],
    )
    schedule: Annotated[
        Schedule, _OrWord("schedule", "{every: day, at: [09:00]}", Schedule, {"now": Schedule.model_construct()})
    ] = Field(
        description="now, or the days and times to post at.", examples=["now", {"every": "weekday", "at": ["09:00"]}]
    )
    text: kinds.Template = Field(
        None,
        description="The post's text; fields stand in braces, and what vanishes with an empty one in brackets.",
        examples=["{headline}[\n\nby {author}]\n\n{link}[ {hashtags}]"],
    )
    card: CardKind = Field(
        "link",
        description="What is shown beside the text: the link's card, the article's picture, a picture of a quotation "
        "with its speaker, or nothing. What cannot be had is replaced by the link's card.",
        examples=["link", "image", "quote", "none"],
    )
    opening: kinds.Template = Field(
        None,
        description="The text of a thread's first post, whose headline is the issue's title.",
        examples=["{headline}\n\n{link}"],
    )
    numbering: bool = Field(default=False, description="Whether a thread's posts are counted: 2/5.", examples=[True])
    replies: Literal["public", "unlisted", "private"] | None = Field(
        None,
        description="Who sees the posts of a thread after the first, where the network knows such a choice.",
        examples=["unlisted"],
    )
    duplicates: Annotated[
        Duplicates | None, _OrWord("rule for duplicates", "{window: 30d}", Duplicates, {"allow": None})
    ] = Field(
        Duplicates.model_construct(),
        description="A link that the account has posted waits until this window is over; or allow.",
        examples=[{"window": "30d"}, "allow"],
    )


class Caution(Settings):
    """When readers are warned of an article, and how: by a rule on its words or tags."""

    # The same as `rules.caution`, in the words of JSON Schema.
    model_config = ConfigDict(
        json_schema_extra={
            "allOf": [
                {"anyOf": [{"required": ["words"]}, {"required": ["tags"]}]},
                {"anyOf": [{"required": ["warning"]}, {"required": ["sensitive"]}, {"required": ["label"]}]},
            ]
        }
    )

    words: kinds.Phrases = Field(
        (), description="Whole words, in headline or text, that call for the warning.", examples=[["war", "air raid"]]
    )
    tags: kinds.Phrases = Field((), description="Tags that call for it.", examples=[["conflict"]])
    warning: str = Field(
        "",
        description="What readers see before the text; a line of its own, after CW:, where the network has no place.",
        examples=["War"],
    )
    sensitive: bool = Field(default=False, description="Whether pictures are hidden at first.", examples=[True])
    label: kinds.Labels = Field(
        (), description="Bluesky's words for what is shown.", examples=["graphic-media", "sexual", "nudity", "porn"]
    )


class Approval(Settings):
    """A person approves each post before it goes out: who may, and whether it takes another than who edited it."""

    by: kinds.Phrases = Field((), description="Who may approve. Without it: anybody.", examples=[["alice", "bob"]])
    two_people: bool = Field(
        default=False, description="Whether nobody may approve words that they wrote themselves.", examples=[True]
    )


class Newsletter(Settings):
    """One newsletter: where its issues come from and what is made of them."""

    title: str = Field(
        "",
        description="Its name for readers, {newsletter} in a text. Without it: its key.",
        examples=["Harbour Weekly"],
    )
    source: dict[str, Any] = Field(description="Where the issues come from.", examples=[{"folder": "issues"}])
    posts: tuple[Stream, ...] = Field(min_length=1, description="What is posted where and when.")
    split: kinds.Split = Field(
        None,
        description="How the articles of an issue are told apart; where nothing is said, sharebot looks for itself.",
        examples=["headings 2", "numbers", "items"],
    )
    include: kinds.Patterns = Field(
        (),
        description="Patterns of the headlines, of sections or articles, that alone are read.",
        examples=[["News*"]],
    )
    exclude: kinds.Patterns = Field(
        (),
        description="Patterns of the headlines, of sections or articles, to leave out.",
        examples=[["Jobs", "Events*"]],
    )
    language: kinds.Language = Field(
        None, description="The language of the issues that do not say it.", examples=["en"]
    )
    link: kinds.Link = Field(
        None,
        description="The address of an article that has none of its own.",
        examples=["https://news.example/{issue.id}#{article.number}"],
    )
    utm: dict[Parameter, kinds.Utm] = Field(
        default_factory=dict,
        description="UTM parameters for the links, without utm_; {platform} and {issue.id} are filled in.",
        examples=[{"source": "{platform}", "medium": "social"}],
    )
    hashtags: tuple[kinds.Tag, ...] = Field((), description="Hashtags for each post.", examples=[["ferry", "harbour"]])
    warnings: tuple[Caution, ...] = Field(
        (),
        description="When readers are warned: by rules on words and tags.",
        examples=[[{"words": ["war"], "warning": "War", "sensitive": True}]],
    )
    approval: Annotated[
        Approval | None,
        _OrWord("approval", "{by: [alice, bob]}", Approval, {"none": None, "required": Approval.model_construct()}),
    ] = Field(
        None,
        description="Whether a person approves each post before it goes out, and who may.",
        examples=["required", {"by": ["alice", "bob"], "two_people": True}],
    )
    since: kinds.Since = Field(
        None,
        description="The first day whose issues are posted, or all. Without it: what appears after the first reading.",
        examples=["all", "2026-09-01"],
    )
    ranking: Literal["none", "llm"] = Field(
        "none",
        description="Whether the language model of llm: ranks the sentences that summaries are chosen from.",
        examples=["llm"],
    )
    timezone: kinds.OwnZone = Field(None, description="The zone of this newsletter's times.", examples=["Europe/Paris"])


class Account(Settings):
    """What every account has, beside the settings of its network."""

    platform: str = Field(description="The network.", examples=["mastodon"])
    most: kinds.Caps = Field((), description="The most posts over all newsletters.", examples=["17 per day"])
    budget: kinds.Money = Field(
        None,
        description="The most that posts may cost, where the network asks for money.",
        examples=["20 USD per month"],
    )


class File(Settings):
    """Where a newsletter's articles are posted, as what, and when."""

    version: kinds.Version = Field(description="The version of this format.", examples=[1])
    timezone: kinds.Zone = Field(
        "UTC", description="The zone of all times, unless a newsletter has its own.", examples=["Europe/Paris"]
    )
    accounts: dict[kinds.Name, dict[str, Any]] = Field(
        min_length=1, description="Where posts may go: one entry for each account, under a name of your choice."
    )
    newsletters: dict[kinds.Name, Newsletter] = Field(
        min_length=1, description="What is posted: one entry for each newsletter, under a name that stays."
    )
    llm: dict[str, Any] = Field(
        default_factory=dict,
        description="A language model that may rank sentences; newsletters ask for it by ranking: llm.",
        examples=[{"url": "http://127.0.0.1:11434/v1", "model": "llama3.2"}],
    )
