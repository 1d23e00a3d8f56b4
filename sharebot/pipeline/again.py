"""What follows a post: the same article again after a while, and a correction where it changed after it was out."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from sharebot.identity import delivery_key
from sharebot.model import Delivery, Post, State
from sharebot.pipeline.doubles import is_double
from sharebot.pipeline.entries import Entry, is_gone
from sharebot.pipeline.items import Item
from sharebot.pipeline.rows import Lane
from sharebot.schedule import Slot
from sharebot.text import languages

Made = list[tuple[Item, Entry]]
"""What a lane was asked for, and what became of it."""

_OVER = frozenset({State.SKIPPED, State.FAILED, State.MISSED})
"""States of what is not going to be posted at all, and so not again."""
_TEXT = "{headline}\n\n{summary}\n\n{link}"


def reposts(lane: Lane, made: Made, turn: int) -> dict[str, Item]:
    """Return by their keys the items that go out for the `turn`-th time again after those of the turn before."""
    repost = lane.stream.schedule.repost
    if repost is None or turn > repost.times:
        return {}
    wanted = {}
    for item, entry in made:
        row = entry.delivery
        if item.turn or not (row.state in _OVER or is_double(row)):
            earliest = max(row.due, item.not_before or row.due) + repost.after
            wanted[_key(lane, item, turn)] = replace(item, turn=turn, not_before=earliest, when=None)
    return wanted


def corrections(lane: Lane, made: Made, rows: Sequence[Delivery], now: datetime) -> Iterator[tuple[Item, Entry]]:
    """Give what sets right each published post whose article says something else by now, for a person to approve.

    It replaces the post where the network can do that, and else replies to it. `rows` is all that is queued of the
    issue: what was corrected already is held against its last correction.
    """
    for item, entry in made:
        row = entry.delivery
        # What is out and nobody knows where can neither be edited nor replied to.
        known = all(receipt.id for receipt in row.receipts)
        if row.state is State.PUBLISHED and row.content is not None and known:
            found = _correction(lane, item, row, rows, now)
            if found:
                lane.known.add(found.delivery.key)
                yield item, found


def _correction(lane: Lane, item: Item, row: Delivery, rows: Sequence[Delivery], now: datetime) -> Entry | None:
    done = [other for other in rows if other.corrects == row.key and other.state is State.PUBLISHED]
    last = max(done, key=lambda other: other.due, default=row)
    if last.content == item.content:
        return None
    key = _key(lane, item, "corrects", last.key, item.content)
    anew = lane.delivery(item, key, row.due)
    if last is row and _words(anew.posts) == _words(row.posts):
        return None
    edits = lane.rules.edits and len(anew.posts) == len(row.receipts)
    fresh = anew if edits else _reply(lane, item, key, now)
    if not fresh.posts or _words(fresh.posts) == _words(last.posts):
        return None
    there = next((other for other in rows if other.key == key), None)
    if there and not is_gone(there):
        return Entry(there, "kept", there.error or there.state, there)
    how = "change the post where it is" if edits else "reply to the post"
    why = f"the article changed after it was published; approve this to {how}"
    return Entry(_follow(replace(fresh, edits=edits), row, now), "changed" if there else "new", why, there)


def _follow(fresh: Delivery, row: Delivery, now: datetime) -> Delivery:
    """Let what was composed wait for a person, with no time or deadline of its own."""
    here = Slot.of(now, fresh.zone)
    return replace(
        fresh,
        corrects=row.key,
        follows=row.receipts,
        state=State.DRAFT,
        due=here.at,
        wall=here.wall,
        expires=None,
        error=None,
        placed=None,
        moved=None,
    )


def _reply(lane: Lane, item: Item, key: str, now: datetime) -> Delivery:
    """Make a post of its own that begins with the word for a correction; of a thread it names only the articles."""
    language = languages.find(item.issue.language or lane.newsletter.language, item.headline)
    stream = replace(lane.stream, what="articles" if item.article else "digest")
    return replace(lane, stream=stream).delivery(replace(item, text=f"{language.correction}: {_TEXT}"), key, now)


def _words(posts: Iterable[Post]) -> list[str]:
    return [post.text for post in posts]


def _key(lane: Lane, item: Item, *more: str | int) -> str:
    return delivery_key(lane.newsletter.name, item.identity, lane.account.name, lane.stream.name, *more)
