import json

import pytest
from click.testing import CliRunner

from sharebot.cli.root import cli

TEXT = (
    "The ferry to Hale Island sailed again yesterday. A ticket costs 12 kroner for all adults of the island.\n\n"
    "“We have waited for two years,” said Ines Holt. However, the last boat leaves at 6 p.m. every day."
)


def lines(*args, **row):
    done = CliRunner().invoke(cli, [*args, "--jsonl"], input=json.dumps({"id": 1, "text": TEXT} | row) + "\n")
    assert done.exit_code == 0, done.output
    return json.loads(done.output)


@pytest.fixture
def issue(tmp_path):
    path = tmp_path / "2026-03-02.md"
    front = "---\ntitle: The Lighthouse\ndate: 2026-03-02\nlanguage: en\n---"
    path.write_text(f"{front}\n\n## Ferry\n\n{TEXT}\n\n## Roof\n\nIt is new.\n")
    return str(path)


def test_a_summary_for_a_later_day_leaves_yesterday_out():
    args = ("summarize", "--max-chars", "60")
    assert "yesterday" in lines(*args, "--posted", "2026-03-02", written="2026-03-02")["summary"]
    assert "yesterday" not in lines(*args, "--posted", "2026-03-03", written="2026-03-02")["summary"]
    assert "yesterday" not in lines(*args, "--posted", "2026-03-02", written="soon")["summary"]


def test_a_day_that_is_none_is_an_error_with_its_cure(issue):
    done = CliRunner().invoke(cli, ["summarize", issue, "--max-chars", "60", "--posted", "tomorrow"])
    assert done.exit_code == 2
    assert "write year-month-day" in done.output


def test_another_turn_takes_other_sentences():
    first, second = (lines("summarize", "--max-chars", "60", "--turn", turn)["spans"] for turn in "01")
    assert first != second


@pytest.mark.parametrize(
    ("summary", "fault"),
    [
        ("A ticket costs 13 kroner for all adults of the island.", "the number 13 is not in the article"),
        ("However, the last boat leaves at 6 p.m. every day.", "opener without the sentence before"),
        ("A ticket costs 12 kroner.", "this is no sentence of the article"),
    ],
)
def test_words_are_checked_against_their_article(summary, fault):
    assert any(fault in found for found in lines("verify", summary=summary)["faults"])


def test_what_is_faithful_has_no_fault():
    summary = "A ticket costs 12 kroner for all adults of the island."
    start = TEXT.index(summary)
    assert lines("verify", summary=summary)["faults"] == []
    assert lines("verify", summary=summary, spans=[[start, start + len(summary)]])["faults"] == []
    assert lines("verify", summary=summary, spans=[[0, 9]])["faults"] == ["the summary is not the text of its spans"]


def test_an_editor_checks_words_of_their_own(issue):
    run = CliRunner().invoke
    good = run(
        cli, ["verify", issue, "--article", "1"], input="A ticket costs 12 kroner for all adults of the island.\n"
    )
    assert (good.exit_code, good.output) == (0, "all of it is in the article, with its speakers\n")
    bad = run(cli, ["verify", issue, "--article", "1"], input="Anna Holt has waited.\n")
    assert bad.exit_code == 1
    assert "this is no sentence of the article: Anna Holt has waited." in bad.output


def test_an_article_that_is_not_there_is_an_error(issue):
    done = CliRunner().invoke(cli, ["verify", issue, "--article", "9"], input="x")
    assert (done.exit_code, "has no article 9" in done.output) == (1, True)
    assert CliRunner().invoke(cli, ["verify"]).exit_code == 2
