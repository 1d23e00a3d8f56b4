"""A network on loopback: a server in a process of its own that thinks for 20 ms, and the platform that posts to it."""

import asyncio
import json
import re
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection

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
        reply = [receipt.id for receipt in thread]
        sent = {"key": key.value, "text": post.text, "language": post.language, "reply": reply}
        with http.session("loopback", judge("loopback", ())) as session:
            answer = session.post(f"{self._url}/posts", json=sent)
        identity = field(body(answer, "loopback"), "id")
        return Receipt(identity, f"{self._url}/posts/{identity}")

    def find(self, post: Post, key: Key) -> Receipt | None:  # noqa: ARG002 — a benchmark loses no answer
        return None

    def who(self) -> str:
        return "@loopback"


@contextmanager
def serving() -> Iterator[str]:
    """Run the server and yield its address."""
    here, there = SPAWN.Pipe()
    process = SPAWN.Process(target=_serve, args=(there,), daemon=True)
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


class _Exchange(asyncio.Protocol):
    """One connection with one request; the simplest thing that is faster than what it measures."""

    _transport: asyncio.Transport

    def __init__(self, taken: list[tuple[str, float]]) -> None:
        self._taken = taken
        self._request = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._request += data
        head, end, content = self._request.partition(b"\r\n\r\n")
        length = _LENGTH.search(head)
        if end and len(content) >= (int(length[1]) if length else 0):
            self._take(head, content)

    def _take(self, head: bytes, content: bytes) -> None:
        if head.startswith(b"GET"):
            self._answer(self._taken)
            return
        self._taken.append((json.loads(content)["key"], time.time()))
        asyncio.get_running_loop().call_later(LATENCY, self._answer, {"id": str(len(self._taken))})

    def _answer(self, value: object) -> None:
        content = json.dumps(value).encode()
        head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(content)}\r\n"
        self._transport.write(head.encode() + b"Connection: close\r\n\r\n" + content)
        self._transport.close()


def _serve(there: Connection) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that started this one
    asyncio.run(_listen(there))


async def _listen(there: Connection) -> None:
    taken: list[tuple[str, float]] = []
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: _Exchange(taken), "127.0.0.1", 0, backlog=_BACKLOG)
    there.send(server.sockets[0].getsockname()[1])
    await server.serve_forever()
