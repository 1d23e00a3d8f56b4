"""What doctor tells of the daemon, and of several hosts."""

import os
import socket
import time
from datetime import timedelta
from pathlib import Path

import pytest

from sharebot.cli.diagnosing import daemon
from sharebot.outbox.hosts import Presence
from sharebot.outbox.lock import Lock
from sharebot.outbox.tables import host
from sharebot.reloading import Standing


@pytest.fixture
def told(ledger, now, monkeypatch):
    monkeypatch.setattr(ledger, "clock", lambda: now)
    return lambda: {each.name: each for each in daemon.on_hosts(ledger)}


def add(ledger, name, now, seconds, *, leads=False, words=""):
    row = {"engine": "procrastinate", "leads": leads, "beaten": now - timedelta(seconds=seconds), "words": words}
    with ledger.writing() as connection:
        connection.execute(host.insert().values(name=name, **row))


def test_each_host_is_told_with_its_engine_and_whether_it_leads(told, ledger, now):
    add(ledger, "a/1", now, 0, leads=True)
    add(ledger, "b/2", now, 91)
    said = told()
    assert said["host a/1 (procrastinate, leads)"].ok
    assert "no sign of life for 91 s" in said["host b/2 (procrastinate)"].words
    assert "daemon" not in said


def test_hosts_of_which_none_leads_or_whose_leader_is_silent_are_told_of(told, ledger, now):
    add(ledger, "a/1", now, 91, leads=True)
    add(ledger, "b/2", now, 0)
    assert "no host leads" in told()["daemon"].words


def test_a_host_that_goes_on_with_an_older_configuration_says_so_and_leads_all_the_same(told, ledger, now):
    add(ledger, "a/1", now, 0, leads=True, words=Standing(now, now, ("sharebot.yaml:9:9: unknown key",)).note())
    said = told()
    assert "unknown key" in said["host a/1 (procrastinate, leads)"].words
    assert "daemon" not in said


def test_live_is_about_this_host_and_one_of_its_processes_that_works_is_enough(ledger, now, monkeypatch):
    monkeypatch.setattr(ledger, "clock", lambda: now)
    add(ledger, "elsewhere/1", now, 0, leads=True)
    assert "does not run" in daemon.here(ledger).words
    Presence(ledger, "procrastinate", lambda: False, lambda: now).beat()
    add(ledger, f"{socket.gethostname()}/0", now, 400)
    assert daemon.here(ledger).ok


@pytest.mark.parametrize("options", ["", "?timeout=5"])
def test_a_daemon_on_a_file_is_known_by_its_lock_and_its_signs_of_life(ledger, monkeypatch, options):
    monkeypatch.setenv("SHAREBOT_DATABASE", f"{ledger.url}{options}")
    assert "does not run" in daemon.alive(Path()).words
    with Lock(ledger.path):
        assert daemon.alive(Path()).ok
        long_ago = time.time() - 100
        os.utime(f"{ledger.path}.lock", (long_ago, long_ago))
        assert "no sign of life for 10" in daemon.alive(Path()).words


def test_a_database_that_cannot_be_asked_is_no_daemon_that_works(monkeypatch):
    monkeypatch.setenv("SHAREBOT_DATABASE", "postgresql://sharebot:geheim@127.0.0.1:1/queue")
    found = daemon.alive(Path())
    assert (found.ok, "geheim" in str(found)) == (False, False)


@pytest.mark.integration
def test_a_daemon_on_a_server_is_known_by_its_host(postgresql_url, monkeypatch):
    monkeypatch.setenv("SHAREBOT_DATABASE", postgresql_url)
    assert "does not run" in daemon.alive(Path()).words
