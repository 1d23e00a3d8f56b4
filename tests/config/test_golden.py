"""Everything that `sharebot check` can find fault with, as it is printed: golden/NAME.yaml beside golden/NAME.txt.

After a change of words, `python tests/config/test_golden.py` writes the texts anew; what changed is then to be read.
"""

import ast
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import chdir
from datetime import UTC, datetime
from pathlib import Path
from unittest import mock

import pytest
from click.testing import CliRunner

from sharebot import app
from sharebot.cli.root import cli

HERE = Path(__file__).parent
GOLDEN = HERE / "golden"
NAMES = sorted(file.stem for file in GOLDEN.glob("*.yaml"))
ENV = {"TOKEN": "the-token", "APPRISE": "ntfys://ntfy.example", "SHAREBOT_CONFIG": None}
NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
SPEAKING = (
    "parts",
    "reading",
    "yaml12",
    "explain",
    "kinds",
    "written",
    "timing",
    "loader",
    "rules",
    "meaning",
    "spending",
    "secrets",
    "templates",
    "alerting",
)
SHORTEST = 8
PATTERN = re.compile(r"\(\?|\) \+|\\s|\(\[|^\[\^|\|last| \| |\\\+\(")


def told(name: str, folder: Path) -> str:
    """Check a file in a folder that has all it names but what is told to be missing."""
    for beside in ("beside", "teams"):
        shutil.copytree(GOLDEN / beside, folder / beside)
    (folder / "beside/large").write_text("x" * 70_000)
    (folder / "link").symlink_to(GOLDEN / "teams")
    shutil.copy(GOLDEN / f"{name}.yaml", folder / "sharebot.yaml")
    with chdir(folder), mock.patch.object(app, "clock", return_value=NOW):
        result = CliRunner(env=ENV).invoke(cli, ["check", "sharebot.yaml"])
    assert result.exit_code == (0 if name == "advice" else 78), result.output
    return result.stderr


@pytest.mark.parametrize("name", NAMES)
def test_what_is_wrong_is_told_word_for_word_with_its_line_and_a_caret(name, tmp_path):
    assert told(name, tmp_path) == (GOLDEN / f"{name}.txt").read_text("utf-8")


def documentation(tree: ast.AST) -> Iterator[ast.expr]:
    """Yield docstrings, and what editors' tools show beside a key."""
    for each in ast.walk(tree):
        if isinstance(each, ast.Expr) or (isinstance(each, ast.keyword) and each.arg == "description"):
            yield each.value


def sentences(module: str) -> set[str]:
    """Return the pieces of text in a module that are longer than a word, without its documentation."""
    tree = ast.parse((Path(app.__file__).parent / f"config/{module}.py").read_text("utf-8"))
    left_out = {id(each) for each in documentation(tree)}
    texts = {
        each.value.strip()
        for each in ast.walk(tree)
        if isinstance(each, ast.Constant) and isinstance(each.value, str) and id(each) not in left_out
    }
    return {text for text in texts if " " in text and len(text) >= SHORTEST and not PATTERN.search(text)}


def test_every_sentence_that_can_be_told_is_in_one_of_the_texts():
    shown = "".join((GOLDEN / f"{name}.txt").read_text("utf-8") for name in NAMES)
    unseen = {text for module in SPEAKING for text in sentences(module) if text not in shown}
    assert unseen - ELSEWHERE.keys() - SILENT == set()
    assert unseen >= ELSEWHERE.keys() | SILENT, "what is told now needs no excuse"


ELSEWHERE = {
    "a folder's files are all read without it; delete the line": "test_parts.py",
    "is a folder without any .yaml file": "test_parts.py",
    "write sharebot.yaml in it": "test_parts.py",
    "is it a configuration at all?": "test_reading.py",
    "is larger than": "test_reading.py",
    "name a file or folder, or set SHAREBOT_CONFIG": "test_reading.py",
    "cannot be read:": "test_reading.py, test_secrets.py",
    "posts beyond it wait; write fewer times, or most: for": "test_spending.py: no network here minds a post a minute",
    "from an account": "test_spending.py",
    "a date such as 2026-12-25": "test_explain.py: only a stranger's settings have dates",
    "Apprise is not installed": "test_alerting.py",
    "pip install 'sharebot[alerts]'": "test_alerting.py",
    "this is no YAML": "of a parser that says nothing",
}
"""What no file of its own can show, and where it is tested."""
SILENT = {
    *(
        "mapping values",
        "cannot start any token",
        "scanning an alias",
        "quoted scalar",
        "flow sequence",
        "flow mapping",
    ),
    *("flow node", "could not find expected ':'", "document start", "after validation"),
    *("a document has a root, be it an empty scalar", "asked only where there is one", "weeks are counted from a day"),
    *(
        "should be written like {example}",
        "is no {what}; {cure}",
        "2 per hour",
        "0 9 * * 1-5",
        "{headline}\n\n{summary}\n\n{link} {hashtags}",
    ),
}
"""The parser's own words, which ours stand for; what cannot happen; examples of the schema."""


if __name__ == "__main__":
    for each in NAMES:
        with tempfile.TemporaryDirectory() as place:
            (GOLDEN / f"{each}.txt").write_text(told(each, Path(place)), "utf-8")
    sys.exit()
