from datetime import UTC, datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from sharebot.model import Key
from sharebot.platforms.tid import tid

AT = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
LETTERS = "234567abcdefghijklmnopqrstuvwxyz"
moments = st.timedeltas(timedelta(), timedelta(days=365 * 150)).map(AT.__add__)
keys = st.builds(Key, st.text(), moments)


def number(text):
    return sum(LETTERS.index(letter) << 5 * place for place, letter in enumerate(reversed(text)))


@given(keys)
def test_a_record_key_has_the_form_that_the_protocol_asks_for(key):
    made = tid(key)
    assert len(made) == 13
    assert set(made) <= set(LETTERS)
    assert made[0] in "234567abcdefghij"


@given(keys)
def test_a_record_key_tells_the_time_of_the_first_attempt_and_is_never_ahead_of_it(key):
    told = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=number(tid(key)) >> 10)
    assert timedelta() <= key.at - told <= timedelta(seconds=1.05)


def test_the_same_key_always_has_the_same_record_key():
    paris = AT.astimezone(timezone(timedelta(hours=1)))
    assert tid(Key("weekly.0", AT)) == tid(Key("weekly.0", paris)) == "3mg37ds7527ci"


def test_ten_thousand_posts_of_one_moment_have_different_record_keys():
    assert len({tid(Key(f"weekly.{number}", AT)) for number in range(10_000)}) == 10_000


def test_posts_a_minute_apart_sort_by_time():
    made = [tid(Key(f"weekly.{minute}", AT + timedelta(minutes=minute))) for minute in range(100)]
    assert made == sorted(made)
