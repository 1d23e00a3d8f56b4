from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest

from sharebot.config.values import Account, Approval, Budget, Config, Newsletter, Stream
from sharebot.errors import SourceError
from sharebot.model import Article, Issue, Reading, Receipt, Rules, Signature, State
from sharebot.outbox.codec import signed
from sharebot.outbox.ledger import Change
from sharebot.outbox.settling import Settlement
from sharebot.outbox.statements import EVERYONE
from sharebot.pipeline import Pipeline
from sharebot.schedule import Most, Schedule
from sharebot.settings import Settings
from sharebot.text.measure import measure_mastodon, measure_x

RULES = {
    "mastodon": Rules(measure_mastodon, "test"),
    "x": Rules(measure_x, "test", per_post=0.015, per_link_post=0.2),
}
ARTICLES = tuple(
    Article(n, f"Headline {word}", (f"The {word} bridge opened on Monday.", f"It cost {n} million euros."))
    for n, word in enumerate(("northern", "southern", "western"), 1)
)
ISSUE = Issue("2026-11", "The issue", ARTICLES, date=date(2026, 11, 2), language="en")
NINE = Schedule("UTC", at=(time(9),))


def configured(schedule=NINE, *, accounts=("mastodon",), **changes):
    newsletter = Newsletter(
        "weekly",
        "folder",
        Settings(),
        (Stream("articles", accounts, schedule, changes.pop("what", "articles"), changes.pop("text", None)),),
        link="https://news.example/{issue.id}#{article.number}",
        **{"since": "all"} | changes,
    )
    known = {name: Account(name, name, Settings()) for name in ("mastodon", "x")}
    return Config(Path("sharebot.yaml"), "UTC", known, {"weekly": newsletter})


@pytest.fixture
def pipeline(ledger):
    def make(config=None):
        return Pipeline(config or configured(), RULES, ledger)

    return make


def approved(delivery, now):
    return replace(delivery, state=State.QUEUED, signature=Signature(signed(delivery.posts), "jo", now))


def read(*issues, **changes):
    return {"weekly": Reading(issues or (ISSUE,), **changes)}


def dues(entries):
    return [entry.delivery.due for entry in entries]


def test_each_article_gets_a_slot_of_its_own_in_order(pipeline, now):
    plan = pipeline().plan(read(), now)
    assert [e.delivery.article for e in plan.entries] == [1, 2, 3]
    assert dues(plan.entries) == [now + timedelta(days=d) for d in (1, 2, 3)]
    assert {e.change for e in plan.entries} == {"new"}


def test_a_plan_changes_nothing_and_says_the_same_twice(pipeline, ledger, now):
    assert pipeline().plan(read(), now) == pipeline().plan(read(), now)
    assert ledger.deliveries() == []
    assert ledger.first_reading("weekly") is None


def test_what_is_enqueued_is_what_was_planned(pipeline, ledger, now):
    planned = pipeline().plan(read(), now)
    pipeline().enqueue(read(), now)
    assert ledger.deliveries() == [e.delivery for e in planned.entries]
    assert {e.change for e in pipeline().plan(read(), now).entries} == {"kept"}


def test_accounts_do_not_wait_for_one_another(pipeline, now):
    plan = pipeline(configured(accounts=("mastodon", "x"))).plan(read(), now)
    assert len(plan.entries) == 6
    assert len(set(dues(plan.entries))) == 3


def test_now_means_due_as_soon_as_read(pipeline, now):
    plan = pipeline(configured(Schedule("UTC", now=True))).plan(read(), now)
    assert set(dues(plan.entries)) == {now}


def test_an_address_of_an_earlier_issue_is_posted_once_with_its_first_words(pipeline, now):
    shared = "https://news.example/same"
    first = replace(ISSUE, articles=(replace(ARTICLES[0], url=shared),))
    again = replace(ISSUE, id="2026-12", date=date(2026, 12, 2), articles=(replace(ARTICLES[1], url=shared),))
    plan = pipeline().enqueue(read(first, again), now)
    assert [e.delivery.headline for e in plan.entries] == ["Headline northern"]
    (told,) = plan.warnings
    assert told.startswith("2026-12: Headline southern: has the same address as “Headline northern” in 2026-11")
    assert [e.change for e in pipeline().plan(read(first, again), now).entries] == ["kept"]
    reprint = replace(again, articles=(replace(ARTICLES[0], url=shared),))
    assert pipeline().plan(read(first, reprint), now).warnings == []


def test_what_was_refused_may_change_into_what_does_not_fit(pipeline, ledger, now):
    pipeline().enqueue(read(), now)
    (row, *_) = ledger.deliveries()
    ledger.change([Change(row, replace(row, state=State.FAILED, error="refused"), "refused")], "test", now)
    link = f"https://news.example/{'a' * 4100}"  # counts in full
    pipeline().enqueue(read(replace(ISSUE, articles=(replace(ARTICLES[0], url=link), *ARTICLES[1:]))), now)
    assert ledger.named([row.key])[row.key].state is State.FAILED


def test_what_is_placed_stays_placed_when_an_article_is_added(pipeline, ledger, now):
    two = replace(ISSUE, articles=ARTICLES[1:])
    pipeline().enqueue(read(two), now)
    placed = {d.headline: d.due for d in ledger.deliveries()}
    pipeline().enqueue(read(), now)
    assert {d.headline: d.due for d in ledger.deliveries() if d.headline in placed} == placed
    assert len(ledger.deliveries()) == 3


def test_two_issues_share_an_accounts_slots(pipeline, ledger, now):
    other = Issue("2026-12", "Next", (Article(1, "Another", ("Something else happened.",)),), date=date(2026, 11, 3))
    pipeline().enqueue(read(other, ISSUE), now)
    assert len({d.due for d in ledger.deliveries()}) == 4
    assert [d.issue for d in ledger.deliveries()] == ["2026-11"] * 3 + ["2026-12"]


def test_an_issue_that_is_renamed_renumbered_and_redated_is_the_same(pipeline, ledger, now):
    pipeline().enqueue(read(), now)
    turned = tuple(replace(a, number=4 - a.number) for a in reversed(ARTICLES))
    again = replace(ISSUE, id="imported", date=date(2026, 11, 9), articles=turned)
    config = configured(text="{headline}")
    assert pipeline(config).enqueue(read(again), now).entries
    assert len(ledger.deliveries()) == 3


def test_a_changed_text_changes_the_queued_post_and_keeps_its_time(pipeline, ledger, now):
    pipeline().enqueue(read(), now)
    before = ledger.deliveries()
    corrected = (ARTICLES[0].paragraphs[0], "It cost 90 million euros.")
    articles = (replace(ARTICLES[0], paragraphs=corrected), *ARTICLES[1:])
    plan = pipeline().enqueue(read(replace(ISSUE, articles=articles)), now)
    assert [e.change for e in plan.entries] == ["changed", "kept", "kept"]
    after = ledger.deliveries()
    assert [(d.key, d.due) for d in after] == [(d.key, d.due) for d in before]
    assert "90 million" in after[0].posts[0].text


def test_a_corrected_headline_is_the_same_article_and_never_a_second_post(pipeline, ledger, now):
    pipeline().enqueue(read(), now)
    articles = (replace(ARTICLES[0], headline="Headline norhtern"), *ARTICLES[1:])
    plan = pipeline().enqueue(read(replace(ISSUE, articles=articles)), now)
    assert [e.change for e in plan.entries] == ["changed", "kept", "kept"]
    assert len(ledger.deliveries()) == 3


def test_what_is_published_is_never_posted_again_whatever_is_corrected(pipeline, ledger, now):
    pipeline(configured(Schedule("UTC", now=True))).enqueue(read(), now)
    for _ in range(3):
        (claimed,) = ledger.claim(now, 8)
        ledger.settle([Settlement(claimed, State.PUBLISHED, "out", Receipt("1", "https://x"))], now)
    articles = (replace(ARTICLES[0], headline="Headline norhtern"), *ARTICLES[1:])
    plan = pipeline(configured(Schedule("UTC", now=True))).enqueue(read(replace(ISSUE, articles=articles)), now)
    assert {e.change for e in plan.entries if not e.delivery.corrects} == {"kept"}
    assert [d.state for d in ledger.deliveries() if not d.corrects] == [State.PUBLISHED] * 3


def begun(ledger, at):
    """Send the first part of a thread."""
    (claimed,) = ledger.claim(at, 8)
    ledger.settle([Settlement(claimed, State.QUEUED, "first part", Receipt("1", "https://x"))], at)
    return ledger.deliveries()


def test_a_thread_that_has_begun_keeps_its_wording_whatever_is_corrected(pipeline, ledger, now):
    config = configured(Schedule("UTC", now=True), what="thread")
    pipeline(config).enqueue(read(), now)
    before = begun(ledger, now)
    for articles in (ARTICLES[:2], (replace(ARTICLES[0], headline="Headline norhtern"), *ARTICLES[1:])):
        (entry,) = pipeline(config).enqueue(read(replace(ISSUE, articles=articles)), now).entries
        assert entry.change == "kept"
    assert ledger.deliveries() == before


def test_a_thread_that_has_begun_is_not_taken_from_the_queue_half_told(pipeline, ledger, now):
    pipeline(configured(what="thread", accounts=("mastodon",))).enqueue(read(), now)
    before = begun(ledger, ledger.deliveries()[0].due)
    pipeline(configured(what="thread", accounts=("x",))).enqueue(read(), now)
    assert [d for d in ledger.deliveries() if d.account == "mastodon"] == before


def test_a_thread_that_has_begun_does_not_wait_for_another_slot(pipeline, ledger, now):
    pipeline(configured(what="thread")).enqueue(read(), now)
    before = begun(ledger, ledger.deliveries()[0].due)
    pipeline(configured(what="thread")).catch_up(before[0].due + timedelta(hours=1))
    assert ledger.deliveries() == before


def test_an_article_that_left_its_issue_is_not_posted(pipeline, ledger, now):
    pipeline().enqueue(read(), now)
    plan = pipeline().enqueue(read(replace(ISSUE, articles=ARTICLES[:2])), now)
    assert [e.change for e in plan.entries] == ["kept", "kept", "gone"]
    assert [d.state for d in ledger.deliveries()] == [State.QUEUED, State.QUEUED, State.SKIPPED]


def test_an_article_that_comes_back_to_its_issue_is_posted_after_all(pipeline, ledger, now):
    pipeline().enqueue(read(), now)
    before = ledger.deliveries()
    pipeline().enqueue(read(replace(ISSUE, articles=ARTICLES[:2])), now)
    plan = pipeline().enqueue(read(), now)
    assert [e.change for e in plan.entries] == ["kept", "kept", "changed"]
    assert plan.entries[2].why.startswith("asked for again; ")
    assert ledger.deliveries() == before


def test_an_article_that_a_person_skipped_does_not_come_back(pipeline, ledger, now):
    pipeline().enqueue(read(), now)
    row = ledger.deliveries()[2]
    ledger.change([Change(row, replace(row, state=State.SKIPPED), "by hand")], "ann", now)
    pipeline().enqueue(read(replace(ISSUE, articles=ARTICLES[:2])), now)
    assert {e.change for e in pipeline().enqueue(read(), now).entries} == {"kept"}
    assert ledger.deliveries()[2].state is State.SKIPPED


def test_what_a_person_wrote_comes_back_with_its_article(pipeline, ledger, now):
    pipeline().enqueue(read(), now)
    row = ledger.deliveries()[2]
    mine = (replace(row.posts[0], text="My own words"),)
    ledger.change([Change(row, replace(row, posts=mine, edited="ann"), "by hand")], "ann", now)
    pipeline().enqueue(read(replace(ISSUE, articles=ARTICLES[:2])), now)
    pipeline().enqueue(read(), now)
    assert (ledger.deliveries()[2].posts, ledger.deliveries()[2].edited) == (mine, "ann")


def test_an_account_that_a_stream_leaves_gets_nothing_more(pipeline, ledger, now):
    pipeline(configured(accounts=("mastodon", "x"))).enqueue(read(), now)
    pipeline(configured(accounts=("x",))).enqueue(read(), now)
    states = {(d.account, d.state) for d in ledger.deliveries()}
    assert states == {("mastodon", State.SKIPPED), ("x", State.QUEUED)}


@pytest.mark.parametrize("published", [True, False])
def test_a_renamed_stream_posts_nothing_twice(pipeline, ledger, now, published):
    config = configured(Schedule("UTC", now=True))
    pipeline(config).enqueue(read(), now)
    while published and (claimed := ledger.claim(now, 8)):
        ledger.settle([Settlement(d, State.PUBLISHED, "out", Receipt("1", "https://x")) for d in claimed], now)
    newsletter = config.newsletters["weekly"]
    renamed = replace(newsletter, posts=(replace(newsletter.posts[0], name="daily"),))
    plan = pipeline(replace(config, newsletters={"weekly": renamed})).enqueue(read(), now)
    assert {e.change for e in plan.entries} == {"kept"}
    assert len(ledger.deliveries()) == 3


def test_a_text_that_cannot_fit_is_refused_at_plan_time_and_told(pipeline, ledger, now):
    long = replace(ARTICLES[0], url="https://example.com/" + "x" * 500)
    narrow = {"mastodon": Rules(lambda text, *_: measure_mastodon(text, "", 20), "test")}
    config = configured()
    plan = Pipeline(config, narrow, ledger).enqueue(read(replace(ISSUE, articles=(long,))), now)
    (row,) = ledger.deliveries()
    assert row.state is State.FAILED
    assert plan.warnings
    assert row.error
    assert row.error in plan.warnings[0]

    pipeline(config).enqueue(read(replace(ISSUE, articles=(long,))), now)
    assert [d.state for d in ledger.deliveries()] == [State.QUEUED]


def test_approval_makes_drafts_and_a_change_of_an_approved_text_asks_again(pipeline, ledger, now):
    config = configured(approval=Approval(required=True))
    pipeline(config).enqueue(read(), now)
    assert {d.state for d in ledger.deliveries()} == {State.DRAFT}
    ledger.change([Change(d, approved(d, now), "approved") for d in ledger.deliveries()], "jo", now)
    articles = (replace(ARTICLES[0], paragraphs=("The northern bridge opened on Tuesday.",)), *ARTICLES[1:])
    pipeline(config).enqueue(read(replace(ISSUE, articles=articles)), now)
    assert [d.state for d in ledger.deliveries()] == [State.DRAFT, State.QUEUED, State.QUEUED]


def test_the_first_reading_posts_nothing_that_is_older(pipeline, now):
    config = configured(since=None)
    today = replace(ISSUE, id="today", date=now.date(), articles=(Article(1, "Fresh", ("It is new.",)),))
    undated = replace(ISSUE, id="undated", date=None, articles=(Article(1, "Undated", ("It has no date.",)),))
    plan = pipeline(config).enqueue(read(ISSUE, today, undated), now)
    assert [e.delivery.issue for e in plan.entries] == ["today"]
    assert "since: all" in plan.warnings[0]

    again = pipeline(config).enqueue(read(ISSUE, today, undated), now + timedelta(days=1))
    assert [e.change for e in again.entries] == ["kept"]


def test_what_appears_after_the_first_reading_is_posted_whatever_its_date(pipeline, now):
    config = configured(since=None)
    pipeline(config).enqueue({"weekly": Reading()}, now)
    plan = pipeline(config).enqueue(read(), now)
    assert len(plan.entries) == 3


def test_a_thread_of_an_old_issue_is_not_posted_at_the_second_reading(pipeline, now):
    config = configured(since=None, what="thread")
    pipeline(config).enqueue(read(), now)
    assert pipeline(config).enqueue(read(), now + timedelta(days=1)).entries == []


@pytest.mark.parametrize(("since", "count"), [(date(2026, 11, 2), 3), (date(2026, 11, 3), 0)])
def test_since_a_day_posts_what_is_not_older(pipeline, now, since, count):
    assert len(pipeline(configured(since=since)).plan(read(), now).entries) == count


def test_a_whole_issue_can_be_one_thread(pipeline, now):
    (entry,) = pipeline(configured(what="thread")).plan(read(), now).entries
    assert len(entry.delivery.posts) == 4
    assert entry.delivery.article == 0


def test_a_post_whose_first_slot_is_after_its_deadline_is_missed_and_told(pipeline, ledger, now):
    plan = pipeline(configured(replace(NINE, expires=timedelta(days=2, hours=12)))).enqueue(read(), now)
    assert [d.state for d in ledger.deliveries()] == [State.QUEUED, State.MISSED, State.MISSED]
    assert len(plan.warnings) == 2


def test_an_accounts_budget_is_a_cap_on_its_posts_of_a_month(pipeline, now):
    config = configured(accounts=("x",))
    rich = replace(config, accounts={"x": Account("x", "x", Settings(), budget=Budget(0.4))})
    plan = pipeline(rich).plan(read(), now)
    assert [due.month for due in dues(plan.entries)] == [11, 11, 12]


def test_an_accounts_cap_holds_over_all_streams(pipeline, now):
    config = configured(Schedule("UTC", now=True))
    capped = replace(config, accounts={"mastodon": Account("mastodon", "mastodon", Settings(), (Most(2, "day"),))})
    plan = pipeline(capped).plan(read(), now)
    assert [due.date() - now.date() for due in dues(plan.entries)] == [timedelta(0), timedelta(0), timedelta(1)]


def test_problems_of_a_source_are_warnings_and_the_rest_goes_on(pipeline, now):
    plan = pipeline().plan(read(problems=(SourceError("a.md", "is empty"),), waiting=("b.md",)), now)
    assert len(plan.entries) == 3
    assert plan.warnings[0] == "a.md: is empty"
    assert "b.md" in plan.warnings[1]


def test_an_article_that_stands_twice_is_posted_once_and_told(pipeline, now):
    twice = replace(ISSUE, articles=(ARTICLES[0], replace(ARTICLES[0], number=2)))
    plan = pipeline().plan(read(twice), now)
    assert len(plan.entries) == 1
    assert "twice" in plan.warnings[0]


def test_two_articles_with_one_link_are_two_posts(pipeline, now):
    same = tuple(replace(article, url="https://elsewhere.example/") for article in ARTICLES)
    assert len(pipeline().plan(read(replace(ISSUE, articles=same)), now).entries) == 3


@pytest.mark.parametrize(
    ("late", "expected"),
    [
        ("post", [timedelta(0), timedelta(minutes=30), timedelta(minutes=60)]),
        ("next slot", [timedelta(hours=14), timedelta(hours=38), timedelta(hours=62)]),
        ("skip", []),
    ],
)
def test_after_downtime_the_rule_for_lateness_holds_and_there_is_no_burst(pipeline, ledger, now, late, expected):
    config = configured(replace(NINE, late=late, gap=timedelta(minutes=30)))
    pipeline(config).enqueue(read(), now)
    back = datetime(2026, 11, 9, 19, tzinfo=UTC)
    pipeline(config).catch_up(back)
    assert [d.due - back for d in ledger.deliveries(State.QUEUED)] == expected
    assert len(ledger.deliveries(State.MISSED)) == 3 - len(expected)
    pipeline(config).catch_up(back + timedelta(minutes=1))
    assert [d.due - back for d in ledger.deliveries(State.QUEUED)] == expected


@pytest.mark.parametrize("stop", ["mastodon", EVERYONE])
def test_what_got_late_during_a_pause_gets_its_new_time_when_it_ends(pipeline, ledger, now, stop):
    pipeline().enqueue(read(), now)
    due, back = [d.due for d in ledger.deliveries()], datetime(2026, 11, 9, 19, tzinfo=UTC)
    ledger.pause(stop, "breaking news")
    pipeline().catch_up(back - timedelta(hours=1))
    assert [d.due for d in ledger.deliveries()] == due
    ledger.resume(stop, "person", back)
    pipeline().catch_up(back)
    assert ledger.deliveries()[0].due == back


def test_what_got_late_while_its_network_asked_for_time_gets_its_new_time_after_it(pipeline, ledger, now):
    pipeline().enqueue(read(), now)
    first, *others = ledger.deliveries()
    (claimed,) = ledger.claim(first.due, 1)
    rest = others[1].due + timedelta(hours=1)
    ledger.settle([Settlement(claimed, State.QUEUED, "429", due=rest, wait=rest)], first.due)
    pipeline().catch_up(rest - timedelta(minutes=1))
    assert {d.due for d in ledger.deliveries()} == {rest, *(d.due for d in others)}
    pipeline().catch_up(rest)
    assert all(d.due >= rest for d in ledger.deliveries())


def test_what_got_late_behind_a_post_in_hand_goes_not_out_in_a_burst(pipeline, ledger, now):
    spread, back = pipeline(configured(replace(NINE, gap=timedelta(minutes=30)))), datetime(2026, 11, 9, 19, tzinfo=UTC)
    spread.enqueue(read(), now)
    ledger.claim(ledger.deliveries()[0].due, 1)
    spread.catch_up(back)
    first, second = (d.due for d in ledger.deliveries(State.QUEUED))
    assert first >= back
    assert second - first >= timedelta(minutes=30)


def test_what_is_a_minute_late_is_simply_sent(pipeline, ledger, now):
    pipeline().enqueue(read(), now)
    due = [d.due for d in ledger.deliveries()]
    pipeline().catch_up(due[0] + timedelta(minutes=1))
    assert [d.due for d in ledger.deliveries()] == due


def test_late_posts_of_a_stream_that_is_gone_stay_as_they_are(pipeline, ledger, delivery, now):
    ledger.add([delivery(newsletter="gone"), delivery("k2", newsletter="weekly", stream="gone")], "t", "r", now)
    pipeline().catch_up(now + timedelta(days=1))
    assert {d.due for d in ledger.deliveries()} == {now}


PRIVATE = replace(ISSUE, articles=(replace(ARTICLES[0], redirect="https://click.mail.example/ls/click?upn=u001"),))


def test_a_link_made_for_one_reader_is_never_posted_and_its_post_is_held_with_the_reason(pipeline, ledger, now):
    unlinked = configured()
    unlinked = replace(unlinked, newsletters={"weekly": replace(unlinked.newsletters["weekly"], link=None)})
    plan = pipeline(unlinked).enqueue(read(PRIVATE), now)
    (row,) = ledger.deliveries()
    assert (row.state, row.posts) == (State.HELD, ())
    assert "made for one reader" in str(row.error)
    assert any("made for one reader" in warning for warning in plan.warnings)
    assert ledger.resume(EVERYONE, "test", now) == 0
    assert ledger.deliveries()[0].state is State.HELD


def test_what_was_held_for_want_of_a_link_is_queued_once_there_is_one(pipeline, ledger, now):
    unlinked = configured()
    unlinked = replace(unlinked, newsletters={"weekly": replace(unlinked.newsletters["weekly"], link=None)})
    pipeline(unlinked).enqueue(read(PRIVATE), now)
    pipeline().enqueue(read(PRIVATE), now)
    (row,) = ledger.deliveries()
    assert (row.state, row.posts[0].links) == (State.QUEUED, ("https://news.example/2026-11#1",))


def test_a_held_article_whose_link_was_found_is_the_same_article(pipeline, ledger, now):
    unlinked = configured()
    unlinked = replace(unlinked, newsletters={"weekly": replace(unlinked.newsletters["weekly"], link=None)})
    pipeline(unlinked).enqueue(read(PRIVATE), now)
    found = replace(PRIVATE.articles[0], url="https://news.example/northern", redirect=None)
    pipeline(unlinked).enqueue(read(replace(PRIVATE, articles=(found,))), now)
    (row,) = ledger.deliveries()
    assert (row.state, row.posts[0].links) == (State.QUEUED, ("https://news.example/northern",))


def test_a_first_reading_that_failed_is_none_and_the_next_one_floods_nobody(pipeline, ledger, now):
    newcomer = configured(since=None)
    broken = {"weekly": Reading(problems=(SourceError("https://news.example", "it is down"),))}
    assert pipeline(newcomer).enqueue(broken, now).entries == []
    assert ledger.first_reading("weekly") is None
    old = replace(ISSUE, date=(now - timedelta(days=30)).date())
    assert pipeline(newcomer).enqueue(read(old), now).entries == []


def test_an_issue_that_could_not_be_read_at_first_is_as_old_as_the_others(pipeline, now):
    newcomer = configured(since=None)
    old = replace(ISSUE, date=(now - timedelta(days=30)).date())
    late = replace(ISSUE, id="2026-08", title="Summer", articles=(Article(1, "Old news", ("It was summer.",)),))
    first = {"weekly": Reading((old,), problems=(SourceError("2026-08", "its link cannot be followed yet"),))}
    pipeline(newcomer).enqueue(first, now)
    assert [e for e in pipeline(newcomer).plan(read(old, late), now).entries if e.change == "new"] == []
