import gzip
import io
import re
import socket
import ssl
import threading
import time
from contextlib import closing

import pytest
import requests

from sharebot import connections, http
from sharebot.errors import SignInAgain, TryLater, Unsure, reading

SECRET = "s3cret"
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"


class Listener:
    """A bare server: `talk` gets the connection after a request's head was read. `heads` holds what came."""

    def __init__(self, talk, patience=5.0):
        self.talk, self.heads = talk, []
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.socket.settimeout(patience)
        self.url = f"http://127.0.0.1:{self.socket.getsockname()[1]}"
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.thread.start()

    def serve(self):
        while True:
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            with connection:
                self.heads.append(connection.recv(65536).decode("latin-1"))
                try:
                    self.talk(connection)
                except OSError:
                    continue

    def close(self):
        self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()
        self.thread.join(5)


@pytest.fixture
def listening():
    started = []

    def listen(talk):
        started.append(Listener(talk))
        return started[-1]

    yield listen
    for listener in started:
        listener.close()


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch):
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


def say(answer):
    return lambda connection: connection.sendall(answer)


def post(url, **limits):
    headers = {"Authorization": f"Bearer {SECRET}"}
    with http.session("news.example", **limits) as session:
        return session.request("POST", f"{url}/post?key={SECRET}", headers=headers, data=b"text")


def test_each_request_has_a_connection_of_its_own_and_says_who_asks(listening):
    server = listening(say(OK))
    assert [post(server.url).json() for _ in range(2)] == [{}, {}]
    assert len(server.heads) == 2
    for head in server.heads:
        assert "\r\nConnection: close\r\n" in head
        assert re.search(r"\r\nUser-Agent: sharebot/\d+\.\d+\.\d+\r\n", head)


def test_whoever_is_about_to_reach_a_server_goes_on_although_others_took_its_place():
    ways = connections.Ways({"http": connections.HttpPool, "https": connections.HttpsPool}, servers=2)

    def reach(server):
        request = requests.PreparedRequest()
        request.url = f"http://{server}/posts"
        return ways.get_connection_with_tls_context(request, verify=True)

    first = reach("a.example")
    for server in ("b.example", "a.example", "c.example", "d.example"):
        reach(server)
    assert first.pool is not None  # urllib3 has no other sign of a pool that was closed


def test_a_password_from_netrc_never_takes_the_place_of_the_token(listening, tmp_path, monkeypatch):
    netrc = tmp_path / "netrc"
    netrc.write_text("default login somebody password else\n")
    monkeypatch.setenv("NETRC", str(netrc))
    server = listening(say(OK))
    post(server.url)
    assert f"\r\nAuthorization: Bearer {SECRET}\r\n" in server.heads[0]


def test_plain_http_never_goes_through_a_proxy(listening, monkeypatch):
    proxy, server = listening(say(OK)), listening(say(OK))
    monkeypatch.setenv("HTTP_PROXY", proxy.url)
    post(server.url)
    assert (len(proxy.heads), len(server.heads)) == (0, 1)


def test_no_redirect_is_followed(listening):
    elsewhere = listening(say(OK))
    moved = f"HTTP/1.1 307 Moved\r\nLocation: {elsewhere.url}/\r\nContent-Length: 0\r\n\r\n".encode()
    assert post(listening(say(moved)).url).status_code == 307
    assert elsewhere.heads == []


def test_a_judge_sees_an_answer_before_any_library(listening):
    def judge(response):
        raise TryLater(f"{response.status_code} {response.text}")

    with pytest.raises(TryLater, match=r"^200 \{\}$"):
        post(listening(say(OK)).url, judge=judge)


def test_a_closed_port_means_try_later():
    with closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        with pytest.raises(TryLater, match=r"^news\.example cannot be reached: Connection refused$"):
            post(f"http://127.0.0.1:{taken.getsockname()[1]}")


def test_an_unknown_name_means_try_later():
    with pytest.raises(TryLater, match="its name is not known"):
        post("https://nowhere.invalid")


def test_a_connection_that_does_not_stand_in_time_means_try_later():
    with closing(socket.create_server(("127.0.0.1", 0), backlog=0)) as full:
        address = full.getsockname()
        queue = [socket.socket() for _ in range(4)]
        for waiting in queue:
            waiting.settimeout(0)
            waiting.connect_ex(address)
        with pytest.raises(TryLater, match="no connection in time"):
            post(f"http://127.0.0.1:{address[1]}", connect=0.2)
        for waiting in queue:
            waiting.close()


@pytest.mark.parametrize("talk", [say(b"this is no TLS at all\r\n"), lambda connection: connection.close()])
def test_a_failed_tls_handshake_means_try_later_for_nothing_was_sent(listening, talk):
    with pytest.raises(TryLater, match="cannot be reached"):
        post(listening(talk).url.replace("http:", "https:"))


def test_a_tls_handshake_that_hangs_means_try_later(listening):
    hangs = listening(lambda _: time.sleep(0.6))
    with pytest.raises(TryLater, match="no connection in time"):
        post(hangs.url.replace("http:", "https:"), connect=0.2)


def test_a_missing_file_of_certificates_means_try_later(monkeypatch):
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/nowhere/certificates.pem")
    with pytest.raises(TryLater, match=r"certificate.*/nowhere/certificates\.pem"):
        post("https://127.0.0.1:9")


def test_a_proxy_that_cannot_be_reached_means_try_later(monkeypatch):
    with closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{taken.getsockname()[1]}")
        with pytest.raises(TryLater, match="cannot be reached"):
            post("https://news.example")


def test_a_proxy_that_refuses_the_way_means_try_later(listening, monkeypatch):
    proxy = listening(say(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n"))
    monkeypatch.setenv("HTTPS_PROXY", proxy.url)
    with pytest.raises(TryLater, match="403"):
        post("https://news.example")
    assert proxy.heads[0].startswith("CONNECT news.example:443")


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"nonsense\r\n\r\n",
        b"HTTP/1.1",
        b"HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 20\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}",
    ],
)
def test_any_loss_after_the_request_was_sent_means_unsure(listening, answer):
    with pytest.raises(Unsure):
        post(listening(say(answer)).url)


def test_silence_after_the_request_was_sent_means_unsure(listening):
    with pytest.raises(Unsure, match="no answer in time"):
        post(listening(lambda _: time.sleep(0.6)).url, read=0.2)


@pytest.mark.parametrize("head", [b"HTTP/1.1 200 OK\r\nX: ", b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n"])
def test_an_answer_that_drips_in_for_ever_has_an_end(listening, head):
    def drip(connection):
        connection.sendall(head)
        for _ in range(60):
            connection.sendall(b"x")
            time.sleep(0.05)

    began = time.monotonic()
    with pytest.raises(Unsure):
        post(listening(drip).url, read=0.2)
    assert time.monotonic() - began < 2


@pytest.mark.parametrize("packed", [False, True])
def test_an_answer_too_large_is_given_up(listening, packed):
    body = b"[" + b" " * 5000 + b"]"
    sent = gzip.compress(body) if packed else body
    head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(sent)}\r\n" + "Content-Encoding: gzip\r\n" * packed
    server = listening(say(f"{head}\r\n".encode() + sent))
    with pytest.raises(Unsure):
        post(server.url, max_bytes=5001)
    assert post(server.url, max_bytes=5002).json() == []


@pytest.mark.parametrize("token", ["line\nbreak", "“curly”"])
def test_a_token_that_no_header_can_hold_means_sign_in_again(token, listening):
    server = listening(say(OK))
    with http.session("news.example") as session, pytest.raises(SignInAgain, match=r"token for news\.example") as info:
        session.request("GET", server.url, headers={"Authorization": f"Bearer {token}"})
    assert token not in repr(info.value)


@pytest.mark.parametrize("url", ["https://*.example", "http://[::1"])
def test_an_address_that_is_none_means_sign_in_again_for_a_person_must_mend_it(url):
    with pytest.raises(SignInAgain, match="not the address of a server"):
        post(url)


def test_no_message_holds_a_secret_or_an_address(listening):
    errors = []
    for url in (listening(say(b"")).url, "http://127.0.0.1:1", "https://nowhere.invalid"):
        with pytest.raises((TryLater, Unsure)) as info:
            post(url)
        errors.append(info.value)
    assert not any(SECRET in repr(error) or "http" in str(error) for error in errors)


def test_an_error_of_tls_in_the_middle_of_an_answer_means_unsure():
    error = requests.exceptions.SSLError(ssl.SSLError("bad record"))
    assert isinstance(http.outcome(error, "news.example"), Unsure)


def test_while_one_only_reads_a_lost_answer_means_try_later():
    @reading()
    def read():
        raise Unsure("news.example gave no answer in time")

    with pytest.raises(TryLater, match=r"^news\.example gave no answer in time$"):
        read()


def test_what_reading_refuses_stays_refused():
    with pytest.raises(SignInAgain), reading():
        raise SignInAgain("the token is no good")


def test_an_impatient_reader_closes_what_it_reads():
    left, right = socket.socketpair()
    with left, right:
        reader = io.BufferedReader(connections._Impatient(left.makefile("rb").detach(), left))
        right.sendall(b"x")
        assert reader.read(1) == b"x"
        reader.close()
        assert reader.closed


def test_a_flood_of_bytes_has_an_end_too():
    left, right = socket.socketpair()
    with left, right:
        left.settimeout(0.01)
        reader = connections._Impatient(left.makefile("rb", buffering=0), left)
        right.sendall(b"x" * 100)
        time.sleep(0.03)
        with pytest.raises(TimeoutError):
            reader.read(1)
        reader.close()


def test_a_certificate_that_is_not_valid_is_told_with_its_fault():
    error = ssl.SSLCertVerificationError()
    error.verify_message = "certificate has expired"
    assert connections._why(error) == "its certificate is not valid (certificate has expired)"
