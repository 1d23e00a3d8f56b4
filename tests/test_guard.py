import shutil
import socket
import ssl
import subprocess
from datetime import UTC, datetime

import pytest

from sharebot.errors import SourceError
from sharebot.fetch import Later, get, unwrap
from sharebot.guard import is_public

NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)
PUBLIC = "93.184.216.34"


@pytest.fixture
def names(monkeypatch):
    """A name server of ours: a name beside the answers to its first, second … question. Numbers stay numbers."""
    known: dict[str, list[list[str]]] = {}
    real = socket.getaddrinfo

    def resolve(host, port, *args, **more):
        if host not in known:
            return real(host, port, *args, **more)
        answer = known[host].pop(0) if len(known[host]) > 1 else known[host][0]
        kinds = [(socket.AF_INET6 if ":" in one else socket.AF_INET, one) for one in answer]
        return [(kind, socket.SOCK_STREAM, 6, "", (address, port or 0)) for kind, address in kinds]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    return known


@pytest.fixture
def reached(monkeypatch):
    """The addresses that a connection was tried to; none is made."""
    tried = []

    def connect(address, *_, **__):
        tried.append(address[0])
        raise ConnectionRefusedError(111, "Connection refused")

    monkeypatch.setattr("sharebot.guard.create_connection", connect)
    return tried


@pytest.mark.parametrize("address", [PUBLIC, "2606:2800:220:1::1", "64:ff9b::5db8:d822", "2002:5db8:d822::1"])
def test_an_address_of_the_open_internet_is_public(address):
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "127.8.8.8", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254"),
        *("100.64.0.1", "100.100.100.200", "192.0.0.1", "192.0.2.1", "198.18.0.1", "198.51.100.1", "203.0.113.1"),
        *("224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255"),
        *("::1", "::", "::127.0.0.1", "fe80::1", "fe80::1%2", "fec0::1", "fd00::1", "ff02::1", "2001:db8::1", "100::1"),
        *("::ffff:127.0.0.1", "::ffff:169.254.169.254", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe"),
        *("64:ff9b:1::1", "2002:7f00:1::1", "2002:c0a8:101::1", "2001:0:1::"),
    ],
)
def test_an_address_of_any_other_network_is_not_public(address):
    assert not is_public(address)


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]", "localhost", "[::ffff:127.0.0.1]", "2130706433", "127.1", "0"])
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_this_machine_is_not_visited_however_its_address_is_written(web, scheme, host):
    with pytest.raises(
        SourceError, match="belongs to a private network or to this machine; write `allow_private: true`"
    ):
        get(f"{scheme}://{host}:{web.server.server_port}/", NOW)
    assert web.seen == []


def test_a_name_for_a_private_address_is_not_visited(web, names):
    names["intranet.example"] = [["127.0.0.1", "10.0.0.1"]]
    with pytest.raises(SourceError, match=r"^http://intranet\.example:\d+/: its address 127\.0\.0\.1 belongs"):
        get(f"http://intranet.example:{web.server.server_port}/", NOW)
    assert web.seen == []


def test_a_private_network_is_visited_where_the_editor_allows_it(web, names):
    names["intranet.example"] = [["127.0.0.1"]]
    web.pages["/"] = (200, {}, b"here")
    assert get(f"http://intranet.example:{web.server.server_port}/", NOW, allow_private=True).data == b"here"


def test_a_redirect_into_a_private_network_is_not_followed(web, names, monkeypatch):
    names["news.example"] = [["127.0.0.1"]]
    monkeypatch.setattr("sharebot.guard.is_public", lambda address: address == "127.0.0.1")  # which plays a public one
    web.pages |= {
        "/": (302, {"Location": "http://10.0.0.1/admin"}, b""),
        "/t": (302, {"Location": "http://[::1]/t"}, b""),
    }
    start = f"http://news.example:{web.server.server_port}/"
    with pytest.raises(SourceError, match=r"→ http://10\.0\.0\.1/admin: its address 10\.0\.0\.1 belongs to a private"):
        get(start, NOW)
    with pytest.raises(SourceError, match="its address ::1 belongs to a private"):
        unwrap(f"{start}t", NOW, wrapped=lambda _: True, forbidden=lambda _: False)
    assert web.paths() == ["/", "/t"]


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_name_that_means_something_else_a_moment_later_gains_nothing(names, reached, scheme):
    names["rebind.example"] = [[PUBLIC], ["127.0.0.1"]]
    with pytest.raises(Later, match="Connection refused"):
        get(f"{scheme}://rebind.example/", NOW)
    assert reached == [PUBLIC]
    with pytest.raises(SourceError, match="private"):
        get(f"{scheme}://rebind.example/", NOW)
    assert reached == [PUBLIC]


def test_of_a_name_with_several_addresses_the_public_ones_are_tried_in_turn(names, reached):
    names["many.example"] = [["10.0.0.1", "2606:2800:220:1::1", PUBLIC]]
    with pytest.raises(Later):
        get("https://many.example/", NOW)
    assert reached == ["2606:2800:220:1::1", PUBLIC]


def test_a_name_that_nobody_knows_may_be_known_later(monkeypatch):
    def unknown(*_, **__):
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(Later, match="its name is not known"):
        get("https://nowhere.example/", NOW)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "169.254.169.254"])
def test_a_proxy_is_not_asked_for_a_private_address(web, monkeypatch, host):
    monkeypatch.setenv("HTTPS_PROXY", web.url)
    with pytest.raises(SourceError, match="belongs to a private network"):
        get(f"https://{host}/", NOW)
    assert web.seen == []


def test_a_proxy_resolves_names_itself(web, monkeypatch):
    monkeypatch.setenv("HTTPS_PROXY", web.url)
    with pytest.raises(Later, match="501"):  # which is what the stand-in answers to CONNECT
        get("https://news.example/", NOW)


@pytest.fixture(scope="session")
def certificate(tmp_path_factory):
    if not shutil.which("openssl"):
        pytest.skip("openssl is not installed")
    place = tmp_path_factory.mktemp("tls")
    key, cert = place / "key.pem", place / "cert.pem"
    subject = ["-subj", "/CN=news.example", "-addext", "subjectAltName=DNS:news.example"]
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", cert, *subject]
    subprocess.run(command, check=True, capture_output=True)
    return key, cert


def test_a_certificate_is_held_against_the_name_and_not_against_the_address(web, names, certificate, monkeypatch):
    key, cert = certificate
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    web.server.socket = context.wrap_socket(web.server.socket, server_side=True)
    web.pages["/"] = (200, {}, b"here")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(cert))
    monkeypatch.setattr("sharebot.guard.is_public", lambda address: address == "127.0.0.1")  # which plays a public one
    names |= {"news.example": [["127.0.0.1"]], "other.example": [["127.0.0.1"]]}
    assert get(f"https://news.example:{web.server.server_port}/", NOW).data == b"here"
    with pytest.raises(Later, match="its certificate is not valid"):
        get(f"https://other.example:{web.server.server_port}/", NOW)
    with pytest.raises(Later, match="its certificate is not valid"):
        get(f"https://127.0.0.1:{web.server.server_port}/", NOW)
