"""The disk of the queue is full: a real one, of 4 MiB."""

import re
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from alembic import command as alembic
from alembic.config import Config
from sqlalchemy import create_engine

from sharebot.outbox import database
from tests.disasters.mounts import Disk

pytestmark = [pytest.mark.integration, pytest.mark.timeout(240)]

LISTEN = ("--listen", "127.0.0.1:0")
FULL = "the disk is full; make room, nothing that was queued is lost"


def sent(sandbox):
    return {network: count for network, count in sandbox.requests().items() if count}


def test_on_a_full_disk_nothing_is_sent_and_each_command_says_which_disk_and_what_to_do(project, sandbox, disk):
    project.write(sandbox)
    project.issue()
    disk.fill()
    for command in (["run", "--once"], ["run"], ["queue", "list"], ["pause"]):
        said = project.run(*command, code=75).stderr
        assert f"{disk.path}/queue.db" in said
        assert FULL in said
        assert "Traceback" not in said
    told = project.run("doctor", code=1).stdout
    assert re.search(rf"{disk.path} (cannot be written: No space left on device|has 0 MiB left)\n  make room", told)
    assert not sent(sandbox)
    disk.make_room()
    project.run("run", "--once")
    assert sent(sandbox) == {"x": 3, "mastodon": 3, "bluesky": 3}
    assert project.states() == ["published"] * 9


@pytest.fixture
def filled_midway(project, sandbox, disk, daemon, eventually):
    """A post is with its network, all others are out, and the disk is full."""
    project.write(sandbox)
    running = daemon(*LISTEN)
    sandbox.fault("mastodon", "slow", times=1, seconds=3)
    project.issue()
    assert eventually(lambda: project.states().count("published") == 6)
    disk.fill()
    return running


def test_a_post_that_the_network_took_while_the_disk_filled_is_published_once_there_is_room(
    project, sandbox, disk, filled_midway, log, eventually, health
):
    assert eventually(lambda: log.events("outbox.unusable"))
    assert {event["level"] for event in log.events("outbox.unusable")} == {"warning"}
    assert log.events("outbox.unusable")[0]["error"].endswith(FULL)
    assert len(sandbox.posts()) == 7
    assert health()[0] == 200  # it works, and a new start would help nobody
    assert FULL in project.run("pause", code=75).stderr
    disk.make_room()
    assert eventually(lambda: len(sandbox.posts()) == 9)
    assert project.stop(filled_midway)[0] == 0
    assert project.states() == ["published"] * 9
    assert sent(sandbox) == {"x": 3, "mastodon": 3, "bluesky": 3}


def test_a_process_that_is_killed_before_there_is_room_doubles_nothing_at_its_next_start(
    project, sandbox, disk, filled_midway, log, eventually
):
    assert eventually(lambda: log.events("outbox.unusable"))
    filled_midway.kill()
    filled_midway.wait()
    assert FULL in project.run("run", "--once", code=75).stderr
    disk.make_room()
    said = project.run("run", "--once").stderr
    assert "posts.unsure" in said
    assert "found on the network" in said
    assert project.states() == ["published"] * 9
    assert sent(sandbox) == {"x": 3, "mastodon": 3, "bluesky": 3}


def test_asked_to_end_on_a_full_disk_the_daemon_ends_in_time_and_what_it_could_not_write_is_found(
    project, sandbox, disk, filled_midway, log, eventually
):
    assert eventually(lambda: log.events("outbox.unusable"))
    code, seconds, _ = project.stop(filled_midway)
    assert (code, seconds < 8) == (0, True)
    disk.make_room()
    assert "found on the network" in project.run("run", "--once").stderr
    assert project.states() == ["published"] * 9
    assert sent(sandbox) == {"x": 3, "mastodon": 3, "bluesky": 3}


def test_what_is_read_while_the_disk_is_full_is_queued_when_there_is_room(
    project, sandbox, disk, daemon, log, eventually
):
    project.write(sandbox)
    daemon()
    disk.fill()
    project.issue()
    assert eventually(lambda: log.events("outbox.unusable"))
    assert sandbox.posts() == []
    disk.make_room()
    assert eventually(lambda: len(sandbox.posts()) == 9)


def test_an_older_queue_on_a_full_disk_is_not_half_migrated(project, sandbox, space, disk, tmp_path):
    older = queue_before(tmp_path / "older.db")
    place = space.seen(disk.path / "queue.db")
    shutil.copy(older, place)
    disk.fill()
    project.write(sandbox)
    project.issue()
    assert FULL in project.run("run", "--once", code=75).stderr
    assert version(place, tmp_path) == version(older, tmp_path) != database.HEAD
    assert sandbox.posts() == []
    disk.make_room()
    project.run("run", "--once")
    assert version(place, tmp_path) == database.HEAD
    assert len(sandbox.posts()) == 9


def queue_before(path):
    """Make a queue as the build before the last migration left it."""
    config = Config()
    config.set_main_option("script_location", str(Path(database.__file__).parent / "migrations"))
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        alembic.upgrade(config, "head-1")
    engine.dispose()
    return path


def version(path, tmp_path):
    """Read a queue's version from a copy: SQLite does not find what is in another space."""
    for suffix in ("", "-wal"):
        if path.with_name(path.name + suffix).exists():
            shutil.copy(path.with_name(path.name + suffix), tmp_path / f"copy.db{suffix}")
    with closing(sqlite3.connect(tmp_path / "copy.db")) as connection:
        (found,) = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    return found


def test_a_log_on_a_full_disk_stops_no_post(project, sandbox, eventually):
    project.write(sandbox)
    with Path("/dev/full").open("w") as full:
        running = project.start("run", stdout=full)
        project.issue()
        assert eventually(lambda: len(sandbox.posts()) == 9)
        assert project.stop(running)[0] == 0
    assert project.states() == ["published"] * 9


def test_what_cannot_be_printed_is_said_in_words_and_advice_that_cannot_changes_nothing(project, sandbox):
    project.write(sandbox)
    full = subprocess.run(
        ["bash", "-c", f"'{sys.executable}' -m sharebot queue list --json >/dev/full; echo $?"],
        cwd=project.home, env=project.env(), capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert full.stdout == "75\n"
    assert full.stderr == "what this command prints cannot be written: No space left on device; make room\n"
    project.issue()
    with Path("/dev/full").open("w") as nowhere:
        done = subprocess.run(
            [sys.executable, "-m", "sharebot", "run", "--once"], cwd=project.home, env=project.env(), stderr=nowhere,
            check=False,
        )  # fmt: skip
    assert done.returncode == 0
    assert project.states() == ["published"] * 9


def test_a_full_disk_is_one_on_which_no_byte_can_be_written(disk: Disk, space):
    disk.fill()
    with pytest.raises(OSError, match="No space left"), (space.seen(disk.path) / "more").open("wb", 0) as more:
        more.write(bytes(1))
