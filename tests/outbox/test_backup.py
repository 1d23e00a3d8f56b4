import os
import sqlite3
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from sharebot.errors import RESTORED, SharebotError, StoreError
from sharebot.model import State
from sharebot.outbox import database
from sharebot.outbox.backup import Damaged, backup, keep, version
from sharebot.outbox.files import Unwritten
from sharebot.outbox.hosts import Presence
from sharebot.outbox.leading import Lead
from sharebot.outbox.ledger import Ledger
from sharebot.outbox.lock import Lock
from sharebot.outbox.restore import Order, restore, written


@pytest.fixture
def file(queue_url):
    return Path(queue_url.removeprefix("sqlite:///"))


@pytest.fixture
def queue_url(tmp_path):
    return f"sqlite:///{tmp_path / 'queue.db'}"


def test_a_backup_holds_what_was_committed_also_what_is_still_in_the_log(ledger, file, delivery, now, tmp_path):
    ledger.add([delivery()], "t", "r", now)
    assert file.with_name("queue.db-wal").stat().st_size
    backup(file, tmp_path / "copy.db")
    assert sorted(path.name for path in tmp_path.iterdir() if "copy" in path.name) == ["copy.db"]
    assert (tmp_path / "copy.db").stat().st_mode & 0o777 == 0o600
    with Ledger(f"sqlite:///{tmp_path / 'copy.db'}") as copy:
        assert copy.deliveries() == [delivery()]


def test_a_backup_waits_for_nobody_and_keeps_nobody_waiting(ledger, file, delivery, now, tmp_path):
    with ledger.writing():  # somebody is in the middle of a change
        backup(file, tmp_path / "copy.db")
    ledger.add([delivery()], "t", "r", now)
    with Ledger(f"sqlite:///{tmp_path / 'copy.db'}") as copy:
        assert copy.deliveries() == []


@pytest.mark.usefixtures("ledger")
def test_a_backup_replaces_a_file_only_when_told(file, tmp_path):
    (tmp_path / "copy.db").write_text("mine")
    with pytest.raises(Unwritten, match="--force"):
        backup(file, tmp_path / "copy.db")
    assert (tmp_path / "copy.db").read_text() == "mine"
    backup(file, tmp_path / "copy.db", replace=True)
    assert version(tmp_path / "copy.db") == database.HEAD
    with pytest.raises(SharebotError, match="the database itself"):
        backup(file, file, replace=True)


def test_a_backup_of_what_is_not_there_or_no_outbox_leaves_no_file(tmp_path):
    with pytest.raises(SharebotError, match="there is no database"):
        backup(tmp_path / "none.db", tmp_path / "copy.db")
    sqlite3.connect(tmp_path / "other.db").execute("CREATE TABLE a (b)").connection.close()
    with pytest.raises(Damaged, match="no outbox"):
        backup(tmp_path / "other.db", tmp_path / "copy.db")
    (tmp_path / "text.db").write_text("words " * 1000)
    with pytest.raises(Damaged, match="not a database"):
        backup(tmp_path / "text.db", tmp_path / "copy.db")
    with pytest.raises(Unwritten, match="cannot be written"):
        backup(tmp_path / "other.db", tmp_path / "none" / "copy.db")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["other.db", "text.db"]


FULL = """
import resource, signal, sys
from pathlib import Path
from sharebot.outbox.backup import backup
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
try:
    backup(Path(sys.argv[1]), Path(sys.argv[2]))
except Exception as error:
    print(type(error).__name__, error)
"""


@pytest.mark.usefixtures("ledger")
def test_a_full_disk_leaves_no_half_backup_and_says_so(file, tmp_path):
    there = tmp_path / "backups"
    there.mkdir()
    full = [sys.executable, "-c", FULL, str(file), str(there / "copy.db")]
    said = subprocess.run(full, capture_output=True, text=True, check=True).stdout
    assert said.startswith("Unwritten ")
    assert "make room" in said
    assert list(there.iterdir()) == []


# ── before a migration ───────────────────────────────────────────────────────────────────────────────────────────────


def aged(file):
    """Make an outbox one of the schema before."""
    with sqlite3.connect(file) as connection:
        for statement in (
            "DROP TABLE credential",
            "DROP TABLE alert",
            "ALTER TABLE account DROP COLUMN succeeded",
            "ALTER TABLE account DROP COLUMN ends",
            "UPDATE alembic_version SET version_num = '0005'",
        ):
            connection.execute(statement)


def test_an_older_outbox_is_copied_once_before_it_is_brought_up_to_date(ledger, file, delivery, now):
    ledger.add([delivery()], "t", "r", now)
    ledger.close()
    aged(file)
    kept = file.with_name(f"queue.db.before-{database.HEAD}")
    with Ledger(f"sqlite:///{file}") as new:
        assert new.deliveries() == [delivery()]
    assert version(kept) == "0005"
    assert version(file) == database.HEAD
    before = kept.stat()
    aged(file)
    Ledger(f"sqlite:///{file}").close()
    assert kept.stat() == before


def test_an_older_outbox_that_cannot_be_copied_is_left_as_it_is(ledger, file, monkeypatch):
    ledger.close()
    aged(file)
    monkeypatch.setattr("sharebot.outbox.backup.copy", lambda *_: (_ for _ in ()).throw(Unwritten("the disk is full")))
    with pytest.raises(StoreError, match="the disk is full; an older database is copied before"):
        Ledger(f"sqlite:///{file}")
    assert version(file) == "0005"


def test_an_outbox_of_a_newer_sharebot_is_neither_copied_nor_changed(ledger, file):
    ledger.close()
    with sqlite3.connect(file) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StoreError, match="newer sharebot"):
        Ledger(f"sqlite:///{file}")
    assert not list(file.parent.glob("*.before-*"))


def test_what_is_copied_before_a_migration_says_why_where_there_is_nothing(tmp_path):
    with pytest.raises(StoreError, match="nothing was changed"):
        keep(tmp_path / "none.db", "0006")


# ── restoring ────────────────────────────────────────────────────────────────────────────────────────────────────────


def restored(file, path, now, **more):
    return restore(f"sqlite:///{file}", path, Order(("new",), now, **more))


def test_a_backup_takes_the_place_of_the_outbox_and_that_is_kept(ledger, file, delivery, now, tmp_path):
    ledger.add([delivery()], "t", "r", now)
    backup(file, tmp_path / "copy.db")
    ledger.add([delivery("k2")], "t", "r", now)
    ledger.close()
    doubts, kept = restored(file, tmp_path / "copy.db", now)
    assert (doubts.posts, doubts.since, doubts.held) == (1, now, 0)
    with Ledger(f"sqlite:///{file}") as new, Ledger(f"sqlite:///{kept}") as old:
        assert [d.key for d in new.deliveries()] == ["k1"]
        assert [d.key for d in old.deliveries()] == ["k1", "k2"]
    left = {path.name for path in tmp_path.iterdir()}
    assert not [name for name in left if name.startswith(".")]


def test_what_may_be_out_is_doubted_and_nothing_else(ledger, file, delivery, now, tmp_path):
    hour = timedelta(hours=1)
    ledger.add(
        [
            delivery("due"),
            delivery("later", due=now + 2 * hour),
            delivery("draft", state=State.DRAFT),
            delivery("out", state=State.MISSED),
            delivery("held", state=State.HELD, error="the token is no good"),
            delivery("person", state=State.HELD, error="held by ann: wait"),
            delivery("empty", state=State.HELD, error="no link", posts=()),
        ],
        "t",
        "r",
        now - hour,
    )
    ledger.close()
    backup(file, tmp_path / "copy.db")
    doubts, _ = restored(file, tmp_path / "copy.db", now + hour)
    assert (doubts.posts, doubts.since, doubts.held) == (3, now - hour, 2)
    with Ledger(f"sqlite:///{file}") as new:
        rows = {row.key: row for row in new.deliveries()}
        assert {key for key, row in rows.items() if row.state is State.UNSURE} == {"due", "draft", "held"}
        assert rows["held"].error == f"{RESTORED}the token is no good"
        due = rows["due"]
        assert (due.first_attempt, due.attempts, due.doubted) == (now - hour, 0, now + hour)
        assert [event.after for event in new.history("due")] == [State.QUEUED, State.UNSURE]
        assert new.next_due() == due.look_at
    doubts, _ = restored(file, tmp_path / "copy.db", now + hour, everything=True)
    assert doubts.posts == 4


def test_what_was_tried_before_the_backup_keeps_its_key(ledger, file, delivery, now, tmp_path):
    ledger.add([delivery()], "t", "r", now)
    ledger.claim(now, 1)
    backup(file, tmp_path / "copy.db")
    ledger.close()
    restored(file, tmp_path / "copy.db", now + timedelta(hours=1))
    with Ledger(f"sqlite:///{file}") as new:
        (row,) = new.deliveries()
        assert (row.state, row.attempts, row.first_attempt, row.token) == (State.UNSURE, 1, now, None)


def test_a_backup_of_a_restored_outbox_is_doubted_no_less(ledger, file, delivery, now, tmp_path):
    ledger.add([delivery()], "t", "r", now)
    ledger.close()
    for _ in range(2):
        backup(file, tmp_path / "copy.db", replace=True)
        restored(file, tmp_path / "copy.db", now)
    with Ledger(f"sqlite:///{file}") as new:
        (row,) = new.deliveries()
        assert (row.attempts, row.error) == (0, RESTORED)


def test_all_accounts_are_paused_where_that_is_asked_for(ledger, file, delivery, now, tmp_path):
    ledger.add([delivery()], "t", "r", now)
    ledger.close()
    backup(file, tmp_path / "copy.db")
    restored(file, tmp_path / "copy.db", now, paused="restored by ann")
    with Ledger(f"sqlite:///{file}") as new:
        assert new.paused() == {"*": "restored by ann"}
        assert new.claim(now + timedelta(hours=1), 8) == []


@pytest.mark.usefixtures("ledger")
def test_nothing_is_restored_while_a_daemon_works(file, tmp_path, now):
    backup(file, tmp_path / "copy.db")
    with Lock(file), pytest.raises(StoreError, match="another sharebot"):
        restored(file, tmp_path / "copy.db", now)


@pytest.mark.parametrize("harm", ["cut", "overwritten", "text", "none", "newer", "line"])
def test_a_backup_that_is_no_good_changes_nothing(ledger, file, delivery, now, tmp_path, harm):
    ledger.add([delivery(f"k{number}") for number in range(100)], "t", "r", now)
    copy = tmp_path / "copy.db"
    backup(file, copy)
    ledger.close()
    if harm == "cut":
        os.truncate(copy, copy.stat().st_size // 2)
    elif harm == "overwritten":
        with copy.open("r+b") as opened:
            opened.seek(20_000)
            opened.write(b"\xff" * 30_000)
    elif harm == "newer":
        with sqlite3.connect(copy) as connection:
            connection.execute("UPDATE alembic_version SET version_num = '9999'")
    elif harm == "none":
        copy.unlink()
    else:
        copy.write_text({"text": "words", "line": '{"sharebot":"outbox","schema":"0006"}\nnonsense\n'}[harm])
    before = file.read_bytes()
    with pytest.raises(SharebotError, match=r"copy\.db:.*(damaged|neither|no JSON|newer|cannot be read)"):
        restored(file, copy, now)
    assert file.read_bytes() == before
    assert {path.name for path in tmp_path.iterdir()} <= {"copy.db", "queue.db", "queue.db.lock"}


def test_a_backup_of_an_older_schema_is_brought_up_to_date(ledger, file, delivery, now, tmp_path):
    ledger.add([delivery()], "t", "r", now)
    ledger.close()
    backup(file, tmp_path / "copy.db")
    aged(tmp_path / "copy.db")
    restored(file, tmp_path / "copy.db", now)
    assert version(file) == database.HEAD
    assert version(tmp_path / "copy.db") == "0005"
    assert not list(tmp_path.glob("*.before-0*"))


def test_a_damaged_outbox_is_kept_as_it_is_with_its_log(ledger, file, delivery, now, tmp_path):
    ledger.add([delivery()], "t", "r", now)
    backup(file, tmp_path / "copy.db")
    ledger.close()
    for name in ("queue.db", "queue.db-wal"):
        file.with_name(name).write_bytes(b"harm" * 5000)
    _, kept = restored(file, tmp_path / "copy.db", now)
    assert kept.read_bytes() == b"harm" * 5000
    assert kept.with_name(f"{kept.name}-wal").exists()
    assert not file.with_name("queue.db-wal").exists()
    assert version(file) == database.HEAD


def test_a_backup_is_restored_where_there_is_no_outbox(ledger, file, delivery, now, tmp_path):
    ledger.add([delivery()], "t", "r", now)
    backup(file, tmp_path / "copy.db")
    ledger.close()
    assert restored(tmp_path / "new.db", tmp_path / "copy.db", now)[1] is None
    with Ledger(f"sqlite:///{tmp_path / 'new.db'}") as new:
        assert len(new.deliveries(State.UNSURE)) == 1


def test_an_export_is_restored_like_a_backup(ledger, file, delivery, now, tmp_path):
    ledger.add([delivery()], "t", "r", now)
    written(ledger, tmp_path / "copy.jsonl", now)
    ledger.close()
    assert restored(file, tmp_path / "copy.jsonl", now)[0].posts == 1
    assert version(file) == database.HEAD


@pytest.mark.integration
def test_on_postgresql_an_export_takes_the_place_of_all_that_is_there(postgresql_url, delivery, now, tmp_path):
    copy = tmp_path / "copy.jsonl"
    with Ledger(postgresql_url) as outbox:
        outbox.add([delivery()], "t", "r", now)
        written(outbox, copy, now)
        outbox.add([delivery("k2")], "t", "r", now)
        presence = Presence(outbox, "local", lambda: True, outbox.clock)
        presence.beat()
        with pytest.raises(StoreError, match="gave a sign of life"):
            restore(postgresql_url, copy, Order((), now))
        presence.close()
        doubts, kept = restore(postgresql_url, copy, Order((), now))
        assert doubts.posts == 1
        assert [row.key for row in outbox.deliveries()] == ["k1"]
        assert kept
        assert '"k2"' in kept.read_text()
        outbox.add([delivery("k3")], "t", "r", now)  # its number is free
        lead = Lead(postgresql_url)
        assert lead.acquire()
        with pytest.raises(StoreError, match="begun to lead"):
            restore(postgresql_url, copy, Order((), now))
        lead.release()
        (tmp_path / "broken.jsonl").write_bytes(copy.read_bytes()[:-20])
        with pytest.raises(SharebotError, match="breaks off"):
            restore(postgresql_url, tmp_path / "broken.jsonl", Order((), now))
        assert [row.key for row in outbox.deliveries()] == ["k1", "k3"]
        with Ledger(f"sqlite:///{tmp_path / 'file.db'}"), pytest.raises(SharebotError, match="sharebot db export"):
            restore(postgresql_url, tmp_path / "file.db", Order((), now))


def test_a_copy_that_can_be_read_and_is_not_whole_is_no_backup(ledger, file, delivery, now, tmp_path):
    ledger.add([delivery()], "t", "r", now)
    ledger.close()
    with sqlite3.connect(file) as connection:
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute("UPDATE sqlite_master SET sql = replace(sql, '''queued''', '''sent''') WHERE type = 'index'")
    with pytest.raises(Damaged, match=r"is damaged \(.*index"):
        backup(file, tmp_path / "copy.db")
    assert not (tmp_path / "copy.db").exists()


def test_a_database_that_another_program_keeps_for_itself_cannot_be_copied(tmp_path, monkeypatch):
    monkeypatch.setattr("sharebot.outbox.backup._PATIENCE", 0.1)
    alone = sqlite3.connect(tmp_path / "alone.db", isolation_level=None)
    for statement in ("CREATE TABLE a (b)", "BEGIN EXCLUSIVE"):
        alone.execute(statement)
    with pytest.raises(Damaged, match=r"cannot be copied .*sharebot db check"):
        backup(tmp_path / "alone.db", tmp_path / "copy.db")
    assert not (tmp_path / "copy.db").exists()
