"""People are told by the real daemon: of a refused sign-in, of its end, and that it lives."""

from collections.abc import Iterator

import pytest

from tests.carriers import MailServer, Posts

pytestmark = [pytest.mark.integration, pytest.mark.timeout(180)]

ALERTS = """version: 1
alerts:
  to:
    - {{mail: {{server: 127.0.0.1, port: {mail}, tls: none, from: sharebot@news.example, to: ops@news.example}}}}
    - {{apprise: "${{APPRISE_URL}}", who: operator}}
  wait: 1s
  gap: 1s
  calm: 1s
  ping: ${{PING_URL}}
  ping_every: 1s
  allow_private: true
"""


@pytest.fixture
def carriers() -> Iterator[tuple[MailServer, Posts]]:
    mail, posts = MailServer(), Posts()
    yield mail, posts
    mail.close()
    posts.close()


@pytest.fixture
def wired(project, sandbox, carriers, web):
    """Write a configuration with alerts; return the variables that it needs."""
    mail, posts = carriers

    def write(**changes):
        project.write(sandbox, to="[mastodon]", **{"version: 1\n": ALERTS.format(mail=mail.port)} | changes)
        web.pages["/ping-s3cret"] = (200, {}, b"OK")
        service = f"json://me:hunter2hunter2@127.0.0.1:{posts.port}/"
        return {"APPRISE_URL": service, "PING_URL": f"{web.url}/ping-s3cret", "TOKEN": "revoked-t0ken"}

    return write


def test_a_refused_sign_in_is_told_and_once_it_is_cured_that_too(
    project, wired, carriers, daemon, log, eventually, web
):
    mail, posts = carriers
    env = wired(**{"access_token: sandbox-demo": "access_token: ${TOKEN}"})
    project.issue()
    running = daemon(**env)
    assert eventually(lambda: len(mail.mails) == 1 and len(posts.seen) == 1, 60)
    assert mail.mails[0]["Subject"] == posts.seen[0]["title"] == "sharebot: 1 account fails"
    assert "mastodon is paused" in mail.mails[0].get_content()
    assert eventually(lambda: len(web.seen) > 2)

    file = project.home / "sharebot.yaml"
    file.write_text(file.read_text().replace("access_token: ${TOKEN}", "access_token: sandbox-demo"))
    assert eventually(lambda: len(mail.mails) == 2 and len(posts.seen) == 2, 90)
    assert eventually(lambda: len(log.events("alert.ended")) == 2)
    assert mail.mails[1]["Subject"].startswith("sharebot: over: mastodon is paused")
    assert mail.mails[1]["In-Reply-To"] == mail.mails[0]["Message-ID"]
    project.stop(running)
    assert project.states() == ["published"] * 3
    assert [each["to"] for each in log.events("alert.told")] == ["ops@news.example", "json"]
    said = log.file.read_text("utf-8") + "".join(each.as_string() for each in mail.mails) + str(posts.seen)
    said += (project.home / "sharebot.db").read_bytes().decode("latin-1")
    assert not [secret for secret in ("hunter2hunter2", "s3cret", "revoked-t0ken") if secret in said]


def test_a_source_and_a_configuration_that_break_are_told_after_a_restart_too(
    project, wired, carriers, daemon, eventually, log
):
    mail, _ = carriers
    env = wired(**{"calm: 1s\n": "calm: 1s\n  unread: 1s\n"})
    (project.home / "issues").rmdir()
    running = daemon(**env)
    assert eventually(lambda: len(mail.mails) == 1, 60)
    assert mail.mails[0]["Subject"] == "sharebot: 1 source cannot be read (weekly)"
    project.stop(running)
    (project.home / "issues").mkdir()
    running = daemon(**env)
    assert eventually(lambda: len(mail.mails) == 2, 60)
    assert mail.mails[1]["Subject"].startswith("sharebot: over: weekly: ")
    project.stop(running)
    assert not log.events("engine.fault")


def test_a_test_message_says_for_each_recipient_what_happened(project, wired, carriers, web):
    mail, posts = carriers
    env = wired()
    said = project.run("alerts", "test", **env).stdout.splitlines()
    assert said == [
        "ops@news.example (accounts, tokens, configuration, sources, posts, drafts): taken",
        "json (accounts, tokens, configuration, sources): taken",
        "ping: taken",
    ]
    assert mail.mails[0]["Subject"] == posts.seen[0]["title"] == "sharebot: a test message"
    assert "You would hear of accounts" in mail.mails[0].get_content()
    mail.answers["rcpt TO:<ops@news.example>"] = "550 no"
    posts.status, web.pages["/ping-s3cret"] = 500, (404, {}, b"")
    said = project.run("alerts", "test", code=1, **env).stdout.splitlines()
    assert said[0].startswith("ops@news.example: 127.0.0.1:")
    assert said[1:] == ["json: json: it answered 500", "ping: 127.0.0.1 answered 404"]


def test_without_alerts_a_test_says_that_nobody_would_be_told(project, sandbox):
    project.write(sandbox)
    assert "nobody would be told" in project.run("alerts", "test", code=1).stderr
