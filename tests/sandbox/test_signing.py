"""The sandbox lets people in as the networks do, and nobody else."""

import base64
import re
from hashlib import sha256
from urllib.parse import urlencode

import pytest

from tests.signing import allow

pytestmark = pytest.mark.integration
SHOWN = "urn:ietf:wg:oauth:2.0:oob"
SCOPES = "read:accounts write:statuses"


@pytest.fixture
def ask(sandbox, http):
    """Send a form to the sandbox's Mastodon."""
    return lambda path, **form: http.post(f"{sandbox.url}{path}", data=form, timeout=10)


@pytest.fixture
def app(ask):
    made = ask("/api/v1/apps", client_name="test", redirect_uris=SHOWN, scopes=SCOPES).json()
    return {name: made[name] for name in ("client_id", "client_secret")}


@pytest.fixture
def page(sandbox, app):
    """Return where a person is led, with some of what is asked for changed."""

    def address(**changes):
        asked = {"response_type": "code", "client_id": app["client_id"], "redirect_uri": SHOWN, "scope": SCOPES}
        return f"{sandbox.url}/oauth/authorize?{urlencode(asked | changes)}"

    return address


@pytest.fixture
def trade(ask, app):
    """Trade a code for a token, with some of the form changed."""

    def send(code, /, **changes):
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": SHOWN, **app}
        return ask("/oauth/token", **(form | changes))

    return send


def test_a_code_is_good_once(page, trade):
    code = allow(page())
    given = trade(code)
    assert given.json()["scope"] == SCOPES
    assert "expires_in" not in given.json()
    assert (trade(code).status_code, trade(code).json()["error"]) == (400, "invalid_grant")


def test_a_code_is_good_for_ten_minutes(page, trade, clock):
    code = allow(page())
    clock.now += 600
    assert trade(code).status_code == 400


@pytest.mark.parametrize(
    ("changes", "status", "error"),
    [
        ({"client_secret": "another"}, 401, "invalid_client"),
        ({"client_id": "another"}, 401, "invalid_client"),
        ({"redirect_uri": "https://elsewhere.example"}, 400, "invalid_grant"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
        ({"code": "another"}, 400, "invalid_grant"),
        ({"grant_type": "refresh_token", "refresh_token": "another"}, 400, "invalid_grant"),
    ],
)
def test_what_does_not_fit_gets_no_token(page, trade, changes, status, error):
    answer = trade(allow(page()), **changes)
    assert (answer.status_code, answer.json()["error"]) == (status, error)


def test_a_code_with_a_proof_key_needs_what_it_was_made_of(page, trade):
    challenge = base64.urlsafe_b64encode(sha256(b"the verifier").digest()).decode().rstrip("=")
    proof = {"code_challenge": challenge, "code_challenge_method": "S256"}
    assert trade(allow(page(**proof))).status_code == 400
    assert trade(allow(page(**proof)), code_verifier="another").status_code == 400
    assert trade(allow(page(**proof)), code_verifier="the verifier").status_code == 200


def test_another_app_cannot_use_a_code_or_revoke_a_token(page, trade, ask):
    other = ask("/api/v1/apps", client_name="other", redirect_uris=SHOWN).json()
    theirs = {name: other[name] for name in ("client_id", "client_secret")}
    assert trade(allow(page()), **theirs).json()["error"] == "invalid_grant"
    token = trade(allow(page())).json()["access_token"]
    assert ask("/oauth/revoke", token=token, **theirs).status_code == 403


def test_a_token_does_what_its_scopes_hold_and_no_more(page, trade, http, sandbox):
    token = trade(allow(page(), "weekly")).json()["access_token"]
    headers = {"Authorization": f"Bearer {token}"}
    made = http.post(f"{sandbox.url}/api/v1/statuses", {"status": "Hi"}, headers=headers, timeout=10)
    assert made.json()["account"]["acct"] == "weekly"
    refused = http.post(f"{sandbox.url}/api/v2/media", data={}, headers=headers, timeout=10)
    assert (refused.status_code, refused.json()["error"]) == (403, "This action is outside the authorized scopes")


def test_an_app_has_a_name_and_shows_its_codes(ask):
    assert ask("/api/v1/apps", client_name="a", redirect_uris="https://a.example").status_code == 422
    assert ask("/api/v1/apps", redirect_uris=SHOWN).status_code == 422


@pytest.mark.parametrize(
    "changes",
    [
        {"client_id": "another"},
        {"response_type": "token"},
        {"redirect_uri": "https://elsewhere.example"},
        {"scope": "write:media"},
    ],
)
def test_a_page_that_asks_for_something_wrong_offers_nothing(page, http, changes):
    answer = http.get(page(**changes), timeout=10)
    assert (answer.status_code, "<form" in answer.text) == (400, False)
    assert http.post(page(**changes), {"account": "demo"}, timeout=10).status_code == 400


def test_the_page_says_which_network_asks_and_takes_names_of_accounts_only(page, http):
    assert "post on Mastodon?" in http.get(page(), timeout=10).text
    wrong = http.post(page(), {"account": "<b>No</b>"}, timeout=10)
    assert wrong.status_code == 400
    assert "is no account" in wrong.text
    assert not re.search("<b>", wrong.text)


def test_the_page_answers_this_machine_only(page, http):
    assert http.get(page(), headers={"Host": "elsewhere.example"}, timeout=10).status_code == 403


def test_a_forgetful_sandbox_knows_nobody_any_more(page, trade, http, sandbox):
    token = trade(allow(page())).json()["access_token"]
    http.delete(f"{sandbox.url}/sandbox", timeout=10)
    address = f"{sandbox.url}/api/v1/apps/verify_credentials"
    assert http.get(address, headers={"Authorization": f"Bearer {token}"}, timeout=10).status_code == 401


def test_x_begins_with_a_callback_and_revokes_what_is_signed(x, http, sandbox):
    assert x("POST", "/oauth/request_token").status_code == 401
    assert http.post(f"{sandbox.url}/oauth/access_token", timeout=10).status_code == 401
    assert http.post(f"{sandbox.url}/1.1/oauth/invalidate_token", timeout=10).status_code == 401
    assert x("POST", "/1.1/oauth/invalidate_token").json() == {"access_token": "sandbox-demo"}
