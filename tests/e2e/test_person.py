"""A person in the loop: real commands beside a real daemon, against the sandbox."""

import json
import signal
import sqlite3
import sys
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from sharebot.outbox.codec import posts_to_json, signed
from sharebot.outbox.lock import wake

pytestmark = [pytest.mark.integration, pytest.mark.timeout(180)]

REQUIRED = {"language: en": "language: en\n    approval: required"}
TWO = {"language: en": "language: en\n    approval: {by: [ann, bob], two_people: true}"}
ISSUE = "2024-02-22"


def force(project, key, **values):
    """Change a row behind everybody's back, as whoever can write the file may, and ring the daemon."""
    names = ", ".join(f"{name} = ?" for name in values)
    with closing(sqlite3.connect(project.home / "sharebot.db")) as database, database:
        assert database.execute(f"UPDATE delivery SET {names} WHERE key = ?", [*values.values(), key]).rowcount == 1
        first = "SELECT min(due) FROM delivery WHERE account = name AND state = 'queued'"
        database.execute(f"UPDATE account SET wake = ({first})")
    wake(project.home / "sharebot.db")


def forged(row, who):
    return json.dumps({"hash": signed(row.posts), "who": who, "at": "2024-02-22T09:00:00+00:00"})


def history(project, key):
    with project.ledger() as ledger:
        return [(event.who, event.after.value, event.why) for event in ledger.history(key)]


def acts(project, key):
    return [(who, after) for who, after, _ in history(project, key)]


def put_back(project, key, why):
    """Whether the publisher itself, and not a reading, made a draft of it."""
    who, after, said = history(project, key)[-1]
    return (who, after) == ("publisher", "draft") and why in said


def act(project, *words, code=0, who="ann", **env):
    return project.run("queue", *words, "--by", who, code=code, **env)


def texts(sandbox, network=None):
    return sorted(post["text"] for post in sandbox.posts() if network in {None, post["network"]})


# ── approval ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_nothing_unapproved_goes_out_and_what_is_approved_is_sent_to_the_byte_as_it_was_shown(project, sandbox):
    project.write(sandbox, **REQUIRED)
    project.issue()
    project.run("run", "--once")
    rows = project.rows()
    assert ({row.state for row in rows.values()}, sum(sandbox.requests().values())) == ({"draft"}, 0)
    keys = [row.key for row in rows.values()]
    shown, parts = project.run("queue", "show", *keys).stdout, project.json("queue", "show", *keys)["deliveries"]

    act(project, "approve", "--issue", ISSUE)
    project.run("run", "--once")
    posts = sandbox.posts()
    assert len(posts) == 9
    assert all(f"\n{post['text']}\n[" in shown for post in posts)
    assert sorted((post["network"], post["text"]) for post in posts) == sorted(
        (row["platform"], row["parts"][0]["text"]) for row in parts
    )


def test_what_was_queued_or_altered_in_the_file_itself_is_not_sent_and_becomes_a_draft_again(
    project, sandbox, daemon, eventually
):
    project.write(sandbox, to="[bluesky]", **REQUIRED)
    project.issue()
    project.run("run", "--once")
    daemon()
    unsigned, reworded, recarded = project.rows().values()
    project.run("pause")
    act(project, "approve", reworded.key, recarded.key)
    force(project, unsigned.key, state="queued")
    (post,), (carded,) = reworded.posts, recarded.posts
    changed = {
        reworded.key: replace(post, text=post.text.replace(".", "!", 1)),
        recarded.key: replace(carded, card=replace(carded.card, url="https://elsewhere.example")),
    }
    for key, other in changed.items():
        force(project, key, posts=json.dumps(posts_to_json([other])))

    project.run("resume")
    assert eventually(lambda: put_back(project, unsigned.key, "nobody has approved it"))
    assert all(eventually(lambda k=key: put_back(project, k, "its text changed after ann")) for key in changed)
    assert sum(sandbox.requests().values()) == 0


def test_only_those_who_may_approve_do_and_nobody_their_own_words(project, sandbox, daemon, eventually):
    project.write(sandbox, to="[mastodon]", **TWO)
    project.issue()
    project.run("run", "--once")
    daemon()
    one, two, _ = project.rows().values()
    assert "carl may not approve it; it takes ann or bob" in act(project, "approve", one.key, who="carl", code=1).stderr
    act(project, "edit", one.key, "--text", f"Ann's own words {one.posts[0].links[0]}")
    assert "another person has to" in act(project, "approve", one.key, two.key, code=1).stderr
    edited = project.rows()["mastodon", 1]
    force(project, one.key, state="queued", signature=forged(edited, "ann"))
    assert eventually(lambda: put_back(project, one.key, "ann edited it"))
    force(project, two.key, state="queued", signature=forged(two, "carl"))
    assert eventually(lambda: put_back(project, two.key, "carl may not approve it"))
    assert sum(sandbox.requests().values()) == 0

    assert one.key in act(project, "approve", "--all", code=1).stderr
    act(project, "approve", one.key, who="bob")
    assert eventually(lambda: len(sandbox.posts()) == 3)
    assert edited.posts[0].text in texts(sandbox)
    assert acts(project, one.key)[-4:] == [
        ("publisher", "draft"),
        ("bob", "queued"),
        ("publisher", "sending"),
        ("publisher", "published"),
    ]


# ── a person's own words ─────────────────────────────────────────────────────────────────────────────────────────────


def test_words_from_an_editor_are_approved_by_another_outlive_every_reading_and_are_sent(project, sandbox):
    project.write(sandbox, to="[mastodon]", **TWO)
    project.issue()
    project.run("run", "--once")
    row = project.rows()["mastodon", 1]
    act(project, "approve", row.key)
    script = project.home / "editor.py"
    script.write_text(
        "import pathlib, sys\n"
        "file = pathlib.Path(sys.argv[1])\n"
        "text = file.read_text()\n"
        f"assert {row.posts[0].text!r} in text\n"
        f"file.write_text(text.replace({row.posts[0].text!r}, 'Café open 🚢 {row.posts[0].links[0]}'))\n"
    )
    said = act(project, "edit", row.key, EDITOR=f"{sys.executable} '{script}'", VISUAL="")
    edited = project.rows()["mastodon", 1]
    length = len("Café open 🚢 ") + 23  # Mastodon counts every link as 23
    assert f"mastodon, post 1: {length}/500" in said.stderr
    assert (edited.state, edited.edited, edited.posts[0].text[:11]) == ("draft", "ann", "Café open 🚢")

    project.write(sandbox, to="[mastodon]", **TWO, **{"schedule: now": 'schedule: now\n        text: "Read {link}"'})
    project.issue(content=project.text.replace("fuel dock", "fuel quay"))
    plan = project.json("plan")
    assert [row["change"] for row in plan["deliveries"]] == ["kept", "changed", "changed"]
    assert any("ann edited it, and the article has changed since" in words for words in plan["warnings"])
    act(project, "approve", "--all", code=1)
    act(project, "approve", row.key, who="bob")
    project.run("run", "--once")
    assert [post.text for post in project.rows()["mastodon", 1].posts] == texts(sandbox)
    assert texts(sandbox) == [edited.posts[0].text]
    assert project.states() == ["draft", "draft", "published"]


OVERRIDE = """articles:
  1: {skip: true}
  2:
    text: "Own words {link}"
    accounts: {mastodon: {text: "Only here {link}"}}
  New Buoys:
    accounts: {x: {skip: true}, bluesky: {when: 2099-12-01 12:30}}
"""


def test_a_file_beside_an_issue_rules_its_words_times_and_gaps_at_every_reading(project, sandbox):
    project.write(sandbox)
    project.issue()
    project.issue(f"{ISSUE}.sharebot.yaml", OVERRIDE)
    for template in ("schedule: now", 'schedule: now\n        text: "Read {headline} {link}"'):
        project.write(sandbox, **{"schedule: now": template})
        project.run("run", "--once")
        link = f"https://news.example.com/{ISSUE}#2"
        assert sorted((p["network"], p["text"]) for p in sandbox.posts() if link in p["text"]) == [
            ("bluesky", f"Own words {link}"),
            ("mastodon", f"Only here {link}"),
            ("x", f"Own words {link}"),
        ]
        assert len(sandbox.posts()) == 4
    waiting = project.rows()["bluesky", 3]
    assert (waiting.state, waiting.wall) == ("queued", "2099-12-01T12:30")
    assert waiting.posts[0].text.startswith("Read New Buoys")
    assert ("x", 3) not in project.rows()


def test_a_broken_file_beside_an_issue_holds_it_back_is_told_and_does_no_harm_once_it_is_mended(
    project, sandbox, daemon, log, eventually
):
    project.write(sandbox, to="[mastodon]", schedule='{every: day, at: "09:00"}')
    project.issue()
    project.run("run", "--once", "--now", "2026-12-01T08:59:00Z")
    before = project.rows()
    project.issue(f"{ISSUE}.sharebot.yaml", "articles:\n  1: {skipp: true}\n")
    place = f"issues/{ISSUE}.sharebot.yaml:2:7: articles.1.skipp: unknown key (did you mean 'skip'?)"
    assert any(place in words for words in project.json("plan")["warnings"])
    project.write(sandbox, to="[mastodon]")
    assert place in project.run("run", "--once", code=1).stderr
    assert (project.rows(), sandbox.posts()) == (before, [])

    daemon()
    assert eventually(lambda: any(place in event["warning"] for event in log.events("plan.warning")), 60)
    project.issue(f"{ISSUE}.sharebot.yaml", "articles:\n  1: {skip: true}\n")
    mended = {1: "skipped", 2: "published", 3: "published"}
    assert eventually(lambda: {at: row.state for (_, at), row in project.rows().items()} == mended, 60)
    assert len(sandbox.posts()) == 2


# ── what follows a post ──────────────────────────────────────────────────────────────────────────────────────────────


def corrected(project):
    return project.text.replace("Forty boats left in the first hour", "Sixty boats left in the second hour")


def later():
    return (datetime.now(UTC) + timedelta(minutes=2)).isoformat()


def test_a_changed_article_is_corrected_once_on_every_network_also_where_the_daemon_is_killed_over_it(
    project, sandbox, daemon, eventually
):
    project.write(sandbox)
    project.issue()
    project.run("run", "--once")
    project.issue(content=corrected(project))
    project.run("run", "--once")
    offers = {row["account"]: row for row in project.json("queue", "list", "--corrections")["deliveries"]}
    hows = {account: row["how"] for account, row in offers.items()}
    assert hows == {"mastodon": "edit", "x": "reply", "bluesky": "reply"}
    assert len(sandbox.posts()) == 9

    for network in offers:
        sandbox.fault(network, "slow", times=1, seconds=10)
    asked = sandbox.requests()
    running = daemon()
    act(project, "approve", "--all")

    def states():
        with project.ledger() as ledger:
            return sorted(row.state.value for row in ledger.deliveries() if row.corrects)

    assert eventually(lambda: all(sandbox.requests()[name] > asked[name] for name in offers), 60)
    assert states() == ["sending"] * 3
    project.stop(running, signal.SIGKILL)
    assert eventually(lambda: len(sandbox.posts()) == 11 and any(post["before"] for post in sandbox.posts()), 60)
    project.run("run", "--once", code=None)
    project.run("run", "--once", "--now", later())
    assert states() == ["published"] * 3

    posts = {post["id"]: post for post in sandbox.posts()}
    assert len(posts) == 11
    (edited,) = [post for post in posts.values() if post["before"]]
    assert edited["url"] == offers["mastodon"]["original"]
    assert ("Sixty" in edited["text"], len(edited["before"]), "Forty" in edited["before"][0]) == (True, 1, True)
    for network in ("x", "bluesky"):
        (reply,) = [post for post in posts.values() if post["network"] == network and post["reply_to"]]
        assert (reply["text"][:12], "Sixty" in reply["text"]) == ("Correction: ", True)
        above = posts[reply["reply_to"].rpartition("/")[2]]
        assert offers[network]["original"].endswith(above["id"])
        assert [reply["text"]] == offers[network]["texts"]


def test_an_edit_whose_answer_was_lost_is_made_again_where_it_leaves_no_trace(project, sandbox):
    project.write(sandbox, to="[mastodon]")
    project.issue()
    project.run("run", "--once")
    project.issue(content=corrected(project))
    project.run("run", "--once")
    act(project, "approve", "--all")
    sandbox.fault("mastodon", "drop_after", times=1)
    project.run("run", "--once")
    assert [len(post["before"]) for post in sandbox.posts()] == [0, 0, 1]
    assert project.states() == ["published"] * 4


STORY = """---
title: The Lighthouse
date: {date}
---

# The Lighthouse

## {headline}

The harbour opened again on Monday, the port authority said. Forty boats left in the first hour. The fuel dock sold
9,000 litres before noon. The ferry to Skagen sails twice a day from now on, and tickets cost 12 euros.

[Read more](https://news.example.com/{slug})
"""


def test_an_article_goes_out_again_in_other_words_and_nothing_moves_for_one_that_comes_between(project, sandbox):
    project.write(sandbox, to="[mastodon]", schedule='{every: day, at: "09:00", repost: {after: 30d, times: 2}}')
    project.issue("one.md", STORY.format(date="2026-11-30", headline="Harbour opens again", slug="harbour"))

    def due():
        with project.ledger() as ledger:
            return {row.key: row.due for row in ledger.deliveries() if row.issue == "one"}

    project.run("run", "--once", "--now", "2026-12-01T08:59:00Z")
    placed = due()
    assert [f"{at:%b %d %H:%M}" for at in placed.values()] == ["Dec 01 09:00", "Dec 31 09:00", "Jan 30 09:00"]
    project.issue("two.md", STORY.format(date="2026-12-01", headline="Museum buys a diary", slug="museum"))
    for sent, day in enumerate(placed.values(), 1):
        for _ in range(2):
            project.run("run", "--once", "--now", (day + timedelta(seconds=30)).isoformat())
            assert len([text for text in texts(sandbox) if "Harbour" in text]) == sent
            assert due() == placed
    assert len({text for text in texts(sandbox) if "Harbour" in text}) == 3


def test_a_link_that_another_newsletter_posts_is_held_told_and_sent_when_a_person_says_so(project, sandbox):
    project.write(sandbox, to="[mastodon]")
    config = project.home / "sharebot.yaml"
    other = """  second:
    source: {folder: more, settle: 0s, every: 1s}
    since: all
    posts: [{name: articles, to: [mastodon], schedule: now}]
"""
    config.write_text(config.read_text("utf-8") + other, encoding="utf-8")
    project.issue("one.md", STORY.format(date="2026-11-30", headline="Harbour opens again", slug="harbour"))
    (project.home / "more").mkdir()
    again = STORY.format(date="2026-11-30", headline="The harbour is open", slug="harbour/?utm_source=second")
    (project.home / "more/two.md").write_text(again, encoding="utf-8")
    (told,) = [row for row in project.json("plan")["deliveries"] if row["state"] == "held"]
    assert (told["issue"], told["why"].partition(": ")[0]) == ("two", "posted already")
    project.run("run", "--once", code=1)
    project.run("run", "--once")
    assert len(sandbox.posts()) == 1
    act(project, "retry", told["key"])
    project.run("run", "--once")
    assert project.states() == ["published"] * 2
    assert any("The harbour is open" in text for text in texts(sandbox, "mastodon"))
    assert ("ann", "queued") in acts(project, told["key"])


# ── acts beside the daemon ───────────────────────────────────────────────────────────────────────────────────────────


def test_every_act_is_effective_while_the_daemon_works_and_told_with_its_author(project, sandbox, daemon, eventually):
    # An idle daemon looks by itself only after 30 seconds, longer than what is waited for here: it heard the bell.
    hours_away = datetime.now(UTC) + timedelta(hours=12)
    project.write(sandbox, to="[mastodon, x]", schedule=f'{{every: day, at: "{hours_away:%H:%M}"}}')
    project.issue()
    daemon()
    assert eventually(lambda: len(project.rows()) == 6)
    rows = project.rows()
    one, two, three, lost = (rows[key].key for key in (("mastodon", 1), ("mastodon", 2), ("mastodon", 3), ("x", 1)))

    def stands(key, state):
        return eventually(lambda: acts(project, key)[-1][1] == state)

    act(project, "hold", one, "--why", "ask the lawyer")
    act(project, "release", one, who="bob")
    act(project, "move", one, "--to", "now")
    assert stands(one, "published")
    act(project, "skip", two)
    act(project, "retry", two, who="bob")
    assert stands(two, "published")
    sandbox.fault("mastodon", "drop_before")
    sandbox.fault("x", "drop_before")
    act(project, "move", three, lost, "--to", "now")
    assert stands(three, "unsure")
    assert stands(lost, "unsure")
    act(project, "resolve", three, "--not-published", who="bob")
    assert stands(three, "published")
    act(project, "resolve", lost, "--published", "https://x.com/demo/status/123", who="bob")

    sent = [("publisher", "sending"), ("publisher", "published")]
    added = ("pipeline", "queued")
    assert acts(project, one) == [added, ("ann", "held"), ("bob", "queued"), ("ann", "queued"), *sent]
    assert acts(project, two) == [added, ("ann", "skipped"), ("bob", "queued"), *sent]
    doubt = [("ann", "queued"), ("publisher", "sending"), ("publisher", "unsure")]
    assert acts(project, three) == [added, *doubt, ("bob", "queued"), *sent]
    assert acts(project, lost) == [added, *doubt, ("bob", "published")]
    assert len(sandbox.posts()) == 3
