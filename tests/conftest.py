"""What several rooms' tests share."""

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from sharebot.model import Delivery, Post
from sharebot.outbox.ledger import Ledger

if TYPE_CHECKING:
    from email.message import Message

pytest_plugins = ("tests.postgresql",)

NOW = datetime(2026, 11, 3, 9, 0, tzinfo=UTC)


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def queue_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'queue.db'}"


@pytest.fixture
def ledger(queue_url: str) -> Iterator[Ledger]:
    with Ledger(queue_url) as opened:
        yield opened


@pytest.fixture
def delivery() -> Callable[..., Delivery]:
    def make(key: str = "k1", **changes: Any) -> Delivery:
        values = {
            "newsletter": "weekly",
            "stream": "articles",
            "account": "mastodon",
            "platform": "mastodon",
            "issue": "2026-07",
            "article": 1,
            "headline": "The ferry runs again",
            "posts": (Post("The ferry runs again https://news.example/1", links=("https://news.example/1",)),),
            "due": NOW,
            "zone": "Europe/Paris",
            "wall": "2026-11-03T10:00",
        }
        return Delivery(key=key, **values | changes)  # type: ignore[arg-type]

    return make


class Web:
    """A real web server on loopback. `pages` has for each path the answer: (status, headers, body), or a function.

    The function gets the handler, whose `wfile` is the raw connection. `seen` holds the path and headers of requests.
    """

    def __init__(self) -> None:
        self.pages: dict[str, Any] = {}
        self.seen: list[tuple[str, Message]] = []
        web = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                web.seen.append((self.path, self.headers))
                page = web.pages.get(self.path, (404, {}, b""))
                try:
                    page(self) if callable(page) else self.answer(*page)
                except OSError:  # the client has had enough
                    self.close_connection = True

            def answer(self, status: int, headers: dict[str, str], body: bytes) -> None:
                self.send_response(status)
                for name, value in ({"Content-Length": str(len(body))} | headers).items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()

    def paths(self) -> list[str]:
        return [path for path, _ in self.seen]

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def web(monkeypatch: pytest.MonkeyPatch) -> Iterator[Web]:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    served = Web()
    yield served
    served.close()
