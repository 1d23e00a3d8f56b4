"""From each kind of source to posts, with the installed command, real servers and the sandbox."""

import pytest

pytestmark = [pytest.mark.integration, pytest.mark.timeout(180)]

ITEM = """<item><title>{title}</title><guid>{n}</guid><link>https://news.example.com/{n}</link>
<description>The {word} bridge opened on Monday, the city said. It cost 3 million euros.</description></item>"""
FEED = """<?xml version="1.0"?><rss version="2.0"><channel><title>Bridges</title><language>en</language>
{}</channel></rss>"""
MAIL = """From: news@bridges.example
Subject: Bridges 7
Date: Mon, 2 Nov 2026 09:00:00 +0000
Message-ID: <7@bridges.example>
List-Unsubscribe: <https://click.bridges.example/out?u=aXk39fkl2kfj38fjw0>
Content-Type: text/html; charset=utf-8

<h2><a href="https://news.example.com/north">The northern bridge opens</a></h2>
<p>It opened on Monday, the city said.</p>
<h2><a href="https://click.bridges.invalid/ls/click?upn=u001.Zk3jdf93kfLsdk3902kdlsWq">The southern
bridge waits</a></h2>
<p>Nobody knows how long, the city said.</p>
"""


def feed(*words):
    items = [ITEM.format(title=f"A {word} bridge", n=n, word=word) for n, word in enumerate(words, 1)]
    return (200, {"Content-Type": "application/rss+xml"}, FEED.format("".join(items)).encode())


def from_feed(project, sandbox, web):
    source = f'{{feed: "{web.url}/feed", allow_private: true}}'
    changes = {"{folder: issues, settle: 0s, every: 1s}": source, "    since: all\n": ""}
    project.write(sandbox, to="[mastodon]", **changes)


def test_a_feed_is_seeded_first_and_then_each_new_item_is_posted_once(project, sandbox, web):
    web.pages["/feed"] = feed("northern", "southern")
    from_feed(project, sandbox, web)
    project.run("run", "--once", code=None)
    assert project.queue() == []
    web.pages["/feed"] = feed("northern", "southern", "western")
    project.run("run", "--once")
    project.run("run", "--once", code=None)
    assert [(row["headline"], row["state"]) for row in project.queue()] == [("A western bridge", "published")]


def test_a_feed_that_was_down_at_first_floods_nobody_when_it_comes_back(project, sandbox, web):
    web.pages["/feed"] = (503, {"Retry-After": "0"}, b"")
    from_feed(project, sandbox, web)
    project.run("run", "--once", code=None)
    web.pages["/feed"] = feed("northern", "southern", "western")
    project.run("run", "--once", code=None)
    assert project.queue() == []


def test_an_article_whose_link_was_made_for_one_reader_is_held_and_the_others_go_out(project, sandbox):
    project.issue("bridges.eml", MAIL)
    changes = {"settle: 0s,": "settle: 0s, resolve: false,", "    link: ": "    # link: "}
    project.write(sandbox, to="[mastodon]", **changes)
    told = project.run("run", "--once", code=None)
    assert {row["headline"]: row["state"] for row in project.queue()} == {
        "The northern bridge opens": "published",
        "The southern bridge waits": "held",
    }
    assert "made for one reader" in told.stderr
    assert not any("click.bridges" in post["text"] for post in sandbox.posts())
