"""Each network's own sign-in, against the sandbox and against answers of every kind."""

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from pydantic import SecretStr

from sharebot.errors import Refused, SharebotError, SignInAgain, TryLater, Unsure
from sharebot.model import Credential
from sharebot.platforms.bluesky import Bluesky, BlueskySettings
from sharebot.platforms.mastodon import Mastodon, MastodonSettings
from sharebot.platforms.x import X, XSettings
from sharebot.renewal import filled
from sharebot.sandbox import Sandbox
from sharebot.testing import sample_key, sample_post
from tests.signing import Answers, addresses

pytestmark = pytest.mark.integration
NOTHING = SecretStr("")
FULL = "eyJhbGciOiJub25lIn0.eyJzY29wZSI6ICJjb20uYXRwcm90by5hY2Nlc3MifQ."
"""A session's token as the account's own password gets one: {"scope": "com.atproto.access"}"""
HELD = Credential(
    {"access_token": "old-token"},
    {"client_id": "the-id", "client_secret": "the-client-secret", "refresh_token": "the-refresh-token"},
)


def mastodon(url):
    return MastodonSettings(server=url, access_token=NOTHING)


def x(url, key="sandbox", secret="sandbox-secret"):
    return XSettings(
        api=url, api_key=SecretStr(key), api_secret=SecretStr(secret), access_token=NOTHING, access_secret=NOTHING
    )


def bluesky(url, handle="demo.sandbox.test"):
    return BlueskySettings(service=url, handle=handle, app_password=NOTHING)


@pytest.fixture
def sandbox():
    with Sandbox() as running:
        yield running


def posts(kind, settings, given):
    """Post with what a sign-in brought."""
    network = kind(filled(settings, given, tuple(given.secrets)))
    return network.publish(sample_post(), sample_key()).id and network.who()


# ── Mastodon ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_code_from_mastodon_is_traded_for_a_token_that_posts_looks_and_edits(sandbox):
    person, settings = Answers(account="weekly"), mastodon(sandbox.url)
    given = Mastodon.sign_in(settings, person)
    network = Mastodon(filled(settings, given, ("access_token",)))
    receipt = network.publish(sample_post(), sample_key())
    assert network.find(sample_post(), sample_key()) == receipt
    assert network.edit(sample_post(text="Other words"), receipt).id == receipt.id
    assert network.who().startswith("@weekly@")
    assert (given.ends, person.hidden) == (None, [True])


def test_mastodon_is_asked_for_no_more_than_is_needed_and_for_a_proof_key(sandbox):
    person = Answers()
    given = Mastodon.sign_in(mastodon(sandbox.url), person)
    asked = parse_qs(urlsplit(addresses(person.asked)[0]).query)
    assert asked["scope"] == ["read:accounts read:statuses write:media write:statuses"]
    assert asked["code_challenge_method"] == ["S256"]
    assert given.more.keys() == {"client_id", "client_secret"}


def test_a_server_that_knows_no_proof_key_is_asked_for_none(stub):
    stub.answers = [
        (200, {"client_id": "id", "client_secret": "s"}),
        (404, b"no such page"),
        (200, {"access_token": "token"}),
    ]
    person = Answers("the-code")
    assert Mastodon.sign_in(mastodon(stub.url), person).secrets == {"access_token": "token"}
    assert "code_challenge" not in person.asked[0]
    assert b"code_verifier" not in stub.seen[-1][3]


def test_a_wrong_code_is_refused_and_told_without_it(sandbox):
    with pytest.raises(SignInAgain, match="400: The sandbox says invalid_grant") as caught:
        Mastodon.sign_in(mastodon(sandbox.url), Answers("the-wrong-code"))
    assert "the-wrong-code" not in str(caught.value)


def test_a_token_that_is_revoked_is_no_good_any_more(sandbox):
    settings = mastodon(sandbox.url)
    given = Mastodon.sign_in(settings, Answers())
    Mastodon.sign_out(settings, given)
    with pytest.raises(SignInAgain):
        posts(Mastodon, settings, given)


def test_a_token_that_ends_is_renewed_and_the_old_one_ends_at_once():
    with Sandbox(token_lasts=3600) as sandbox:
        settings = mastodon(sandbox.url)
        old = Mastodon.sign_in(settings, Answers())
        assert old.ends is not None
        assert timedelta(minutes=59) < old.ends - datetime.now(UTC) <= timedelta(hours=1)
        new = Mastodon.renew(settings, old)
        assert posts(Mastodon, settings, new)
        with pytest.raises(SignInAgain):
            posts(Mastodon, settings, old)
        with pytest.raises(SignInAgain, match="invalid_grant"):
            Mastodon.renew(settings, old)


def test_a_refresh_token_is_kept_where_the_server_names_no_other(stub):
    stub.answers = [(200, {"access_token": "new", "expires_in": 60})]
    new = Mastodon.renew(mastodon(stub.url), HELD)
    assert (new.secrets, new.more) == ({"access_token": "new"}, HELD.more)


def test_what_cannot_be_renewed_says_so_without_asking(stub):
    with pytest.raises(SignInAgain, match="nothing to renew"):
        Mastodon.renew(mastodon(stub.url), Credential({"access_token": "t"}))
    assert stub.seen == []


@pytest.mark.parametrize(
    "answer",
    [
        (400, {"error": "invalid_grant"}),
        (401, {"error": "invalid_client"}),
    ],
)
def test_only_a_certain_no_asks_for_a_person(stub, answer):
    stub.answers = [answer]
    with pytest.raises(SignInAgain, match="sharebot login"):
        Mastodon.renew(mastodon(stub.url), HELD)


@pytest.mark.parametrize(
    "answer",
    [
        (400, {"error": "invalid_request"}),
        (403, b"<html>a firewall"),
        (404, b""),
        (302, b"", [("Location", "/elsewhere")]),
        (429, {"error": "Too many requests"}, [("Retry-After", "60")]),
        (500, {"error": "oops"}),
        (503, b"maintenance"),
        (200, b"<html>a captive portal"),
        None,
    ],
)
def test_whatever_else_is_answered_is_tried_again_later(stub, answer):
    stub.answers = [answer]
    with pytest.raises((TryLater, Unsure)):
        Mastodon.renew(mastodon(stub.url), HELD)


def test_a_server_that_is_not_there_is_tried_again_later(nothing_listens):
    with pytest.raises(TryLater):
        Mastodon.renew(mastodon(nothing_listens), HELD)


@pytest.mark.parametrize("lasts", [0, -1, "60", None, 1 << 40, 1.5])
def test_an_odd_length_of_life_is_none(stub, lasts):
    stub.answers = [(200, {"access_token": "new", "expires_in": lasts})]
    assert Mastodon.renew(mastodon(stub.url), HELD).ends is None


def test_a_server_that_repeats_what_it_was_sent_has_it_told_by_nobody(stub):
    stub.answers = [(400, {"error": "invalid_grant the-refresh-token the-client-secret"})]
    with pytest.raises(SignInAgain) as caught:
        Mastodon.renew(mastodon(stub.url), HELD)
    assert not [secret for secret in ("the-refresh-token", "the-client-secret") if secret in str(caught.value)]


def test_a_token_tells_what_it_may_do(sandbox):
    given = Mastodon.sign_in(mastodon(sandbox.url), Answers())
    found = Mastodon(filled(mastodon(sandbox.url), given, ("access_token",))).identity()
    assert (found.may, found.writes) == (("read:accounts", "read:statuses", "write:media", "write:statuses"), True)


# ── X ────────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_pin_from_x_is_traded_for_a_token_that_posts(sandbox):
    settings = x(sandbox.url)
    given = X.sign_in(settings, Answers(account="weekly"))
    assert given.secrets.keys() == {"access_token", "access_secret"}
    assert posts(X, settings, given) == "@weekly"


def test_the_apps_key_is_asked_for_where_it_is_not_there_and_hidden(sandbox):
    person = Answers("sandbox", "sandbox-secret")
    given = X.sign_in(x(sandbox.url, "", ""), person)
    assert person.hidden == [True, True, True]
    assert posts(X, x(sandbox.url, "", ""), given) == "@demo"


def test_a_wrong_pin_is_refused_with_the_cure(sandbox):
    with pytest.raises(SignInAgain, match=r"Invalid oauth_verifier.*the PIN"):
        X.sign_in(x(sandbox.url), Answers("0000000x"))


def test_a_wrong_key_is_refused_and_not_told(sandbox):
    with pytest.raises(SignInAgain, match="401: Could not authenticate you") as caught:
        X.sign_in(x(sandbox.url, secret="another-secret"), Answers())
    assert "another-secret" not in str(caught.value)


def test_an_access_token_of_x_is_revoked(sandbox):
    settings = x(sandbox.url)
    given = X.sign_in(settings, Answers())
    X.sign_out(settings, given)
    with pytest.raises(SignInAgain):
        posts(X, settings, given)


def test_an_answer_of_x_without_a_token_is_none(stub):
    stub.answers = [(200, b"oauth_token=only")]
    with pytest.raises(Unsure, match="oauth_token_secret"):
        X.sign_in(x(stub.url), Answers())


# ── Bluesky ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_an_app_password_is_tried_before_it_is_taken(sandbox):
    person = Answers("sandbox-secret")
    given = Bluesky.sign_in(bluesky(sandbox.url), person)
    assert person.hidden == [True]
    assert posts(Bluesky, bluesky(sandbox.url), given) == "@demo.sandbox.test"


def test_a_wrong_app_password_is_refused(sandbox):
    with pytest.raises(SignInAgain, match="Invalid identifier or password") as caught:
        Bluesky.sign_in(bluesky(sandbox.url), Answers("another-password"))
    assert "another-password" not in str(caught.value)


def test_the_accounts_own_password_is_not_taken(stub):
    stub.answers = [(200, {"did": "did:plc:a", "handle": "a.test", "accessJwt": FULL, "refreshJwt": "r"})]
    with pytest.raises(SharebotError, match="the account's own password") as caught:
        Bluesky.sign_in(bluesky(stub.url), Answers("the-main-password"))
    assert not isinstance(caught.value, Refused)
    assert "the-main-password" not in str(caught.value)
