"""How well real newsletters are read, beside what was counted in them by hand: a table, and the share that is exact."""

import json
import sys
from collections.abc import Sequence
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple

import pytest

from sharebot.errors import SourceError
from sharebot.model import NO_HINTS, Document, Hints, Issue
from sharebot.sources import readers

SHARED = Path(__file__).parents[2] / "../shared/issues"
INDEX = SHARED / "index.json"
FEEDS = frozenset((".atom", ".rss", ".rdf", ".xml", ".json"))
GOAL = 0.95
HINTS: dict[str, Hints] = {}
"""The one line that an editor would write for a file which is not read exactly without; none needs it today."""


class Row(NamedTuple):
    """What was counted in a file and what was found in it. `skipped`: no reader takes files of this kind yet."""

    file: str
    kind: str
    sure: bool
    wanted: tuple[int, str, str]
    found: tuple[int, str, str]
    how: str
    skipped: bool = False

    @property
    def headlines(self) -> tuple[bool, bool]:
        return opens(self.found[1], self.wanted[1]), opens(self.found[2], self.wanted[2])

    @property
    def exact(self) -> bool:
        return self.found[0] == self.wanted[0] and all(self.headlines)


def opens(headline: str, wanted: str) -> bool:
    """Compare without the emoji before a headline; a wanted one that ends with "…" is only the beginning."""
    at = next((place for place, character in enumerate(headline) if character.isalnum()), 0)
    return wanted in (headline, headline[at:]) or (wanted.endswith("…") and headline.startswith(wanted[:-1].strip()))


def row(entry: dict[str, Any], hints: Hints = NO_HINTS) -> Row:
    suffix = PurePosixPath(entry["file"]).suffix
    wanted = (entry["articles"], entry["first_headline"], entry["last_headline"])
    known = (entry["file"], entry["kind"], entry["confidence"] == "high", wanted)
    if suffix not in readers.READABLE:
        return Row(*known, (0, "", ""), "no reader yet", skipped=True)
    try:
        issues = readers.read(Document(entry["file"], (SHARED / entry["file"]).read_bytes()), hints)
    except SourceError as error:
        return Row(*known, (0, "", ""), str(error))
    headlines = titles(issues, items=suffix in FEEDS)
    return Row(*known, (len(headlines), headlines[0], headlines[-1]), issues[0].how)


def titles(issues: Sequence[Issue], *, items: bool) -> list[str]:
    """Return the headlines of all articles, but of a feed the titles of its items."""
    return [words for issue in issues for words in ([issue.title] if items else [a.headline for a in issue.articles])]


def table(rows: Sequence[Row]) -> str:
    return "\n".join(
        f"{each.file:26} {each.kind:36.36} {'sure' if each.sure else 'open'}"
        f" {each.found[0]:3}/{each.wanted[0]:<3} {' '.join('ok' if fine else 'NO' for fine in each.headlines)}"
        f" {'skipped' if each.skipped else 'exact' if each.exact else 'WRONG':7} {each.how:.70}"
        for each in rows
    )


@pytest.fixture(scope="module")
def entries() -> list[dict[str, Any]]:
    if not INDEX.exists():
        pytest.skip("the project's shared folder is not beside this checkout")
    found: list[dict[str, Any]] = json.loads(INDEX.read_text("utf-8"))
    return found


def test_nearly_all_real_newsletters_are_read_exactly_without_a_setting(entries, capsys):
    rows = [row(entry) for entry in entries]
    counted = [each for each in rows if each.sure and not each.skipped]
    exact = sum(each.exact for each in counted)
    with capsys.disabled():
        sys.stdout.write(f"\n{table(rows)}\n{exact} of {len(counted)} that were counted for sure are exact\n")
    assert exact >= GOAL * len(counted), table(rows)


def test_all_real_newsletters_are_read_exactly_with_one_line_of_settings(entries):
    rows = [row(entry, HINTS.get(entry["file"], NO_HINTS)) for entry in entries]
    assert all(each.exact for each in rows if not each.skipped), table(rows)


@pytest.mark.parametrize(
    ("headline", "wanted", "same"),
    [
        ("The wheel", "The wheel", True),
        ("🐎 The wheel", "The wheel", True),
        ("The wheel turns", "The wheel …", True),
        ("The wheel turns", "The wheel", False),
        ("🐎", "🐎", True),
    ],
)
def test_headlines_are_compared_without_emoji_and_up_to_dots(headline, wanted, same):
    assert opens(headline, wanted) is same
