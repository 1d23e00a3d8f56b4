"""Session tokens that outlive a restart."""

import pytest

from sharebot.sandbox import tokens

ACCESS: tokens.Scope = "com.atproto.appPass"
REFRESH: tokens.Scope = "com.atproto.refresh"


def test_a_token_names_its_subject_until_it_ends():
    token = tokens.issue("did:web:demo.sandbox.test", ACCESS, now=1000.0)
    assert tokens.subject(token, ACCESS, now=1000.0 + 7199) == "did:web:demo.sandbox.test"
    with pytest.raises(tokens.Expired):
        tokens.subject(token, ACCESS, now=1000.0 + 7200)


def test_a_token_is_good_for_its_own_scope_only():
    assert tokens.subject(tokens.issue("did:web:a", REFRESH, now=0), ACCESS, now=1) is None


@pytest.mark.parametrize("text", ["", "a", "a.b", "a.bnVsbA", "a.e30"])
def test_what_is_signed_but_says_nothing_is_no_token(text):
    assert tokens.subject(f"{text}.{tokens._signature(text)}", ACCESS, now=0) is None


def test_a_changed_token_is_no_token():
    token = tokens.issue("did:web:a", ACCESS, now=0)
    assert tokens.subject(token.replace(".", ".e", 1), ACCESS, now=1) is None
