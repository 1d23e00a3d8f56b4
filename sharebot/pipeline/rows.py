"""One delivery: how an item reads on its occasion, and what becomes of the row that is there for it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Literal

from sharebot import schedule as times
from sharebot.config.values import Account, Newsletter, Stream
from sharebot.errors import UNTRUE, NoPost, Unlinked
from sharebot.model import Delivery, Post, Rules, State
from sharebot.outbox.ledger import Change
from sharebot.pipeline import age
from sharebot.pipeline.items import Item, occasion_of, posts_for, untrue
from sharebot.pipeline.slots import Free
from sharebot.schedule import Slot
from sharebot.text.occasion import Rank

_WAITING = frozenset({State.DRAFT, State.QUEUED, State.FAILED})
"""States in which a delivery still takes a new wording, unless a part of it is out."""
_ALIKE = 0.6
"""From this likeness on, two wordings at the same place of the same issue are one article, corrected."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One delivery of a plan, and what applying the plan does to it.

    `before` is the row as it stands, `warnings` what a person should know of it.
    """

    delivery: Delivery
    change: Literal["new", "changed", "gone", "kept"]
    why: str
    before: Delivery | None = None
    warnings: tuple[str, ...] = ()

    def told(self) -> list[str]:
        """Return the warnings, each with the name of what it is about."""
        return [f"{self.delivery.issue}: {self.delivery.headline}: {words}" for words in self.warnings]


@dataclass(frozen=True, slots=True)
class Lane:
    """One stream of one newsletter on one account, and the times that are free on it.

    `known` are the keys of all deliveries that the newsletter's lanes have asked for so far.
    """

    newsletter: Newsletter
    known: set[str]
    stream: Stream
    account: Account
    rules: Rules
    free: Free
    rank: Rank

    def entry(self, item: Item, key: str, row: Delivery | None, orphans: Iterable[Delivery], now: datetime) -> Entry:
        """Hold an item against its row; where there is none, against rows that may be its own under another key."""
        if row is None:
            slot = self.free.peek()
            fresh = self._delivery(item, key, slot.at if slot else None)
            row = _adopt(orphans, fresh, self.known)
            if row is None:
                return _placed(self, fresh, now)
        return _compared(row, self._delivery(item, key, max(row.due, now)), self.newsletter)

    def _delivery(self, item: Item, key: str, posted: datetime | None) -> Delivery:
        """Make what is sent of an item at a time. Its own time is settled later."""
        zone = self.stream.schedule.zone
        published, expires = age.published(item.issue, zone), self.stream.schedule.expires
        occasion = occasion_of(self.newsletter, self.stream, item.issue, self.account.name, posted, self.rank)
        error: str | None = None
        posts: tuple[Post, ...] = ()
        state = _start(self.newsletter)
        try:
            posts = posts_for(self.newsletter, self.stream, item, self.rules, self.account.platform, occasion)
            error = untrue(self.newsletter, self.stream, item, occasion)
            state = State.HELD if error else state
        except NoPost as fault:
            error, state = str(fault), State.HELD if isinstance(fault, Unlinked) else State.FAILED
        return Delivery(
            key=key,
            newsletter=self.newsletter.name,
            stream=self.stream.name,
            account=self.account.name,
            platform=self.account.platform,
            issue=item.issue.id,
            article=item.article.number if item.article else 0,
            headline=item.article.headline if item.article else item.issue.title,
            posts=posts,
            due=datetime.max.replace(tzinfo=UTC),
            zone=zone,
            wall="",
            state=state,
            expires=published + expires if published and expires else None,
            error=error,
        )


def _start(newsletter: Newsletter) -> State:
    return State.DRAFT if newsletter.approval.required else State.QUEUED


def _placed(lane: Lane, fresh: Delivery, now: datetime) -> Entry:
    asked = times.words(lane.stream.schedule)
    slot = lane.free.take() if fresh.posts else None
    if slot is None:
        why = fresh.error or f"no free time is left for it ({asked})"
        here = Slot.of(now, fresh.zone)
        state = fresh.state if fresh.error else State.FAILED
        return Entry(replace(fresh, due=here.at, wall=here.wall, state=state, error=why), "new", why)
    placed = replace(fresh, due=slot.at, wall=slot.wall)
    if placed.expires and slot.at >= placed.expires:
        why = f"its first free time {slot.wall} is after its deadline"
        return Entry(replace(placed, state=State.MISSED, error=why), "new", why)
    return Entry(placed, "new", fresh.error or ("waits for approval" if fresh.state is State.DRAFT else asked))


def _adopt(orphans: Iterable[Delivery], fresh: Delivery, known: set[str]) -> Delivery | None:
    """Find the row of the same article from before it was corrected, or its stream renamed, and take it."""
    for row in orphans:
        if (
            row.key not in known
            and (row.posts or row.state is State.HELD)
            and row.article == fresh.article
            and _alike(row, fresh)
        ):
            known.add(row.key)
            return row
    return None


def _alike(row: Delivery, fresh: Delivery) -> bool:
    if row.headline.casefold() == fresh.headline.casefold():
        return True
    if not fresh.posts:
        return False
    from difflib import SequenceMatcher

    return SequenceMatcher(None, row.posts[0].text, fresh.posts[0].text).ratio() >= _ALIKE


def waits(row: Delivery) -> bool:
    """Whether a row still takes a new wording; what is held for its words alone does."""
    for_its_words = row.state is State.HELD and (not row.posts or _is_untrue(row))
    return (row.state in _WAITING or for_its_words) and not row.receipts


def _compared(before: Delivery, fresh: Delivery, newsletter: Newsletter) -> Entry:
    if not waits(before) or _same(before, fresh) or _let_go(before, fresh):
        return Entry(before, "kept", before.error or before.state, before)
    state = fresh.state if fresh.error else _start(newsletter)
    why = fresh.error or "its text changed"
    return Entry(replace(before, posts=fresh.posts, state=state, error=fresh.error), "changed", why, before)


def _same(before: Delivery, fresh: Delivery) -> bool:
    """Whether nothing is to be changed."""
    ours, theirs = (tuple(replace(post, true_until=None) for post in row.posts) for row in (before, fresh))
    return ours == theirs and (before.state is State.FAILED or _waits_for(before) == _waits_for(fresh))


def _waits_for(row: Delivery) -> str | None:
    """Return what must change before a row is sent; the reason of one that is untrue has another day in it each day."""
    if _is_untrue(row):
        return UNTRUE
    return row.error if row.state is State.HELD else None


def _is_untrue(row: Delivery) -> bool:
    return (row.error or "").startswith(UNTRUE)


def _let_go(before: Delivery, fresh: Delivery) -> bool:
    """Whether a person sends untrue words all the same: they took from them the moment until which they were true."""
    known = any(post.true_until for post in before.posts)
    return _is_untrue(fresh) and before.state is State.QUEUED and not known


def gone(row: Delivery) -> Entry:
    """Take back what nothing asks for any more."""
    why = "no longer in the issue, or no longer asked for"
    return Entry(replace(row, state=State.SKIPPED, error=why), "gone", why, row)


def change_of(entry: Entry) -> Change:
    """Return what an entry asks the outbox for."""
    assert entry.before is not None, "only what is there changes"
    posts = entry.delivery.posts if entry.change == "changed" else None
    return Change(entry.before, entry.delivery.state, entry.why, posts=posts, error=entry.delivery.error)
