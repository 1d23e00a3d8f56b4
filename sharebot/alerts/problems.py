"""What is wrong, seen from what is known: a pure function from facts to problems, each under a name that stays."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import pairwise
from math import ceil
from typing import Literal
from zoneinfo import ZoneInfo

from sharebot import retry
from sharebot.alerts.words import line
from sharebot.config.alerting import Topic
from sharebot.config.values import Config, Newsletter
from sharebot.errors import HELD_BY
from sharebot.model import State
from sharebot.outbox.accounts import Standing
from sharebot.outbox.alarms import Post

Ending = Literal["told", "silent", "news"]
"""What becomes of an alarm once its cause is gone: an end note is sent, or not; or it was news and has no end."""
_EDITING = timedelta(minutes=2)
"""A configuration that is being written may be wrong for so long."""
_STAGES = (1, 7, 14)
"""So many days before a token ends, it is told."""
_GAPS = 3
"""As many distances between issues make a habit."""
_DAY = timedelta(days=1)
_LONGEST_LINK = 1000


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of problem: what it is about, and how it is told, of `one` and of `many`."""

    topic: Topic
    one: str
    many: str
    ending: Ending = "told"

    def words(self, count: int) -> str:
        """Say it of so many."""
        return (self.one if count == 1 else self.many).format(count)


KINDS: Mapping[str, Kind] = {
    "configuration": Kind("configuration", "the configuration is refused", "the configuration is refused"),
    "account": Kind("accounts", "1 account fails", "{} accounts fail"),
    "token": Kind("tokens", "1 token ends", "{} tokens end"),
    "unread": Kind("sources", "1 source cannot be read", "{} sources cannot be read"),
    "silent": Kind("sources", "1 source is silent", "{} sources are silent"),
    "unsure": Kind("posts", "1 post needs a person", "{} posts need a person"),
    "failed": Kind("posts", "1 post failed", "{} posts failed", "news"),
    "missed": Kind("posts", "1 post was missed", "{} posts were missed", "news"),
    "held": Kind("posts", "1 post is held", "{} posts are held", "news"),
    "draft": Kind("drafts", "1 draft waits for approval", "{} drafts wait for approval", "silent"),
}
"""In the order in which they are told."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong. `name` is `kind:subject`, and `/stage` behind it where there are several of one subject.

    It is told once it has been so for its `patience`. `newsletter` is empty where it concerns none alone.
    """

    name: str
    words: str
    newsletter: str = ""
    patience: timedelta = timedelta()

    @property
    def kind(self) -> str:
        """The name in `KINDS`."""
        return self.name.partition(":")[0]


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known at a moment.

    `unread` tells by newsletter what of its source could not be read; those are missing that were not looked at yet.
    `refused` says what is amiss with the configuration's file, in one line. `days` are those of the last issues, in
    order. `posts` are unsure, drafts close to their time, or news.
    """

    now: datetime
    standings: Mapping[str, Standing] = field(default_factory=dict)
    posts: Sequence[Post] = ()
    unread: Mapping[str, Sequence[str]] = field(default_factory=dict)
    refused: str = ""
    days: Mapping[str, Sequence[date]] = field(default_factory=dict)


def problems(facts: Facts, config: Config) -> Iterator[Problem]:
    """Yield all that is wrong."""
    if facts.refused:
        words = f"{line(facts.refused, 900)}\nmend the file; sharebot check says where it is wrong"
        yield Problem("configuration:file", words, patience=_EDITING)
    for name in config.accounts:
        if standing := facts.standings.get(name):
            yield from _account(standing, facts.now, config.timezone)
    for newsletter in config.newsletters.values():
        yield from _source(newsletter, facts, config)
    for post in facts.posts:
        yield from _post(post, facts.standings.get(post.account))


def is_unknown(name: str, facts: Facts, config: Config) -> bool:
    """Whether it cannot be told yet if a problem of this name is still there."""
    kind, _, subject = name.partition(":")
    return kind == "unread" and subject in config.newsletters and subject not in facts.unread


# ── accounts ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _account(standing: Standing, now: datetime, zone: str) -> Iterator[Problem]:
    name = standing.name
    if standing.paused and standing.probe_at:  # without a time to try again, a person has paused it
        cure = f"sharebot login {name}, or give it a new token; it is tried again by itself, or: sharebot resume {name}"
        yield Problem(f"account:{name}/refused", f"{name} is paused: {line(standing.paused)}\n{cure}")
    elif not standing.paused and retry.breaker(standing.failures, 0.0):
        words = f"{name} fails again and again and rests in between; its posts wait"
        yield Problem(f"account:{name}/failing", f"{words}\nsharebot check --online says why, sharebot doctor too")
    if standing.ends:
        yield from _token(name, standing.ends, now, zone)


def _token(name: str, ends: datetime, now: datetime, zone: str) -> Iterator[Problem]:
    stage = next((days for days in _STAGES if now >= ends - days * _DAY), None)
    if stage is None:
        return
    over, at = now >= ends, moment(ends, zone)
    words = f"the token of {name} ended {at}" if over else f"the token of {name} ends {at}"
    yield Problem(f"token:{name}/{0 if over else stage}", f"{words}\nmake a new one: sharebot login {name}")


# ── sources ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def _source(newsletter: Newsletter, facts: Facts, config: Config) -> Iterator[Problem]:
    name, patience = newsletter.name, config.alerts.unread if config.alerts else timedelta()
    if why := facts.unread.get(name):
        more = f" (and {len(why) - 1} more)" if len(why) > 1 else ""
        words = f"{name}: {line(why[0])}{more}\nits posts stay as they are; sharebot plan says what cannot be read"
        yield Problem(f"unread:{name}", words, name, patience)
    if days := facts.days.get(name):
        silence = facts.now.date() - days[-1]
        longest = newsletter.silent or _habit(days)
        if longest and silence > longest:
            usual = "than its silent: allows" if newsletter.silent else "than is usual"
            words = f"{name}: no new issue for {silence.days} days, longer {usual}\nlook whether its source still works"
            yield Problem(f"silent:{name}", words, name)


def _habit(days: Sequence[date]) -> timedelta | None:
    """Return for how long a newsletter is silent at most as a rule; None where that cannot be told.

    One long break in the year is no rule, but two of a length are: the weekend of a paper for weekdays.
    """
    known = sorted(set(days))
    gaps = sorted((after - before).days for before, after in pairwise(known))
    if len(gaps) < _GAPS:
        return None
    return timedelta(days=max(ceil(1.5 * gaps[len(gaps) // 2]), gaps[-2]) + 1)


# ── posts ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _post(post: Post, standing: Standing | None) -> Iterator[Problem]:
    by_account = post.state is State.HELD and standing and standing.paused
    if by_account or (post.error or "").startswith(HELD_BY):
        return  # that is told of the account; or a person knows
    stage = f"/{post.event}" if post.event else ""
    where = f"({post.newsletter}, {line(post.issue, 80)} #{post.article}) to {post.account}"
    head = f"“{line(post.headline, 120)}” {where}, due {moment(post.due, post.zone)}"
    why = f": {line(post.error)}" if post.error else ""
    words = "\n".join([f"{head}{why}", *_link(post), _CURES[post.state].format(key=post.key[:8])])
    yield Problem(f"{post.state}:{post.key}{stage}", words, post.newsletter)


def _link(post: Post) -> list[str]:
    """Return where the post is, or else where its article is, unless that is no address to print."""
    link = post.url or post.link or ""
    return [link] if link.isascii() and link.isprintable() and 0 < len(link) <= _LONGEST_LINK else []


_CURES = {
    State.UNSURE: "look at the account, then: sharebot queue resolve {key} --published URL, or --not-published",
    State.FAILED: "sharebot queue show {key}, then: queue edit, retry or skip",
    State.MISSED: "sharebot queue retry {key} sends it now; queue skip {key} lets it go",
    State.HELD: "sharebot queue show {key}, then: queue edit, release or skip",
    State.DRAFT: "sharebot queue approve {key}",
}


def moment(at: datetime, zone: str) -> str:
    """Write a moment for people, by the clock of a zone."""
    return f"{at.astimezone(ZoneInfo(zone)):%a %d %b %Y %H:%M}"
