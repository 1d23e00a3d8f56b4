from datetime import UTC, datetime, timedelta

import pytest

from sharebot import fetch
from sharebot.errors import SourceError
from sharebot.model import Article, Issue
from sharebot.sources.resolving import PATIENCE, Resolver

NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)
TOKEN = "VfS4SfxWgitNTgnnT56YB9ZkQ2Lr8mWx0pJd7HsA"
ONE = f"https://u1.ct.sendgrid.net/ls/click?upn={TOKEN}"
TWO = f"https://u1.ct.sendgrid.net/ls/click?upn={TOKEN}2"


class World:
    """What is behind the redirects: an address, or what is raised. It counts the visits."""

    def __init__(self, **behind):
        self.behind = {ONE: behind.get("one"), TWO: behind.get("two")}
        self.visits = []

    def __call__(self, url, now, *, wrapped, forbidden, allow_private):
        """Go on as `fetch.unwrap` does."""
        assert (now.tzinfo, allow_private) == (UTC, False)
        while True:
            if forbidden(url):
                raise SourceError(url, "the way out")
            if not wrapped(url):
                return url
            self.visits.append(url)
            found = self.behind[url]
            if isinstance(found, Exception):
                raise found
            url = found


def issue(*redirects, url=None, redirect=None):
    articles = tuple(
        Article(number, f"The harbour’s news, part {number}", ("Text.",), redirect=each)
        for number, each in enumerate(redirects, 1)
    )
    return Issue("5", "News", articles, url=url, redirect=redirect)


def resolved(world, found, now=NOW):
    return Resolver(follow=world).resolve(found, now)


def urls(found):
    return [article.url for article in found.articles]


def test_each_link_is_followed_once_and_remembered():
    world = World(one="https://harbour.example/1?utm_source=mail", two="https://harbour.example/2")
    resolver = Resolver(follow=world)
    for _ in range(3):
        found = resolver.resolve(issue(ONE, TWO, ONE), NOW)
        assert urls(found) == ["https://harbour.example/1", "https://harbour.example/2", "https://harbour.example/1"]
        assert not any(article.redirect for article in found.articles)
    assert world.visits == [ONE, TWO]


def test_a_memory_may_outlive_the_program():
    known: dict[str, str] = {}
    Resolver(follow=World(one="https://harbour.example/1"), known=known).resolve(issue(ONE), NOW)
    assert urls(Resolver(follow=World(), known=known).resolve(issue(ONE), NOW)) == ["https://harbour.example/1"]


def test_an_issue_without_redirects_comes_back_as_it_is():
    world, plain = World(), issue(url="https://harbour.example/5")
    assert resolved(world, plain) == plain
    assert world.visits == []


@pytest.mark.parametrize(
    "nothing",
    [
        fetch.Missing("it", "nothing there"),
        fetch.Gone("it", "gone"),
        SourceError("it", "200 OK where a redirect was hoped for"),
        "https://harbour.example/unsubscribe?x=1",
        f"https://www.google.com/url?q=https%3A%2F%2Fharbour.example%2Funsubscribe%3Fx%3D{TOKEN}",
        "javascript:alert(1)",
    ],
)
def test_a_link_that_leads_nowhere_becomes_the_page_of_the_issue(nothing):
    found = resolved(World(one=nothing), issue(ONE, url="https://harbour.example/5"))
    assert urls(found) == ["https://harbour.example/5"]
    found = resolved(World(one=nothing, two=nothing), issue(ONE, TWO, url="https://harbour.example/5#top"))
    assert urls(found) == [
        "https://harbour.example/5#the-harbour-s-news-part-1",
        "https://harbour.example/5#the-harbour-s-news-part-2",
    ]


def test_a_link_that_leads_nowhere_stays_a_redirect_where_the_issue_has_no_page():
    found = resolved(World(one=fetch.Missing("it", "nothing")), issue(ONE))
    assert (urls(found), found.articles[0].redirect) == ([None], ONE)


def test_the_page_itself_may_be_behind_a_redirect():
    world = World(one=SourceError("it", "no"), two="https://harbour.example/issues/5")
    found = resolved(world, issue(ONE, redirect=TWO))
    assert (found.url, found.redirect) == ("https://harbour.example/issues/5", None)
    assert urls(found) == ["https://harbour.example/issues/5"]


def test_an_issue_waits_while_a_link_may_yet_be_followed():
    world = World(one="https://harbour.example/1", two=fetch.Later("https://u1…", "busy", timedelta(minutes=1)))
    resolver = Resolver(follow=world)
    for minutes, visits in ((0, [ONE, TWO]), (0.5, [ONE, TWO]), (2, [ONE, TWO, TWO])):
        with pytest.raises(SourceError, match=r"1 of its 2 links cannot be followed yet .*busy.*by itself"):
            resolver.resolve(issue(ONE, TWO), NOW + timedelta(minutes=minutes))
        assert world.visits == visits
    world.behind[TWO] = "https://harbour.example/2"
    found = resolver.resolve(issue(ONE, TWO), NOW + timedelta(minutes=4))
    assert urls(found) == ["https://harbour.example/1", "https://harbour.example/2"]


def test_nobody_waits_for_ever():
    resolver = Resolver(follow=World(one=fetch.Later("it", "busy")))
    with pytest.raises(SourceError, match="its link cannot be followed yet"):
        resolver.resolve(issue(ONE), NOW)
    assert urls(resolver.resolve(issue(ONE, url="https://harbour.example/5"), NOW + PATIENCE)) == [
        "https://harbour.example/5"
    ]


def test_a_reading_takes_no_longer_than_it_may(monkeypatch):
    monkeypatch.setattr("sharebot.sources.resolving.BUDGET", -1)
    world = World(one="https://harbour.example/1")
    resolver = Resolver(follow=world)
    resolver.begin()
    with pytest.raises(SourceError, match="its link cannot be followed yet"):
        resolver.resolve(issue(ONE), NOW)
    monkeypatch.undo()
    resolver.begin()
    assert urls(resolver.resolve(issue(ONE), NOW)) == ["https://harbour.example/1"]


def test_an_address_at_the_redirects_own_host_with_a_token_is_still_a_redirect():
    start = "https://news.example/c/x7Gh2kL9"
    world = World()
    world.behind = {
        start: "https://news.example/d/k2Lp9Qx4",
        "https://news.example/d/k2Lp9Qx4": "https://harbour.example/1",
    }
    assert urls(resolved(world, issue(start))) == ["https://harbour.example/1"]


def test_articles_of_one_page_stay_apart():
    dead = SourceError("it", "no")
    found = resolved(World(one=dead, two=dead), issue(ONE, TWO, url="https://harbour.example/5"))
    assert len(set(urls(found))) == 2
