"""The duplicate guard, and what else an editor's rules do to rows that are there already."""

import tracemalloc
from dataclasses import replace
from datetime import time, timedelta

from sharebot.config.values import Approval, Stream
from sharebot.model import Post, Signature, State
from sharebot.outbox.codec import signed
from sharebot.outbox.ledger import Change
from sharebot.pipeline.doubles import Doubles
from sharebot.schedule import Repost, Schedule

NINE = Schedule("UTC", at=(time(9),))
TEN = replace(NINE, at=(time(10),))
MANY = 1000
OF_A_TIME = 300
"""Bytes that the time of a post may take while free times are looked for; a whole post takes two thousand."""


def two(**second):
    return Stream("first", ("mastodon",), NINE), Stream("second", ("mastodon",), TEN, **second)


def test_the_second_post_of_a_link_to_an_account_is_held_and_told(desk):
    plan = desk.queue(desk.config(streams=two()))
    held = [e for e in plan.entries if e.delivery.state is State.HELD]
    assert [e.delivery.stream for e in held] == ["second"] * 3
    key = desk.rows()["first", "mastodon", 1, 0].key
    assert held[0].why == (
        "posted already: mastodon is going to post this link at 2026-11-04 09:00, as “The northern bridge opens” of"
        f" weekly ({key[:8]}); skip it, or let it go with `sharebot queue retry`"
    )
    assert any("posted already" in told for told in plan.warnings)


def test_what_was_posted_counts_and_says_so(desk):
    desk.queue(desk.config(streams=two()[:1]))
    desk.now += timedelta(days=5)
    desk.publish()
    plan = desk.queue(desk.config(streams=two()))
    assert "mastodon has posted this link at 2026-11-04 09:00" in plan.entries[-1].why or any(
        "has posted this link" in e.why for e in plan.entries
    )


def test_where_the_editor_allows_it_both_go_out(desk):
    desk.queue(desk.config(streams=two(window=None)))
    assert {d.state for d in desk.ledger.deliveries()} == {State.QUEUED}


def test_beyond_the_window_a_link_is_free_again(desk):
    desk.queue(desk.config(streams=two()[:1]))
    desk.now += timedelta(days=9)
    desk.publish()
    plan = desk.queue(desk.config(streams=two(window=timedelta(days=2))))
    assert [e.delivery.state for e in plan.entries if e.change == "new"] == [State.QUEUED] * 3


def test_what_is_held_as_a_duplicate_goes_on_when_the_other_is_gone(desk):
    desk.queue(desk.config(streams=two()))
    others = [d for d in desk.ledger.deliveries() if d.stream == "first"]
    desk.ledger.change([Change(d, replace(d, state=State.SKIPPED), "no") for d in others], "jo", desk.now)
    desk.queue(desk.config(streams=two()))
    assert {d.state for d in desk.rows().values() if d.stream == "second"} == {State.QUEUED}


def test_a_person_may_let_a_duplicate_go_and_it_is_not_held_again(desk):
    desk.queue(desk.config(streams=two()))
    held = desk.rows()["second", "mastodon", 1, 0]
    desk.ledger.change([Change(held, replace(held, state=State.QUEUED, error=None), "let go")], "jo", desk.now)
    assert {e.change for e in desk.queue(desk.config(streams=two())).entries} == {"kept"}
    assert desk.rows()["second", "mastodon", 1, 0].state is State.QUEUED


def test_resuming_an_account_frees_no_duplicate(desk):
    desk.queue(desk.config(streams=two()))
    assert desk.ledger.resume("mastodon", "jo", desk.now) == 0
    assert desk.rows()["second", "mastodon", 1, 0].state is State.HELD


def test_a_held_duplicate_takes_no_slot_and_is_not_reposted(desk):
    again = replace(TEN, repost=Repost(timedelta(days=30)))
    streams = (two()[0], replace(two()[1], schedule=again))
    desk.queue(desk.config(streams=streams))
    assert {turn for stream, _, _, turn in desk.rows() if stream == "second"} == {0}
    assert len(desk.ledger.taken("mastodon", desk.now)) == 3


def test_articles_without_a_link_of_their_own_are_no_duplicates(desk):
    issue = desk.issue(*(replace(a, url=None) for a in desk.issue().articles))
    desk.queue(desk.config(streams=two(), link="https://news.example/{issue.id}"), issue)
    assert {d.state for d in desk.ledger.deliveries()} == {State.QUEUED}


def test_reposts_and_other_accounts_are_no_duplicates(desk):
    schedule = replace(NINE, repost=Repost(timedelta(days=1), 2))
    desk.queue(desk.config(schedule, to=("mastodon", "x")))
    assert {d.state for d in desk.ledger.deliveries()} == {State.QUEUED}


# ── approval ─────────────────────────────────────────────────────────────────────────────────────────────────────────

ASKED = Approval(required=True)


def test_what_was_queued_before_approval_was_required_waits_for_it(desk):
    desk.queue()
    plan = desk.queue(desk.config(approval=ASKED))
    assert {e.why for e in plan.entries} == {"waits for approval"}
    assert {d.state for d in desk.ledger.deliveries()} == {State.DRAFT}


def test_drafts_are_queued_where_approval_is_no_longer_required(desk):
    desk.queue(desk.config(approval=ASKED))
    plan = desk.queue()
    assert {(e.change, e.why) for e in plan.entries} == {("changed", "nothing stands in its way any more")}
    assert {d.state for d in desk.ledger.deliveries()} == {State.QUEUED}


def test_an_approval_outlives_readings_and_ends_with_the_text(desk):
    config = desk.config(approval=ASKED)
    desk.queue(config)
    for row in desk.ledger.deliveries():
        signature = Signature(signed(row.posts), "jo", desk.now)
        desk.ledger.change([Change(row, replace(row, state=State.QUEUED, signature=signature), "yes")], "jo", desk.now)
    assert {e.change for e in desk.queue(config).entries} == {"kept"}
    first, *rest = desk.issue().articles
    desk.queue(config, desk.issue(replace(first, headline="The northern bridge opens at last"), *rest))
    states = {d.article: (d.state, d.signature) for d in desk.ledger.deliveries()}
    assert states[1] == (State.DRAFT, None)
    assert states[2][0] is State.QUEUED


# ── words of a person's own ──────────────────────────────────────────────────────────────────────────────────────────


def edit(desk):
    row = desk.rows()["articles", "mastodon", 1, 0]
    mine = replace(row, posts=(Post("My own words https://news.example/northern"),), edited="jo")
    desk.ledger.change([Change(row, mine, "edited")], "jo", desk.now)


def test_what_a_person_wrote_survives_every_reading(desk):
    desk.queue()
    edit(desk)
    assert {e.change for e in desk.queue(desk.config(stream={"text": "New words {link}"})).entries} == {
        "kept",
        "changed",
    }
    assert desk.rows()["articles", "mastodon", 1, 0].posts[0].text.startswith("My own words")


def test_the_plan_says_when_the_article_of_an_edited_post_has_changed(desk):
    desk.queue()
    edit(desk)
    first, *rest = desk.issue().articles
    plan = desk.queue(desk.config(), desk.issue(replace(first, paragraphs=("All is different.",)), *rest))
    (told,) = [e.warnings for e in plan.entries if e.warnings]
    assert told == ("jo edited it, and the article has changed since: compare them, then approve or edit it",)
    assert desk.rows()["articles", "mastodon", 1, 0].posts[0].text.startswith("My own words")


def test_a_changed_schedule_moves_an_edited_post_and_keeps_its_words(desk, utc):
    desk.queue()
    edit(desk)
    desk.queue(desk.config(TEN))
    row = desk.rows()["articles", "mastodon", 1, 0]
    assert (row.due, row.edited) == (utc(2026, 11, 3, 10), "jo")


def test_what_was_held_without_its_newsletter_goes_on_once_it_is_back(desk):
    desk.queue()
    held = "the configuration no longer has its newsletter: weekly"
    rows = desk.ledger.deliveries()
    desk.ledger.change([Change(d, replace(d, state=State.HELD, error=held), held) for d in rows], "test", desk.now)
    assert desk.ledger.resume("mastodon", "jo", desk.now) == 0
    desk.queue()
    assert {(d.state, d.error) for d in desk.ledger.deliveries()} == {(State.QUEUED, None)}


def test_what_comes_back_and_was_posted_elsewhere_meanwhile_is_held(desk):
    both = two()
    desk.queue(desk.config(streams=both[1:]))
    desk.queue(desk.config(streams=both[:1]))
    assert {d.state for d in desk.rows().values() if d.stream == "second"} <= {State.SKIPPED, State.QUEUED}
    desk.queue(desk.config(streams=both))
    states = {d.stream: d.state for d in desk.ledger.deliveries()}
    assert sorted(states.values()) in (["held", "queued"], ["queued"])


def test_a_plan_takes_no_more_memory_however_much_its_accounts_have_posted(desk):
    desk.queue()
    posted = next(iter(desk.rows().values()))
    beginnings = [_most_memory(desk), _most_memory(desk)]  # the first has what is imported and remembered in it
    others = (replace(posted, key=f"k{n}", issue="older", link=f"https://news.example/{n}") for n in range(MANY))
    desk.ledger.add(list(others), "t", "r", desk.now)
    grown = _most_memory(desk) - beginnings[-1]
    assert grown < MANY * OF_A_TIME, f"{grown / MANY:.0f} bytes for each post; {beginnings}"


def _most_memory(desk):
    """Return the bytes that planning a new issue takes at most, beyond those that were taken before."""
    article = desk.issue().articles[0]
    issue = desk.issue(*(replace(article, number=n, url=f"https://news.example/new/{n}") for n in (1, 2)), id="new")
    tracemalloc.start()
    try:
        plan = desk.plan(None, issue)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
        assert [entry.change for entry in plan.entries] == ["new"] * 2


def test_the_links_of_a_plan_are_looked_for_together_and_another_one_on_its_own(desk, monkeypatch):
    desk.queue()
    asked, linked = [], desk.ledger.linked

    def watched(name, links, since):
        asked.append(links)
        return linked(name, links, since)

    monkeypatch.setattr(desk.ledger, "linked", watched)
    doubles = Doubles(desk.ledger, desk.now)
    rows = [replace(row, key=f"{row.key}2", stream="second") for row in desk.rows().values()]
    doubles.expect([*(row.link for row in rows[1:]), None])
    assert all(doubles.why(row, row.due, timedelta(days=1)) for row in [*rows[1:], *rows])
    assert asked == [sorted(str(row.link) for row in rows[1:]), [rows[0].link]]
