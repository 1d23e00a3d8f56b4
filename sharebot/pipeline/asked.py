"""What the lanes of a stream are asked to post of an issue."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from sharebot.identity import delivery_key
from sharebot.model import Issue
from sharebot.pipeline import age
from sharebot.pipeline.entries import Entry
from sharebot.pipeline.items import Item, choose
from sharebot.pipeline.overrides import Overrides
from sharebot.pipeline.rows import Lane


def chosen(
    lanes: Sequence[Lane], issue: Issue, shown: Issue, old: set[str], now: datetime
) -> Iterator[tuple[Lane, list[Item]]]:
    """Give each lane of one stream the items of an issue that are not `old`; lanes that take the same share them."""
    found: dict[bool, list[Item]] = {}
    for lane in lanes:
        schedule, threads = lane.stream.schedule, lane.rules.threads
        if threads not in found:
            after = schedule.after
            earliest = None if after is None else (age.published(issue, schedule.zone) or now) + after
            items = choose(lane.newsletter, lane.stream, issue, shown, threads=threads)
            found[threads] = [replace(item, not_before=earliest) for item in items if item.identity not in old]
        yield lane, found[threads]


def keyed(lane: Lane, usual: Sequence[Item], beside: Overrides | None, warnings: list[str]) -> dict[str, Item]:
    """Return the items by their keys, as the file `beside` the issue wants them. What stands there twice is told."""
    zone, name = lane.stream.schedule.zone, lane.account.name
    items = list(filter(None, (beside.apply(item, name, zone) if beside else item for item in usual)))
    names = (lane.account.name, lane.stream.name)
    wanted = {delivery_key(lane.newsletter.name, item.identity, *names): item for item in items}
    if len(wanted) < len(items):
        warnings.append(
            f"{lane.newsletter.name}: {items[0].issue.id}: an article stands there twice; it is posted once"
        )
    return wanted


def leave_to_others(wanted: dict[str, Item], lane: Lane, entries: Iterable[Entry], warnings: list[str]) -> None:
    """Take out what an earlier issue asks for already: one address is posted once. Tell where it is another article."""
    twins = {key for key in wanted if key in lane.known}
    if not twins:
        return
    there = {entry.delivery.key: entry.delivery for entry in entries if entry.delivery.key in twins}
    for key, first in there.items():
        item = wanted.pop(key)
        if item.article and item.article.headline.casefold() != first.headline.casefold():
            warnings.append(
                f"{item.issue.id}: {item.article.headline}: has the same address as “{first.headline}” in"
                f" {first.issue}, and only that is posted"
            )
