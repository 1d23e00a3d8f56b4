"""The timelines as a web page: what each network would show, drawn on the server, nothing fetched, no script."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlencode

from sharebot.drawing import Card, Drawn, Picture, css, fetched_card, hue, template
from sharebot.drawing.pieces import Stretch, is_web
from sharebot.model import Length
from sharebot.sandbox import atproto
from sharebot.sandbox.accounts import accounts_yaml
from sharebot.sandbox.control import Control, card
from sharebot.sandbox.rich import stretches
from sharebot.sandbox.store import Entry, Store, iso, picture_path
from sharebot.sandbox.wire import Answer, Refusal, Request, Route, answer
from sharebot.text.links import canonical

_HERE = __package__ or ""
NETWORKS = {"x": "X", "mastodon": "Mastodon", "bluesky": "Bluesky"}
MOST_THREADS = 100
"""How many threads of a network the page shows."""
REFRESH_SECONDS = 5
POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_HEADERS = {"Content-Security-Policy": POLICY, "Referrer-Policy": "no-referrer"}
_BARE = {"Content-Security-Policy": "default-src 'none'; sandbox"}
"""A picture is a picture, whatever a browser might find in it."""
_UNITS = ((86400, "d"), (3600, "h"), (60, "m"))
_FRESH_SECONDS = 8
_DAYS_AGO = 7


@dataclass(frozen=True, slots=True)
class Placed:
    """One post in its place: `path` is where it is shown alone, `more` are further classes of its element."""

    post: Drawn
    id: str
    path: str
    ago: str
    at: str
    more: str


class Page:
    """The timeline, its style sheet and the posts' own addresses."""

    def __init__(self, store: Store, control: Control) -> None:
        self._store = store
        self._control = control
        post = r"(?:/@[^/]+|/x/[^/]+/status|/profile/[^/]+/post)/([a-z0-9]+)"
        self.routes = (
            Route("GET", r"/", self._timelines),
            Route("GET", post, self._one),
            Route("GET", r"/sandbox/timeline\.css", self._style),
            Route("GET", r"/sandbox/pictures/([a-z0-9]+)", self._picture),
            Route("GET", r"/favicon\.ico", lambda _: Answer(204, b"", "image/x-icon")),
        )

    def _style(self, _: Request) -> Answer:
        return Answer(200, css(_HERE, "timeline.css").encode(), "text/css; charset=utf-8")

    def _picture(self, _: Request, name: str) -> Answer:
        blob = self._store.blobs.get(name)
        if blob is None:
            raise Refusal(answer({"error": "The sandbox has no such picture (any more)"}, 404))
        return Answer(200, blob.data, blob.type, _BARE)

    def _timelines(self, request: Request) -> Answer:
        columns = {network: self._threads(self._store.entries(network), request.now) for network in NETWORKS}
        return self._page(request, columns)

    def _one(self, request: Request, id_: str) -> Answer:
        """Show a post with its thread; the networks' ids are so different that the id alone names it."""
        entry = next((entry for entry in self._store.entries() if entry.id == id_), None)
        if entry is None:
            raise Refusal(answer({"error": "The sandbox has no such post (any more)"}, 404))
        threads = self._threads(self._store.entries(entry.network), request.now)
        own = [thread for thread in threads if any(placed.id == id_ for placed in thread)]
        return self._page(request, {entry.network: own}, chosen=id_)

    def _page(self, request: Request, columns: dict[str, list[list[Placed]]], chosen: str = "") -> Answer:
        text = template(_HERE, "timeline.html").render(
            networks=NETWORKS,
            columns=columns,
            counts={network: len(list(self._store.entries(network))) for network in NETWORKS},
            faults=list(self._control.faults.waiting()),
            refresh=None if "still" in request.args else REFRESH_SECONDS,
            here=request.path,
            chosen=chosen,
            base=request.base,
            yaml=accounts_yaml(request.base),
        )
        return Answer(200, text.encode(), "text/html; charset=utf-8", _HEADERS)

    def _threads(self, entries: Iterable[Entry], now: float) -> list[list[Placed]]:
        """Put replies below their roots, oldest first; the thread with the newest post comes first."""
        known = {entry.id: entry for entry in entries}
        threads: dict[str, list[Entry]] = {}
        for entry in known.values():
            threads.setdefault(_root(entry, known).id, []).append(entry)
        titles = self._titles()
        newest = list(threads.values())[:MOST_THREADS]
        return [
            [_placed(entry, titles, now, self._control.measured(entry)) for entry in reversed(thread)]
            for thread in newest
        ]

    def _titles(self) -> dict[str, Card]:
        """Return what Bluesky's cards tell of pages, which X and Mastodon would read from the pages themselves."""
        cards = (_own_card(entry) for entry in self._store.entries("bluesky"))
        return {canonical(known.url): known for known in cards if known}


def _root(entry: Entry, known: dict[str, Entry]) -> Entry:
    above = known.get(entry.reply_to)
    return _root(above, known) if above else entry


def _placed(entry: Entry, titles: dict[str, Card], now: float, length: Length) -> Placed:
    return Placed(
        post=_drawn(entry, titles, length),
        id=entry.id,
        path=entry.path,
        ago=_ago(entry.at, now),
        at=iso(entry.at),
        more=" fresh" if now - entry.at < _FRESH_SECONDS else "",
    )


def _drawn(entry: Entry, titles: dict[str, Card], length: Length) -> Drawn:
    pieces = stretches(entry)
    handle = atproto.handle(entry.account) if entry.network == "bluesky" else entry.account
    return Drawn(
        network=entry.network,
        title=NETWORKS[entry.network],
        account=entry.account,
        handle=f"@{handle}",
        hue=hue(entry.account),
        pieces=pieces,
        card=_card(entry, pieces, titles),
        pictures=[Picture(shown["alt"], picture_path(shown["image"])) for shown in entry.pictures],
        length=length,
        language=entry.language.partition(",")[0],
        warning=entry.warning,
        visibility=entry.visibility if entry.network == "mastodon" else "",
        labels=tuple(entry.labels),
        sensitive=entry.sensitive,
        whole=entry.network == "bluesky",
        said=entry.before[-1]["text"] if entry.edited else "",
    )


def _card(entry: Entry, pieces: list[Stretch], titles: dict[str, Card]) -> Card | None:
    """Draw the card; a post with pictures has none on any of the networks."""
    if entry.pictures:
        return None
    return _own_card(entry) if entry.network == "bluesky" else fetched_card(pieces, titles)


def _own_card(entry: Entry) -> Card | None:
    own = card(entry)
    if own is None or not is_web(own["url"]):
        return None
    query = urlencode({"did": atproto.did(entry.account), "cid": own["image"]})
    image = f"/xrpc/com.atproto.sync.getBlob?{query}" if own["image"] else ""
    return Card(own["url"], own["title"], own["description"], image)


def _ago(at: float, now: float) -> str:
    seconds = max(0, int(now - at))
    if seconds >= _DAYS_AGO * 86400:
        moment = datetime.fromtimestamp(at, UTC)
        return f"{moment:%b} {moment.day}, {moment.year}"
    return next((f"{seconds // size}{unit}" for size, unit in _UNITS if seconds >= size), "now")
