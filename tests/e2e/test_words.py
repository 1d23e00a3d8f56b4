"""What readers see of a newsletter that uses all that composition can do, by the installed command."""

import pytest

pytestmark = pytest.mark.integration

ISSUE = """---
title: The Lighthouse
date: 2026-03-02
language: en
url: https://lighthouse.example/2026-03-02
---

## Harbour opens again after the storm

The harbour opened again today, the port authority said. Forty boats left in the first hour. “We have waited nine weeks
for the old horn,” said Anna Holm, who runs the fuel dock. [More](https://lighthouse.example/2026/harbour)

## Museum shows pictures of the war

The museum shows @paul and others in pictures of the war, most of them never seen before. Entry is free for children.
[More](https://lighthouse.example/2026/museum)

## A boat sails tomorrow

The old tall ship leaves for the islands with forty guests. A berth costs 12 euros. [More](https://lighthouse.example/2026/boat)
"""
POSTS = """    hashtags: [harbour]
    warnings: [{words: [war], warning: War, label: graphic-media}]
    posts:
      - {name: articles, to: [x, mastodon, bluesky], schedule: now, card: quote, duplicates: allow}
      - {name: issue, to: [x, mastodon, bluesky], schedule: now, what: thread, numbering: true, replies: unlisted,
         text: "{headline}\\n\\n{summary}\\n\\n{link}[ {hashtags}]"}
"""


@pytest.fixture
def written(project, sandbox):
    project.write(sandbox)
    config = project.home / "sharebot.yaml"
    config.write_text(config.read_text().partition("    posts:\n")[0] + POSTS)
    project.issue("2026-03-02.md", ISSUE)
    return project


def publish(project):
    """The one with "tomorrow" is held, which the command's exit says."""
    return project.run("run", "--once", code=1)


def texts(rows):
    return sorted((row["account"], part["text"]) for row in rows for part in row["parts"])


def test_what_the_preview_shows_is_what_the_networks_get(written, sandbox):
    shown = written.json("preview", "issues/2026-03-02.md")["posts"]
    publish(written)
    sent = [(post["network"], post["text"]) for post in sandbox.posts()]
    held = [row for row in written.queue() if row["state"] == "held"]
    assert sorted((row["article"], row["account"]) for row in held) == [
        *((0, account) for account in ("bluesky", "mastodon", "x")),  # the thread has the headline in it
        *((3, account) for account in ("bluesky", "mastodon", "x")),
    ]
    kept = [row for row in shown if not any("no longer true" in told for told in row["warnings"])]
    assert sorted(sent) == texts(kept)


def test_a_thread_is_counted_and_its_replies_are_unlisted_where_there_is_such_a_thing(written, sandbox):
    written.issue("2026-03-02.md", ISSUE.partition("## A boat")[0])
    written.run("run", "--once")
    thread = sorted(
        (post for post in sandbox.posts() if post["network"] == "mastodon" and "/3 " in post["text"]),
        key=lambda post: post["text"],
    )
    assert [(post["text"][:3], post["visibility"]) for post in thread] == [
        ("1/3", "public"),
        ("2/3", "unlisted"),
        ("3/3", "unlisted"),
    ]
    assert [post["reply_to"] is None for post in thread] == [True, False, False]


def test_war_is_warned_of_in_the_place_that_each_network_has_and_nobody_is_pinged(written, sandbox):
    publish(written)
    warned = {post["network"]: post for post in sandbox.posts() if post["text"].find("Museum") in (0, 9)}
    assert warned["mastodon"]["content_warning"] == "War"
    assert warned["bluesky"]["labels"] == ["graphic-media"]
    assert warned["x"]["text"].startswith("CW: War\n\n")
    assert not [post for post in sandbox.posts() if "@paul" in post["text"].split()]


def test_today_is_not_said_years_later_and_tomorrow_is_held_until_a_person_decides(written, sandbox):
    done = publish(written)
    assert "no longer true" in done.stderr + done.stdout
    assert not [post for post in sandbox.posts() if "today" in post["text"]]
    held = next(row for row in written.queue() if row["state"] == "held" and row["article"])
    assert "the headline says “tomorrow”" in held["error"]
    written.run("queue", "retry", held["key"])
    written.run("run", "--once")
    assert [post["text"].partition("\n")[0] for post in sandbox.posts()].count("A boat sails tomorrow") == 1


def test_a_quotation_is_drawn_with_its_words_and_its_speaker(written, sandbox):
    publish(written)
    words = "“We have waited nine weeks for the old horn” — Anna Holm"
    drawn = [post for post in sandbox.posts() if post["pictures"]]
    assert {post["network"] for post in drawn} == {"x", "mastodon", "bluesky"}
    assert {picture["alt"] for post in drawn for picture in post["pictures"]} == {words}
