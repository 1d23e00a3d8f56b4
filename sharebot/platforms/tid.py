"""Record keys of the AT Protocol that are always the same for the same post."""

from datetime import UTC, datetime, timedelta
from hashlib import sha256

from sharebot.model import Key

_LETTERS = "234567abcdefghijklmnopqrstuvwxyz"
_LENGTH = 13
_CLOCK_BITS = 10
_JITTER_BITS = 20
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def tid(key: Key) -> str:
    """Return the timestamp identifier for a key: microseconds since 1970 and 10 more bits, as 13 sortable letters.

    30 bits come from the hash of the key's value: the 10 that tell clocks apart, and up to 1.05 s that are taken off
    the time. So of two posts with the very same time, one account has a collision once in a thousand million pairs;
    the second post is refused then, and seen. https://atproto.com/specs/tid
    """
    chance = int.from_bytes(sha256(key.value.encode()).digest()[:4])
    clock, jitter = chance % 2**_CLOCK_BITS, (chance >> _CLOCK_BITS) % 2**_JITTER_BITS
    number = ((key.at - _EPOCH) // timedelta(microseconds=1) - jitter) << _CLOCK_BITS | clock
    return "".join(_LETTERS[number >> 5 * place & 31] for place in reversed(range(_LENGTH)))
