"""The main job, end to end: a newsletter issue becomes posts, published once."""

import shutil
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

pytestmark = [pytest.mark.integration, pytest.mark.timeout(180)]

SEED = Path(__file__).parents[2] / "../shared/seed/newsletter-2024-02-22.txt"


def by_network(sandbox):
    counts: dict[str, int] = {}
    for post in sandbox.posts():
        counts[post["network"]] = counts.get(post["network"], 0) + 1
    return counts


def test_an_issue_is_published_on_every_network_and_a_second_run_doubles_nothing(project, sandbox):
    project.write(sandbox)
    project.issue()

    project.run("run", "--once")
    assert by_network(sandbox) == {"x": 3, "mastodon": 3, "bluesky": 3}
    assert project.states() == ["published"] * 9

    again = project.run("run", "--once")
    assert len(sandbox.posts()) == 9
    assert "nothing was due" in again.stderr


@pytest.mark.skipif(not SEED.exists(), reason="the user's own newsletter lies beside the project, not in it")
def test_the_users_own_newsletter_is_read_exactly_and_becomes_nine_posts(project, sandbox):
    shutil.copy(SEED, project.home / "issues")
    (issue,) = project.json("read", f"issues/{SEED.name}")["issues"]
    assert issue["date"] == "2024-02-22"
    assert [(a["number"], a["headline"], len(a["paragraphs"])) for a in issue["articles"]] == [
        (1, "US Betrayed: Japan Profiting Abundantly from Chip Trade with China", 5),
        (2, "After Sora, China Official to Boost AI Development", 4),
        (3, "Mainland Demands Full Accounting from Taiwan Over Fishermen Deaths", 6),
    ]
    assert "Share This Post" not in str(issue)

    project.write(sandbox)
    project.run("run", "--once")
    assert by_network(sandbox) == {"x": 3, "mastodon": 3, "bluesky": 3}
    project.run("run", "--once")
    assert len(sandbox.posts()) == 9


def test_preview_plan_and_queue_show_to_the_byte_what_the_networks_get(project, sandbox):
    project.write(sandbox)
    project.issue()

    def texts(rows):
        return {(row["account"], row["article"]): row["parts"][0]["text"] for row in rows}

    previewed = texts(project.json("preview", "issues")["posts"])
    planned = texts(project.json("plan")["deliveries"])
    project.run("run", "--once")
    shown = texts(project.json("queue", "show", row["key"]) for row in project.queue())
    assert previewed == planned == shown
    assert sorted(shown.values()) == sorted(post["text"] for post in sandbox.posts())


def test_the_queue_tells_each_posts_history(project, sandbox):
    project.write(sandbox)
    project.issue()
    project.run("run", "--once")
    row = project.queue()[0]
    events = project.json("queue", "show", row["key"])["events"]
    assert [event["to"] for event in events] == ["queued", "sending", "published"]
    assert events[-1]["who"] == "publisher"
    assert row["url"] in events[-1]["why"]
    assert row["url"].startswith(sandbox.url)


def test_a_new_file_is_posted_without_a_restart_and_sigterm_ends_the_daemon_cleanly(project, sandbox, eventually):
    project.write(sandbox)
    daemon = project.start("run")
    assert eventually(lambda: project.run("doctor", "--live", code=None).returncode == 0)
    project.issue()
    assert eventually(lambda: len(sandbox.posts()) == 9)
    code, seconds, said = project.stop(daemon)
    assert code == 0
    assert seconds < 8
    assert '"event": "daemon.stopped"' in said
    assert project.states() == ["published"] * 9


def test_sigterm_finishes_the_post_in_hand_and_settles_it(project, sandbox, eventually):
    sandbox.fault("mastodon", "slow", times=1, seconds=2)
    project.write(sandbox, to="[mastodon]")
    project.issue()
    daemon = project.start("run")
    assert eventually(lambda: "sending" in project.states())
    code, seconds, _ = project.stop(daemon)
    assert (code, seconds < 8) == (0, True)
    assert project.states() == ["published", "queued", "queued"]
    assert len(sandbox.posts()) == 1


def test_sigterm_does_not_wait_for_a_network_that_never_answers(project, sandbox, eventually):
    sandbox.fault("mastodon", "slow", times=1, seconds=15)
    project.write(sandbox, to="[mastodon]")
    project.issue()
    daemon = project.start("run")
    assert eventually(lambda: "sending" in project.states())
    code, seconds, _ = project.stop(daemon)
    assert (code, seconds < 8) == (0, True)
    assert project.states() == ["queued", "queued", "unsure"]


def test_a_single_run_that_is_asked_to_end_finishes_the_post_in_hand_and_says_that_more_waits(
    project, sandbox, eventually
):
    sandbox.fault("mastodon", "slow", times=1, seconds=2)
    project.write(sandbox, to="[mastodon]")
    project.issue()
    once = project.start("run", "--once")
    assert eventually(lambda: "sending" in project.states())
    code, seconds, _ = project.stop(once)
    assert (code, seconds < 8) == (75, True)
    assert project.states() == ["published", "queued", "queued"]


def test_a_command_may_ring_a_single_run_as_it_may_the_daemon(project, sandbox, eventually):
    sandbox.fault("mastodon", "slow", times=1, seconds=8)
    project.write(sandbox, to="[mastodon]")
    project.issue()
    once = project.start("run", "--once")
    assert eventually(lambda: "sending" in project.states())
    project.run("pause", "--why", "breaking news")
    once.communicate(timeout=30)
    assert once.returncode == 0
    assert project.states() == ["published", "queued", "queued"]


def test_killed_while_sending_it_asks_the_network_and_sends_nothing_twice(project, sandbox, eventually):
    for network in ("x", "mastodon", "bluesky"):
        sandbox.fault(network, "slow", times=1, seconds=1.5)
    project.write(sandbox)
    project.issue()
    daemon = project.start("run")
    assert eventually(lambda: project.states().count("sending") == 3)
    project.stop(daemon, signal.SIGKILL)
    assert eventually(lambda: len(sandbox.posts()) == 3)

    project.run("run", "--once")
    assert project.states() == ["published"] * 9
    assert by_network(sandbox) == {"x": 3, "mastodon": 3, "bluesky": 3}


@pytest.mark.parametrize("network", ["x", "mastodon", "bluesky"])
def test_a_post_whose_answer_was_lost_is_asked_about_within_seconds_found_and_never_doubled(project, sandbox, network):
    sandbox.fault(network, "drop_after", times=1)
    project.write(sandbox, to=f"[{network}]")
    project.issue()
    done = project.run("run", "--once")
    assert done.stderr.endswith("1 issue(s) read; 3 published\n")
    assert [("post.unsure" in line) for line in done.stderr.splitlines()].count(True) == 1
    assert project.states() == ["published"] * 3
    assert len(sandbox.posts()) == 3


@pytest.mark.parametrize(("network", "minutes"), [("x", 5), ("mastodon", 1)])
def test_a_lost_post_is_sent_again_only_once_its_network_would_show_it(project, sandbox, network, minutes):
    sandbox.fault(network, "drop_before", times=1)
    project.write(sandbox, to=f"[{network}]")
    project.issue()
    project.run("run", "--once", code=1)
    assert project.states() == ["published", "published", "unsure"]
    project.run("run", "--once", code=None)
    assert project.states() == ["published", "published", "unsure"]

    later = datetime.now(UTC) + timedelta(minutes=minutes + 1)
    project.run("run", "--once", "--now", later.isoformat())
    assert project.states() == ["published"] * 3
    assert len(sandbox.posts()) == 3


def test_a_lost_post_is_sent_again_at_once_where_its_key_can_never_double_it(project, sandbox):
    sandbox.fault("bluesky", "drop_before", times=1)
    project.write(sandbox, to="[bluesky]")
    project.issue()
    project.run("run", "--once")
    assert project.states() == ["published"] * 3
    assert len(sandbox.posts()) == 3


def test_a_wrong_token_pauses_its_account_keeps_its_posts_and_stops_nobody_else(project, sandbox):
    project.write(sandbox, **{"access_token: sandbox-demo": "access_token: revoked"})
    text = (project.home / "sharebot.yaml").read_text()
    project.issue()
    done = project.run("run", "--once", code=1)
    assert "revoked" not in done.stdout + done.stderr
    rows = {(row["account"], row["state"]) for row in project.queue()}
    assert ("bluesky", "published") in rows
    assert {state for account, state in rows if account == "mastodon"} == {"held", "queued"}
    assert "mastodon" in project.json("queue", "list")["paused"]

    (project.home / "sharebot.yaml").write_text(text.replace("access_token: revoked", "access_token: sandbox-demo"))
    project.run("run", "--once", code=None)
    assert ("mastodon", "held") in {(row["account"], row["state"]) for row in project.queue()}
    project.run("resume")
    project.run("run", "--once")
    assert project.states() == ["published"] * 9


def test_a_dead_network_stops_nobody_else_and_its_posts_wait_for_their_next_try(project, sandbox):
    sandbox.fault("mastodon", "unavailable", times=99)
    project.write(sandbox)
    project.issue()
    project.run("run", "--once", code=75)
    rows = [(row["account"], row["state"]) for row in project.queue()]
    assert rows.count(("x", "published")) == rows.count(("bluesky", "published")) == 3
    assert rows.count(("mastodon", "queued")) == 3


def test_with_no_network_at_all_nothing_is_lost(project, sandbox):
    project.write(sandbox)
    project.issue()
    sandbox.stop()
    project.run("run", "--once", code=75)
    assert project.states() == ["queued"] * 9


def test_pause_is_effective_at_once_and_survives_a_restart(project, sandbox, eventually):
    project.write(sandbox)
    daemon = project.start("run")
    assert eventually(lambda: project.run("doctor", "--live", code=None).returncode == 0)
    project.run("pause", "--why", "breaking news")
    project.issue()
    assert eventually(lambda: len(project.queue()) == 9)
    project.stop(daemon)
    project.run("run", "--once")
    assert sandbox.posts() == []

    daemon = project.start("run")
    assert eventually(lambda: project.run("doctor", "--live", code=None).returncode == 0)
    project.run("resume")
    assert eventually(lambda: len(sandbox.posts()) == 9)


def test_a_second_daemon_on_the_same_queue_is_refused(project, sandbox, eventually):
    project.write(sandbox)
    project.start("run")
    assert eventually(lambda: project.run("doctor", "--live", code=None).returncode == 0)
    for again in (("run",), ("run", "--once")):
        assert "another sharebot" in project.run(*again, code=75).stderr


def test_bad_documents_are_named_and_the_others_go_on(project, sandbox):
    project.write(sandbox)
    project.issue()
    project.issue("broken.md", "---\ntitle: [\n---\n# Title\n\nText.\n")
    project.issue("empty.txt", "")
    project.issue("latin.txt", "Die Brücke\n\nSie öffnet.\n".encode("latin-1"))
    project.issue("huge.txt", b"word " * 10_000_000)
    project.issue("nothing.md", "---\ntitle: Nothing\n---\n")
    said = project.run("run", "--once", code=1).stderr
    for name in ("broken.md", "empty.txt", "latin.txt", "huge.txt", "nothing.md"):
        assert name in said
    assert project.states() == ["published"] * 9


def test_a_file_that_is_being_written_waits_until_it_is_whole(project, sandbox, eventually):
    project.write(sandbox, **{"settle: 0s": "settle: 2s"})
    daemon = project.start("run")
    text = project.home / "issues" / "slow.txt"

    with text.open("w", encoding="utf-8") as file:
        for line in project.text.splitlines(keepends=True):
            file.write(line)
            file.flush()
            time.sleep(0.15)
    assert eventually(lambda: len(sandbox.posts()) == 9)
    assert project.states() == ["published"] * 9
    project.stop(daemon)


def test_a_read_only_or_damaged_queue_sends_nothing(project, sandbox):
    project.write(sandbox)
    project.issue()
    (project.home / "sharebot.db").write_bytes(b"not a database, but somebody's letter" * 100)
    said = project.run("run", "--once", code=75).stderr
    assert "no SQLite database" in said
    assert sandbox.posts() == []


def test_a_rehearsal_at_another_time_never_reaches_a_real_network(project, sandbox):
    project.write(sandbox, schedule='{every: day, at: "09:00"}', to="[x]")
    project.issue()
    project.run("run", "--once", "--now", "2026-12-01T08:59:00Z")
    assert project.states() == ["queued"] * 3
    project.run("run", "--once", "--now", "2026-12-01T09:00:30Z")
    assert project.states() == ["published", "queued", "queued"]

    text = (project.home / "sharebot.yaml").read_text().replace(f"server: {sandbox.url}", "server: https://m.example")
    (project.home / "sharebot.yaml").write_text(text)
    said = project.run("run", "--once", "--now", "2026-12-02T09:00:00Z", code=2).stderr
    assert "real network" in said
    assert len(sandbox.posts()) == 1


def test_a_text_that_cannot_fit_is_told_by_the_plan_and_never_sent_cut(project, sandbox):
    project.write(sandbox, to="[x]", **{"https://news.example.com/": f"https://news.invalidtld/{'x' * 300}/"})
    project.issue()
    plan = project.json("plan")
    assert {row["state"] for row in plan["deliveries"]} == {"failed"}
    assert len(plan["warnings"]) == 3
    project.run("run", "--once", code=1)
    assert sandbox.posts() == []
    assert project.states() == ["failed"] * 3


def test_the_demo_publishes_and_a_second_one_doubles_nothing(project):
    first = project.run("demo", "--once", "--port", "0").stderr
    assert "21 new post(s)" in first
    again = project.run("demo", "--once", "--port", "0").stderr
    assert "0 new post(s)" in again
    assert "nothing is posted twice" in again


def test_the_demo_stays_until_it_is_interrupted(project):
    demo = project.start("demo", "--port", "0")
    assert demo.stdout
    said = ""
    while "daemon is running" not in said:
        said += demo.stdout.readline()
    code, seconds, _ = project.stop(demo, signal.SIGINT)
    assert code == 0
    assert seconds < 8


def test_the_version_is_told_without_loading_a_command_line_library():
    code = "import sys; sys.argv[1:] = ['--version']; from sharebot.cli import main; main(); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "click" not in done.stdout.split()
    assert "pydantic" not in done.stdout.split()
