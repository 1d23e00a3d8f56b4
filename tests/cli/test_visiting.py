"""check --online: the links of the newest issues, against a real server."""

import datetime as dt
import threading

import pytest

from sharebot.cli import visiting
from sharebot.cli.visiting import visit, words
from sharebot.config.values import Newsletter
from sharebot.model import Article, Identity, Issue, Reading
from sharebot.platforms.bluesky import Bluesky
from sharebot.platforms.mastodon import Mastodon
from sharebot.settings import Settings


class Private(Settings):
    allow_private: bool = True


NEWSLETTER = Newsletter("weekly", "feed", Private(), ())
OK: tuple[int, dict[str, str], bytes] = (200, {}, b"all is well")


def issue(*urls, day=1, name="new"):
    articles = tuple(Article(number, "A", (), url) for number, url in enumerate(urls, 1))
    return Issue(name, "One", articles, dt.date(2026, 11, day))


def visited(*issues, newsletter=NEWSLETTER):
    return visit({"weekly": newsletter}, {"weekly": Reading(issues=issues)})


def test_a_dead_link_is_told_with_what_its_server_says(web):
    web.pages |= {"/ok": OK, "/gone": (410, {}, b""), "/busy": (503, {}, b""), "/shut": (403, {}, b"")}
    found = visited(issue(*(f"{web.url}/{page}" for page in ("ok", "lost", "gone", "busy", "shut"))))
    assert [(row["article"], *(key for key in ("dead", "error") if key in row)) for row in found] == [
        (2, "dead"),
        (3, "dead"),
        (4, "error"),
        (5, "error"),
    ]
    assert words(found[0]).startswith(f"weekly, new, article 2: {web.url}/lost is dead: it answered 404 Not Found")
    assert "cannot be opened: it answered 403 Forbidden" in words(found[3])


def test_a_link_that_leads_elsewhere_is_told_with_where(web):
    web.pages |= {
        "/old": (301, {"Location": "/older"}, b""),
        "/older": (302, {"Location": "/new"}, b""),
        "/new": OK,
        "/round": (302, {"Location": "/round"}, b""),
        "/lost": (301, {"Location": "/nowhere"}, b""),
    }
    old, new, round_, lost = (f"{web.url}/{page}" for page in ("old", "new", "round", "lost"))
    led, circling, dead = visited(issue(old, f"{new}#part", round_, lost))
    assert led["leads_to"] == new
    assert words(led).endswith(f"{old} leads on to {new}")
    assert "redirected more than" in circling["error"]
    assert "404" in dead["dead"]


def test_only_the_newest_issue_is_looked_at_and_each_link_once(web):
    web.pages["/a"] = OK
    assert visited(issue(f"{web.url}/old", day=1, name="old"), issue(*[f"{web.url}/a"] * 3, day=2)) == []
    assert web.paths() == ["/a"]


def test_an_article_without_an_address_is_visited_at_the_newsletters_link(web):
    newsletter = Newsletter("weekly", "feed", Private(), (), link=f"{web.url}/{{issue.id}}")
    assert [row["url"] for row in visited(issue(None), newsletter=newsletter)] == [f"{web.url}/new"]
    assert visited(issue(None)) == []
    assert visited() == []


def test_so_many_links_are_visited_and_no_more(web, monkeypatch):
    monkeypatch.setattr(visiting, "MOST", 3)
    assert len(visited(issue(*(f"{web.url}/{n}" for n in range(9))))) == 3


def test_links_are_visited_side_by_side(web):
    together = threading.Barrier(4, timeout=10)

    def page(handler):
        together.wait()
        handler.answer(*OK)

    web.pages |= {f"/{n}": page for n in range(4)}
    assert visited(issue(*(f"{web.url}/{n}" for n in range(4)))) == []


def test_a_page_is_not_read_however_long_it_is(web):
    def endless(handler):
        handler.send_response(200)
        handler.end_headers()
        while True:
            handler.wfile.write(b"x" * 65536)

    web.pages["/long"] = endless
    assert visited(issue(f"{web.url}/long")) == []


def test_a_private_network_is_visited_only_where_the_source_may(web):
    class Public(Settings):
        pass

    (row,) = visited(issue(f"{web.url}/a"), newsletter=Newsletter("weekly", "folder", Public(), ()))
    assert row["error"]
    assert web.seen == []


@pytest.fixture
def _signed_in(home, monkeypatch):  # noqa: ARG001 - which forgets the variables
    monkeypatch.setenv("TOKEN", "t")
    monkeypatch.setenv("PASSWORD", "p")
    for network in (Mastodon, Bluesky):
        monkeypatch.setattr(network, "identity", lambda _: Identity("@weekly"))


@pytest.mark.usefixtures("_signed_in")
def test_check_online_warns_of_links_and_of_what_cannot_be_read(run, answer, home, web):
    web.pages |= {"/feed": (200, {}, FEED.replace("HERE", web.url).encode()), "/moved": (301, {"Location": "/b"}, b"")}
    web.pages["/b"] = OK
    path = home / "sharebot.yaml"
    source = f"{{feed: {web.url}/feed, items: issues, allow_private: true}}"
    path.write_text(path.read_text().replace("{folder: issues, settle: 0s}", source))
    said = run("check", "--online")
    assert "/lost is dead: it answered 404" in said.stderr
    assert f"/moved leads on to {web.url}/b" in said.stderr
    assert "nothing is wrong" in said.stdout
    found = answer("check", "--online")
    assert {row["url"] for row in found["links"]} == {f"{web.url}/lost", f"{web.url}/moved"}
    assert (found["ok"], found["unread"]) == (True, [])
    web.pages["/feed"] = (404, {}, b"")
    assert "404" in answer("check", "--online")["unread"][0]


FEED = """<rss version="2.0"><channel><title>Weekly</title><link>HERE/</link>
<item><title>The seventh issue</title><link>HERE/7</link><pubDate>Mon, 02 Nov 2026 08:00:00 GMT</pubDate><description>
<![CDATA[<h2><a href="HERE/lost">Harbour opens again</a></h2><p>The harbour opened again on Monday.</p>
<h2><a href="HERE/moved">Museum buys a diary</a></h2><p>The museum bought a diary from 1841.</p>]]></description>
</item></channel></rss>"""
