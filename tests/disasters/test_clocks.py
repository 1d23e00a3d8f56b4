"""Clocks that are set, and a machine that sleeps: libfaketime sets them under the daemon, the days simulate more."""

import os
import signal
import time
from datetime import timedelta
from pathlib import Path

import pytest

from tests import servers
from tests.disasters.days import MONDAY

HOUR = timedelta(hours=1)
TWICE = "{every: day, at: ['09:00', '15:00'], gap: 1h}"


def test_a_clock_that_is_set_back_an_hour_posts_nothing_twice_and_the_rest_at_its_time(days):
    life = days(TWICE)
    life.write("weekly", 4)
    life.live(MONDAY + 9 * HOUR + HOUR / 2)
    life.clock.advance(hours=-1)
    life.write("weekly", 4)  # read again, as ever
    life.live(MONDAY + 40 * HOUR)
    for network in life.networks.values():
        assert network.times() == [MONDAY + at * HOUR for at in (9, 15, 33, 39)]


def test_a_clock_that_is_set_forward_a_day_makes_no_burst_of_what_it_skips(days):
    life = days("{every: day, at: ['09:00', '10:00', '11:00', '12:00'], gap: 1h, most: 3 per day}")
    life.write("weekly", 4)
    life.live(MONDAY + 8 * HOUR)
    life.clock.advance(days=1)
    life.live(MONDAY + 72 * HOUR)
    for network in life.networks.values():
        assert network.times() == [MONDAY + at * HOUR for at in (32, 33, 34, 48)]


def test_a_clock_that_is_set_back_after_a_day_ahead_lets_what_was_moved_come_at_its_new_time(days):
    life = days(TWICE)
    life.write("weekly", 2)
    life.clock.advance(days=1)
    life.live(MONDAY + 24 * HOUR + timedelta(seconds=1))
    out = len(life.networks["first"].sent)
    life.clock.advance(days=-1)
    life.live(MONDAY + 72 * HOUR)
    assert out <= 1
    assert life.states("first") == ["published"] * 2
    assert len(life.networks["first"].sent) == 2


class Fake:
    """A wall clock that the daemon's process sees; it can be set while that runs."""

    def __init__(self, home: Path) -> None:
        found = servers.installed("faketime")
        self._file = home / "clock"
        self.env = {
            "LD_PRELOAD": found,
            "FAKETIME_TIMESTAMP_FILE": str(self._file),
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        }
        self.set("+0")

    def set(self, offset: str) -> None:
        new = self._file.with_suffix(".new")
        new.write_text(offset)
        new.replace(self._file)


@pytest.fixture
def fake(tmp_path):
    return Fake(tmp_path)


@pytest.mark.integration
@pytest.mark.timeout(240)
@pytest.mark.parametrize("offset", ["-1h", "+1d"])
def test_the_daemon_goes_on_reading_and_posting_when_its_clock_is_set(
    project, sandbox, daemon, eventually, fake, offset
):
    project.write(sandbox)
    project.issue()
    running = daemon(**fake.env)
    assert eventually(lambda: len(sandbox.posts()) == 9, 60)
    sandbox.fault("mastodon", "slow", times=1, seconds=3)
    project.issue("more.txt", project.text.replace("Harbour Opens", "Airport Opens"))
    assert eventually(lambda: sandbox.requests()["mastodon"] == 4 or "sending" in project.states(), 60)
    fake.set(offset)
    fresh = project.text.replace("Museum Buys", "Library Buys").replace("New Buoys", "New Lamps")
    project.issue("new.txt", fresh)
    assert eventually(lambda: len(sandbox.posts()) == 18, 90)
    assert sandbox.requests() == {"x": 6, "mastodon": 6, "bluesky": 6}
    assert project.stop(running)[0] == 0
    assert set(project.states()) == {"published"}


@pytest.mark.integration
@pytest.mark.timeout(240)
def test_a_machine_that_sleeps_for_hours_with_a_post_in_hand_doubles_nothing_and_sends_the_rest(
    project, sandbox, daemon, eventually, fake
):
    project.write(sandbox)
    running = daemon(**fake.env)
    sandbox.fault("mastodon", "slow", times=1, seconds=2)
    project.issue()
    assert eventually(lambda: "sending" in project.states(), 60)
    os.kill(running.pid, signal.SIGSTOP)
    fake.set("+5h")
    time.sleep(3)
    os.kill(running.pid, signal.SIGCONT)
    assert eventually(lambda: len(sandbox.posts()) == 9, 120)
    assert eventually(lambda: project.states() == ["published"] * 9)
    assert sandbox.requests() == {"x": 3, "mastodon": 3, "bluesky": 3}
