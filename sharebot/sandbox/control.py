"""The sandbox's own paths: read what was posted, order faults, forget everything. For this machine only."""

from collections import Counter
from typing import Any

from sharebot.model import Length, Measure
from sharebot.sandbox.faults import Fault, Faults
from sharebot.sandbox.rich import addresses
from sharebot.sandbox.store import Entry, Store, iso, picture_path
from sharebot.sandbox.wire import Answer, BadBody, Network, Refusal, Request, Route, answer
from sharebot.settings import is_loopback
from sharebot.text.measure import MastodonLimits, measure_bluesky, measure_x


class Control:
    """What tests and rehearsals steer the sandbox by. `requests` counts posting calls, refused and lost ones too."""

    def __init__(self, store: Store, networks: tuple[Network, ...], mastodon: MastodonLimits) -> None:
        self.faults = Faults()
        self.requests: Counter[str] = Counter({network.name: 0 for network in networks})
        self._store = store
        self._networks = networks
        self._measures: dict[str, Measure] = {
            "x": measure_x,
            "mastodon": mastodon.measure,
            "bluesky": measure_bluesky,
        }
        self.routes = (
            Route("GET", r"/sandbox/posts", self._posts),
            Route("GET", r"/sandbox/requests", lambda _: answer({"requests": dict(self.requests)})),
            Route("DELETE", r"/sandbox/posts/([a-z]+)/(\w+)", self._delete),
            Route("POST", r"/sandbox/faults", self._order),
            Route("DELETE", r"/sandbox/?", self._forget),
        )

    def order(self, network: str, fault: Fault) -> None:
        """Let the network's next posting calls meet a fault. Raises ValueError."""
        names = [known.name for known in self._networks]
        if network not in names:
            raise ValueError(f"network must be one of {', '.join(names)}")
        self.faults.order(network, fault)

    def measured(self, entry: Entry) -> Length:
        """Count a post as its network does."""
        return self._measures[entry.network](entry.text, entry.warning)

    def described(self, entry: Entry, base: str) -> dict[str, Any]:
        """Describe a post alike for all networks. `at` is RFC 3339; `length` is what the network counts."""
        length = self.measured(entry)
        return {
            "network": entry.network,
            "account": entry.account,
            "id": entry.id,
            "url": base + entry.path,
            "text": entry.text,
            "at": iso(entry.at),
            "reply_to": entry.reply_to or None,
            "key": entry.key or None,
            "language": entry.language or None,
            "visibility": entry.visibility,
            "content_warning": entry.warning,
            "links": addresses(entry),
            "card": card(entry),
            "pictures": [{"url": base + picture_path(shown["image"]), "alt": shown["alt"]} for shown in entry.pictures],
            "sensitive": entry.sensitive,
            "before": [version["text"] for version in entry.before],
            "labels": entry.labels,
            "length": length.length,
            "limit": length.limit,
        }

    def _posts(self, request: Request) -> Answer:
        return answer({"posts": [self.described(entry, request.base) for entry in self._store.entries()]})

    def delete(self, network: str, id_: str) -> None:
        """Delete a post. Raises ValueError."""
        entry = self._store.get(network, id_)
        if entry is None:
            raise ValueError(f"there is no post {id_} on {network}")
        self._store.remove(entry)

    def _delete(self, _: Request, network: str, id_: str) -> Answer:
        try:
            self.delete(network, id_)
        except ValueError as error:
            return answer({"error": str(error)}, 404)
        return answer({})

    def _order(self, request: Request) -> Answer:
        try:
            body = request.json()
            self.order(str(body.get("network")), _fault(body))
        except ValueError as error:
            return answer({"error": str(error)}, 400)
        return answer({"waiting": [{"network": name, "fault": f.kind} for name, f in self.faults.waiting()]})

    def _forget(self, _: Request) -> Answer:
        self._store.forget()
        self.faults.forget()
        for network in self._networks:
            network.forget()
            self.requests[network.name] = 0
        return answer({})


def card(entry: Entry) -> dict[str, str] | None:
    """Return the link card that came with a post; only Bluesky's senders make their own. `image` is a blob's CID."""
    external = ((entry.record or {}).get("embed") or {}).get("external")
    if not external:
        return None
    image = external.get("thumb", {}).get("ref", {}).get("$link", "")
    return {"url": external["uri"], "title": external["title"], "description": external["description"], "image": image}


def only_from_here(request: Request) -> None:
    """Let only this machine's own names through, so that no web page reaches in by a name of its own.

    Raises Refusal. https://en.wikipedia.org/wiki/DNS_rebinding
    """
    names = [f"//{request.headers.get('Host') or ''}", request.headers.get("Origin") or "//localhost"]
    if not all(_is_here(name) for name in names):
        raise Refusal(answer({"error": "The sandbox shows itself to this machine only"}, 403))


def _is_here(url: str) -> bool:
    try:
        return is_loopback(url)
    except ValueError:
        return False


def _fault(body: dict[str, Any]) -> Fault:
    times, seconds = body.get("times", 1), body.get("seconds", 0.5)
    if not isinstance(times, int) or not isinstance(seconds, int | float):
        raise BadBody("times and seconds must be numbers")
    return Fault(str(body.get("fault")), times, seconds)
