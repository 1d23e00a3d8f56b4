"""The outbox, looked at and left as it is."""

import sqlite3
from contextlib import closing
from datetime import timedelta

import pytest

from sharebot.cli.diagnosing import store
from sharebot.errors import StoreError
from sharebot.model import State
from sharebot.outbox.database import HEAD
from sharebot.outbox.ledger import Ledger


@pytest.fixture
def look(queue_url, now):
    def find(url=queue_url, at=now):
        stored = store.look(url, at)
        return stored, {each.name: each for each in stored.findings}

    return find


@pytest.fixture
def file(ledger):
    """The file of a queue that is there, and closed."""
    ledger.close()
    return ledger.path


def test_a_queue_that_is_not_there_yet_is_no_fault_and_is_not_made(look, tmp_path):
    stored, found = look()
    assert "the first `sharebot run` makes it" in found["database"].words
    assert (stored.usable, [*tmp_path.iterdir()]) == (False, [])


def test_a_queue_is_told_with_its_size_and_what_is_in_it(look, ledger, delivery, now):
    ledger.add([delivery("a", state=State.DRAFT), delivery("b"), delivery("c")], "test", "read", now)
    ledger.seed("weekly", [], now - timedelta(days=3))
    stored, found = look()
    assert found["database"].words.startswith(f"well (SQLite {sqlite3.sqlite_version}, {ledger.path}, ")
    assert found["queue"].words == "well (1 draft, 2 queued)"
    assert (stored.usable, stored.schema, stored.last) == (True, HEAD, now)
    assert stored.first == {"weekly": now - timedelta(days=3)}
    assert all(each.severity == "info" for each in stored.findings)


def test_posts_that_are_late_and_posts_that_are_unsure_are_warned_of(look, ledger, delivery, now):
    ledger.add([delivery("a"), delivery("b", account="bluesky")], "test", "read", now)
    ledger.claim(now, 1, ["bluesky"])
    ledger.doubt(now)
    _, found = look(at=now + timedelta(hours=1))
    assert found["queue lag"].severity == "warning"
    assert "the first of 1 post(s) that wait was due at 2026-11-03 09:00 UTC" in found["queue lag"].words
    assert "sharebot queue resolve" in found["queue unsure"].cure
    assert "queue lag" not in look()[1]


def test_a_damaged_database_is_known_by_its_pages(look, ledger, delivery, now, file):
    with Ledger(ledger.url) as again:
        again.add([delivery(f"k{n}") for n in range(200)], "test", "read", now)
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        size = connection.execute("PRAGMA page_size").fetchone()[0]
    data = bytearray(file.read_bytes())
    data[8 * size : 12 * size] = b"\xff" * (4 * size)
    file.write_bytes(data)
    _, found = look()
    assert not found["database"].ok
    assert "is damaged" in found["database"].words
    assert "sharebot db restore" in found["database"].cure


def test_a_file_that_is_no_database_is_told_and_stays_as_it_is(look, file):
    file.write_bytes(b"no database" * 1000)
    stored, found = look()
    assert "not a database" in store._damage(file)
    assert (found["database"].ok, stored.usable) == (False, False)
    assert "no SQLite database" in found["database"].words
    assert file.read_bytes() == b"no database" * 1000


def test_an_address_that_is_none_is_told_without_its_password(look):
    _, found = look("oracle://weekly:geheim@host/x")
    assert "is not served" in found["database"].words
    assert "geheim" not in str(found["database"])


@pytest.mark.parametrize(("version", "ok", "words"), [("9999", False, "a newer sharebot"), ("0004", True, "brings it")])
def test_an_older_or_newer_schema_is_told_and_left_as_it_is(look, file, version, ok, words):
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = ?", (version,))
    stored, found = look()
    assert (found["schema"].ok, stored.usable, stored.schema) == (ok, False, version)
    assert words in found["schema"].words
    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchone() == (version,)


def test_a_log_that_is_not_written_back_is_warned_of(look, ledger, monkeypatch):
    monkeypatch.setattr(store, "_LARGE_LOG", 100)
    _, found = look()
    assert found["database log"].severity == "warning"
    assert f"fuser {ledger.path}" in found["database log"].cure


def test_what_goes_wrong_after_the_database_was_opened_is_the_queues(look, ledger, monkeypatch):  # noqa: ARG001
    def fail(*_):
        raise StoreError("it broke off")

    monkeypatch.setattr(store, "queue", fail)
    _, found = look()
    assert (found["database"].ok, found["queue"].words) == (True, "it broke off")


def test_the_look_for_damage_ends_in_time_and_finds_nothing_then(ledger, delivery, now, monkeypatch):
    ledger.add([delivery(f"k{n}") for n in range(100)], "test", "read", now)
    monkeypatch.setattr(store, "_LONGEST", -1.0)
    monkeypatch.setattr(store, "_STEPS", 1)
    assert store._damage(ledger.path) == ""


def test_a_database_that_another_program_keeps_to_itself_is_told_and_is_not_damaged(look, file):
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("PRAGMA journal_mode = DELETE")
        other.execute("BEGIN EXCLUSIVE")
        assert store._damage(file) == ""
        _, found = look()
    assert "another program holds the database" in found["database"].words
    assert "restore" not in str(found)


@pytest.mark.integration
def test_a_server_is_told_with_its_version_and_its_clock(look, postgresql_url, delivery, now):
    with Ledger(postgresql_url) as ledger:
        ledger.add([delivery("a")], "test", "read", now)
        right = ledger.clock()
    stored, found = look(postgresql_url, right)
    assert found["database"].words.startswith("well (PostgreSQL 1")
    assert (found["database clock"].words, stored.usable) == ("well", True)
    assert found["queue"].words == "well (1 queued)"
    assert "geheim" not in str(found)
    _, found = look(postgresql_url, right - timedelta(minutes=2))
    assert found["database clock"].severity == "warning"
    assert "the database's decides" in found["database clock"].words


@pytest.mark.integration
def test_a_standby_is_no_place_for_an_outbox(look, postgresql_url, monkeypatch):
    with Ledger(postgresql_url):
        pass
    monkeypatch.setattr(store, "_STATE", store._STATE.replace("pg_is_in_recovery()", "true"))
    stored, found = look(postgresql_url)
    assert "is a standby" in found["database"].words
    assert not stored.usable


@pytest.mark.integration
def test_a_server_without_an_outbox_gets_none_by_being_looked_at(look, postgresql_url):
    for _ in range(2):
        stored, found = look(postgresql_url)
        assert stored.schema is None
        assert f"none; the next `sharebot run` brings it to {HEAD}" in found["schema"].words


def test_a_server_that_is_not_there_is_told(look):
    _, found = look("postgresql://sharebot:geheim@127.0.0.1:1/queue")
    assert "start PostgreSQL" in found["database"].words
    assert "geheim" not in str(found["database"])
