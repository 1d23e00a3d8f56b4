"""One host leads those on the same database, by real processes that are killed, frozen and cut off."""

import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import suppress

import pytest

from sharebot.errors import StoreError
from sharebot.outbox.leading import Lead

SILENCE = 2.0
"""Seconds that a leader may be silent which is to lose its lead by that; the product's are more patient."""
PATIENCE = 60
HOST = f"""
import sys, time
from sharebot.outbox.leading import Lead
lead = Lead(sys.argv[1], {SILENCE})
print(lead.acquire(), flush=True)
while lead.held():
    time.sleep({SILENCE / 10})
print("lost", flush=True)
"""


@pytest.fixture
def lead(postgresql_url):
    """Another host on the same database."""
    made = []

    def make(url=postgresql_url, **settings):
        made.append(Lead(url, **settings))
        return made[-1]

    yield make
    for each in made:
        each.release()


@pytest.fixture
def host():
    """Another host that leads as long as it can, as a process; its output says so."""
    made = []

    def make(url):
        process = subprocess.Popen([sys.executable, "-c", HOST, url], stdout=subprocess.PIPE, text=True)
        made.append(process)
        assert process.stdout
        assert process.stdout.readline() == "True\n"
        return process

    yield make
    for process in made:
        process.kill()
        process.communicate()


def _taken_over(lead):
    end = time.monotonic() + PATIENCE
    while not lead.acquire():
        assert time.monotonic() < end, "nobody took over"
        time.sleep(0.05)
    return True


def test_one_host_at_a_time_leads(lead):
    first, second = lead(), lead()
    assert not first.held()
    assert first.acquire()
    assert first.acquire()
    assert not second.acquire()
    assert first.held()
    assert not second.held()


def test_who_lets_go_lets_another_one_lead(lead):
    first, second = lead(), lead()
    first.release()  # of nothing
    assert first.acquire()
    first.release()
    assert not first.held()
    assert _taken_over(second)
    assert not first.acquire()


def test_hosts_on_other_databases_lead_there(lead, postgresql):
    other = postgresql.create()
    there = lead(postgresql.url(other))
    assert lead().acquire()
    assert there.acquire()
    there.release()
    postgresql.drop(other)


def test_a_leader_that_looks_often_enough_stays_it(lead):
    first, second = lead(silence=SILENCE), lead()
    assert first.acquire()
    end = time.monotonic() + 2 * SILENCE
    while time.monotonic() < end:
        assert first.held()
        assert not second.acquire()
        time.sleep(SILENCE / 10)


def test_another_host_takes_over_from_a_leader_that_was_killed(lead, host, postgresql_url):
    leader, other = host(postgresql_url), lead()
    assert not other.acquire()
    leader.kill()
    assert _taken_over(other)


def test_another_host_takes_over_from_a_frozen_leader_which_knows_when_it_thaws(lead, host, postgresql_url):
    leader, other = host(postgresql_url), lead()
    assert not other.acquire()
    leader.send_signal(signal.SIGSTOP)
    assert _taken_over(other)
    leader.send_signal(signal.SIGCONT)
    assert leader.communicate(timeout=PATIENCE)[0] == "lost\n"
    assert other.held()


def test_another_host_takes_over_from_a_leader_that_is_cut_off_and_knows_it(lead, host, postgresql):
    name = postgresql.create()
    with Wire(postgresql.port) as wire:
        leader, other = host(postgresql.url(name, wire.port)), lead(postgresql.url(name))
        assert not other.acquire()
        wire.silent.set()
        assert _taken_over(other)
        assert leader.communicate(timeout=PATIENCE)[0] == "lost\n"
        assert other.held()
    other.release()
    postgresql.drop(name)


def test_a_restarted_server_has_no_leader_until_one_comes_forward(lead, postgresql):
    first, second = lead(), lead()
    assert first.acquire()
    postgresql.restart("immediate")
    assert not first.held()
    assert second.acquire()
    assert not first.acquire()


def test_a_leader_whose_session_was_taken_from_it_knows(lead, postgresql, database):
    first = lead()
    assert first.acquire()
    postgresql.run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", database)
    assert not first.held()


def test_who_cannot_ask_the_database_does_not_lead_and_is_told(lead, postgresql):
    first = lead()
    assert first.acquire()
    postgresql.stop()
    with pytest.raises(StoreError, match="no server answers there"):
        first.acquire()
    assert not first.held()


class Wire:
    """A stretch of network before the server: once it is `silent`, its connections stay open and carry nothing."""

    def __init__(self, port):
        self._target = port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self.silent = threading.Event()
        self._ends = []
        threading.Thread(target=self._serve, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for each in (self._listener, *self._ends):
            each.close()

    def _serve(self):
        with suppress(OSError):
            while True:
                pair = self._listener.accept()[0], socket.create_connection(("127.0.0.1", self._target))
                self._ends += pair
                for source, sink in (pair, pair[::-1]):
                    threading.Thread(target=self._pump, args=(source, sink), daemon=True).start()

    def _pump(self, source, sink):
        with suppress(OSError):
            while data := source.recv(4096):
                if not self.silent.is_set():
                    sink.sendall(data)
