"""The way to each server: its name, a connection, its certificate, and what time it is there."""

import socket
import ssl
from collections.abc import Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http.client import HTTPConnection, HTTPException
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from sharebot.cli.diagnosing.findings import Finding, warn, well, wrong
from sharebot.cli.diagnosing.subject import Subject
from sharebot.errors import TryLater
from sharebot.settings import Settings

_PATIENCE = 5.0
_PORTS = {"https": 443, "http": 80, "imaps": 993, "imap": 143}
_TLS = frozenset({"https", "imaps"})
_SHARE = 10
"""A certificate of which less than one in so many parts of its time is left should have been renewed long since."""
_DIRECT = frozenset({"http", "imap", "imaps"})
"""What never goes through a proxy: mail, and plain HTTP, which is for this machine alone."""
_CLOCK = "is not valid yet: is the clock of this machine right? `timedatectl set-ntp true`"
_ENDED = "whoever runs the server has to renew it; if they have, the clock of this machine is wrong"
_NAME = "correct the address in the configuration: the server is known under another name"
_TRUST = "update the authorities (`pip install --upgrade certifi`), or name your own: REQUESTS_CA_BUNDLE=/path/ca.pem"
_CURES = {9: _CLOCK, 10: _ENDED, 62: _NAME, 64: _NAME}
"""By OpenSSL's numbers: https://docs.openssl.org/master/man3/X509_STORE_CTX_get_error/"""


@dataclass(frozen=True, slots=True)
class Host:
    """A server that the configuration names. `open`: nothing of it may lead into a private network."""

    scheme: str
    name: str
    port: int
    open: bool = False

    @property
    def place(self) -> str:
        """Its name and port."""
        return f"[{self.name}]:{self.port}" if ":" in self.name else f"{self.name}:{self.port}"


def hosts(asked: Subject) -> list[Host]:
    """Return the servers of a configuration, each once."""
    found = [host for account in asked.there.accounts.values() for host in of(account.settings)]
    found += [host for letter in asked.newsletters.values() for host in of(letter.source)]
    found += of(asked.there.llm) if asked.there.llm else []
    return list({(host.scheme, host.name, host.port): host for host in found}.values())


def of(settings: Settings) -> Iterator[Host]:
    """Yield the servers that settings name; what is secret in an address stays out of it."""
    guarded = getattr(settings, "allow_private", None) is False and not hasattr(settings, "imap")
    for name, value in settings:
        parts = urlsplit(value) if isinstance(value, str) else None
        if parts and parts.scheme in _PORTS and parts.hostname and name != "link":
            is_source = guarded and name in {"feed", "url"}
            yield Host(parts.scheme, parts.hostname, parts.port or _PORTS[parts.scheme], is_source)


@dataclass(frozen=True, slots=True)
class Way:
    """How a host is reached: by itself, or through a proxy, whose address may hold a password.

    `ahead` gathers how far servers' clocks are before ours.
    """

    host: Host
    ahead: list[timedelta]

    def look(self) -> Iterator[Finding]:
        """Go as far as it goes, and tell of each step."""
        proxy = _proxy(self.host)
        first = urlsplit(proxy) if proxy else None
        name = first.hostname or "" if first else self.host.name
        known = list(_names(name, checked=self.host.open and not proxy))
        yield from known
        if all(each.ok for each in known):
            yield from self._connect(first)

    def _connect(self, proxy: Any) -> Iterator[Finding]:
        name = f"network {self.host.place}"
        try:
            connected = _dial(self.host, proxy)
        except (OSError, HTTPException) as error:
            yield wrong(name, f"cannot be reached: {_why(error)}", f"let this machine out to {self.host.place}")
            return
        with closing(connected):
            yield well(name, f"through the proxy {proxy.hostname}" if proxy else "")
            if self.host.scheme not in _TLS:
                self._ask(connected)
                return
            yield from self._secure(connected)

    def _secure(self, plain: socket.socket) -> Iterator[Finding]:
        name = f"tls {self.host.place}"
        try:
            with _context(self.host).wrap_socket(plain, server_hostname=self.host.name) as secured:
                yield _lasting(name, secured.getpeercert() or {}, datetime.now(UTC))
                self._ask(secured)
        except ssl.SSLCertVerificationError as error:
            words = f"its certificate is not valid ({error.verify_message})"
            yield wrong(name, words, _CURES.get(error.verify_code, _TRUST))
        except TryLater as error:
            yield wrong(name, str(error), _TRUST)
        except OSError as error:
            yield wrong(name, f"no secure connection: {_why(error)}", "does that port speak TLS? correct the address")

    def _ask(self, connected: socket.socket) -> None:
        """Ask a web server for its time. One that says none is no fault."""
        if self.host.scheme not in {"https", "http"}:
            return
        from sharebot.http import USER_AGENT

        asking = HTTPConnection(self.host.name, self.host.port, timeout=_PATIENCE)
        asking.sock = connected
        with suppress(OSError, HTTPException, ValueError, TypeError):
            before = datetime.now(UTC)
            asking.request("HEAD", "/", headers={"User-Agent": USER_AGENT, "Connection": "close"})
            answer = asking.getresponse()
            told = parsedate_to_datetime(answer.headers["Date"])
            age = timedelta(seconds=int(answer.headers.get("Age", "0")))  # how long a cache has kept the answer
            self.ahead.append(told + age - before)


def _names(name: str, *, checked: bool) -> Iterator[Finding]:
    """Tell what a name means; `checked`: nothing private may be behind it."""
    with suppress(ValueError):
        ip_address(name)
        return
    from sharebot.guard import is_public

    label = f"dns {name}"
    try:
        found = socket.getaddrinfo(name, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        why = getattr(error, "strerror", None) or "it is no name"
        cure = f"correct it in the configuration, or mend the name server: `getent hosts {name}`, /etc/resolv.conf"
        yield wrong(label, f"the name is not known: {why}", cure)
        return
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    if name == "localhost" or any(is_public(address) for address in addresses):
        yield well(label, ", ".join(addresses))
    elif checked:
        words = f"it leads into a private network ({addresses[0]}), and sources may not"
        yield wrong(label, words, "write `allow_private: true` in the source where that is meant")
    else:
        words = f"it leads into a private network ({addresses[0]})"
        yield warn(label, words, f"right for a server of yours; else ask another name server: `getent hosts {name}`")


def _dial(host: Host, proxy: Any) -> socket.socket:
    if proxy is None:
        return socket.create_connection((host.name, host.port), _PATIENCE)
    from base64 import b64encode
    from urllib.parse import unquote

    tunnel = HTTPConnection(proxy.hostname, proxy.port or _PORTS["http"], timeout=_PATIENCE)
    user = f"{unquote(proxy.username or '')}:{unquote(proxy.password or '')}".encode()
    headers = {"Proxy-Authorization": f"Basic {b64encode(user).decode()}"} if proxy.username else {}
    tunnel.set_tunnel(host.name, host.port, headers)
    tunnel.connect()
    connected: socket.socket = tunnel.sock
    return connected


def _proxy(host: Host) -> str | None:
    """Return the proxy that requests would take."""
    if host.scheme in _DIRECT:
        return None
    from requests.utils import get_environ_proxies, select_proxy

    url = f"{host.scheme}://{host.place}/"
    return select_proxy(url, get_environ_proxies(url)) or None


def _context(host: Host) -> ssl.SSLContext:
    """Trust whom the program trusts: mail the system's authorities, all else its own. Raises TryLater, as it does."""
    if host.scheme == "imaps":
        return ssl.create_default_context()
    from sharebot import connections, http

    return connections.trusting(http.trusted())


def _lasting(name: str, certificate: dict[str, Any], now: datetime) -> Finding:
    begins, ends = (
        datetime.fromtimestamp(ssl.cert_time_to_seconds(certificate[key]), UTC) for key in ("notBefore", "notAfter")
    )
    left = ends - now
    if left * _SHARE < ends - begins:
        words = f"its certificate ends in {left / timedelta(days=1):.1f} days, and has not been renewed"
        return warn(name, words, "tell whoever runs the server; nothing is sent there once it has ended")
    return well(name, f"its certificate is valid for {left.days} more days")


def _why(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return f"no answer within {_PATIENCE:.0f} s"
    return getattr(error, "strerror", None) or str(error) or type(error).__name__


def trusted(asked: Sequence[Host]) -> Iterator[Finding]:
    """Tell whether there are authorities to trust at all."""
    for scheme in sorted({host.scheme for host in asked} & _TLS):
        name = f"trust store for {scheme}"
        try:
            count = len(_context(Host(scheme, "", 0)).get_ca_certs())
        except TryLater as error:
            yield wrong(name, str(error), _TRUST)
            continue
        if count or ssl.get_default_verify_paths().capath:
            yield well(name, f"{count} authorities")
        else:
            yield wrong(name, "there are no authorities in it", _TRUST)
