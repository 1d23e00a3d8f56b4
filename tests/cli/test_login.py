"""Signing in at a terminal, in this process."""

from datetime import UTC, datetime

import click
import pytest

from sharebot.cli.login import _Terminal
from sharebot.errors import SharebotError, SignInAgain
from sharebot.model import Credential, Identity
from sharebot.platforms.bluesky import Bluesky
from sharebot.platforms.mastodon import Mastodon
from sharebot.sealing import written

KEY = written(b"k" * 32)


@pytest.fixture
def terminal(monkeypatch):
    """Sit at a terminal."""
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    asked = []

    def prompt(words, *, err, hide_input):
        asked.append((words, err, hide_input))
        return " the-answer "

    monkeypatch.setattr(click, "prompt", prompt)
    return asked


@pytest.mark.parametrize("hidden", [True, False])
def test_a_person_at_a_terminal_is_asked_there_and_secrets_are_hidden(terminal, hidden):
    assert _Terminal().ask("The PIN", hidden=hidden) == "the-answer"
    assert terminal == [("The PIN", True, hidden)]


def test_nothing_typed_changes_nothing(terminal, monkeypatch):
    monkeypatch.setattr(click, "prompt", lambda *_, **__: " ")
    with pytest.raises(SharebotError, match="nothing is changed"):
        _Terminal().ask("The PIN")
    assert terminal == []


def test_a_network_without_a_sign_in_of_its_own_is_told(run, monkeypatch):
    monkeypatch.setenv("TOKEN", "t")
    monkeypatch.setenv("PASSWORD", "p")
    monkeypatch.delattr(Mastodon, "sign_in")
    assert "mastodon has no sign-in of its own" in run("login", "mastodon", code=1).stderr


def test_a_sign_in_that_does_not_work_is_told_and_stored(run, monkeypatch):
    def no(_):
        raise SignInAgain("the account is suspended")

    monkeypatch.setenv("SHAREBOT_KEY", KEY)
    monkeypatch.setattr(Bluesky, "sign_in", lambda *_: Credential({"app_password": "a-password"}))
    monkeypatch.setattr(Bluesky, "who", no)
    told = run("login", "bluesky", code=1).stderr
    assert "bluesky: the sign-in is stored, and does not work: the account is suspended" in told


def test_what_is_printed_says_when_it_ends(run, monkeypatch):
    ends = datetime(2026, 12, 24, 18, tzinfo=UTC)
    monkeypatch.setattr(Mastodon, "sign_in", lambda *_: Credential({"access_token": "a-token"}, ends=ends))
    said = run("login", "mastodon", "--print").stdout
    assert "MASTODON_ACCESS_TOKEN=a-token\n# it ends Thu 24 Dec 2026 19:00" in said


def test_a_network_that_revokes_nothing_is_forgotten(run, monkeypatch):
    monkeypatch.setenv("SHAREBOT_KEY", KEY)
    monkeypatch.setattr(Bluesky, "sign_in", lambda *_: Credential({"app_password": "a-password"}))
    monkeypatch.setattr(Bluesky, "who", lambda _: "@news.example")
    run("login", "bluesky")
    assert run("logout", "bluesky").stdout == "bluesky: signed out, and paused\n"


def test_check_says_what_is_stored_and_when_it_ends(run, answer, configure, monkeypatch):
    ends = datetime(2026, 12, 24, 18, tzinfo=UTC)
    monkeypatch.setenv("SHAREBOT_KEY", KEY)
    monkeypatch.setenv("PASSWORD", "p")
    monkeypatch.setattr(Mastodon, "sign_in", lambda *_: Credential({"access_token": "a-token"}, ends=ends))
    monkeypatch.setattr(Mastodon, "who", lambda _: "@weekly")
    monkeypatch.setattr(Mastodon, "identity", lambda _: Identity("@weekly", lasting="the token does not end"))
    monkeypatch.setattr(Bluesky, "identity", lambda _: Identity("@weekly.test"))
    configure("    access_token: ${TOKEN}\n", "")
    assert "the token ends Thu 24 Dec 2026 19:00" in run("login", "mastodon").stdout
    said = run("check", "--online").stdout
    assert "mastodon (mastodon, signed in by `sharebot login`): @weekly" in said
    assert "the token ends Thu 24 Dec 2026 19:00; it is renewed before, where its network allows it" in said
    assert [each["stored"] for each in answer("check")["accounts"]] == [True, False]
