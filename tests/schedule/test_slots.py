from datetime import UTC, date, datetime, time, timedelta
from itertools import islice, takewhile
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sharebot.schedule import Schedule, Slot, slots

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
ZONES = sorted(available_timezones())


def walls(schedule, after, count=3):
    return [slot.wall for slot in islice(slots(schedule, after), count)]


def utc(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def daily(zone, *times, **more):
    return Schedule(zone=zone, at=tuple(time.fromisoformat(text) for text in times), **more)


def turning_days(zone, year):
    """Days in UTC on which the zone's clock changes."""
    noons = [datetime(year, 1, 1, 12, tzinfo=UTC) + DAY * n for n in range(366)]
    offsets = [at.astimezone(zone).utcoffset() for at in noons]
    return [noons[n] for n in range(365) if offsets[n] != offsets[n + 1]]


def by_walking(zone, times, first, last):
    """Watch the clock minute by minute: a wanted time is when the clock first shows it or, having jumped, later."""
    start = first - 3 * DAY
    minutes = [start + MINUTE * n for n in range((last - start) // MINUTE + 1)]
    shown = [at.astimezone(zone).replace(tzinfo=None) for at in minutes]
    dates = {wall.date() for wall in shown}
    wanted = sorted(datetime.combine(day, at) for day in dates for at in times if shown[0] < datetime.combine(day, at))
    found, clock = [], 0
    for wall in wanted:
        while clock < len(shown) and shown[clock] < wall:
            clock += 1
        found += minutes[clock : clock + 1]
    return [at for at in dict.fromkeys(found) if first < at <= last]


@settings(max_examples=150, deadline=None)
@given(data=st.data(), name=st.sampled_from(ZONES), year=st.integers(2020, 2035))
def test_no_slot_is_lost_or_doubled_or_in_a_gap_in_any_zone(data, name, year):
    zone = ZoneInfo(name)
    random_day = st.integers(0, 360).map(lambda n: datetime(year, 1, 2, 12, tzinfo=UTC) + DAY * n)
    middle = data.draw(st.sampled_from(turning_days(zone, year) or [data.draw(random_day)]))
    minutes = st.one_of(st.integers(0, 240), st.integers(1320, 1439), st.integers(0, 1439))
    times = data.draw(st.lists(minutes.map(lambda n: time(n // 60, n % 60)), min_size=1, max_size=8))
    first = middle - DAY + data.draw(st.integers(0, 2880)) * MINUTE
    last = middle + 2 * DAY

    given_slots = takewhile(lambda slot: slot.at <= last, slots(Schedule(zone=name, at=tuple(times)), first))

    assert [slot.at for slot in given_slots] == by_walking(zone, times, first, last)


@pytest.mark.parametrize(
    ("zone", "wanted", "after", "at", "wall"),
    [
        ("Europe/Berlin", "02:30", "2026-03-28T12:00", "2026-03-29T01:00", "2026-03-29T03:00"),
        ("America/New_York", "02:30", "2026-03-07T12:00", "2026-03-08T07:00", "2026-03-08T03:00"),
        ("Australia/Lord_Howe", "02:15", "2026-10-03T12:00", "2026-10-03T15:30", "2026-10-04T02:30"),
        ("America/Sao_Paulo", "00:00", "2018-11-03T12:00", "2018-11-04T03:00", "2018-11-04T01:00"),
        ("Africa/Cairo", "00:00", "2023-04-27T12:00", "2023-04-27T22:00", "2023-04-28T01:00"),
        ("Asia/Beirut", "00:20", "2024-03-30T12:00", "2024-03-30T22:00", "2024-03-31T01:00"),
        ("America/Nuuk", "23:30", "2025-03-29T12:00", "2025-03-30T01:00", "2025-03-30T00:00"),
    ],
)
def test_a_time_in_the_spring_gap_moves_to_the_first_minute_after_it(zone, wanted, after, at, wall):
    assert next(slots(daily(zone, wanted), utc(after))) == Slot(utc(at), wall, zone)


@pytest.mark.parametrize(
    ("zone", "wanted", "after", "at"),
    [
        ("Europe/Berlin", "02:30", "2026-10-24T12:00", "2026-10-25T00:30"),
        ("America/New_York", "01:30", "2026-10-31T12:00", "2026-11-01T05:30"),
        ("Australia/Lord_Howe", "01:45", "2026-04-04T12:00", "2026-04-04T14:45"),
    ],
)
def test_a_time_in_the_autumn_overlap_comes_once_and_at_the_first(zone, wanted, after, at):
    first, second = islice(slots(daily(zone, wanted), utc(after)), 2)
    assert first.at == utc(at)
    assert second.at - first.at > DAY
    assert walls(daily(zone, wanted), first.at + MINUTE, 1) == [second.wall]


def test_times_that_meet_behind_the_gap_become_one():
    schedule = daily("Europe/Berlin", "02:00", "02:30", "03:00", "03:01")
    assert walls(schedule, utc("2026-03-28T12:00")) == ["2026-03-29T03:00", "2026-03-29T03:01", "2026-03-30T02:00"]


def test_a_date_that_the_zone_left_out_has_no_slot():
    schedule = daily("Pacific/Apia", "00:00", "09:00")
    expected = ["2011-12-29T09:00", "2011-12-31T00:00", "2011-12-31T09:00"]
    assert walls(schedule, utc("2011-12-29T11:00")) == expected
    assert walls(daily("Pacific/Apia", "09:00"), utc("2011-12-29T20:00"), 1) == ["2011-12-31T09:00"]


def test_a_slot_is_strictly_later_than_after():
    schedule = daily("UTC", "09:00")
    assert walls(schedule, utc("2026-01-01T09:00"), 1) == ["2026-01-02T09:00"]
    assert walls(schedule, utc("2026-01-01T08:59"), 1) == ["2026-01-01T09:00"]


def test_days_choose_the_days_of_the_week():
    schedule = daily("UTC", "09:00", days=frozenset({1, 4}))
    assert walls(schedule, utc("2026-11-24T00:00")) == ["2026-11-26T09:00", "2026-11-30T09:00", "2026-12-03T09:00"]


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        ("15", ["2026-01-15", "2026-02-15", "2026-03-15"]),
        ("31", ["2026-01-31", "2026-03-31", "2026-05-31"]),
        ("last", ["2026-01-31", "2026-02-28", "2026-03-31"]),
        ("first monday", ["2026-01-05", "2026-02-02", "2026-03-02"]),
        ("fourth sunday", ["2026-01-25", "2026-02-22", "2026-03-22"]),
        ("last friday", ["2026-01-30", "2026-02-27", "2026-03-27"]),
    ],
)
def test_on_chooses_the_day_of_each_month_that_has_it(on, expected):
    found = walls(daily("UTC", "09:00", on=(on,)), utc("2026-01-01T00:00"))
    assert found == [f"{day}T09:00" for day in expected]


def test_several_days_of_a_month_are_each_a_day():
    found = walls(daily("UTC", "09:00", on=("1", "first thursday", "last")), utc("2025-12-31T12:00"), 4)
    assert found == [f"{day}T09:00" for day in ("2026-01-01", "2026-01-31", "2026-02-01", "2026-02-05")]


@pytest.mark.parametrize(
    ("weeks", "days", "expected"),
    [
        (1, {2}, ["2026-12-01", "2026-12-08", "2026-12-15"]),
        (2, {2}, ["2026-12-01", "2026-12-15", "2026-12-29"]),
        (2, {1, 4}, ["2026-12-03", "2026-12-14", "2026-12-17"]),
        (52, {2}, ["2026-12-01", "2027-11-30", "2028-11-28"]),
    ],
)
def test_weeks_are_counted_from_that_of_the_first_day_and_nothing_is_before_it(weeks, days, expected):
    schedule = daily("UTC", "09:00", weeks=weeks, start=date(2026, 12, 1), days=frozenset(days))
    assert walls(schedule, utc("2020-01-01T00:00")) == [f"{day}T09:00" for day in expected]
    assert walls(schedule, utc("2026-12-01T00:00")) == [f"{day}T09:00" for day in expected]


def test_weeks_go_on_over_the_end_of_a_year_with_53():
    schedule = daily("UTC", "09:00", weeks=2, start=date(2026, 12, 28), days=frozenset({1}))
    assert walls(schedule, utc("2026-12-29T00:00"), 2) == ["2027-01-11T09:00", "2027-01-25T09:00"]


def test_a_first_day_that_is_far_away_is_waited_for():
    schedule = daily("UTC", "09:00", weeks=2, start=date(2046, 12, 4), days=frozenset({2}))
    assert walls(schedule, utc("2026-12-01T00:00"), 1) == ["2046-12-04T09:00"]


def test_quiet_hours_across_midnight_hold_back_slots_but_not_their_own_end():
    schedule = daily("UTC", "06:59", "07:00", "21:59", "22:00", quiet=(time(22), time(7)))
    assert walls(schedule, utc("2026-01-01T00:00")) == ["2026-01-01T07:00", "2026-01-01T21:59", "2026-01-02T07:00"]


def test_quiet_hours_within_a_day_hold_back_slots():
    schedule = daily("UTC", "11:59", "12:00", "14:00", quiet=(time(12), time(14)))
    assert walls(schedule, utc("2026-01-01T00:00"), 2) == ["2026-01-01T11:59", "2026-01-01T14:00"]


def test_a_slot_that_moved_out_of_the_quiet_hours_is_kept():
    schedule = daily("Europe/Berlin", "02:30", quiet=(time(2), time(3)))
    assert walls(schedule, utc("2026-03-25T12:00"), 1) == ["2026-03-29T03:00"]


def test_not_on_leaves_dates_out():
    schedule = daily("UTC", "09:00", not_on=frozenset({date(2026, 12, 25)}))
    assert walls(schedule, utc("2026-12-24T00:00"), 2) == ["2026-12-24T09:00", "2026-12-26T09:00"]


@pytest.mark.parametrize(
    "schedule",
    [
        Schedule(zone="UTC"),
        Schedule(zone="UTC", now=True, at=(time(9),)),
        Schedule(zone="UTC", cron="0 9 30 2 *"),
        daily("UTC", "23:00", quiet=(time(22), time(7))),
    ],
)
def test_slots_end_when_none_can_ever_come(schedule):
    assert walls(schedule, utc("2026-01-01T00:00")) == []


def test_the_leap_day_comes_again_even_around_2100():
    schedule = Schedule(zone="UTC", cron="0 9 29 2 *")
    assert walls(schedule, utc("2095-01-01T00:00"), 2) == ["2096-02-29T09:00", "2104-02-29T09:00"]


def test_slots_end_quietly_with_the_calendar():
    assert walls(daily("Pacific/Kiritimati", "00:00"), utc("9999-12-20T00:00"), 99)[-1] < "9999-12-31"


def test_a_cron_schedule_obeys_the_laws_of_time():
    schedule = Schedule(zone="Europe/Berlin", cron="30 2 * * sun")
    assert walls(schedule, utc("2026-03-22T12:00"), 2) == ["2026-03-29T03:00", "2026-04-05T02:30"]
    assert [slot.at for slot in islice(slots(schedule, utc("2026-10-24T12:00")), 1)] == [utc("2026-10-25T00:30")]
