"""What stands in the outbox is read once for all that a plan asks."""

from sharebot.pipeline.standing import Standing


def test_the_rows_of_an_issue_are_those_of_its_newsletter(ledger, delivery, now):
    rows = [delivery("k1"), delivery("k2", issue="2026-08"), delivery("k3", newsletter="daily")]
    ledger.add(rows, "test", "read", now)
    standing = Standing(ledger, "weekly", ["2026-07", "2026-08", "2026-09"])
    assert [standing.of(issue) for issue in ("2026-07", "2026-08", "2026-09")] == [[rows[0]], [rows[1]], ()]
    assert list(standing) == rows[:2]


def test_a_row_that_stands_in_another_issue_is_found_by_its_key_and_asked_for_once(ledger, delivery, now, monkeypatch):
    rows = [delivery("k1"), delivery("k2", issue="2026-08")]
    ledger.add(rows, "test", "read", now)
    standing = Standing(ledger, "weekly", ["2026-07"])
    asked, named = list[list[str]](), ledger.named

    def noted(keys):
        asked.append(keys)
        return named(keys)

    monkeypatch.setattr(ledger, "named", noted)
    for _ in range(2):
        assert standing.named(["k1", "k2", "k3"]) == {"k1": rows[0], "k2": rows[1], "k3": None}
    assert asked == [["k2", "k3"]]
    assert list(standing) == rows[:1]
