import json
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from sharebot.cli.root import cli
from sharebot.model import State
from sharebot.outbox.hosts import Presence
from sharebot.outbox.ledger import Ledger
from sharebot.outbox.lock import Lock


@pytest.fixture
def file(home, queued):  # noqa: ARG001 — the queue is filled
    return home / "sharebot.db"


def test_a_backup_is_restored_and_what_may_be_out_is_doubted(run, answer, file, queued):
    told = answer("db", "backup", "copy.db")
    assert told == {"path": "copy.db", "bytes": Path("copy.db").stat().st_size}
    assert "there already" in run("db", "backup", "copy.db", code=1).stderr
    assert "MiB" in run("db", "backup", "copy.db", "--force").stderr
    told = answer("db", "restore", "copy.db")
    assert (told["restored"], told["unsure"], told["held"]) == ("copy.db", 3, 0)
    assert Path(told["kept"]).parent == file.parent
    with queued() as ledger:
        assert len(ledger.deliveries(State.UNSURE)) == 3
        assert ledger.seen("weekly"), "the newsletter of the configuration is read anew"


def test_a_restore_says_what_to_do_next(run, queued):
    run("db", "backup", "copy.db")
    with queued() as ledger:
        ledger.add([], "t", "r", ledger.clock())
    said = run("db", "restore", "copy.db", "--pause", "--by", "ann").stderr
    assert "3 post(s) may be out since 2026-11-03 09:00 UTC" in said
    assert "sharebot resume" in said
    with queued() as ledger:
        assert ledger.paused() == {"*": "a backup was restored by ann"}
    assert "start the daemon" in run("db", "restore", "copy.db").stderr


def test_held_posts_are_told_of_after_a_restore(run, queued, delivery):
    with queued() as ledger:
        ledger.add([delivery("ccc", state=State.HELD, error="held by ann")], "t", "r", ledger.clock())
    run("db", "backup", "copy.db")
    assert "1 post(s) are held" in run("db", "restore", "copy.db").stderr


def test_a_restore_needs_no_configuration_that_can_be_read(run, file, home, monkeypatch):
    run("db", "backup", "copy.db")
    (home / "sharebot.yaml").write_text("version: [")
    monkeypatch.setenv("SHAREBOT_DATABASE", f"sqlite:///{file}")
    assert "cannot be read" in run("db", "restore", "copy.db").stderr


def test_a_working_daemon_is_not_pulled_the_database_from_under(run, file):
    run("db", "backup", "copy.db")
    with Lock(file):
        run("db", "backup", "copy2.db")
        assert "end that one first" in run("db", "restore", "copy.db", code=75).stderr


def test_a_backup_in_a_folder_gets_a_name_with_its_time(answer, file, home):
    (home / "backups").mkdir()
    path = Path(answer("db", "backup", "backups")["path"])
    assert path.name.startswith("sharebot-2")
    assert path.suffix == file.suffix


def test_a_copy_cannot_be_written_to_stdout(run, file):
    assert file.exists()
    assert "name a file" in run("db", "backup", "-", code=2).stderr


def test_what_is_not_there_cannot_be_kept(run, home, monkeypatch):
    assert "there is no database" in run("db", "backup", "copy.db", code=1).stderr
    assert not (home / "sharebot.db").exists()
    monkeypatch.setenv("SHAREBOT_DATABASE", "sqlite://")
    assert "in memory" in run("db", "check", code=1).stderr
    monkeypatch.delenv("SHAREBOT_DATABASE")
    (home / "sharebot.yaml").unlink()
    run("db", "check", code=78)


def test_a_check_says_what_is_wrong_and_ends_with_1(run, answer, file, queued):
    assert file.exists()
    assert run("db", "check").stdout == "well\n"
    assert answer("db", "check") == {"faults": []}
    with queued() as ledger, ledger.writing() as connection:
        connection.exec_driver_sql("UPDATE delivery SET state = 'gone' WHERE key = 'bbb3'")
    (fault, *_) = answer("db", "check", code=1)["faults"]
    assert (fault["what"], fault["rows"], fault["count"]) == ("a state that nobody knows", ["bbb3"], 1)
    assert "sharebot db restore" in run("db", "check", code=1).stdout


def test_a_check_of_a_damaged_file_changes_nothing(run, file):
    file.write_bytes(b"harm" * 5000)
    assert "restore a backup" in run("db", "check", code=1).stdout
    assert file.read_bytes() == b"harm" * 5000


def test_an_upgrade_makes_a_database_and_brings_one_up_to_date(run, home):
    assert "schema 0" in run("db", "upgrade").stderr
    assert (home / "sharebot.db").exists()
    run("db", "upgrade")


def test_old_posts_are_pruned_and_young_ones_are_not(run, answer, queued, delivery):
    with queued() as ledger:
        now = ledger.clock() - timedelta(days=200)
        ledger.add([delivery("old", state=State.MISSED, due=now)], "t", "r", now)
    counted = answer("db", "prune", "--older-than", "90d", "--dry-run")
    assert counted == {"dry_run": True, "counts": {"missed": 1}, "events": 0, "freed": 0}
    assert "would shrink: 1 missed" in run("db", "prune", "--older-than", "90d", "--dry-run").stderr
    with Lock(Path("sharebot.db")):
        said = run("db", "prune", "--older-than", "90d").stderr
    assert "shrunk: 1 missed" in said
    assert "end the daemon" in said
    assert answer("db", "prune", "--older-than", "90d")["counts"] == {}
    assert "last 40 days" in run("db", "prune", "--older-than", "39d", code=2).stderr
    assert "30m or 7d" in run("db", "prune", "--older-than", "soon", code=2).stderr


def test_room_that_is_given_back_is_told(run, queued, delivery):
    with queued() as ledger:
        now = ledger.clock() - timedelta(days=200)
        ledger.add([delivery(f"o{n}", state=State.MISSED, due=now) for n in range(500)], "t", "r", now)
    assert "MiB are given back" in run("db", "prune", "--older-than", "90d").stderr


def test_an_export_is_imported_elsewhere(run, file, home, monkeypatch):
    piped = run("db", "export").stdout
    assert "rows" in run("db", "export", "out.jsonl").stderr
    assert Path("out.jsonl").read_text().splitlines()[1:] == piped.splitlines()[1:]
    monkeypatch.setenv("SHAREBOT_DATABASE", f"sqlite:///{home / 'new.db'}")
    run("db", "import", "out.jsonl")
    assert "is not empty" in run("db", "import", "out.jsonl", code=1).stderr
    assert "cannot be read" in run("db", "import", "none.jsonl", code=1).stderr
    with Ledger(f"sqlite:///{home / 'new.db'}") as new, Ledger(f"sqlite:///{file}") as old:
        assert new.deliveries() == old.deliveries()


def test_what_was_exported_beside_a_daemon_is_doubted_when_it_is_imported(run, file, home, monkeypatch):
    with Lock(file):
        live = run("db", "export").stdout
    assert json.loads(live.splitlines()[0])["live"] is True
    monkeypatch.setenv("SHAREBOT_DATABASE", f"sqlite:///{home / 'new.db'}")
    assert "3 post(s) may be out" in run("db", "import", "-", stdin=live).stderr


@pytest.mark.integration
def test_a_database_on_postgresql_is_kept_alike(run, answer, postgresql_url, delivery, now, monkeypatch):
    monkeypatch.setenv("SHAREBOT_DATABASE", postgresql_url)
    with Ledger(postgresql_url) as ledger:
        ledger.add([delivery()], "t", "r", now)
        presence = Presence(ledger, "local", lambda: True, ledger.clock)
        presence.beat()
        Path("copies").mkdir()
        path = answer("db", "backup", "copies")["path"]
        assert path.endswith(".jsonl")
        assert "sign of life" in run("db", "restore", path, code=75).stderr
        presence.close()
        assert answer("db", "restore", path)["unsure"] == 1
        assert run("db", "check").stdout == "well\n"
        assert answer("db", "prune", "--older-than", "90d")["freed"] == 0


def test_the_group_says_what_it_is_for():
    said = CliRunner().invoke(cli, ["db", "--help"]).output
    assert all(name in said for name in ("backup", "restore", "check", "upgrade", "export", "import", "prune"))
