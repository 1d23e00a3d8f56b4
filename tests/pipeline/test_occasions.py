"""What the words of a post owe to its day, to its turn, and to a model that ranks sentences."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest

from sharebot.config.values import Account, Config, Newsletter, Stream
from sharebot.errors import UNTRUE
from sharebot.model import Article, Issue, Reading, Rules, State
from sharebot.outbox.statements import EVERYONE
from sharebot.pipeline import Pipeline
from sharebot.ranking import NoRanking
from sharebot.schedule import Schedule
from sharebot.settings import Settings
from sharebot.text.measure import measure_mastodon

DAY = date(2026, 11, 2)
READ = datetime(2026, 11, 2, 7, tzinfo=UTC)
FERRY = Article(
    1,
    "The ferry is back",
    (
        "The ferry to Hale Island sailed again today with forty passengers. A ticket costs 12 kroner for adults.",
        "The shop of the island has ordered new shelves. The old horn of the ferry was kept by its crew.",
    ),
)
MARKET = Article(2, "The market has a roof", ("The market hall has a new roof of larch. The old tiles are for sale.",))
ISSUE = Issue("2026-11", "The issue", (FERRY, MARKET), date=DAY, language="en")
DAILY = Schedule("UTC", at=(time(9),))
RULES = {"mastodon": Rules(measure_mastodon, "test"), "single": Rules(measure_mastodon, "test", threads=False)}


def configured(*streams, accounts=("mastodon",), **changes):
    streams = streams or (Stream("articles", accounts, DAILY),)
    newsletter = Newsletter("weekly", "folder", Settings(), streams, since="all", **changes)
    known = {name: Account(name, name, Settings()) for name in RULES}
    return Config(Path("sharebot.yaml"), "UTC", known, {"weekly": newsletter})


@pytest.fixture
def pipeline(ledger):
    def make(config=None, ranker=None):
        return Pipeline(config or configured(), RULES, ledger, ranker)

    return make


def read(issue=ISSUE):
    return {"weekly": Reading((issue,))}


def texts(plan):
    return [" ".join(post.text for post in e.delivery.posts) for e in plan.entries]


def turned(*order):
    return replace(ISSUE, articles=tuple(replace(a, number=n) for n, a in enumerate(order, 1)))


def test_today_is_posted_on_its_day_and_left_out_on_another(pipeline):
    first, _ = pipeline().plan(read(), READ).entries
    assert first.delivery.due.date() == DAY
    assert "today" in first.delivery.posts[0].text
    assert first.delivery.posts[0].true_until == datetime(2026, 11, 3, tzinfo=UTC)
    later = pipeline().plan(read(turned(MARKET, FERRY)), READ).entries[1]
    assert later.delivery.due.date() == DAY + timedelta(days=1)
    assert "today" not in later.delivery.posts[0].text
    assert "ticket" in later.delivery.posts[0].text
    assert later.delivery.posts[0].true_until is None


def test_a_post_that_moves_to_another_day_gets_other_words(pipeline, ledger):
    pipeline().enqueue(read(), READ)
    late = READ + timedelta(days=3)
    pipeline().catch_up(late)
    plan = pipeline().enqueue(read(), late)
    assert [e.change for e in plan.entries] == ["changed", "kept"]
    assert not [d for d in ledger.deliveries() if "today" in d.posts[0].text]


def test_a_time_that_was_only_looked_at_is_free_for_the_next(pipeline):
    streams = [Stream(name, ("mastodon",), DAILY) for name in ("one", "two")]
    plan = pipeline(configured(*streams)).plan(read(), READ)
    assert sorted(e.delivery.due.day for e in plan.entries) == [2, 3, 4, 5]


@pytest.mark.parametrize("word", ["today", "tomorrow"])
def test_a_headline_that_would_be_untrue_is_held_with_its_cure(pipeline, ledger, word):
    issue = turned(MARKET, replace(FERRY, headline=f"The ferry sails {word}"))
    plan = pipeline().enqueue(read(issue), READ)
    held = plan.entries[1].delivery
    assert held.state is State.HELD
    assert held.error
    assert held.error.startswith(f"{UNTRUE}the headline says “{word}”")
    assert any("queue retry" in warning for warning in plan.warnings)
    assert [e.change for e in pipeline().enqueue(read(issue), READ).entries] == ["kept", "kept"]
    assert ledger.resume(EVERYONE, "a person", READ) == 0  # it waits for its words, not for an account
    mended = turned(MARKET, replace(FERRY, headline="The ferry sails on Sunday, 8 November"))
    pipeline().enqueue(read(mended), READ)
    assert {d.state for d in ledger.deliveries()} == {State.QUEUED}


def test_a_thread_is_held_for_each_untrue_headline_in_it(pipeline):
    issue = turned(MARKET, replace(FERRY, headline="The ferry sails tomorrow"))
    config = configured(Stream("whole", ("mastodon",), DAILY, "thread"))
    (late,) = pipeline(config).plan(read(issue), READ + timedelta(days=3)).entries
    assert late.delivery.state is State.HELD
    assert late.why.startswith(f"{UNTRUE}the headline “The ferry sails tomorrow” says “tomorrow”")
    (in_time,) = pipeline(config).plan(read(issue), READ - timedelta(days=1)).entries
    assert in_time.delivery.state is State.HELD
    true = turned(MARKET, replace(FERRY, headline="The ferry sails today"))
    (entry,) = pipeline(config).plan(read(true), READ).entries
    assert entry.delivery.state is State.QUEUED


def test_a_digest_without_its_list_is_not_held_for_headlines_that_it_does_not_say(pipeline):
    issue = turned(MARKET, replace(FERRY, headline="The ferry sails tomorrow"))
    config = configured(Stream("whole", ("mastodon",), DAILY, "digest", text="{headline} {link}"))
    (entry,) = pipeline(config).plan(read(issue), READ + timedelta(days=3)).entries
    assert entry.delivery.state is State.QUEUED


def test_a_post_for_which_no_time_is_left_is_told_so_and_no_day_is_made_up(pipeline):
    never = replace(DAILY, not_on=frozenset(DAY + timedelta(days=n) for n in range(9999)))
    issue = turned(replace(FERRY, headline="The ferry sails tomorrow"))
    (entry,) = pipeline(configured(Stream("articles", ("mastodon",), never))).plan(read(issue), READ).entries
    assert entry.delivery.state is State.FAILED
    assert entry.why.startswith("no free time is left for it")


def test_a_held_post_stays_held_on_each_further_day_and_when_its_article_is_corrected(pipeline, ledger):
    issue = turned(MARKET, replace(FERRY, headline="The ferry sails tomorrow"))
    pipeline().enqueue(read(issue), READ)
    for days in (1, 5, 9):
        plan = pipeline().enqueue(read(issue), READ + timedelta(days=days))
        assert "changed" not in {e.change for e in plan.entries if e.delivery.state is State.HELD}
    corrected = turned(MARKET, replace(FERRY, headline="The ferry surely sails tomorrow"))
    pipeline().enqueue(read(corrected), READ + timedelta(days=9))
    (held,) = ledger.deliveries(State.HELD)
    assert "surely" in held.posts[0].text


def test_a_post_without_a_time_that_then_fits_no_more_is_told_as_failed(pipeline, ledger):
    never = replace(DAILY, not_on=frozenset(DAY + timedelta(days=n) for n in range(9999)))
    config = configured(Stream("articles", ("mastodon",), never))
    pipeline(config).enqueue(read(turned(FERRY)), READ)
    endless = replace(FERRY, url=f"ftp://news.example/{'x' * 600}")
    plan = pipeline(config).enqueue(read(turned(endless)), READ)
    assert [e.delivery.state for e in plan.entries] == [State.FAILED]
    assert [d.state for d in ledger.deliveries()] == [State.FAILED]


def test_a_held_post_is_read_again_day_after_day(pipeline, ledger):
    shown = replace(FERRY, headline="The ferry sails tomorrow")
    pipeline().enqueue(read(turned(MARKET, shown)), READ)
    (held,) = ledger.deliveries(State.HELD)
    plan = pipeline().enqueue(read(turned(MARKET, shown)), READ + timedelta(days=4))
    assert [e.change for e in plan.entries] == ["kept", "kept"]
    longer = replace(shown, paragraphs=(*shown.paragraphs, "The crew has a new cook from Hale Island."))
    pipeline().enqueue(read(turned(MARKET, longer)), READ + timedelta(days=5))
    (other,) = ledger.deliveries(State.HELD)
    assert (other.key, "cook" in other.posts[0].text) == (held.key, True)


def test_a_headline_that_grew_untrue_in_the_queue_is_held_then(pipeline, ledger):
    issue = turned(replace(FERRY, headline="The ferry sails today"), MARKET)
    pipeline().enqueue(read(issue), READ)
    (first, _) = ledger.deliveries(State.QUEUED)
    assert first.posts[0].true_until == datetime(2026, 11, 3, tzinfo=UTC)
    late = READ + timedelta(days=3)
    pipeline().catch_up(late)
    pipeline().enqueue(read(issue), late)
    (held,) = ledger.deliveries(State.HELD)
    assert held.key == first.key


def test_a_digest_counts_untrue_headlines_among_those_that_it_does_not_show(pipeline):
    issue = turned(MARKET, replace(FERRY, headline="The ferry sails tomorrow"))
    stream = Stream("all", ("mastodon",), replace(DAILY, not_on=frozenset({DAY})), "digest")
    (entry,) = pipeline(configured(stream)).plan(read(issue), READ).entries
    assert entry.delivery.state is State.QUEUED
    assert entry.delivery.posts[0].text == "The issue\n\n• The market has a roof\n+1 more"
    (soon,) = pipeline(configured(replace(stream, schedule=DAILY))).plan(read(issue), READ).entries
    assert "• The ferry sails tomorrow" in soon.delivery.posts[0].text
    assert soon.delivery.posts[0].true_until == datetime(2026, 11, 3, tzinfo=UTC)


def test_a_post_without_a_time_is_untrue_on_no_day(pipeline):
    issue = turned(replace(FERRY, headline="The ferry sails tomorrow"))
    never = replace(DAILY, not_on=frozenset(DAY + timedelta(days=n) for n in range(-2, 5000)))
    (entry,) = pipeline(configured(Stream("articles", ("mastodon",), never))).plan(read(issue), READ).entries
    assert "None" not in (entry.delivery.error or "")
    assert entry.delivery.state is State.FAILED


def test_a_newsletter_may_have_today_in_its_name(pipeline):
    issue = replace(ISSUE, title="Harbour Today 51")
    stream = Stream("all", ("mastodon",), replace(DAILY, not_on=frozenset({DAY})), "digest")
    (entry,) = pipeline(configured(stream, title="Harbour today")).plan(read(issue), READ).entries
    assert entry.delivery.state is State.QUEUED
    (other,) = pipeline(configured(stream, title="Harbour")).plan(read(issue), READ).entries
    assert other.delivery.state is State.HELD


def test_what_a_person_lets_go_stays_let_go(pipeline, ledger):
    issue = turned(MARKET, replace(FERRY, headline="The ferry sails tomorrow"))
    pipeline().enqueue(read(issue), READ)
    (held,) = ledger.deliveries(State.HELD)
    posts = tuple(replace(post, true_until=None) for post in held.posts)
    from sharebot.outbox.ledger import Change

    ledger.change(
        [Change(held, replace(held, state=State.QUEUED, error=None, posts=posts), "let go")], "a person", READ
    )
    assert [e.change for e in pipeline().enqueue(read(issue), READ).entries] == ["kept", "kept"]


def test_a_second_stream_on_an_account_takes_other_sentences(pipeline):
    streams = [Stream(name, ("mastodon",), Schedule("UTC", now=True), text="{summary}") for name in ("one", "again")]
    halls = (
        "northern",
        "southern",
        "western",
        "eastern",
        "old",
        "new",
        "upper",
        "lower",
        "royal",
        "free",
        "fish",
        "salt",
    )
    long = replace(MARKET, paragraphs=tuple(f"The {hall} market hall has a roof of {hall} larch." for hall in halls))
    plan = pipeline(configured(*streams)).plan(read(replace(ISSUE, articles=(long,))), READ)
    first, again = (set(text.split(". ")) for text in texts(plan))
    assert first != again


def test_a_network_without_threads_gets_single_posts(pipeline):
    streams = (Stream("whole", ("mastodon", "single"), DAILY, "thread"),)
    plan = pipeline(configured(*streams)).plan(read(), READ)
    parts = {(e.delivery.account, e.delivery.article): len(e.delivery.posts) for e in plan.entries}
    assert parts == {("mastodon", 0): 3, ("single", 1): 1, ("single", 2): 1}


def test_what_is_unkind_to_followers_is_a_warning_of_the_plan(pipeline):
    loud = replace(ISSUE, articles=(replace(MARKET, headline="THE MARKET HALL HAS A ROOF"),))
    plan = pipeline(configured(accounts=("mastodon", "single"))).enqueue(read(loud), READ)
    (warning,) = plan.warnings
    assert warning.startswith("2026-11: THE MARKET HALL HAS A ROOF: words in capitals are hard to read")
    assert pipeline(configured(accounts=("mastodon", "single"))).plan(read(loud), READ).warnings == []


class Model:
    """Ranks the last sentence first, or is silent."""

    def __init__(self, fault=None):
        self.fault, self.asked = fault, 0

    def digest(self, headline, sentences):
        return f"{headline}{len(sentences)}"

    def rank(self, _headline, sentences):
        self.asked += 1
        if self.fault:
            raise self.fault
        return (len(sentences) - 1,)


RANKED = {"ranking": "llm"}
SHORT = Stream("articles", ("mastodon",), DAILY, text="{summary}")


def test_a_model_is_asked_once_for_an_article_and_what_it_ranks_first_is_said(pipeline):
    model = Model()
    config = configured(SHORT, **RANKED)
    plan = pipeline(config, model).enqueue(read(), READ)
    assert model.asked == 2
    assert all(last in text for last, text in zip(("old horn", "old tiles"), texts(plan), strict=True))
    assert [e.change for e in pipeline(config, model).plan(read(), READ).entries] == ["kept", "kept"]
    assert model.asked == 2


def test_a_silent_model_costs_one_question_and_the_plan_says_so(pipeline):
    model = Model(NoRanking("127.0.0.1 gave no answer in time"))
    plan = pipeline(configured(SHORT, **RANKED), model).plan(read(), READ)
    assert model.asked == 1
    assert plan.warnings == ["language model: 127.0.0.1 gave no answer in time; articles summed up without it: 2"]
    assert texts(plan) == texts(pipeline(configured(SHORT)).plan(read(), READ))


def test_a_model_is_not_asked_for_newsletters_that_do_not_want_it(pipeline):
    model = Model()
    pipeline(configured(SHORT), model).enqueue(read(), READ)
    assert model.asked == 0


def test_accounts_that_are_equal_get_equal_words_which_are_composed_once(ledger):
    measured = []

    def measure(text, *more):
        measured.append(text)
        return measure_mastodon(text, *more)

    def plan(*names):
        accounts = {name: Account(name, "mastodon", Settings()) for name in names}
        config = replace(configured(accounts=names), accounts=accounts)
        rules = dict.fromkeys(names, Rules(measure, "test"))
        measured.clear()
        return texts(Pipeline(config, rules, ledger).plan(read(), READ)), len(measured)

    words, once = plan("one")
    again, twice = plan("one", "other")
    assert again == words * 2
    assert twice < once * 2 - 1  # how each account's network counts is asked once more
