"""What a session's token says is told; a token that says nothing is no fault."""

import json
from base64 import urlsafe_b64encode
from datetime import UTC, datetime

import pytest

from sharebot.platforms.claims import identity


def token(claims):
    return f"e30.{urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip('=')}.signature"


@pytest.mark.parametrize(
    ("scope", "writes"),
    [
        ("com.atproto.appPass", True),
        ("com.atproto.appPassPrivileged", True),
        ("com.atproto.access", True),
        ("com.atproto.takendown", False),
        ("com.atproto.signupQueued", False),
    ],
)
def test_a_scope_tells_whether_it_may_post(scope, writes):
    found = identity("weekly.test", token({"scope": scope, "exp": 1_790_000_000}))
    assert (found.who, found.may, found.writes) == ("@weekly.test", (scope,), writes)
    assert found.ends == datetime.fromtimestamp(1_790_000_000, UTC)


def test_an_app_password_does_not_end_and_the_own_one_is_not_to_be_used():
    assert "app password does not end" in identity("a.test", token({"scope": "com.atproto.appPass"})).lasting
    assert "use an app password" in identity("a.test", token({"scope": "com.atproto.access"})).lasting


@pytest.mark.parametrize(
    "odd",
    [
        "",
        "a",
        "a.b",
        "a.§.c",
        token([]),
        token({"scope": 3, "exp": "soon"}),
        token({"exp": 1 << 60}),
        token({"exp": -1}),
    ],
)
def test_a_token_that_says_nothing_leaves_it_open(odd):
    found = identity("a.test", odd)
    assert (found.who, found.may, found.writes, found.ends) == ("@a.test", (), None, None)
