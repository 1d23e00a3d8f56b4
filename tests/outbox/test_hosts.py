"""Hosts on one database leave signs of life, and read those of the others."""

import os
import signal
import socket
from datetime import timedelta

import pytest

from sharebot.errors import StoreError
from sharebot.outbox import hosts, lock
from sharebot.outbox.hosts import Host, Presence
from sharebot.outbox.tables import host
from tests.outbox.conftest import in_a_file


@pytest.fixture
def present(ledger, now):
    return Presence(ledger, "local", lambda: True, lambda: now)


def test_a_host_is_told_of_until_it_ends(ledger, present, now):
    name = f"{socket.gethostname()}/{os.getpid()}"
    with present:
        present.note("words")
        present.beat()
        assert hosts.hosts(ledger) == [Host(name, "local", leads=True, beaten=now, words="words")]
        assert hosts.hosts(ledger)[0].is_here
    assert hosts.hosts(ledger) == []


def test_a_host_that_is_gone_for_long_is_told_of_no_more(ledger, present, now):
    with ledger.writing() as connection:
        for name, minutes in (("gone/1", 11), ("frozen/2", 9)):
            row = {"engine": "local", "leads": False, "beaten": now - timedelta(minutes=minutes), "words": ""}
            connection.execute(host.insert().values(name=name, **row))
    present.beat()
    assert [(each.name, each.is_here) for each in hosts.hosts(ledger)][1:] == [("frozen/2", False)]


def test_a_database_that_is_away_keeps_no_host_from_going_on(present, ledger, monkeypatch):
    def away():
        raise StoreError("away")

    monkeypatch.setattr(ledger, "writing", away)
    present.note("words")
    present.close()
    with pytest.raises(StoreError):
        present.beat()


@in_a_file
def test_on_a_file_the_daemon_is_woken_by_a_signal_and_there_is_no_lead(ledger):
    rung = []
    before = signal.signal(signal.SIGUSR1, lambda *_: rung.append(1))
    try:
        with lock.Lock(ledger.path):
            hosts.wake(ledger)
    finally:
        signal.signal(signal.SIGUSR1, before)
    assert rung == [1]
    assert hosts.lead(ledger) is None
