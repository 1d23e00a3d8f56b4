from datetime import UTC, datetime

import pytest

from sharebot.schedule.moment import moment


@pytest.mark.parametrize(
    ("text", "zone", "expected"),
    [
        ("2026-12-01 09:00", "Europe/Paris", datetime(2026, 12, 1, 8, tzinfo=UTC)),
        ("2026-12-01 9:00", "Europe/Paris", datetime(2026, 12, 1, 8, tzinfo=UTC)),
        ("2026-12-01T09:00:30", "Europe/Paris", datetime(2026, 12, 1, 8, 0, 30, tzinfo=UTC)),
        ("2026-12-01T09:00:00+05:30", "Europe/Paris", datetime(2026, 12, 1, 3, 30, tzinfo=UTC)),
        ("2026-12-01T09:00Z", "Europe/Paris", datetime(2026, 12, 1, 9, tzinfo=UTC)),
    ],
)
def test_a_moment_is_by_the_zones_clock_unless_it_has_an_offset(text, zone, expected):
    assert moment(text, zone) == expected


def test_a_missing_time_is_the_first_after_the_gap_and_a_doubled_one_the_first():
    assert moment("2026-03-29 02:30", "Europe/Paris") == datetime(2026, 3, 29, 1, tzinfo=UTC)
    assert moment("2026-10-25 02:30", "Europe/Paris") == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        *("", "tomorrow", "2026-12-01", "09:00", "2026-02-30 09:00", "2026-12-01 25:00", "20261201T0900"),
        *("0001-01-01 00:00:00+01:00", " 2026-12-01 09:00", "2026-12-01 09:00 Paris"),
    ],
)
def test_what_is_no_moment_is_told_with_the_cure(text):
    with pytest.raises(ValueError, match="is no time; write 2026-12-01 09:00, or 2026-12-01T09:00:00"):
        moment(text, "Europe/Paris")
