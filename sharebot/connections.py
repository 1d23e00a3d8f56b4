"""Connections to other people's servers: each used once, finite in time, and to whom the certificate says.

What is kept of a server is how it is reached and whom to trust: finding that out for each exchange took longer than all
the rest of it (measured). A connection is not kept: the server may close it just as it is used again, and then nobody
knows what was taken.
"""

import io
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache, lru_cache
from http.client import HTTPException, HTTPResponse
from pathlib import Path
from ssl import CERT_REQUIRED, SSLCertVerificationError, SSLContext
from time import monotonic
from typing import Any

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import HTTPError, NameResolutionError, NewConnectionError
from urllib3.util.ssl_ import create_urllib3_context

from sharebot import faults, fence
from sharebot.errors import TryLater
from sharebot.lean import (
    DEFAULT_CA_BUNDLE_PATH,
    CaseInsensitiveDict,
    HTTPAdapter,
    get_encoding_from_headers,
    requests,
)

SILENCE = 25.0
"""Seconds of silence that a server may keep, where nobody says another time."""
_SERVERS = 1000
"""How many servers are remembered; of each that is a few kilobytes."""


class Ways(HTTPAdapter):
    """How servers are reached, and whom to trust. It keeps no connection, and so may be shared by all sessions."""

    def __init__(self, pools: Mapping[str, type[HTTPConnectionPool]], servers: int = 1) -> None:
        self._pools = pools
        super().__init__(pool_connections=servers, pool_maxsize=1)
        self.poolmanager.pool_classes_by_scheme = pools
        self._direct = lru_cache(maxsize=servers)(self._directly)

    def proxy_manager_for(self, *args: Any, **kwargs: Any) -> Any:
        """Let connections through a proxy be as patient as direct ones."""
        manager = super().proxy_manager_for(*args, **kwargs)
        manager.pool_classes_by_scheme = self._pools
        return manager

    def build_connection_pool_key_attributes(self, request: Any, verify: Any, cert: Any = None) -> Any:
        """Check the server's certificate against those that were loaded once, not for each connection anew."""
        server, how = super().build_connection_pool_key_attributes(request, verify, cert)
        return server, {"ssl_context": trusting(verify)} if server["scheme"] == "https" else how

    def get_connection_with_tls_context(
        self, request: requests.PreparedRequest, verify: Any, proxies: Any = None, cert: Any = None
    ) -> Any:
        """Return what connects to a server. It is kept: to make it anew took a fifth of an exchange (measured)."""
        if proxies:
            return super().get_connection_with_tls_context(request, verify, proxies, cert)
        scheme, _, place = (request.url or "").partition("://")
        server, _, _ = place.partition("/")
        return self._direct(f"{scheme}://{server}", trusting(verify) if scheme == "https" else None)

    def _directly(self, server: str, context: SSLContext | None) -> Any:
        return self.poolmanager.connection_from_url(server, {"ssl_context": context} if context else None)

    def build_response(self, req: requests.PreparedRequest, resp: Any) -> requests.Response:
        """Make what requests makes, but for cookies: nobody is asked twice by one session."""
        response = requests.Response()
        response.status_code, response.reason = resp.status, resp.reason
        response.headers = CaseInsensitiveDict(resp.headers)
        response.encoding = get_encoding_from_headers(response.headers)
        response.raw, response.url, response.request = resp, req.url or "", req
        return response

    def cert_verify(self, *_: Any, **__: Any) -> None:
        """Leave that to the context: otherwise all certificates were loaded again."""


@cache
def anywhere() -> Ways:
    """Return the ways to whatever server the configuration names."""
    return Ways({"http": HttpPool, "https": HttpsPool}, _SERVERS)


def trusting(verify: bool | str) -> SSLContext:  # noqa: FBT001 — requests' own word for it
    """Return what checks certificates. Raises TryLater where those that are trusted cannot be read."""
    place = verify if isinstance(verify, str) else DEFAULT_CA_BUNDLE_PATH
    try:
        return _context(place, Path(place).stat().st_mtime_ns)
    except OSError as error:
        raise TryLater(f"no server's certificate can be checked: {error}", spends=False) from None


@lru_cache(maxsize=4)
def _context(place: str, _changed: int) -> SSLContext:
    context = create_urllib3_context(cert_reqs=CERT_REQUIRED)
    folder = Path(place).is_dir()
    context.load_verify_locations(cafile=None if folder else place, capath=place if folder else None)
    return context


class Unreached(NewConnectionError):
    """No connection stood, so nothing was sent; `why` is for people."""

    def __init__(self, connection: HTTPConnection, error: Exception) -> None:
        self.why = _why(error)
        super().__init__(connection, self.why)


def _why(error: Exception) -> str:
    if isinstance(error, NameResolutionError):
        if getattr(error.__cause__, "errno", None) == socket.EAI_AGAIN:
            return "no name server answers; check the network and /etc/resolv.conf"
        return "its name is not known; check the address and the network"
    if isinstance(error, SSLCertVerificationError):
        return f"its certificate is not valid ({error.verify_message})"
    cause = error.__cause__ or error
    if isinstance(cause, TimeoutError):
        return "no connection in time"
    return getattr(cause, "strerror", None) or str(cause)


class _Impatient(io.RawIOBase):
    """A socket's reader with one end in time: the socket's own timeout starts anew with every byte that drips in."""

    def __init__(self, raw: io.RawIOBase, sock: socket.socket) -> None:
        self._raw = raw
        self._sock = sock
        self._silence = sock.gettimeout() or SILENCE
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
        raise Unreached(connection, error) from error


class Http(HTTPConnection):
    """A connection whose answers come to an end in time, and whose requests do not begin too late."""

    response_class = _Response

    def connect(self) -> None:
        """Make the connection stand."""
        with _connecting(self):
            super().connect()

    def send(self, data: Any) -> None:
        """Send bytes of a request."""
        if self.sock is None:
            self.connect()
            faults.passing("publish.connected")
        fence.check()  # the clock last: between here and the first byte there is nothing that takes time
        super().send(data)

    def getresponse(self) -> Any:
        """Wait for the answer."""
        faults.passing("publish.sent")
        return super().getresponse()


class Https(Http, HTTPSConnection):
    """The same with TLS."""


class HttpPool(HTTPConnectionPool):
    """Connections to a server, each of which is used once."""

    ConnectionCls = Http

    def close(self) -> None:
        """Close nothing, for nothing is kept; and whoever is about to connect goes on when others take its place."""

    def _put_conn(self, conn: Any) -> None:
        if conn:
            conn.close()


class HttpsPool(HttpPool, HTTPSConnectionPool):
    """The same with TLS."""

    ConnectionCls = Https
