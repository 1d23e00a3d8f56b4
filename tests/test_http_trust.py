"""Whom a session trusts, and that nothing is kept of a connection, over real TLS."""

import shutil
import socket
import ssl
import subprocess
import threading

import pytest

from sharebot import http
from sharebot.errors import TryLater

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: keep-alive\r\n\r\n{}"

pytestmark = pytest.mark.skipif(not shutil.which("openssl"), reason="openssl makes the certificates; install it")


def certificate(folder, name, days=2):
    """Make a certificate for this machine that vouches for itself; return its file, with the key in it."""
    file = folder / f"{name}.pem"
    openssl = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    names = ["-subj", f"/CN={name}", "-addext", "subjectAltName=IP:127.0.0.1"]
    subprocess.run([*openssl, *names, "-days", str(days), "-keyout", file, "-out", f"{file}.crt"], check=True)
    file.write_bytes(file.read_bytes() + (folder / f"{file.name}.crt").read_bytes())
    return file


class Server:
    """Keeps every connection open and answers whatever comes; `connections` counts them."""

    def __init__(self, certificate=None):
        self.connections = 0
        self.context = None
        if certificate:
            self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.context.load_cert_chain(certificate)
        self.socket = socket.create_server(("127.0.0.1", 0))
        scheme = "https" if certificate else "http"
        self.url = f"{scheme}://127.0.0.1:{self.socket.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._talk, args=(connection,), daemon=True).start()

    def _talk(self, connection):
        try:
            with self.context.wrap_socket(connection, server_side=True) if self.context else connection as talk:
                while talk.recv(65536):
                    talk.sendall(OK)
        except OSError:
            return


@pytest.fixture
def serving():
    servers = []

    def serve(certificate=None):
        servers.append(Server(certificate))
        return servers[-1]

    yield serve
    for server in servers:
        server.socket.close()


def ask(url):
    with http.session("news.example") as session:
        return session.get(url).json()


def test_a_connection_is_used_once_although_the_server_keeps_it_open(serving):
    server = serving()
    assert [ask(server.url) for _ in range(3)] == [{}] * 3
    assert server.connections == 3


def test_a_certificate_that_nobody_vouches_for_is_refused_and_nothing_is_sent(serving, tmp_path):
    with pytest.raises(TryLater, match="its certificate is not valid"):
        ask(serving(certificate(tmp_path, "unknown")).url)


def test_a_file_of_certificates_is_trusted_and_read_again_when_it_has_changed(serving, tmp_path, monkeypatch):
    first, second = certificate(tmp_path, "first"), certificate(tmp_path, "second")
    trusted = tmp_path / "trusted.pem"
    trusted.write_bytes(first.read_bytes())
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(trusted))
    old, new = serving(first), serving(second)
    assert [ask(old.url) for _ in range(2)] == [{}, {}]
    with pytest.raises(TryLater, match="its certificate is not valid"):
        ask(new.url)
    trusted.write_bytes(second.read_bytes())
    assert ask(new.url) == {}
    with pytest.raises(TryLater, match="its certificate is not valid"):
        ask(old.url)


def test_certificates_are_loaded_once_and_not_for_each_connection(serving, tmp_path, monkeypatch):
    file = certificate(tmp_path, "known")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(file))
    loaded = []
    load = ssl.SSLContext.load_verify_locations

    def counted(*given, **named):
        loaded.append(named)
        return load(*given, **named)

    monkeypatch.setattr(ssl.SSLContext, "load_verify_locations", counted)
    server = serving(file)
    assert [ask(server.url) for _ in range(3)] == [{}] * 3
    assert len(loaded) <= 1


def test_a_folder_of_certificates_is_trusted_too(serving, tmp_path, monkeypatch):
    file = certificate(tmp_path, "known")
    folder = tmp_path / "trusted"
    folder.mkdir()
    found = subprocess.run(["openssl", "x509", "-hash", "-noout", "-in", file], check=True, capture_output=True)
    (folder / f"{found.stdout.decode().strip()}.0").write_bytes(file.read_bytes())
    monkeypatch.delenv("REQUESTS_CA_BUNDLE", raising=False)
    monkeypatch.setenv("CURL_CA_BUNDLE", str(folder))
    assert ask(serving(file).url) == {}


def test_another_environment_names_other_proxies_at_once(serving, monkeypatch):
    server = serving()
    monkeypatch.setenv("HTTPS_PROXY", server.url)
    with pytest.raises(TryLater):
        ask("https://news.example")
    assert server.connections == 1
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with pytest.raises(TryLater):
        ask("https://127.0.0.1:9")
    assert server.connections == 1
