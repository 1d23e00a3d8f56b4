"""The life of a real process: what its manager hears of it, and how it ends when it is told twice."""

import signal
import socket
import time
from contextlib import suppress

import pytest

pytestmark = [pytest.mark.integration, pytest.mark.timeout(180)]


@pytest.fixture
def manager(project):
    """Stand in for systemd: the socket that it gives a service, and what was said there since the last question."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as ear:
        ear.bind(str(project.home / "notify"))
        ear.settimeout(20)
        yield ear


def hear(manager, word):
    """Return all that is said until a line that begins with a word is."""
    said: list[str] = []
    while not any(line.startswith(word) for line in said):
        said += manager.recv(4096).decode().split("\n")
    return said


def states(project):
    return sorted(row.state for row in project.rows().values())


def watched(project, **env):
    return {"NOTIFY_SOCKET": str(project.home / "notify"), **env}


def test_systemd_hears_that_the_daemon_works_lives_reloads_and_ends(project, sandbox, manager):
    project.write(sandbox)
    daemon = project.start("run", **watched(project, WATCHDOG_USEC="1000000"))
    assert "STATUS=works; `sharebot queue list` shows the posts" in hear(manager, "READY=1") + hear(
        manager, "WATCHDOG=1"
    )
    assert "READY=1" not in hear(manager, "WATCHDOG=1")

    begun = time.monotonic_ns() // 1000
    daemon.send_signal(signal.SIGHUP)
    said = hear(manager, "RELOADING=1")
    assert int(said[-1].removeprefix("MONOTONIC_USEC=")) >= begun
    assert hear(manager, "READY=1")[-1].startswith("STATUS=works")

    file = project.home / "sharebot.yaml"
    file.write_text(file.read_text().replace("timezone: UTC", "timezone: Mars/Olympus"))
    daemon.send_signal(signal.SIGHUP)
    said = hear(manager, "STATUS=the daemon goes on with the one that it read")
    assert said[-2] == "READY=1"

    code, seconds, _ = project.stop(daemon)
    assert (code, seconds < 8) == (0, True)
    assert "READY=1" not in hear(manager, "STOPPING=1")


def test_systemd_hears_of_a_worker_as_well(project, sandbox, manager, postgresql_url):
    project.write(sandbox)
    env = watched(project, SHAREBOT_DATABASE=postgresql_url, WATCHDOG_USEC="1000000")
    worker = project.start("worker", **env)
    hear(manager, "READY=1")
    hear(manager, "WATCHDOG=1")
    assert project.stop(worker)[0] == 0
    hear(manager, "STOPPING=1")


def test_a_frozen_process_gives_no_sign_of_life(project, sandbox, manager):
    project.write(sandbox)
    daemon = project.start("run", **watched(project, WATCHDOG_USEC="400000"))
    hear(manager, "WATCHDOG=1")
    daemon.send_signal(signal.SIGSTOP)
    manager.settimeout(1)
    with suppress(TimeoutError):
        while True:
            hear(manager, "WATCHDOG=1")  # what was said before
    with pytest.raises(TimeoutError):
        manager.recv(4096)
    daemon.send_signal(signal.SIGCONT)
    hear(manager, "WATCHDOG=1")


@pytest.mark.parametrize("second", [signal.SIGTERM, signal.SIGINT])
def test_a_second_signal_ends_it_at_once_and_the_post_in_hand_is_neither_lost_nor_doubled(
    project, sandbox, eventually, second
):
    sandbox.fault("mastodon", "slow", times=1, seconds=8)
    project.write(sandbox, to="[mastodon]")
    project.issue()
    daemon = project.start("run")
    assert eventually(lambda: "sending" in states(project))
    daemon.send_signal(signal.SIGTERM)
    time.sleep(0.5)
    assert daemon.poll() is None
    code, seconds, said = project.stop(daemon, second)
    assert (code, seconds < 2) == (1, True)
    assert "daemon.stopped" not in said
    assert states(project) == ["queued", "queued", "sending"]
    assert eventually(lambda: len(sandbox.posts()) == 1)  # it was on its way
    assert "posts.unsure" in project.run("run", "--once").stderr
    assert project.states() == ["published"] * 3
    assert len({post["text"] for post in sandbox.posts()}) == len(sandbox.posts()) == 3


def test_two_signals_that_come_as_one_are_one_request_and_the_post_in_hand_ends(project, sandbox, eventually):
    sandbox.fault("mastodon", "slow", times=1, seconds=2)
    project.write(sandbox, to="[mastodon]")
    project.issue()
    daemon = project.start("run")
    assert eventually(lambda: "sending" in states(project))
    time.sleep(0.5)  # until its request has left: what is claimed and not begun is given back
    daemon.send_signal(signal.SIGTERM)
    code, *_ = project.stop(daemon)
    assert code == 0
    assert project.states() == ["published", "queued", "queued"]
