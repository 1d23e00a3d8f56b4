"""What contradicts itself although every key is right: times in quiet hours, posts that double, texts without room.

Each rule looks at the file as it stands, so that it speaks even where another part is broken.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from functools import lru_cache
from typing import Any, TypeVar

from sharebot.config.document import Document, Way
from sharebot.model import Length, Measure
from sharebot.schedule import parse_quiet, parse_time
from sharebot.schedule.clock import is_within
from sharebot.schedule.cron import Cron
from sharebot.text.links import with_utm
from sharebot.text.template import fill

_LINK = "https://news.example.com/2026/12/what-happened-this-week"
_SAMPLES = {"issue.id": "2026-12-01", "article.number": "10"}
"""What stands in for an article's address and for the fields of one that the editor makes."""
_STREAMS = "newsletters.*.posts.*"
Read = TypeVar("Read")


def check(document: Document, networks: Mapping[str, tuple[str, Any]], origins: Mapping[str, Any]) -> None:
    """Note what contradicts itself.

    `networks` are names and classes of the accounts' networks by the accounts' names, and `origins` say by a
    newsletter's name where its articles come from: equal for equal articles.
    """
    streams = {way: stream for way, stream in document.match(_STREAMS) if isinstance(stream, dict)}
    for way, stream in streams.items():
        if isinstance(stream.get("schedule"), dict):
            _quiet(document, (*way, "schedule"), stream["schedule"])
        measures = dict(networks[name] for _, name in _listed((*way, "to"), stream.get("to")) if name in networks)
        for key in ("text", "opening"):
            if isinstance(stream.get(key), str):
                _room(document, (*way, key), stream[key], measures)
    _doubles(document, streams, origins)


def _listed(way: Way, value: Any) -> Iterator[tuple[Way, str]]:
    """Yield the texts of a list with their ways, or of the value that stands for a list of one."""
    found = [((*way, at), each) for at, each in enumerate(value)] if isinstance(value, list) else [(way, value)]
    yield from ((at, each) for at, each in found if isinstance(each, str))


def _read(read: Callable[[str], Read], value: object) -> Read | None:
    """Read what is a text and right; what is wrong with others is told elsewhere."""
    with suppress(ValueError):
        return read(value) if isinstance(value, str) else None
    return None


def _quiet(document: Document, way: Way, schedule: Mapping[str, Any]) -> None:
    quiet = _read(parse_quiet, schedule.get("quiet"))
    if not quiet:
        return
    hint = f"nothing is posted from {quiet[0]:%H:%M} to {quiet[1]:%H:%M}; choose another time, or change quiet"
    for here, text in _listed((*way, "at"), schedule.get("at")):
        at = _read(parse_time, text)
        if at and is_within(at, quiet):
            document.wrong(here, f"{at:%H:%M} is in the quiet hours", hint)
    cron = _read(Cron.parse, schedule.get("cron"))
    if cron and all(is_within(at, quiet) for at in cron.times):
        document.wrong((*way, "cron"), "all its times are in the quiet hours", hint)


def _room(document: Document, way: Way, template: str, networks: Mapping[str, Any]) -> None:
    """Compare what cannot be left out, the template's own words and the link, with each network's limit."""
    newsletter = document.places[way[:2]].value
    lengths: dict[str, Length] = {}
    with suppress(ValueError):  # of a template that is wrong, which is told elsewhere
        lengths = {name: _least(template, _link(newsletter, name), one.rules.measure) for name, one in networks.items()}
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


def _doubles(document: Document, streams: Mapping[Way, Mapping[str, Any]], origins: Mapping[str, Any]) -> None:
    """Find streams that would post an article where another one has posted it; those that may are left out."""
    first: dict[tuple[Any, str], Way] = {}
    for way, stream in streams.items():
        if stream.get("what") == "digest" or stream.get("duplicates") == "allow":
            continue
        for here, account in _listed((*way, "to"), stream.get("to")):
            earlier = first.setdefault((origins.get(str(way[1]), way[1]), account), way)
            if earlier != way:
                name = f"{earlier[1]}.{streams[earlier].get('name')}"
                hint = f"write duplicates: allow here, or repost: in the schedule of {name}"
                document.wrong(here, f"{name} posts the same articles to {account!r}", hint)
