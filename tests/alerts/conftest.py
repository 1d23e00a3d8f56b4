"""A mail server and a web server on loopback, a clock that is moved by hand, and a configuration with recipients."""

import base64
import json
import shutil
import socket
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from sharebot import app
from sharebot.alerts.mail import NotSent
from sharebot.alerts.problems import Facts
from sharebot.alerts.watch import look
from sharebot.alerts.words import Message
from sharebot.config.alerting import Recipient
from sharebot.config.values import Config
from sharebot.outbox.ledger import Ledger

if TYPE_CHECKING:
    from email.message import EmailMessage

USER, PASSWORD = "sharebot", "a pass word"


class MailServer:
    """Takes mail as RFC 5321 has it, with STARTTLS and AUTH PLAIN where they are asked for.

    `answers` has for a command what is said in place of the usual; with `drips`, each answer comes byte by byte and
    has no end.
    """

    def __init__(self, context: ssl.SSLContext | None = None, *, at_once: bool = False, signed: bool = False) -> None:
        self.mails: list[EmailMessage] = []
        self.recipients: list[str] = []
        self.users: list[str] = []
        self.answers: dict[str, str] = {}
        self.encrypted: list[bool] = []
        self._context, self._at_once, self._signed = context, at_once, signed
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._socket.getsockname()[1])
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        self._socket.close()

    def _serve(self) -> None:
        while True:
            try:
                wire, _ = self._socket.accept()
            except OSError:
                return
            threading.Thread(target=self._talk, args=(wire,), daemon=True).start()

    def _talk(self, wire: socket.socket) -> None:
        talk = Talk(self, wire, encrypted=self._at_once)
        with suppress(OSError, ValueError):
            if self._at_once:
                talk.wire = self.upgraded(wire)
            talk.say("220 mail.example")
            talk.go()
        talk.wire.close()

    def upgraded(self, wire: socket.socket) -> socket.socket:
        assert self._context
        return self._context.wrap_socket(wire, server_side=True)

    def offers(self, *, encrypted: bool) -> list[str]:
        signing = ["AUTH PLAIN"] if self._signed else []
        return ["mail.example", *(["STARTTLS"] if self._context and not encrypted else []), *signing]


@dataclass
class Talk:
    server: MailServer
    wire: socket.socket
    encrypted: bool
    to: list[str] = field(default_factory=list)

    def go(self) -> None:
        file = self.wire.makefile("rb")
        while line := file.readline():
            words = line.decode().strip()
            verb = words.partition(" ")[0].upper()
            if verb == "STARTTLS":
                self.say("220 go ahead")
                self.wire = self.server.upgraded(self.wire)
                self.encrypted, file = True, self.wire.makefile("rb")
                continue
            self.answer(verb, words, file)
            if verb == "QUIT":
                break
        file.close()

    def say(self, words: str) -> None:
        self.wire.sendall(f"{words}\r\n".encode())

    def answer(self, verb: str, words: str, file: Any) -> None:
        if said := self.server.answers.get(words) or self.server.answers.get(verb):
            self.say(said)
        elif verb == "EHLO":
            *first, last = self.server.offers(encrypted=self.encrypted)
            self.say("\r\n".join([*(f"250-{each}" for each in first), f"250 {last}"]))
        elif verb == "AUTH":
            self.say(self.signed_in(words.rsplit(maxsplit=1)[-1]))
        elif verb == "DATA":
            self.say("354 go on")
            self.take(file)
            self.say("250 taken")
        else:
            self.to += [words] if verb == "RCPT" else []
            self.say("221 bye" if verb == "QUIT" else "250 ok")

    def signed_in(self, pair: str) -> str:
        given = base64.b64decode(pair).decode().split("\0")[1:]
        self.server.users.append(given[0])
        return "235 welcome" if given == [USER, PASSWORD] else f"535 who is {given[0]} with {given[-1]}?"

    def take(self, file: Any) -> None:
        lines = []
        while (line := file.readline()) not in {b".\r\n", b""}:
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        self.server.mails.append(message_from_bytes(b"".join(lines), policy=policy.default))
        self.server.recipients += self.to
        self.server.encrypted.append(self.encrypted)


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A key and a certificate for this machine."""
    if not shutil.which("openssl"):
        pytest.skip("openssl is not installed")
    place = tmp_path_factory.mktemp("tls")
    key, cert = place / "key.pem", place / "cert.pem"
    subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1"]
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", cert, *subject]
    subprocess.run(command, check=True, capture_output=True)  # type: ignore[arg-type]
    return key, cert


@pytest.fixture
def mail_server(request: pytest.FixtureRequest) -> Iterator[Callable[..., MailServer]]:
    made: list[MailServer] = []

    def serve(*, tls: str = "none", signed: bool = False) -> MailServer:
        context = None
        if tls != "none":
            key, cert = request.getfixturevalue("certificate")
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(cert, key)
        made.append(MailServer(context, at_once=tls == "tls", signed=signed))
        return made[-1]

    yield serve
    for each in made:
        each.close()


class Posts:
    """A web server that keeps what is posted to it, as Apprise's `json://` does; `status` is its answer."""

    def __init__(self) -> None:
        self.seen: list[dict[str, Any]] = []
        self.status = 200
        posts = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                posts.seen.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
                self.send_response(posts.status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self.server.server_port
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def posts() -> Iterator[Posts]:
    served = Posts()
    yield served
    served.close()


# ── without any network ──────────────────────────────────────────────────────────────────────────────────────────────

CONFIG = """version: 1
timezone: Europe/Paris
alerts:
{alerts}
accounts:
  mastodon: {{platform: mastodon, server: https://mastodon.example, access_token: t0ken}}
  x: {{platform: x, api_key: t0ken, api_secret: t0ken, access_token: t0ken, access_secret: t0ken}}
newsletters:
  weekly:
    source: {{folder: issues}}
    approval: required
    posts: [{{name: articles, to: [mastodon, x], schedule: {{at: "09:00"}}}}]
  daily:
    source: {{folder: more}}
    silent: 10d
    posts: [{{name: articles, to: [mastodon], schedule: {{at: "09:00"}}}}]
"""
OPERATOR = "{mail: {server: 127.0.0.1, from: sharebot@news.example, to: ops@news.example}}"


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Config]:
    """Load a configuration with these recipients."""
    monkeypatch.chdir(tmp_path)

    def load(*recipients: str, **more: str) -> Config:
        to = "\n".join(f"    - {each}" for each in recipients or (OPERATOR,))
        lines = "\n".join(f"  {key}: {value}" for key, value in more.items())
        (tmp_path / "sharebot.yaml").write_text(CONFIG.format(alerts=f"  to:\n{to}\n{lines}"))
        return app.load(Path("sharebot.yaml"), secrets=True)

    return load


@dataclass
class Desk:
    """What the daemon does about alerts, by a clock that is moved by hand. `down`: nothing can be sent."""

    config: Config
    ledger: Ledger
    now: datetime
    told: list[tuple[str, Message]] = field(default_factory=list)
    down: bool = False
    unread: dict[str, tuple[str, ...]] = field(default_factory=dict)
    refused: str = ""

    def send(self, recipient: Recipient, message: Message, now: datetime) -> None:
        if self.down:
            raise NotSent("it is down")
        assert now == self.now
        assert recipient.mail
        self.told.append((recipient.mail.to[0], message))

    def look(self, **later: float) -> list[Message]:
        """Let so much time pass, look, and return what was told since."""
        self.now += timedelta(**later)
        before = len(self.told)
        look(self.config, self.ledger, Facts(self.now, unread=self.unread, refused=self.refused), self.send)
        return [message for _, message in self.told[before:]]

    def over(self, **time: float) -> list[Message]:
        """Look every half minute for a quarter of an hour, then now and then; return what was told."""
        told, start = list[Message](), self.now
        end, often = start + timedelta(**time), max(timedelta(minutes=2), timedelta(**time) / 60)
        while self.now < end:
            step = timedelta(seconds=30) if self.now < start + timedelta(minutes=15) else min(often, end - self.now)
            told += self.look(seconds=step.total_seconds())
        return told

    @property
    def subjects(self) -> list[str]:
        return [message.subject.removeprefix("sharebot: ") for _, message in self.told]


@pytest.fixture
def desk(request: pytest.FixtureRequest, config: Callable[..., Config], now: datetime) -> Iterator[Callable[..., Desk]]:
    """Make a desk, with the outbox in memory unless a test has one in a file."""
    ledger = request.getfixturevalue("ledger") if "ledger" in request.fixturenames else Ledger("sqlite://")

    def make(*recipients: str, **more: str) -> Desk:
        return Desk(config(*recipients, **more), ledger, now)

    with ledger:
        yield make
