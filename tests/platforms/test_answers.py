import json
from datetime import timedelta

import pytest
import requests

from sharebot.errors import Duplicate, Refused, SignInAgain, TryLater, Unsure
from sharebot.platforms import bluesky, mastodon_py, x
from sharebot.platforms.answers import body, clean, field, judge, said, verdict

TABLES = {"bluesky": bluesky._TABLE, "mastodon": mastodon_py.TABLE, "x": x._TABLE}


def answered(status, content=b"", headers=(), token="s3cret"):
    response = requests.Response()
    response.status_code = status
    response._content = content if isinstance(content, bytes) else json.dumps(content).encode()
    response.headers.update(headers)
    response.request = requests.Request("POST", "https://x", headers={"Authorization": f"Bearer {token}"}).prepare()
    return response


def meant(network, status, content=b"", headers=()):
    return verdict(answered(status, content, headers), "the place", TABLES[network])


@pytest.mark.parametrize("network", TABLES)
@pytest.mark.parametrize(
    ("status", "error"),
    [
        (301, SignInAgain),
        (400, Refused),
        (401, SignInAgain),
        (413, Refused),
        (429, TryLater),
        (500, Unsure),
        (502, Unsure),
        (503, TryLater),
        (504, Unsure),
        (520, Unsure),
    ],
)
@pytest.mark.parametrize("content", [b"", b"<!doctype html><p>error", b"null", b"[]", b'{"errors": null}', b"[" * 9999])
def test_a_status_means_the_same_whatever_the_body_is(network, status, error, content):
    assert type(meant(network, status, content)) is error


@pytest.mark.parametrize(
    ("network", "status", "content", "error"),
    [
        ("mastodon", 422, {"error": "Validation failed: Text character limit of 500 exceeded"}, Refused),
        ("mastodon", 422, {"error": "This method requires an authenticated user"}, SignInAgain),
        ("mastodon", 403, {"error": "This action is outside the authorized scopes"}, SignInAgain),
        ("mastodon", 404, {"error": "Record not found"}, mastodon_py.Missing),
        ("mastodon", 404, b"<h1>Not Found</h1>", mastodon_py.NotHere),
        ("x", 402, {"title": "CreditsDepleted"}, SignInAgain),
        ("x", 403, {"detail": "You are not allowed to create a Tweet with duplicate content."}, Duplicate),
        ("x", 403, {"type": "https://api.twitter.com/2/problems/usage-capped"}, TryLater),
        ("x", 403, {"detail": "... not configured with the appropriate oauth1 app permissions ..."}, SignInAgain),
        ("bluesky", 400, {"error": "InvalidRequest", "message": 'the record says "InvalidSwap"'}, Refused),
        ("bluesky", 400, {"error": "InvalidSwap", "message": "Record was at null"}, bluesky._Taken),
        ("bluesky", 400, {"error": "ExpiredToken", "message": "Token has expired"}, bluesky._Expired),
        ("bluesky", 400, {"error": "InvalidToken", "message": "Malformed token"}, bluesky._Expired),
        ("bluesky", 401, {"error": "AccountTakedown"}, SignInAgain),
        ("bluesky", 400, {"error": "AccountDeactivated"}, SignInAgain),
    ],
)
def test_a_network_s_own_words_decide(network, status, content, error):
    assert type(meant(network, status, content)) is error


@pytest.mark.parametrize(
    "headers",
    [
        {"Retry-After": "60"},
        {"x-rate-limit-remaining": "0", "x-rate-limit-reset": "60"},
        {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "2999-01-01T00:00:00Z"},
        {
            "x-rate-limit-remaining": "9",
            "x-user-limit-24hour-remaining": "0",
            "x-user-limit-24hour-reset": "9999999999",
        },
    ],
)
def test_a_rate_limit_says_for_how_long(headers):
    error = meant("x", 429, headers=headers)
    assert isinstance(error, TryLater)
    assert error.after is not None
    assert error.after > timedelta(seconds=50)


def test_the_message_names_the_place_the_status_the_server_s_words_and_the_cure():
    error = meant("mastodon", 401, {"error": "The access token was revoked"})
    assert str(error) == (
        "the place answered 401: The access token was revoked "
        "(make a new access token in the server's settings, under Development)"
    )


def test_all_faults_that_an_answer_lists_are_told_once():
    content = {"errors": [{"message": "text is missing"}, {"message": "text is missing"}, {"detail": "and more"}, 3]}
    assert said(answered(400, content)) == "400: text is missing; and more"


def test_a_token_that_a_server_repeats_is_not_told():
    assert "s3cret" not in str(verdict(answered(422, {"error": "no such token: s3cret"}), "the place", ()))


@pytest.mark.parametrize(
    ("sent", "repeated"),
    [
        ({"json": {"identifier": "news.example", "password": "s3cret-pass"}}, "password was s3cret-pass"),
        ({"headers": {"Authorization": 'OAuth oauth_token="s3cret-token", oauth_nonce="1"'}}, "unknown s3cret-token"),
        ({"headers": {"Authorization": "Bearer s3cret"}}, "x" * 496 + " s3cret"),
    ],
)
def test_no_part_of_a_request_that_is_secret_is_told(sent, repeated):
    response = answered(401, {"error": repeated})
    response.request = requests.Request("POST", "https://a.example", **sent).prepare()
    assert "s3c" not in said(response)


def test_strangers_words_have_no_control_characters_and_an_end():
    assert clean("a\n\tb\x1b[31m\x00c\ud800") == "a b[31mc?"
    assert len(clean("x" * 10**6)) < 1000


@pytest.mark.parametrize("content", [b"", b"<html>", b"[" * 99999, b"\xff"])
def test_an_answer_that_is_not_json_is_unsure(content):
    with pytest.raises(Unsure, match=r"^the place answered with something other than JSON$"):
        judge("the place", ())(answered(200, content))


def test_an_answer_with_json_passes():
    response = answered(200, {"id": "1"})
    judge("the place", ())(response)
    assert body(response, "the place") == {"id": "1"}


@pytest.mark.parametrize(
    "answer", [None, [], "text", {}, {"data": None}, {"data": {"id": 7}}, {"data": {"id": "a\nb"}}]
)
def test_a_field_that_is_not_there_is_unsure(answer):
    with pytest.raises(Unsure, match=r"no data\.id"):
        field(answer, "data", "id")


def test_a_field_is_found_by_its_path():
    assert field({"data": {"id": "7"}}, "data", "id") == "7"


def test_every_verdict_is_one_that_the_publisher_knows():
    kinds = {row.error for table in TABLES.values() for row in table}
    assert all(issubclass(kind, (TryLater, Refused, SignInAgain, Unsure)) for kind in kinds)
