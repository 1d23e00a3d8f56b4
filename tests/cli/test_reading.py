"""read and init: a first impression of a newsletter, from a file, a folder or the web."""

import pytest

PAGE = b"""<html lang="de"><head><title>Hafenpost 7</title>
<link rel="alternate" type="application/rss+xml" href="/feed.xml"></head><body>
<p><a href="/browser">View in browser</a></p>
<h1>Hafenpost 7</h1>
<h2><a href="https://hafen.example/kran">Der Kran steht wieder</a></h2><p>Seit Montag hebt er wieder Boote.</p>
<h2><a href="https://hafen.example/licht">Neues Licht am Kai</a></h2><p>Es schaltet sich bei Nebel selbst ein.</p>
<h2>Sponsor</h2><p>Kaufen Sie Farbe.</p>
<p><a href="/unsubscribe">Abmelden</a></p></body></html>"""
FEED = b"""<?xml version="1.0"?><rss version="2.0"><channel><title>Hafenpost</title><language>de</language>
<item><title>Hafenpost 8</title><guid>8</guid><link>https://hafen.example/8</link><description>&lt;h2&gt;&lt;a
href="https://hafen.example/a"&gt;Erster&lt;/a&gt;&lt;/h2&gt;&lt;p&gt;Text eins.&lt;/p&gt;&lt;h2&gt;&lt;a
href="https://hafen.example/b"&gt;Zweiter&lt;/a&gt;&lt;/h2&gt;&lt;p&gt;Text zwei.&lt;/p&gt;</description></item>
<item><title>Hafenpost 7</title><guid>7</guid><link>https://hafen.example/7</link><description>&lt;h2&gt;&lt;a
href="https://hafen.example/c"&gt;Dritter&lt;/a&gt;&lt;/h2&gt;&lt;p&gt;Text drei.&lt;/p&gt;&lt;h2&gt;&lt;a
href="https://hafen.example/d"&gt;Vierter&lt;/a&gt;&lt;/h2&gt;&lt;p&gt;Text vier.&lt;/p&gt;</description></item>
</channel></rss>"""
MAIL = """From: post@hafen.example
Subject: Ein Kran
Date: Mon, 2 Nov 2026 09:00:00 +0100
List-Unsubscribe: <https://click.hafen.example/out?u=aXk39fkl2kfj38fjw0>
Content-Type: text/html; charset=utf-8

<h2><a href="https://click.hafen.example/ls/click?upn=u001.Zk3jdf93kfLsdk3902kdlsW">Der Kran</a></h2><p>Er steht.</p>
<h2><a href="https://click.hafen.example/ls/click?upn=u001.Bd8sk20dkw93kdlsmq2kXw">Das Licht</a></h2><p>Es geht.</p>
"""


def test_read_says_how_it_found_the_articles_and_lists_on_demand_what_it_left_out(run, home):
    (home / "7.html").write_bytes(PAGE)
    said = run("read", "7.html").stdout
    assert "each heading opens an article (2)" in said
    assert "--explain" in said
    explained = run("read", "7.html", "--explain").stdout
    assert "a sponsor's block: Sponsor: Kaufen Sie Farbe." in explained


def test_read_takes_an_editors_hints(answer, home):
    (home / "7.html").write_bytes(PAGE)

    def headlines(*hints):
        return [article["headline"] for article in answer("read", "7.html", *hints)["issues"][0]["articles"]]

    assert headlines("--exclude", "*Licht*") == ["Der Kran steht wieder"]
    assert headlines("--include", "Neues*") == ["Neues Licht am Kai"]
    assert headlines("--include", "Sponsor") == ["Sponsor"]
    assert len(headlines("--split", "whole")) == 1


def test_a_way_to_split_that_does_not_exist_is_a_usage_error_with_those_that_do(run):
    assert "headings 2, numbers" in run("read", "issues", "--split", "chapters", code=2).stderr


def test_read_shows_a_page_or_a_feed_from_the_web(answer, web):
    web.pages = {"/7": (200, {"Content-Type": "text/html"}, PAGE), "/feed.xml": (200, {}, FEED)}
    (page,) = answer("read", f"{web.url}/7", "--allow-private")["issues"]
    assert [article["url"] for article in page["articles"]] == [
        "https://hafen.example/kran",
        "https://hafen.example/licht",
    ]
    issues = answer("read", f"{web.url}/feed.xml", "--allow-private")["issues"]
    assert [(issue["title"], len(issue["articles"])) for issue in issues] == [("Hafenpost 8", 2), ("Hafenpost 7", 2)]


def test_read_refuses_a_private_address_unless_told(run, web):
    assert "private network" in run("read", f"{web.url}/7", code=1).stderr


def test_a_link_made_for_one_reader_is_shown_as_none(answer, run, home):
    (home / "kran.eml").write_text(MAIL)
    articles = answer("read", "kran.eml")["issues"][0]["articles"]
    assert [(article["url"], article["private_link"]) for article in articles] == [(None, True)] * 2
    assert "made for one reader" in run("read", "kran.eml").stdout


@pytest.mark.parametrize("place", ["/7", "/feed.xml"])
def test_init_writes_a_configuration_that_check_accepts_and_prefers_the_feed(run, home, web, place):
    web.pages = {"/7": (200, {"Content-Type": "text/html"}, PAGE), "/feed.xml": (200, {}, FEED)}
    run("init", f"{web.url}{place}", "--allow-private", "-o", "new/sharebot.yaml")
    text = (home / "new" / "sharebot.yaml").read_text()
    assert f'feed: "{web.url}/feed.xml"' in text
    assert "  hafenpost:" in text
    assert "language: de" in text
    run("check", "new/sharebot.yaml", "--without-secrets")


def test_init_takes_a_folder_relative_to_the_file_that_it_writes(run, home):
    run("init", "issues", "-o", "config/my.yaml")
    assert 'folder: "../issues"' in (home / "config" / "my.yaml").read_text()
    run("check", "config/my.yaml", "--without-secrets")


def test_init_overwrites_nothing(run, home):
    before = (home / "sharebot.yaml").read_text()
    assert "is there already" in run("init", "issues", code=1).stderr
    assert (home / "sharebot.yaml").read_text() == before


def test_init_needs_a_folder_or_an_address(run):
    assert "no folder and no address" in run("init", "nothing", code=1).stderr


def test_words_from_outside_cannot_leave_their_place_in_the_new_file(run, home):
    (home / "odd").mkdir()
    (home / "odd" / "a.md").write_text("# One\nversion: 2 {zone}\n\n## Head\n\nText: {name} of the harbour.\n")
    run("init", "odd", "-o", "odd.yaml")
    run("check", "odd.yaml", "--without-secrets")
