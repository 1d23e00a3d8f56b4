from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sharebot.errors import Refused, SignInAgain, TryLater, Unsure
from sharebot.retry import ATTEMPTS, Retry, account_wait, again, retry_after

NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)
SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
EPOCH = int(NOW.timestamp())
LATER = TryLater("busy")
CHANCES = st.floats(0, 1, exclude_max=True)


@pytest.mark.parametrize("error", [Refused("too long"), SignInAgain("revoked"), Unsure("no answer")])
def test_only_what_surely_was_not_taken_is_sent_again(error):
    assert again(error, 1, NOW, 0.5) is None
    assert account_wait(error) is None


@pytest.mark.parametrize(
    ("after", "wait"),
    [
        (15 * MINUTE, 15 * MINUTE),
        (timedelta(0), SECOND),
        (-HOUR, SECOND),
        (timedelta(days=400), timedelta(days=7)),
    ],
)
def test_a_wait_that_the_network_names_is_kept_and_spends_no_attempt(after, wait):
    error = TryLater("slow down", after)
    assert again(error, ATTEMPTS + 5, NOW, 0.9) == Retry(NOW + wait, counts=False)
    assert account_wait(error) == wait


def test_without_a_named_wait_only_the_post_waits():
    assert account_wait(LATER) is None


@pytest.mark.parametrize(("attempts", "ceiling"), [(1, 30), (2, 60), (3, 120), (7, 1920)])
def test_the_ceiling_of_the_jitter_doubles_with_each_attempt(attempts, ceiling):
    assert again(LATER, attempts, NOW, 0.5) == Retry(NOW + SECOND * ceiling / 2, counts=True)


@given(attempts=st.integers(0, ATTEMPTS - 1), chance=CHANCES)
def test_jitter_is_between_a_second_and_an_hour(attempts, chance):
    retry = again(LATER, attempts, NOW, chance)
    assert retry is not None
    assert retry.counts
    assert SECOND <= retry.at - NOW <= HOUR


def test_after_eight_attempts_a_person_has_to_look():
    assert again(LATER, 7, NOW, 0.5) is not None
    assert again(LATER, 8, NOW, 0.5) is None


@given(attempts=st.integers(1, ATTEMPTS - 1), chance=CHANCES, left=st.integers(1, 7200))
def test_jitter_uses_what_is_left_until_a_post_expires(attempts, chance, left):
    retry = again(LATER, attempts, NOW, chance, NOW + left * SECOND)
    assert retry is not None
    assert retry.at <= NOW + left * SECOND


def test_what_has_expired_is_not_sent_again():
    assert again(LATER, 1, NOW, 0.5, NOW) is None
    assert again(LATER, 1, NOW, 0.5, NOW - HOUR) is None
    assert again(TryLater("slow down", HOUR), 1, NOW, 0.5, NOW + 59 * MINUTE) is None
    assert again(TryLater("slow down", HOUR), 1, NOW, 0.5, NOW + HOUR) == Retry(NOW + HOUR, counts=False)


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({"Retry-After": "120"}, 2 * MINUTE),
        ({"retry-after": " 1.5 "}, 1.5 * SECOND),
        ({"RETRY-AFTER": "Tue, 24 Nov 2026 08:10:00 GMT"}, 10 * MINUTE),
        ({"Retry-After": "Tue, 24 Nov 2026 08:10:00 -0000"}, 10 * MINUTE),
        ({"Retry-After": "0"}, timedelta()),
        ({"RateLimit-Reset": str(EPOCH + 300)}, 5 * MINUTE),
        ({"RateLimit-Reset": "300"}, 5 * MINUTE),
        ({"X-RateLimit-Reset": "2026-11-24T08:05:00.000000Z"}, 5 * MINUTE),
        ({"X-RateLimit-Reset": "2026-11-24T09:05:00+01:00"}, 5 * MINUTE),
        ({"X-RateLimit-Reset": "2026-11-24T08:05:00"}, 5 * MINUTE),
        ({"x-rate-limit-reset": str(EPOCH + 900)}, 15 * MINUTE),
        ({"x-rate-limit-reset": str(EPOCH + 900), "x-rate-limit-remaining": "0"}, 15 * MINUTE),
        ({"x-user-limit-24hour-reset": str(EPOCH + 3600), "x-user-limit-24hour-remaining": "0"}, HOUR),
        ({"x-app-limit-24hour-reset": str(EPOCH + 3600), "X-App-Limit-24Hour-Remaining": "0"}, HOUR),
    ],
)
def test_each_network_says_in_its_own_way_how_long_to_wait(headers, wait):
    assert retry_after(headers, NOW) == wait


def test_the_longest_wait_counts():
    headers = {
        "Retry-After": "60",
        "x-rate-limit-reset": str(EPOCH + 900),
        "x-user-limit-24hour-reset": str(EPOCH + 7200),
        "x-user-limit-24hour-remaining": "0",
    }
    assert retry_after(headers, NOW) == 2 * HOUR


@pytest.mark.parametrize(
    "headers",
    [
        {"X-RateLimit-Reset": "2026-11-24T08:05:00Z", "X-RateLimit-Remaining": "297"},
        {"RateLimit-Reset": str(EPOCH + 300), "RateLimit-Remaining": "12"},
        {"x-rate-limit-reset": str(EPOCH + 900), "x-rate-limit-remaining": "3"},
        {"x-user-limit-24hour-reset": str(EPOCH + 7200), "x-user-limit-24hour-remaining": "3"},
        {"x-app-limit-24hour-reset": str(EPOCH + 7200)},
    ],
)
def test_a_limit_that_is_not_spent_is_no_reason_to_wait(headers):
    assert retry_after(headers, NOW) is None


@pytest.mark.parametrize("text", ["", "soon", "-5", "²", "1e9", "999999999999", "Tue, 99 Nov 2026 08:10:00 GMT"])
def test_what_cannot_be_read_is_ignored(text):
    assert retry_after({"Retry-After": text, "X-RateLimit-Reset": text, "Server": "x"}, NOW) is None


NAMES = st.sampled_from(["Retry-After", "RateLimit-Reset", "X-RateLimit-Reset", "x-rate-limit-remaining", "x-other"])
VALUES = st.text() | st.integers().map(str) | st.datetimes().map(str) | st.from_regex(r"[A-Z][a-z]{2}, \d+ Jan \d+.*")


@settings(deadline=None)
@given(st.dictionaries(NAMES, VALUES))
def test_no_header_breaks_the_reading_and_no_wait_is_negative(headers):
    wait = retry_after(headers, NOW)
    assert wait is None or wait >= timedelta()


def test_a_reset_that_has_passed_is_no_wait():
    assert retry_after({"RateLimit-Reset": str(EPOCH - 300)}, NOW) == timedelta()
