"""The page on disasters says what the tests prove, and names them."""

import re
from pathlib import Path

HERE = Path(__file__).parent
PAGE = HERE.parents[1] / "docs/howto/disasters.md"
TEST = re.compile(r"^def (test_\w+)", re.MULTILINE)


def test_each_row_of_the_page_names_a_test_that_is_there():
    there = {
        name
        for file in HERE.glob("test_*.py")
        for name in re.findall(r"^def (test_\w+)", file.read_text(), re.MULTILINE)
    }
    rows = [row for row in PAGE.read_text("utf-8").splitlines() if row.startswith("| ") and "what happens" not in row]
    named = [re.findall(r"`(test_\w+)`", row) for row in rows]
    assert len(rows) > 15
    assert all(named)
    assert {name for names in named for name in names} <= there
