"""Debian's Dovecot on loopback, run by an ordinary user with a configuration of its own in a temporary folder."""

import grp
import imaplib
import shutil
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any, Self

import pytest

from tests import servers

PATIENCE = 20.0
"""Seconds until the server must answer; it takes well under one."""
PASSWORD = "geheimer-Schlüssel"
_CONFIG = """\
protocols = imap
listen = 127.0.0.1
base_dir = {home}/run
state_dir = {home}/run
log_path = {home}/log
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
first_valid_uid = 1
first_valid_gid = 1
mail_location = maildir:{home}/mail/%u
mail_home = {home}/mail/%u
auth_mechanisms = plain login
disable_plaintext_auth = no
auth_failure_delay = 0
ssl = yes
ssl_cert = <{home}/cert.pem
ssl_key = <{home}/key.pem
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid}
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {plain}
  }}
  inet_listener imaps {{
    port = {tls}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  chroot =
}}
"""
"""A rootless Dovecot: no other user, no chroot. https://doc.dovecot.org/2.3/configuration_manual/howto/rootless/"""


@dataclass(frozen=True, slots=True)
class Dovecot:
    """A running server: its ports without and with TLS, and the certificate to trust."""

    plain: int
    tls: int
    certificate: Path


@dataclass(frozen=True, slots=True)
class Box:
    """One user's mailbox on the server."""

    server: Dovecot
    user: str
    password: str = PASSWORD

    def put(self, mail: bytes, folder: str = "INBOX", at: float | None = None) -> None:
        """Deliver a mail."""
        with closing(self.client()) as client:
            if folder != "INBOX":
                client.create(folder)
            done = client.append(folder, "", imaplib.Time2Internaldate(at or time.time()), mail)
            assert done[0] == "OK", done

    def flags(self, folder: str = "INBOX") -> list[str]:
        """Return each mail's flags, as they are stored."""
        with closing(self.client()) as client:
            client.select(folder, readonly=True)
            answer: list[Any] = client.fetch("1:*", "(FLAGS)")[1]
        flags = [line.decode().partition("FLAGS (")[2].partition(")")[0].split() for line in answer if line]
        return [" ".join(flag for flag in each if flag != "\\Recent") for each in flags]

    def delete(self, folder: str) -> None:
        """Delete a folder with all that is in it."""
        with closing(self.client()) as client:
            assert client.delete(folder)[0] == "OK"

    def client(self) -> "Client":
        """Sign in."""
        client = Client("127.0.0.1", self.server.plain, timeout=PATIENCE)
        client.authenticate("PLAIN", lambda _: f"\0{self.user}\0{self.password}".encode())
        return client


class Client(imaplib.IMAP4):
    """A client of the tests' own."""

    def close(self) -> Any:
        return self.logout()


@pytest.fixture(scope="session")
def dovecot() -> Iterator[Dovecot]:
    program = servers.installed("dovecot")
    home = Path(tempfile.mkdtemp(prefix="dovecot-", dir="/tmp"))
    try:
        server = _prepare(home)
        process = subprocess.Popen([program, "-F", "-c", home / "conf"], stdin=subprocess.DEVNULL, **servers.as_user())
        try:
            _await(server, process, home)
            yield server
        finally:
            process.terminate()
            process.wait(PATIENCE)
    finally:
        shutil.rmtree(home)


@pytest.fixture
def box(dovecot: Dovecot, _numbers: Iterator[int]) -> Box:
    """A new user's empty mailbox."""
    return Box(dovecot, f"weekly{next(_numbers)}@news.example")


@pytest.fixture(scope="session")
def _numbers() -> Iterator[int]:
    return count(1)


def _prepare(home: Path) -> Dovecot:
    user = servers.user()
    group = grp.getgrgid(user.pw_gid).gr_name
    values = {"home": home, "user": user.pw_name, "group": group, "uid": user.pw_uid, "gid": user.pw_gid}
    server = Dovecot(servers.free_port(), servers.free_port(), home / "cert.pem")
    for name in ("run", "mail"):
        (home / name).mkdir()
    (home / "conf").write_text(_CONFIG.format(plain=server.plain, tls=server.tls, password=PASSWORD, **values))
    make = (
        "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=mail.example -addext subjectAltName=IP:127.0.0.1"
    )
    subprocess.run(
        [*make.split(), "-keyout", home / "key.pem", "-out", home / "cert.pem"], check=True, capture_output=True
    )
    servers.give(home)
    return server


def _await(server: Dovecot, process: "subprocess.Popen[bytes]", home: Path) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and process.poll() is None:
        with suppress(OSError), socket.create_connection(("127.0.0.1", server.tls), timeout=1):
            return
        time.sleep(0.05)
    log = (home / "log").read_text() if (home / "log").exists() else "(none)"
    raise RuntimeError(f"Dovecot did not start; its log:\n{log}")


class Breaking:
    """A stretch of wire before the server that breaks each of the first `times` connections after `after` bytes."""

    def __init__(self, port: int, times: int, after: int) -> None:
        self._target, self._times, self._after = port, times, after
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self.connections = 0
        threading.Thread(target=self._serve, daemon=True).start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.close()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                self.connections += 1
                left = self._after if self.connections <= self._times else 1 << 60
                far = socket.create_connection(("127.0.0.1", self._target))
                threading.Thread(target=_pump, args=(near, far, 1 << 60), daemon=True).start()
                threading.Thread(target=_pump, args=(far, near, left), daemon=True).start()


@pytest.fixture
def breaking() -> type[Breaking]:
    return Breaking


def _pump(source: socket.socket, sink: socket.socket, left: int) -> None:
    with suppress(OSError):
        while left > 0 and (data := source.recv(min(left, 4096))):
            sink.sendall(data)
            left -= len(data)
    for each in (source, sink):
        with suppress(OSError):
            each.shutdown(socket.SHUT_RDWR)
        each.close()
