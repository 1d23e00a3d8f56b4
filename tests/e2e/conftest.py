"""The installed command against the sandbox, as a user runs it: real processes, real HTTP on loopback."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from sharebot.model import Delivery
from sharebot.outbox.ledger import Ledger
from sharebot.sandbox import Sandbox, accounts_yaml

_TOLD = 10_000

ISSUE = """The Lighthouse

Three Stories from the Coast

February 22, 2024
01

Harbour Opens Again after the Storm

The harbour opened again on Monday, the port authority said. Forty boats left in the first hour.

“We have waited nine weeks for this morning,” said Anna Holm, who runs the fuel dock.

02

Museum Buys a Whaler’s Diary

The maritime museum bought a diary from 1841 for 12,000 euros. It describes three winters in the ice.

03

New Buoys Speak to Passing Ships

Twelve new buoys send their position by radio. According to the coast guard, they cost half as much as the old ones.

Share This Post
"""

STREAM = """newsletters:
  weekly:
    source: {{folder: issues, settle: 0s, every: 1s}}
    since: all
    language: en
    link: "https://news.example.com/{{issue.id}}#{{article.number}}"
    posts:
      - name: articles
        to: {to}
        schedule: {schedule}
"""


@dataclass
class Project:
    """A folder with a configuration, its issues and its queue."""

    home: Path
    text: str = ISSUE
    running: list[subprocess.Popen[str]] = field(default_factory=list)
    within: tuple[str, ...] = ()
    """What the command is started by."""

    def write(
        self, sandbox: Sandbox, schedule: str = "now", to: str = "[x, mastodon, bluesky]", **changes: str
    ) -> None:
        text = "version: 1\ntimezone: UTC\n" + accounts_yaml(sandbox.url) + STREAM.format(schedule=schedule, to=to)
        for old, new in changes.items():
            text = text.replace(old.replace("__", "-"), new)
        (self.home / "sharebot.yaml").write_text(text, encoding="utf-8")

    def issue(self, name: str = "2024-02-22.txt", content: str | bytes = ISSUE) -> Path:
        path = self.home / "issues" / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def env(self) -> dict[str, str]:
        hidden = ("SHAREBOT_", "HTTP_PROXY", "http_proxy")
        return {k: v for k, v in os.environ.items() if not k.startswith(hidden)} | {"NO_COLOR": "1"}

    def run(self, *arguments: str, code: int | None = 0, **env: str) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [*self.within, sys.executable, "-m", "sharebot", *arguments],
            cwd=self.home,
            env=self.env() | env,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert code is None or done.returncode == code, (done.returncode, done.stdout, done.stderr)
        return done

    def json(self, *arguments: str, code: int = 0, **env: str) -> Any:
        return json.loads(self.run(*arguments, "--json", code=code, **env).stdout)

    def queue(self) -> list[dict[str, Any]]:
        return list(self.json("queue", "list")["deliveries"])

    def ledger(self) -> Ledger:
        """Open the queue itself: starting a command may take as long as what is to be seen."""
        return Ledger(f"sqlite:///{self.home / 'sharebot.db'}")

    def rows(self) -> dict[tuple[str, int], Delivery]:
        """Return first posts by account and article."""
        with self.ledger() as ledger:
            return {(row.account, row.article): row for row in ledger.deliveries() if not (row.turn or row.corrects)}

    def states(self) -> list[str]:
        return sorted(row["state"] for row in self.queue())

    def start(self, *arguments: str, stdout: Any = subprocess.PIPE, **env: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [*self.within, sys.executable, "-m", "sharebot", *arguments],
            cwd=self.home,
            env=self.env() | env,
            stdout=stdout,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.running.append(process)
        return process

    def stop(self, process: subprocess.Popen[str], number: int = signal.SIGTERM) -> tuple[int, float, str]:
        """End a process; return its exit code, how long it took, and what it said."""
        begun = time.monotonic()
        process.send_signal(number)
        said, _ = process.communicate(timeout=30)
        return process.returncode, time.monotonic() - begun, said


class Log:
    """What a daemon has said so far."""

    def __init__(self, project: Project) -> None:
        self.file = project.home / "daemon.log"

    def events(self, name: str) -> list[dict[str, Any]]:
        lines = self.file.read_text("utf-8").splitlines() if self.file.exists() else []
        events = [json.loads(line) for line in lines if line.startswith("{") and line.endswith("}")]
        return [event for event in events if event["event"] == name]


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as running:
        yield running


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    made = Project(tmp_path)
    (tmp_path / "issues").mkdir()
    yield made
    for process in made.running:
        if process.poll() is None:
            process.kill()
        if not (process.stdout and process.stdout.closed):
            process.communicate()


@pytest.fixture
def eventually() -> Callable[..., bool]:
    def wait(check: Callable[[], object], seconds: float = 20.0) -> bool:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if check():
                return True
            time.sleep(0.05)
        return False

    return wait


@pytest.fixture
def log(project: Project) -> Iterator[Log]:
    log = Log(project)
    yield log
    if log.file.exists():
        sys.stderr.write(log.file.read_text("utf-8")[-_TOLD:])  # pytest shows it where the test has failed


@pytest.fixture
def daemon(project: Project, log: Log, eventually: Callable[..., bool]) -> Callable[..., subprocess.Popen[str]]:
    """Start the daemon, and wait until it works."""

    def start(*arguments: str, **env: str) -> subprocess.Popen[str]:
        with log.file.open("w") as said:
            process = project.start("run", *arguments, stdout=said, **env)
        assert eventually(lambda: log.events("daemon.started"))
        return process

    return start
