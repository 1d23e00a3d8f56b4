"""From alarms to the message that tells them."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime

from sharebot.alerts.problems import KINDS
from sharebot.alerts.words import Message, joined, lasted, line, listed
from sharebot.outbox.alarms import Alarm

_HOW = {
    "posts": "sharebot queue list --state unsure --state failed --state missed --state held",
    "drafts": "sharebot queue list --state draft",
}
_OTHERWISE = "sharebot doctor"
_MANY_ANSWERS = 10
_SUBJECT = 150


def telling(name: str, fresh: Sequence[Alarm], still: Sequence[Alarm], letters: Iterable[str], place: str) -> Message:
    """Tell what is wrong. `letters` are the newsletters that it concerns, `place` says whose message this is."""
    told = fresh or still
    again = "" if fresh else "still "
    parts = [*_listed(fresh), *(_listed(still, "still: ") if still else ())]
    return Message(name, f"sharebot: {again}{_counted(told)}{_of(letters)}", joined([*parts, _signed(place)]))


def ended(name: str, over: Sequence[Alarm], answers: Iterable[str], place: str) -> Message:
    """Tell what is over, and how long it lasted."""
    first, *others = over
    what = f"{_head(first)}, {_time(first)}" if not others else _counted(over)
    lines = [f"{_head(alarm)}, {_time(alarm)}" for alarm in over]
    body = joined([listed("over:", lines, _OTHERWISE), _signed(place)])
    return Message(name, f"sharebot: over: {line(what, _SUBJECT)}", body, tuple(answers)[:_MANY_ANSWERS])


def trial(topics: Iterable[str], now: datetime, place: str) -> Message:
    """Tell that nothing is wrong, and what this recipient would be told of."""
    words = f"This is a test, and nothing is wrong. You would hear of {', '.join(topics)}."
    return Message(named("test", now), "sharebot: a test message", joined([words, _signed(place)]))


def named(recipient: str, at: datetime) -> str:
    """Name the message by which a recipient was told at a moment: what follows on it says so."""
    return f"{recipient}.{int(at.timestamp() * 1_000_000)}"


def _listed(alarms: Sequence[Alarm], before: str = "") -> list[str]:
    kinds = {kind: [alarm for alarm in alarms if alarm.kind == kind] for kind in KINDS}
    return [
        listed(
            f"{before}{KINDS[kind].words(len(mine))}:",
            [alarm.words for alarm in mine],
            _HOW.get(KINDS[kind].topic, _OTHERWISE),
        )
        for kind, mine in kinds.items()
        if mine
    ]


def _counted(alarms: Sequence[Alarm]) -> str:
    counts = Counter(alarm.kind for alarm in alarms)
    return ", ".join(kind.words(counts[name]) for name, kind in KINDS.items() if counts[name])


def _of(letters: Iterable[str]) -> str:
    names = set(letters)
    return f" ({name})" if len(names) == 1 and (name := names.pop()) else ""


def _head(alarm: Alarm) -> str:
    return alarm.words.partition("\n")[0]


def _time(alarm: Alarm) -> str:
    return f"lasted {lasted((alarm.ended or alarm.since) - alarm.since)}"


def _signed(place: str) -> str:
    return f"-- \n{place}"
