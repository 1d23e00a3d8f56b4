"""The one way out to other people's servers: finite in time and size, and honest about what may have been sent.

A library's own handling of failures differs from the next one's, and each has traps. So the session that they are
given turns whatever goes wrong into a `PublishError` before they see it.
"""

import os
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Any, Self
from urllib.parse import urlsplit

from urllib3.exceptions import HTTPError, ProtocolError

from sharebot import __version__
from sharebot.connections import SILENCE, Unreached, Ways, anywhere
from sharebot.errors import PublishError, SignInAgain, TryLater, Unsure, reading
from sharebot.lean import get_environ_proxies, requests

__all__ = ["CONNECT", "MAX_BYTES", "READ", "USER_AGENT", "Judge", "Session", "outcome", "reading", "session", "trusted"]

USER_AGENT = f"sharebot/{__version__}"
CONNECT = 5.0
"""Seconds until a connection stands."""
READ = SILENCE
"""Seconds of silence that a server may keep; its whole answer may take twice as long."""
MAX_BYTES = 1_000_000
_PROXIES = tuple(name for each in ("http", "https", "all", "no") for name in (f"{each}_proxy", f"{each}_PROXY".upper()))
_CERTIFICATES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
_ALWAYS = {"User-Agent": USER_AGENT, "Accept-Encoding": "gzip, deflate", "Accept": "*/*", "Connection": "close"}

Judge = Callable[[requests.Response], None]
"""Looks at an answer before any library does; raises a PublishError where it is none that was hoped for."""


class Session:
    """What requests calls a session, as far as libraries use it; it raises nothing but PublishErrors.

    One for each exchange, on a fresh connection. Requests' own merges settings, the environment's and cookies into all
    that is sent, none of which are here: that took as long as a third of the exchange (measured).
    """

    def __init__(self, place: str, judge: Judge, adapter: "Adapter") -> None:
        self.adapter = adapter
        self._place = place
        self._judge = judge

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Close nothing: there is no connection that was kept."""

    def get(self, url: str, **more: Any) -> requests.Response:
        """Ask for something, as `request` does."""
        return self.request("GET", url, **more)

    def post(self, url: str, **more: Any) -> requests.Response:
        """Send something, as `request` does."""
        return self.request("POST", url, **more)

    def request(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        auth: Any = None,
        stream: bool = False,
        **content: Any,
    ) -> requests.Response:
        """Send one request, and follow no redirect: a token and a post are for one server only.

        Of what a request may be given, `content` is its params, data, files or json; all else is the adapter's to say.
        """
        try:
            request = _prepared(method, url, {**_ALWAYS, **(headers or {})}, auth, content)
            response = self.adapter.send(request, stream=stream)
            if not stream:
                response.content  # noqa: B018 — reads it
        except (OSError, ValueError) as error:
            raise outcome(error, self._place) from None
        self._judge(response)
        return response


def _prepared(
    method: str, url: str, headers: Mapping[str, str], auth: Any, content: Mapping[str, Any]
) -> requests.PreparedRequest:
    request = requests.PreparedRequest()
    request.method = method.upper()
    if content.get("params"):
        request.prepare_url(url, content["params"])
    else:
        request.url = _address(url)
    request.prepare_headers(headers)
    request.prepare_body(content.get("data"), content.get("files"), content.get("json"))
    request.prepare_auth(auth, url)
    return request


@lru_cache(maxsize=256)
def _address(url: str) -> str | None:
    """Return an address as it is asked for. Raises InvalidURL."""
    request = requests.PreparedRequest()
    request.prepare_url(url, None)
    return request.url


class Adapter:
    """Sends with finite patience and memory, whatever the caller asked for or forgot to."""

    def __init__(
        self, ways: Ways, connect: float | None = None, read: float | None = None, max_bytes: int = MAX_BYTES
    ) -> None:
        self._ways = ways
        self._timeout = (connect or CONNECT, read or READ)
        self._max_bytes = max_bytes

    def send(self, request: requests.PreparedRequest, *, stream: bool) -> requests.Response:
        """Send a prepared request.

        What the environment says is looked up here. Left to itself, requests puts a password from ~/.netrc in the place
        of a token, and reads the whole environment twice for each request.
        """
        how: dict[str, Any] = {"verify": trusted(), "proxies": _proxies(request.url or "")}
        response = self._ways.send(request, stream=stream, timeout=self._timeout, **how)
        response.raw = _Bounded(response.raw, self._max_bytes)
        return response


def session(
    place: str,
    judge: Judge = lambda _: None,
    *,
    connect: float | None = None,
    read: float | None = None,
    max_bytes: int = MAX_BYTES,
    ways: Callable[[], Ways] = anywhere,
) -> Session:
    """Make a session for one exchange with `place`, which is how messages call the server."""
    return Session(place, judge, Adapter(ways(), connect, read, max_bytes))


def outcome(error: Exception, place: str) -> PublishError:
    """Say what a failed exchange means: TryLater where no connection stood, Unsure once a byte may have left."""
    answered = isinstance(error.args[0] if error.args else None, HTTPError)  # so a header of the answer is no good
    if isinstance(error, (requests.exceptions.InvalidHeader, UnicodeError)) and not answered:
        return SignInAgain(f"the token for {place} holds characters that no token has; copy it again")
    if isinstance(error, requests.exceptions.InvalidURL):
        return SignInAgain(f"{place} is not the address of a server; correct it in the configuration")
    reason = getattr(error.args[0], "reason", None) if error.args else None
    cause = getattr(reason, "original_error", reason)  # a proxy's failure is wrapped once more
    if isinstance(cause, Unreached):
        return TryLater(f"{place} cannot be reached: {cause.why}", spends=False)
    if isinstance(error, requests.exceptions.Timeout):
        return Unsure(f"{place} gave no answer in time")
    return Unsure(f"{place} broke off before its answer was complete")


def trusted() -> str | bool:
    """Return where the certificates are that are trusted, as the environment says; True: where requests has them."""
    return next(filter(None, map(os.environ.get, _CERTIFICATES)), True)


def _proxies(url: str) -> dict[str, str]:
    if url.startswith("http:"):
        return {}  # that is for this machine alone; a proxy elsewhere would read the token
    try:
        parts = urlsplit(url)
    except ValueError:
        return {}  # requests says what is wrong with it
    return dict(_chosen(f"{parts.scheme}://{parts.netloc}", tuple(map(os.environ.get, _PROXIES))))


@lru_cache(maxsize=256)
def _chosen(place: str, _environment: tuple[str | None, ...]) -> dict[str, str]:
    """Return the proxies that the environment names for a server."""
    return get_environ_proxies(place)


class _Bounded:
    """An answer's body that comes to an end before the memory does."""

    def __init__(self, raw: Any, most: int) -> None:
        self._raw = raw
        self._most = most

    def __getattr__(self, name: str) -> Any:
        return getattr(self._raw, name)

    def stream(self, *args: Any, **kwargs: Any) -> Iterator[bytes]:
        """Yield the body in pieces, as urllib3 does. Raises ProtocolError where it grows too large."""
        size = 0
        for piece in self._raw.stream(*args, **kwargs):
            size += len(piece)
            if size > self._most:
                self._raw.close()
                raise ProtocolError(f"more than {self._most} bytes")
            yield piece
