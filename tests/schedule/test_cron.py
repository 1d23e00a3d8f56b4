from datetime import UTC, date, datetime, time, timedelta
from itertools import islice

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sharebot.schedule import Schedule, parse_cron, slots
from sharebot.schedule.cron import Cron

WEEK = [date(2026, 11, 23) + timedelta(days=n) for n in range(7)]  # Monday to Sunday


def weekdays(field):
    cron = Cron.parse(f"0 9 * * {field}")
    return [day.isoweekday() for day in WEEK if cron.runs_on(day)]


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        ("1", [1]),
        ("1-5", [1, 2, 3, 4, 5]),
        ("mon-fri", [1, 2, 3, 4, 5]),
        ("0", [7]),
        ("7", [7]),
        ("SUN", [7]),
        ("5-7", [5, 6, 7]),
        ("fri-sun", [5, 6, 7]),
        ("sun-tue", [1, 2, 7]),
        ("mon,wed", [1, 3]),
        ("1-5/2", [1, 3, 5]),
        ("*", [1, 2, 3, 4, 5, 6, 7]),
    ],
)
def test_one_is_monday_and_both_0_and_7_are_sunday(field, expected):
    assert weekdays(field) == expected


def test_steps_and_lists_make_the_times():
    assert Cron.parse("*/20 8-9,12 * * *").times == (
        *(time(8, minute) for minute in (0, 20, 40)),
        *(time(9, minute) for minute in (0, 20, 40)),
        *(time(12, minute) for minute in (0, 20, 40)),
    )


def test_month_names_are_known():
    assert Cron.parse("0 9 1 jan-mar,Dec *").months == {1, 2, 3, 12}


def test_a_day_and_a_weekday_that_are_both_restricted_mean_either():
    cron = Cron.parse("0 9 25 * mon")
    assert [day.day for day in WEEK if cron.runs_on(day)] == [23, 25]


def test_a_starred_step_is_no_restriction_so_both_must_hold_as_in_cron():
    cron = Cron.parse("0 9 */2 * mon-wed")
    assert [day.day for day in WEEK if cron.runs_on(day)] == [23, 25]


@pytest.mark.parametrize(
    ("text", "cure"),
    [
        ("0 9 * *", "five fields"),
        ("@daily", "five fields"),
        ("60 9 * * *", "0 to 59"),
        ("0 24 * * *", "0 to 23"),
        ("0 9 0 * *", "1 to 31"),
        ("0 9 * 13 *", "1 to 12"),
        ("0 9 * * 8", "0 to 7"),
        ("0 9 * * mno", "did you mean 'mon'"),
        ("0 9 x * *", "1 to 31"),
        ("0 9 * * fri-mon", "two ranges"),
        ("*/0 9 * * *", "step of 1 to 59"),
        ("*/90 9 * * *", "step of 1 to 59"),
        ("5/15 9 * * *", "5-59/"),
        ("0 9 L * *", "1 to 31"),
        ("0 9 ? * mon", "write a number"),
        ("0,, 9 * * *", "write a number"),
        ("0 9 ² * *", "1 to 31"),
        ("0 9 30 2 *", "no day that exists"),
        ("0 9 31 4,6,9,11 *", "no day that exists"),
    ],
)
def test_a_wrong_cron_line_is_refused_with_the_cure(text, cure):
    with pytest.raises(ValueError, match=cure):
        parse_cron(text)


@pytest.mark.parametrize("text", ["0 9 29 2 *", "0 9 30 2 mon", "0 9 31 2,3 *"])
def test_a_cron_line_that_runs_on_any_day_at_all_is_taken(text):
    assert parse_cron(text) == text


def test_a_cron_line_is_kept_with_single_spaces():
    assert parse_cron("  0  9 * * Mon ") == "0 9 * * Mon"


def numbers(low, high):
    return st.none() | st.sets(st.integers(low, high), min_size=1, max_size=4)


@settings(max_examples=100, deadline=None)
@given(numbers(0, 59), numbers(0, 23), numbers(1, 31), numbers(1, 12), numbers(1, 7))
def test_slots_are_the_minutes_that_the_five_fields_name(minute, hour, day, month, weekday):
    fields = (minute, hour, day, month, weekday)
    text = " ".join("*" if field is None else ",".join(map(str, sorted(field))) for field in fields)
    start = datetime(2026, 1, 31, 23, 30, tzinfo=UTC)

    def named(at):
        days = [at.day in day] if day else []
        days += [at.isoweekday() in weekday] if weekday else []
        rest = ((minute, at.minute), (hour, at.hour), (month, at.month))
        return (any(days) or not days) and all(field is None or value in field for field, value in rest)

    minutes = (start + timedelta(minutes=n) for n in range(1, 4000))
    expected = list(islice(filter(named, minutes), 20))
    found = [slot.at for slot in islice(slots(Schedule(zone="UTC", cron=text), start), 20)]
    assert found[: len(expected)] == expected
    assert len(expected) == 20 or all(at >= start + timedelta(minutes=4000) for at in found[len(expected) :])
