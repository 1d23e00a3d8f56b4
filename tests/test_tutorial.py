"""The tutorial, done by a reader who does all that it says, in its order, and begins with nothing."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.request import urlopen

import pytest

PAGE = Path(__file__).parents[1] / "docs/tutorial.md"
SHOWN = "http://127.0.0.1:8420"
INSTALLING = {"make demo", "source .venv/bin/activate"}
"""Done before the tests began; continuous integration does the first one each time."""
PART = re.compile(r"^```(?:\{code-block\} )?(\w+)\n(?::caption: ([^\n]*)\n\n)?(.*?)^```$", re.MULTILINE | re.DOTALL)
NAMED = re.compile(r"# (sharebot\.yaml)\n")


@dataclass
class Reader:
    """Somebody with an empty folder, who has installed sharebot. What they saw last is `seen`."""

    home: Path
    place: Path
    url: str = ""
    seen: str = ""
    skipped: set[str] = field(default_factory=set)
    beside: list[subprocess.Popen[str]] = field(default_factory=list)

    def follow(self, page: str) -> None:
        for match in PART.finditer(page):
            language, caption, text = match.groups()
            if language == "console":
                for command, shown in entered(text):
                    self.enter(command, shown)
            elif name := caption or (NAMED.match(text) or [None, None])[1]:
                (self.place / name).write_text(text.replace(SHOWN, self.url), encoding="utf-8")

    def enter(self, command: str, shown: str) -> None:
        if command in INSTALLING:
            self.skipped.add(command)
        elif command == "sharebot sandbox":
            self.start()
        else:
            done = self.run(f'{command}\necho "here: $PWD"')
            assert done.returncode == 0, (command, done.stdout)
            self.seen, _, place = done.stdout.rpartition("here: ")
            self.place = Path(place.strip())
            expected = re.escape(lines(shown.replace(SHOWN, self.url))).replace("…", ".*")
            assert not shown or re.fullmatch(expected, lines(self.seen), re.DOTALL), (command, self.seen)

    def run(self, script: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["sh", "-e", "-c", script],
            cwd=self.place,
            env=self.env(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=60,
            check=False,
        )

    def start(self) -> None:
        """Start the sandbox in a second terminal; where its port is taken, at another."""
        free = "" if is_free(8420) else " --port 0"
        command = f"exec sharebot sandbox{free}"
        running = subprocess.Popen(["sh", "-c", command], env=self.env(), stdout=subprocess.PIPE, text=True)
        self.beside.append(running)
        assert running.stdout
        self.url = re.search(r"http://\S+?(?=/$)", running.stdout.readline().strip())[0]  # type: ignore[index]

    def env(self) -> dict[str, str]:
        mine = {name: value for name, value in os.environ.items() if not name.startswith("SHAREBOT_")}
        path = f"{Path(sys.executable).parent}{os.pathsep}{mine['PATH']}"
        return mine | {"PATH": path, "HOME": str(self.home), "NO_COLOR": "1"}


def entered(text: str) -> list[tuple[str, str]]:
    pairs = [part.partition("\n") for part in ("\n" + text.replace("\\\n", "")).split("\n$ ")[1:]]
    return [(command, shown.strip()) for command, _, shown in pairs]


def lines(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.strip().splitlines())


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


@pytest.fixture
def reader(tmp_path: Path) -> Iterator[Reader]:
    made = Reader(tmp_path, tmp_path)
    yield made
    for running in made.beside:
        running.send_signal(signal.SIGINT)
        running.communicate(timeout=20)


@pytest.mark.integration
def test_whoever_does_what_the_tutorial_says_sees_what_it_shows(reader):
    page = PAGE.read_text("utf-8")
    before, after = page.split("## Go live")
    reader.follow(before)
    assert reader.skipped == INSTALLING
    assert reader.place == reader.home / "lighthouse"

    with urlopen(f"{reader.url}/sandbox/posts") as answer:
        posts = json.load(answer)["posts"]
    assert "six posts, two on each network" in before
    assert sorted(post["network"] for post in posts) == ["bluesky"] * 2 + ["mastodon"] * 2 + ["x"] * 2

    assert "`sharebot queue show KEY`" in before
    key = reader.run("sharebot queue list").stdout.split()[0]
    assert "published" in reader.run(f"sharebot queue show {key}").stdout

    live(reader, *(match[3] for match in PART.finditer(after)))
    told = reader.run("MASTODON_TOKEN=a-token sharebot check").stdout
    assert "lighthouse.articles → mastodon, bluesky, x: weekdays at 09:00 and 12:30" in told
    for command in ("sharebot check --online", "sharebot plan", "sharebot run", "sharebot queue approve KEY"):
        assert f"`{command}`" in after
        assert reader.run(f"{command.removesuffix(' KEY')} --help").returncode == 0


def live(reader: Reader, account: str, schedule: str) -> None:
    """Change the file as its last section says."""
    file = reader.place / "sharebot.yaml"
    text = file.read_text("utf-8")
    text = re.sub(r"  mastodon:\n(?:    .*\n)+", account, text, count=1)
    text = re.sub(r"    since: all.*\n", "", text).replace("        schedule: now\n", schedule)
    file.write_text(text, encoding="utf-8")
