"""A plan as one page: a calendar, and each post as its network draws it. The page loads nothing and has no script."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from sharebot.cli.output import local
from sharebot.cli.planning.text import summary
from sharebot.cli.planning.view import SIGNS, View, title
from sharebot.drawing import Card, Drawn, Picture, css, digest, fetched_card, hue, template
from sharebot.drawing.pieces import autolinked, cut, from_facets, is_web
from sharebot.model import Delivery, Post, Rules
from sharebot.pipeline import Entry
from sharebot.pipeline.quota import order
from sharebot.text.difference import Words
from sharebot.text.links import canonical

_HERE = __package__ or ""
_WEEK = 7


@dataclass(frozen=True, slots=True)
class Shown:
    """An entry, ready for the template. `at` is the clock of its place."""

    id: str
    entry: Entry
    sign: str
    title: str
    at: datetime
    stamp: str
    zone: str
    notes: list[str]
    posts: list[Drawn]
    words: list[list[Words]]


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the calendar and what is posted on it; `is_ahead` tells whether the plan reaches it."""

    date: date
    shown: list[Shown]
    is_ahead: bool


def html(view: View) -> bytes:
    """Write the page: the same plan gives the same bytes."""
    style = css(_HERE, "plan.css")
    shown = list(_shown(view))
    days = [(day, list(own)) for day, own in groupby(shown, key=lambda each: each.at.date())]
    text = template(_HERE, "plan.html").render(
        style=style,
        policy=f"default-src 'none'; style-src {digest(style)}; base-uri 'none'; form-action 'none'",
        first=view.span.now.astimezone(ZoneInfo(view.config.timezone)).date(),
        last=view.span.end.astimezone(ZoneInfo(view.config.timezone)).date(),
        zone=view.config.timezone,
        counts=view.counts,
        signs=SIGNS,
        weeks=_weeks(view, dict(days)),
        days=days,
        past=sorted(view.past.items()),
        warnings=view.general,
        forecasts=[(forecast, summary(forecast), list(forecast.notes())) for forecast in view.forecasts],
    )
    return text.encode(errors="replace")


def _shown(view: View) -> Iterator[Shown]:
    known = {canonical(card.url): card for entry in view.current for card in _cards(view, entry.delivery)}
    made = (_one(view, entry, known) for entry in view.current)
    yield from sorted(made, key=lambda each: (each.at.date(), order(each.entry.delivery)))


def _one(view: View, entry: Entry, known: Mapping[str, Card]) -> Shown:
    delivery = entry.delivery
    account = view.config.accounts.get(delivery.account)
    handle = _handle(account.settings) if account else ""
    return Shown(
        id=f"post-{delivery.key}",
        entry=entry,
        sign=SIGNS[entry.change],
        title=title(delivery),
        at=delivery.due.astimezone(ZoneInfo(delivery.zone)),
        stamp=local(delivery.due, delivery.zone),
        zone="" if delivery.zone == view.config.timezone else delivery.zone,
        notes=[*view.notes(delivery), *view.beside(entry)],
        posts=[_drawn(post, delivery, view.rules[delivery.account], handle, known) for post in delivery.posts],
        words=view.differences(entry),
    )


def _handle(settings: Any) -> str:
    """Say where an account is, as far as its settings tell: its handle, or its server."""
    handle, server = getattr(settings, "handle", ""), getattr(settings, "server", "")
    return f"@{handle}" if handle else urlsplit(server).hostname or ""


def _drawn(post: Post, delivery: Delivery, rules: Rules, handle: str, known: Mapping[str, Card]) -> Drawn:
    pieces = cut(post.text, from_facets(post.text, post.facets) if rules.facets else autolinked(post.text))
    own = _card(post) if rules.cards else fetched_card(pieces, known)
    return Drawn(
        network=delivery.platform,
        title=delivery.platform.title(),
        account=delivery.account,
        handle=handle,
        hue=hue(delivery.account),
        pieces=pieces,
        card=None if post.pictures else own,
        pictures=[Picture(each.alt, "", each.quotation, each.speaker) for each in post.pictures],
        length=rules.measure(post.text, post.content_warning),
        language=post.language or "",
        warning=post.content_warning,
        visibility=post.visibility or "",
        labels=post.labels,
        sensitive=post.sensitive,
        whole=rules.facets,
    )


def _card(post: Post) -> Card | None:
    card = post.card
    if card is None or not is_web(card.url):
        return None
    return Card(card.url, card.title, card.description, stand_in=(card.image and (card.alt or "picture")) or "")


def _cards(view: View, delivery: Delivery) -> Iterator[Card]:
    """Give the cards that are sent with posts: other networks read the same from the page."""
    if view.rules[delivery.account].cards:
        yield from filter(None, map(_card, delivery.posts))


# ── the calendar ─────────────────────────────────────────────────────────────────────────────────────────────────────


def _weeks(view: View, days: Mapping[date, list[Shown]]) -> list[list[Day]]:
    """Return the weeks that have posts, and the first; they begin on Monday."""
    zone = ZoneInfo(view.config.timezone)
    first, last = view.span.now.astimezone(zone).date(), view.span.end.astimezone(zone).date()
    mondays = sorted({day - timedelta(days=day.weekday()) for day in (first, *days)})
    weeks = ([monday + timedelta(days=n) for n in range(_WEEK)] for monday in mondays)
    return [[Day(day, days.get(day, []), first <= day <= last) for day in week] for week in weeks]
