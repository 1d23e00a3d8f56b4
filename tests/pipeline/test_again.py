"""What follows a post: reposts of an evergreen article, and corrections of one that changed."""

from dataclasses import replace
from datetime import time, timedelta

import pytest

from sharebot.config.values import Stream
from sharebot.model import Receipt, State
from sharebot.outbox.ledger import Change
from sharebot.outbox.settling import Settlement
from sharebot.schedule import Repost, Schedule

MONTH = timedelta(days=30)
NINE = Schedule("UTC", at=(time(9),))
TWICE = replace(NINE, repost=Repost(MONTH, 2))


@pytest.fixture
def other(desk):
    """Return the issue with other words in its first article."""

    def make(**changes):
        first, *rest = desk.issue().articles
        return desk.issue(replace(first, **changes), *rest)

    return make


def corrections(desk, *states):
    return [d for d in desk.ledger.deliveries(*states) if d.corrects]


def skip(desk, row):
    desk.ledger.change([Change(row, replace(row, state=State.SKIPPED), "no")], "jo", desk.now)


# ── reposts ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_an_evergreen_article_comes_again_as_often_and_as_late_as_asked(desk):
    desk.queue(desk.config(TWICE))
    rows = desk.rows()
    assert [turn for _, _, article, turn in rows if article == 1] == [0, 1, 2]
    first, second, third = (rows["articles", "mastodon", 1, turn] for turn in range(3))
    assert second.due >= first.due + MONTH
    assert third.due >= second.due + MONTH
    assert len({row.key for row in rows.values()}) == 9


def test_each_time_the_summary_says_something_else(desk, other):
    told = ("boats", "trains", "buses", "bicycles", "horses", "lorries")
    long = tuple(
        f"Of all that crosses the northern river each day, {name} take most of the time and pay least." for name in told
    )
    desk.queue(desk.config(TWICE, to=("x",), stream={"text": "{summary} {link}"}), other(paragraphs=long))
    rows = desk.rows()
    texts = [rows["articles", "x", 1, turn].posts[0].text for turn in range(3)]
    assert len(set(texts)) == 3


def test_a_repost_stays_placed_and_is_planned_once(desk):
    desk.queue(desk.config(TWICE))
    assert {e.change for e in desk.queue(desk.config(TWICE)).entries} == {"kept"}
    assert len(desk.rows()) == 9


def test_what_is_no_longer_to_be_reposted_is_taken_back(desk):
    desk.queue(desk.config(TWICE))
    plan = desk.queue(desk.config(replace(NINE, repost=Repost(MONTH))))
    assert [(e.delivery.turn, e.change) for e in plan.entries if e.change != "kept"] == [(2, "gone")] * 3


def test_what_was_not_posted_is_not_posted_again(desk):
    desk.queue(desk.config(TWICE))
    skip(desk, desk.rows()["articles", "mastodon", 1, 0])
    desk.queue(desk.config(TWICE))
    states = [desk.rows()["articles", "mastodon", 1, turn].state for turn in range(3)]
    assert states == [State.SKIPPED] * 3


def test_a_repost_moves_with_the_post_before_it(desk, utc):
    desk.queue(desk.config(TWICE))
    first = desk.rows()["articles", "mastodon", 1, 0]
    late = replace(first, due=utc(2026, 12, 1, 9), wall="2026-12-01T09:00", moved="jo")
    desk.ledger.change([Change(first, late, "moved")], "jo", desk.now)
    desk.queue(desk.config(TWICE))
    assert desk.rows()["articles", "mastodon", 1, 1].due >= late.due + MONTH


def test_a_reposts_deadline_is_counted_from_its_own_time(desk):
    desk.queue(desk.config(replace(TWICE, expires=timedelta(days=7))))
    rows = desk.rows()
    assert {row.state for row in rows.values()} == {State.QUEUED}
    assert all(row.expires and row.due < row.expires for row in rows.values())


def test_a_corrected_headline_finds_its_reposts_again(desk):
    issue = desk.issue(*(replace(a, url=None) for a in desk.issue().articles))
    config = desk.config(TWICE, link="https://news.example/{issue.id}#{article.number}")
    desk.queue(config, issue)
    first, *rest = issue.articles
    corrected = replace(issue, articles=(replace(first, headline="The northern bridge opens at last"), *rest))
    plan = desk.queue(config, corrected)
    assert sorted(e.change for e in plan.entries) == ["changed"] * 3 + ["kept"] * 6
    assert len(desk.rows()) == 9


def test_after_a_long_rest_reposts_still_come_as_far_apart_as_asked(desk, utc):
    config = desk.config(replace(TWICE, expires=timedelta(days=200)))
    desk.queue(config)
    desk.now = utc(2027, 2, 1, 12)  # all three times are over, and would come out within the hour
    for _ in range(80):
        desk.catch_up(config)
        desk.publish()
        desk.now += timedelta(days=1)
    rows = desk.rows(State.PUBLISHED)
    assert len(rows) == 9
    for article in (1, 2, 3):
        first, second, third = (rows["articles", "mastodon", article, turn] for turn in range(3))
        assert MONTH <= second.due - first.due < MONTH + timedelta(days=5)
        assert MONTH <= third.due - second.due < MONTH + timedelta(days=5)
        assert third.expires - third.due > timedelta(days=190)
        assert "catch-up" in {event.who for event in desk.ledger.history(third.key)}


def test_a_repost_is_put_off_where_a_person_has_moved_the_time_before_and_not_where_they_moved_it_itself(desk, utc):
    desk.queue(desk.config(TWICE))
    first, again = (desk.rows()["articles", "mastodon", 1, turn] for turn in range(2))
    desk.ledger.change([Change(first, replace(first, due=utc(2026, 12, 1, 9), moved="jo"), "moved")], "jo", desk.now)
    desk.now = again.due
    desk.catch_up(desk.config(TWICE))
    put_off = desk.rows()["articles", "mastodon", 1, 1]
    assert utc(2026, 12, 31, 9) <= put_off.due < utc(2027, 1, 10)
    desk.ledger.change([Change(put_off, replace(put_off, due=desk.now, moved="jo"), "moved")], "jo", desk.now)
    desk.catch_up(desk.config(TWICE))
    assert desk.rows()["articles", "mastodon", 1, 1].due == desk.now


def test_a_repost_whose_schedule_has_no_time_left_is_missed(desk):
    desk.queue(desk.config(TWICE))
    first, again = (desk.rows()["articles", "mastodon", 1, turn] for turn in range(2))
    desk.now = again.due
    desk.ledger.change([Change(first, replace(first, due=desk.now), "moved")], "jo", desk.now)
    desk.catch_up(desk.config(replace(TWICE, at=())))
    row = desk.rows()["articles", "mastodon", 1, 1]
    assert row.state is State.MISSED
    assert row.error
    assert row.error.startswith("no free time is left")


# ── corrections ──────────────────────────────────────────────────────────────────────────────────────────────────────

NOW = Schedule("UTC", now=True)
PRICE = ("The northern bridge opened on Monday after 2 years.", "It cost 7 million euros, as the town says.")


def test_a_changed_article_after_publication_is_offered_as_an_edit_for_a_person_to_approve(desk, other):
    desk.queue(desk.config(NOW))
    first = min(desk.publish(), key=lambda d: d.article)
    plan = desk.queue(desk.config(NOW), other(paragraphs=PRICE))
    (entry,) = [e for e in plan.entries if e.change == "new"]
    assert entry.why == "the article changed after it was published; approve this to change the post where it is"
    (row,) = corrections(desk)
    assert (row.state, row.corrects, row.follows, row.edits) == (State.DRAFT, first.key, first.receipts, True)
    assert "7 million" in row.posts[0].text
    assert row.posts[0].text.startswith("The northern bridge opens\n")


def test_what_is_out_and_nobody_knows_where_is_not_corrected(desk, other):
    desk.queue(desk.config(NOW))
    proofs = [
        Settlement(d, State.PUBLISHED, "it is a duplicate", Receipt("", "")) for d in desk.ledger.claim(desk.now, 8)
    ]
    desk.ledger.settle(proofs, desk.now)
    desk.queue(desk.config(NOW), other(paragraphs=PRICE))
    assert corrections(desk) == []


def test_where_the_network_cannot_edit_a_correction_is_a_reply_that_says_so(desk, other):
    desk.queue(desk.config(NOW, to=("x",)))
    desk.publish()
    desk.queue(desk.config(NOW, to=("x",)), other(paragraphs=PRICE))
    (row,) = corrections(desk)
    assert not row.edits
    assert row.posts[0].text.startswith("Correction: The northern bridge opens\n")
    assert "https://news.example/northern" in row.posts[0].text


def test_a_correction_is_offered_once_and_not_again_after_it_is_out(desk, other):
    config, changed = desk.config(NOW), other(paragraphs=PRICE)
    desk.queue(config)
    desk.publish()
    for _ in range(2):
        desk.queue(config, changed)
    assert len(corrections(desk, State.DRAFT)) == 1
    desk.publish(approve=True)
    assert {e.change for e in desk.queue(config, changed).entries} == {"kept"}
    assert [d.state for d in corrections(desk)] == [State.PUBLISHED]


def test_an_article_that_is_set_right_again_needs_no_correction(desk, other):
    desk.queue(desk.config(NOW))
    desk.publish()
    desk.queue(desk.config(NOW), other(paragraphs=PRICE))
    desk.queue(desk.config(NOW))
    assert [d.state for d in corrections(desk)] == [State.SKIPPED]


@pytest.mark.parametrize("account", ["mastodon", "x"])
def test_a_correction_that_is_itself_corrected_is_followed_by_another(desk, other, account):
    config = desk.config(NOW, to=(account,))
    desk.queue(config)
    desk.publish()
    desk.queue(config, other(paragraphs=PRICE))
    desk.publish(approve=True)
    desk.now += timedelta(hours=1)
    desk.queue(config)  # as it was at first
    first, second = sorted(corrections(desk), key=lambda d: d.due)
    assert (first.state, second.state, second.corrects) == (State.PUBLISHED, State.DRAFT, first.corrects)
    assert "1 million" in second.posts[0].text


def test_a_change_that_no_post_shows_needs_no_correction(desk, other):
    desk.queue(desk.config(NOW, stream={"text": "{headline}\n\n{link}"}))
    desk.publish()
    plan = desk.queue(desk.config(NOW, stream={"text": "{headline}\n\n{link}"}), other(paragraphs=PRICE))
    assert {e.change for e in plan.entries} == {"kept"}


def test_another_template_is_no_reason_to_correct_what_is_out(desk):
    desk.queue(desk.config(NOW))
    desk.publish()
    assert {e.change for e in desk.queue(desk.config(NOW, stream={"text": "New: {link}"})).entries} == {"kept"}


def test_a_skipped_correction_is_not_offered_again(desk, other):
    desk.queue(desk.config(NOW))
    desk.publish()
    desk.queue(desk.config(NOW), other(paragraphs=PRICE))
    skip(desk, corrections(desk)[0])
    assert {e.change for e in desk.queue(desk.config(NOW), other(paragraphs=PRICE)).entries} == {"kept"}


def test_a_thread_whose_length_changed_is_corrected_by_a_reply(desk):
    config = desk.config(NOW, stream={"what": "thread"})
    desk.queue(config)
    desk.publish()
    desk.queue(config, desk.issue(*desk.issue().articles[:2]))
    (row,) = corrections(desk)
    assert (row.edits, row.article) == (False, 0)
    assert row.posts[0].text.startswith("Correction: The issue\n")


def test_a_correction_takes_no_slot_and_has_no_deadline(desk, other):
    config = desk.config(replace(NINE, at=(time(10),), expires=timedelta(days=30)))
    desk.queue(config)
    desk.now += timedelta(days=1, hours=2)
    desk.publish()
    desk.queue(config, other(paragraphs=PRICE))
    (row,) = corrections(desk)
    assert row.expires is None
    assert row.due not in desk.ledger.taken("mastodon", desk.now - timedelta(days=9))


def test_a_correction_that_waited_long_for_its_approval_goes_out_at_once(desk, other):
    config = desk.config(replace(NOW, late="skip"))
    desk.queue(config)
    desk.publish()
    desk.queue(config, other(paragraphs=PRICE))
    desk.now += timedelta(days=3)
    (row,) = corrections(desk)
    desk.ledger.change([Change(row, replace(row, state=State.QUEUED), "approved")], "jo", desk.now)
    desk.catch_up(config)
    assert [d.state for d in corrections(desk)] == [State.QUEUED]


def test_streams_of_one_newsletter_do_not_hide_one_anothers_corrections(desk, other):
    streams = (Stream("a", ("mastodon",), NOW, window=None), Stream("b", ("x",), NOW, window=None))
    desk.queue(desk.config(streams=streams))
    desk.publish()
    desk.queue(desk.config(streams=streams), other(paragraphs=PRICE))
    assert sorted(d.account for d in corrections(desk)) == ["mastodon", "x"]


def test_a_correction_that_was_taken_back_comes_again_with_the_same_mistake(desk, other):
    desk.queue(desk.config(NOW))
    desk.publish()
    for issue in (other(paragraphs=PRICE), desk.issue(), other(paragraphs=PRICE)):
        desk.queue(desk.config(NOW), issue)
    assert [d.state for d in corrections(desk)] == [State.DRAFT]
