"""The laws of time, held against every zone of tzdata from 2020 to 2035.

The oracle reads TZif files (https://www.rfc-editor.org/rfc/rfc8536) by itself and shares nothing with the program and
zoneinfo; but the files are the same, as those of the C library need not be. Its one law: a wall time means the first
instant at which the clock has reached it.
"""

import re
import struct
from bisect import bisect_right
from calendar import monthrange
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from importlib import resources
from itertools import pairwise, takewhile
from pathlib import Path
from zoneinfo import TZPATH, available_timezones

import pytest

from sharebot.schedule import Schedule, Slot, slots

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SECOND = timedelta(seconds=1)
HOUR, DAY = 3600, 86_400
FIRST, LAST = 2020, 2035
NAMES = sorted(available_timezones())
LONG_AGO = -(1 << 62)
SECTION = ">4sc15x6l"
FOOTER = re.compile(
    r"(?:<[^>]+>|[A-Za-z]+)(?P<std>[-+\d:]+)(?:(?:<[^>]+>|[A-Za-z]+)(?P<dst>[-+\d:]+)?,(?P<on>[^,]+),(?P<off>[^,]+))?"
)


def epoch(at: datetime) -> int:
    return int(at.timestamp())


def naive(wall: str) -> int:
    return epoch(datetime.fromisoformat(wall).replace(tzinfo=UTC))


FROM, UNTIL = naive(f"{FIRST}-01-01"), naive(f"{LAST + 1}-01-01")


@dataclass(frozen=True)
class Zone:
    """From each of `starts` (seconds since 1970), the clock is the offset beside it ahead of UTC."""

    starts: tuple[int, ...]
    offsets: tuple[int, ...]

    def reached(self, wall: int) -> int:
        """Return the first instant at which the clock shows `wall` or, having jumped, more."""
        here = max(bisect_right(self.starts, wall - 2 * DAY) - 1, 0)
        while here + 1 < len(self.starts) and wall - self.offsets[here] >= self.starts[here + 1]:
            here += 1
        return max(self.starts[here], wall - self.offsets[here])

    def shows(self, at: int) -> int:
        return at + self.offsets[bisect_right(self.starts, at) - 1]

    def has(self, day: int) -> bool:
        """Whether the date that begins at the wall time `day` was ever shown."""
        return self.shows(self.reached(day)) < day + DAY

    def changes(self) -> list[tuple[int, int, int]]:
        """Return when the clock was changed, with the offsets before and after."""
        found = zip(self.starts[1:], self.offsets[:-1], self.offsets[1:], strict=True)
        return [each for each in found if FROM <= each[0] < UNTIL]


def content(name: str) -> bytes:
    for folder in TZPATH:
        if (Path(folder) / name).is_file():
            return (Path(folder) / name).read_bytes()
    return resources.files("tzdata.zoneinfo").joinpath(name).read_bytes()


@cache
def zone(name: str) -> Zone:
    """Read a zone; from the last change in its file on, by its rule until 2040."""
    data = content(name)
    _, _, utc, std, leap, count, kinds, chars = struct.unpack_from(SECTION, data)
    data = data[44 + count * 5 + kinds * 6 + chars + leap * 8 + std + utc :]
    magic, version, utc, std, leap, count, kinds, chars = struct.unpack_from(SECTION, data)
    assert (magic, version >= b"2") == (b"TZif", True)
    times = struct.unpack_from(f">{count}q", data, 44)
    indexes = data[44 + count * 8 : 44 + count * 9]
    types: list[int] = [struct.unpack_from(">l", data, 44 + count * 9 + 6 * number)[0] for number in range(kinds)]
    rule = data[44 + count * 9 + kinds * 6 + chars + leap * 12 + std + utc :].decode().strip()
    known = [(LONG_AGO, types[0]), *zip(times, (types[index] for index in indexes), strict=True)]
    known += [each for each in ruled(rule) if each[0] > known[-1][0]]
    steps = [known[0], *(after for before, after in pairwise(known) if before[1] != after[1])]
    return Zone(*zip(*steps, strict=True))


def ruled(rule: str) -> list[tuple[int, int]]:
    """Return the changes that a rule such as CET-1CEST,M3.5.0,M10.5.0/3 makes (POSIX, with hours of -167 to 167)."""
    match = FOOTER.fullmatch(rule)
    assert match, rule
    standard = -seconds(match["std"])
    if not match["on"]:
        return []
    summer = -seconds(match["dst"]) if match["dst"] else standard + HOUR
    found = []
    for year in range(FIRST - 20, LAST + 5):
        found += [(moment(year, match["on"]) - standard, summer), (moment(year, match["off"]) - summer, standard)]
    return sorted(found)


def seconds(text: str) -> int:
    sign = -1 if text[0] == "-" else 1
    return sign * sum(int(part) * unit for part, unit in zip(text.strip("+-").split(":"), (HOUR, 60, 1), strict=False))


def moment(year: int, rule: str) -> int:
    day, _, at = rule.partition("/")
    return naive(str(on_day(year, day))) + (seconds(at) if at else 2 * HOUR)


def on_day(year: int, rule: str) -> date:
    if rule[0] == "J":  # the 29th of February is not counted
        return (date(2001, 1, 1) + timedelta(days=int(rule[1:]) - 1)).replace(year=year)
    month, week, weekday = map(int, rule.removeprefix("M").split("."))
    days = [date(year, month, number) for number in range(1, monthrange(year, month)[1] + 1)]
    named = [day for day in days if day.isoweekday() % 7 == weekday]
    return named[min(week, len(named)) - 1]


@cache
def alike() -> dict[Zone, list[str]]:
    """Return the names of zones by what their clocks do in these years; there are some eighty ways."""
    found = defaultdict(list)
    for name in NAMES:
        whole = zone(name)
        here = slice(bisect_right(whole.starts, FROM - 9 * DAY) - 1, bisect_right(whole.starts, UNTIL + 9 * DAY))
        found[Zone((LONG_AGO, *whole.starts[here][1:]), whole.offsets[here])].append(name)
    return found


WAYS = [pytest.param(each, names[0], id=names[0]) for each, names in alike().items()]


def meant(clock: Zone, days: range, times: list[int]) -> list[int]:
    """Return the instants of times of the day, in seconds, on the dates from one wall time to another."""
    walls = [day + at for day in days if clock.has(day) for at in sorted(times)]
    return list(dict.fromkeys(map(clock.reached, walls)))


def found_by(schedule: Schedule, first: int, until: int) -> list[Slot]:
    """Return the schedule's slots from one instant to before another."""
    end = EPOCH + until * SECOND
    return list(takewhile(lambda slot: slot.at < end, slots(schedule, EPOCH + (first - 1) * SECOND)))


def given_by(schedule: Schedule, first: int, until: int) -> list[int]:
    return [epoch(slot.at) for slot in found_by(schedule, first, until)]


def written(wall: int) -> str:
    return (EPOCH + wall * SECOND).strftime("%Y-%m-%dT%H:%M")


def clock_time(seconds_of_day: int) -> time:
    return (EPOCH + seconds_of_day % DAY * SECOND).time()


def critical(clock: Zone) -> set[int]:
    """Return the middle of the last hour that is missing, and of the last that comes twice, as times of the day."""
    middles = [(at + (before + after) // 2, after > before) for at, before, after in clock.changes()]
    last = {forward: wall % DAY // 60 * 60 for wall, forward in middles}
    return set(last.values()) or {2 * HOUR + 1800}


@pytest.mark.parametrize(("clock", "name"), WAYS)
def test_every_day_of_sixteen_years_has_its_slot_once_in_every_zone(clock, name):
    times = sorted(critical(clock))
    expected = meant(clock, range(FROM, UNTIL, DAY), times)
    found = given_by(Schedule(name, at=tuple(map(clock_time, times))), expected[0], expected[-1] + 1)
    assert found == expected
    assert found == sorted(set(found))
    assert len(found) >= (UNTIL - FROM) // DAY * len(times) - len(clock.changes())


def around(clock: Zone, before: int = 2 * DAY) -> list[tuple[int, int]]:
    """Return stretches of instants around each change of the clock, none twice."""
    found: list[tuple[int, int]] = []
    for at, *_ in clock.changes():
        start, end = at - before, at + before
        if found and start <= found[-1][1]:
            start = found.pop()[0]
        found.append((start, end))
    return found


def quarters(clock: Zone, start: int, end: int) -> list[int]:
    """Return what each quarter of an hour means that is asked for between two instants."""
    days = range(start // DAY * DAY - 2 * DAY, end + 2 * DAY, DAY)
    return [at for at in meant(clock, days, list(range(0, DAY, 900))) if start <= at < end]


CHANGING = [pytest.param(each, names[0], id=names[0]) for each, names in alike().items() if each.changes()]


@pytest.mark.parametrize(("clock", "name"), CHANGING)
def test_no_quarter_of_an_hour_is_lost_or_doubled_or_in_a_gap_when_clocks_change(clock, name):
    schedule = Schedule(name, cron="*/15 * * * *")
    for start, end in around(clock):
        found = found_by(schedule, start, end)
        assert [epoch(slot.at) for slot in found] == quarters(clock, start, end)
        assert [slot.wall for slot in found] == [written(clock.shows(epoch(slot.at))) for slot in found]


@pytest.mark.parametrize(("clock", "name"), CHANGING)
def test_quiet_hours_are_what_the_clock_shows_also_when_it_changes(clock, name):
    quiet = [(time(1), time(2, 30)), (time(22), time(3)), (time(2, 15), time(0))]
    for number, (start, end) in enumerate(around(clock, DAY)):
        first, last = quiet[number % len(quiet)]
        schedule = Schedule(name, cron="*/15 * * * *", quiet=(first, last))
        shown = {at: clock_time(clock.shows(at)) for at in quarters(clock, start, end)}
        is_quiet = {at: first <= at < last if first < last else not last <= at < first for at in shown.values()}
        assert given_by(schedule, start, end) == [at for at, wall in shown.items() if not is_quiet[wall]]


CHOICES = {
    "weekdays": ({"days": frozenset(range(1, 6))}, lambda day: day.strftime("%a") not in {"Sat", "Sun"}),
    "month": (
        {"on": ("1", "last friday")},
        lambda day: day.day == 1 or (day.strftime("%w") == "5" and (day + timedelta(days=7)).month != day.month),
    ),
    "weeks": (
        {"weeks": 2, "start": date(2020, 3, 29), "days": frozenset({3, 7})},  # a Sunday, the last day of its week
        lambda day: day >= date(2020, 3, 29) and day.strftime("%w") in "30" and (day - date(2020, 3, 23)).days % 14 < 7,
    ),
    "days off": (
        {"not_on": frozenset({date(2026, 3, 29)}), "days": frozenset({7})},
        lambda day: day.strftime("%w") == "0" and day != date(2026, 3, 29),
    ),
}


@pytest.mark.parametrize(("asked", "chosen"), CHOICES.values(), ids=CHOICES)
@pytest.mark.parametrize("name", ["Europe/Berlin", "America/Nuuk", "Africa/Cairo", "Australia/Lord_Howe", "Asia/Gaza"])
def test_the_laws_hold_for_whatever_days_are_chosen(name, asked, chosen):
    clock = zone(name)
    for wanted in sorted(critical(clock)):
        days = [day for day in range(FROM, UNTIL, DAY) if chosen((EPOCH + day * SECOND).date())]
        moved = {at: clock.shows(at) // DAY for at in (clock.reached(day + wanted) for day in days)}
        off = {naive(str(day)) // DAY for day in asked.get("not_on", ())}
        expected = [at for at, day in moved.items() if day not in off]
        found = given_by(Schedule(name, at=(clock_time(wanted),), **asked), expected[0], expected[-1] + 1)
        assert found == expected


@pytest.mark.parametrize("name", NAMES)
def test_every_name_of_a_zone_obeys_at_each_of_its_changes(name):
    clock = zone(name)
    for wanted in critical(clock):
        schedule = Schedule(name, at=(clock_time(wanted),))
        for start, end in around(clock, DAY) or [(FROM, FROM + 2 * DAY)]:
            days = range(start // DAY * DAY - 2 * DAY, end + 2 * DAY, DAY)
            expected = [at for at in meant(clock, days, [wanted]) if start <= at < end]
            assert given_by(schedule, start, end) == expected


@pytest.mark.parametrize(
    ("name", "wanted", "instants"),
    [
        # Days that were left out, because the date line was moved.
        ("Pacific/Apia", "09:00", "2011-12-29T19:00 2011-12-30T19:00"),
        ("Pacific/Fakaofo", "09:00", "2011-12-29T20:00 2011-12-30T20:00"),
        ("Pacific/Kwajalein", "09:00", "1993-08-20T21:00 1993-08-21T21:00"),
        ("Pacific/Kiritimati", "09:00", "1994-12-30T19:00 1994-12-31T19:00"),
        # A day that came twice: Alaska was Russian, and east of the date line, until that day.
        ("America/Juneau", "12:00", "1867-10-17T20:57:41 1867-10-18T20:57:41 1867-10-20T20:57:41"),
        # Clocks that were moved by half an hour, by two hours, at midnight, and for Ramadan.
        ("Asia/Pyongyang", "23:45", "2015-08-13T14:45 2015-08-14T14:45 2015-08-15T15:15"),
        ("Asia/Pyongyang", "23:45", "2018-05-03T15:15 2018-05-04T15:00 2018-05-05T14:45"),
        ("Australia/Lord_Howe", "02:15", "2026-10-02T15:45 2026-10-03T15:30 2026-10-04T15:15"),
        ("Antarctica/Troll", "02:30", "2026-03-28T02:30 2026-03-29T01:00 2026-03-30T00:30"),
        ("Antarctica/Troll", "02:30", "2026-10-24T00:30 2026-10-25T00:30 2026-10-26T02:30"),
        ("Africa/Casablanca", "02:30", "2026-02-14T01:30 2026-02-15T01:30 2026-02-16T02:30"),
        ("Africa/El_Aaiun", "02:30", "2026-03-21T02:30 2026-03-22T02:00 2026-03-23T01:30"),
        ("America/Nuuk", "22:30", "2023-03-25T01:30 2023-03-26T01:00 2023-03-27T00:30"),
        ("America/Nuuk", "23:30", "2023-10-28T01:30 2023-10-29T01:30 2023-10-30T01:30"),
        ("Asia/Gaza", "00:30", "2021-03-25T22:30 2021-03-26T22:00 2021-03-27T21:30"),
    ],
)
def test_what_is_known_of_odd_zones(name, wanted, instants):
    expected = [datetime.fromisoformat(at).replace(tzinfo=UTC) for at in instants.split()]
    schedule = Schedule(name, at=(time.fromisoformat(wanted),))
    days = range(epoch(expected[0]) // DAY * DAY - DAY, epoch(expected[-1]) + 2 * DAY, DAY)
    seconds_of_day = naive(f"1970-01-01T{wanted}")
    known = [at for at in meant(zone(name), days, [seconds_of_day]) if at >= epoch(expected[0])][: len(expected)]
    assert known == list(map(epoch, expected)), "the oracle itself"
    coming = slots(schedule, expected[0] - SECOND)
    assert [next(coming).at for _ in expected] == expected
