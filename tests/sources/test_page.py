from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import ValidationError

from sharebot.model import Hints
from sharebot.sources.page import Page

NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)
LATER = NOW + timedelta(minutes=15)
HTML = {"Content-Type": "text/html; charset=utf-8"}


def issue(*heads, title="The Coast", more=""):
    parts = "".join(
        f"<h2><a href='https://b.example/{head}'>{head} sails</a></h2><p>It sailed at dawn and came home late.</p>"
        for head in heads
    )
    return (200, HTML, f"<html><head><title>{title}</title>{more}</head><body>{parts}</body></html>".encode())


def archive(*paths, title="Archive"):
    links = "".join(f"<li><a href='{path}'>The Coast, {path[-2:]}</a> 1 July</li>" for path in paths)
    body = f"<nav><a href='/about'>About</a><a href='/archive'>Archive</a></nav><ul>{links}</ul>"
    return (200, HTML, f"<html><head><title>{title}</title></head><body>{body}</body></html>".encode())


def source(web, path="/latest", **settings):
    whole = {"url": f"{web.url}{path}", "allow_private": True, **settings}
    return Page(Page.Settings.model_validate(whole), Path(), Hints())


def heads(reading):
    return [[article.headline for article in found.articles] for found in reading.issues]


def test_a_page_is_the_newest_issue(web):
    web.pages["/latest"] = issue("Anna", "Berta")
    reading = source(web).read(NOW)
    assert heads(reading) == [["Anna sails", "Berta sails"]]
    assert reading.problems == ()
    assert reading.issues[0].articles[1].url == "https://b.example/Berta"


def test_the_next_issue_at_the_same_place_is_another_one_and_a_corrected_one_the_same(web):
    ids = []
    for heads_then in (("Anna", "Berta"), ("Anna", "Berta", "Cora"), ("Dora", "Emma")):
        web.pages["/latest"] = issue(*heads_then)
        ids += [found.id for found in source(web).read(NOW).issues]
    assert ids[0] == ids[1] != ids[2]
    assert all(name.startswith("latest-") for name in ids)


def test_a_lone_article_at_a_place_that_all_issues_share_has_an_address_of_its_own(web):
    urls = []
    for day in ("2026-06-30", "2026-07-07"):
        body = f"<title>Letter</title><meta name=date content={day}><p>What I thought this week was this.</p>"
        web.pages["/latest"] = (200, HTML, body.encode())
        (found,) = source(web).read(NOW).issues
        urls.append(found.articles[0].url)
    assert urls == [f"{web.url}/latest#2026-06-30", f"{web.url}/latest#2026-07-07"]


def test_an_issue_that_says_its_own_address_is_named_by_it(web):
    web.pages["/latest"] = issue("Anna", "Berta", more="<link rel=canonical href='/2026/issue-12'>")
    (found,) = source(web).read(NOW).issues
    assert found.url == f"{web.url}/2026/issue-12"
    assert found.id.startswith("2026-issue-12-")


def test_an_archives_newest_issues_are_read_each_once(web):
    paths = [f"/issues/coast-{n}" for n in (14, 13, 12, 11)]
    web.pages |= {path: issue(f"A{path[-2:]}", f"B{path[-2:]}") for path in paths}
    web.pages["/archive"] = archive(*paths)
    page = source(web, "/archive", newest=2)
    assert heads(page.read(NOW)) == [["A14 sails", "B14 sails"], ["A13 sails", "B13 sails"]]
    web.pages["/archive"] = archive("/issues/coast-15", *paths)
    web.pages["/issues/coast-15"] = issue("A15", "B15")
    assert heads(page.read(LATER)) == [["A15 sails", "B15 sails"], ["A14 sails", "B14 sails"]]
    assert web.paths() == ["/archive", *paths[:2], "/archive", "/issues/coast-15"]


def test_an_archive_whose_oldest_issue_comes_first_is_read_from_its_end(web):
    paths = [f"/issue-{n}" for n in range(8, 13)]
    web.pages |= {path: issue(f"A{path}", f"B{path}") for path in paths} | {"/archive": archive(*paths)}
    assert heads(source(web, "/archive", newest=1).read(NOW)) == [["A/issue-12 sails", "B/issue-12 sails"]]


def test_an_issue_that_cannot_be_read_is_a_problem_and_tried_again_though_the_list_is_the_same(web):
    paths = [f"/p/{name}" for name in ("anna", "berta", "cora", "dora")]
    web.pages |= {path: issue(f"A{path}", f"B{path}") for path in paths[1:]}

    def listed(handler):
        known = handler.headers["If-None-Match"] == '"1"'
        handler.answer(304, {}, b"") if known else handler.answer(200, HTML | {"ETag": '"1"'}, archive(*paths)[2])

    web.pages["/archive"] = listed
    page = source(web, "/archive")
    first = page.read(NOW)
    assert len(first.issues) == 3
    assert str(first.problems[0]).startswith(f"{web.url}/p/anna: it answered 404")
    web.pages["/p/anna"] = issue("Anna", "Berta")
    second = page.read(LATER)
    assert (len(second.issues), second.problems) == (4, ())
    assert page.read(LATER + timedelta(minutes=15)) == second
    assert web.paths().count("/p/berta") == 1


def test_an_editor_may_say_what_the_page_is(web):
    web.pages |= {"/latest": archive("/p/a", "/p/b", "/p/c", "/p/d"), "/short": archive("/p/a", title="Coast")}
    web.pages["/p/a"] = issue("Anna", "Berta")
    assert len(source(web, page="issue").read(NOW).issues) <= 1
    assert "/p/a" not in web.paths()
    assert heads(source(web, "/short", page="archive").read(NOW)) == [["Anna sails", "Berta sails"]]


def test_an_archive_that_lists_nothing_is_a_problem_with_the_cure(web):
    web.pages["/latest"] = issue("Anna")
    (problem,) = source(web, page="archive").read(NOW).problems
    assert "it lists no issues" in str(problem)


def test_a_failing_page_keeps_its_issues_and_one_that_is_gone_is_told_once(web):
    web.pages["/latest"] = issue("Anna", "Berta")
    page = source(web)
    before = page.read(NOW).issues
    web.pages["/latest"] = (503, {"Retry-After": "3600"}, b"")
    assert (page.read(LATER).issues, len(page.read(LATER).problems)) == (before, 1)
    web.pages["/latest"] = (410, {}, b"")
    told, after = (page.read(LATER + timedelta(hours=hours)) for hours in (2, 4))
    assert (len(told.problems), after.problems, after.issues) == (1, (), before)
    assert len(web.seen) == 3


def test_a_page_without_an_article_is_a_problem_that_names_its_address(web):
    web.pages["/latest"] = (200, HTML, b"<html><body></body></html>")
    (problem,) = source(web).read(NOW).problems
    assert problem.place == f"{web.url}/latest"


def test_a_feed_or_a_text_at_the_address_is_read_as_what_it_is(web):
    feed = b"<?xml version='1.0'?><rss version='2.0'><channel><item><title>Anna</title></item></channel></rss>"
    web.pages |= {
        "/latest": (200, {"Content-Type": "text/xml"}, feed),
        "/plain": (200, {"Content-Type": "text/plain"}, feed),
    }
    web.pages["/text"] = (200, {"Content-Type": "text/plain; charset=utf-8"}, b"Title\n\n01\n\nHead\n\nText.\n")
    assert heads(source(web).read(NOW)) == heads(source(web, "/plain").read(NOW)) == [["Anna"]]
    assert heads(source(web, "/text").read(NOW)) == [["Head"]]


@pytest.mark.parametrize("settings", [{"url": "a.example"}, {"page": "list"}, {"newest": 0}, {"every": "1s"}])
def test_settings_that_make_no_sense_are_refused(settings):
    with pytest.raises(ValidationError):
        Page.Settings.model_validate({"url": "https://a.example/"} | settings)
