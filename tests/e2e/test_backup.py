"""Backed up under load, killed, restored, and run to the end: nothing is lost, and nothing doubled."""

import signal
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from sharebot.outbox.ledger import Ledger

pytestmark = [pytest.mark.integration, pytest.mark.timeout(300)]
PATIENCE = 60
_NETWORKS = ("x", "mastodon", "bluesky")
_SHOWN = timedelta(minutes=10)
"""By then each network would show what it took before the process was killed."""


def issue(name, articles):
    said = (f"{n:02d}\n\n{name} story {n}\n\nThe {name} story number {n} was told at the quay.\n" for n in articles)
    return f"{name}\n\nThe stories of {name}\n\nFebruary 22, 2024\n" + "\n".join(said)


def posts(sandbox):
    return [(post["network"], post["text"]) for post in sandbox.posts()]


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_what_was_sent_after_a_backup_is_neither_lost_nor_doubled_once_it_is_restored(
    project, sandbox, daemon, eventually, request, kind
):
    env = {} if kind == "sqlite" else {"SHAREBOT_DATABASE": request.getfixturevalue("postgresql_url")}
    for network in _NETWORKS:
        sandbox.fault(network, "slow", times=1000, seconds=0.15)
    project.write(sandbox)
    project.issue("first.txt", issue("First", range(1, 31)))
    daemon(**env)
    assert eventually(lambda: len(sandbox.posts()) > 20, PATIENCE)
    project.run("db", "backup", "copy", **env)
    project.issue("second.txt", issue("Second", range(1, 6)))  # the backup has never heard of it
    assert eventually(lambda: any("Second" in words for _, words in posts(sandbox)), PATIENCE)
    (process,) = project.running
    process.send_signal(signal.SIGKILL)
    process.wait()
    project.issue("third.txt", issue("Third", range(1, 4)))  # nobody has sent anything of it yet
    if kind == "postgresql":
        assert "gave a sign of life" in project.run("db", "restore", "copy", code=75, **env).stderr
        with Ledger(env["SHAREBOT_DATABASE"]) as outbox, outbox.writing() as connection:
            connection.execute(text("UPDATE host SET beaten = beaten - interval '2 minutes'"))
    project.run("db", "restore", "copy", **env)
    for later in (_SHOWN, 2 * _SHOWN):  # what is read only now is doubted from now on
        project.run("run", "--once", "--now", (datetime.now(UTC) + later).isoformat(), code=None, **env)
    made = posts(sandbox)
    assert len(set(made)) == len(made)
    assert len(made) == len(_NETWORKS) * (30 + 5 + 3)
    project.run("db", "check", **env)
    assert {row["state"] for row in project.json("queue", "list", **env)["deliveries"]} == {"published"}
