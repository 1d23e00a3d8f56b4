"""Disks and permissions: real small file systems, real modes."""

import os
import subprocess
from pathlib import Path

import pytest

from sharebot.cli.diagnosing import files

pytestmark = pytest.mark.usefixtures("_secrets")


@pytest.fixture
def mounted(tmp_path, monkeypatch):
    """Mount a small file system, and put the outbox on it. Skip where that is not allowed."""
    places: list[Path] = []

    def mount(options):
        place = tmp_path / f"disk {len(places)}"
        place.mkdir()
        done = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", options, "tmpfs", place], capture_output=True, text=True, check=False
        )
        if done.returncode:
            pytest.skip(f"no file system may be mounted here: {done.stderr.strip()}")
        places.append(place)
        monkeypatch.setenv("SHAREBOT_DATABASE", f"sqlite:///{place}/sharebot.db")
        return place

    yield mount
    for place in places:
        subprocess.run(["umount", place], check=True)


def disk(asked):
    return next(each for each in files.disks(asked()) if each.name == "disk")


def test_a_disk_with_room_is_well(asked, home):
    assert str(disk(asked)).startswith(f"disk: well ({home}, ")


@pytest.mark.parametrize(("size", "severity"), [("5m", "error"), ("50m", "warning"), ("200m", "info")])
def test_a_disk_that_is_nearly_full_is_told_before_it_is(asked, mounted, size, severity):
    place = mounted(f"size={size}")
    found = disk(asked)
    assert found.severity == severity
    assert (f"du -xh {place}" in found.cure) is (severity != "info")


def test_a_disk_that_is_full_says_so(asked, mounted):
    place = mounted("size=1m")
    (place / "full").write_bytes(b"\0" * (1 << 20))
    found = disk(asked)
    assert not found.ok
    assert "cannot be written: No space left on device" in found.words


def test_a_disk_without_room_for_more_files_is_told(asked, mounted):
    mounted("size=200m,nr_inodes=20")
    found = disk(asked)
    assert found.severity == "warning"
    assert "more files" in found.words
    assert "df -i" in found.cure


def test_a_disk_that_is_read_only_is_wrong_also_for_root(asked, mounted):
    mounted("size=200m,ro")
    found = disk(asked)
    assert not found.ok
    assert "Read-only file system" in found.words


def test_a_folder_that_is_not_there_is_wrong(asked, home, monkeypatch):
    monkeypatch.setenv("SHAREBOT_DATABASE", f"sqlite:///{home}/missing/sharebot.db")
    assert "No such file" in disk(asked).words


@pytest.mark.parametrize(("kind", "severity"), [("nfs4", "warning"), ("ext4", "info")])
def test_a_database_on_a_network_file_system_is_warned_of(asked, home, tmp_path, monkeypatch, kind, severity):
    place = str(home).replace(" ", "\\040")
    table = tmp_path / "mountinfo"
    table.write_text(
        "1 0 0:1 / / rw shared:1 - overlay overlay rw\n"
        f"2 1 0:2 / {place} rw,relatime shared:2 master:1 - {kind} server:/export rw\n"
        f"3 1 0:3 / {place}-other rw - cifs x rw\n"
    )
    monkeypatch.setattr(files, "_MOUNTS", table)
    found = disk(asked)
    assert found.severity == severity
    assert ("network file system (nfs4)" in found.words) is (severity == "warning")


def test_a_kernel_that_tells_no_file_systems_is_not_asked_twice(asked, tmp_path, monkeypatch):
    monkeypatch.setattr(files, "_MOUNTS", tmp_path / "nothing")
    assert disk(asked).severity == "info"


def test_a_database_on_a_server_has_no_disk_here(asked, monkeypatch):
    monkeypatch.setenv("SHAREBOT_DATABASE", "postgresql://somewhere/queue")
    assert [each.name for each in files.disks(asked())] == ["temporary files"]


def test_no_place_for_temporary_files_is_warned_of(asked, monkeypatch):
    def nowhere():
        raise FileNotFoundError(2, "No usable temporary directory found")

    monkeypatch.setattr("tempfile.gettempdir", nowhere)
    found = [*files.disks(asked())][-1]
    assert (found.name, found.severity) == ("temporary files", "warning")
    assert "--tmpfs /tmp" in found.cure


# ── permissions ──────────────────────────────────────────────────────────────────────────────────────────────────────


def permissions(asked):
    return {each.name.removeprefix("permissions "): each for each in files.permissions(asked())}


def test_files_that_others_cannot_read_are_well(asked, home):
    (home / "sharebot.db").touch(0o600)
    assert [*permissions(asked)] == ["permissions"]


def test_a_secret_that_everybody_may_read_is_warned_of(asked, home, configure):
    secret = home / "token"
    secret.write_text("tok-1234\n")
    configure("access_token: ${TOKEN}", "access_token_file: token")
    secret.chmod(0o644)
    found = permissions(asked)[str(secret)]
    assert (found.severity, found.cure) == ("warning", f"`chmod 600 {secret}`")
    secret.chmod(0o640)  # a service's group may
    assert str(secret) not in permissions(asked)


def test_a_database_that_everybody_may_read_is_warned_of_with_its_log(asked, home):
    for name in ("sharebot.db", "sharebot.db-wal"):
        (home / name).touch()
        (home / name).chmod(0o644)
    found = permissions(asked)
    assert {Path(name).name for name in found} == {"sharebot.db", "sharebot.db-wal"}
    assert {each.severity for each in found.values()} == {"warning"}


def test_a_configuration_may_be_read_by_everybody_unless_a_secret_stands_in_it(asked, home, configure):
    (home / "sharebot.yaml").chmod(0o644)
    assert [*permissions(asked)] == ["permissions"]
    configure("access_token: ${TOKEN}", "access_token: plain-1234")
    assert "everybody on this machine may read" in permissions(asked)[str(home / "sharebot.yaml")].words


def test_a_file_that_this_user_cannot_read_is_wrong(asked, home, configure, monkeypatch):
    secret = home / "token"
    secret.write_text("tok-1234\n")
    configure("access_token: ${TOKEN}", "access_token_file: token")
    subject = asked()
    there = Path.open

    def refuse(path, *arguments):
        if path == secret:
            raise PermissionError(13, os.strerror(13))
        return there(path, *arguments)

    monkeypatch.setattr(Path, "open", refuse)
    found = {each.name: each for each in files.permissions(subject)}[f"permissions {secret}"]
    assert not found.ok
    assert "Permission denied" in found.words
    assert "chown" in found.cure


def test_a_secret_file_that_is_missing_is_the_configurations_fault(asked, configure):
    configure("access_token: ${TOKEN}", "access_token_file: nowhere")
    assert [*permissions(asked)] == ["permissions"]
