"""The command line in this process: quick, and without a network."""

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from sharebot.cli.root import cli
from sharebot.model import Delivery, State
from sharebot.outbox.ledger import Ledger

CONFIG = """version: 1
timezone: Europe/Paris
accounts:
  mastodon:
    platform: mastodon
    server: https://mastodon.example
    access_token: ${TOKEN}
  bluesky:
    platform: bluesky
    handle: news.example
    app_password: ${PASSWORD}
newsletters:
  weekly:
    source: {folder: issues, settle: 0s}
    since: all
    language: en
    link: "https://news.example.com/{issue.id}#{article.number}"
    posts:
      - name: articles
        to: [mastodon, bluesky]
        schedule: {every: day, at: ["09:00"]}
"""
ISSUE = """The Lighthouse

2026-11-02
01

Harbour Opens Again

The harbour opened again on Monday, the port authority said.

02

Museum Buys a Diary

The maritime museum bought a diary from 1841 for 12,000 euros.
"""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in ("SHAREBOT_CONFIG", "SHAREBOT_DATABASE", "TOKEN", "PASSWORD"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("sharebot.platforms.limits.ask", lambda _: None)
    (tmp_path / "issues").mkdir()
    (tmp_path / "issues" / "2026-11.txt").write_text(ISSUE)
    (tmp_path / "sharebot.yaml").write_text(CONFIG)
    return tmp_path


@pytest.fixture
def run(home: Path) -> Callable[..., Result]:  # noqa: ARG001 — the command runs there
    def invoke(*arguments: str, code: int = 0, stdin: str | None = None) -> Result:
        result = CliRunner().invoke(cli, arguments, input=stdin, catch_exceptions=False)
        assert result.exit_code == code, (result.exit_code, result.output)
        return result

    return invoke


@pytest.fixture
def answer(run: Callable[..., Result]) -> Callable[..., Any]:
    def read(*arguments: str, code: int = 0, stdin: str | None = None) -> Any:
        return json.loads(run(*arguments, "--json", code=code, stdin=stdin).stdout)

    return read


@pytest.fixture
def queued(home: Path, delivery: Callable[..., Delivery], now: datetime) -> Callable[[], Ledger]:
    """Fill the queue; return a function that opens it."""
    with Ledger(f"sqlite:///{home / 'sharebot.db'}") as ledger:
        rows = [delivery("aaa1", state=State.DRAFT), delivery("aab2", account="bluesky"), delivery("bbb3")]
        ledger.add(rows, "test", "read", now)
    return lambda: Ledger(f"sqlite:///{home / 'sharebot.db'}")


@pytest.fixture
def row(queued: Callable[[], Ledger]) -> Callable[[str], Delivery]:
    """Return a function that reads how a delivery stands now."""

    def find(key: str) -> Delivery:
        with queued() as ledger:
            return ledger.named([key])[key]

    return find


@pytest.fixture
def configure(home: Path) -> Callable[[str, str], None]:
    """Return a function that puts something else in the configuration's place of something."""

    def change(old: str, new: str) -> None:
        path = home / "sharebot.yaml"
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new))

    return change
