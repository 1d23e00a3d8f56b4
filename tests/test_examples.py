"""Every YAML that the documentation shows, whole or in part, is right for the check and for an editor's JSON Schema."""

import json
import re
from pathlib import Path
from textwrap import dedent
from typing import Any

import jsonschema
import pytest

from sharebot import app
from sharebot.config import yaml12
from sharebot.config.document import Document, Page

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *(page for page in sorted(ROOT.glob("docs/**/*.md")) if "_build" not in page.parts)]
BLOCK = re.compile(r"^```(?:\{code-block\} )?yaml\n(?:(?::\w+:[^\n]*\n)+\n)?(.*?)^```$", re.MULTILINE | re.DOTALL)
OTHERS = {"jobs", "services", "on"}
"""Keys at the top of files that are for other programs: continuous integration, containers."""
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


def examples():
    for page in PAGES:
        for number, match in enumerate(BLOCK.finditer(page.read_text("utf-8"))):
            yield pytest.param(dedent(match[1]), id=f"{page.relative_to(ROOT)}-{number}")
    for file in sorted([*ROOT.glob("config/*.yaml"), *ROOT.glob("config/demo/*.yaml")]):
        yield pytest.param(file.read_text("utf-8"), id=str(file.relative_to(ROOT)))


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
    if part.keys() - {"include", "version", "timezone", "accounts", "newsletters", "llm"}:
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
    if isinstance(part, dict) and OTHERS & part.keys():
        pytest.skip("for another program")
    is_whole = isinstance(part, dict) and {"version", "accounts", "newsletters"} <= part.keys()
    data = part if is_whole else whole(part)
    data.pop("include", None)  # the files beside it are not there
    jsonschema.Draft202012Validator(app.schema()).validate(data)
    (tmp_path / "sharebot.yaml").write_text(text if is_whole and "include" not in part else json.dumps(data), "utf-8")
    assert app.load(tmp_path / "sharebot.yaml", secrets=False).newsletters


def test_the_starter_and_what_init_writes_tell_editors_tools_where_the_schema_is():
    from sharebot.cli import init

    modeline = "# yaml-language-server: $schema=sharebot.schema.json\n"
    assert (ROOT / "config/sharebot.yaml").read_text("utf-8").startswith(modeline)
    assert modeline in Path(init.__file__).read_text("utf-8")
