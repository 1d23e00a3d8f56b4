"""Which time counts."""

from datetime import UTC, datetime, timedelta

import pytest

from sharebot.errors import StoreError
from sharebot.fence import steady as real
from sharebot.outbox.clock import clock_of
from sharebot.outbox.database import connect
from tests.outbox.conftest import in_a_file

MOMENT = timedelta(seconds=1)


@pytest.fixture
def steady(monkeypatch):
    """A steady clock that the test moves on."""
    moved = [0.0]
    monkeypatch.setattr("sharebot.outbox.clock.steady", lambda: real() + moved[0])
    return moved


@pytest.fixture
def apart(postgresql, database, postgresql_url):
    """A database whose clock is 90 s before the host's."""
    postgresql.shift(database, 90)
    engine = connect(postgresql_url)
    yield engine
    engine.dispose()


def _ahead(now):
    return now() - datetime.now(UTC)


@in_a_file
def test_on_one_host_its_own_clock_counts(ledger):
    now = clock_of(ledger._engine)
    assert abs(_ahead(now)) < MOMENT
    assert now().tzinfo is UTC


def test_on_postgresql_the_databases_clock_counts_whatever_the_hosts_says(apart):
    now = clock_of(apart)
    assert abs(_ahead(now) - timedelta(seconds=90)) < MOMENT
    assert now().tzinfo is UTC


def test_between_two_questions_a_steady_clock_goes_on(apart, steady):
    now = clock_of(apart)
    steady[0] = 4
    assert abs(_ahead(now) - timedelta(seconds=94)) < MOMENT


def test_the_database_is_asked_again_after_some_seconds(apart, steady):
    now = clock_of(apart)
    steady[0] = 6
    assert abs(_ahead(now) - timedelta(seconds=90)) < MOMENT


def test_half_of_the_time_that_the_question_took_is_taken_off(apart, monkeypatch):
    times = iter([100.0, 104.0, 104.0, 110.0, 110.0])  # asked, answered, next question; then twice when it is looked at
    monkeypatch.setattr("sharebot.outbox.clock.steady", lambda: next(times))
    now = clock_of(apart)
    monkeypatch.setattr(now, "_due", 200.0)
    assert abs(_ahead(now) - timedelta(seconds=90 + 8)) < MOMENT


def test_while_the_database_is_away_the_clock_goes_on_and_is_set_again_when_it_is_back(postgresql, apart, steady):
    now = clock_of(apart)
    postgresql.stop()
    steady[0] = 6
    assert abs(_ahead(now) - timedelta(seconds=96)) < MOMENT
    postgresql.start()
    assert abs(_ahead(now) - timedelta(seconds=96)) < MOMENT  # not asked with every look
    steady[0] = 12
    assert abs(_ahead(now) - timedelta(seconds=90)) < MOMENT


def test_a_clock_that_was_never_set_is_none(postgresql, apart):
    postgresql.stop()
    with pytest.raises(StoreError, match="no server answers there"):
        clock_of(apart)
