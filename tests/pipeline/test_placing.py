"""What is placed stays placed, until an editor wants it elsewhere."""

from dataclasses import replace
from datetime import time, timedelta

import pytest

from sharebot.config.values import Stream
from sharebot.model import State
from sharebot.outbox.ledger import Change
from sharebot.schedule import Most, Schedule

NINE = Schedule("UTC", at=(time(9),))
NOON = replace(NINE, at=(time(12),))


def times(desk):
    return [d.due for d in desk.ledger.deliveries()]


def test_a_changed_schedule_moves_what_waits_and_says_from_when_to_when(desk, utc):
    desk.queue()
    plan = desk.queue(desk.config(NOON))
    assert [e.why for e in plan.entries] == [
        "moved from 2026-11-04T09:00 to 2026-11-03T12:00",
        "moved from 2026-11-05T09:00 to 2026-11-04T12:00",
        "moved from 2026-11-06T09:00 to 2026-11-05T12:00",
    ]
    assert times(desk) == [utc(2026, 11, day, 12) for day in (3, 4, 5)]
    assert {e.change for e in desk.plan(desk.config(NOON)).entries} == {"kept"}


def test_the_times_that_are_left_are_free_for_those_that_come(desk, utc):
    desk.queue()
    daily = replace(NINE, most=(Most(1, "day"),), at=(time(9), time(10)))
    desk.queue(desk.config(daily))
    assert times(desk) == [utc(2026, 11, 3, 10), utc(2026, 11, 4, 9), utc(2026, 11, 5, 9)]


def test_what_says_nothing_of_the_time_moves_nothing(desk):
    desk.queue()
    before = times(desk)
    other = replace(NINE, late="skip", expires=timedelta(days=30))
    assert {e.change for e in desk.queue(desk.config(other)).entries} == {"kept"}
    assert times(desk) == before


def test_what_stays_at_its_time_under_another_schedule_is_not_placed_anew_later(desk, utc):
    desk.queue()
    twice = replace(NINE, at=(time(9), time(18)))
    desk.queue(desk.config(twice, to=("mastodon",)))
    placed = times(desk)
    assert placed == [utc(2026, 11, 3, 18), utc(2026, 11, 4, 9), utc(2026, 11, 4, 18)]
    first = desk.rows()["articles", "mastodon", 1, 0]
    desk.ledger.change([Change(first, replace(first, state=State.SKIPPED), "skipped")], "jo", desk.now)
    desk.queue(desk.config(twice))
    assert times(desk) == placed


def test_what_a_person_moved_stays_where_they_put_it(desk, utc):
    desk.queue()
    mine = desk.rows()["articles", "mastodon", 2, 0]
    moved = replace(mine, due=utc(2026, 12, 24, 18), wall="2026-12-24T18:00", moved="jo")
    desk.ledger.change([Change(mine, moved, "moved")], "jo", desk.now)
    desk.queue(desk.config(NOON))
    assert desk.rows()["articles", "mastodon", 2, 0].due == utc(2026, 12, 24, 18)


def test_what_an_older_build_placed_stays(desk, ledger):
    desk.queue()
    rows = ledger.deliveries()
    ledger.change([Change(d, replace(d, placed=None), "as of old") for d in rows], "test", desk.now)
    assert {e.change for e in desk.queue(desk.config(NOON)).entries} == {"kept"}


def test_what_is_moved_behind_its_deadline_is_missed(desk):
    desk.queue(desk.config(replace(NINE, expires=timedelta(days=3))))
    late = replace(NINE, days=frozenset({7}), expires=timedelta(days=3))
    plan = desk.queue(desk.config(late))
    assert {d.state for d in desk.ledger.deliveries()} == {State.MISSED}
    assert plan.entries[0].why.startswith("its first free time 2026-11-08T09:00 is after its deadline")


def test_after_is_counted_from_publication(desk, utc):
    plan = desk.plan(desk.config(replace(NINE, after=timedelta(days=5))))
    assert [e.delivery.due for e in plan.entries] == [utc(2026, 11, day, 9) for day in (7, 8, 9)]


@pytest.mark.parametrize("ahead", [0, 60])
def test_after_alone_is_like_now_only_later(desk, utc, ahead):
    soon = Schedule("UTC", now=True, after=timedelta(hours=34), gap=timedelta(minutes=ahead))
    plan = desk.plan(desk.config(soon))
    assert [e.delivery.due for e in plan.entries] == [
        utc(2026, 11, 3, 10) + n * timedelta(minutes=ahead) for n in range(3)
    ]


def test_nothing_is_composed_anew_while_nothing_changes(desk, monkeypatch):
    desk.queue()
    monkeypatch.setattr("sharebot.pipeline.rows.posts_for", None)
    assert {e.change for e in desk.plan().entries} == {"kept"}


@pytest.mark.parametrize(
    ("newsletter", "stream"),
    [
        ({"language": "de"}, {}),
        ({"hashtags": ("bridge",)}, {}),
        ({"utm": {"source": "here"}}, {}),
        ({"title": "Bridges"}, {"text": "{newsletter}: {link}"}),
        ({}, {"text": "{headline} {link}"}),
        ({}, {"what": "thread"}),
        ({}, {"card": "image"}),
    ],
)
def test_whatever_posts_are_made_from_makes_them_anew(desk, newsletter, stream):
    lane = {}
    for name, config in (("old", desk.config()), ("new", desk.config(**newsletter, stream=stream))):
        lane[name] = {e.delivery.made for e in desk.plan(config).entries}
    assert lane["old"].isdisjoint(lane["new"])


def test_a_spread_post_keeps_the_place_that_its_key_chose_and_the_plan_is_what_happens(desk, utc):
    spread = replace(NINE, spread=timedelta(minutes=45))
    planned = [e.delivery.due for e in desk.plan(desk.config(spread)).entries]
    desk.queue(desk.config(spread))
    assert times(desk) == planned
    assert [due.date() for due in planned] == [utc(2026, 11, day).date() for day in (4, 5, 6)]
    assert len({due.time() for due in planned}) == 3


def test_another_streams_post_takes_nothing_of_a_spread_slot(desk, utc):
    desk.now = utc(2026, 11, 3, 8)
    quarter = replace(NINE, at=(time(9, 15),))
    digest = Stream("issue", ("mastodon",), quarter, "digest")
    desk.queue(desk.config(streams=(digest,)))
    spread = Stream("articles", ("mastodon",), replace(NINE, spread=timedelta(minutes=30)))
    desk.queue(desk.config(streams=(digest, spread)))
    first = min(d.due for d in desk.ledger.deliveries() if d.stream == "articles")
    assert first.date() == next(d.due for d in desk.ledger.deliveries() if d.stream == "issue").date()
