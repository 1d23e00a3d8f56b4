from bisect import insort
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice, takewhile
from time import process_time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sharebot.schedule import Most, Places, Schedule, place, relate, slots

MINUTE = timedelta(minutes=1)
DAYS = timedelta(days=4)
FEW = 40
NAMES = {"hour": "%Y-%m-%d %H", "day": "%Y-%m-%d", "week": "%G-%V", "month": "%Y-%m"}


def utc(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def walls(found, count=3):
    return [slot.wall for slot in islice(found, count)]


def times_on(day, *times):
    return [utc(f"{day}T{at}") for at in times]


def period(at, schedule, per):
    local = at.astimezone(ZoneInfo(schedule.zone))
    return local.strftime(NAMES[per]), per == "hour" and local.fold


def is_free(at, book, schedule, caps):
    if any(abs(other - at) < schedule.gap or (other == at and not schedule.now) for other in book):
        return False
    return all(
        sum(period(other, schedule, most.per) == period(at, schedule, most.per) for other in book) < most.count
        for most in (*schedule.most, *caps)
    )


def greedy(offers, taken, schedule, caps):
    """What `place` promises, the slow way: look at every slot, keep it if it is free among all posts."""
    book, found = sorted(taken), list[datetime]()
    for at in offers:
        if is_free(at, book, schedule, caps):
            insort(book, at)
            found.append(at)
        if len(found) == FEW:
            break
    return found


MOST = st.builds(Most, st.integers(1, 3), st.sampled_from(sorted(NAMES)))
QUIET = st.none() | st.sampled_from([(time(22), time(7)), (time(1), time(2, 30)), (time(23), time(0))])
# Around changes of the clock, one of them at midnight.
STARTS = st.sampled_from([
    ("Europe/Berlin", utc("2026-03-27T12:00")),
    ("Europe/Berlin", utc("2026-10-23T12:00")),
    ("Africa/Cairo", utc("2026-04-22T12:00")),
    ("Africa/Cairo", utc("2026-10-28T12:00")),
    ("Australia/Lord_Howe", utc("2026-04-03T12:00")),
])  # fmt: skip
OFFSETS = st.lists(st.integers(-1500, 5000).map(lambda n: n * MINUTE), max_size=12)


def drawn(data, **more):
    zone, after = data.draw(STARTS)
    schedule = Schedule(
        zone=zone,
        gap=data.draw(st.sampled_from([0, 1, 7, 30, 90, 700])) * MINUTE,
        most=tuple(data.draw(st.lists(MOST, max_size=2))),
        quiet=data.draw(QUIET),
        not_on=frozenset(data.draw(st.sets(st.integers(0, 4), max_size=2).map(lambda days: _dates(after, days)))),
        **more,
    )
    taken = [after + offset for offset in data.draw(OFFSETS)]
    return schedule, after, taken, tuple(data.draw(st.lists(MOST, max_size=1)))


def _dates(after, days):
    return {(after + timedelta(days=day)).date() for day in days}


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_placed_slots_are_every_slot_that_keeps_gap_and_caps_among_all_posts(data):
    cron = data.draw(st.sampled_from(["*/20 * * * *", "7,30 */3 * * *", "0 9,12,23 * * *", "30 2 * * *"]))
    schedule, after, taken, caps = drawn(data, cron=cron)
    taken += [slot.at for slot in islice(slots(schedule, after), 5) if data.draw(st.booleans())]
    placed = islice(place(schedule, after, taken, caps), FEW)
    found = [slot.at for slot in placed if slot.at < after + DAYS]

    offers = [slot.at for slot in takewhile(lambda slot: slot.at < after + DAYS, slots(schedule, after))]
    assert found == greedy(offers, taken, schedule, caps)


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_a_now_schedule_posts_at_every_minute_that_is_open_and_keeps_gap_and_caps(data):
    schedule, after, taken, caps = drawn(data, now=True)
    schedule = replace(schedule, gap=schedule.gap or MINUTE)
    placed = islice(place(schedule, after, taken, caps), FEW)
    found = [slot.at for slot in placed if slot.at < after + DAYS]

    minutes = (after + MINUTE * n for n in range(DAYS // MINUTE))
    assert found == greedy((at for at in minutes if is_open(at, schedule)), taken, schedule, caps)


def is_open(at, schedule):
    local = at.astimezone(ZoneInfo(schedule.zone))
    start, end = schedule.quiet or (time(0), time(0))
    after_start, before_end = local.time() >= start, local.time() < end
    quiet = (after_start or before_end) if start > end else (after_start and before_end)
    return not quiet and local.date() not in schedule.not_on


def test_a_now_schedule_without_gap_and_cap_takes_all_at_once():
    after = utc("2026-11-24T08:00:00.250000")
    found = list(islice(place(Schedule(zone="Europe/Paris", now=True), after, [after]), 3))
    assert [slot.at for slot in found] == [after] * 3
    assert found[0].wall == "2026-11-24T09:00"


def test_a_wall_time_off_the_minute_shows_its_seconds():
    assert walls(place(Schedule(zone="UTC", now=True), utc("2026-11-24T08:00:07"), []), 1) == ["2026-11-24T08:00:07"]


def test_a_now_schedule_waits_for_the_end_of_quiet_hours_and_of_dates_left_out():
    schedule = Schedule(
        zone="Europe/Paris", now=True, quiet=(time(22), time(7)), not_on=frozenset({date(2026, 12, 25)})
    )
    assert walls(place(schedule, utc("2026-12-24T21:30"), []), 1) == ["2026-12-26T07:00"]
    assert walls(place(schedule, utc("2026-12-23T21:30"), []), 1) == ["2026-12-24T07:00"]


def test_quiet_hours_that_end_in_the_second_pass_of_a_doubled_hour_end_then():
    schedule = Schedule(zone="Europe/Berlin", now=True, quiet=(time(2), time(2, 30)))
    assert next(place(schedule, utc("2026-10-25T01:10"), [])).at == utc("2026-10-25T01:30")


def test_quiet_hours_that_have_begun_go_on_when_the_clock_is_put_back():
    schedule = Schedule(zone="Europe/Berlin", now=True, quiet=(time(2, 30), time(7)))
    assert next(place(schedule, utc("2026-10-25T00:45"), [])).at == utc("2026-10-25T06:00")


def test_a_slot_that_another_post_has_is_not_free_even_without_a_gap():
    schedule = Schedule(zone="UTC", at=(time(9), time(12)))
    taken = times_on("2026-11-24", "09:00")
    assert walls(place(schedule, utc("2026-11-24T00:00"), taken), 2) == ["2026-11-24T12:00", "2026-11-25T09:00"]


def test_a_taken_instant_in_another_zone_is_the_same_instant():
    schedule = Schedule(zone="UTC", at=(time(9), time(12)))
    taken = [datetime(2026, 11, 24, 10, tzinfo=ZoneInfo("Europe/Paris"))]
    assert walls(place(schedule, utc("2026-11-24T00:00"), taken), 1) == ["2026-11-24T12:00"]


def test_weeks_begin_on_monday_in_the_zone_of_the_schedule():
    schedule = Schedule(zone="Pacific/Auckland", at=(time(9),), most=(Most(1, "week"),))
    taken = times_on("2026-11-22", "20:00")  # Monday the 23rd in Auckland
    assert walls(place(schedule, utc("2026-11-22T20:00"), taken), 2) == ["2026-11-30T09:00", "2026-12-07T09:00"]


def test_a_month_ends_on_its_last_day():
    schedule = Schedule(zone="UTC", now=True, most=(Most(1, "month"),))
    found = walls(place(schedule, utc("2026-01-31T10:00"), []), 3)
    assert found == ["2026-01-31T10:00", "2026-02-01T00:00", "2026-03-01T00:00"]


def test_the_doubled_hour_counts_as_two():
    schedule = Schedule(zone="Europe/Berlin", now=True, most=(Most(1, "hour"),))
    found = [slot.at for slot in islice(place(schedule, utc("2026-10-25T00:15"), []), 3)]
    assert found == times_on("2026-10-25", "00:15", "01:00", "02:00")


def test_a_day_that_begins_twice_is_left_for_good():
    # In 2010 St. John's put its clock back at 00:01, so the 7th of November began, and then the 6th went on.
    schedule = Schedule(zone="America/St_Johns", now=True, most=(Most(1, "day"),))
    found = list(islice(place(schedule, utc("2010-11-07T03:00"), times_on("2010-11-07", "02:31")), 2))
    assert [slot.wall for slot in found] == ["2010-11-07T00:00", "2010-11-08T00:00"]
    assert found[0].at == utc("2010-11-07T03:30")


def test_a_time_that_was_looked_at_is_gone_once_another_post_stands_there():
    places = Places(Schedule("UTC", at=(time(9),)), utc("2026-11-24T00:00"), ())
    first = places.peek("a")
    assert first is not None
    places.put(first.at)
    second = places.peek("a")
    assert second is not None
    assert second.at == first.at + timedelta(days=1)
    assert places.take("a") == second
    assert places.peek("a") != second


def test_placing_ends_after_five_years():
    schedule = Schedule(zone="UTC", at=(time(9),), most=(Most(1, "month"),))
    assert len(list(place(schedule, utc("2026-11-24T00:00"), []))) == 61


def test_ten_thousand_placements_among_a_thousand_posts_take_no_time():
    after = utc("2026-11-24T00:00")
    taken = [after + 37 * MINUTE * n for n in range(1000)]
    schedule = Schedule(zone="Europe/Paris", cron="*/5 * * * *", gap=10 * MINUTE, most=(Most(40, "day"),))
    began = process_time()
    assert len(list(islice(place(schedule, after, taken), 10_000))) == 10_000
    assert process_time() - began < 4


def late(schedule, now, taken=(), due="2026-11-24T08:00"):
    slot = relate(schedule, utc(due), utc(now), list(taken))
    return slot and slot.wall


WEEKDAYS = Schedule(zone="Europe/Paris", days=frozenset(range(1, 6)), at=(time(9), time(12, 30)))


@pytest.mark.parametrize("how", ["post", "next slot", "skip"])
def test_what_is_not_late_keeps_its_time(how):
    assert late(replace(WEEKDAYS, late=how), "2026-11-24T07:59") == "2026-11-24T09:00"


def test_a_late_post_goes_out_as_soon_as_the_rules_allow():
    assert late(WEEKDAYS, "2026-11-24T09:07") == "2026-11-24T10:07"
    quiet = replace(WEEKDAYS, quiet=(time(22), time(7)))
    assert late(quiet, "2026-11-24T22:00") == "2026-11-25T07:00"


def test_late_posts_make_no_burst():
    schedule = replace(WEEKDAYS, gap=30 * MINUTE, most=(Most(2, "day"),))
    taken = times_on("2026-11-27", "08:50")
    for expected in ("2026-11-27T10:20", "2026-11-28T00:00", "2026-11-28T00:30"):
        slot = relate(schedule, utc("2026-11-24T08:00"), utc("2026-11-27T09:00"), taken)
        assert slot is not None
        assert slot.wall == expected
        taken.append(slot.at)


def test_a_late_post_can_wait_for_the_next_free_slot():
    schedule = replace(WEEKDAYS, late="next slot")
    assert late(schedule, "2026-11-24T09:07") == "2026-11-24T12:30"
    assert late(schedule, "2026-11-24T09:07", times_on("2026-11-24", "11:30")) == "2026-11-25T09:00"


def test_a_late_post_can_be_let_go():
    assert late(replace(WEEKDAYS, late="skip"), "2026-11-24T08:01") is None
