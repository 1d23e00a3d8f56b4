"""Connections to the open internet only, however a name or a redirect may try to lead into a private network.

A name is resolved once, what it means is looked at, and the connection goes to exactly the address that was found fit.
A name that means something else a moment later (DNS rebinding) gains nothing by it.
"""

import socket
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

from urllib3.connection import HTTPConnection
from urllib3.exceptions import NameResolutionError
from urllib3.util.connection import create_connection

from sharebot import connections
from sharebot.errors import Refused

_MOST = 4
"""Of a name with many addresses, so many are tried."""
_NAT64 = IPv6Network("64:ff9b::/96")
"""Addresses with an IPv4 address at their end. https://www.rfc-editor.org/rfc/rfc6052#section-2.1"""
_UNFIT = "belongs to a private network or to this machine; write `allow_private: true` where that is meant"


def is_public(address: str) -> bool:
    """Whether an IP address is one of the open internet's, also where an IPv6 address only wraps an IPv4 one."""
    ip = ip_address(address)
    inner = _inner(ip) if isinstance(ip, IPv6Address) else None
    if inner:
        return is_public(str(inner))
    hidden = ip.is_multicast or ip.is_reserved or (isinstance(ip, IPv6Address) and ip.is_site_local)
    return ip.is_global and not hidden


def _inner(ip: IPv6Address) -> IPv4Address | None:
    """Return the IPv4 address that a gateway would take the packets to."""
    if ip in _NAT64:
        return IPv4Address(int(ip) & 0xFFFFFFFF)
    return ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)


def _fit(host: str) -> list[str]:
    """Return the public addresses of a name. Raises Refused where it has no other than private ones."""
    entries = socket.getaddrinfo(host.strip("[]"), None, type=socket.SOCK_STREAM)
    found = list(dict.fromkeys(str(entry[4][0]) for entry in entries))
    public = [address for address in found if is_public(address)]
    if not public:
        raise Refused(f"its address {found[0]} {_UNFIT}")
    return public[:_MOST]


def _check_bare(host: str) -> None:
    """Raise Refused for an address without a name that is private."""
    try:
        unfit = host == "localhost" or not is_public(host.strip("[]"))
    except ValueError:
        return
    if unfit:
        raise Refused(f"its address {host} {_UNFIT}")


class _Choosy(HTTPConnection):
    """Connects to nothing but the addresses that were looked at."""

    def _new_conn(self) -> socket.socket:
        if self.proxy:
            # The proxy resolves the name, and whoever set it up decides how far it goes. A bare address is seen here.
            _check_bare(self._tunnel_host or "")
            return super()._new_conn()
        try:
            *others, last = _fit(self._dns_host)
        except socket.gaierror as error:
            raise NameResolutionError(self.host, self, error) from error
        for address in others:
            try:
                return self._reach(address)
            except OSError:  # The next may answer; what is wrong with the last one is told.
                continue
        return self._reach(last)

    def _reach(self, address: str) -> socket.socket:
        return create_connection((address, self.port), self.timeout, socket_options=self.socket_options)


class _Http(_Choosy, connections.Http):
    pass


class _Https(_Choosy, connections.Https):
    pass


class _HttpPool(connections.HttpPool):
    ConnectionCls = _Http


class _HttpsPool(connections.HttpsPool):
    ConnectionCls = _Https


def outside() -> connections.Ways:
    """Return ways to public addresses only; a session that takes another raises Refused."""
    return connections.Ways({"http": _HttpPool, "https": _HttpsPool})
