"""What all programs are given: the demo's issue, or a magazine's archive, as a feed with links as long as real ones."""

import json
import subprocess
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from urllib.parse import urlencode
from xml.etree import ElementTree as ET

from benchmarks.processes import SHAREBOT, environment

_DEMO = Path(__file__).parents[2] / "config/demo/issues/harbour/2026-11-20.txt"
UTM = {
    "source": "newsletter",
    "medium": "social",
    "campaign": "harbour-letter-2026-11-20",
    "content": "headline-link-below-the-summary",
    "term": "islands-and-coast",
}


@dataclass(frozen=True, slots=True)
class Article:
    headline: str
    text: str
    url: str

    @property
    def link(self) -> str:
        """The address with its tags, as it stands in the feed."""
        return f"{self.url}?" + urlencode({f"utm_{key}": value for key, value in UTM.items()})


def demo() -> tuple[Article, ...]:
    """Return the articles of the demo's issue as sharebot reads them; its own addresses are short, so they get tags."""
    read = (SHAREBOT, "read", str(_DEMO), "--json")
    said = subprocess.run(read, env=environment(), stdin=subprocess.DEVNULL, capture_output=True, check=True).stdout
    found = json.loads(said)["issues"][0]["articles"]
    return tuple(Article(one["headline"], one["text"], one["url"]) for one in found)


def archive(count: int) -> tuple[Article, ...]:
    """Make up articles, the oldest first."""
    return tuple(
        Article(
            f"Notes from the Harbour, Part {number}",
            f"The harbour master writes of the week. This is part {number} of many.",
            f"https://harbour.example.com/notes/{number}",
        )
        for number in range(1, count + 1)
    )


def rss(articles: Sequence[Article], first: datetime) -> bytes:
    """Write RSS 2.0, the newest item first as in most feeds; the oldest is from `first`, the next a minute later."""
    root = ET.Element("rss", version="2.0")
    channel = ET.SubElement(root, "channel")
    _add(channel, {"title": "The Harbour Letter", "link": "https://harbour.example.com/", "description": "News"})
    for number, article in reversed(list(enumerate(articles))):
        at = format_datetime(first + timedelta(minutes=number))
        item = ET.SubElement(channel, "item")
        text = "".join(f"<p>{paragraph}</p>" for paragraph in article.text.split("\n\n"))
        _add(item, {"title": article.headline, "link": article.link, "guid": article.url, "pubDate": at})
        _add(item, {"description": text})
    return bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True))


def yesterday() -> datetime:
    return datetime.now(UTC).replace(microsecond=0) - timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Tally:
    """What became of articles. `doubled` counts posts beyond an article's first, `cut` posts without a whole link."""

    posts: int
    doubled: int
    lost: int
    cut: int


def tally(wanted: Iterable[Article], known: Iterable[Article], posts: Sequence[str]) -> Tally:
    """Count posts of the `known` articles, told by their first line, and which of the `wanted` have none."""
    links = {article.link for article in known}
    heads = [post.partition("\n")[0].strip() for post in posts]
    out = {article.headline: heads.count(article.headline) for article in known}
    return Tally(
        posts=len(posts),
        doubled=sum(count - 1 for count in out.values() if count),
        lost=sum(not out[article.headline] for article in wanted),
        cut=sum(links.isdisjoint(post.split()) for post in posts),
    )


def _add(parent: ET.Element, texts: dict[str, str]) -> None:
    for tag, text in texts.items():
        ET.SubElement(parent, tag).text = text
