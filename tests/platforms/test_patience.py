"""No library waits or sends again by itself: when and whether, the outbox alone decides."""

import threading
import time

import pytest

from sharebot import http
from sharebot.errors import PublishError, TryLater, Unsure
from sharebot.platforms.bluesky import Bluesky
from sharebot.platforms.mastodon import Mastodon
from sharebot.platforms.x import X
from sharebot.testing import sample_key, sample_post

pytestmark = pytest.mark.integration

SESSION = (200, {"did": "did:plc:weekly", "handle": "weekly.test", "accessJwt": "a", "refreshJwt": "r"})
SOON = {"Retry-After": "1", "x-rate-limit-remaining": "0", "x-rate-limit-reset": "1"}
ANSWERS = {
    "a rate limit that is over in a second": ((429, b"", SOON), TryLater),
    "a rate limit without any time": ((429, b""), TryLater),
    "unavailable for a second": ((503, b"", SOON), TryLater),
    "an error": ((500, b""), Unsure),
    "a gateway's": ((502, b""), Unsure),
    "a gateway's that waited": ((504, b""), Unsure),
    "a dropped connection": (None, Unsure),
    "silence": (0.8, Unsure),
}


def bluesky(url):
    account = Bluesky(Bluesky.Settings.model_validate({"service": url, "handle": "weekly.test", "app_password": "p"}))
    account.who()
    return account


def mastodon(url):
    return Mastodon(Mastodon.Settings.model_validate({"server": url, "access_token": "t"}))


def x(url):
    secrets = {"api_key": "a", "api_secret": "b", "access_token": "c", "access_secret": "d"}
    return X(X.Settings.model_validate({"api": url, **secrets}))


@pytest.fixture
def sleeps(monkeypatch):
    """Count each sleep in this thread; the stub's are in another one."""
    found, here, really = [], threading.current_thread(), time.sleep

    def sleep(seconds):
        if threading.current_thread() is here:
            found.append(seconds)
        else:
            really(seconds)

    monkeypatch.setattr(time, "sleep", sleep)
    monkeypatch.setattr(http, "READ", 0.5)
    return found


@pytest.mark.parametrize("sign_in", [bluesky, mastodon, x])
@pytest.mark.parametrize("act", ["publish", "find"])
@pytest.mark.parametrize("answer", ANSWERS)
def test_whatever_is_answered_each_call_is_one_request_and_no_sleep(stub, sleeps, sign_in, act, answer):
    given, error = ANSWERS[answer]
    stub.answers = [SESSION]
    account = sign_in(stub.url)
    stub.seen.clear()
    stub.answers = [given]
    with pytest.raises(PublishError) as raised:
        getattr(account, act)(sample_post(), sample_key())
    assert isinstance(raised.value, TryLater if act == "find" else error)
    assert len(stub.seen) == 1
    assert sleeps == []
