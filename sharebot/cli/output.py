"""How things are shown: JSON for programs, tables for people, errors on stderr."""

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click

from sharebot.cli.root import tell
from sharebot.model import Article, Delivery, Event, Facet, Issue, Post, Rules

_MONTHS = 12

config_option = click.option(
    "--config",
    "-c",
    "config",
    type=click.Path(path_type=Path, readable=False),
    help="The configuration: a file, or a folder of YAML files.",
)
json_option = click.option("--json", "as_json", is_flag=True, help="Write one JSON document to stdout.")


# Plans look years ahead, and back, and the calendar of `datetime` ends with the year 9999.
_YEARS = range(1900, 9901)


class Moment(click.ParamType[datetime]):
    """A time with its offset, as RFC 3339 writes it."""

    name = "time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """Read it, or tell the cure."""
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is no time; write 2026-12-01T09:00:00Z", param, ctx)
        if moment.tzinfo is None:
            self.fail(f"{value!r} does not say in which zone; write 2026-12-01T09:00:00Z or +01:00", param, ctx)
        if moment.year not in _YEARS:
            self.fail(f"{value!r} leaves no room to plan; write a year from {_YEARS[0]} to {_YEARS[-1]}", param, ctx)
        return moment


class Day(click.ParamType[date]):
    """A date, as year-month-day."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Read it, or tell the cure."""
        try:
            return date.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is no date; write year-month-day, such as 2026-12-25", param, ctx)


def document(value: Any) -> None:
    """Write one JSON document to stdout."""
    click.echo(_json(value, indent=2))


def line(value: Any) -> None:
    """Write one JSON object on a line of its own to stdout."""
    click.echo(_json(value))


def _json(value: Any, indent: int | None = None) -> str:
    """Return JSON in UTF-8; half a character, which UTF-8 cannot hold, stays the escape that it came as."""
    return json.dumps(value, ensure_ascii=False, indent=indent).encode(errors="backslashreplace").decode()


def say(*words: str) -> None:
    """Write progress or advice to stderr."""
    tell(" ".join(words))


def table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Show rows: drawn on a terminal, separated by tabs elsewhere."""
    if not sys.stdout.isatty():
        for row in rows:
            click.echo("\t".join(row))
        return
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    drawn = Table(*headings, box=box.SIMPLE_HEAD)
    for row in rows:
        drawn.add_row(*map(Text, row))  # as text, never as rich's markup: headlines hold brackets
    Console().print(drawn)


def local(moment: datetime, zone: str) -> str:
    """Return a moment as RFC 3339 with the offset of its zone."""
    return moment.astimezone(ZoneInfo(zone)).isoformat()


def shown(moment: datetime, zone: str) -> str:
    """Return a moment for people: "Tue 24 Nov 2026 09:00"."""
    return by_clock(moment.astimezone(ZoneInfo(zone)))


def by_clock(wall: datetime, now: datetime | None = None) -> str:
    """Return what a clock on the wall shows then; without the year, where it is this month or one of the next 11."""
    near = now and _month(wall) - _month(now.astimezone(wall.tzinfo)) < _MONTHS
    return wall.strftime("%a %d %b %H:%M" if near else "%a %d %b %Y %H:%M")


def _month(wall: datetime) -> int:
    return wall.year * _MONTHS + wall.month


def shown_path(path: Path) -> Path:
    """Return a path for people: from here, where it lies below."""
    absolute = path.absolute()
    return absolute.relative_to(Path.cwd()) if absolute.is_relative_to(Path.cwd()) else path


def article_json(article: Article) -> dict[str, Any]:
    """Return an article as `read --json` shows it."""
    return {
        "number": article.number,
        "headline": article.headline,
        "paragraphs": list(article.paragraphs),
        "text": article.text,
        "url": article.url,
        "image": article.image,
        "author": article.author,
        "tags": list(article.tags),
        "image_alt": article.image_alt,
        "private_link": article.url is None and article.redirect is not None,
    }


def issue_json(issue: Issue, *, explain: bool = False) -> dict[str, Any]:
    """Return an issue as `read --json` shows it; with `explain`, what is in no article, too."""
    left_out = {"left_out": [{"text": left.text, "why": left.why} for left in issue.left_out]} if explain else {}
    return {
        "id": issue.id,
        "title": issue.title,
        "date": issue.date.isoformat() if issue.date else None,
        "language": issue.language,
        "url": issue.url,
        "articles": [article_json(article) for article in issue.articles],
        "how": issue.how,
        **left_out,
    }


def part_json(post: Post, rules: Rules) -> dict[str, Any]:
    """Return a post as it will be sent, measured as its network measures. Facets are in the AT Protocol's form.

    A content warning counts with the text. Of a picture either `url` or `quotation` and `speaker` are filled.
    """
    measured = rules.measure(post.text, post.content_warning)
    card = post.card
    return {
        "text": post.text,
        "length": measured.length,
        "limit": measured.limit,
        "language": post.language,
        "links": list(post.links),
        "facets": [_facet(facet) for facet in post.facets],
        "card": card
        and {
            "url": card.url,
            "title": card.title,
            "description": card.description,
            "image": card.image,
            "alt": card.alt,
        },
        "content_warning": post.content_warning,
        "sensitive": post.sensitive,
        "labels": list(post.labels),
        "visibility": post.visibility,
        "pictures": [asdict(picture) for picture in post.pictures],
    }


def facts(part: Mapping[str, Any]) -> str:
    """Return what stands beside a post's text, as `part_json` gives it, for people, on one line."""
    told = {
        "card": part["card"] and part["card"]["title"],
        "warning": part["content_warning"],
        "labels": ", ".join(part["labels"]),
        "visibility": part["visibility"],
    }
    pictures = [f"{'quotation' if each['quotation'] else 'picture'}: {each['alt']}" for each in part["pictures"]]
    beside = [f"{name}: {value}" for name, value in told.items() if value]
    return " · ".join([f"{part['length']}/{part['limit']}", *pictures, *beside, *["sensitive"] * part["sensitive"]])


def _facet(facet: Facet) -> dict[str, Any]:
    name = {"link": "uri", "tag": "tag"}[facet.kind]
    feature = {"$type": f"app.bsky.richtext.facet#{facet.kind}", name: facet.value}
    return {"index": {"byteStart": facet.start, "byteEnd": facet.end}, "features": [feature]}


def delivery_json(delivery: Delivery) -> dict[str, Any]:
    """Return a delivery as `queue list --json` shows it."""
    return {
        "key": delivery.key,
        "newsletter": delivery.newsletter,
        "stream": delivery.stream,
        "account": delivery.account,
        "platform": delivery.platform,
        "issue": delivery.issue,
        "article": delivery.article,
        "headline": delivery.headline,
        "state": delivery.state.value,
        "due": local(delivery.due, delivery.zone),
        "attempts": delivery.attempts,
        "url": delivery.url,
        "error": delivery.error,
        "approved": _approval(delivery),
        "edited": delivery.edited,
        "moved": delivery.moved,
        "turn": delivery.turn,
        "corrects": delivery.corrects,
    }


def _approval(delivery: Delivery) -> dict[str, str] | None:
    """Return who approved what a delivery says now; an approval of other words is none."""
    from sharebot.outbox.codec import signed

    signature = delivery.signature
    if signature is None or signature.hash != signed(delivery.posts):
        return None
    return {"who": signature.who, "at": local(signature.at, delivery.zone)}


def event_json(event: Event, zone: str) -> dict[str, Any]:
    """Return one line of a delivery's history."""
    return {
        "at": local(event.at, zone),
        "who": event.who,
        "from": event.before and event.before.value,
        "to": event.after.value,
        "why": event.why,
    }
