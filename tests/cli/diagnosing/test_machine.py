"""The clock, the zones, the program."""

from datetime import UTC, datetime, timedelta
from importlib.metadata import PackageNotFoundError, version

import pytest

from sharebot.cli.diagnosing import machine

NOW = datetime(2026, 11, 3, 9, tzinfo=UTC)


def clock(*seconds, last=None, now=NOW):
    return machine.clock(now, [timedelta(seconds=each) for each in seconds], last)


def test_a_clock_that_agrees_with_those_of_servers_is_right():
    found = clock(0, 1, -1)
    assert (found.severity, found.words) == ("info", "well (2026-11-03 09:00:00 UTC; 3 server(s) agree)")
    assert "nobody was asked" in clock().words


@pytest.mark.parametrize(
    ("seconds", "severity", "words"),
    [
        (40, "warning", "0:00:40 behind that of others"),
        (-40, "warning", "0:00:40 ahead of that of others"),
        (3600, "error", "1:00:00 behind"),
        (-300, "error", "0:05:00 ahead of"),
        (29, "info", "well"),
    ],
)
def test_a_clock_that_is_apart_from_others_is_told_the_more_the_worse(seconds, severity, words):
    found = clock(seconds, seconds, seconds)
    assert found.severity == severity
    assert words in found.words
    assert ("timedatectl" in found.cure) is (severity != "info")


def test_one_server_with_a_wrong_clock_says_nothing_of_ours():
    assert clock(0, 1, 86400).severity == "info"


def test_a_clock_that_was_set_back_is_known_by_the_queue():
    found = clock(last=NOW + timedelta(hours=1))
    assert not found.ok
    assert "1:00:00 ahead: the clock was set back" in found.words
    assert clock(last=NOW - timedelta(hours=1)).ok


def test_a_clock_of_another_century_is_wrong_whoever_agrees():
    found = clock(0, now=datetime(1970, 1, 1, tzinfo=UTC))
    assert "the year 1970" in found.words
    assert not found.ok


def zones(*names, now=NOW):
    return {each.name: each for each in machine.zones(names, now)}


@pytest.fixture
def system(tmp_path, monkeypatch):
    """Set up a system's zone data of a release."""

    def make(first_line, name="tzdata.zi"):
        (tmp_path / "UTC").touch()
        (tmp_path / name).write_text(first_line)
        monkeypatch.setattr(machine, "TZPATH", (str(tmp_path),))
        monkeypatch.setattr(machine, "_wheel_zones", lambda: ("pip's tzdata", "2026b"))

    return make


def test_zone_data_is_told_with_its_release_and_place(system, tmp_path):
    system("# version 2026b\n")
    assert zones()["zone data"].words == f"well (2026b, from {tmp_path})"
    system("2026c\n", "+VERSION")
    (tmp_path / "tzdata.zi").unlink()
    assert zones()["zone data"].words == f"well (2026c, from {tmp_path})"
    (tmp_path / "+VERSION").unlink()
    assert "of no known version" in zones()["zone data"].words


def test_the_systems_zones_that_are_older_than_pips_go_before_them_and_are_warned_of(system):
    system("# version 2026a\n")
    found = zones()["zone data"]
    assert found.severity == "warning"
    assert "is older than 2026b of pip" in found.words
    assert "PYTHONTZPATH=" in found.cure


def test_zone_data_that_nobody_has_renewed_for_long_is_warned_of(system):
    system("# version 2026b\n")
    assert zones(now=datetime(2028, 8, 1, tzinfo=UTC))["zone data"].severity == "warning"
    assert zones(now=datetime(2028, 6, 1, tzinfo=UTC))["zone data"].severity == "info"


def test_without_the_systems_zones_pips_are_taken_and_without_both_that_is_wrong(monkeypatch):
    monkeypatch.setattr(machine, "TZPATH", ())
    assert "from pip's tzdata" in zones()["zone data"].words
    monkeypatch.setitem(__import__("sys").modules, "tzdata", None)
    found = zones()["zone data"]
    assert (found.ok, found.words) == (False, "there is none")
    assert "pip install --upgrade tzdata" in found.cure


def test_a_zone_of_the_configuration_that_is_not_there_is_named():
    found = zones("Europe/Paris", "Europe/Pairs", "", "../etc")
    assert {name for name, each in found.items() if not each.ok} == {
        "zone data Europe/Pairs",
        "zone data ",
        "zone data ../etc",
    }


def test_the_versions_of_what_it_is_made_of_are_told():
    words = next(machine.program()).words
    for name in ("sharebot", "python", "sqlite", "openssl", "sqlalchemy", "requests"):
        assert f"{name} " in words


def test_a_library_that_is_not_installed_is_named_with_the_command_that_installs_it(monkeypatch):

    def without(name):
        if name == "tweepy":
            raise PackageNotFoundError
        return version(name)

    monkeypatch.setattr(machine, "version", without)
    found = next(machine.program())
    assert (found.ok, found.words) == (False, "not installed: tweepy")
    assert "pip install" in found.cure


@pytest.mark.parametrize(("user", "severity"), [(0, "warning"), (10001, "info")])
def test_whoever_runs_it_as_root_is_warned(monkeypatch, user, severity):
    monkeypatch.setattr("os.geteuid", lambda: user)
    assert [*machine.program()][-1].severity == severity
