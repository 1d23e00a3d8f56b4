"""What is done every so often, whatever is done to the clock."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from apscheduler.schedulers import base

from sharebot import timekeeper
from sharebot.timekeeper import LOOK, Timekeeper

PATIENCE = 30


@pytest.fixture
def ahead(monkeypatch):
    """Return what holds by how much the clock is set forward."""
    set_by = [timedelta()]

    class Clock(datetime):
        @classmethod
        def now(cls, tz=None):
            return datetime.now(tz) + set_by[0]

    monkeypatch.setattr(timekeeper, "datetime", Clock)
    monkeypatch.setattr(base, "datetime", Clock)
    return set_by


@pytest.fixture
def keeper():
    made = Timekeeper(timezone="UTC", job_defaults={"coalesce": True, "misfire_grace_time": None})
    made.start()
    yield made
    made.shutdown()


@pytest.mark.parametrize("jump", [timedelta(hours=-1), timedelta(days=1), timedelta(days=365 * 56)])
def test_a_clock_that_is_set_keeps_nothing_waiting_and_nothing_is_made_up_for(ahead, keeper, jump):
    done, times = threading.Event(), []

    def act():
        times.append(keeper.get_job("act").next_run_time)
        done.set()

    keeper.add_job(act, "interval", seconds=20, id="act", next_run_time=datetime.now(UTC))
    assert done.wait(PATIENCE)
    done.clear()
    ahead[0] = jump
    keeper.wakeup()  # as its own look does, half a minute later at most
    assert done.wait(PATIENCE)
    next_time = datetime.now(UTC) + jump + timedelta(seconds=20)
    assert abs(keeper.get_job("act").next_run_time - next_time) < timedelta(seconds=20)
    assert len(times) == 2


def test_the_clock_is_looked_at_often_also_where_nothing_is_to_be_done(keeper):
    assert keeper._process_jobs() == LOOK
    keeper.add_job(print, "interval", hours=5, next_run_time=datetime.now(UTC) + timedelta(hours=4))
    assert keeper._process_jobs() == LOOK
