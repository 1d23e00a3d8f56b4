"""How old an issue is, and whether that is new enough to be posted."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from sharebot.config.values import Newsletter
from sharebot.model import Issue, Reading


def published(issue: Issue, zone: str) -> datetime | None:
    """Return the moment at which an issue came out, as far as its document tells."""
    return _midnight(issue.date, zone) if issue.date else issue.modified


def _midnight(day: date, zone: str) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)


def is_new(newsletter: Newsletter, issue: Issue, zone: str, first: datetime | None, now: datetime) -> bool:
    """Whether an issue is to be posted, when its newsletter was `first` read then (None: now)."""
    if newsletter.since == "all":
        return True
    out = published(issue, zone) or now
    if newsletter.since is not None:
        return out >= _midnight(newsletter.since, zone)
    if first is not None:
        return True  # what was there before the first reading is known by its identity
    today = _midnight(now.astimezone(ZoneInfo(zone)).date(), zone)
    return issue.date is not None and out >= today


def seeded(newsletter: str, issues: int) -> str:
    """Tell that issues are left alone, and how to have them."""
    return (
        f"{newsletter}: first reading; {issues} issue(s) from before it are left alone"
        " (write `since: all` or `since: <date>` into the newsletter to post them)"
    )


def unreadable(newsletter: Newsletter, reading: Reading) -> set[str]:
    """Name what could not be read at the first reading; with `since`, an issue's own day tells whether it is old."""
    if newsletter.since is not None:
        return set()
    read = {place for issue in reading.issues for place in (issue.id, issue.url)}
    return {_unread(problem.issue) for problem in reading.problems if problem.issue not in read}


def was_unreadable(issue: Issue, old: set[str]) -> bool:
    """Whether an issue was there at the first reading and could not be read then: it is as old as all the rest."""
    return not old.isdisjoint(map(_unread, (issue.id, issue.url)))


def _unread(place: str | None) -> str:
    return f"unread\n{place}"
