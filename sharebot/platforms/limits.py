"""What a Mastodon server says of its own limits, asked for once a day."""

import threading
import time
from collections.abc import Callable, Mapping
from math import inf
from typing import Any
from urllib.parse import urlsplit

from sharebot import logs
from sharebot.errors import PublishError, Refused
from sharebot.platforms.answers import body, judge
from sharebot.text.measure import MastodonLimits

PATIENCE = 3.0
"""Seconds that a plan waits for a server; then it takes what it knows."""
_DAY = 86_400.0
_AGAIN = 600.0
"""Seconds after which a server that did not answer is asked again."""
_MOST = 1_000_000
"""A limit beyond it is a mistake, or none."""


class LiveLimits:
    """The limits of the server at `server`, as it last told; the usual ones until it does.

    The server is asked when they are first needed, and again a day later: so building an account needs no network.
    Nothing is raised. Threads may share it. `clock` counts seconds.
    """

    def __init__(self, server: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._server = server
        self._clock = clock
        self._known = MastodonLimits()
        self._good_until = -inf
        self._lock = threading.Lock()

    def now(self) -> MastodonLimits:
        """Return the limits; wait at most `PATIENCE` for them."""
        with self._lock:
            if self._clock() >= self._good_until:
                found = _in_time(self._server)
                if found is None:
                    logs.info("limits.unknown", server=self._server, characters=self._known.characters)
                self._known = found or self._known
                self._good_until = self._clock() + (_DAY if found else _AGAIN)
            return self._known


def ask(server: str) -> MastodonLimits | None:
    """Ask a server; None where it cannot be reached or tells no limit. Servers before 4.0 know only the older path.

    https://docs.joinmastodon.org/methods/instance/#v2
    """
    place = urlsplit(server).netloc
    for version in ("v2", "v1"):
        try:
            from sharebot import http

            with http.session(place, judge(place, ()), connect=PATIENCE, read=PATIENCE) as session:
                return read(body(session.get(f"{server}/api/{version}/instance"), place))
        except Refused:
            continue
        except PublishError:
            break
    return None


def read(instance: Any) -> MastodonLimits | None:
    """Find the limits in what a server says of itself; None where it says none.

    `max_toot_chars` is how servers that allow more said so before Mastodon 3.4.2.
    https://docs.joinmastodon.org/entities/Instance/#max_characters
    """
    said = instance if isinstance(instance, Mapping) else {}
    configuration = said.get("configuration")
    statuses = configuration.get("statuses") if isinstance(configuration, Mapping) else None
    own = statuses if isinstance(statuses, Mapping) else {}
    usual = MastodonLimits()
    characters = _number(own.get("max_characters")) or _number(said.get("max_toot_chars"))
    url = _number(own.get("characters_reserved_per_url"))
    return MastodonLimits(characters, url or usual.url_length) if characters else None


def _number(value: Any) -> int:
    return value if type(value) is int and 0 < value <= _MOST else 0


def _in_time(server: str) -> MastodonLimits | None:
    """Ask, but do not wait for long: the search for a name alone may last minutes, and cannot be ended."""
    found: list[MastodonLimits | None] = []
    thread = threading.Thread(target=lambda: found.append(ask(server)), name="limits", daemon=True)
    thread.start()
    thread.join(PATIENCE)
    return found[0] if found else None
