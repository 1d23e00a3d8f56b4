"""What `sharebot plan` shows: to the letter, and twice the same bytes."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import click
import pytest
from sqlalchemy import text as sql

from sharebot import app
from sharebot.cli.planning import text as drawing
from sharebot.cli.planning.view import View
from sharebot.config.values import Account, Config, Newsletter, Stream
from sharebot.model import Post, State
from sharebot.pipeline import Entry, Plan
from sharebot.pipeline.quota import Span
from sharebot.platforms.mastodon import Mastodon
from sharebot.schedule import Repost, Schedule
from sharebot.settings import Settings

NOW = "2026-11-24T07:00:00Z"
LATER = "2026-11-24T09:00:00Z"
FORMS = ("", "--json", "--ics", "--html")
CONFIG = """version: 1
timezone: Europe/Paris
accounts:
  mastodon: {platform: mastodon, server: https://mastodon.example, access_token: "${TOKEN}"}
  x: {platform: x, api_key: a, api_secret: b, access_token: c, access_secret: d, budget: 20 USD per month}
newsletters:
  weekly:
    source: {folder: issues, settle: 0s}
    since: all
    language: en
    link: "https://news.example.com/{issue.id}#{article.number}"
    posts:
      - name: articles
        to: [mastodon, x]
        schedule: {every: weekday, at: ["09:00", "12:30"]}
"""
ISSUE = """The Lighthouse

2026-11-24
01

Harbour Opens Again

The harbour opened again on Monday, the port authority said.

https://news.example.com/harbour

02

Museum Buys a Diary

The maritime museum bought a diary from 1841 for 12,000 euros.

https://news.example.com/diary

03

Night Ferry Sails

The night ferry sails again from Friday, and a ticket costs 19 euros.

https://news.example.com/ferry
"""
PICTURED = """---
title: News
date: 2026-11-24
---

## {}

![{}](https://img.example/a.jpg)

A fire burned at the port on Monday, the brigade said.
"""
NEW = """\
mastodon, times in Europe/Paris

+ Tue 24 Nov 2026 09:00  mastodon  2026-11 #1  Harbour Opens Again
  queued: weekdays at 09:00 and 12:30, Paris time
    Harbour Opens Again

    The harbour opened again on Monday, the port authority said.

    https://news.example.com/harbour
    [106/500]

+ Tue 24 Nov 2026 12:30  mastodon  2026-11 #2  Museum Buys a Diary
  queued: weekdays at 09:00 and 12:30, Paris time
    Museum Buys a Diary

    The maritime museum bought a diary from 1841 for 12,000 euros.

    https://news.example.com/diary
    [108/500]

+ Wed 25 Nov 2026 09:00  mastodon  2026-11 #3  Night Ferry Sails
  queued: weekdays at 09:00 and 12:30, Paris time
    Night Ferry Sails

    The night ferry sails again from Friday, and a ticket costs 19 euros.

    https://news.example.com/ferry
    [113/500]


x, times in Europe/Paris

+ Tue 24 Nov 2026 09:00  x  2026-11 #1  Harbour Opens Again
  queued: weekdays at 09:00 and 12:30, Paris time
    Harbour Opens Again

    The harbour opened again on Monday, the port authority said.

    https://news.example.com/harbour
    [106/280]

+ Tue 24 Nov 2026 12:30  x  2026-11 #2  Museum Buys a Diary
  queued: weekdays at 09:00 and 12:30, Paris time
    Museum Buys a Diary

    The maritime museum bought a diary from 1841 for 12,000 euros.

    https://news.example.com/diary
    [108/280]

+ Wed 25 Nov 2026 09:00  x  2026-11 #3  Night Ferry Sails
  queued: weekdays at 09:00 and 12:30, Paris time
    Night Ferry Sails

    The night ferry sails again from Friday, and a ticket costs 19 euros.

    https://news.example.com/ferry
    [113/280]


In 14 days
  mastodon: 3 posts, 3 with a link; at most 1 of 300 posts in 3 h
  x: 3 posts, 3 with a link; November 2026: 0.60 USD of 20 USD; at most 1 of 100 posts in 15 min

Plan: 6 new, 0 changed, 0 gone, 0 kept.
Nothing is changed yet: `sharebot run` queues and posts what is shown here.
"""
CHANGED = """\
mastodon, times in Europe/Paris

- Tue 24 Nov 2026 09:00  mastodon  2026-11 #1  Harbour Opens Again  (no longer in the issue, or no longer asked for)
~ Tue 24 Nov 2026 12:30  mastodon  2026-11 #2  Museum Buys a Diary
  queued: WHY
    Museum Buys a Diary

    The maritime museum bought [-a diary-]{+two diaries+} from 1841 for [-12,000-]{+19,000+} euros.

    https://news.example.com/diary
    [112/500]

= Wed 25 Nov 2026 09:00  mastodon  2026-11 #3  Night Ferry Sails  (queued)

x, times in Europe/Paris

= Tue 24 Nov 2026 08:30  x  2026-11 #3  Night Ferry Sails  (https://x.com/weekly/status/1)
- Tue 24 Nov 2026 09:00  x  2026-11 #1  Harbour Opens Again  (no longer in the issue, or no longer asked for)
~ Tue 24 Nov 2026 12:30  x  2026-11 #2  Museum Buys a Diary
  queued: WHY
    Museum Buys a Diary

    The maritime museum bought [-a diary-]{+two diaries+} from 1841 for [-12,000-]{+19,000+} euros.

    https://news.example.com/diary
    [112/280]


In 14 days
  mastodon: 2 posts, 2 with a link; at most 1 of 300 posts in 3 h
  x: 1 post, 1 with a link; November 2026: 0.40 USD of 20 USD; at most 1 of 100 posts in 15 min

Plan: 0 new, 2 changed, 2 gone, 2 kept.
Nothing is changed yet: `sharebot run` queues and posts what is shown here.
"""


@pytest.fixture
def place(home: Path) -> Path:
    (home / "sharebot.yaml").write_text(CONFIG)
    (home / "issues" / "2026-11.txt").write_text(ISSUE)
    return home


@pytest.fixture
def queue(place: Path) -> Callable[..., None]:
    """Queue what is planned, and then change rows as people and the publisher would."""

    def enqueue(*changes: str) -> None:
        found = app.load(place / "sharebot.yaml", secrets=False)
        now = datetime(2026, 11, 24, 7, tzinfo=UTC)
        with app.ledger(found) as ledger:
            wired = app.build(found, ledger)
            wired.pipeline.enqueue(wired.read(), now)
            with ledger.writing() as connection:
                for change in changes:
                    connection.execute(sql(f"update delivery set {change}"))

    return enqueue


OUT = (
    """state = 'published', receipts = '[{"id": "1", "url": "https://x.com/weekly/status/1", "version": ""}]'"""
    ", due = '2026-11-24 07:30:00' where account = 'x' and article = 3"
)


def edit(place: Path, old: str, new: str, file: str = "issues/2026-11.txt") -> None:
    text = (place / file).read_text()
    assert old in text
    (place / file).write_text(text.replace(old, new))


@pytest.fixture
def edited(place: Path, queue: Callable[..., None]) -> Path:
    """One post is out; then one article goes and another one changes."""
    queue(OUT)
    edit(place, "a diary from 1841 for 12,000", "two diaries from 1841 for 19,000")
    text = (place / "issues/2026-11.txt").read_text()
    first, _, rest = text.partition("\n01\n")
    second = rest.partition("02\n")[2]
    (place / "issues/2026-11.txt").write_text(f"{first}\n01\n{second}")
    return place


# ── for people ───────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.usefixtures("place")
def test_new_posts_are_shown_in_full_by_account_and_in_time_order(run):
    assert run("plan", "--now", NOW).stdout == NEW


@pytest.mark.usefixtures("edited")
def test_changed_gone_and_kept_posts_are_shown_with_what_changed(run):
    shown = run("plan", "--now", LATER).stdout
    assert re.sub(r"(?m)^  queued: .*$", "  queued: WHY", shown) == CHANGED


@pytest.mark.parametrize("form", FORMS)
def test_twice_the_same_bytes_and_nothing_is_written(run, edited, form):
    database = (edited / "sharebot.db").read_bytes()
    runs = {run("plan", *filter(None, [form]), "--now", LATER).stdout_bytes for _ in range(2)}
    assert len(runs) == 1
    assert (edited / "sharebot.db").read_bytes() == database


@pytest.mark.usefixtures("place")
@pytest.mark.parametrize("form", FORMS)
def test_seconds_of_the_clock_do_not_show(run, monkeypatch, form):
    found = set()
    for second in (1, 59):
        monkeypatch.setattr(app, "clock", lambda second=second: datetime(2026, 11, 24, 7, 0, second, tzinfo=UTC))
        found.add(run("plan", *filter(None, [form])).stdout_bytes)
    assert len(found) == 1


@pytest.mark.usefixtures("edited")
def test_on_a_terminal_what_goes_is_red_and_what_comes_is_green(run, monkeypatch):
    lines = drawing.lines
    monkeypatch.setattr(drawing, "lines", lambda view, **_: [json.dumps(list(lines(view, colour=True)))])
    words = "\n".join(json.loads(run("plan", "--now", LATER).stdout.splitlines()[0]))
    assert click.style("a diary", fg="red", strikethrough=True, bold=False) in words
    assert click.style("two diaries", fg="green", strikethrough=False, bold=True) in words
    assert "[-" not in words


@pytest.mark.parametrize(("variable", "colour"), [("", True), ("1", False)])
@pytest.mark.usefixtures("place")
def test_colours_are_for_terminals_that_want_them(run, monkeypatch, variable, colour):
    monkeypatch.setattr(drawing, "lines", lambda _, *, colour: [f"colour: {colour}"])
    monkeypatch.setenv("NO_COLOR", variable)
    assert run("plan").stdout.startswith("colour: False\n")
    monkeypatch.setattr("sharebot.cli.plan._on_terminal", lambda: True)
    assert run("plan").stdout.startswith(f"colour: {colour}\n")


def test_drafts_say_that_they_wait_and_for_whom(run, place):
    edit(place, "    since: all\n", "    since: all\n    approval: required\n", "sharebot.yaml")
    shown = run("plan", "--now", NOW).stdout
    assert "  draft: waits for approval\n    Harbour" in shown
    assert "`sharebot queue approve`" in shown.splitlines()[-1]


def test_a_persons_words_and_time_and_a_repost_are_told(run, answer, queue):
    queue("edited = 'ann', moved = 'ben', turn = 2 where account = 'x' and article = 2")
    assert "Museum Buys a Diary  (queued, again, 2, words by ann, time by ben)" in run("plan", "--now", NOW).stdout
    rows = answer("plan", "--now", NOW)["deliveries"]
    assert [(row["turn"], row["notes"]) for row in rows if row["turn"]] == [
        (2, ["again, 2", "words by ann", "time by ben"])
    ]


def test_an_approval_is_told(run, queue):
    queue("""signature = '{"hash": "h", "who": "eve", "at": "2026-11-24T07:00:00+00:00"}' where article = 1""")
    assert "(queued, approved by eve)" in run("plan", "--now", NOW).stdout


def test_a_warning_stands_beside_its_post_and_is_not_told_again(run, place):
    for page in ("harbour", "diary"):
        edit(place, f"https://news.example.com/{page}", f"https://news.invalidtld/{page}{'x' * 600}")
    result = run("plan", "--now", NOW)
    assert len(re.findall("^  ! .*the link is never cut", result.stdout, re.MULTILINE)) == 4
    assert "the link is never cut" not in result.stderr


def test_what_ended_long_ago_is_counted_and_in_json_still_listed(run, answer, queue):
    queue(OUT, "due = '2026-11-03 08:00:00' where account = 'x' and article = 3")
    shown = run("plan", "--now", NOW).stdout
    assert "= 1 published before, on x\n" in shown
    assert "03 Nov" not in shown
    assert len(answer("plan", "--now", NOW)["deliveries"]) == 6


@pytest.mark.parametrize("form", FORMS)
def test_what_was_queued_for_an_account_that_is_gone_is_gone(run, queue, place, form):
    queue()
    text = (place / "sharebot.yaml").read_text()
    (place / "sharebot.yaml").write_text(re.sub("  x: .*\n", "", text).replace("[mastodon, x]", "[mastodon]"))
    shown = run("plan", *filter(None, [form]), "--now", NOW).stdout
    assert {"": "x, times", "--ics": "CANCELLED", "--json": '"gone": 3', "--html": "3 gone"}[form] in shown


def test_times_in_several_zones_name_theirs(run, place):
    news = (place / "sharebot.yaml").read_text().partition("  weekly:")[2]
    other = news.replace("since: all", "since: all\n    timezone: Asia/Tokyo")
    other = other.replace("[mastodon, x]", "[mastodon]\n        duplicates: allow")
    with (place / "sharebot.yaml").open("a") as file:
        file.write(f"  other:{other}")
    shown = run("plan", "--now", NOW).stdout
    assert "mastodon, times in Asia/Tokyo and Europe/Paris" in shown
    assert "+ Wed 25 Nov 2026 09:00 Asia/Tokyo  mastodon  2026-11 #1" in shown
    assert "+ Tue 24 Nov 2026 09:00 Europe/Paris  mastodon  2026-11 #1" in shown
    assert "x, times in Europe/Paris" in shown


def test_an_empty_newsletter_is_fine(run, place):
    (place / "issues" / "2026-11.txt").unlink()
    assert run("plan", "--exit-code", "--now", NOW).stdout == (
        "Plan: 0 new, 0 changed, 0 gone, 0 kept.\nNothing to do: what is queued is what the newsletters ask for.\n"
    )
    assert "Nothing is asked for" in run("plan", "--html", "--now", NOW).stdout


@pytest.mark.parametrize("form", FORMS)
def test_the_exit_code_tells_whether_something_would_change(run, queue, place, form):
    arguments = ["plan", "--exit-code", "--now", NOW, *filter(None, [form])]
    run(*arguments, code=3)
    queue()
    run(*arguments)
    edit(place, "12,000", "19,000")
    run(*arguments, code=3)


@pytest.mark.usefixtures("place")
@pytest.mark.parametrize("forms", [("--ics", "--html"), ("--html", "--json"), ("--json", "--ics")])
def test_two_forms_at_once_are_a_mistake(run, forms):
    assert f"{forms[0]} and {forms[1]} exclude each other" in run("plan", *forms, code=2).stderr


# ── what it takes ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_more_than_a_network_takes_is_told_with_who_would_wait(run, answer, place):
    articles = "\n".join(f"{n:03}\n\nStory number {n}\n\nThe port tells story {n} today.\n" for n in range(1, 303))
    (place / "issues" / "2026-11.txt").write_text(f"The Lighthouse\n\n2026-11-24\n{articles}")
    edit(place, '{every: weekday, at: ["09:00", "12:30"]}', "now", "sharebot.yaml")
    edit(place, "[mastodon, x]", "[mastodon]", "sharebot.yaml")
    warning = (
        "mastodon: 302 posts within 3 h from Tue 24 Nov 08:00, the network takes 300; these would wait:"
        " “Story number 301”, “Story number 302”"
    )
    assert warning in answer("plan", "--now", NOW)["warnings"]
    assert f"warning: {warning}\n" in run("plan", "--now", NOW).stderr


def test_what_a_cap_keeps_back_is_named(run, place):
    edit(place, "budget: 20 USD per month", "most: 1 per day", "sharebot.yaml")
    words = "  x: because of 1 per day wait for a later time: “Museum Buys a Diary”, “Night Ferry Sails”\n"
    assert words in run("plan", "--now", NOW).stdout


# ── for programs ─────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.usefixtures("edited")
def test_json_tells_what_was_and_which_words_changed(answer):
    found = answer("plan", "--now", LATER)
    changed = next(row for row in found["deliveries"] if row["change"] == "changed")
    assert changed["before"] == {"state": "queued", "due": "2026-11-24T12:30:00+01:00"}
    assert ["old", "a diary"] in changed["words"][0]
    assert ["new", "two diaries"] in changed["words"][0]
    assert (changed["zone"], changed["turn"], changed["warnings"], changed["beside"]) == ("Europe/Paris", 0, [], [])
    assert found["counts"] == {"new": 0, "changed": 2, "gone": 2, "kept": 2}
    assert [row["words"] for row in found["deliveries"] if row["change"] != "changed"] == [[], [], [], []]


@pytest.mark.usefixtures("edited")
def test_json_has_the_budget_of_each_account(answer):
    mastodon, x = answer("plan", "--now", LATER)["quotas"]
    assert (x["account"], x["posts"], x["parts"], x["links"], x["cost"], x["budget"]) == ("x", 1, 1, 1, 0.2, 20)
    assert x["months"] == [{"month": "2026-11", "posts": 2, "links": 2, "cost": 0.4, "beyond": []}]
    assert mastodon["windows"] == [
        {
            "count": 300,
            "within": 10800,
            "source": "https://github.com/mastodon/mastodon/blob/main/app/lib/rate_limiter.rb",
            "unit": "posts",
            "per_post": 1,
            "spent": 1,
            "start": "2026-11-24T12:30:00+01:00",
            "waiting": [],
        }
    ]


def test_what_changed_beside_the_words_is_told(run, answer, queue, place):
    edit(place, "  x: {", "  b: {platform: bluesky, handle: a.example, app_password: c}\n  x: {", "sharebot.yaml")
    edit(place, "[mastodon, x]", "[b]", "sharebot.yaml")
    queue()
    edit(place, "Museum Buys a Diary", "Museum Buys Two Diaries")
    edit(
        place,
        "    since: all\n",
        "    since: all\n    warnings: [{words: [port], warning: Harbour}]\n",
        "sharebot.yaml",
    )
    rows = [row for row in answer("plan", "--now", NOW)["deliveries"] if row["change"] == "changed"]
    told = [said for row in rows for said in row["beside"]]
    assert "card title: Museum Buys a Diary → Museum Buys Two Diaries" in told
    assert "card title: Museum Buys a Diary → Museum Buys Two Diaries" in run("plan", "--now", NOW).stdout


def test_a_new_picture_and_a_new_warning_are_told(answer, queue, place):
    (place / "issues/2026-11.txt").unlink()
    (place / "issues/2026-11.md").write_text(PICTURED.format("Fire", "A boat"))
    edit(place, "[mastodon, x]\n", "[mastodon]\n        card: image\n", "sharebot.yaml")
    queue()
    edit(place, "A boat", "A ship", "issues/2026-11.md")
    cautions = "    warnings: [{words: [fire], warning: Flames, sensitive: true, label: graphic-media}]\n"
    edit(place, "    since: all\n", f"    since: all\n{cautions}", "sharebot.yaml")
    (row,) = answer("plan", "--now", NOW)["deliveries"]
    assert row["beside"] == [
        "content warning: none → Flames",
        "sensitive: false → true",
        "labels: none → graphic-media",
        "pictures: A boat → A ship",
    ]


def test_a_part_of_a_thread_that_goes_is_shown_as_gone(run, queue, place):
    edit(place, "- name: articles\n", "- name: articles\n        what: thread\n", "sharebot.yaml")
    queue()
    text, *_ = (place / "issues/2026-11.txt").read_text().partition("03\n")
    (place / "issues/2026-11.txt").write_text(text)
    shown = run("plan", "--now", NOW).stdout
    assert "    [-Night Ferry Sails\n\n" in shown
    assert "https://news.example.com/ferry-]\n\n" in shown


# ── what follows a post that is out ──────────────────────────────────────────────────────────────────────────────────


def view_of(*entries: Entry) -> View:
    network = Account("mastodon", "mastodon", Settings())
    repost = Stream("articles", ("mastodon",), Schedule("Europe/Paris", now=True, repost=Repost(timedelta(days=30), 2)))
    newsletter = Newsletter("weekly", "none", Settings(), (repost,))
    config = Config(Path("sharebot.yaml"), "Europe/Paris", {"mastodon": network}, {"weekly": newsletter})
    moment = datetime.fromisoformat(NOW)
    plan = Plan(list(entries))
    return View(plan, config, {"mastodon": Mastodon.rules}, [], Span(moment, moment + timedelta(days=14)), 14)


@pytest.mark.parametrize(
    ("edits", "note", "text"),
    [
        (True, "changes the post that is out", "The ferry [-runs-]{+sails+}"),
        (False, "replies to the post that is out, with a correction", "    The ferry sails\n"),
    ],
)
def test_a_correction_is_told_and_shows_what_it_changes_where_it_edits(delivery, edits, note, text):
    out = delivery("out", posts=(Post("The ferry runs"),), state=State.PUBLISHED, due=datetime.fromisoformat(NOW))
    change = replace(out, key="c", posts=(Post("The ferry sails"),), state=State.DRAFT, corrects="out", edits=edits)
    view = view_of(Entry(out, "kept", "published", out), Entry(change, "new", "the article changed"))
    shown = "\n".join(map(click.unstyle, drawing.lines(view, colour=False)))
    assert f"  {note}\n" in shown
    assert text in shown


def test_a_repost_says_which_of_how_many(delivery):
    again = delivery("again", turn=1, due=datetime.fromisoformat(NOW))
    shown = "\n".join(drawing.lines(view_of(Entry(again, "kept", "queued", again)), colour=False))
    assert "(queued, again, 1 of 2)" in shown


# ── for calendars ────────────────────────────────────────────────────────────────────────────────────────────────────


def calendar(data: bytes) -> tuple[dict[str, str], list[dict[str, str]]]:
    """Read an iCalendar strictly, by RFC 5545: CRLF, folds, one level of components, escapes."""
    assert data.endswith(b"\r\n")
    assert not re.search(rb"(?<!\r)\n|\r(?!\n)", data)
    lines = data.split(b"\r\n")[:-1]
    assert all(0 < len(line) <= 75 for line in lines)
    assert all(line.decode() for line in lines), "each piece of a fold is whole characters"
    unfolded = re.sub("\r\n[ \t]", "", data.decode()).removesuffix("\r\n").split("\r\n")
    assert (unfolded[0], unfolded[-1]) == ("BEGIN:VCALENDAR", "END:VCALENDAR")
    head: dict[str, str] = {}
    events: list[dict[str, str]] = []
    into = head
    for line in unfolded[1:-1]:
        name, _, value = line.partition(":")
        assert re.fullmatch(r"[A-Z-]+(;[A-Z-]+=[A-Z-]+)*", name), line
        assert not re.search(r"[\0-\x08\x0a-\x1f\x7f]", value)
        if name == "BEGIN":
            into = {}
        elif name == "END":
            events.append(into)
            into = head
        else:
            assert name not in into
            into[name] = unescaped(value) if name in {"SUMMARY", "DESCRIPTION", "CATEGORIES", "NAME"} else value
    return head, events


def unescaped(value: str) -> str:
    assert re.fullmatch(r"(?:[^\\;,]|\\[\\;,nN])*", value), value
    return re.sub(r"\\(.)", lambda found: "\n" if found[1] in "nN" else found[1], value)


@pytest.mark.usefixtures("edited")
def test_the_calendar_has_an_event_for_each_post(run):
    head, events = calendar(run("plan", "--ics", "--now", LATER).stdout_bytes)
    assert head["VERSION"] == "2.0"
    assert head["PRODID"]
    assert sorted((event["SUMMARY"], event["DTSTART"], event["STATUS"]) for event in events) == [
        ("mastodon: Harbour Opens Again", "20261124T080000Z", "CANCELLED"),
        ("mastodon: Museum Buys a Diary", "20261124T113000Z", "CONFIRMED"),
        ("mastodon: Night Ferry Sails", "20261125T080000Z", "CONFIRMED"),
        ("x: Harbour Opens Again", "20261124T080000Z", "CANCELLED"),
        ("x: Museum Buys a Diary", "20261124T113000Z", "CONFIRMED"),
        ("x: Night Ferry Sails", "20261124T073000Z", "CONFIRMED"),
    ]
    assert len({event["UID"] for event in events}) == 6
    out = next(event for event in events if event.get("URL"))
    assert (out["SUMMARY"], out["URL"]) == ("x: Night Ferry Sails", "https://x.com/weekly/status/1")
    assert {"UID", "DTSTAMP", "TRANSP"} <= out.keys()
    text = "Museum Buys a Diary\n\nThe maritime museum bought two diaries from 1841 for 19,000 euros.\n\n"
    assert any(event["DESCRIPTION"].startswith(text) for event in events)


def test_drafts_are_tentative_and_what_does_not_go_out_is_no_event(run, queue, place):
    edit(place, "    since: all\n", "    since: all\n    approval: required\n", "sharebot.yaml")
    queue("state = 'skipped' where article = 1")
    _, events = calendar(run("plan", "--ics", "--now", NOW).stdout_bytes)
    assert [event["STATUS"] for event in events] == ["TENTATIVE"] * 4


def test_a_calendar_holds_any_headline(run, place):
    headline = r"Ports, boats; and C:\new äöü 🎉 " + "字" * 60
    edit(place, "Harbour Opens Again", headline)
    _, events = calendar(run("plan", "--ics", "--now", NOW).stdout_bytes)
    assert f"x: {headline}" in {event["SUMMARY"] for event in events}


# ── for browsers ─────────────────────────────────────────────────────────────────────────────────────────────────────


class Page(HTMLParser):
    """Every element with its attributes, the words of the page, and whether all that opens is closed."""

    VOID = ("meta", "input", "br", "img", "link")

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []
        self.words = ""
        self._open: list[str] = []
        self.feed(page)
        assert not self._open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, {name: value or "" for name, value in attrs}))
        self._open += [] if tag in self.VOID else [tag]

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words += data

    def all(self, tag: str, kind: str = "") -> list[dict[str, str]]:
        return [at for name, at in self.found if name == tag and (not kind or kind in at.get("class", "").split())]


@pytest.fixture
def page(run: Callable[..., Any]) -> Callable[..., Page]:
    return lambda now=NOW, days=14: Page(run("plan", "--html", "--now", now, "--days", str(days)).stdout)


@pytest.mark.usefixtures("edited")
def test_the_page_has_a_calendar_and_below_it_each_post(page):
    shown = page(LATER)
    entries = shown.all("section", "entry")
    assert [entry["class"].split()[1] for entry in entries] == ["kept", "gone", "gone", "changed", "changed", "kept"]
    links = [link["href"] for link in shown.all("a") if link["href"].startswith("#post-")]
    assert sorted(links) == sorted(f"#{entry['id']}" for entry in entries)
    assert [len(shown.all(tag)) for tag in ("table", "th", "td", "del", "ins", "article")] == [1, 7, 7, 4, 4, 6]
    for words in ("112/280", "112/500", "Tuesday 24 November 2026", "Europe/Paris", "0.40 USD of 20 USD", "published"):
        assert words in shown.words
    assert {"lang": "en"} in shown.all("html")
    assert next(at["datetime"] for at in shown.all("time") if "T" in at["datetime"]) == "2026-11-24T08:30:00+01:00"


@pytest.mark.usefixtures("edited")
def test_the_page_loads_nothing_and_runs_nothing(run, page):
    shown = page(LATER)
    assert not [tag for tag, _ in shown.found if tag in {"script", "img", "link", "iframe", "object", "form", "base"}]
    assert not [at for _, at in shown.found if any(name.startswith("on") or name in {"src", "style"} for name in at)]
    policy = next(at["content"] for at in shown.all("meta") if at.get("http-equiv") == "Content-Security-Policy")
    assert re.fullmatch(r"default-src 'none'; style-src 'sha256-[\w+/=]+'; base-uri 'none'; form-action 'none'", policy)
    assert "url(" not in run("plan", "--html", "--now", LATER).stdout


def test_the_style_is_let_through_by_its_hash(run, place):  # noqa: ARG001 — the command runs there
    import hashlib
    from base64 import b64encode

    html = run("plan", "--html", "--now", NOW).stdout
    style = re.search("<style>(.*)</style>", html, re.DOTALL)
    assert style
    assert f"'sha256-{b64encode(hashlib.sha256(style[1].encode()).digest()).decode()}'" in html.replace("&#39;", "'")


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        '"><img src=x onerror=alert(1)>',
        "</style></title>{{ 7*7 }}{% raw %}",
        "' onclick='x",
    ],
)
def test_a_hostile_headline_is_only_words(page, place, hostile):
    edit(place, "Harbour Opens Again", f"Harbour {hostile} opens")
    shown = page()
    assert hostile in shown.words.replace("“", '"').replace("”", '"').replace("’", "'").replace("‘", "'")
    assert not shown.all("script")
    assert not shown.all("img")
    assert not [at for _, at in shown.found if any(name.startswith("on") for name in at)]


def test_links_are_drawn_as_each_network_draws_them(page, place):
    edit(place, "  x: {", "  b: {platform: bluesky, handle: a.example, app_password: c}\n  x: {", "sharebot.yaml")
    edit(place, "[mastodon, x]", "[b, mastodon]", "sharebot.yaml")
    shown = page()
    assert "https://news.example.com/harbour" in shown.words  # Bluesky shows the text as it is
    assert "news.example.com/harbour" in shown.words.replace("https://news.example.com/harbour", "")
    assert "@a.example" in shown.words
    assert "mastodon.example" in shown.words
    # What Bluesky's card tells of the page is drawn on Mastodon's, too.
    assert len(shown.all("a", "card")) == 6
    assert shown.words.count("The harbour opened again on Monday") >= 4


def test_pictures_and_warnings_are_drawn_in_words(page, place):
    (place / "issues" / "2026-11.txt").unlink()
    (place / "issues" / "2026-11.md").write_text(PICTURED.format("Fire at the port", "A burning boat"))
    edit(place, "        to: [mastodon, x]\n", "        to: [mastodon, x]\n        card: image\n", "sharebot.yaml")
    edit(
        place, "    since: all\n", "    since: all\n    warnings: [{words: [fire], warning: A fire}]\n", "sharebot.yaml"
    )
    shown = page()
    assert "A burning boat" in shown.words
    assert len(shown.all("details", "warning")) == 1
    assert not shown.all("img")


def test_weeks_without_posts_are_counted(page, place):
    edit(place, '{every: weekday, at: ["09:00", "12:30"]}', '{every: month, on: 1, at: "09:00"}', "sharebot.yaml")
    assert "weeks without posts" not in page().words
    edit(place, " on: 1,", " on: 8,", "sharebot.yaml")
    assert "1 week without posts" in page(days=30).words


def test_what_is_general_is_said_on_the_page_once(page, place):
    (place / "issues" / "empty.txt").write_text("")
    assert page().words.count("empty.txt") == 1


def test_a_zone_that_is_not_the_usual_one_stands_beside_the_time(page, place):
    edit(place, "    since: all\n", "    since: all\n    timezone: Asia/Tokyo\n", "sharebot.yaml")
    assert "09:00 Asia/Tokyo" in page().words
