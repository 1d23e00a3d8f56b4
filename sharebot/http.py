"""The one way out to other people's servers: finite in time and size, and honest about what may have been sent.

A library's own handling of failures differs from the next one's, and each has traps. So the session that they are
given turns whatever goes wrong into a `PublishError` before they see it.
"""

import io
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPException, HTTPResponse
from ssl import SSLCertVerificationError
from time import monotonic
from typing import Any, ClassVar

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import HTTPError, NameResolutionError, NewConnectionError, ProtocolError

from sharebot import __version__, faults, fence
from sharebot.errors import PublishError, SignInAgain, TryLater, Unsure, reading
from sharebot.lean import HTTPAdapter, requests

__all__ = ["CONNECT", "MAX_BYTES", "READ", "USER_AGENT", "Adapter", "Judge", "Session", "outcome", "reading", "session"]

USER_AGENT = f"sharebot/{__version__}"
CONNECT = 5.0
"""Seconds until a connection stands."""
READ = 25.0
"""Seconds of silence that a server may keep; its whole answer may take twice as long."""
MAX_BYTES = 1_000_000

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
        # Without any `auth`, requests puts a password from ~/.netrc in the place of a token.
        self.auth = _as_it_is

    def request(self, *args: Any, **kwargs: Any) -> requests.Response:
        """Send one request, and follow no redirect: a token and a post are for one server only."""
        try:
            response = super().request(*args, **{**kwargs, "allow_redirects": False})
        except (OSError, ValueError) as error:
            raise outcome(error, self._place) from None
        self._judge(response)
        return response

    def get_redirect_target(self, response: requests.Response) -> str | None:  # noqa: ARG002
        """Know of no redirect: requests would read its body, of any size, to learn where one would have led."""
        return None


class Adapter(HTTPAdapter):
    """Sends with finite patience and memory, whatever the caller asked for or forgot to."""

    pools: ClassVar[dict[str, type[HTTPConnectionPool]]]

    def __init__(self, connect: float | None = None, read: float | None = None, max_bytes: int = MAX_BYTES) -> None:
        self._timeout = (connect or CONNECT, read or READ)
        self._max_bytes = max_bytes
        super().__init__()
        self.poolmanager.pool_classes_by_scheme = self.pools

    def proxy_manager_for(self, *args: Any, **kwargs: Any) -> Any:
        """Let connections through a proxy be as patient as direct ones."""
        manager = super().proxy_manager_for(*args, **kwargs)
        manager.pool_classes_by_scheme = self.pools
        return manager

    def cert_verify(self, *args: Any, **kwargs: Any) -> None:
        """Prepare to check the server's certificate."""
        try:
            super().cert_verify(*args, **kwargs)  # type: ignore[no-untyped-call]  # so in types-requests
        except OSError as error:
            raise TryLater(f"no server's certificate can be checked: {error}", spends=False) from None

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        """Send a prepared request."""
        kwargs["timeout"] = self._timeout
        if (request.url or "").startswith("http:"):
            # Plain http is for this machine alone; a proxy elsewhere would read the token.
            kwargs["proxies"] = None
        response = super().send(request, *args, **kwargs)
        response.raw = _Bounded(response.raw, self._max_bytes)
        return response


def session(
    place: str,
    judge: Judge = lambda _: None,
    *,
    connect: float | None = None,
    read: float | None = None,
    max_bytes: int = MAX_BYTES,
    kind: type[Adapter] = Adapter,
) -> Session:
    """Make a session for one exchange with `place`, which is how messages call the server. Close it after use."""
    made = Session(place, judge)
    adapter = kind(connect, read, max_bytes)
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
        return TryLater(f"{place} cannot be reached: {cause.why}", spends=False)
    if isinstance(error, requests.exceptions.Timeout):
        return Unsure(f"{place} gave no answer in time")
    return Unsure(f"{place} broke off before its answer was complete")


def _as_it_is(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request


class _Unreached(NewConnectionError):
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


class _HttpPool(HTTPConnectionPool):
    ConnectionCls = Http


class _HttpsPool(HTTPSConnectionPool):
    ConnectionCls = Https


Adapter.pools = {"http": _HttpPool, "https": _HttpsPool}
