"""doctor as a whole: everything is looked at, whatever else is wrong."""

import sqlite3
import subprocess
import sys
import zipfile
from contextlib import closing
from datetime import timedelta

import pytest

from sharebot import app
from sharebot.errors import StoreError
from sharebot.outbox.lock import Lock
from sharebot.reloading import Standing

EVERYTHING = {
    "configuration",
    "clock",
    "zone data",
    "versions",
    "user",
    "disk",
    "temporary files",
    "database",
    "queue",
    "daemon",
    "source weekly",
}
ONLINE = {
    "trust store for https",
    "dns mastodon.invalid",
    "dns bluesky.invalid",
    "sign-in mastodon",
    "sign-in bluesky",
}


@pytest.fixture(autouse=True)
def _nowhere(home):
    """Let the accounts be on servers that are nowhere."""
    path = home / "sharebot.yaml"
    servers = "https://mastodon.invalid", "handle: news.example\n    service: https://bluesky.invalid"
    text = path.read_text().replace("https://mastodon.example", servers[0]).replace("handle: news.example", servers[1])
    path.write_text(text)


@pytest.fixture
def _secrets(monkeypatch):
    monkeypatch.setenv("TOKEN", "t-1234")
    monkeypatch.setenv("PASSWORD", "p-5678")


def names(found):
    return {check["name"] for check in found["checks"]}


@pytest.mark.usefixtures("queued", "_secrets")
def test_everything_is_looked_at_and_each_check_has_its_severity_words_and_cure(answer):
    found = answer("doctor", code=1)
    assert names(found) >= EVERYTHING | ONLINE
    assert found["ok"] is False
    for check in found["checks"]:
        assert check.keys() == {"name", "ok", "severity", "words", "cure"}
        assert check["ok"] is (check["severity"] != "error")
        assert bool(check["cure"]) is (check["severity"] != "info")


@pytest.mark.usefixtures("queued", "_secrets")
def test_offline_asks_no_network(answer, monkeypatch):
    monkeypatch.setattr("socket.getaddrinfo", lambda *_, **__: pytest.fail("asked"))
    found = answer("doctor", "--offline", code=1)
    assert names(found) >= EVERYTHING
    assert not names(found) & ONLINE
    assert [check["name"] for check in found["checks"] if not check["ok"]] == ["daemon"]


@pytest.mark.usefixtures("queued", "_secrets")
def test_warnings_alone_are_no_failure(answer, home):
    with Lock(home / "sharebot.db"):
        found = answer("doctor", "--offline")
    assert found["ok"] is True
    assert "warning" in {check["severity"] for check in found["checks"]}


@pytest.mark.usefixtures("queued", "_secrets")
@pytest.mark.parametrize("broken", ["accounts: {mastodon: [", "schedul: now\n", None])
def test_a_configuration_that_is_wrong_hinders_no_other_check(answer, home, broken):
    path = home / "sharebot.yaml"
    path.unlink() if broken is None else path.write_text(path.read_text() + broken)
    found = answer("doctor", code=1)
    assert names(found) >= EVERYTHING - {"source weekly"}
    if broken and ":" in broken and "[" not in broken:
        assert names(found) >= EVERYTHING | ONLINE
    (configuration,) = (check for check in found["checks"] if check["name"] == "configuration")
    assert configuration["ok"] is False


@pytest.mark.usefixtures("_secrets")
def test_a_database_that_is_wrong_hinders_no_other_check(answer, home):
    (home / "sharebot.db").write_bytes(b"no database" * 1000)
    found = answer("doctor", "--offline", code=1)
    assert names(found) >= EVERYTHING - {"queue"}
    assert "no SQLite database" in next(c["words"] for c in found["checks"] if c["name"] == "database")


@pytest.mark.usefixtures("queued", "_secrets")
def test_a_database_that_goes_away_meanwhile_is_told(answer, monkeypatch):
    def fail(*_):
        raise StoreError("it broke off")

    monkeypatch.setattr("sharebot.cli.diagnosing.accounts.standings", fail)
    found = answer("doctor", "--offline", code=1)
    assert "it broke off" in {check["words"] for check in found["checks"]}


@pytest.mark.usefixtures("_secrets")
def test_an_address_of_the_database_that_is_none_is_told(answer, monkeypatch):
    monkeypatch.setenv("SHAREBOT_DATABASE", "oracle://me:geheim@host/x")
    found = answer("doctor", "--offline", code=1)
    assert names(found) >= EVERYTHING - {"disk", "queue", "daemon"}
    assert "geheim" not in str(found)


@pytest.mark.usefixtures("queued", "_secrets")
def test_an_older_database_is_looked_at_and_not_brought_up_to_date(run, home):
    version = "SELECT version_num FROM alembic_version"
    with closing(sqlite3.connect(home / "sharebot.db")) as database, database:
        database.execute("UPDATE alembic_version SET version_num = '0003'")
        database.commit()
        said = run("doctor", "--offline", code=1).stdout
        assert database.execute(version).fetchone() == ("0003",)
    assert "schema: well (0003; the next `sharebot run` brings it to" in said


@pytest.mark.usefixtures("queued")
def test_doctor_tells_each_fault_with_its_cure(run):
    run("pause", "mastodon")
    said = run("doctor", "--offline", code=1).stdout
    assert "configuration: sharebot.yaml:7:19" in said
    assert "database: well" in said
    assert "sharebot resume" in said
    assert "start it with `sharebot run`" in said


@pytest.mark.usefixtures("queued", "_secrets")
def test_doctor_tells_a_daemon_that_lives_from_one_that_hangs(run, home, monkeypatch):
    with Lock(home / "sharebot.db"):
        assert run("doctor", "--live").stdout == "daemon: well\n"
        assert "daemon: well" in run("doctor", "--offline").stdout
        monkeypatch.setattr("time.time", lambda: app.clock().timestamp() + timedelta(hours=1).total_seconds())
        assert "no sign of life" in run("doctor", "--live", code=1).stdout
    said = run("doctor", "--live", code=1).stdout
    assert said == "daemon: does not run; start it with `sharebot run`\n"


@pytest.mark.usefixtures("queued")
def test_doctor_tells_that_the_daemon_goes_on_with_an_older_configuration_and_works(run, home, now, configure):
    configure("every: day", "evry: day")
    with Lock(home / "sharebot.db") as lock:
        lock.note(Standing(now, now, ("sharebot.yaml:21:20: unknown key",)).note())
        said = run("doctor", "--offline", code=1).stdout
        assert "configuration: sharebot.yaml:" in said
        assert "the daemon goes on with the one that it read at 2026-11-03 09:00 UTC" in said
        assert "daemon: well" in said
        assert run("doctor", "--live").stdout == "daemon: well\n"


@pytest.mark.usefixtures("queued")
def test_live_needs_no_configuration_where_the_outbox_is_named(run, answer, home, monkeypatch):
    monkeypatch.setenv("SHAREBOT_DATABASE", f"sqlite:///{home}/sharebot.db")
    (home / "sharebot.yaml").unlink()
    with Lock(home / "sharebot.db"):
        assert run("doctor", "--live").stdout == "daemon: well\n"
        assert answer("doctor", "--live")["checks"][0]["name"] == "daemon"
    monkeypatch.delenv("SHAREBOT_DATABASE")
    assert "no configuration here" in run("doctor", "--live", code=78).stderr


@pytest.mark.integration
@pytest.mark.usefixtures("queued")
def test_live_loads_neither_the_database_nor_the_configuration_nor_a_network(home):
    code = (
        "import sys; from sharebot.cli.root import cli\n"
        "try: cli(['doctor', '--live'])\n"
        "except SystemExit: print(*sorted({name.partition('.')[0] for name in sys.modules}))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=home, capture_output=True, text=True, check=True)
    told, loaded = done.stdout.splitlines()
    assert "does not run" in told
    assert not {"sqlalchemy", "pydantic", "yaml", "requests", "ssl", "apscheduler"} & set(loaded.split())


@pytest.mark.usefixtures("queued", "_secrets")
def test_the_bundle_is_written_beside_what_is_told(run, home):
    (home / "log").write_text('{"event": "daemon.started"}\n')
    said = run("doctor", "--offline", "--bundle", "help.zip", "--log", "log", code=1)
    assert "clock: well" in said.stdout
    assert "help.zip: written" in said.stderr
    with zipfile.ZipFile(home / "help.zip") as archive:
        assert "daemon.started" in archive.read("log.jsonl").decode()
    assert "is there already" in run("doctor", "--offline", "--bundle", "help.zip", code=1).stderr


def test_options_that_do_not_go_together_are_refused(run):
    for options in (("--live", "--bundle", "a.zip"), ("--live", "--offline"), ("--log", "sharebot.yaml")):
        assert "--log goes into a --bundle" in run("doctor", *options, code=2).stderr
