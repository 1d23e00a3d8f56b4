"""Several hosts on one PostgreSQL: real processes, killed, against the sandbox."""

import signal
import subprocess

import pytest

from sharebot.model import State
from sharebot.outbox.hosts import hosts
from sharebot.outbox.ledger import Ledger

pytestmark = [pytest.mark.integration, pytest.mark.timeout(180)]
PATIENCE = 60


@pytest.fixture
def cluster(project, sandbox, postgresql_url, eventually):
    """Start hosts with the same configuration on the same database."""
    project.write(sandbox)

    def start(*arguments):
        process = project.start(*arguments, stdout=subprocess.DEVNULL, SHAREBOT_DATABASE=postgresql_url)
        with Ledger(postgresql_url) as ledger:
            name = f"/{process.pid}"
            assert eventually(lambda: [h for h in hosts(ledger) if h.name.endswith(name)], PATIENCE)
        return process

    return start


@pytest.fixture
def outbox(postgresql_url):
    with Ledger(postgresql_url) as ledger:
        yield ledger


def leader(outbox):
    return [int(host.name.rpartition("/")[2]) for host in hosts(outbox) if host.leads]


@pytest.mark.parametrize("engine", ["procrastinate", "local"])
def test_another_host_takes_over_when_the_leader_is_killed_and_each_post_goes_out_once(
    project, sandbox, cluster, outbox, eventually, engine
):
    first, second = (cluster("run", "--engine", engine) for _ in range(2))
    project.issue("first.txt")
    assert eventually(lambda: len(outbox.deliveries(State.PUBLISHED)) == 9, PATIENCE)  # no lease is left to wait for
    assert eventually(lambda: leader(outbox), PATIENCE)
    dead, other = (first, second) if first.pid in leader(outbox) else (second, first)
    dead.kill()
    dead.wait()
    project.issue(
        "second.txt", "Second\n\nMarch 22, 2024\n01\n\nA new ferry\n\nThe ferry has two decks, said the owner.\n"
    )
    assert eventually(lambda: len(sandbox.posts()) == 12, PATIENCE)
    assert eventually(lambda: other.pid in leader(outbox), PATIENCE)
    project.stop(other)
    posts = [(post["network"], post["text"]) for post in sandbox.posts()]
    assert len(set(posts)) == len(posts)


def test_a_worker_sends_what_the_leader_hands_over_and_goes_on_without_it(
    project, sandbox, cluster, outbox, postgresql_url, eventually
):
    database = {"SHAREBOT_DATABASE": postgresql_url}
    worker = cluster("worker", "--workers", "2")
    project.issue()
    assert not eventually(lambda: sandbox.posts() or outbox.deliveries(), 2)
    host = cluster("run", "--workers", "1")
    assert eventually(lambda: len(sandbox.posts()) == 9, PATIENCE)
    said = project.run("doctor", "--live", **database)
    assert said.stdout == "daemon: well\n"
    said = project.run("doctor", **database).stdout
    assert f"/{host.pid} (procrastinate, leads): well" in said
    assert f"/{worker.pid} (procrastinate): well" in said
    assert project.stop(host)[0] == 0
    assert "no host leads" in project.run("doctor", code=1, **database).stdout
    assert project.stop(worker, signal.SIGTERM)[0] == 0
    assert "does not run" in project.run("doctor", "--live", code=1, **database).stdout
    assert len(sandbox.posts()) == 9


def test_a_command_rings_the_leader(project, sandbox, cluster, postgresql_url, eventually):
    database = {"SHAREBOT_DATABASE": postgresql_url}
    project.run("pause", **database)
    cluster("run")
    project.issue()
    assert eventually(lambda: "queued" in project.run("queue", "list", **database).stdout, PATIENCE)
    project.run("resume", **database)
    assert eventually(lambda: len(sandbox.posts()) == 9, PATIENCE)


def test_a_single_run_works_on_postgresql_too_and_doubles_nothing(project, sandbox, postgresql_url):
    project.write(sandbox)
    project.issue()
    for _ in range(2):
        project.run("run", "--once", SHAREBOT_DATABASE=postgresql_url)
    assert len(sandbox.posts()) == 9


@pytest.mark.parametrize("arguments", [("worker",), ("run", "--engine", "procrastinate")])
def test_many_hosts_on_a_file_are_refused_with_the_cure(project, sandbox, arguments):
    project.write(sandbox)
    said = project.run(*arguments, code=1).stderr
    assert "several hosts need PostgreSQL" in said
    assert "SHAREBOT_DATABASE" in said
