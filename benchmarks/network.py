"""A network on loopback: a server in a process of its own that thinks for 20 ms, and the platform that posts to it."""

import asyncio
import json
import re
import signal
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from typing import Any

from benchmarks.processes import SPAWN
from sharebot import http
from sharebot.model import Key, Post, Receipt, Rules
from sharebot.platforms.answers import body, field, judge
from sharebot.testing import FakePlatform

LATENCY = 0.020
"""Seconds between a whole request and its answer."""

_LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)
_BACKLOG = 1024


class Loopback:
    """One account. It posts as the built-in networks do: a session for each exchange, every answer judged."""

    rules: Rules = FakePlatform().rules

    def __init__(self, url: str) -> None:
        self._url = url

    def publish(self, post: Post, key: Key, thread: tuple[Receipt, ...] = ()) -> Receipt:
        with http.session("loopback", judge("loopback", ())) as session:
            answer = session.post(f"{self._url}/posts", json=content(post, key.value, thread))
        return self._receipt(field(body(answer, "loopback"), "id"))

    def _receipt(self, identity: str) -> Receipt:
        return Receipt(identity, f"{self._url}/posts/{identity}")

    def find(self, post: Post, key: Key) -> Receipt | None:  # noqa: ARG002 — a benchmark loses no answer
        return None

    def who(self) -> str:
        return "@loopback"


def content(post: Post, key: str, thread: tuple[Receipt, ...] = ()) -> dict[str, Any]:
    """Return what is sent."""
    return {"key": key, "text": post.text, "language": post.language, "reply": [above.id for above in thread]}


@contextmanager
def serving(exchange: "type[Exchange] | None" = None) -> Iterator[str]:
    """Run the server and yield its address. `exchange` is what meets each connection, this file's own where none is."""
    here, there = SPAWN.Pipe()
    process = SPAWN.Process(target=_serve, args=(there, exchange or _Thinking), daemon=True)
    process.start()
    there.close()
    try:
        yield f"http://127.0.0.1:{here.recv()}"
    finally:
        process.terminate()
        process.join()
        here.close()


def received(url: str) -> list[tuple[str, float]]:
    """Return the key of every post that the server took, with the wall clock's time, in order."""
    with http.session("loopback", max_bytes=100_000_000) as session:
        return [(key, at) for key, at in session.get(f"{url}/posts").json()]


class Exchange(asyncio.Protocol, ABC):
    """One connection with one request; the simplest thing that is faster than what it measures.

    `books` are what all connections share, as `opened` made them.
    """

    transport: asyncio.Transport

    def __init__(self, books: Any) -> None:
        self.books = books
        self._request = b""

    @staticmethod
    def opened() -> Any:
        return []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self._request += data
        head, end, content = self._request.partition(b"\r\n\r\n")
        length = _LENGTH.search(head)
        if end and not self.broken(head) and len(content) >= (int(length[1]) if length else 0):
            method, path, _ = head.decode("latin-1").split(" ", 2)
            self.meet(method, path, content)

    def broken(self, head: bytes) -> bool:  # noqa: ARG002 — this one hears everybody out
        """Look at a request of which the body may be still to come. True: its connection is no more."""
        return False

    @abstractmethod
    def meet(self, method: str, path: str, content: bytes) -> None:
        """Answer a whole request."""

    def answer(self, value: object, status: str = "200 OK") -> None:
        self.transport.write(response(json.dumps(value).encode(), status))
        self.transport.close()


def response(content: bytes, status: str = "200 OK", kind: str = "application/json") -> bytes:
    """Return a whole answer, as it is on the wire."""
    head = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(content)}\r\nConnection: close\r\n\r\n"
    return head.encode() + content


class _Thinking(Exchange):
    """Takes everything, and notes each key with the wall clock's time."""

    def meet(self, method: str, path: str, content: bytes) -> None:  # noqa: ARG002 — there is one path
        if method == "GET":
            self.answer(self.books)
            return
        self.books.append((json.loads(content)["key"], time.time()))
        asyncio.get_running_loop().call_later(LATENCY, self.answer, {"id": str(len(self.books))})


def _serve(there: Connection, exchange: type[Exchange]) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that started this one
    asyncio.run(_listen(there, exchange))


async def _listen(there: Connection, exchange: type[Exchange]) -> None:
    books = exchange.opened()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: exchange(books), "127.0.0.1", 0, backlog=_BACKLOG)
    there.send(server.sockets[0].getsockname()[1])
    await server.serve_forever()
