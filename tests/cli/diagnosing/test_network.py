"""The way to servers: real ones on loopback, with certificates made for the test."""

import shutil
import socket
import ssl
import subprocess
import threading
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace
from typing import Any

import pytest

from sharebot.cli.diagnosing import network
from sharebot.cli.diagnosing.network import Host, Way
from sharebot.sources.feed import FeedSettings
from sharebot.sources.mailbox_form import MailboxSettings
from tests.servers import free_port

_AUTHORITY = """[ca]
default_ca = own
[own]
new_certs_dir = {place}
database = {place}/index.txt
serial = {place}/serial
default_md = sha256
policy = any
copy_extensions = copy
[any]
commonName = supplied
"""


@pytest.fixture(scope="session")
def certificate(tmp_path_factory):
    """Return what makes a key and a certificate for a name, valid from one time to another."""
    if not shutil.which("openssl"):
        pytest.skip("openssl is not installed")

    def make(name, begins, ends):
        place = tmp_path_factory.mktemp("tls")
        (place / "index.txt").touch()
        (place / "serial").write_text("01")
        (place / "ca.cnf").write_text(_AUTHORITY.format(place=place))
        key, asked, cert = place / "key.pem", place / "csr.pem", place / "cert.pem"
        wanted = ["-subj", f"/CN={name}", "-addext", f"subjectAltName=DNS:{name}"]
        openssl("req", "-new", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", asked, *wanted)
        dates = [f"{each:%Y%m%d%H%M%SZ}" for each in (begins, ends)]
        signed = [
            "-selfsign",
            "-keyfile",
            key,
            "-config",
            place / "ca.cnf",
            "-startdate",
            dates[0],
            "-enddate",
            dates[1],
        ]
        openssl("ca", "-batch", "-notext", "-in", asked, "-out", cert, *signed)
        return key, cert

    return make


def openssl(*arguments):
    subprocess.run(["openssl", *arguments], check=True, capture_output=True)


class _Handler(BaseHTTPRequestHandler):
    server: Any

    def do_HEAD(self):
        self.send_response_only(200)
        for name, value in self.server.told.items():
            self.send_header(name, value)
        self.end_headers()

    def log_message(self, *_):
        pass


class _Quiet(ThreadingHTTPServer):
    told: dict[str, str]

    def handle_error(self, *_):
        pass  # a client that does not trust it hangs up


@pytest.fixture
def server(certificate, monkeypatch):
    """Return what starts a server with a certificate, and returns how it is reached."""
    started = []
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)

    def start(name="localhost", begins=timedelta(days=-30), ends=timedelta(days=60), *, trusted=True, **told):
        now = datetime.now(UTC)
        key, cert = certificate(name, now + begins, now + ends)
        web = _Quiet(("127.0.0.1", 0), _Handler)
        web.told = {name.title(): value for name, value in told.items()}
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(cert, key)
        web.socket = context.wrap_socket(web.socket, server_side=True, do_handshake_on_connect=False)
        threading.Thread(target=web.serve_forever, args=(0.01,), daemon=True).start()
        started.append(web)
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(cert)) if trusted else monkeypatch.delenv(
            "REQUESTS_CA_BUNDLE", raising=False
        )
        return Host("https", "localhost", web.server_port)

    yield start
    for web in started:
        web.shutdown()
        web.server_close()


def look(host):
    ahead: list[timedelta] = []
    return {each.name.partition(" ")[0]: each for each in Way(host, ahead).look()}, ahead


@pytest.mark.integration
def test_a_server_that_is_well_is_told_with_its_address_and_the_days_of_its_certificate(server):
    host = server(date=format_datetime(datetime.now(UTC), usegmt=True))
    found, (ahead,) = look(host)
    assert [each.severity for each in found.values()] == ["info"] * 3
    assert "127.0.0.1" in found["dns"].words
    assert "valid for 59 more days" in found["tls"].words
    assert abs(ahead) < timedelta(seconds=20)


@pytest.mark.integration
@pytest.mark.parametrize(
    ("how", "words", "cure"),
    [
        ({"ends": timedelta(days=-1)}, "certificate has expired", "has to renew it"),
        ({"begins": timedelta(days=1)}, "not yet valid", "clock of this machine"),
        ({"name": "other.example"}, "mismatch", "correct the address"),
        ({"trusted": False}, "self-signed", "REQUESTS_CA_BUNDLE"),
    ],
)
def test_a_certificate_that_is_no_good_is_told_with_why_and_the_cure(server, how, words, cure):
    found, ahead = look(server(**how))
    assert found["network"].ok
    assert not found["tls"].ok
    assert words in found["tls"].words.lower().replace("self signed", "self-signed")
    assert cure in found["tls"].cure
    assert ahead == []


@pytest.mark.integration
def test_authorities_that_cannot_be_read_trust_no_server(server, monkeypatch):
    host = server()
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/nowhere.pem")
    assert "no server's certificate can be checked" in look(host)[0]["tls"].words


@pytest.mark.integration
def test_a_certificate_that_should_have_been_renewed_is_warned_of(server):
    found, _ = look(server(begins=timedelta(days=-85), ends=timedelta(days=5)))
    assert found["tls"].severity == "warning"
    assert "ends in 5.0 days" in found["tls"].words or "ends in 4.9 days" in found["tls"].words


@pytest.mark.integration
def test_the_time_of_a_server_counts_its_caches_time_and_one_that_says_none_is_no_fault(server):
    hour = timedelta(hours=1)
    before = format_datetime(datetime.now(UTC) - hour, usegmt=True)
    _, (ahead,) = look(server(date=before, age="3600"))
    assert abs(ahead) < timedelta(seconds=20)
    _, (ahead,) = look(server(date=before))
    assert abs(ahead + hour) < timedelta(seconds=20)
    assert look(server())[1] == []
    assert look(server(date="yesterday"))[1] == []


def test_a_server_without_tls_is_asked_for_its_time(web):
    found, (ahead,) = look(Host("http", "127.0.0.1", web.server.server_port))
    assert [*found] == ["network"]
    assert abs(ahead) < timedelta(seconds=20)


def test_a_mail_server_is_not_asked_for_its_time(web):
    found, ahead = look(Host("imap", "127.0.0.1", web.server.server_port))
    assert ([*found], ahead, web.seen) == (["network"], [], [])


def test_a_port_that_nobody_listens_at_is_told():
    found, _ = look(Host("https", "127.0.0.1", free_port()))
    assert found["network"].words == "cannot be reached: Connection refused"
    assert "let this machine out" in found["network"].cure


def test_a_port_that_does_not_speak_tls_is_told(web):
    found, _ = look(Host("https", "127.0.0.1", web.server.server_port))
    assert "no secure connection" in found["tls"].words


def test_a_server_that_does_not_answer_is_not_waited_for_long(monkeypatch):
    monkeypatch.setattr(network, "_PATIENCE", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        found, _ = look(Host("https", "127.0.0.1", silent.getsockname()[1]))
    assert "no secure connection" in found["tls"].words


# ── names ────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def names(monkeypatch):
    """What names mean; connections are refused."""
    known: dict[str, list[str]] = {}

    def resolve(name, *_, **__):
        if name not in known:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 0)) for address in known[name]]

    def refuse(*_):
        raise ConnectionRefusedError(111, "Connection refused")

    monkeypatch.setattr("socket.getaddrinfo", resolve)
    monkeypatch.setattr("socket.create_connection", refuse)
    return known


@pytest.mark.usefixtures("names")
def test_a_name_that_is_not_known_ends_the_way():
    found, _ = look(Host("https", "nowhere.example", 443))
    assert [*found] == ["dns"]
    assert "Name or service not known" in found["dns"].words
    assert "getent hosts nowhere.example" in found["dns"].cure


def test_what_can_be_no_name_is_told():
    assert "it is no name" in look(Host("https", "x" * 70 + ".example", 443))[0]["dns"].words


def test_a_name_is_told_with_what_it_means(names):
    names["open.example"] = ["1.1.1.1", "1.0.0.1"]
    assert look(Host("https", "open.example", 443))[0]["dns"].words == "well (1.1.1.1, 1.0.0.1)"


def test_a_name_that_leads_into_a_private_network_is_warned_of_and_wrong_for_a_source(names):
    names["inside.example"] = ["10.0.0.7"]
    found, _ = look(Host("https", "inside.example", 443))
    assert (found["dns"].severity, "10.0.0.7" in found["dns"].words) == ("warning", True)
    assert "network" in found
    found, _ = look(Host("https", "inside.example", 443, open=True))
    assert (found["dns"].severity, [*found]) == ("error", ["dns"])
    assert "allow_private: true" in found["dns"].cure


# ── proxies ──────────────────────────────────────────────────────────────────────────────────────────────────────────


class _Proxy(BaseHTTPRequestHandler):
    server: Any

    def do_CONNECT(self):
        self.server.asked.append((self.path, self.headers["Proxy-Authorization"]))
        if not self.server.port:
            self.send_error(407)
            return
        with socket.create_connection(("127.0.0.1", self.server.port)) as beyond:
            self.send_response(200)
            self.end_headers()
            back = threading.Thread(target=_pour, args=(beyond, self.connection), daemon=True)
            back.start()
            _pour(self.connection, beyond)
            back.join(5)

    def log_message(self, *_):
        pass


def _pour(source, target):
    try:
        while data := source.recv(65536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)
    except OSError:
        pass


@pytest.fixture
def proxy():
    served: Any = ThreadingHTTPServer(("127.0.0.1", 0), _Proxy)
    served.asked, served.port = [], 0
    threading.Thread(target=served.serve_forever, args=(0.01,), daemon=True).start()
    yield served
    served.shutdown()
    served.server_close()


@pytest.mark.integration
def test_a_proxy_is_gone_through_and_its_password_is_not_told(server, proxy, monkeypatch):
    host = server()
    proxy.port = host.port
    monkeypatch.setenv("HTTPS_PROXY", f"http://me:ge%40heim@127.0.0.1:{proxy.server_port}")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    found, _ = look(host)
    assert found["network"].words == "well (through the proxy 127.0.0.1)"
    assert found["tls"].ok
    assert proxy.asked == [(f"localhost:{host.port}", "Basic bWU6Z2VAaGVpbQ==")]
    assert "heim" not in str(found)


@pytest.mark.integration
def test_a_proxy_that_refuses_is_told(server, proxy, monkeypatch):
    host = server()
    monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{proxy.server_port}")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    found, _ = look(host)
    assert "407" in found["network"].words


# ── whom is trusted, and which servers there are ─────────────────────────────────────────────────────────────────────


def test_the_authorities_are_counted_and_a_store_without_any_is_wrong(tmp_path, monkeypatch):
    hosts = [Host("https", "a.example", 443), Host("imaps", "b.example", 993), Host("http", "127.0.0.1", 80)]
    monkeypatch.delenv("REQUESTS_CA_BUNDLE", raising=False)
    assert [each.name for each in network.trusted(hosts)] == ["trust store for https", "trust store for imaps"]
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "nothing.pem"))
    assert "no server's certificate can be checked" in next(network.trusted(hosts[:1])).words
    monkeypatch.setattr(network, "_context", lambda _: ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT))
    monkeypatch.setattr("ssl.get_default_verify_paths", lambda: SimpleNamespace(capath=None))
    assert "there are no authorities" in next(network.trusted(hosts[:1])).words


def test_servers_are_found_in_what_settings_say_without_what_is_secret_in_their_addresses():
    feed = FeedSettings(feed="https://me:geheim@news.example:8443/feed?token=geheim")
    assert [*network.of(feed)] == [Host("https", "news.example", 8443, open=True)]
    box = MailboxSettings.model_validate(
        {"imap": "imaps://weekly@mail.example/News", "password": "geheim", "from": "a@b.example"}
    )
    assert [*network.of(box)] == [Host("imaps", "mail.example", 993)]
    assert Host("https", "::1", 443).place == "[::1]:443"


@pytest.mark.usefixtures("_secrets")
def test_every_server_of_a_configuration_is_named_once_also_where_the_configuration_is_wrong(asked, home, configure):
    path = home / "sharebot.yaml"
    more = "llm: {url: https://llm.example/v1, model: small}\n"
    path.write_text(
        more + path.read_text().replace("handle: news.example", "handle: news.example\n    most: 9 per day")
    )
    everything = {"mastodon.example:443", "bsky.social:443", "llm.example:443"}
    assert {host.place for host in network.hosts(asked())} == everything
    configure("schedule: {every: day", "schedule: {evry: day")
    assert {host.place for host in network.hosts(asked())} == everything
