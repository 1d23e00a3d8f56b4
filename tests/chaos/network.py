"""A network that loses answers on order, and keeps books of what truly happened.

It is one server for accounts of three kinds, which stand in the address: `keyed` honours a post's key and shows
nothing, `readable` shows an account's posts and knows no keys, `blind` does neither. Only its books count for a proof:
what arrived, in which order, and what became a post.
"""

import asyncio
import json
import random
import socket
import struct
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import timedelta
from typing import Any

from benchmarks.network import LATENCY, Exchange, Loopback, response, serving
from sharebot import http
from sharebot.model import Key, Post, Receipt

KINDS = ("keyed", "readable", "blind")
RULES = {
    "keyed": replace(Loopback.rules, key_lasts=timedelta(days=7), shown_after=timedelta()),
    "readable": replace(Loopback.rules, key_lasts=None, shown_after=timedelta()),
    "blind": replace(Loopback.rules, key_lasts=None, shown_after=None),
}
TAKEN = ("drop_after", "error_after", "gateway_after", "silence", "half_head", "half_body", "reset_after")
"""Faults that lose the answer to a post that was taken."""
LOST = ("drop_before", "error_before", "gateway_before", "reset_headed", "reset_before")
"""Faults that lose the post; `reset_headed` does not wait for its body."""
_CUT = {"drop": None, "error": "500 Internal Server Error", "gateway": "502 Bad Gateway"}
_HALVES = {"half_head": 30, "half_body": -5}
_SHOWN = 100
_ABORT = struct.pack("ii", 1, 0)


class Network(Loopback):
    """An account on the stand-in. It posts as the benchmarks' network does, so as the built-in ones do."""

    def __init__(self, url: str, kind: str, account: str) -> None:
        super().__init__(f"{url}/{kind}/{account}")
        self.rules = RULES[kind]
        self._kind = kind

    @http.reading()
    def find(self, post: Post, key: Key) -> Receipt | None:  # noqa: ARG002 — here a post is known by its text
        if self._kind != "readable":
            return None
        with http.session("stand-in") as session:
            shown = session.get(f"{self._url}/posts").json()
        return next((self._receipt(each["id"]) for each in shown if each["text"] == post.text), None)


@dataclass(frozen=True)
class Call:
    """A posting call as the network saw it: `id` is the post it made (None: none), `repeat` whether that was there."""

    account: str
    key: str
    text: str
    at: float
    id: str | None
    repeat: bool
    fault: str | None


@dataclass
class Books:
    calls: list[Call] = field(default_factory=list)
    orders: dict[str, list[str]] = field(default_factory=dict)
    noise: float = 0.0
    latency: float = LATENCY
    open: int = 0
    posts: dict[str, list[Call]] = field(default_factory=dict)
    by_key: dict[str, str] = field(default_factory=dict)

    def take(self, kind: str, account: str, sent: dict[str, Any], fault: str | None) -> str | None:
        """Make a post of a call, or find the one that its key made, unless the fault comes before that."""
        made = self.by_key.get(sent["key"]) if kind == "keyed" else None
        identity = None if fault in LOST else made or str(len(self.calls) + 1)
        call = Call(account, sent["key"], sent["text"], time.time(), identity, made is not None, fault)
        self.calls.append(call)
        if identity and not made:
            self.by_key[sent["key"]] = identity
            self.posts.setdefault(account, []).append(call)
        return identity

    def fault(self, account: str) -> str | None:
        """Return the next fault that was ordered for an account, or a random one where there is noise."""
        if orders := self.orders.get(account):
            return orders.pop(0) or None
        return random.choice((*TAKEN, *LOST)) if random.random() < self.noise else None


class StandIn(Exchange):
    """A connection to the network."""

    books: Books
    _fault: str | None = None
    _headed = False

    @staticmethod
    def opened() -> Books:
        return Books()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self.books.open += 1

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 — however it ended, it has
        self.books.open -= 1

    def broken(self, head: bytes) -> bool:
        if not self._headed and head.startswith(b"POST") and b"/posts " in head:
            self._fault = self.books.fault(head.split(b" ", 2)[1].split(b"/")[2].decode())
            if self._fault == "reset_headed":
                self._reset()
        self._headed = True
        return self.transport.is_closing()

    def meet(self, method: str, path: str, content: bytes) -> None:
        kind, account, *_ = (*path.strip("/").split("/"), "")
        if method == "GET":
            self.answer(self._shown(kind, account))
        elif kind == "orders":
            self._order(**json.loads(content))
        else:
            self._end(self.books.take(kind, account, json.loads(content), self._fault), self._fault)

    def _shown(self, kind: str, account: str) -> Any:
        if kind == "open":
            return self.books.open - 1
        if kind == "calls":
            return [asdict(call) for call in self.books.calls[int(account) :]]
        return [asdict(call) for call in self.books.posts.get(account, ())[-_SHOWN:]]

    def _order(self, account: str = "", faults: Sequence[str] = (), **others: float) -> None:
        self.books.orders.setdefault(account, []).extend(faults)
        for name, value in others.items():
            setattr(self.books, name, value)
        self.answer({})

    def _end(self, identity: str | None, fault: str | None) -> None:
        """Answer, or let the fault take its course."""
        what = (fault or "").removesuffix("_after").removesuffix("_before")
        if fault is None:
            asyncio.get_running_loop().call_later(self.books.latency, self.answer, {"id": identity})
        elif what == "reset":
            self._reset()
        elif what in _HALVES:
            self.transport.write(response(json.dumps({"id": identity}).encode())[: _HALVES[what]])
            self.transport.close()
        elif what != "silence":
            self._cut(_CUT[what])

    def _cut(self, status: str | None) -> None:
        if status:
            self.transport.write(response(b"<html>A gateway was here.", status, "text/html"))
        self.transport.close()

    def _reset(self) -> None:
        self.transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _ABORT)
        self.transport.abort()


class Control:
    """What a test asks of the network, and the accounts that are its own."""

    def __init__(self, url: str) -> None:
        self.url = url

    def order(self, account: str = "", *faults: str, **settings: float) -> None:
        """Order faults for an account's next calls, an empty one for none. `noise` is which share meets others."""
        with http.session("stand-in") as session:
            session.post(f"{self.url}/orders", json={"account": account, "faults": faults, **settings})

    def quiet(self) -> bool:
        """Whether no request is under way any more, also none that a dead process has left behind."""
        return bool(self._get("open") == 0)

    def calls(self, since: int = 0) -> list[Call]:
        """Return the calls, in the order in which they came."""
        return [Call(**call) for call in self._get(f"calls/{since}")]

    def _get(self, what: str) -> Any:
        with http.session("stand-in", max_bytes=100_000_000) as session:
            return session.get(f"{self.url}/{what}").json()


@contextmanager
def network() -> Iterator[Control]:
    with serving(StandIn) as url:
        yield Control(url)


def posts(calls: Sequence[Call]) -> Counter[str]:
    """Count by text how many posts the calls have made."""
    return Counter(call.text for call in calls if call.id and not call.repeat)
