"""The messages: short, plain, bounded, and harmless whatever a headline or a server's answer says."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice

from sharebot.text.inert import plain

MOST = 20
"""As many things are told one by one."""
_LONGEST = 300
_MARKUP = str.maketrans({"<": "‹", ">": "›", "[": "(", "]": ")", "`": "'"})
"""What some services would take for a mention, a link or code."""
_UNITS = (("d", 86400), ("h", 3600), ("min", 60))


@dataclass(frozen=True, slots=True)
class Message:
    """What one recipient is told. `name` is its own, `answers` those of the messages that it follows on."""

    name: str
    subject: str
    body: str
    answers: Sequence[str] = ()


def line(text: str, most: int = _LONGEST) -> str:
    """Make one harmless line of a text from outside: no control, mention, markup, or address to click on."""
    said = plain(text).translate(_MARKUP)
    return said if len(said) <= most else f"{said[: most - 1]}…"


def listed(title: str, items: Sequence[str], more: str) -> str:
    """List things below a title; of those that are too many to be read it is said how to see them."""
    shown = [f"- {item.replace(chr(10), f'{chr(10)}  ')}" for item in islice(items, MOST)]
    left = len(items) - len(shown)
    return "\n".join([title, *shown, *([f"- and {left:,} more: {more}"] if left else [])])


def lasted(time: timedelta) -> str:
    """Say how long something took: "2 h 10 min"."""
    left, parts = int(time.total_seconds()), list[str]()
    for unit, seconds in _UNITS:
        count, left = divmod(left, seconds)
        parts += [f"{count} {unit}"] if count else []
    return " ".join(parts[:2]) or "less than a minute"


def joined(parts: Iterable[str]) -> str:
    """Put what is not empty below each other."""
    return "\n\n".join(part for part in parts if part) + "\n"
