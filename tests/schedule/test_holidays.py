import subprocess
import sys
from datetime import date

import pytest

from sharebot.schedule import parse_holidays
from sharebot.schedule.holidays import is_holiday, name_of


@pytest.mark.parametrize(
    ("day", "place", "expected"),
    [
        (date(2026, 7, 14), "FR", True),
        (date(2026, 7, 13), "FR", False),
        (date(2027, 1, 6), "DE-BY", True),
        (date(2027, 1, 6), "DE", False),
        (date(2027, 1, 6), "DE-BE", False),
        (date(2027, 12, 31), "US", True),  # the New Year of 2028, a Saturday, is kept on the Friday before
        (date(1, 1, 1), "FR", False),
        (date(9999, 12, 31), "FR", False),
    ],
)
def test_a_holiday_is_one_of_the_country_or_of_its_part(day, place, expected):
    assert is_holiday(day, place) is expected


@pytest.mark.parametrize(
    ("place", "name"),
    [("FR", "France"), ("DE-BY", "Germany (BY)"), ("US", "United States"), ("IM", "Isle of Man"), ("CD", "DR Congo")],
)
def test_a_place_is_named_as_people_do(place, name):
    assert parse_holidays(place) == place
    assert name_of(place) == name


@pytest.mark.parametrize(
    ("text", "cure"),
    [
        ("fr", r"did you mean FR \(France\)\?"),
        ("FRA", r"did you mean FR \(France\)\?"),
        ("France", r"did you mean FR \(France\)\?"),
        ("UK", r"did you mean GB \(United Kingdom\)\?"),
        ("united states", r"did you mean US \(United States\)\?"),
        ("Germny", r"did you mean DE \(Germany\)\?"),
        ("XX", "such as FR, or with a part of it, such as DE-BY"),
        ("", "such as FR, or with a part of it, such as DE-BY"),
        ("DE-Bayern", r"'Bayern' is no part of Germany; did you mean DE-BY\?"),
        ("DE-by", r"did you mean DE-BY\?"),
        ("DE-", "choose from DE-BB, DE-BE"),
        ("MC-1", "write MC alone"),
    ],
)
def test_an_unknown_place_is_refused_with_the_cure(text, cure):
    with pytest.raises(ValueError, match=cure):
        parse_holidays(text)


def test_who_asks_for_no_holidays_does_not_wait_for_them():
    code = (
        "import sys; from datetime import *; from itertools import islice\n"
        "from sharebot.schedule import *; import sharebot.config\n"
        "s = Schedule(zone='UTC', at=(time(9),), not_on=frozenset({date(2026, 1, 1)}))\n"
        "words(s), list(islice(slots(s, datetime(2026, 1, 1, tzinfo=UTC)), 5))\n"
        "print('holidays' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
