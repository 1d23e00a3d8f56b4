"""Libraries without what nothing here asks for: it stays out of memory, and others have it as ever."""

import sys
from importlib import import_module
from unittest.mock import patch

import pytest

from sharebot import lean

_OURS = {"tweepy", "mastodon", "oauthlib", "requests_oauthlib"}


@pytest.fixture(autouse=True)
def _nothing_imported_yet():
    with patch.dict(sys.modules):
        for name in [name for name in sys.modules if name.partition(".")[0] in _OURS]:
            del sys.modules[name]
        yield


def test_tweepy_leaves_oauth_2_out_of_memory_until_somebody_uses_it():
    tweepy = lean.library("tweepy")
    assert tweepy.Client(None, "key", "secret", "token", "secret")
    assert "oauthlib.oauth2" not in sys.modules
    handler = tweepy.OAuth2UserHandler(client_id="me", redirect_uri="https://news.example", scope=["tweet.read"])
    assert handler.get_authorization_url().startswith("https://")
    assert "oauthlib.oauth2" in sys.modules


def test_who_else_asks_for_oauth_2_gets_it_whole():
    lean.library("tweepy")
    session, errors = import_module("requests_oauthlib"), import_module("oauthlib.oauth2")
    assert session.oauth2_session.TokenExpiredError is errors.TokenExpiredError


def test_mastodon_py_has_no_pattern_for_counting_until_it_counts():
    mastodon = lean.library("mastodon")
    assert "mastodon._url_regex" not in sys.modules
    pattern = mastodon.utility.url_regex.pattern
    assert pattern == import_module("mastodon._url_regex").url_regex.pattern


def test_what_is_there_already_stays_as_it_is():
    whole = import_module("oauthlib.oauth2"), import_module("requests_oauthlib")
    lean.library("tweepy")
    lean.library("tweepy")
    assert (sys.modules["oauthlib.oauth2"], sys.modules["requests_oauthlib"]) == whole
