"""Networks that are away or ask for time, for seconds of real time: what the daemon and the operator see."""

import pytest

from sharebot.sandbox import Sandbox

pytestmark = [pytest.mark.integration, pytest.mark.timeout(240)]


def test_429_holds_back_its_own_account_alone_and_only_as_long_as_it_asks(
    project, sandbox, daemon, log, eventually, health
):
    project.write(sandbox)
    sandbox.fault("mastodon", "rate_limit", times=3, seconds=3)
    running = daemon("--listen", "127.0.0.1:0")
    project.issue()
    assert eventually(lambda: len(sandbox.posts()) == 6)
    assert eventually(lambda: log.events("post.queued"))
    assert "429" in log.events("post.queued")[0]["why"]
    assert health()[0] == 200
    assert eventually(lambda: len(sandbox.posts()) == 9, 60)
    assert sandbox.requests() == {"x": 3, "mastodon": 6, "bluesky": 3}
    project.stop(running)
    assert {row["attempts"] for row in project.queue()} == {1}
    assert project.states() == ["published"] * 9


def test_a_single_run_ends_with_75_while_a_network_is_away_and_the_next_one_posts(project, eventually):
    with Sandbox() as gone:
        project.write(gone)
    project.issue()
    said = project.run("run", "--once", code=75).stderr
    assert "cannot be reached: Connection refused" in said
    assert project.states() == ["queued"] * 9
    assert {row["attempts"] for row in project.queue()} == {0}
    port = int(gone.url.rpartition(":")[2])
    with Sandbox(port=port) as back:

        def out():
            project.run("run", "--once", code=None)
            return len(back.posts()) == 9

        assert eventually(out, 120)
        assert back.requests() == {"x": 3, "mastodon": 3, "bluesky": 3}


def test_a_server_that_says_it_serves_nobody_spends_no_attempt(project, sandbox):
    sandbox.fault("mastodon", "unavailable", times=1)
    project.write(sandbox, to="[mastodon]")
    project.issue()
    project.run("run", "--once", code=75)
    assert {row["attempts"] for row in project.queue()} == {0}
