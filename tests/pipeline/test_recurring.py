from dataclasses import replace
from datetime import date, time
from pathlib import Path

import pytest

from sharebot.config.values import Account, Config, Newsletter, Stream
from sharebot.identity import article_identity, issue_identity
from sharebot.model import Article, Issue, Reading, Receipt, Rules, State
from sharebot.outbox.settling import Settlement
from sharebot.pipeline import Pipeline, choose
from sharebot.recurring import Recurring, traces
from sharebot.schedule import Schedule
from sharebot.settings import Settings
from sharebot.text.measure import measure_mastodon

RULES = {"mastodon": Rules(measure_mastodon, "test")}
WELCOME = "Each week, we sum up what happened around the harbour."


def configured(schedule=Schedule("UTC", at=(time(9),)), *, what="articles", since="all"):  # noqa: B008 — a value
    streams = (Stream("articles", ("mastodon",), schedule, what),)
    newsletter = Newsletter("weekly", "folder", Settings(), streams, since=since)
    return Config(
        Path("sharebot.yaml"), "UTC", {"mastodon": Account("mastodon", "mastodon", Settings())}, {"weekly": newsletter}
    )


@pytest.fixture
def pipeline(ledger):
    def make(config=None):
        return Pipeline(config or configured(), RULES, ledger)

    return make


def read(*issues):
    return {"weekly": Reading(issues)}


def weeks(*words, url="https://news.example/{}"):
    return [
        Issue(
            f"2026-1{n}",
            f"Week {n}",
            (
                Article(1, f"The {word}", (f"{WELCOME} The {word} opened.", f"It cost {n} euros."), url.format(word)),
                Article(2, f"{word} closed", (f"Nobody saw the {word} on Friday.", f"A {word} is red.")),
            ),
            date(2026, 11, 1 + n),
            "en",
        )
        for n, word in enumerate(words)
    ]


def bodies(ledger, *states):
    return [d.posts[0].text for d in ledger.deliveries(*states) if d.article in {0, 1}]


def test_what_recurs_is_left_out_of_the_posts_and_remembered(pipeline, ledger, now):
    one, two, three = weeks("ferry", "museum", "mill")
    plan = pipeline().enqueue(read(one, two), now)
    assert not any(WELCOME in e.delivery.posts[0].text for e in plan.entries)
    assert pipeline().plan(read(three), now) == pipeline().plan(read(three), now)
    pipeline().enqueue(read(three), now)
    assert len(bodies(ledger)) == 3
    assert not any(WELCOME in text for text in bodies(ledger))


def test_what_is_published_stays_when_the_next_issue_shows_what_recurs(pipeline, ledger, now):
    config = configured(Schedule("UTC", now=True))
    one, two, three = weeks("ferry", "museum", "mill")
    pipeline(config).enqueue(read(one), now)
    (claimed,) = ledger.claim(now, 1)
    ledger.settle([Settlement(claimed, State.PUBLISHED, "out", Receipt("1", "https://x"))], now)
    pipeline(config).enqueue(read(two), now)  # alone in its reading, as in a mailbox: the first is remembered
    assert WELCOME in bodies(ledger, State.PUBLISHED)[0]
    assert WELCOME not in bodies(ledger, State.QUEUED)[0]
    entries = pipeline(config).enqueue(read(one, two, three), now).entries
    assert {e.change for e in entries if e.delivery.issue != three.id} == {"kept"}


def test_a_queued_post_is_mended_when_the_next_issue_shows_what_recurs(pipeline, ledger, now):
    one, two = weeks("ferry", "museum")
    pipeline().enqueue(read(one), now)
    assert WELCOME in bodies(ledger)[0]
    before = ledger.deliveries()
    plan = pipeline().enqueue(read(one, two), now)
    changed = [e for e in plan.entries if e.change == "changed"]
    assert [(e.delivery.key, e.why) for e in changed] == [(before[0].key, "its text changed")]
    assert not any(WELCOME in text for text in bodies(ledger))
    assert {e.change for e in pipeline().plan(read(one, two), now).entries} == {"kept"}


@pytest.mark.parametrize("what", ["articles", "thread", "digest"])
@pytest.mark.parametrize("url", ["https://news.example/{}", ""])
def test_what_recurs_makes_no_old_article_new(pipeline, ledger, now, what, url):
    one, two, three = weeks("ferry", "museum", "mill", url=url)
    config = configured(what=what)
    pipeline(config).enqueue(read(one), now)
    alone = {d.key for d in ledger.deliveries()}
    plan = pipeline(config).enqueue(read(one, two, three), now)
    assert alone == {e.delivery.key for e in plan.entries if e.delivery.issue == one.id}
    assert len(ledger.deliveries()) == 3 * len(alone)


def test_identity_is_of_the_text_as_it_was_read():
    one, two = weeks("ferry", "museum", url="")
    shown = Recurring(traces([one, two], [], one.date)).leave_out(one)
    (newsletter,) = configured().newsletters.values()
    (stream,) = newsletter.posts
    first, _ = choose(newsletter, stream, one, shown)
    (whole,) = choose(newsletter, replace(stream, what="thread"), one, shown)
    assert first.article == shown.articles[0] != one.articles[0]
    assert first.identity == article_identity(one.articles[0]) != article_identity(first.article)
    assert whole.identity == issue_identity(one) != issue_identity(whole.issue)


def test_an_issue_that_is_imported_again_changes_no_post(pipeline, ledger, now):
    one, *_ = weeks("ferry")
    pipeline().enqueue(read(one), now)
    posts = [d.posts for d in ledger.deliveries()]
    pipeline().enqueue(read(one, replace(one, id="imported", date=date(2026, 11, 20))), now)
    assert [d.posts for d in ledger.deliveries()] == posts


def test_what_was_there_before_the_first_reading_tells_what_recurs(pipeline, now):
    one, two, three = weeks("ferry", "museum", "mill")
    plan = pipeline(configured(since=three.date)).plan(read(one, two, three), now)
    assert [e.delivery.issue for e in plan.entries] == [three.id] * 2
    assert WELCOME not in plan.entries[0].delivery.posts[0].text
