"""Accounts and sources, as doctor sees them."""

from datetime import timedelta

import pytest

from sharebot.cli.diagnosing import accounts
from sharebot.errors import SignInAgain, TryLater
from sharebot.model import Identity
from sharebot.outbox.statements import EVERYONE
from sharebot.outbox.tables import account
from sharebot.platforms.bluesky import Bluesky
from sharebot.platforms.mastodon import Mastodon

pytestmark = pytest.mark.usefixtures("_secrets")


@pytest.fixture
def standing(ledger, now):
    """Return what tells how an account stands that has these values."""

    def tell(**values):
        ledger.pause("weekly", "")
        with ledger.writing() as connection:
            connection.execute(account.update().where(account.c.name == "weekly").values(**{"paused": None} | values))
        return {each.name: each for each in accounts.standings(ledger, now)}["account weekly"]

    return tell


def test_an_account_tells_when_it_last_posted(standing, now):
    assert standing().words == "well (has not posted yet)"
    assert standing(succeeded=now).words == "well (last posted 2026-11-03 09:00 UTC)"


def test_a_paused_account_is_wrong_and_one_that_was_refused_has_to_sign_in(standing, now):
    paused = standing(paused="breaking news")
    assert (paused.ok, "sharebot resume weekly" in paused.cure) == (False, True)
    assert "sharebot login weekly" in standing(paused="refused", probe_at=now).cure


def test_an_account_that_rests_after_failures_is_warned_of_and_one_that_waits_for_its_network_is_not(standing, now):
    later = now + timedelta(hours=1)
    found = standing(not_before=later, failures=5)
    assert found.severity == "warning"
    assert "rests until 2026-11-03 10:00 UTC after 5 failure(s) in a row" in found.words
    assert standing(not_before=later, failures=0).severity == "info"


@pytest.mark.parametrize(("days", "severity"), [(-1, "error"), (13, "warning"), (15, "info")])
def test_a_tokens_end_is_told_before_and_after(standing, now, days, severity):
    found = standing(ends=now + timedelta(days=days))
    assert found.severity == severity
    assert ("sharebot login weekly" in found.cure) is (severity != "info")


def test_that_all_are_paused_is_told_once(ledger, now):
    ledger.pause(EVERYONE, "storm")
    (found,) = accounts.standings(ledger, now)
    assert (found.name, found.words, found.cure) == ("accounts", "all are paused: storm", "`sharebot resume`")
    ledger.resume(EVERYONE, "test", now)
    assert [*accounts.standings(ledger, now)] == []


@pytest.fixture
def signed_in(asked, monkeypatch):
    """Return what signs in where the networks answer so: an identity, or an error."""

    def sign_in(answer):
        def identity(_):
            if isinstance(answer, Exception):
                raise answer
            return answer

        for network in (Mastodon, Bluesky):
            monkeypatch.setattr(network, "identity", identity)
        return [each for check in accounts.sign_ins(asked()).values() for each in check()]

    return sign_in


def test_who_an_account_is_and_what_it_may_is_told(signed_in):
    found = signed_in(Identity("@weekly", ("read", "write"), writes=True))
    assert [each.name for each in found] == ["sign-in mastodon", "sign-in bluesky"]
    assert found[0].words == "well (@weekly; may read, write)"
    assert signed_in(Identity("@weekly"))[0].words == "well (@weekly)"


@pytest.mark.parametrize(
    ("answer", "words", "cure"),
    [
        (SignInAgain("the token is no good"), "the token is no good", "sharebot login mastodon"),
        (TryLater("it is not there"), "it is not there", "try again"),
        (Identity("@weekly", ("read",), writes=False), "@weekly may not post, only read", "allow the app to write"),
    ],
)
def test_an_account_that_cannot_post_is_told_with_the_cure(signed_in, answer, words, cure):
    found = signed_in(answer)[0]
    assert (found.ok, words in found.words, cure in found.cure) == (False, True, True)


def test_an_account_whose_secret_is_not_there_is_not_signed_in(signed_in, monkeypatch):
    monkeypatch.delenv("TOKEN")
    found = signed_in(Identity("@weekly"))
    assert [each.ok for each in found] == [False, True]
    assert "its settings are not all there" in found[0].words


# ── sources ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def read(asked):
    def look(*, near=True, first=None):
        return [each for check in accounts.sources(asked(), first or {}, near=near).values() for each in check()]

    return look


def test_a_folder_is_read_and_told_with_its_newest_issue_and_when_it_was_read_first(read, now):
    (found,) = read()
    assert found.name == "source weekly"
    assert found.words == "well (1 issue(s), the newest 2026-11 of 2026-11-02; no daemon has read it yet)"
    assert "a daemon read it first 2026-11-03 09:00 UTC" in read(first={"weekly": now})[0].words


def test_a_folder_that_is_missing_empty_or_partly_unreadable_is_told(read, home, configure):
    (home / "issues/broken.md").write_text("---\ntitle: [\n---\n# Title\n\nText.\n")
    (found,) = read()
    assert (found.severity, "broken.md" in found.words) == ("warning", True)
    (home / "issues/worse.md").write_bytes(b"\xff\xfe\xfa")
    assert "(and 1 more)" in read()[0].words
    for file in (home / "issues").iterdir():
        file.unlink()
    (found,) = read()
    assert (found.severity, "there is no issue in it" in found.words) == ("warning", True)
    configure("folder: issues", "folder: nowhere")
    (found,) = read()
    assert (found.ok, "nowhere" in found.words) == (False, True)


def test_a_feed_is_a_distant_source(read, web, configure):
    web.pages["/feed"] = (404, {}, b"")
    configure("{folder: issues, settle: 0s}", f"{{feed: {web.url}/feed, allow_private: true}}")
    assert read() == []
    (found,) = read(near=False)
    assert (found.ok, "404" in found.words) == (False, True)


def test_to_look_at_a_source_follows_no_link_and_marks_no_mail(asked, configure, monkeypatch):
    seen = []

    class Nosy:
        def __init__(self, settings, *_):
            seen.append(settings)

        def read(self, _):
            raise RuntimeError

    configure(
        "{folder: issues, settle: 0s}",
        '{imap: "imaps://me@mail.example", password: p, from: a@b.example, mark: seen, move: Done}',
    )
    subject = asked()
    monkeypatch.setattr("sharebot.plugins.load", lambda _: {"imap": Nosy})
    (check,) = accounts.sources(subject, {}, near=False).values()
    with pytest.raises(RuntimeError):
        next(iter(check()))
    (settings,) = seen
    assert (settings.mark, settings.move, settings.resolve) == ("nothing", None, False)
