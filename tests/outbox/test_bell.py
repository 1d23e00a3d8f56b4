"""A bell on PostgreSQL."""

from queue import Empty, Queue

import pytest

from sharebot.outbox.bell import Listener, ring
from sharebot.outbox.database import connect
from tests.outbox.conftest import in_a_file

PATIENCE = 30
"""Seconds to wait for what must come; a moment for what must not."""
MOMENT = 0.3


@pytest.fixture
def engine(postgresql_url):
    opened = connect(postgresql_url)
    yield opened
    opened.dispose()


@pytest.fixture
def heard(postgresql_url):
    """A queue with an entry for each time that the listener called; it listens already."""
    calls: Queue[None] = Queue()
    with Listener(postgresql_url, lambda: calls.put(None)):
        calls.get(timeout=PATIENCE)
        yield calls


def _silent(heard):
    with pytest.raises(Empty):
        heard.get(timeout=MOMENT)
    return True


def test_a_ring_is_heard_when_it_is_committed_and_not_before(engine, heard):
    with engine.begin() as connection:
        ring(connection)
        assert _silent(heard)
    heard.get(timeout=PATIENCE)


def test_a_ring_of_a_transaction_that_came_to_nothing_is_not_heard(engine, heard):
    with engine.connect() as connection:
        ring(connection)
        connection.rollback()
    assert _silent(heard)


def test_each_of_several_rings_is_heard_and_silence_after_them(engine, heard):
    for _ in range(3):
        with engine.begin() as connection:
            ring(connection)
        heard.get(timeout=PATIENCE)
    assert _silent(heard)


@pytest.mark.parametrize("mode", ["fast", "immediate"])
def test_a_listener_whose_server_was_away_looks_once_and_hears_again(postgresql, engine, heard, mode):
    postgresql.restart(mode)
    heard.get(timeout=PATIENCE)
    assert _silent(heard)
    with engine.begin() as connection:
        ring(connection)
    heard.get(timeout=PATIENCE)


def test_a_listener_ends_when_told_also_while_its_server_is_away(postgresql, postgresql_url):
    calls: Queue[None] = Queue()
    listener = Listener(postgresql_url, lambda: calls.put(None))
    calls.get(timeout=PATIENCE)
    postgresql.stop()
    listener.close()
    assert not listener._thread.is_alive()
    assert calls.empty()


def test_a_listener_that_ended_leaves_no_session(postgresql, database, postgresql_url):
    with Listener(postgresql_url, lambda: None):
        pass
    query = "SELECT count(*) FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()"
    while postgresql.run(query, database) != [(0,)]:
        pass


@in_a_file
def test_on_sqlite_nobody_is_rung(ledger):
    with ledger.writing() as connection:
        ring(connection)
