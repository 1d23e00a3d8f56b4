"""The file system of the queue is read-only: from the start, or turned so under the daemon by an error of its disk."""

import shutil

import pytest

from tests.disasters.conftest import laid_on
from tests.disasters.mounts import Disk

pytestmark = [pytest.mark.integration, pytest.mark.timeout(240)]


def test_on_a_read_only_file_system_nothing_is_sent_and_each_command_says_where_and_what_to_do(project, sandbox, disk):
    project.write(sandbox)
    project.issue()
    disk.set("ro")
    for command in (["run", "--once"], ["run"], ["pause"]):
        said = project.run(*command, code=75).stderr
        assert f"{disk.path}/queue.db" in said
        assert "a read-only file system" in said
        assert "make it writable" in said
        assert "Traceback" not in said
    assert "9 new" in project.run("plan").stdout  # looking needs no queue
    assert sandbox.posts() == []
    disk.set("rw")
    project.run("run", "--once")
    assert len(sandbox.posts()) == 9

    disk.set("ro")
    for command in (["run", "--once"], ["queue", "list"], ["pause"]):
        said = project.run(*command, code=75).stderr
        assert f"{disk.path}/queue.db" in said
        assert "read-only" in said
    assert "read-only" in project.run("doctor", code=1).stdout
    disk.set("rw")
    assert project.states() == ["published"] * 9


def test_a_lock_that_cannot_be_written_names_its_file_and_the_cure(project, sandbox, tmp_path):
    project.write(sandbox)
    project.run("run", "--once")
    (tmp_path / "sharebot.db.lock").unlink()
    (tmp_path / "sharebot.db.lock").mkdir()  # as good as read-only, for root too
    said = project.run("run", "--once", code=75).stderr
    assert "sharebot.db.lock: cannot be written" in said
    assert "make its folder writable" in said


@pytest.fixture
def ext4(project, space, tmp_path, monkeypatch):
    """Make a disk with a journal, which turns read-only at an error."""
    if not shutil.which("mkfs.ext4"):
        pytest.skip("mkfs.ext4 is not here")
    image, path = tmp_path / "image", tmp_path / "disk"
    path.mkdir()
    with image.open("wb") as file:
        file.truncate(16 << 20)
    assert not space.run("mkfs.ext4", "-q", "-F", image).returncode
    space.mount("-o", "loop", image, path)
    yield laid_on(Disk(space, path), project, monkeypatch)
    space.run("umount", "--lazy", path)


def test_a_disk_that_fails_under_the_daemon_costs_no_post_and_doubles_none(
    project, sandbox, space, ext4, daemon, log, eventually
):
    project.write(sandbox)
    running = daemon()
    sandbox.fault("mastodon", "slow", times=1, seconds=3)
    project.issue()
    assert eventually(lambda: project.states().count("published") == 6)
    space.mount("-o", "remount,abort", ext4.path)
    assert eventually(lambda: log.events("outbox.unusable"))
    told = log.events("outbox.unusable")[0]["error"]
    assert f"{ext4.path}/queue.db" in told
    assert "nothing that was queued is lost" in told or "make both writable" in told
    code, seconds, _ = project.stop(running)
    assert (code, seconds < 8) == (0, True)
    assert len(sandbox.posts()) == 7

    assert not space.run("umount", ext4.path).returncode
    space.mount("-o", "loop", project.home / "image", ext4.path)
    assert "found on the network" in project.run("run", "--once").stderr
    assert project.states() == ["published"] * 9
    assert sandbox.requests() == {"x": 3, "mastodon": 3, "bluesky": 3}
