"""What one recipient has to be told now: a pure function of what is wrong and of what was told before.

An alarm is pending until it has been there for long enough, and rings once it was told. What is over has to stay so
before that is told, and what comes back meanwhile just rings on. After its end note it is kept for a day: what comes
back then has to stay before it is told anew, so that what comes and goes all day is no message each time.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sharebot.alerts.problems import KINDS, Problem
from sharebot.config.alerting import Alerts
from sharebot.outbox.alarms import Alarm

_RELAPSE = timedelta(hours=1)
"""What was over less than a day ago is told again only once it has been so for so long."""
_KEPT = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Page:
    """The alarms of one recipient after a look, and what of them is due: `fresh`, `still` there, or `over`."""

    alarms: Mapping[str, Alarm]
    fresh: tuple[Alarm, ...] = ()
    still: tuple[Alarm, ...] = ()
    over: tuple[Alarm, ...] = ()


def _subject(name: str) -> str:
    """Return the name without its stage."""
    return name.partition("/")[0]


def stages(alarms: Iterable[Alarm]) -> list[Alarm]:
    """Put the stages of each subject together: the one that was told last, since the first one came."""
    found: dict[str, Alarm] = {}
    for alarm in sorted(alarms, key=lambda a: a.told or a.since):
        before = found.get(_subject(alarm.name), alarm)
        found[_subject(alarm.name)] = replace(alarm, since=min(alarm.since, before.since))
    return list(found.values())


def is_pending(alarm: Alarm) -> bool:
    """Whether it is there and was not told since it came."""
    return alarm.ended is None and not _was_told(alarm)


def _was_told(alarm: Alarm) -> bool:
    return alarm.told is not None and alarm.told >= alarm.since


def _is_ending(alarm: Alarm) -> bool:
    """Whether it was told, and is over, and that was not told."""
    return alarm.ended is not None and _was_told(alarm) and alarm.told is not None and alarm.told <= alarm.ended


def turn(
    known: Mapping[str, Alarm],
    found: Iterable[Problem],
    is_unknown: Callable[[str], bool],
    now: datetime,
    alerts: Alerts,
) -> Page:
    """Turn the page: note what came and went, and say what is to be told. Of what `is_unknown` nothing is concluded."""
    there = {problem.name: problem for problem in found}
    alarms = {
        name: alarm
        for name in dict.fromkeys([*known, *there])
        if (alarm := known[name] if is_unknown(name) else _noted(known.get(name), there.get(name), now))
    }
    return _due(alarms, there, now, alerts)


def _noted(alarm: Alarm | None, problem: Problem | None, now: datetime) -> Alarm | None:
    """Return how an alarm stands after a look; None where it is to be forgotten."""
    if problem is None:
        return _left(alarm, now) if alarm else None
    if alarm is None:
        return Alarm(problem.name, problem.kind, problem.words, now)
    back = alarm.ended is not None and not _is_ending(alarm)
    return replace(alarm, words=problem.words, ended=None, since=now if back else alarm.since)


def _left(alarm: Alarm, now: datetime) -> Alarm | None:
    ending = KINDS[alarm.kind].ending
    if ending == "news":
        return alarm if is_pending(alarm) else None  # whatever becomes of it, it has happened
    if ending == "silent" or alarm.told is None:
        return None
    if alarm.ended is None:
        return replace(alarm, ended=now)
    return alarm if _is_ending(alarm) or now - alarm.ended < _KEPT else None


def _due(alarms: Mapping[str, Alarm], there: Mapping[str, Problem], now: datetime, alerts: Alerts) -> Page:
    def patience(alarm: Alarm) -> timedelta:
        own = there[alarm.name].patience if alarm.name in there else timedelta()
        return max(own, _RELAPSE) if alarm.told else own

    rings = [alarm for alarm in alarms.values() if alarm.ended is None and _was_told(alarm)]
    pending = [alarm for alarm in alarms.values() if is_pending(alarm) and now - alarm.since >= patience(alarm)]
    waited = any(now - alarm.since >= alerts.wait for alarm in pending)
    old = list(_older(rings, now - alerts.remind))
    subjects = {_subject(name) for name in there}  # of which there is another stage now: they are not over
    ending = [a for a in alarms.values() if _is_ending(a) and _subject(a.name) not in subjects]
    last = {_subject(a.name): a.ended for a in sorted(ending, key=lambda a: a.ended or now)}
    return Page(
        alarms,
        fresh=tuple(pending) if waited else (),
        # Reminders of what was told at different times become one, or each would come on its own each day.
        still=tuple(_older(rings, now - alerts.remind / 2)) if old else (),
        over=tuple(a for a in ending if now > (last[_subject(a.name)] or now) <= now - alerts.calm),
    )


def _older(rings: Iterable[Alarm], told: datetime) -> Iterator[Alarm]:
    """Yield what was last told before, of what has an end."""
    return (a for a in rings if KINDS[a.kind].ending != "news" and a.told and a.told <= told)
