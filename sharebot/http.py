"""The one way out to other people's servers: finite in time and size, and honest about what may have been sent.

A library's own handling of failures differs from the next one's, and each has traps. So the session that they are
given turns whatever goes wrong into a `PublishError` before they see it.
"""

import io
import os
import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache, lru_cache
from http.client import HTTPException, HTTPResponse
from pathlib import Path
from ssl import CERT_REQUIRED, SSLCertVerificationError, SSLContext
from time import monotonic
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import BaseAdapter, HTTPAdapter
from requests.utils import DEFAULT_CA_BUNDLE_PATH, get_environ_proxies
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import HTTPError, NameResolutionError, NewConnectionError, ProtocolError
from urllib3.util.ssl_ import create_urllib3_context

from sharebot import __version__, faults, fence
from sharebot.errors import PublishError, SignInAgain, TryLater, Unsure, reading

__all__ = [
    "CONNECT",
    "MAX_BYTES",
    "READ",
    "USER_AGENT",
    "HttpPool",
    "HttpsPool",
    "Judge",
    "Session",
    "Ways",
    "anywhere",
    "outcome",
    "reading",
    "session",
]

USER_AGENT = f"sharebot/{__version__}"
CONNECT = 5.0
"""Seconds until a connection stands."""
READ = 25.0
"""Seconds of silence that a server may keep; its whole answer may take twice as long."""
MAX_BYTES = 1_000_000
_SERVERS = 1000
"""How many servers are remembered; of each that is a few kilobytes."""
_PROXIES = tuple(name for each in ("http", "https", "all", "no") for name in (f"{each}_proxy", f"{each}_PROXY".upper()))
_CERTIFICATES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")

Judge = Callable[[requests.Response], None]
"""Looks at an answer before any library does; raises a PublishError where it is none that was hoped for."""


class Session(requests.Session):
    """A requests session that raises nothing but PublishErrors. One for each exchange, on a fresh connection.

    A kept connection may be closed by the server just as it is used again, and then nobody knows what was taken.
    """

    def __init__(self, place: str, judge: Judge) -> None:
        super().__init__()
        self._place = place
        self._judge = judge
        self.headers.update({"User-Agent": USER_AGENT, "Connection": "close"})
        # What the environment says is looked up here. Left to itself, requests puts a password from ~/.netrc in the
        # place of a token, and reads the whole environment twice for each request, a fifth of its time (measured).
        self.trust_env = False
        self.verify = next(filter(None, map(os.environ.get, _CERTIFICATES)), True)

    def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> requests.Response:  # type: ignore[override]
        """Send one request, and follow no redirect: a token and a post are for one server only."""
        try:
            self.proxies = _proxies(url)
            response = super().request(method, url, *args, **{**kwargs, "allow_redirects": False})
        except (OSError, ValueError) as error:
            raise outcome(error, self._place) from None
        self._judge(response)
        return response

    def get_redirect_target(self, response: requests.Response) -> str | None:  # noqa: ARG002
        """Know of no redirect: requests would read its body, of any size, to learn where one would have led."""
        return None


class Ways(HTTPAdapter):
    """How servers are reached, and whom to trust. It keeps no connection, and so may be shared by all sessions.

    Finding that out for each exchange took longer than all the rest of it (measured).
    """

    def __init__(self, pools: Mapping[str, type[HTTPConnectionPool]], servers: int = 1) -> None:
        self._pools = pools
        super().__init__(pool_connections=servers, pool_maxsize=1)
        self.poolmanager.pool_classes_by_scheme = pools

    def proxy_manager_for(self, *args: Any, **kwargs: Any) -> Any:
        """Let connections through a proxy be as patient as direct ones."""
        manager = super().proxy_manager_for(*args, **kwargs)
        manager.pool_classes_by_scheme = self._pools
        return manager

    def build_connection_pool_key_attributes(self, request: Any, verify: Any, cert: Any = None) -> Any:
        """Check the server's certificate against those that were loaded once, not for each connection anew."""
        server, how = super().build_connection_pool_key_attributes(request, verify, cert)
        return server, {"ssl_context": _trusting(verify)} if server["scheme"] == "https" else how

    def cert_verify(self, *_: Any, **__: Any) -> None:
        """Leave that to the context: otherwise all certificates were loaded again."""


class Adapter(BaseAdapter):
    """Sends with finite patience and memory, whatever the caller asked for or forgot to."""

    def __init__(
        self, ways: Ways, connect: float | None = None, read: float | None = None, max_bytes: int = MAX_BYTES
    ) -> None:
        super().__init__()
        self._ways = ways
        self._timeout = (connect or CONNECT, read or READ)
        self._max_bytes = max_bytes

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        """Send a prepared request."""
        kwargs["timeout"] = self._timeout
        if (request.url or "").startswith("http:"):
            # Plain http is for this machine alone; a proxy elsewhere would read the token.
            kwargs["proxies"] = None
        response = self._ways.send(request, *args, **kwargs)
        response.raw = _Bounded(response.raw, self._max_bytes)
        return response

    def close(self) -> None:
        """Close nothing: there is no connection that was kept."""


@cache
def anywhere() -> Ways:
    """Return the ways to whatever server the configuration names."""
    return Ways({"http": HttpPool, "https": HttpsPool}, _SERVERS)


def session(
    place: str,
    judge: Judge = lambda _: None,
    *,
    connect: float | None = None,
    read: float | None = None,
    max_bytes: int = MAX_BYTES,
    ways: Callable[[], Ways] = anywhere,
) -> Session:
    """Make a session for one exchange with `place`, which is how messages call the server. Close it after use."""
    made = Session(place, judge)
    adapter = Adapter(ways(), connect, read, max_bytes)
    made.mount("https://", adapter)
    made.mount("http://", adapter)
    return made


def outcome(error: Exception, place: str) -> PublishError:
    """Say what a failed exchange means: TryLater where no connection stood, Unsure once a byte may have left."""
    answered = isinstance(error.args[0] if error.args else None, HTTPError)  # so a header of the answer is no good
    if isinstance(error, (requests.exceptions.InvalidHeader, UnicodeError)) and not answered:
        return SignInAgain(f"the token for {place} holds characters that no token has; copy it again")
    if isinstance(error, requests.exceptions.InvalidURL):
        return SignInAgain(f"{place} is not the address of a server; correct it in the configuration")
    reason = getattr(error.args[0], "reason", None) if error.args else None
    cause = getattr(reason, "original_error", reason)  # a proxy's failure is wrapped once more
    if isinstance(cause, _Unreached):
        return TryLater(f"{place} cannot be reached: {cause.why}")
    if isinstance(error, requests.exceptions.Timeout):
        return Unsure(f"{place} gave no answer in time")
    return Unsure(f"{place} broke off before its answer was complete")


def _proxies(url: str) -> dict[str, str]:
    try:
        parts = urlsplit(url)
    except ValueError:
        return {}  # requests says what is wrong with it
    return dict(_chosen(f"{parts.scheme}://{parts.netloc}", tuple(map(os.environ.get, _PROXIES))))


@lru_cache(maxsize=256)
def _chosen(place: str, _environment: tuple[str | None, ...]) -> dict[str, str]:
    """Return the proxies that the environment names for a server."""
    return get_environ_proxies(place)


def _trusting(verify: bool | str) -> SSLContext:  # noqa: FBT001 — requests' own word for it
    """Return what checks certificates. Raises TryLater where those that are trusted cannot be read."""
    place = verify if isinstance(verify, str) else DEFAULT_CA_BUNDLE_PATH
    try:
        return _context(place, Path(place).stat().st_mtime_ns)
    except OSError as error:
        raise TryLater(f"no server's certificate can be checked: {error}") from None


@lru_cache(maxsize=4)
def _context(place: str, _changed: int) -> SSLContext:
    context = create_urllib3_context(cert_reqs=CERT_REQUIRED)
    folder = Path(place).is_dir()
    context.load_verify_locations(cafile=None if folder else place, capath=place if folder else None)
    return context


class _Unreached(NewConnectionError):
    """No connection stood, so nothing was sent; `why` is for people."""

    def __init__(self, connection: HTTPConnection, error: Exception) -> None:
        self.why = _why(error)
        super().__init__(connection, self.why)


def _why(error: Exception) -> str:
    if isinstance(error, NameResolutionError):
        return "its name is not known; check the address and the network"
    if isinstance(error, SSLCertVerificationError):
        return f"its certificate is not valid ({error.verify_message})"
    cause = error.__cause__ or error
    if isinstance(cause, TimeoutError):
        return "no connection in time"
    return getattr(cause, "strerror", None) or str(cause)


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


class _Impatient(io.RawIOBase):
    """A socket's reader with one end in time: the socket's own timeout starts anew with every byte that drips in."""

    def __init__(self, raw: io.RawIOBase, sock: socket.socket) -> None:
        self._raw = raw
        self._sock = sock
        self._silence = sock.gettimeout() or READ
        self._end = monotonic() + 2 * self._silence

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        left = self._end - monotonic()
        if left <= 0:
            raise TimeoutError("the answer drips in too slowly")
        self._sock.settimeout(min(left, self._silence))
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()


class _Response(HTTPResponse):
    def __init__(self, sock: socket.socket, *args: Any, **kwargs: Any) -> None:
        super().__init__(sock, *args, **kwargs)
        self.fp = io.BufferedReader(_Impatient(self.fp.detach(), sock))


@contextmanager
def _connecting(connection: HTTPConnection) -> Iterator[None]:
    """Tell failures before the first byte of a request from all later ones, the TLS handshake's included."""
    try:
        yield
    except (OSError, ValueError, HTTPException, HTTPError) as error:
        raise _Unreached(connection, error) from error


class Http(HTTPConnection):
    """A connection whose answers come to an end in time, and whose requests do not begin too late."""

    response_class = _Response

    def connect(self) -> None:
        """Make the connection stand."""
        with _connecting(self):
            super().connect()

    def send(self, data: Any) -> None:
        """Send bytes of a request."""
        _gate(self)
        super().send(data)

    def getresponse(self) -> Any:
        """Wait for the answer."""
        faults.passing("publish.sent")
        return super().getresponse()


class Https(HTTPSConnection):
    """The same with TLS."""

    response_class = _Response

    def connect(self) -> None:
        """Make the connection stand."""
        with _connecting(self):
            super().connect()

    def send(self, data: Any) -> None:
        """Send bytes of a request."""
        _gate(self)
        super().send(data)


def _gate(connection: HTTPConnection) -> None:
    """Look at the clock last: between here and the first byte there is nothing that takes time."""
    if connection.sock is None:
        connection.connect()
        faults.passing("publish.connected")
    fence.check()


class HttpPool(HTTPConnectionPool):
    """Connections to a server, each of which is used once."""

    ConnectionCls = Http

    def _put_conn(self, conn: Any) -> None:
        if conn:
            conn.close()


class HttpsPool(HTTPSConnectionPool):
    """The same with TLS."""

    ConnectionCls = Https

    def _put_conn(self, conn: Any) -> None:
        if conn:
            conn.close()
