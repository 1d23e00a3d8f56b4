from datetime import date

import pytest

from sharebot.outbox.ledger import Ledger
from sharebot.recurring import trace
from sharebot.sources.folder import read_file

WELCOME = "Each week, we sum up what happened around the harbour."


@pytest.fixture
def weekly(home):
    for number, topic in ((21, "ferry"), (22, "mill")):
        text = f"# Week {number}\n\n## The {topic}\n\n{WELCOME} The {topic} opened.\n\nA {topic} is red.\n"
        (home / "issues" / f"2026-{number}.md").write_text(text)


@pytest.mark.usefixtures("weekly")
def test_read_shows_texts_without_what_recurs_and_tells_it(run, answer):
    issues = answer("read", "issues")["issues"]
    assert [issue["articles"][0]["text"] for issue in issues if issue["title"].startswith("Week")] == [
        "The ferry opened.\n\nA ferry is red.", "The mill opened.\n\nA mill is red.",
    ]  # fmt: skip
    assert f"left out, recurs in every issue: {WELCOME}\n" in run("read", "issues").stdout
    assert WELCOME in answer("read", "issues/2026-21.md")["issues"][0]["articles"][0]["text"]


@pytest.mark.usefixtures("weekly")
def test_summaries_point_into_the_texts_that_read_shows(answer):
    texts = [article["text"] for issue in answer("read", "issues")["issues"] for article in issue["articles"]]
    rows = answer("summarize", "issues", "--max-chars", "80")["summaries"]
    for row, text in zip(rows, texts, strict=True):
        assert row["summary"] == " ".join(text[start:end] for start, end in row["spans"])


@pytest.mark.usefixtures("weekly")
def test_preview_and_plan_of_one_file_leave_out_what_the_outbox_remembers(run, answer, home):
    assert WELCOME in run("preview", "issues/2026-22.md").stdout
    with Ledger(f"sqlite:///{home / 'sharebot.db'}") as ledger:
        (old,) = read_file(home / "issues" / "2026-21.md")
        ledger.remember("weekly", [trace(old, date(2026, 5, 1))])
    result = run("preview", "issues/2026-22.md", "-a", "bluesky")
    assert WELCOME not in result.stdout
    assert f"2026-22: left out, recurs in every issue: {WELCOME}\n" in result.stderr
    for name in ("2026-11.txt", "2026-21.md"):
        (home / "issues" / name).unlink()
    shown = {post["account"]: post["parts"] for post in answer("preview", "issues/2026-22.md")["posts"]}
    assert {entry["account"]: entry["parts"] for entry in answer("plan")["deliveries"]} == shown


def test_preview_works_without_an_outbox_that_can_be_opened(run, home):
    (home / "sharebot.db").write_text("no database, but long enough to be taken for one" * 99)
    result = run("preview", "issues/2026-11.txt")
    assert "Harbour Opens Again" in result.stdout
    assert "warning: what the outbox remembers is not known" in result.stderr
