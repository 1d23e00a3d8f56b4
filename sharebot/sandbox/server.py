"""The sandbox: one HTTP server on this machine that stands in for X, Mastodon and Bluesky."""

import re
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import unquote

from sharebot.errors import SharebotError
from sharebot.sandbox.bluesky import Bluesky
from sharebot.sandbox.consent import Consent
from sharebot.sandbox.control import Control, only_from_here
from sharebot.sandbox.faults import Fault, perform
from sharebot.sandbox.mastodon import Mastodon
from sharebot.sandbox.page import Page
from sharebot.sandbox.plumbing import Server, shown
from sharebot.sandbox.store import Store
from sharebot.sandbox.wire import Answer, Network, Refusal, Request, Route, answer
from sharebot.sandbox.x import X
from sharebot.settings import is_loopback
from sharebot.text.measure import MastodonLimits

_USUAL = MastodonLimits()


class Sandbox:
    """A rehearsal stage for posts: `start`, post to `url` with `accounts.credentials`, look at `posts` or at the page.

    `store` names a file that keeps the posts over restarts; `mastodon` is what that server allows, and the tokens that
    it hands out end after `token_lasts` seconds (None: never, as Mastodon's own). Raises SharebotError where
    `host` is not this machine.
    """

    def __init__(
        self,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        store: Path | None = None,
        clock: Callable[[], float] = time.time,
        mastodon: MastodonLimits = _USUAL,
        token_lasts: int | None = None,
    ) -> None:
        if not is_loopback(f"//{shown(host)}"):
            raise SharebotError(f"the sandbox serves this machine only: {host} is not 127.0.0.1, ::1 or localhost")
        self._address = (host, port)
        self._store = Store(store)
        self._clock = clock
        x, toots = X(self._store), Mastodon(self._store, mastodon, token_lasts)
        self._networks: tuple[Network, ...] = (x, toots, Bluesky(self._store))
        self._consent = Consent({"X": x.door, "Mastodon": toots.door})
        self._control = Control(self._store, self._networks, mastodon)
        self._page = Page(self._store, self._control)
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._server: Server | None = None
        self.url = ""

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Serve in the background. Raises SharebotError where the port or the store's file cannot be had."""
        host, port = self._address
        self._store.open()
        try:
            self._server = Server(self._address, self._answer, self._clock)
        except (OSError, OverflowError) as error:
            self._store.close()
            raise SharebotError(
                f"the sandbox cannot listen on {host} port {port}: {error}; try another port"
            ) from error
        self._stopping.clear()
        self.url = self._server.base
        threading.Thread(target=self._server.serve_forever, args=(0.05,), name="sandbox", daemon=True).start()

    def stop(self) -> None:
        """Close every connection and the file. A stopped sandbox may be started again."""
        self._stopping.set()
        if self._server is not None:
            self._server.shutdown()
            self._server.hang_up()
            self._server.server_close()
            self._server = None
        self._store.close()

    def posts(self) -> list[dict[str, Any]]:
        """Return every post, newest first, as `GET /sandbox/posts` does."""
        with self._lock:
            return [self._control.described(entry, self.url) for entry in self._store.entries()]

    def requests(self) -> dict[str, int]:
        """Return how many posting calls each network has got, refused and lost ones too."""
        with self._lock:
            return dict(self._control.requests)

    def delete(self, network: str, id_: str) -> None:
        """Delete a post as its author would. Raises ValueError where there is none."""
        with self._lock:
            self._control.delete(network, id_)

    def fault(self, network: str, fault: str, times: int = 1, seconds: float = 0.5) -> None:
        """Let the next `times` posting calls to a network meet a fault of `faults.KINDS`. Raises ValueError."""
        with self._lock:
            self._control.order(network, Fault(fault, times, seconds))

    def _answer(self, request: Request) -> Answer | None:
        """Answer a request; None means to close the connection without a word."""
        for network in self._networks:
            if found := _find(network.routes, request):
                return self._call(network, *found, request)
        found = _find((*self._control.routes, *self._page.routes, *self._consent.routes), request)
        if found is None:
            return answer({"error": f"Not Found: the sandbox has no {request.method} {request.path}"}, 404)
        return self._guarded(lambda: _local(*found, request))

    def _call(self, network: Network, route: Route, groups: tuple[str, ...], request: Request) -> Answer | None:
        def take() -> Answer:
            return self._guarded(lambda: route.handle(request, *groups))

        if not route.posts:
            return take()
        with self._lock:
            self._control.requests[network.name] += 1
            reply = b'"in_reply_to_tweet_id"' in request.body
            fault = self._control.faults.take(network.name, reply=reply)
        if fault is None:
            return take()
        if fault.kind == "slow" and self._stopping.wait(fault.seconds):
            return None
        answered = perform(fault, network, take, self._clock())
        if fault.kind == "silence":
            self._stopping.wait(fault.seconds)
        return answered

    def _guarded(self, handle: Callable[[], Answer]) -> Answer:
        with self._lock:
            try:
                return handle()
            except Refusal as refusal:
                return refusal.answer


def _find(routes: tuple[Route, ...], request: Request) -> tuple[Route, tuple[str, ...]] | None:
    for route in routes:
        match = re.fullmatch(route.pattern, unquote(request.path))
        if match and route.method == request.method:
            return route, match.groups()
    return None


def _local(route: Route, groups: tuple[str, ...], request: Request) -> Answer:
    only_from_here(request)
    return route.handle(request, *groups)
