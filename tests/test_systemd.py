"""What systemd hears of the daemon, over a real socket."""

import os
import socket
import time
from datetime import timedelta

import pytest

from sharebot import systemd

LONGEST = timedelta(seconds=30)


@pytest.fixture(params=["path", "abstract"])
def ear(request, tmp_path, monkeypatch):
    address = str(tmp_path / "notify") if request.param == "path" else f"@sharebot-test-{os.getpid()}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind(address.replace("@", "\0"))
        listening.settimeout(5)
        monkeypatch.setenv("NOTIFY_SOCKET", address)
        yield listening


def test_words_and_status_arrive_as_one_message_of_a_line_each(ear):
    systemd.tell(systemd.READY, status="the file is refused:\n line 3")
    assert ear.recv(4096) == b"READY=1\nSTATUS=the file is refused: line 3"


def test_a_reload_tells_by_the_steady_clock_when_it_began(ear):
    before = time.monotonic_ns() // 1000
    systemd.tell(systemd.reloading())
    word, moment = ear.recv(4096).decode().split("\n")
    assert word == "RELOADING=1"
    assert before <= int(moment.removeprefix("MONOTONIC_USEC=")) <= time.monotonic_ns() // 1000


@pytest.mark.parametrize("address", ["", "vsock:2:1234", "/nowhere/notify", "@nobody-listens-here"])
def test_where_nobody_listens_nothing_is_told_and_nothing_fails(monkeypatch, address):
    monkeypatch.setenv("NOTIFY_SOCKET", address)
    systemd.tell(systemd.READY)


def test_a_manager_that_takes_nothing_holds_nobody_up(tmp_path, monkeypatch):
    monkeypatch.setattr(systemd, "_PATIENCE", 0.01)
    monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as stuck:
        stuck.bind(str(tmp_path / "notify"))
        for _ in range(1000):  # more than any queue of datagrams holds
            systemd.tell("STATUS=" + 1000 * "x")
        assert stuck.recv(10) == b"STATUS=xxx"


@pytest.mark.parametrize(
    ("within", "process", "often"),
    [
        ("20000000", "", timedelta(seconds=10)),
        ("20000000", str(os.getpid()), timedelta(seconds=10)),
        ("900000000", "", LONGEST),
        ("20000000", "1", LONGEST),  # another process's watchdog
        ("", "", LONGEST),
        ("soon", "", LONGEST),
        ("²", "", LONGEST),
    ],
)
def test_signs_of_life_come_twice_as_often_as_systemd_expects_them(monkeypatch, within, process, often):
    monkeypatch.setenv("WATCHDOG_USEC", within)
    monkeypatch.setenv("WATCHDOG_PID", process)
    assert systemd.expected(LONGEST) == often
