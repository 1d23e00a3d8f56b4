"""Mail and web servers on loopback, a clock that is moved by hand, and a configuration with recipients."""

import shutil
import ssl
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from sharebot import app
from sharebot.alerts.mail import NotSent
from sharebot.alerts.problems import Facts
from sharebot.alerts.watch import look
from sharebot.alerts.words import Message
from sharebot.config.alerting import Recipient
from sharebot.config.values import Config
from sharebot.outbox.ledger import Ledger
from tests.carriers import MailServer, Posts


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
