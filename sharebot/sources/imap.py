"""IMAP as far as reading newsletters needs it, with finite patience and memory.

The standard library believes whatever size a server announces, and waits anew with each byte that drips in.
The rules are https://www.rfc-editor.org/rfc/rfc3501.
"""

import imaplib
import io
import re
import ssl
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from time import monotonic
from typing import Any

from sharebot.errors import SourceError

CONNECT = 10.0
"""Seconds until a connection stands."""
SILENCE = 30.0
"""Seconds of silence that a server may keep. Many let one wait who gave a wrong password: Dovecot 17 seconds."""
TOTAL = 120.0
"""Seconds for one visit, with all mails that it brings."""
_SLACK = 1_000_000
"""Bytes that an answer may have beside one mail: the numbers of all mails in a folder."""
_MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()  # noqa: SIM905 - strftime's depend on the locale
_SIZE = re.compile(rb"UID (\d+)[^)]*RFC822\.SIZE (\d+)|RFC822\.SIZE (\d+)[^)]*UID (\d+)")
_NAME = re.compile(rb'\((?P<flags>[^)]*)\) (?:"[^"]*"|NIL) (?:"(?P<quoted>(?:[^"\\]|\\.)*)"|(?P<atom>\S+))')
_FAULTS = (imaplib.IMAP4.error, OSError, ValueError, KeyError, TypeError, AttributeError, IndexError)
"""What the standard library raises on a server's errors, on broken connections and on nonsense."""


class Refused(SourceError):
    """The server said no, and will say so again: a wrong password, a missing folder."""


class Broken(SourceError):
    """The connection did not stand, broke, or came to nothing in time: another one may do better."""


@dataclass(frozen=True, slots=True)
class Server:
    """Where a mailbox is. Without `tls` from the first byte it must be asked for (STARTTLS), unless on this machine."""

    host: str
    port: int
    tls: bool
    local: bool


class _Timed(io.RawIOBase):
    """A connection's reader that ends in time."""

    def __init__(self, connection: Any, end: float) -> None:
        self._connection = connection
        self._end = end

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        left = self._end - monotonic()
        if left <= 0:
            raise TimeoutError("the visit takes too long")
        self._connection.settimeout(min(left, SILENCE))
        return int(self._connection.recv_into(buffer))


class _Bounded(imaplib.IMAP4):
    """A connection that takes no more bytes or time than it should."""

    most = _SLACK
    end = 0.0

    def read(self, size: int) -> bytes:
        if size > self.most:
            raise self.abort(f"an answer of {size} bytes")
        return bytes(self._reader().read(size))

    def readline(self) -> bytes:
        line = bytes(self._reader().readline(_SLACK))
        if not line.endswith(b"\n"):
            raise self.abort("the connection broke, or a line had no end")
        return line

    def _reader(self) -> Any:
        """Return the reader of the socket, which is another one once TLS has begun."""
        known: tuple[Any, Any] = self.__dict__.get("timed", (None, None))
        if known[0] is not self.sock:
            known = self.__dict__["timed"] = (self.sock, io.BufferedReader(_Timed(self.sock, self.end)))
        return known[1]


class _BoundedTls(_Bounded, imaplib.IMAP4_SSL):
    """The same with TLS from the first byte on."""


class Visit:
    """One visit to a mailbox: signed in, with a folder open. Its methods raise Refused or Broken."""

    def __init__(self, connection: _Bounded, place: str) -> None:
        self._connection = connection
        self._place = place

    def open(self, folder: str, *, writable: bool = False) -> str:
        """Open a folder, only to read unless told otherwise. Return its UIDVALIDITY: a new one ends all UIDs."""
        with _listening(self._place):
            kind, _ = self._connection.select(_quoted(folder), readonly=not writable)
        if kind != "OK":
            names = ", ".join(self._folders()) or "no folder at all"
            raise Refused(self._place, f"there is no folder {folder!r} that can be opened; the server has {names}")
        validity = (self._connection.response("UIDVALIDITY")[1] or [b""])[0]
        return validity.decode("ascii", "replace") if isinstance(validity, bytes) else ""

    def search(self, since: date, sender: str | None) -> list[int]:
        """Return the UIDs of the mails that arrived since a day, perhaps of one sender only, newest first."""
        wanted = ["SINCE", f"{since.day}-{_MONTHS[since.month - 1]}-{since.year:04}"]
        if sender and sender.isascii():
            wanted += ["FROM", _quoted(sender)]
        found = self._uid("SEARCH", *wanted)
        uids = {int(uid) for line in found if isinstance(line, bytes) for uid in line.split()}
        return sorted(uids, reverse=True)

    def sizes(self, uids: Collection[int]) -> dict[int, int]:
        """Return the bytes of each mail that is there."""
        if not uids:
            return {}
        lines = self._uid("FETCH", _set(uids), "(UID RFC822.SIZE)")
        found = (_SIZE.search(line) for line in lines if isinstance(line, bytes))
        return {int(match[1] or match[4]): int(match[2] or match[3]) for match in found if match}

    def fetch(self, uid: int, most: int) -> bytes | None:
        """Return a mail without marking it as seen; None where it is gone."""
        self._connection.most = most + _SLACK
        answer = self._uid("FETCH", str(uid), "(UID BODY.PEEK[])")
        return next((each[1] for each in answer if isinstance(each, tuple)), None)

    def mark(self, uids: Iterable[int], flag: str) -> None:
        r"""Put a flag such as `\Seen` on mails."""
        self._uid("STORE", _set(uids), "+FLAGS.SILENT", f"({flag})")

    def move(self, uids: Iterable[int], folder: str) -> None:
        """Move mails to another folder, which must be there (RFC 6851; without it a copy, RFC 4315)."""
        able = self._abilities()
        if b"MOVE" in able:
            self._uid("MOVE", _set(uids), _quoted(folder))
        elif b"UIDPLUS" in able:
            self._uid("COPY", _set(uids), _quoted(folder))
            self.mark(uids, "\\Deleted")
            self._uid("EXPUNGE", _set(uids))
        else:
            raise Refused(self._place, "the server cannot move mails (neither MOVE nor UIDPLUS); write mark: seen")

    def _uid(self, command: str, *arguments: str) -> list[Any]:
        with _listening(self._place):
            kind, answer = self._connection.uid(command, *arguments)
        if kind != "OK":
            raise Refused(
                self._place, f"the server refused {command} {arguments[-1][:40]}; look at the folder's name and rights"
            )
        return [each for each in answer if each is not None]

    def _abilities(self) -> list[bytes]:
        """Ask what the server can do; many tell it all only to those who have signed in."""
        with _listening(self._place):
            lines = self._connection.capability()[1]
        return b" ".join(line for line in lines if isinstance(line, bytes)).upper().split()

    def _folders(self) -> Iterator[str]:
        from imap_tools.imap_utf7 import utf7_decode

        with _listening(self._place):
            kind, lines = self._connection.list()
        for line in lines[:20] if kind == "OK" else ():
            match = _NAME.match(line) if isinstance(line, bytes) else None
            if match and b"\\noselect" not in match["flags"].lower():
                yield repr(utf7_decode(re.sub(rb"\\(.)", rb"\1", match["quoted"] or match["atom"] or b"")))


@contextmanager
def visit(server: Server, user: str, password: str, place: str) -> Iterator[Visit]:
    """Sign in for one visit. Raises Refused or Broken, which name no secret."""
    with _listening(place):
        connection = _connected(server, place)
    try:
        with _listening(place):
            _sign_in(connection, user, password, place)
        yield Visit(connection, place)
    finally:
        _leave(connection)


@contextmanager
def _listening(place: str) -> Iterator[None]:
    """Turn whatever a server's answer, or its silence, leads to into a Refused or a Broken."""
    try:
        yield
    except ssl.SSLCertVerificationError as error:
        why = f"its certificate is not valid ({error.verify_message}); look at the host's name"
        raise Refused(place, why) from None
    except TimeoutError:
        raise Broken(place, "it gave no answer in time; it is tried again by itself") from None
    except _FAULTS as error:
        why = getattr(error, "strerror", None) or "the connection broke, or what it said is no IMAP"
        raise Broken(place, f"{why}; it is tried again by itself. Look at host and port if that goes on") from None


def _connected(server: Server, place: str) -> _Bounded:
    context = ssl.create_default_context()
    bounds = {"end": monotonic() + TOTAL}
    connection: _Bounded
    if server.tls:
        connection = type("Connection", (_BoundedTls,), bounds)(
            server.host, server.port, ssl_context=context, timeout=CONNECT
        )
        return connection
    connection = type("Connection", (_Bounded,), bounds)(server.host, server.port, timeout=CONNECT)
    if not server.local:
        if "STARTTLS" not in connection.capabilities:
            _leave(connection)
            raise Refused(place, "it offers no TLS, and a password travels by TLS only; write imaps://")
        connection.starttls(context)
    return connection


def _sign_in(connection: _Bounded, user: str, password: str, place: str) -> None:
    """Sign in by AUTHENTICATE PLAIN (RFC 4616), which can carry every character; else by LOGIN."""
    secret = b"\0".join((b"", user.encode(), password.encode()))
    try:
        if "AUTH=PLAIN" in connection.capabilities:
            connection.authenticate("PLAIN", lambda _: secret)
        elif f"{user}{password}".isascii() and f"{user}{password}".isprintable():
            connection.login(_quoted(user), password)
        else:
            raise Refused(place, "it takes passwords of plain ASCII only; choose another one")
    except imaplib.IMAP4.abort:
        raise
    except imaplib.IMAP4.error:
        cure = "correct them; where one signs in with a browser, make a password for this program there"
        raise Refused(place, f"the server does not accept user and password; {cure}") from None


def _leave(connection: _Bounded) -> None:
    """Say goodbye, without waiting long for an answer."""
    connection.end = min(connection.end, monotonic() + 1)
    connection.__dict__.pop("timed", None)
    with suppress(*_FAULTS):
        connection.logout()
    with suppress(*_FAULTS):
        connection.shutdown()


def _set(uids: Iterable[int]) -> str:
    return ",".join(map(str, sorted(uids)))


def _quoted(name: str) -> str:
    """Return a name as IMAP's quoted string; folders' names are in its own UTF-7."""
    if not name.isascii():
        from imap_tools.imap_utf7 import utf7_encode

        name = utf7_encode(name).decode("ascii")
    elif "&" in name:
        name = name.replace("&", "&-")
    return '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'
