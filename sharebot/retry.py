"""When a post that a network did not take may be sent again, or that it never may. Nothing else decides this."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from sharebot.errors import PublishError, TryLater

ATTEMPTS = 8
"""How many attempts a post gets before a person has to look at it."""

_FIRST = timedelta(seconds=30)
_LONGEST = timedelta(hours=1)
_SOONEST = timedelta(seconds=1)
_WEEK = timedelta(days=7)
_DAY = timedelta(days=1)
_TOO_MANY = 5
"""After so many failures in a row an account's breaker opens."""
_OPEN = timedelta(minutes=5)
_PROBE = timedelta(hours=1)

_NUMBER = re.compile(r"[0-9]{1,12}(\.[0-9]{1,9})?")
_EPOCH = 1_000_000_000
"""A reset below this counts from now (the IETF draft), one above since 1970, where the number was passed in 2001."""

# X, Mastodon and the AT Protocol name their limits so; each prefix has a -reset and a -remaining.
# https://docs.x.com/x-api/fundamentals/rate-limits
# https://docs.joinmastodon.org/api/rate-limits/
# https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/07/
_LIMITS = ("ratelimit", "x-ratelimit", "x-rate-limit")
_DAY_LIMITS = ("x-user-limit-24hour", "x-app-limit-24hour")


@dataclass(frozen=True, slots=True)
class Retry:
    """Send again at `at`. `counts`: an attempt is spent; else none is, for it is nothing about this post."""

    at: datetime
    counts: bool


def again(
    error: PublishError, attempts: int, now: datetime, chance: float, expires: datetime | None = None
) -> Retry | None:
    """Decide when to send again what failed with `error`; None: never.

    `attempts` counts those that were spent, this one included; `chance` in [0, 1) is the randomness. What spends none
    is tried until `expires`: a network may be down for a week. Where the network
    named no time, the wait is "full jitter": any time up to 30 s, doubled with each attempt up to an hour, and within
    what is left until `expires`. https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
    """
    if not isinstance(error, TryLater):
        return None
    wait = account_wait(error)
    if error.spends and attempts >= ATTEMPTS:
        return None
    left = _WEEK if expires is None else expires - now
    at = now + (_jitter(attempts, chance, left) if wait is None else wait)
    return None if expires is not None and at > expires else Retry(at, counts=error.spends)


def account_wait(error: PublishError) -> timedelta | None:
    """Return how long the whole account waits because its network asked for it: a second to a week."""
    if not isinstance(error, TryLater) or error.after is None:
        return None
    return max(_SOONEST, min(error.after, _WEEK))


def breaker(failures: int, chance: float) -> timedelta | None:
    """Return how long an account rests that has failed so often in a row; None: not yet. The next post is the probe.

    `chance` in [0, 1) spreads the accounts of one network that all failed at the same moment.
    """
    if failures < _TOO_MANY:
        return None
    longest = min(_OPEN * (1 << min(failures - _TOO_MANY, 10)), _LONGEST)
    return longest * (0.5 + chance / 2)


def probe_after(failures: int) -> timedelta:
    """Return when to try to sign in again where the network refused that so often in a row."""
    return min(_PROBE * (1 << min(max(failures - 1, 0), 10)), _DAY)


def _jitter(attempts: int, chance: float, left: timedelta) -> timedelta:
    doublings = max(attempts - 1, 0)
    return max(min(_FIRST * (1 << doublings), _LONGEST, left) * chance, _SOONEST)


def retry_after(headers: Mapping[str, str], now: datetime) -> timedelta | None:
    """Read from an answer's headers how long its network wants to be left alone; the longest wait of all it names.

    Understands Retry-After (RFC 9110 10.2.3: seconds or a date), and the resets of the AT Protocol, Mastodon and X as
    seconds or ISO 8601. A limit with something remaining is not the cause; X's limits for 24 hours are it only when
    they say that nothing remains. What cannot be read is ignored, and a time that has passed is no wait.
    """
    lower = {name.lower(): value.strip() for name, value in headers.items()}
    waits = (_wait(text, now) for text in _causes(lower))
    return max((max(wait, timedelta()) for wait in waits if wait is not None), default=None)


def _causes(headers: Mapping[str, str]) -> Iterator[str]:
    yield headers.get("retry-after", "")
    for limit in (*_LIMITS, *_DAY_LIMITS):
        remaining = headers.get(f"{limit}-remaining", "")
        known = _NUMBER.fullmatch(remaining)
        if float(remaining) == 0 if known else limit in _LIMITS:
            yield headers.get(f"{limit}-reset", "")


def _wait(text: str, now: datetime) -> timedelta | None:
    if not _NUMBER.fullmatch(text):
        moment = _date(text)
        return None if moment is None else moment - now
    if float(text) < _EPOCH:
        return timedelta(seconds=float(text))
    try:
        return datetime.fromtimestamp(float(text), UTC) - now
    except (ValueError, OverflowError, OSError):  # The year is beyond what a platform's clock can say.
        return None


def _date(text: str) -> datetime | None:
    for read in (parsedate_to_datetime, datetime.fromisoformat):
        try:
            moment = read(text)
        except (ValueError, OverflowError):
            continue
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return None
