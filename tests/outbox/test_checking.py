from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from sharebot.model import Receipt, State
from sharebot.outbox.checking import check, check_file
from sharebot.outbox.settling import Settlement
from tests.outbox.conftest import in_a_file


@pytest.fixture
def busy(ledger, delivery, now):
    """An outbox in the middle of its work: out, in hand, doubted and waiting."""
    ledger.add([delivery("out"), delivery("lost", account="x"), delivery("in hand", account="y")], "t", "r", now)
    ledger.add([delivery("waits", due=now + timedelta(days=1))], "t", "r", now)
    out, lost = sorted(ledger.claim(now, 8, ["mastodon", "x"]), key=lambda d: d.account)
    receipt = Receipt("1", "https://m.example/1")
    ledger.settle([Settlement(out, State.PUBLISHED, "out", receipt), Settlement(lost, State.UNSURE, "lost")], now)
    ledger.claim(now, 1, ["y"])
    return ledger


def test_an_outbox_at_work_is_well(busy):
    assert check(busy) == []


HARMS = {
    "a state that nobody knows": "UPDATE delivery SET state = 'gone' WHERE key = 'waits'",
    "in hand, and its account is not leased for it": "UPDATE account SET token = 'other' WHERE name = 'y'",
    "leased, and neither sent nor asked about": "UPDATE delivery SET token = 'a' WHERE key = 'waits'",
    "may be out, and nobody knows since when": "UPDATE delivery SET first_attempt = NULL WHERE key = 'lost'",
    "an account without a row of its own": "DELETE FROM account WHERE name = 'x'",
    "an account whose lease has no end, or no holder": "UPDATE account SET lease_until = NULL WHERE name = 'y'",
    "its history does not end where it stands": "UPDATE delivery SET state = 'failed' WHERE key = 'waits'",
    "its history": "DELETE FROM event WHERE key = 'waits'",
    "changes that nothing of sharebot makes": "UPDATE event SET before = 'published' WHERE key = 'in hand'",
    "the posts are not those that were stored": "UPDATE delivery SET fingerprint = 'a' WHERE key = 'waits'",
    "a post cannot be read": "UPDATE delivery SET posts = '[{}]' WHERE key = 'waits'",
    "it is published and has no receipt": "UPDATE delivery SET receipts = '[]' WHERE key = 'out'",
    "all of it is out and it is not published": (
        'UPDATE delivery SET receipts = \'[{"id": "1", "url": "", "version": ""}]\' WHERE key = \'waits\''
    ),
    "an account does not know of what waits in it": "UPDATE account SET wake = NULL WHERE name = 'mastodon'",
}


@pytest.mark.parametrize("what", HARMS)
def test_what_nothing_of_ours_has_made_is_found_and_cured(busy, what):
    with busy.writing() as connection:
        connection.execute(text(HARMS[what].replace(":", "\\:")))
    told = list(map(str, check(busy)))
    assert any(words.startswith(what) and "; " in words for words in told), told


def test_many_faults_of_one_kind_are_counted(ledger, delivery, now):
    ledger.add([delivery(str(number)) for number in range(9)], "t", "r", now)
    with ledger.writing() as connection:
        connection.execute(text("UPDATE delivery SET fingerprint = 'a'"))
    (fault,) = check(ledger)
    assert (fault.count, len(fault.rows)) == (9, 5)
    assert "0, 1, 2, 3, 4 and 4 more" in str(fault)


@in_a_file
def test_a_file_is_looked_at_before_it_is_asked(busy, tmp_path):
    file = Path(busy.path)
    assert check_file(file) == []
    for schema, cure in (("0003", "sharebot db upgrade"), ("9999", "upgrade sharebot")):
        with busy.writing() as connection:
            connection.execute(text("UPDATE alembic_version SET version_num = :schema"), {"schema": schema})
        (fault,) = check_file(file)
        assert fault.cure.endswith(cure)
    (tmp_path / "text.db").write_text("words " * 1000)
    (fault,) = check_file(tmp_path / "text.db")
    assert "db restore" in fault.cure
