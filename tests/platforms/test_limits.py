"""A Mastodon server's own limits: asked for once a day, and never a reason to fail."""

import time

import pytest

from sharebot.platforms import limits
from sharebot.platforms.limits import LiveLimits, ask, read
from sharebot.platforms.mastodon import Mastodon
from sharebot.text.measure import MastodonLimits

LINK = "https://news.example.org/ferry"


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


def instance(characters, url=23):
    return {"configuration": {"statuses": {"max_characters": characters, "characters_reserved_per_url": url}}}


def mastodon(url):
    return Mastodon(Mastodon.Settings.model_validate({"server": url, "access_token": "t0ken"}))


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def live(stub, clock):
    return LiveLimits(stub.url, clock)


@pytest.mark.parametrize(("characters", "url"), [(1000, 23), (140, 30)])
def test_an_account_counts_as_its_server_says(stub, characters, url):
    stub.answers = [(200, instance(characters, url))]
    measured = mastodon(stub.url).rules.measure(f"See {LINK}", "what")
    assert (measured.length, measured.limit) == (4 + 4 + url, characters)
    assert mastodon(stub.url).rules.measure("x", limit=7).limit == 7


def test_the_class_keeps_the_usual_rules_and_an_account_differs_in_the_measure_alone(stub):
    stub.answers = [(200, instance(1000))]
    account = mastodon(stub.url)
    assert account.rules.measure("").limit == 1000
    assert Mastodon.rules.measure("").limit == 500
    assert account.rules.key_lasts == Mastodon.rules.key_lasts


def test_a_server_is_asked_without_the_token_and_not_before_its_limits_are_needed(stub):
    stub.answers = [(200, instance(1000))]
    account = mastodon(stub.url)
    assert stub.seen == []
    account.rules.measure("x")
    ((method, path, headers, _),) = stub.seen
    assert (method, path) == ("GET", "/api/v2/instance")
    assert "Authorization" not in headers


def test_a_server_is_asked_once_a_day(stub, live, clock):
    stub.answers = [(200, instance(1000)), (200, instance(140))]
    assert [live.now().characters for _ in range(3)] == [1000] * 3
    clock.now += 86_399
    assert live.now().characters == 1000
    clock.now += 1
    assert [live.now().characters for _ in range(3)] == [140] * 3
    assert len(stub.seen) == 2


def test_an_older_server_is_asked_the_older_way(stub):
    stub.answers = [(404, {"error": "Not found"}), (200, {"max_toot_chars": 5000})]
    assert ask(stub.url) == MastodonLimits(5000, 23)
    assert [path for _, path, _, _ in stub.seen] == ["/api/v2/instance", "/api/v1/instance"]


@pytest.mark.parametrize(
    "answer",
    [(500, {}), (401, {}), (404, {}), (301, b"", {"Location": "/"}), (200, b"<html>"), (200, []), (200, {}), None],
)
def test_a_server_that_tells_no_limits_has_the_usual_ones_and_is_asked_again_ten_minutes_later(
    stub, live, clock, answer
):
    stub.answers = [answer]
    assert live.now() == MastodonLimits(500, 23)
    asked = len(stub.seen)
    clock.now += 599
    assert live.now() == MastodonLimits(500, 23)
    assert len(stub.seen) == asked
    clock.now += 1
    stub.answers = [(200, instance(1000))]
    assert live.now().characters == 1000


def test_a_server_that_no_longer_answers_keeps_the_limits_that_it_told(stub, live, clock):
    stub.answers = [(200, instance(1000, 30)), (503, {})]
    live.now()
    clock.now += 86_400
    assert live.now() == MastodonLimits(1000, 30)
    assert len(stub.seen) == 2


def test_where_nothing_listens_the_usual_limits_hold_at_once(nothing_listens):
    begun = time.monotonic()
    assert mastodon(nothing_listens).rules.measure("x").limit == 500
    assert time.monotonic() - begun < 2


def test_a_server_that_says_nothing_is_not_waited_for(nothing_listens, monkeypatch, clock):
    monkeypatch.setattr(limits, "ask", lambda _: time.sleep(5))
    monkeypatch.setattr(limits, "PATIENCE", 0.1)
    begun = time.monotonic()
    live = LiveLimits(nothing_listens, clock)
    assert [live.now().characters for _ in range(3)] == [500] * 3
    assert time.monotonic() - begun < 2


@pytest.mark.parametrize("characters", [0, -1, 10**9, "1000", 1.5, None, True, [500]])
def test_a_limit_that_cannot_be_one_is_none(characters):
    assert read(instance(characters)) is None


@pytest.mark.parametrize("url", [0, -1, "23", None, 10**9])
def test_a_link_s_length_that_cannot_be_one_is_the_usual(url):
    assert read(instance(1000, url)) == MastodonLimits(1000, 23)


@pytest.mark.parametrize("configuration", [None, [], {}, {"statuses": None}, {"statuses": []}])
def test_an_instance_without_limits_says_none(configuration):
    assert read({"configuration": configuration}) is None
