"""How each program is set up and run, by its own manual: what it offers against doubles and losses is switched on."""

import json
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from urllib.parse import quote

from benchmarks.peers import installing
from benchmarks.peers.issue import UTM, Article
from benchmarks.processes import SHAREBOT, environment
from sharebot.sandbox import credentials

Call = Callable[[Sequence[str]], int]
"""Runs a command to its end and returns its exit code, negative where a signal ended it."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a program works: its folder, the addresses of network and feed, and what the feed holds at any time."""

    folder: Path
    network: str
    feed: str
    articles: Sequence[Article]
    whole: bool
    """A post is headline, text and link; else headline and link."""
    fresh: bool
    """What the feed holds at first is new and to be posted; else it is old."""

    @property
    def token(self) -> str:
        return credentials(self.network)["mastodon"]["access_token"]

    def write(self, name: str, text: str) -> str:
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return str(path)


class Program(Protocol):
    """One program at its place."""

    def run(self, call: Call) -> None:
        """Do what its users have a timer do."""
        ...

    def settled(self) -> bool:
        """Whether another run would change nothing any more, as far as the program knows."""
        ...


_SHAREBOT = """\
version: 1
timezone: UTC
accounts:
  mastodon: {{platform: mastodon, server: "{network}", access_token: {token}}}
newsletters:
  harbour:
    source: {{feed: "{feed}", items: articles, allow_private: true, every: 1m}}
    language: en
    utm: {utm}
    {since}
    posts:
      - name: articles
        to: mastodon
        what: articles
        schedule: now
        text: "{{headline}}\\n\\n{text}{{link}}"
"""
_OPEN = frozenset({"queued", "sending", "unsure"})


class Sharebot:
    """It takes foreign tracking out of links and puts the newsletter's own in: here, the same."""

    def __init__(self, place: Place) -> None:
        given = _SHAREBOT.format(
            network=place.network,
            token=place.token,
            feed=place.feed,
            utm=json.dumps(UTM),
            since="since: all" if place.fresh else "",
            text=r"{summary}\n\n" if place.whole else "",
        )
        self._config = ("--config", place.write("sharebot.yaml", given))

    def run(self, call: Call) -> None:
        call((SHAREBOT, "run", "--once", *self._config))

    def settled(self) -> bool:
        command = (SHAREBOT, "queue", "list", "--json", *self._config)
        said = subprocess.run(command, env=environment(), stdin=subprocess.DEVNULL, capture_output=True, check=True)
        return _OPEN.isdisjoint(delivery["state"] for delivery in json.loads(said.stdout)["deliveries"])


class _Peer:
    """Somebody else's program, which knows of nothing open after a run."""

    name: str

    def __init__(self, *arguments: str) -> None:
        self._command = (str(installing.commands(self.name) / self.name), *arguments)

    def run(self, call: Call) -> None:
        call(self._command)

    def settled(self) -> bool:
        return True


_FEED2TOOT = r"""
[mastodon]
instance_url={network}
user_credentials={user}
client_credentials={client}
[cache]
cachefile={folder}/sent
[lock]
lock_file={folder}/lock
lock_timeout=1
[rss]
uri={feed}
toot={{title}}\n\n{text}{{link}}
"""


class Feed2toot(_Peer):
    """Its lock lasts an hour, so that after a kill it would do nothing for as long: a second stands for the hour."""

    name = "feed2toot"

    def __init__(self, place: Place) -> None:
        given = _FEED2TOOT.format(
            network=place.network,
            user=place.write("user", f"{place.token}\n{place.network}\n"),
            client=place.write("client", f"client\nsecret\n{place.network}\n"),
            folder=place.folder,
            feed=place.feed,
            text=r"{summary}\n\n" if place.whole else "",
        )
        super().__init__("--config", place.write("feed2toot.ini", given))


class Feediverse(_Peer):
    name = "feediverse"

    def __init__(self, place: Place) -> None:
        given = {
            "name": "bench",
            "url": place.network,
            "client_id": "client",
            "client_secret": "secret",
            "access_token": place.token,
            "feeds": [{"url": place.feed, "template": "\n\n".join(_fields(place, "{title}", "{summary}", "{link}"))}],
        }
        super().__init__("--config", place.write("feediverse.yaml", json.dumps(given)))


class Apprise(_Peer):
    """It knows no feeds: a script beside it notes what went well, and sends the rest again at the next run."""

    name = "apprise"

    def __init__(self, place: Place) -> None:
        super().__init__()
        self._place = place
        self._sent: set[Article] = set()

    def run(self, call: Call) -> None:
        for article in self._place.articles:
            if article in self._sent:
                continue
            code = call((*self._command, "--body", self._body(article), self._address(article)))
            if code < 0:
                return
            if code == 0:
                self._sent.add(article)

    def _body(self, article: Article) -> str:
        return "\n\n".join(_fields(self._place, article.headline, article.text, article.link))

    def _address(self, article: Article) -> str:
        """Name the account, with a key against doubles, two more tries, and long texts in several posts."""
        host = self._place.network.partition("//")[2]
        key = quote(article.link, safe="")
        return f"mastodon://{self._place.token}@{host}/?key={key}&retry=2&wait=1&overflow=split"


def _fields(place: Place, headline: str, text: str, link: str) -> Sequence[str]:
    return (headline, text, link) if place.whole else (headline, link)
