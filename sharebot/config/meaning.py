"""What contradicts itself although every key is right: times in quiet hours, posts that double, texts without room.

Each rule takes the streams that are right in themselves, so that it speaks even where others are broken.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from pydantic import ValidationError

from sharebot.config import forms
from sharebot.config.document import Document, Way
from sharebot.model import Length, Measure
from sharebot.schedule.clock import is_within
from sharebot.schedule.cron import Cron
from sharebot.text.links import with_utm
from sharebot.text.template import fill

_LINK = "https://news.example.com/2026/12/what-happened-this-week"
_SAMPLES = {"issue.id": "2026-12-01", "article.number": "10"}
"""What stands in for an article's address and for the fields of one that the editor makes."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What of a configuration is right in itself.

    `streams` are known by their ways in the document, `networks` are the classes of the accounts' networks by the
    accounts' names, and `origins` say by a newsletter's name where its articles come from: equal for equal articles.
    """

    streams: Mapping[Way, forms.Stream]
    networks: Mapping[str, tuple[str, Any]]
    origins: Mapping[str, Any]


def streams(document: Document, form: forms.File | None) -> dict[Way, forms.Stream]:
    """Return the streams by their ways: of a file that is not right those that are."""
    if form:
        named = form.newsletters.items()
        return {("newsletters", name, "posts", at): s for name, each in named for at, s in enumerate(each.posts)}
    found = {way: _stream(raw) for way, raw in document.match("newsletters.*.posts.*")}
    return {way: stream for way, stream in found.items() if stream}


def _stream(raw: Any) -> forms.Stream | None:
    try:
        return forms.Stream.model_validate_json(json.dumps(raw), strict=True)
    except ValidationError:
        return None


def check(document: Document, parts: Parts) -> None:
    """Note what contradicts itself."""
    for way, stream in parts.streams.items():
        _quiet(document, (*way, "schedule"), stream.schedule)
        networks = dict(parts.networks[to] for to in stream.to if to in parts.networks)
        for key in ("text", "opening"):
            if template := getattr(stream, key):
                _room(document, (*way, key), template, networks)
    _doubles(document, parts)


def _quiet(document: Document, way: Way, schedule: forms.Schedule) -> None:
    if not schedule.quiet:
        return
    start, end = (f"{at:%H:%M}" for at in schedule.quiet)
    hint = f"nothing is posted from {start} to {end}; choose another time, or change quiet"
    for number, at in enumerate(schedule.at):
        if is_within(at, schedule.quiet):
            document.wrong(_item((*way, "at"), number, document), f"{at:%H:%M} is in the quiet hours", hint)
    if schedule.cron and all(is_within(at, schedule.quiet) for at in Cron.parse(schedule.cron).times):
        document.wrong((*way, "cron"), "all its times are in the quiet hours", hint)


def _item(way: Way, number: int, document: Document) -> Way:
    """Return the way of an entry, or of the value that stands for a list of one."""
    return (*way, number) if (*way, number) in document.places else way


def _room(document: Document, way: Way, template: str, networks: Mapping[str, Any]) -> None:
    """Compare what cannot be left out, the template's own words and the link, with each network's limit."""
    newsletter = document.places[way[:2]].value
    lengths = {name: _least(template, _link(newsletter, name), kind.rules.measure) for name, kind in networks.items()}
    over = {name: length for name, length in lengths.items() if length.length and not length.fits}
    if over:
        told = ", ".join(f"{length.length} of {length.limit} on {name}" for name, length in over.items())
        most = max(length.length - length.limit for length in over.values())
        words = f"shorten it by {most}, or put words that may go into brackets with a field: [ by {{author}}]"
        document.wrong(way, f"its own words leave no room for the link: {told}", words)


@lru_cache(maxsize=1024)
def _least(template: str, link: str, measure: Measure) -> Length:
    return measure(fill(template, {"link": link}, 0))


def _link(newsletter: Mapping[str, Any], network: str) -> str:
    known, utm = {**_SAMPLES, "platform": network}, newsletter.get("utm")
    parameters = utm.items() if isinstance(utm, dict) else ()
    return with_utm(
        _filled(newsletter.get("link") or _LINK, known), {key: _filled(value, known) for key, value in parameters}
    )


def _filled(text: Any, known: Mapping[str, str]) -> str:
    for name, value in known.items():
        text = str(text).replace(f"{{{name}}}", value)
    return str(text)


def _doubles(document: Document, parts: Parts) -> None:
    """Find streams that would post an article where another one has posted it; those that may are left out."""
    first: dict[tuple[Any, str], Way] = {}
    for way, stream in parts.streams.items():
        if stream.what == "digest" or stream.duplicates is None:
            continue
        origin = parts.origins.get(str(way[1]), way[1])
        for number, account in enumerate(stream.to):
            earlier = first.setdefault((origin, account), way)
            if earlier != way:
                name = f"{earlier[1]}.{parts.streams[earlier].name}"
                hint = f"write duplicates: allow here, or repost: in the schedule of {name}"
                message = f"{name} posts the same articles to {account!r}"
                document.wrong(_item((*way, "to"), number, document), message, hint)
