from datetime import time
from zoneinfo import available_timezones

import pytest

from sharebot.schedule import Most, parse_every, parse_on, parse_quiet, parse_time, parse_weeks, parse_zone


@pytest.mark.parametrize(
    ("value", "days"),
    [
        ("day", None),
        ("month", None),
        ("weekday", {1, 2, 3, 4, 5}),
        ("Weekend", {6, 7}),
        ("monday", {1}),
        (["monday", "thursday"], {1, 4}),
        (["weekday", "sunday"], {1, 2, 3, 4, 5, 7}),
        (["weekday", "weekend"], None),
    ],
)
def test_every_names_days_of_the_week(value, days):
    assert parse_every(value) == days


@pytest.mark.parametrize(
    ("value", "cure"),
    [
        ("weekdays", "did you mean 'weekday'"),
        ("thu", "did you mean 'thursday'"),
        ("munday", "did you mean 'monday'"),
        ("2weeks", "did you mean '2 weeks'"),
        (["monday", "2 weeks"], "2 weeks stands alone"),
        ("fortnight", "choose from day, weekday"),
        ("", "choose from day, weekday"),
        ([], "at least one"),
        (["monday", "month"], "month stands alone"),
    ],
)
def test_an_unknown_day_is_refused_with_the_cure(value, cure):
    with pytest.raises(ValueError, match=cure):
        parse_every(value)


@pytest.mark.parametrize(
    ("text", "weeks"), [("2 weeks", 2), (" 1  Week", 1), ("052 weeks", 52), ("day", None), ("2weeks", None)]
)
def test_weeks_are_counted(text, weeks):
    assert parse_weeks(text) == weeks


@pytest.mark.parametrize("text", ["0 weeks", "53 weeks"])
def test_weeks_are_at_most_a_year(text):
    with pytest.raises(ValueError, match="write 1 to 52 weeks"):
        parse_weeks(text)


@pytest.mark.parametrize(
    ("value", "on"), [(1, "1"), ("031", "31"), ("last", "last"), ("First  Monday", "first monday")]
)
def test_on_names_a_day_of_the_month(value, on):
    assert parse_on(value) == on


@pytest.mark.parametrize(
    ("value", "cure"),
    [
        (0, "1 to 31"),
        (32, "1 to 31"),
        ("9" * 5000, "1 to 31"),
        ("middle", "last friday"),
        ("last fryday", "did you mean 'friday'"),
        ("frist monday", "did you mean 'first'"),
        ("moonday", "did you mean 'monday'"),
        ("fifth monday", "write last monday"),
    ],
)
def test_an_unknown_day_of_the_month_is_refused_with_the_cure(value, cure):
    with pytest.raises(ValueError, match=cure):
        parse_on(value)


def test_a_time_may_leave_out_its_first_zero():
    assert parse_time("9:05") == parse_time("09:05") == time(9, 5)


@pytest.mark.parametrize(("text", "cure"), [("24:00", "23:59"), ("9", "09:00"), ("9:5", "09:00"), ("٠٩:٠٠", "09:00")])
def test_a_wrong_time_is_refused_with_the_cure(text, cure):
    with pytest.raises(ValueError, match=cure):
        parse_time(text)


@pytest.mark.parametrize("text", ["22:00-07:00", "22:00 - 7:00", "22:00–07:00"])
def test_quiet_hours_go_from_one_time_to_another(text):
    assert parse_quiet(text) == (time(22), time(7))


@pytest.mark.parametrize(
    ("text", "cure"), [("22:00", "22:00-07:00"), ("22:00-22:00", "two different"), ("22-7", "09:00")]
)
def test_wrong_quiet_hours_are_refused_with_the_cure(text, cure):
    with pytest.raises(ValueError, match=cure):
        parse_quiet(text)


def test_every_zone_of_the_database_is_known():
    zones = available_timezones() - {"localtime", "Factory"}
    assert {parse_zone(name) for name in zones} == zones


@pytest.mark.parametrize(
    ("name", "cure"),
    [
        ("Europe/Pariss", "did you mean Europe/Paris"),
        ("UTC+2", "write it as continent and city"),
        ("paris", "did you mean Europe/Paris"),
        ("new york", "did you mean America/New_York"),
        ("Nowhere at all", "continent and city"),
        ("", "continent and city"),
        ("../../etc/passwd", "no time zone"),
        ("Europe", "no time zone"),
        ("localtime", "no time zone"),
        ("posixrules", "no time zone"),
        ("right/Europe/Paris", "did you mean Europe/Paris"),
    ],
)
def test_an_unknown_zone_is_refused_with_the_cure(name, cure):
    with pytest.raises(ValueError, match=cure):
        parse_zone(name)


def test_a_cap_is_a_number_and_a_period():
    assert Most.parse("4 per day") == Most(4, "day")
    assert Most.parse(" 1 per  hour ") == Most(1, "hour")


@pytest.mark.parametrize(
    ("text", "cure"),
    [
        ("4", "4 per day"),
        ("four per day", "4 per day"),
        ("4 per days", "did you mean 'day'"),
        ("4 per year", "hour, day, week, month"),
        ("0 per day", "never post"),
    ],
)
def test_a_wrong_cap_is_refused_with_the_cure(text, cure):
    with pytest.raises(ValueError, match=cure):
        Most.parse(text)
