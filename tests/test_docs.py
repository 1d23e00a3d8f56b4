"""What the documentation shows is run: its commands, outputs, JSON, names and its example network."""

import json
import os
import re
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import click
import pytest

from sharebot import app
from sharebot.cli.root import cli
from sharebot.logs import LIBRARY
from sharebot.outbox.states import TRANSITIONS
from sharebot.sandbox import Sandbox
from sharebot.testing import PlatformConformance
from sharebot.text.fit import SACRIFICE
from tools import reference, statechart

ROOT = Path(__file__).parents[1]
TUTORIAL = ROOT / "docs/tutorial.md"
COMMANDS = cli.list_commands(click.Context(cli))
PAGES = sorted([*ROOT.glob("*.md"), *(p for p in ROOT.glob("docs/**/*.md") if "_build" not in p.parts)])
FENCE = re.compile(r"^```(?:\{code-block\} )?(\w+)\n(?::caption: ([^\n]*)\n\n)?(.*?)^```$", re.MULTILINE | re.DOTALL)
NOT_OURS = ("cd", "docker", "kubectl", "make", "mkdir", "source", "sqlite3", "sudo")
"""Commands of other programs, which may be missing or would change more than the test's folder."""
STAYS = re.compile(r"sharebot (sandbox|demo|run)(?!.*--once)")
VARIABLE = re.compile(r"\$\{(\w+)\}")
SITE = "https://lighthouse.example/"
"""The newsletter's site, which a server on this machine stands in for."""


@dataclass(frozen=True)
class Block:
    language: str
    caption: str
    text: str


def blocks(page: Path, language: str = "") -> list[Block]:
    found = [Block(*(group or "" for group in match.groups())) for match in FENCE.finditer(page.read_text("utf-8"))]
    return [block for block in found if language in {"", block.language}]


def configurations(page: Path) -> list[str]:
    return [block.text for block in blocks(page, "yaml") if block.text.startswith("# sharebot.yaml\n")]


def commands(page: Path) -> list[tuple[str, str]]:
    """Each command that is ours, beside the output that the page shows for it."""
    shown = "".join(block.text for block in blocks(page, "console")).replace("\\\n", "")
    pairs = [part.partition("\n") for part in ("\n" + shown).split("\n$ ")[1:]]
    return [(command, output.strip()) for command, _, output in pairs if command.split()[0] not in NOT_OURS]


def named(page: Path) -> str:
    return str(page.relative_to(ROOT))


def with_(finder: Callable[[Path], object]) -> list[Path]:
    return [page for page in PAGES if finder(page)]


@pytest.fixture
def home(tmp_path: Path) -> Callable[[Path, str], Path]:
    """Set a folder up with what a page has its reader save; what the page does not say, the tutorial does."""

    def make(page: Path, address: str) -> Path:
        for source in (TUTORIAL, page):
            for block in blocks(source):
                if block.caption.startswith("issues/"):
                    file = tmp_path / block.caption
                    file.parent.mkdir(exist_ok=True)
                    file.write_text(block.text, encoding="utf-8")
        text = (configurations(page) or configurations(TUTORIAL))[0].replace("http://127.0.0.1:8420", address)
        # The tutorial shows its preview before there is a configuration; with this one it shows the same.
        (tmp_path / "sharebot.yaml").write_text(text, encoding="utf-8")
        return tmp_path

    return make


@pytest.fixture
def site() -> Iterator[Callable[[str], str]]:
    """Serve the newsletter's site, and lead a command that reads it there."""
    served = partial(SimpleHTTPRequestHandler, directory=str(Path(__file__).parent / "docs_site"))
    with ThreadingHTTPServer(("127.0.0.1", 0), served) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        here = f"http://127.0.0.1:{server.server_port}/"
        yield lambda command: re.sub(rf"^(sharebot \w+) {SITE}", rf"\1 --allow-private {here}", command)
        server.shutdown()


def run(command: str, home: Path) -> subprocess.CompletedProcess[str]:
    env = {name: value for name, value in os.environ.items() if not name.startswith("SHAREBOT_")}
    variables = dict.fromkeys(VARIABLE.findall((home / "sharebot.yaml").read_text("utf-8")), "a-secret")
    path = f"{Path(sys.executable).parent}{os.pathsep}{env['PATH']}"
    return subprocess.run(
        ["sh", "-c", command],
        cwd=home,
        env=env | variables | {"PATH": path, "HOME": str(home), "NO_COLOR": "1"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=60,
        check=False,
    )


def harmless(command: str) -> str:
    """Let a command that stays until Ctrl-C only read its options and say how it is used."""
    return f"{command.partition(' #')[0]} --help" if STAYS.match(command) else command


def lines(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.strip().splitlines())


@pytest.mark.integration
@pytest.mark.parametrize("page", with_(commands), ids=named)
def test_every_command_that_is_shown_works_and_prints_what_is_shown(page, home, site):
    with Sandbox() as sandbox:
        place = home(page, sandbox.url)
        for command, shown in commands(page):
            done = run(site(harmless(command)), place)
            assert done.returncode == 0, (command, done.stdout)
            expected = re.escape(lines(shown.replace("http://127.0.0.1:8420", sandbox.url))).replace("…", ".*")
            assert not shown or STAYS.match(command) or re.fullmatch(expected, lines(done.stdout), re.DOTALL), (
                command,
                done.stdout,
            )


@pytest.mark.integration
@pytest.mark.parametrize("block", blocks(ROOT / "docs/reference/interfaces.md", "json"), ids=lambda b: b.caption)
def test_json_documents_have_the_fields_that_are_shown(block, home):
    done = run(block.caption, home(TUTORIAL, "http://127.0.0.1:9"))
    printed = json.loads(done.stdout[done.stdout.index("{\n") :])
    assert alike(json.loads(block.text), printed), done.stdout


def alike(shown: Any, printed: Any) -> bool:
    if isinstance(shown, dict) and isinstance(printed, dict):
        return shown.keys() == printed.keys() and all(alike(shown[key], printed[key]) for key in shown)
    if isinstance(shown, list) and isinstance(printed, list):
        return not shown or any(alike(shown[0], each) for each in printed)
    return shown is None or type(shown) is type(printed)


def test_all_events_of_the_log_are_listed_and_no_others():
    table = (ROOT / "docs/reference/interfaces.md").read_text("utf-8").partition("## The log")[2]
    rows = (row.split("|")[1] for row in table.splitlines() if row.startswith("| `"))
    listed = {event for row in rows for event in re.findall(r"`([a-z.]+)`", row)}
    source = "".join(file.read_text("utf-8") for file in (ROOT / "sharebot").rglob("*.py"))
    told = set(re.findall(r'\b(?:logs\.(?:info|warn|crash)|crash)\(\s*"([a-z.]+)"', source))
    posts = {f"post.{after}" for before, after in TRANSITIONS if before == "sending"}
    assert listed == told | posts | {LIBRARY}


def test_all_metrics_are_listed_as_they_are_told_and_no_others():
    text = (ROOT / "docs/reference/interfaces.md").read_text("utf-8")
    assert [row for row in text.splitlines() if row.startswith("| `sharebot_")] == reference.metrics()


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_commands_files_and_links_that_are_named_exist(page):
    text = page.read_text("utf-8")
    for command in re.findall(r"`sharebot ([a-z]+)[^`]*`", text):
        assert command in COMMANDS, command
    for path in re.findall(r"`((?:\w+/)+\w+\.py)(?:::\w+)?`", text):
        assert (ROOT / path).exists() or (ROOT / "sharebot" / path).exists() or "village" in path, path
    for link in re.findall(r"\]\(((?!https?:)[^)#\s]+)", text):
        assert (page.parent / link).exists(), link


def test_the_reference_has_every_command_key_and_state():
    filled = "".join(reference.fill((ROOT / "docs" / page).read_text("utf-8")) for page in GENERATED)
    for name in COMMANDS:
        assert f"## sharebot {name}\n" in filled
    for part in app.schema()["$defs"].values():
        assert all(f"\n`{key}`\n: " in filled for key in part["properties"])
    for (before, after), why in TRANSITIONS.items():
        assert f"| {before or '(new)'} | {after} | {why} |" in filled
    assert statechart.svg(TRANSITIONS).count("<title>") == len(TRANSITIONS)


def test_what_goes_when_room_is_short_is_what_the_program_lets_go():
    page = (ROOT / "docs/howto/text.md").read_text("utf-8")
    assert tuple(re.findall(r"^\d\. (.+)$", page, re.MULTILINE)) == SACRIFICE


GENERATED = ("reference/commands.md", "reference/configuration.md", "explanation/house.md")


@pytest.mark.integration
def test_the_example_network_passes_the_conformance_kit(tmp_path):
    for block in blocks(ROOT / "CONTRIBUTING.md", "python"):
        name, _, code = block.text.partition("\n")
        (tmp_path / name.removeprefix("# ")).write_text(code, encoding="utf-8")
    pytest_ = [sys.executable, "-m", "pytest", "-q", "-W", "error", "-p", "no:cacheprovider", "--rootdir", tmp_path]
    done = subprocess.run([*pytest_, tmp_path], cwd=tmp_path, capture_output=True, text=True, timeout=100, check=False)
    assert done.returncode == 0, done.stdout
    checks = [name for name in vars(PlatformConformance) if name.startswith("test_")]
    assert f"{len(checks)} passed" in done.stdout
