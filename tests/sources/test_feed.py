from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import ValidationError

from sharebot.errors import SourceError
from sharebot.model import Hints
from sharebot.sources.feed import Feed

NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)
LATER = NOW + timedelta(minutes=15)


def rss(*titles):
    items = "".join(f"<item><title>{title}</title><link>https://a.example/{title}</link></item>" for title in titles)
    return f"<rss version='2.0'><channel><title>News</title>{items}</channel></rss>".encode()


def source(web, hints=None, **settings):
    whole = {"feed": f"{web.url}/feed", "allow_private": True, **settings}
    return Feed(Feed.Settings.model_validate(whole), Path(), hints or Hints())


def titles(reading):
    return [issue.title for issue in reading.issues]


def test_a_feed_brings_its_items_in_its_order(web):
    web.pages["/feed"] = (200, {"Content-Type": "application/rss+xml"}, rss("Two", "One"))
    reading = source(web).read(NOW)
    assert (titles(reading), reading.problems, reading.waiting) == (["Two", "One"], (), ())


def test_a_feed_is_asked_no_more_often_than_said_and_only_for_what_changed(web):
    def page(handler):
        known = handler.headers["If-None-Match"] == '"1"'
        handler.answer(304 if known else 200, {"ETag": '"1"'}, b"" if known else rss("One"))

    web.pages["/feed"] = page
    feed = source(web)
    readings = [feed.read(NOW + timedelta(minutes=minutes)) for minutes in (0, 1, 13, 15, 30)]
    assert [headers["If-None-Match"] for _, headers in web.seen] == [None, '"1"', '"1"']
    assert all(reading == readings[0] for reading in readings)
    assert titles(readings[0]) == ["One"]


def test_what_cannot_be_read_is_a_problem_and_is_fetched_anew(web):
    web.pages["/feed"] = (200, {"ETag": '"1"'}, rss("One")[:-20])
    feed = source(web)
    assert "breaks off" in str(feed.read(NOW).problems[0])
    web.pages["/feed"] = (200, {"ETag": '"1"'}, rss("One"))
    reading = feed.read(LATER)
    assert web.seen[1][1]["If-None-Match"] is None
    assert (titles(reading), reading.problems) == (["One"], ())


@pytest.mark.parametrize("status", [404, 403, 500])
def test_what_a_failing_feed_brought_so_far_stays_beside_the_problem(web, status):
    web.pages["/feed"] = (200, {}, rss("One"))
    feed = source(web)
    feed.read(NOW)
    web.pages["/feed"] = (status, {}, b"")
    reading = feed.read(LATER)
    assert titles(reading) == ["One"]
    assert str(reading.problems[0]).startswith(f"{web.url}/feed: it answered {status}")
    web.pages["/feed"] = (200, {}, rss("Two", "One"))
    assert feed.read(LATER + timedelta(minutes=15)).problems == ()


def test_a_server_that_wants_to_be_left_alone_is_left_alone(web):
    web.pages["/feed"] = (429, {"Retry-After": "7200"}, b"")
    feed = source(web)
    for minutes in (0, 15, 119, 120):
        assert "429" in str(feed.read(NOW + timedelta(minutes=minutes)).problems[0])
    assert len(web.seen) == 2


def test_a_server_whose_clock_is_wrong_is_not_left_alone_for_ever(web):
    web.pages["/feed"] = (503, {"Retry-After": "99999999"}, b"")
    feed = source(web)
    for days in (0, 1, 2):
        feed.read(NOW + timedelta(days=days))
    assert len(web.seen) == 2


def test_a_feed_that_is_gone_is_told_once_and_asked_no_more(web):
    web.pages["/feed"] = (200, {}, rss("One"))
    feed = source(web)
    feed.read(NOW)
    web.pages["/feed"] = (410, {}, b"")
    gone, after, much_later = (feed.read(NOW + timedelta(days=days)) for days in (1, 2, 3))
    assert "taken away for good" in str(gone.problems[0])
    assert (after.problems, much_later.problems) == ((), ())
    assert titles(gone) == titles(much_later) == ["One"]
    assert len(web.seen) == 2


def test_a_private_address_is_a_problem_unless_it_is_allowed(web):
    (problem,) = source(web, allow_private=False).read(NOW).problems
    assert isinstance(problem, SourceError)
    assert "write `allow_private: true`" in str(problem)
    assert web.seen == []


def test_relative_links_begin_where_the_feed_was_found(web):
    moved = b"<rss version='2.0'><channel><item><title>A</title><link>a</link></item></channel></rss>"
    web.pages |= {"/feed": (301, {"Location": "/new/feed"}, b""), "/new/feed": (200, {}, moved)}
    assert source(web).read(NOW).issues[0].url == f"{web.url}/new/a"


@pytest.mark.parametrize(
    ("setting", "hint", "count"), [("issues", None, 2), (None, "issues", 2), ("articles", "issues", 1)]
)
def test_what_an_item_is_the_source_may_say(web, setting, hint, count):
    body = "".join(
        f"&lt;h2&gt;&lt;a href='https://a.example/{n}'&gt;Head {n}&lt;/a&gt;&lt;/h2&gt;&lt;p&gt;Text.&lt;/p&gt;"
        for n in (1, 2)
    )
    web.pages["/feed"] = (200, {}, rss("One").replace(b"</item>", f"<description>{body}</description></item>".encode()))
    (issue,) = source(web, Hints(items=hint), items=setting).read(NOW).issues
    assert len(issue.articles) == count


@pytest.mark.parametrize(
    "settings",
    [{"feed": "news.example"}, {"feed": "file:///etc/passwd"}, {"every": "30s"}, {"items": "posts"}, {"feeds": "x"}],
)
def test_settings_that_make_no_sense_are_refused(settings):
    with pytest.raises(ValidationError):
        Feed.Settings.model_validate({"feed": "https://a.example/feed"} | settings)


def test_the_interval_is_polite_where_nothing_is_said(web):
    assert source(web).every == timedelta(minutes=15)
    assert source(web, every="1h").every == timedelta(hours=1)
    assert source(web).place == f"{web.url}/feed"
