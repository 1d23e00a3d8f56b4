"""What the daemon tells by HTTP, where it is asked to: `/metrics` for Prometheus, `/healthz` for who restarts it."""

import json
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from sharebot import __version__, logs, metrics
from sharebot.engine.loop import LONGEST_SLEEP, Engine
from sharebot.errors import SharebotError, StoreError
from sharebot.model import State
from sharebot.outbox.ledger import Ledger
from sharebot.reloading import Standing

_PATIENCE = 5.0
"""Seconds that a client gets to say what it wants."""
Address = tuple[str, int]
Answer = tuple[int, str, bytes]
"""A status, a content type and a body."""
_NOTHING: Answer = (404, "text/plain", b"There are /metrics and /healthz.\n")


@dataclass(frozen=True, slots=True)
class Monitor:
    """Sees how the daemon does. `posts` counts what became of sendings, by network and outcome."""

    ledger: Ledger
    engine: Engine
    standing: Callable[[], Standing]
    posts: Mapping[tuple[str, str], int]
    now: Callable[[], datetime]

    def answer(self, path: str, accept: str) -> Answer | None:
        """Answer a GET; None where there is nothing."""
        if path == "/metrics":
            body, kind = metrics.exposition(self._facts(), accept)
            return 200, kind, body
        return self._health() if path == "/healthz" else None

    def _facts(self) -> metrics.Facts:
        standing = self.standing()
        facts = metrics.Facts(__version__, not standing.faults, standing.read.timestamp(), dict(self.posts))
        try:
            census = self.ledger.census()
        except StoreError:
            return facts  # the dispatcher tells why, as often as it tries
        now = self.now()
        counts = {state.value: census.get(state, (0, now))[0] for state in State}
        late = now - census.get(State.QUEUED, (0, now))[1]
        return replace(facts, queue=counts, lag=max(late / timedelta(seconds=1), 0.0))

    def _health(self) -> Answer:
        silent, standing = self.engine.silent, self.standing()
        works = silent <= 2 * LONGEST_SLEEP
        checks = {
            "dispatcher": {"ok": works, "why": "" if works else f"gave no sign of life for {silent:.0f} s"},
            "configuration": {"ok": not standing.faults, "why": str(standing)},
        }
        # A refused configuration is no reason to start anew: the daemon works, and after that it would not.
        who = {"engine": self.engine.name, "leads": self.engine.leads}
        said = {"ok": works, "degraded": bool(standing.faults), **who, "checks": checks}
        return 200 if works else 503, "application/json", json.dumps(said, ensure_ascii=False).encode()


@contextmanager
def listening(address: Address, answer: Callable[[str, str], Answer | None]) -> Iterator[None]:
    """Answer GETs at an address, by their path and their Accept header.

    Raises SharebotError where it is not to be had.
    """
    try:
        server = _Server(address, answer)
    except OSError as error:
        why = f"nothing can listen at {shown(address)}: {error.strerror or error}; give --listen another address"
        raise SharebotError(why) from error
    with server:
        threading.Thread(target=server.serve_forever, name="monitor", daemon=True).start()
        logs.info("daemon.listening", address=shown(server.server_address))
        yield
        server.shutdown()


def shown(address: tuple[Any, ...]) -> str:
    """Return an address as it is written for `--listen`."""
    host, port = address[:2]
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, address: Address, answer: Callable[[str, str], Answer | None]) -> None:
        self.address_family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
        self.answer = answer
        super().__init__(address, _Handler)

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ARG002 — named by the library
        logs.crash("monitor.fault")


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    server_version, sys_version = "sharebot", ""
    timeout = _PATIENCE

    def do_GET(self) -> None:
        status, kind, body = self.server.answer(self.path.partition("?")[0], self.headers.get("Accept", "")) or _NOTHING
        with suppress(ConnectionError):  # whoever asked has gone
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Keep silent: each look would be a line."""
