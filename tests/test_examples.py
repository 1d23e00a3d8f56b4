"""Every YAML that the documentation shows, whole or in part, is right for the program and the JSON Schema of it."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent
from typing import Any

import jsonschema
import pytest
from click.testing import CliRunner

from sharebot import app, schedule
from sharebot.cli.root import cli
from sharebot.config import yaml12
from sharebot.config.document import Document, Page
from sharebot.model import Document as File
from sharebot.pipeline import overrides

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *(page for page in sorted(ROOT.glob("docs/**/*.md")) if "_build" not in page.parts)]
BLOCK = re.compile(r"^```(?:\{code-block\} )?yaml\n(?::caption: ([^\n]*)\n\n)?(.*?)^```$", re.MULTILINE | re.DOTALL)
RECIPE = re.compile(r"^schedule:.*\n(?: .*\n)*", re.MULTILINE)
BESIDE = ".sharebot.yaml"
OTHERS = re.compile(r"^ *(?:- (?:run|uses)|jobs|services|script|scrape_configs|dbs):", re.MULTILINE)
"""Keys that only files for other programs have: continuous integration, containers, monitoring, copies."""
STREAM = {"name": "articles", "to": ["mastodon"], "schedule": "now"}
LEAST: dict[str, Any] = {
    "version": 1,
    "accounts": {
        "mastodon": {"platform": "mastodon", "server": "https://mastodon.example", "access_token": "${TOKEN}"},
        "bluesky": {"platform": "bluesky", "handle": "news.example", "app_password": "${TOKEN}"},
        "x": {"platform": "x", **dict.fromkeys(("api_key", "api_secret", "access_token", "access_secret"), "${TOKEN}")},
    },
    "newsletters": {"lighthouse": {"source": {"folder": "issues"}, "posts": [STREAM]}},
}


def shown() -> Iterator[tuple[str, str, str]]:
    """Yield each block of YAML: where it is, its caption and its text."""
    for page in PAGES:
        for number, match in enumerate(BLOCK.finditer(page.read_text("utf-8"))):
            yield f"{page.relative_to(ROOT)}-{number}", match[1] or "", dedent(match[2])
    for file in sorted([*ROOT.glob("config/*.yaml"), *ROOT.glob("config/demo/*.yaml")]):
        yield str(file.relative_to(ROOT)), "", file.read_text("utf-8")


def examples():
    for name, caption, text in shown():
        if BESIDE not in caption and not OTHERS.search(text):
            for number, each in enumerate(RECIPE.findall(text) or [text]):
                yield pytest.param(each, id=f"{name}.{number}")


def parsed(text: str) -> Any:
    document = Document([Page("example.yaml", text)])
    data = yaml12.build(document)
    assert document.problems == ()
    return data


def whole(part: Any) -> Any:
    """Put a part where it belongs in the least that is a configuration."""
    if isinstance(part, list):
        return whole({"newsletters": {"lighthouse": {"posts": [STREAM | each for each in part]}}})
    if "schedule" in part:
        return whole([part])
    if part.keys() - {"include", "version", "timezone", "accounts", "newsletters", "llm", "alerts"}:
        return whole({"accounts": part})
    newsletters = {
        name: LEAST["newsletters"]["lighthouse"] | each for name, each in part.get("newsletters", {}).items()
    }
    for newsletter in newsletters.values():
        newsletter["posts"] = [STREAM | each for each in newsletter["posts"]]
    found = LEAST | part | {"accounts": LEAST["accounts"] | part.get("accounts", {})}
    return found | {"newsletters": newsletters or LEAST["newsletters"]}


@pytest.mark.parametrize("text", [*examples()])
def test_every_example_passes_in_both_ways(text, tmp_path, monkeypatch):
    monkeypatch.setenv("SHAREBOT_SANDBOX", "http://127.0.0.1:8420")
    part = parsed(text)
    is_whole = isinstance(part, dict) and {"version", "accounts", "newsletters"} <= part.keys()
    data = part if is_whole else whole(part)
    data.pop("include", None)  # the files beside it are not there
    jsonschema.Draft202012Validator(app.schema()).validate(data)
    (tmp_path / "sharebot.yaml").write_text(text if is_whole and "include" not in part else json.dumps(data), "utf-8")
    newsletters = app.load(tmp_path / "sharebot.yaml", secrets=False).newsletters.values()
    assert all(schedule.words(stream.schedule) for newsletter in newsletters for stream in newsletter.posts)


def test_every_file_beside_an_issue_is_right_in_both_ways():
    texts = [(caption, text) for _, caption, text in shown() if BESIDE in caption]
    assert texts
    for caption, text in texts:
        jsonschema.Draft202012Validator(overrides.schema()).validate(parsed(text))
        assert overrides.parse(File(caption, text.encode())).of(1, "Harbour opens again", "x").text


def test_every_command_in_files_for_other_programs_is_known():
    texts = [text for _, _, text in shown() if OTHERS.search(text)]
    commands = re.findall(r"\bsharebot((?: [a-z]+| --?[a-z-]+)+)", "\n".join(texts))
    assert len(commands) > 2
    for command in commands:
        assert CliRunner().invoke(cli, [*command.split(), "--help"]).exit_code == 0, command


def test_the_starter_and_what_init_writes_tell_editors_tools_where_the_schema_is():
    from sharebot.cli import init

    modeline = "# yaml-language-server: $schema=sharebot.schema.json\n"
    assert (ROOT / "config/sharebot.yaml").read_text("utf-8").startswith(modeline)
    assert modeline in Path(init.__file__).read_text("utf-8")
