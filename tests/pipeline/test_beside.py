"""What the file beside an issue does to its posts, and goes on doing at every reading."""

from dataclasses import replace
from datetime import time, timedelta

from sharebot.config.values import Stream
from sharebot.model import Document, State
from sharebot.outbox.ledger import Change
from sharebot.schedule import Schedule

NINE = Schedule("UTC", at=(time(9),))


def with_file(desk, text, **changes):
    return desk.issue(beside=Document("issues/2026-11.sharebot.yaml", text.encode()), **changes)


def test_an_article_that_is_skipped_is_not_posted_and_taken_back_if_it_waited(desk):
    desk.queue()
    plan = desk.queue(desk.config(), with_file(desk, "articles: {2: {skip: true}}"))
    assert [(e.delivery.article, e.change) for e in plan.entries if e.change != "kept"] == [(2, "gone")]
    assert desk.rows(State.SKIPPED).keys() == {("articles", "mastodon", 2, 0)}


def test_words_of_the_file_survive_every_reading(desk):
    mine = with_file(desk, 'articles: {1: {text: "My own words {link}"}}')
    desk.queue(desk.config(), mine)
    assert {e.change for e in desk.queue(desk.config(stream={"text": "Of the stream {link}"}), mine).entries} == {
        "kept",
        "changed",
    }
    assert desk.rows()["articles", "mastodon", 1, 0].posts[0].text == "My own words https://news.example/northern"
    desk.queue(desk.config(), desk.issue())
    assert "My own words" not in desk.rows()["articles", "mastodon", 1, 0].posts[0].text


def test_a_time_of_the_file_is_kept_whatever_the_schedule_says(desk, utc):
    late = with_file(desk, "articles: {2: {when: 2026-12-24 18:00}}")
    desk.queue(desk.config(), late)
    desk.queue(desk.config(replace(NINE, at=(time(12),))), late)
    row = desk.rows()["articles", "mastodon", 2, 0]
    assert (row.due, row.moved) == (utc(2026, 12, 24, 18), "2026-11.sharebot.yaml")


def test_a_file_that_comes_later_moves_what_waits_and_one_that_goes_gives_it_back_to_the_schedule(desk, utc):
    desk.queue()
    late = with_file(desk, "articles: {2: {when: 2026-12-24 18:00}}")
    plan = desk.queue(desk.config(), late)
    (moved,) = [e.why for e in plan.entries if e.change == "changed"]
    assert moved.endswith("moved from 2026-11-05T09:00 to 2026-12-24T18:00")
    assert {e.change for e in desk.queue(desk.config(), late).entries} == {"kept"}
    desk.queue(desk.config(), desk.issue())
    row = desk.rows()["articles", "mastodon", 2, 0]
    assert (row.due, row.moved) == (utc(2026, 11, 5, 9), None)


def test_what_a_person_moved_by_hand_goes_before_the_file(desk, utc):
    late = with_file(desk, "articles: {2: {when: 2026-12-24 18:00}}")
    desk.queue(desk.config(), late)
    row = desk.rows()["articles", "mastodon", 2, 0]
    mine = replace(row, due=utc(2026, 12, 1, 7), wall="2026-12-01T07:00", moved="jo")
    desk.ledger.change([Change(row, mine, "moved")], "jo", desk.now)
    assert {e.change for e in desk.queue(desk.config(), late).entries} == {"kept"}


def test_a_whole_issue_at_one_time_still_keeps_the_gap(desk, utc):
    all_at_once = with_file(desk, "when: 2026-12-24 18:00")
    desk.queue(desk.config(replace(NINE, gap=timedelta(hours=1))), all_at_once)
    assert [row.due for row in desk.rows().values()] == [utc(2026, 12, 24, hour) for hour in (18, 19, 20)]
    again = desk.queue(desk.config(replace(NINE, gap=timedelta(hours=1))), all_at_once)
    assert {e.change for e in again.entries} == {"kept"}


def test_what_the_schedule_places_keeps_away_from_the_files_times(desk, utc):
    first = with_file(desk, "articles: {1: {when: 2026-11-04 09:00}}")
    desk.queue(desk.config(), first)
    assert [row.due for row in desk.rows().values()] == [utc(2026, 11, day, 9) for day in (4, 5, 6)]


def test_a_thread_leaves_out_the_articles_that_are_skipped(desk):
    thread = Stream("thread", ("mastodon",), NINE, "thread")
    desk.queue(desk.config(streams=(thread,)), with_file(desk, "articles: {2: {skip: true}}"))
    (row,) = desk.rows().values()
    assert len(row.posts) == 3
    assert not any("southern" in post.text for post in row.posts)


def test_a_broken_file_holds_its_issue_as_it_is_and_the_others_go_on(desk):
    desk.queue()
    before = [d.posts[0].text for d in desk.ledger.deliveries()]
    other = desk.issue(
        *(replace(a, headline=f"Again: {a.headline}", url=f"{a.url}-2") for a in desk.issue().articles), id="2026-12"
    )
    broken = with_file(desk, "articles: {1: {txet: no}}")
    first, *rest = broken.articles
    changed = replace(broken, articles=(replace(first, headline="The northern bridge is shut"), *rest))
    plan = desk.queue(desk.config(), changed, other)
    (told,) = [w for w in plan.warnings if "txet" in w]
    assert plan.problems == [told]
    assert told.startswith("issues/2026-11.sharebot.yaml:1:16: articles.1.txet: unknown key (did you mean 'text'?)")
    assert told.endswith("until it is mended, the issue stays as it is")
    assert {e.delivery.issue for e in plan.entries} == {"2026-12"}
    assert [d.posts[0].text for d in desk.ledger.deliveries() if d.issue == "2026-11"] == before


def test_what_means_nothing_in_the_issue_is_told(desk):
    plan = desk.plan(desk.config(), with_file(desk, "articles: {7: {skip: true}}\naccounts: {mastodn: {skip: true}}"))
    assert len([w for w in plan.warnings if w.startswith("issues/2026-11.sharebot.yaml:")]) == 2
