"""What doctor tells of several hosts."""

import socket
from datetime import timedelta

import pytest

from sharebot.cli.doctor import _hosts
from sharebot.outbox.hosts import Presence
from sharebot.outbox.tables import host
from sharebot.reloading import Standing


@pytest.fixture
def told(ledger, now, monkeypatch):
    monkeypatch.setattr(ledger, "clock", lambda: now)
    return lambda: dict(_hosts(ledger, live=False))


def add(ledger, name, now, seconds, *, leads=False, words=""):
    row = {"engine": "procrastinate", "leads": leads, "beaten": now - timedelta(seconds=seconds), "words": words}
    with ledger.writing() as connection:
        connection.execute(host.insert().values(name=name, **row))


def test_each_host_is_told_with_its_engine_and_whether_it_leads(told, ledger, now):
    add(ledger, "a/1", now, 0, leads=True)
    add(ledger, "b/2", now, 91)
    said = told()
    assert said["host a/1 (procrastinate, leads)"] == ""
    assert "no sign of life for 91 s" in said["host b/2 (procrastinate)"]
    assert "daemon" not in said


def test_hosts_of_which_none_leads_or_whose_leader_is_silent_are_told_of(told, ledger, now):
    add(ledger, "a/1", now, 91, leads=True)
    add(ledger, "b/2", now, 0)
    assert "no host leads" in told()["daemon"]


def test_a_host_that_goes_on_with_an_older_configuration_says_so(told, ledger, now):
    add(ledger, "a/1", now, 0, leads=True, words=Standing(now, now, ("sharebot.yaml:9:9: unknown key",)).note())
    assert "unknown key" in told()["host a/1 (procrastinate, leads)"]


def test_live_is_about_this_host_and_one_of_its_processes_that_works_is_enough(ledger, now, monkeypatch):
    monkeypatch.setattr(ledger, "clock", lambda: now)
    add(ledger, "elsewhere/1", now, 0, leads=True)
    name, fault = next(_hosts(ledger, live=True))
    assert (name, "does not run" in fault) == ("daemon", True)
    Presence(ledger, "procrastinate", lambda: False, lambda: now).beat()
    add(ledger, f"{socket.gethostname()}/0", now, 400)
    assert list(_hosts(ledger, live=True)) == [("daemon", "")]
