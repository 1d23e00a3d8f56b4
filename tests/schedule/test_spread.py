"""A spread, beside the slow way to do it: look at every slot and every minute behind it."""

from bisect import insort
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from hashlib import sha256
from itertools import islice, pairwise, takewhile
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sharebot.schedule import Most, Places, Schedule, place, relate, slots

MINUTE = timedelta(minutes=1)
DAYS = timedelta(days=4)
NAMES = {"hour": "%Y-%m-%d %H", "day": "%Y-%m-%d", "week": "%G-%V", "month": "%Y-%m"}


def utc(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def local(at, schedule):
    return at.astimezone(ZoneInfo(schedule.zone))


def is_open(at, schedule):
    here = local(at, schedule)
    start, end = schedule.quiet or (time(0), time(0))
    quiet = start <= here.time() < end if start <= end else not end <= here.time() < start
    return not quiet and here.date() not in schedule.not_on


def named(at, schedule, per):
    here = local(at, schedule)
    return here.strftime(NAMES[per]), per == "hour" and here.fold


def fits(at, book, schedule, caps):
    if any(abs(other - at) < schedule.gap or other == at for other in book):
        return False
    return all(
        sum(named(other, schedule, most.per) == named(at, schedule, most.per) for other in book) < most.count
        for most in (*schedule.most, *caps)
    )


def stretch(at, following, schedule):
    """Every minute at which a post of this slot may come out."""
    minutes = [at + n * MINUTE for n in range(int(schedule.spread / MINUTE) + 1)]
    same = local(at, schedule).date()
    return list(
        takewhile(lambda t: t < following and is_open(t, schedule) and local(t, schedule).date() == same, minutes)
    )


def slowly(key, offers, book, own, schedule, caps):
    """What `Places` promises: the first slot with room, there the key's own minute, or the next that is free."""
    for at, following in pairwise(offers):
        minutes = stretch(at, following, schedule)
        if any(minutes[0] <= other <= minutes[-1] for other in own):
            continue
        first = int.from_bytes(sha256(key.encode()).digest()) % len(minutes)
        for minute in (*minutes[first:], *minutes[:first]):
            if fits(minute, book, schedule, caps):
                return minute
    return None


MOST = st.builds(Most, st.integers(1, 3), st.sampled_from(sorted(NAMES)))
STARTS = st.sampled_from([
    ("Europe/Berlin", utc("2026-03-27T12:00")),
    ("Europe/Berlin", utc("2026-10-23T12:00")),
    ("Africa/Cairo", utc("2026-04-22T12:00")),
    ("Africa/Cairo", utc("2026-10-28T12:00")),
    ("Australia/Lord_Howe", utc("2026-04-03T12:00")),
    ("America/Nuuk", utc("2026-10-23T12:00")),
])  # fmt: skip


def drawn(data):
    zone, after = data.draw(STARTS)
    schedule = Schedule(
        zone=zone,
        cron=data.draw(st.sampled_from(["*/20 * * * *", "7,30 */3 * * *", "0 9,12,23 * * *", "50 0,1,2,21 * * *"])),
        spread=data.draw(st.sampled_from([1, 5, 15, 60, 300])) * MINUTE,
        gap=data.draw(st.sampled_from([0, 1, 7, 30, 90, 700])) * MINUTE,
        most=tuple(data.draw(st.lists(MOST, max_size=2))),
        quiet=data.draw(
            st.none() | st.sampled_from([(time(22), time(7)), (time(1), time(2, 30)), (time(3), time(12, 5))])
        ),
        not_on=frozenset(
            (after + timedelta(days=day)).date() for day in data.draw(st.sets(st.integers(0, 4), max_size=2))
        ),
    )
    taken = data.draw(st.lists(st.integers(-1500, 5000).map(lambda n: after + n * MINUTE), max_size=8))
    own = [at for at in taken if data.draw(st.booleans())]
    return schedule, after, taken, tuple(data.draw(st.lists(MOST, max_size=1))), own


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_each_post_has_its_minute_behind_the_first_slot_with_room(data):
    schedule, after, taken, caps, own = drawn(data)
    offers = [slot.at for slot in takewhile(lambda slot: slot.at < after + DAYS, slots(schedule, after))]
    places, book, last = Places(schedule, after, taken, caps, own), sorted(taken), None
    for key in "abcdefghijkl":
        start = data.draw(st.sampled_from([None, None, after + 700 * MINUTE, after + 2901 * MINUTE]))
        behind = [at for at in offers if start is None or at >= start]
        expected = slowly(key, behind, book, own, schedule, caps)
        if expected is None:
            break
        assert places.peek(key, start) == places.peek(key, start)
        found = places.take(key, start)
        assert found is not None
        assert found.at == expected
        assert found.wall == local(found.at, schedule).strftime("%Y-%m-%dT%H:%M")
        assert is_open(found.at, schedule)
        assert last is None or start or found.at > last
        insort(book, found.at)
        insort(own, found.at)
        last = found.at if start is None else None


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_no_key_decides_which_slots_are_used(data):
    schedule, after, taken, caps, own = drawn(data)
    schedule = replace(schedule, gap=timedelta())

    def used(keys):
        places = Places(schedule, after, taken, (*caps, Most(4, "day")), own)
        found = [places.take(key) for key in keys]
        return [sum(offer <= slot.at for offer in offers) for slot in found if slot and slot.at < offers[-1]]

    offers = [slot.at for slot in takewhile(lambda slot: slot.at < after + DAYS, slots(schedule, after))] or [after]
    if not {most.per for most in (*schedule.most, *caps)} & {"hour"}:
        assert used("abcdefgh") == used("hgfedcba")


TWICE = Schedule(zone="Europe/Paris", at=(time(9), time(12, 30)), spread=15 * MINUTE)


def taken_by(schedule, keys, after="2026-11-24T00:00", **more):
    places = Places(schedule, utc(after), [], **more)
    return [slot.wall for key in keys if (slot := places.take(key))]


def test_the_same_key_has_the_same_minute_and_others_have_others():
    assert taken_by(TWICE, ["a", "b"]) == taken_by(TWICE, ["a", "b"])
    firsts = {taken_by(TWICE, [str(key)])[0] for key in range(400)}
    assert firsts == {f"2026-11-24T09:{minute:02}" for minute in range(16)}


def test_a_spread_of_seconds_is_told_in_seconds():
    firsts = {taken_by(replace(TWICE, spread=timedelta(seconds=3)), [str(key)])[0][-5:] for key in range(100)}
    assert firsts == {"09:00", "00:01", "00:02", "00:03"}


@pytest.mark.parametrize(
    ("more", "last"),
    [
        ({"quiet": (time(9, 5), time(12))}, "09:04"),
        ({"at": (time(9), time(9, 3))}, "09:02"),
        ({"at": (time(23, 57),)}, "23:59"),
        ({"at": (time(9),), "spread": timedelta(minutes=2)}, "09:02"),
    ],
)
def test_a_stretch_ends_with_the_day_and_before_quiet_hours_and_the_next_slot(more, last):
    firsts = {taken_by(replace(TWICE, **more), [str(key)])[0][-5:] for key in range(200)}
    assert max(firsts) == last


def test_a_stretch_ends_where_the_clock_is_put_back_into_quiet_hours():
    schedule = replace(TWICE, zone="Europe/Berlin", at=(time(2, 50),), quiet=(time(1, 30), time(2, 30)))
    found = [Places(schedule, utc("2026-10-24T12:00"), []).take(str(key)) for key in range(100)]
    assert {slot.at for slot in found if slot} == {utc("2026-10-25T00:50") + n * MINUTE for n in range(10)}


def test_the_last_slot_of_all_has_its_stretch_too():
    last = Schedule(zone="UTC", cron="0 9 29 2 *", not_on=frozenset({date(2104, 2, 29)}), spread=15 * MINUTE)
    (found,) = taken_by(last, "ab", "2096-01-01T00:00")
    assert found.startswith("2096-02-29T09:")


def test_two_posts_never_share_a_slot_whatever_their_minutes():
    assert [wall[:13] for wall in taken_by(TWICE, "abc")] == ["2026-11-24T09", "2026-11-24T12", "2026-11-25T09"]
    before = Places(TWICE, utc("2026-11-24T00:00"), [utc("2026-11-24T08:07")])
    first = before.take("a")
    assert first is not None
    assert first.wall.startswith("2026-11-24T12:")


def test_a_post_of_another_stream_takes_no_slot_but_keeps_its_gap():
    others = [utc("2026-11-24T08:05")]
    wide = Places(replace(TWICE, gap=8 * MINUTE), utc("2026-11-24T00:00"), others, own=())
    slot = wide.take("a")
    assert slot is not None
    assert slot.wall in {"2026-11-24T09:13", "2026-11-24T09:14", "2026-11-24T09:15"}


def test_a_key_whose_minute_is_too_near_to_a_post_has_another_one_of_its_slot():
    schedule, others = replace(TWICE, gap=8 * MINUTE), [utc("2026-11-24T08:15")]
    found = {Places(schedule, utc("2026-11-24T00:00"), others, own=()).take(str(key)) for key in range(200)}
    assert {slot.wall[-5:] for slot in found if slot} == {f"09:0{minute}" for minute in range(8)}


def test_a_delay_after_publication_is_spread_too():
    soon = Schedule(
        zone="Europe/Paris", now=True, after=timedelta(hours=2), spread=15 * MINUTE, quiet=(time(22), time(7))
    )
    found = {Places(soon, utc("2026-11-24T08:00"), []).take(str(key), utc("2026-11-24T10:00")) for key in range(200)}
    assert {slot.wall[-5:] for slot in found if slot} == {f"11:{minute:02}" for minute in range(16)}
    late = {Places(soon, utc("2026-11-24T08:00"), []).take(str(key), utc("2026-11-24T20:59")) for key in range(200)}
    assert {slot.wall for slot in late if slot} == {"2026-11-24T21:59", "2026-11-25T07:00"}
    night = {Places(soon, utc("2026-11-24T08:00"), []).take(str(key), utc("2026-11-24T23:00")) for key in range(200)}
    assert {slot.wall[-5:] for slot in night if slot} == {f"07:{minute:02}" for minute in range(16)}


def test_what_is_late_is_not_spread_and_the_next_slot_is():
    due, now = utc("2026-11-24T08:00"), utc("2026-11-24T09:07")
    soonest = relate(TWICE, due, now, [], key="a")
    assert soonest is not None
    assert soonest.at == now
    following = replace(TWICE, late="next slot")
    moved = {relate(following, due, now, [], key=str(key)) for key in range(200)}
    assert {slot.wall[-5:] for slot in moved if slot} == {f"12:{minute}" for minute in range(30, 46)}


def test_a_slot_is_none_before_the_moment_that_is_asked_for():
    places = Places(Schedule(zone="UTC", at=(time(9),)), utc("2026-11-24T00:00"), [])
    found = [places.take("", utc(f"2026-11-{day}T09:00")) for day in (26, 25, 26)] + [places.take()]
    assert [slot.wall[8:10] for slot in found if slot] == ["26", "25", "27", "24"]


def test_holidays_are_left_out_like_other_dates():
    schedule = Schedule(zone="Europe/Paris", at=(time(9),), holidays=frozenset({"FR"}))
    assert [slot.wall[:10] for slot in islice(place(schedule, utc("2027-05-06T12:00"), []), 2)] == [
        "2027-05-07",
        "2027-05-09",
    ]
    soon = Schedule(zone="Europe/Paris", now=True, holidays=frozenset({"FR"}), not_on=frozenset({date(2027, 5, 9)}))
    assert next(place(soon, utc("2027-05-08T12:00"), [])).wall == "2027-05-10T00:00"


def test_ten_thousand_posts_with_a_spread_keep_gap_and_caps():
    schedule = Schedule(zone="Europe/Paris", cron="*/30 * * * *", spread=15 * MINUTE, gap=20 * MINUTE)
    places = Places(schedule, utc("2026-11-24T00:00"), [], (Most(40, "day"),))
    found = [slot.at for number in range(10_000) if (slot := places.take(str(number)))]
    assert len(found) == 10_000
    assert all(later - earlier >= schedule.gap for earlier, later in pairwise(found))
