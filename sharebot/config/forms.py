"""The YAML's shape, key by key, with the words that editors' tools show beside each."""

from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field

from sharebot.config import alerting, kinds, values, written
from sharebot.config.timing import Schedule
from sharebot.model import CardKind
from sharebot.settings import Settings

# https://support.google.com/analytics/answer/10917952
Parameter = Literal[
    "source", "medium", "campaign", "term", "content", "id", "source_platform", "creative_format", "marketing_tactic"
]

_ACCOUNT_EXAMPLE = {"platform": "mastodon", "server": "https://mastodon.example", "access_token": "${MASTODON_TOKEN}"}
_STREAM_EXAMPLE = {"name": "articles", "to": ["mastodon"], "schedule": {"every": "weekday", "at": ["09:00"]}}


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
        Schedule, written.OrWord("schedule", "{every: day, at: [09:00]}", Schedule, {"now": Schedule.model_construct()})
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
        Duplicates | None, written.OrWord("rule for duplicates", "{window: 30d}", Duplicates, {"allow": None})
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

    by: kinds.Some = Field((), description="Who may approve. Without it: anybody.", examples=[["alice", "bob"]])
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
    posts: tuple[Stream, ...] = Field(
        min_length=1, description="What is posted where and when.", examples=[[_STREAM_EXAMPLE]]
    )
    split: kinds.Split = Field(
        None,
        description="How the articles of an issue are told apart; where nothing is said, sharebot looks for itself.",
        examples=["headings 2", "numbers", "items"],
    )
    include: kinds.Phrases = Field(
        (),
        description="Patterns of the headlines, of sections or articles, that alone are read.",
        examples=[["News*"]],
    )
    exclude: kinds.Phrases = Field(
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
        written.OrWord(
            "approval", "{by: [alice, bob]}", Approval, {"none": None, "required": Approval.model_construct()}
        ),
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
    silent: kinds.Length = Field(
        None,
        description="After so long without a new issue an alert is sent. Without it: once it is far beyond its habit.",
        examples=["10d"],
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


class Part(Settings):
    """What an included file, or one of a folder, may hold: some of the accounts and newsletters."""

    version: kinds.Version = Field(1, description="The version of this format.", examples=[1])
    accounts: dict[str, Any] = Field(default_factory=dict, description="Accounts, beside those of the other files.")
    newsletters: dict[str, Any] = Field(
        default_factory=dict, description="Newsletters, beside those of the other files."
    )


class File(Settings):
    """Where a newsletter's articles are posted, as what, and when."""

    version: kinds.Version = Field(description="The version of this format.", examples=[1])
    timezone: kinds.Zone = Field(
        "UTC", description="The zone of all times, unless a newsletter has its own.", examples=["Europe/Paris"]
    )
    accounts: dict[kinds.Name, dict[str, Any]] = Field(
        min_length=1,
        description="Where posts may go: one entry for each account, under a name of your choice.",
        examples=[{"mastodon": _ACCOUNT_EXAMPLE}],
    )
    newsletters: dict[kinds.Name, Newsletter] = Field(
        min_length=1,
        description="What is posted: one entry for each newsletter, under a name that stays.",
        examples=[{"weekly": {"source": {"folder": "issues"}, "posts": [_STREAM_EXAMPLE]}}],
    )
    include: kinds.Some = Field(
        (),
        description="More files with accounts and newsletters, by their names or patterns, in this file's folder.",
        examples=[["teams/*.yaml"], "accounts.yaml"],
    )
    llm: dict[str, Any] = Field(
        default_factory=dict,
        description="A language model that may rank sentences; newsletters ask for it by ranking: llm.",
        examples=[{"url": "http://127.0.0.1:11434/v1", "model": "llama3.2"}],
    )
    alerts: dict[str, Any] = Field(
        default_factory=dict,
        description="Who is told when something is wrong, and when it is over.",
        examples=[{"to": [{"apprise": "${APPRISE_URL}"}], "ping": "${PING_URL}"}],
    )


_FORMS = (File, Account, Newsletter, Stream, Schedule, *alerting.MODELS)
KEYS = tuple({each.alias or name: form for form in _FORMS for name, each in form.model_fields.items()})
"""What may stand somewhere in the file: a key is sometimes written where it does not belong."""
