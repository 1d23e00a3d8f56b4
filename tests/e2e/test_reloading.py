"""The configuration changes while the daemon works: real processes against the sandbox."""

import json
import signal
import time
import urllib.request

import pytest

from sharebot.outbox.ledger import Ledger

pytestmark = [pytest.mark.integration, pytest.mark.timeout(180)]


def rewrite(project, *changes):
    """Put another file in the place of the old one, as editors and deployments do."""
    file = project.home / "sharebot.yaml"
    text = file.read_text("utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    (project.home / "new").write_text(text, encoding="utf-8")
    (project.home / "new").replace(file)


def hang_up(process):
    process.send_signal(signal.SIGHUP)


def test_what_waits_follows_the_changed_file_and_nothing_is_lost_or_doubled(project, sandbox, daemon, log, eventually):
    project.write(sandbox, to="[mastodon]")
    project.issue()
    project.run("pause")
    running = daemon()
    assert eventually(lambda: len(project.queue()) == 3)
    rewrite(project, ("to: [mastodon]", 'to: [mastodon, x]\n        text: "Read: {headline} {link}"'))
    assert eventually(lambda: log.events("config.reloaded"))
    (told,) = log.events("config.reloaded")
    assert told["changed"] == [
        "newsletters.weekly.posts.articles.to: mastodon → mastodon, x",
        "newsletters.weekly.posts.articles.text: none → Read: {headline} {link}",
    ]
    assert sandbox.posts() == []
    project.run("resume")
    assert eventually(lambda: len(sandbox.posts()) == 6)
    assert all(post["text"].startswith("Read: ") for post in sandbox.posts())
    project.stop(running)
    assert project.states() == ["published"] * 6


def test_a_bad_file_leaves_the_old_one_at_work_and_is_told_until_it_is_mended(
    project, sandbox, daemon, log, eventually
):
    project.write(sandbox, to="[mastodon]", **{"access_token: sandbox-demo": "access_token: ${TOKEN}"})
    running = daemon(TOKEN="sandbox-demo")
    rewrite(project, ("schedule: now", "schedul: now"))
    assert eventually(lambda: log.events("config.refused"))
    (refused,) = log.events("config.refused")
    assert any("sharebot.yaml:" in problem and "schedul" in problem for problem in refused["problems"])
    assert "sandbox-demo" not in json.dumps(refused)
    said = project.run("doctor", code=1, TOKEN="sandbox-demo").stdout
    assert "the daemon goes on with the one that it read at" in said
    assert project.run("doctor", "--live").stdout == "daemon: well\n"

    project.issue()
    assert eventually(lambda: len(sandbox.posts()) == 3)
    rewrite(project, ("schedul: now", "schedule: now"))
    assert eventually(lambda: log.events("config.reloaded"))
    said = project.run("doctor", TOKEN="sandbox-demo").stdout
    assert "daemon: well" in said.splitlines()
    assert "configuration: warning: " in said  # of secrets in plain text, and of nothing else
    assert "goes on with" not in said
    project.stop(running)
    assert len(log.events("config.refused")) == 1


def test_a_newsletter_that_comes_or_goes_is_read_or_left_alone_without_a_restart(
    project, sandbox, daemon, log, eventually
):
    project.write(sandbox, to="[mastodon]")
    running = daemon()
    (project.home / "more").mkdir()
    other = """  other:
    source: {folder: more, settle: 0s, every: 1s}
    since: all
    link: "https://other.example/{issue.id}#{article.number}"
    posts: [{name: articles, to: [x], schedule: now}]
"""
    rewrite(project, ("newsletters:\n", f"newsletters:\n{other}"))
    assert eventually(lambda: log.events("config.reloaded"))
    assert log.events("config.reloaded")[0]["added"] == ["newsletters.other"]
    (project.home / "more/2024-02-22.txt").write_text(project.text, encoding="utf-8")
    assert eventually(lambda: len(sandbox.posts()) == 3)
    rewrite(project, (other, ""))
    assert eventually(lambda: len(log.events("config.reloaded")) == 2)
    (project.home / "more/2024-02-29.txt").write_text(project.text.replace("22", "29"), encoding="utf-8")
    project.issue()
    assert eventually(lambda: len(sandbox.posts()) == 6)
    project.stop(running)
    assert sorted(post["network"] for post in sandbox.posts()) == ["mastodon"] * 3 + ["x"] * 3
    assert not log.events("engine.fault")


def test_a_post_in_hand_ends_as_it_began_while_its_account_gets_another_token(
    project, sandbox, daemon, log, eventually
):
    def states():  # at once: starting a command may take as long as the post
        with Ledger(f"sqlite:///{project.home / 'sharebot.db'}") as ledger:
            return sorted(delivery.state.value for delivery in ledger.deliveries())

    sandbox.fault("mastodon", "slow", times=1, seconds=6)
    project.write(sandbox, to="[mastodon]")
    project.issue()
    running = daemon()
    assert eventually(lambda: "sending" in states())
    rewrite(project, ("access_token: sandbox-demo", "access_token: revoked"))
    hang_up(running)
    assert eventually(lambda: log.events("config.reloaded"))
    assert "sending" in states()
    assert eventually(lambda: states() == ["held", "published", "queued"])
    project.stop(running)
    assert len(sandbox.posts()) == 1
    assert "revoked" not in log.file.read_text("utf-8")


def test_a_storm_of_sighup_does_no_harm_and_sigterm_is_heard_in_it(project, sandbox, daemon, log, eventually):
    project.write(sandbox)
    project.issue()
    running = daemon()
    for _ in range(2000):
        hang_up(running)
    assert eventually(lambda: len(sandbox.posts()) == 9)
    assert eventually(lambda: log.events("config.unchanged"))
    for _ in range(2000):
        hang_up(running)
    code, seconds, _ = project.stop(running)
    assert (code, seconds < 8) == (0, True)
    assert project.states() == ["published"] * 9
    assert not log.events("config.reloaded")


def test_reloading_again_and_again_while_posting_loses_and_doubles_nothing(project, sandbox, daemon, log, eventually):
    project.write(sandbox, **{"language: en": "language: en\n    hashtags: [even]"})
    running = daemon()
    for number in range(1, 6):
        text = project.text.replace("February 22", f"March {number}")
        for headline in ("Harbour Opens", "Museum Buys", "New Buoys"):
            text = text.replace(headline, f"{headline} {number}")
        project.issue(f"2024-03-0{number}.txt", text)
        for change in (("even", "odd"), ("odd", "even")) * 2:
            rewrite(project, change)
            hang_up(running)
            time.sleep(0.2)
    assert eventually(lambda: len(sandbox.posts()) == 45)
    project.stop(running)
    assert project.states() == ["published"] * 45
    assert len(sandbox.posts()) == 45
    assert len(log.events("config.reloaded")) > 5


def test_health_and_metrics_tell_of_posts_queue_and_configuration(project, sandbox, daemon, log, eventually):
    project.write(sandbox)
    project.issue()
    running = daemon("--listen", "127.0.0.1:0")
    address = log.events("daemon.listening")[0]["address"]

    def get(path):
        with urllib.request.urlopen(f"http://{address}{path}", timeout=10) as answer:
            return answer.read().decode()

    assert eventually(lambda: 'sharebot_queue{state="published"} 9.0' in get("/metrics"))
    assert 'sharebot_posts_total{network="bluesky",outcome="published"} 3.0' in get("/metrics")
    assert "sharebot_config_last_reload_successful 1.0" in get("/metrics")
    assert json.loads(get("/healthz"))["ok"]

    rewrite(project, ("schedule: now", "schedule: never"))
    assert eventually(lambda: "sharebot_config_last_reload_successful 0.0" in get("/metrics"))
    health = json.loads(get("/healthz"))
    assert (health["ok"], health["degraded"]) == (True, True)
    assert "goes on with the one that it read" in health["checks"]["configuration"]["why"]
    project.stop(running)


def test_an_address_that_is_taken_ends_the_daemon_before_anything_is_sent(project, sandbox):
    project.write(sandbox)
    project.issue()
    place = sandbox.url.removeprefix("http://")
    said = project.run("run", "--listen", place, code=1).stderr
    assert f"nothing can listen at {place}" in said
    assert sandbox.posts() == []
