"""What the daemon tells by HTTP, where it is asked to: how it does, whether it can post, and what it counts."""

import json
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import product
from typing import Any

from sharebot import __version__, health, logs, metrics
from sharebot.app import App
from sharebot.engine.loop import Engine
from sharebot.errors import Reason, SharebotError, StoreError
from sharebot.metrics import Facts, Spans, Values
from sharebot.model import State
from sharebot.outbox.accounts import Standing as OfAccount
from sharebot.outbox.census import Census, Circuit, View, circuit
from sharebot.outbox.states import TRANSITIONS
from sharebot.patient import Patient
from sharebot.reloading import Standing
from sharebot.tally import Tally

_PATIENCE = 5.0
"""Seconds that a client gets to say what it wants."""
_ANSWERS_WITHIN = 3.0
"""Seconds that the database gets to say how it stands; whoever asks us waits ten, or fewer."""
_OUTCOMES = {after for before, after in TRANSITIONS if before is State.SENDING}
Address = tuple[str, int]
Answer = tuple[int, str, bytes]
"""A status, a content type and a body."""
_NOTHING: Answer = (404, "text/plain", b"There are /healthz, /readyz and /metrics.\n")


class Monitor:
    """Sees how the daemon does, whose engine has so many `workers`. `app` and `standing` may change any time."""

    def __init__(
        self, engine: Engine, workers: int, tally: Tally, app: Callable[[], App], standing: Callable[[], Standing]
    ) -> None:
        self._engine, self._workers, self._tally, self._app, self._standing = engine, workers, tally, app, standing
        self._view = Patient(Census(app().ledger).view, _ANSWERS_WITHIN)

    def answer(self, path: str, accept: str) -> Answer | None:
        """Answer a GET; None where there is nothing."""
        if path == "/metrics":
            body, kind = metrics.exposition(self._facts(), accept)
            return 200, kind, body
        if path == "/healthz":
            return _verdict(*health.working(self._engine, self._tally, self._standing(), self._workers))
        if path == "/readyz":
            return _verdict(*health.ready(self._standing(), self._seen(), self._app().platforms))
        return None

    def _seen(self) -> View | str:
        """Return how the outbox stands, or why that is not known."""
        try:
            return self._view.answer()
        except StoreError as error:
            return str(error)
        except TimeoutError:
            return f"{self._app().ledger.place}: gave no answer for {_ANSWERS_WITHIN:.0f} s"

    def _facts(self) -> Facts:
        app, view = self._app(), self._seen()
        networks = {name: account.platform for name, account in app.config.accounts.items()}
        facts = _of_host(self._standing(), self._engine) | _counted(self._tally, set(networks.values()))
        if self._engine.leads:  # what was seen before another host took over is old
            facts |= _looked(self._tally, app.sources)
        facts |= {"sharebot_database_up": _one(isinstance(view, View))}
        return Facts(facts | _of_database(view, networks) if isinstance(view, View) else facts)


def _one(value: float) -> Values:
    return {(): float(value)}


def _each(values: Mapping[Any, Any]) -> Values:
    return {(name,): value for name, value in values.items()}


def _verdict(ok: bool, said: Mapping[str, Any]) -> Answer:  # noqa: FBT001 — told by position
    return 200 if ok else 503, "application/json", json.dumps(said, ensure_ascii=False).encode()


def _of_host(standing: Standing, engine: Engine) -> dict[str, Values]:
    return {
        "sharebot_build": {(__version__,): 1},
        "sharebot_leader": _one(engine.leads),
        "sharebot_config_last_reload_successful": _one(not standing.faults),
        "sharebot_config_last_reload_success_timestamp_seconds": _one(standing.read.timestamp()),
    }


def _counted(tally: Tally, networks: set[str]) -> dict[str, Values]:
    """Return what is counted; what has not happened yet is 0, or its first time would go unseen."""
    durations = {network: Spans() for network in networks} | tally.durations.copy()
    return {
        "sharebot_posts": dict.fromkeys(product(networks, _OUTCOMES), 0) | tally.posts.copy(),
        "sharebot_post_failures": dict.fromkeys(product(networks, Reason), 0) | tally.failures.copy(),
        "sharebot_post_retries": _each(dict.fromkeys(networks, 0) | tally.retries.copy()),
        "sharebot_publish_duration_seconds": _each(durations),
    }


def _looked(tally: Tally, sources: Mapping[str, object]) -> dict[str, Values]:
    looks = {name: look for name, look in tally.looks.copy().items() if name in sources}
    tried = {name: look.tried.timestamp() for name, look in looks.items()}
    succeeded = {name: look.succeeded.timestamp() for name, look in looks.items() if look.succeeded}
    return {
        "sharebot_source_last_attempt_timestamp_seconds": _each(tried),
        "sharebot_source_last_success_timestamp_seconds": _each(succeeded),
        "sharebot_source_failing": _each({name: float(look.failing) for name, look in looks.items()}),
    }


def _of_database(view: View, networks: Mapping[str, str]) -> dict[str, Values]:
    states = {(*whose, each): circuit(view, whose[0]) is each for whose in networks.items() for each in Circuit}
    return {
        "sharebot_queue": _each(view.counts),
        "sharebot_due_lag_seconds": _one(_age(view.due, view.at)),
        "sharebot_unsure_oldest_age_seconds": _one(_age(view.doubted, view.at)),
        "sharebot_account_circuit": {labels: float(its) for labels, its in states.items()},
        "sharebot_account_token_expiry_timestamp_seconds": _moments(view, networks, lambda each: each.ends),
        "sharebot_account_last_success_timestamp_seconds": _moments(view, networks, lambda each: each.succeeded),
    }


def _age(moment: datetime | None, now: datetime) -> float:
    return max((now - moment) / timedelta(seconds=1), 0.0) if moment else 0.0


def _moments(view: View, networks: Mapping[str, str], of: Callable[[OfAccount], datetime | None]) -> Values:
    """Return a moment of each account that has one."""
    known = {name: of(view.standings[name]) for name in networks if name in view.standings}
    return {(name, networks[name]): moment.timestamp() for name, moment in known.items() if moment}


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
