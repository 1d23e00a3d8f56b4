from datetime import UTC, date, datetime, time, timedelta

import pytest

from sharebot.schedule import Most, Repost, Schedule, nearing, words

NINE = (time(9),)


def paris(**more):
    return words(Schedule(zone="Europe/Paris", **more))


def test_days_times_and_place_come_first():
    schedule = {"days": frozenset(range(1, 6)), "at": (time(12, 30), time(9))}
    assert paris(**schedule) == "weekdays at 09:00 and 12:30, Paris time"


def test_conditions_follow():
    full = paris(
        at=NINE,
        gap=timedelta(minutes=30),
        most=(Most(4, "day"), Most(10, "week")),
        quiet=(time(22), time(7)),
        not_on=frozenset({date(2027, 1, 1), date(2026, 12, 25)}),
        expires=timedelta(days=7),
        late="next slot",
    )
    assert full == (
        "every day at 09:00, Paris time; at least 30 min apart, at most 4 per day, at most 10 per week, "
        "quiet 22:00–07:00, not on 25 Dec 2026 and 1 Jan 2027, not later than 7 days after publication, "
        "if late, at the next slot"
    )


def test_a_now_schedule_needs_no_clock():
    assert words(Schedule(zone="UTC", now=True)) == "as soon as an issue is read"
    spaced = Schedule(zone="UTC", now=True, gap=timedelta(hours=1, seconds=5), late="skip")
    assert words(spaced) == "as soon as an issue is read; at least 1 h 5 s apart, if late, not at all"


def test_a_schedule_without_times_says_so():
    assert paris() == "never: it names no time of day"


def test_many_dates_are_counted():
    dates = frozenset(date(2026, 12, day) for day in range(1, 20, 2))
    assert paris(at=NINE, not_on=dates).endswith("; not on 10 dates")


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        ({6, 7}, "weekends"),
        ({1}, "Mondays"),
        ({5, 1, 3}, "Mondays, Wednesdays and Fridays"),
        (set(range(1, 8)), "every day"),
    ],
)
def test_days_are_named_as_people_do(days, expected):
    assert paris(days=frozenset(days), at=NINE) == f"{expected} at 09:00, Paris time"


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        ("1", "on the 1st"),
        ("2", "on the 2nd"),
        ("12", "on the 12th"),
        ("23", "on the 23rd"),
        ("last", "on the last day"),
        ("first monday", "on the first Monday"),
    ],
)
def test_a_day_of_the_month_is_named(on, expected):
    assert paris(on=(on,), at=NINE) == f"{expected} of every month at 09:00, Paris time"


def test_a_day_of_the_month_with_days_of_the_week_needs_both():
    monday = paris(on=("13",), days=frozenset({5}), at=NINE)
    assert monday == "on the 13th of every month, if on Fridays at 09:00, Paris time"


@pytest.mark.parametrize(
    ("cron", "expected"),
    [
        ("0 9 * * 1-5", "weekdays at 09:00"),
        ("0 9 * jan,mar *", "every day in January and March at 09:00"),
        ("0 9 * 7 sun", "Sundays in July at 09:00"),
        ("0,30 9 1,15 * *", "on the 1st and 15th of every month at 09:00 and 09:30"),
        ("0 9 1 1 *", "on the 1st of January at 09:00"),
        ("0 9 1 * mon", "on the 1st of every month and Mondays at 09:00"),
        ("0 9 */30 * mon", "on the 1st and 31st of every month if on Mondays at 09:00"),
        ("0 9 1-31 * mon", "every day at 09:00"),
        ("0 9 1 * 0-6", "every day at 09:00"),
        ("*/15 9-17 * * *", "every day 36 times from 09:00 to 17:45"),
        ("* * * * *", "every day at every minute"),
    ],
)
def test_a_cron_line_is_put_into_words(cron, expected):
    assert paris(cron=cron) == f"{expected}, Paris time"


@pytest.mark.parametrize(
    ("zone", "expected"),
    [
        ("UTC", "UTC"),
        ("Etc/UTC", "UTC"),
        ("America/New_York", "New York time"),
        ("America/Argentina/Buenos_Aires", "Buenos Aires time"),
        ("Etc/GMT+5", "Etc/GMT+5 time"),
        ("CET", "CET"),
    ],
)
def test_a_place_is_named_as_people_do(zone, expected):
    assert words(Schedule(zone=zone, at=NINE)) == f"every day at 09:00, {expected}"


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"on": ("1", "15")}, "on the 1st and 15th of every month at 09:00"),
        ({"on": ("first monday", "last")}, "on the first Monday and last day of every month at 09:00"),
        ({"weeks": 2}, "every second week on Tuesdays from 1 Dec 2026 at 09:00"),
        ({"weeks": 3}, "every 3rd week on Tuesdays from 1 Dec 2026 at 09:00"),
        ({"weeks": 1}, "every week on Tuesdays from 1 Dec 2026 at 09:00"),
    ],
)
def test_rarer_days_are_named(more, expected):
    start = {"start": date(2026, 12, 1), "days": frozenset({2})} if "weeks" in more else {}
    assert paris(at=NINE, **start, **more) == f"{expected}, Paris time"


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"spread": timedelta(minutes=15)}, "spread over 15 min"),
        ({"after": timedelta(hours=2)}, "not before 2 h after publication"),
        ({"holidays": frozenset({"FR"})}, "not on public holidays in France"),
        ({"holidays": frozenset({"US", "DE-BY"})}, "not on public holidays in Germany (BY) and United States"),
        ({"repost": Repost(timedelta(days=30), 2)}, "again after 30 days, twice"),
        ({"repost": Repost(timedelta(days=7))}, "again after 7 days"),
        ({"repost": Repost(timedelta(days=1), 12)}, "again after 1 day, 12 times"),
    ],
)
def test_what_else_is_asked_follows(more, expected):
    assert paris(at=NINE, **more) == f"every day at 09:00, Paris time; {expected}"


def test_dates_that_follow_each_other_are_told_by_the_first_and_the_last():
    days = [date(2026, 12, 24) + timedelta(days=n) for n in range(10)] + [date(2026, 5, 8), date(2027, 5, 8)]
    assert paris(at=NINE, not_on=frozenset(days)).endswith(
        "; not on 8 May 2026, 24 Dec 2026 to 2 Jan 2027 and 8 May 2027"
    )


def test_the_calendars_last_day_can_be_left_out():
    assert paris(at=NINE, not_on=frozenset({date(9999, 12, 31)})).endswith("; not on 31 Dec 9999")


def test_a_while_after_publication_stands_for_the_times():
    soon = Schedule(zone="UTC", now=True, after=timedelta(days=1, hours=2), spread=timedelta(minutes=5))
    assert words(soon) == "1 day 2 h after publication; spread over 5 min"


@pytest.mark.parametrize(
    ("length", "expected"),
    [
        (timedelta(minutes=-5), "now"),
        (timedelta(seconds=20), "now"),
        (timedelta(seconds=40), "in 1 min"),
        (timedelta(minutes=45), "in 45 min"),
        (timedelta(minutes=59, seconds=50), "in 1 h"),
        (timedelta(hours=13, minutes=10), "in 13 h"),
        (timedelta(hours=47, minutes=29), "in 47 h"),
        (timedelta(hours=47, minutes=31), "in 2 days"),
        (timedelta(days=3, hours=11), "in 3 days"),
    ],
)
def test_how_long_it_is_until_then_is_said_in_round_numbers(length, expected):
    now = datetime(2026, 11, 23, 20, tzinfo=UTC)
    assert nearing(now + length, now) == expected
