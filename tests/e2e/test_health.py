"""What a real daemon tells by HTTP while it is well, while its database is gone, and to real tools."""

import json
import subprocess
import time
import urllib.error
import urllib.request

import pytest
from prometheus_client.parser import text_string_to_metric_families

from sharebot.metrics import KINDS
from tests import servers

pytestmark = [pytest.mark.integration, pytest.mark.timeout(180)]


@pytest.fixture
def ask(log):
    def get(path):
        address = log.events("daemon.listening")[-1]["address"]
        try:
            with urllib.request.urlopen(f"http://{address}{path}", timeout=10) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as refused:
            with refused:
                return refused.code, refused.read().decode()

    return get


def test_every_metric_is_told_by_a_daemon_that_posts_and_each_has_its_labels(project, sandbox, daemon, ask, eventually):
    project.write(sandbox)
    project.issue()
    running = daemon("--listen", "127.0.0.1:0")
    assert eventually(lambda: 'sharebot_queue{state="published"} 9.0' in ask("/metrics")[1])
    said = ask("/metrics")[1]
    project.stop(running)
    families = list(text_string_to_metric_families(said))
    labels = {s.name: set(s.labels) - {"le"} for family in families for s in family.samples}
    unknown = "sharebot_account_token_expiry_timestamp_seconds"  # no token of the sandbox ends
    for kind in KINDS:
        name = f"{kind.told}_count" if kind.kind == "histogram" else kind.told
        assert labels.get(name) == set(kind.labels) or name == unknown, name
    assert "process_cpu_seconds_total" in labels
    # However many posts go out, no metric grows with them.
    assert not [line for line in said.splitlines() if "harbour" in line.lower() or "2024-02-22" in line]


def test_promtool_has_nothing_to_say_against_what_a_daemon_tells(project, sandbox, daemon, ask):
    tool = servers.installed("promtool")
    project.write(sandbox)
    running = daemon("--listen", "127.0.0.1:0")
    said = ask("/metrics")[1]
    project.stop(running)
    done = subprocess.run([tool, "check", "metrics"], input=said, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


def test_it_is_ready_until_nobody_can_post_and_again_after(project, sandbox, daemon, ask):
    project.write(sandbox)
    running = daemon("--listen", "127.0.0.1:0")
    assert ask("/readyz")[0] == 200
    project.run("pause", "x")
    assert json.loads(ask("/readyz")[1])["accounts"] == {"mastodon": "closed", "bluesky": "closed", "x": "paused"}
    project.run("pause")
    status, said = ask("/readyz")
    assert (status, json.loads(said)["checks"]["accounts"]["ok"]) == (503, False)
    project.run("resume")
    assert ask("/readyz")[0] == 200
    project.stop(running)


def test_while_the_database_is_gone_it_answers_says_so_and_goes_on_after(
    project, sandbox, daemon, ask, eventually, postgresql, postgresql_url
):
    project.write(sandbox)
    running = daemon("--listen", "127.0.0.1:0", SHAREBOT_DATABASE=postgresql_url)
    assert eventually(lambda: ask("/readyz")[0] == 200)
    postgresql.stop()
    status, said = ask("/readyz")
    assert (status, json.loads(said)["checks"]["database"]["ok"]) == (503, False)
    assert "sharebot_database_up 0.0" in ask("/metrics")[1]
    assert ask("/healthz")[0] == 200
    postgresql.start()
    assert eventually(lambda: ask("/readyz")[0] == 200, 60)
    assert "sharebot_database_up 1.0" in ask("/metrics")[1]
    project.stop(running)


def test_a_daemon_whose_log_takes_nothing_posts_all_the_same(project, sandbox, eventually):
    project.write(sandbox)
    project.issue()
    with open("/dev/full", "w") as full:  # noqa: PTH123 — a device
        running = project.start("run", stdout=full)
        assert eventually(lambda: len(sandbox.posts()) == 9)
        time.sleep(0.2)
        assert running.poll() is None
        running.terminate()
        assert running.wait(20) == 0
