"""What a stream posts of an issue, and how that reads: preview, plan and what is sent all come from `posts_for`."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import quote
from zoneinfo import ZoneInfo

from sharebot.config.values import Newsletter, Stream
from sharebot.errors import UNTRUE, Unlinked
from sharebot.identity import article_identity, content, issue_identity
from sharebot.model import Article, Issue, Post, Rules, Voice
from sharebot.pipeline.age import published
from sharebot.ranking import Rankings
from sharebot.text import languages
from sharebot.text.compose import compose, digest, thread
from sharebot.text.lint import lint
from sharebot.text.occasion import ANY, Occasion, Rank, unranked
from sharebot.text.stale import HEADLINES, Times, nameless, stale

_UNLINKED = (
    "its only link was made for one reader, and where it leads is not known; give the newsletter a `link:`, or skip it"
)


@dataclass(frozen=True, slots=True)
class Item:
    """What one delivery is about: an article, or (None) the whole issue.

    `identity` outlives re-numbering, `content` is a hash of what was read. `turn` counts reposts from 0, and
    `not_before` is the earliest time (aware). An editor's file beside the issue may give words, in a template `text`,
    and a time, `when`.
    """

    issue: Issue
    article: Article | None
    identity: str
    content: str = ""
    turn: int = 0
    not_before: datetime | None = None
    text: str | None = None
    when: datetime | None = None

    @property
    def number(self) -> int:
        """The article's number, 0 for the whole issue."""
        return self.article.number if self.article else 0

    @property
    def headline(self) -> str:
        """What it is called."""
        return self.article.headline if self.article else self.issue.title


def choose(
    newsletter: Newsletter, stream: Stream, issue: Issue, shown: Issue | None = None, *, threads: bool = True
) -> Iterator[Item]:
    """Pick what a stream posts of an issue. Articles without an address of their own get the `link` template's.

    `shown` is the issue without what recurs in every one, where that is known. Where the network knows no `threads`, a
    thread is its articles, each for itself.
    """
    # Identity is of the issue as it was read: neither a changed template nor a sentence that turns out to recur must
    # make old articles new.
    linked = resolve(newsletter, shown or issue)
    if stream.what == "digest" or (stream.what == "thread" and threads):
        yield Item(linked, None, issue_identity(issue), content(*issue.articles, title=issue.title))
        return
    for article, read, identity in zip(linked.articles, issue.articles, identities(issue), strict=True):
        yield Item(linked, article, identity, content(read))


def identities(issue: Issue) -> list[str]:
    """Return each article's identity; two that share a link are told apart by their words."""
    found: list[str] = []
    for article in issue.articles:
        identity = article_identity(article)
        found.append(article_identity(replace(article, url=None)) if identity in found else identity)
    return found


def resolve(newsletter: Newsletter, issue: Issue) -> Issue:
    """Give every article without an address of its own the one of the newsletter's `link` template."""
    if not newsletter.link:
        return issue
    articles = (a if a.url else replace(a, url=_link(newsletter.link, issue, a)) for a in issue.articles)
    return replace(issue, articles=tuple(articles))


def _link(template: str, issue: Issue, article: Article) -> str:
    values = {"{issue.id}": issue.id, "{issue.date}": str(issue.date or ""), "{article.number}": str(article.number)}
    for name, value in values.items():
        template = template.replace(name, quote(value, safe="/"))
    return template


def rank_of(newsletter: Newsletter, rankings: Rankings | None) -> Rank:
    """Return who ranks a newsletter's sentences."""
    if rankings is None or newsletter.ranking == "none":
        return unranked
    return rankings.of


def occasion_of(
    newsletter: Newsletter, stream: Stream, item: Item, account: str, posted: datetime | None, rank: Rank = unranked
) -> Occasion:
    """Return the occasion of a post at the moment `posted` (None: not known), by the calendar of its stream."""
    zone = ZoneInfo(stream.schedule.zone)
    written, posted = (at and at.astimezone(zone) for at in (published(item.issue, zone.key), posted))
    times = Times(written.date() if written else None, posted.date() if posted else None)
    streams = [one.name for one in newsletter.posts if account in one.to and one.what != "digest"]
    first = streams.index(stream.name) if stream.name in streams else 0
    return Occasion(times, zone.key, first + item.turn * max(len(streams), 1), rank)


def untrue(newsletter: Newsletter, stream: Stream, item: Item, occasion: Occasion) -> str | None:
    """Say what is wrong with a headline that speaks of "today" or "tomorrow" and is posted on another day."""
    if not occasion.times or not occasion.times.posted:
        return None  # what has no day is not posted either
    for headline in _headlines(newsletter, stream, item):
        language = languages.find(item.issue.language or newsletter.language, headline)
        if words := stale(headline, language, occasion.times, HEADLINES):
            whose = f"the headline “{headline}”" if item.article is None else "the headline"
            return (
                f"{UNTRUE}{whose} says “{words}” and would be posted on {occasion.times.posted}; change it, post it on"
                " its day, or let it go as it is with `sharebot queue retry`"
            )
    return None


def _headlines(newsletter: Newsletter, stream: Stream, item: Item) -> list[str]:
    """Return the headlines that an item cannot do without; a digest leaves its articles' out where they are false."""
    if item.article:
        return [item.article.headline]
    listed = [article.headline for article in item.issue.articles] if stream.what == "thread" else []
    return [nameless(item.issue.title, newsletter.title or newsletter.name), *listed]


def posts_for(
    newsletter: Newsletter, stream: Stream, item: Item, rules: Rules, platform: str, occasion: Occasion = ANY
) -> tuple[Post, ...]:
    """Compose what one account gets of an item. Raises DoesNotFit or Unlinked."""
    shown = (item.article,) if item.article else item.issue.articles if stream.what == "thread" else ()
    if any(article.redirect and not article.url for article in shown):
        raise Unlinked(_UNLINKED)
    voice = voice_of(newsletter, stream)
    if item.article:
        return (compose(item.article, item.issue, voice, rules, platform, occasion),)
    if stream.what == "thread":
        return thread(item.issue, voice, rules, platform, occasion)
    return (digest(item.issue, voice, rules, platform, occasion),)


def unkind(stream: Stream, item: Item, posts: Sequence[Post], rules: Rules) -> list[str]:
    """Return what should be better about the posts of an item for those who follow, in words, each once."""
    articles = (item.article,) if item.article else item.issue.articles if stream.what == "thread" else ()
    subjects = (*[None] * (len(posts) - len(articles)), *articles)
    pairs = zip(posts, subjects, strict=True)
    return list(dict.fromkeys(told for post, article in pairs for told in lint(post, rules, article, stream.card)))


def voice_of(newsletter: Newsletter, stream: Stream) -> Voice:
    """Return how a stream speaks."""
    usual = Voice()
    return Voice(
        template=stream.text or usual.template,
        language=newsletter.language,
        utm=newsletter.utm,
        hashtags=newsletter.hashtags,
        newsletter=newsletter.title or newsletter.name,
        card=stream.card,
        cautions=newsletter.warnings,
        opening=stream.opening or usual.opening,
        numbering=stream.numbering,
        replies=stream.replies,
    )
