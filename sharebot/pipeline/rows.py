"""One delivery: how an item reads on its occasion, and what becomes of the row that is there for it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256

from sharebot import __version__
from sharebot import schedule as times
from sharebot.approval import unapproved
from sharebot.config.values import Account, Newsletter, Stream
from sharebot.errors import DOUBLE, NO_NEWSLETTER, NoPost, Unlinked
from sharebot.identity import address_of
from sharebot.model import BESIDE, Delivery, Post, Rules, State
from sharebot.pipeline import age
from sharebot.pipeline.doubles import Doubles, is_double
from sharebot.pipeline.entries import (
    Entry,
    adopt,
    changed,
    is_gone,
    is_too_late,
    kept,
    let_go,
    missed,
    same,
    shown,
    waits,
    with_own_words,
)
from sharebot.pipeline.items import Item, occasion_of, posts_for, untrue, voice_of
from sharebot.pipeline.slots import Free
from sharebot.schedule import Slot
from sharebot.text.occasion import Rank

_PLACED = frozenset({State.DRAFT, State.QUEUED})


Words = tuple[tuple[Post, ...], State, str | None]
"""Posts, how they may stand, and what is wrong with them."""


@dataclass(frozen=True, slots=True)
class Lane:
    """One stream of one newsletter on one account, and the times that are free on it.

    `known` are the keys of all deliveries that the newsletter's lanes have asked for so far. `placed` is the digest of
    the stream's schedule, `limits` tells how the network counts. `composed` are the words of this plan's posts by what
    they were made from: equal accounts get equal ones.
    """

    newsletter: Newsletter
    known: set[str]
    stream: Stream
    account: Account
    rules: Rules
    free: Free
    rank: Rank
    doubles: Doubles
    placed: str
    limits: str
    composed: dict[str, Words]

    def entry(self, item: Item, key: str, row: Delivery | None, orphans: Iterable[Delivery], now: datetime) -> Entry:
        """Hold an item against its row; where there is none, against rows that may be its own under another key."""
        if row is not None and not is_gone(row):
            return self._compared(item, row, now)
        slot = self._asked(item) if item.when else self.free.peek(key, item.not_before)
        fresh = self.delivery(item, key, slot.at if slot else None)
        if row is not None:
            entry = self._new(item, with_own_words(fresh, row), slot, now)
            return replace(entry, change="changed", why=f"asked for again; {entry.why}", before=row)
        adopted = adopt(orphans, fresh, self.known)
        return self._compared(item, adopted, now) if adopted else self._new(item, fresh, slot, now)

    def delivery(self, item: Item, key: str, posted: datetime | None) -> Delivery:
        """Make what is sent of an item at a time. Its own time is settled later."""
        made = self._made(item, posted)
        posts, state, error = words = self.composed.get(made or "") or self._compose(item, posted)
        if made:
            self.composed[made] = words
        fresh = Delivery(
            key=key,
            newsletter=self.newsletter.name,
            stream=self.stream.name,
            account=self.account.name,
            platform=self.account.platform,
            issue=item.issue.id,
            article=item.number,
            headline=item.headline,
            posts=posts,
            due=datetime.max.replace(tzinfo=UTC),
            zone=self.stream.schedule.zone,
            wall="",
            state=state,
            expires=self._expires(item),
            error=error,
            turn=item.turn,
            link=address_of(item.identity),
            content=item.content,
            made=made,
            placed=self._placed(item),
            moved=_by_file(item),
        )
        return self._approved(fresh)

    def _compose(self, item: Item, posted: datetime | None) -> Words:
        stream = self._stream(item)
        occasion = occasion_of(self.newsletter, stream, item, self.account.name, posted, self.rank)
        try:
            posts = posts_for(self.newsletter, stream, item, self.rules, self.account.platform, occasion)
        except NoPost as fault:
            return (), State.HELD if isinstance(fault, Unlinked) else State.FAILED, str(fault)
        error = untrue(self.newsletter, stream, item, occasion)
        return posts, State.HELD if error else State.QUEUED, error

    def _expires(self, item: Item) -> datetime | None:
        expires = self.stream.schedule.expires
        published = item.not_before if item.turn else age.published(item.issue, self.stream.schedule.zone)
        return published + expires if published and expires else None

    def _stream(self, item: Item) -> Stream:
        return replace(self.stream, text=item.text) if item.text else self.stream

    def _made(self, item: Item, posted: datetime | None) -> str | None:
        """Return a hash of all that an item's posts are made from at a time; None where a model has its say, too."""
        if self.newsletter.ranking != "none":
            return None
        stream, issue = self._stream(item), item.issue
        occasion = occasion_of(self.newsletter, stream, item, self.account.name, posted)
        rules = (__version__, self.account.platform, self.limits, stream.what, voice_of(self.newsletter, stream))
        said = (issue.id, issue.title, issue.date, issue.language, issue.url, item.article or issue.articles)
        when = (occasion.times, occasion.zone, occasion.turn)
        return sha256(repr((rules, said, when)).encode()).hexdigest()

    def _approved(self, row: Delivery) -> Delivery:
        """Let a delivery wait for a person where nobody has approved it, and no longer where nobody needs to."""
        if row.state not in _PLACED:
            return row
        state = State.DRAFT if unapproved(self.newsletter.approval, row) else State.QUEUED
        return row if row.state is state else replace(row, state=state)

    def _asked(self, item: Item) -> Slot | None:
        """Return the time that the editor's file asks for; several posts with one time keep the gap between them."""
        if item.when is None:
            return None
        schedule = self.stream.schedule
        return Slot.of(self.free.near(item.when.astimezone(UTC), schedule.gap), schedule.zone)

    def _take(self, item: Item, key: str) -> Slot | None:
        slot = self._asked(item)
        if slot is None:
            return self.free.take(key, item.not_before)
        self.free.put(slot.at)
        return slot

    def _placed(self, item: Item) -> str:
        return times.digest(self.stream.schedule, item.when) if item.when else self.placed

    def _new(self, item: Item, fresh: Delivery, slot: Slot | None, now: datetime) -> Entry:
        asked = times.words(self.stream.schedule)
        if not fresh.posts or slot is None:
            why = fresh.error or f"no free time is left for it ({asked})"
            here = Slot.of(now, fresh.zone)
            state = fresh.state if fresh.error else State.FAILED
            return Entry(replace(fresh, due=here.at, wall=here.wall, state=state, error=why), "new", why)
        placed = replace(fresh, due=slot.at, wall=slot.wall)
        if double := self.doubles.why(placed, slot.at, self.stream.window):
            return Entry(replace(placed, state=State.HELD, error=double), "new", double)
        self._take(item, fresh.key)
        if is_too_late(placed):
            return Entry(missed(placed), "new", str(missed(placed).error))
        self.doubles.add(placed)
        waits = "waits for approval" if placed.state is State.DRAFT else asked
        return Entry(placed, "new", placed.error or waits)

    def _compared(self, item: Item, before: Delivery, now: datetime) -> Entry:
        if not waits(before) or (is_double(before) and self.doubles.why(before, before.due, self.stream.window)):
            return kept(before, item, before)
        slot = self._elsewhere(item, before)
        after = self._approved(self._reworded(item, before, max(slot.at if slot else before.due, now)))
        if slot:
            after = replace(after, due=slot.at, wall=slot.wall, placed=self._placed(item), moved=_by_file(item))
            after = replace(after, expires=self._expires(item))
            after = missed(after) if is_too_late(after) else after
        return kept(after, item, before) if shown(after) == shown(before) else changed(after, before)

    def _elsewhere(self, item: Item, before: Delivery) -> Slot | None:
        """Take another time for what waits where its schedule, its turn or the editor's file no longer has it."""
        if before.state not in _PLACED:
            return None
        by_file = (before.moved or "").endswith(BESIDE)
        if before.moved and not by_file:
            return None
        return self._take(item, before.key) if self._is_misplaced(item, before) else None

    def _is_misplaced(self, item: Item, before: Delivery) -> bool:
        too_early = bool(item.turn and item.not_before and before.due < item.not_before)
        kept = {self._placed(item)} if item.when or before.moved else {self._placed(item), None}
        return too_early or before.placed not in kept

    def _reworded(self, item: Item, before: Delivery, posted: datetime) -> Delivery:
        """Give a row the words of today, unless a person gave it theirs."""
        made = self._made(item, posted)
        held = (before.error or "").startswith((DOUBLE, NO_NEWSLETTER))
        if before.edited or (made is not None and made == before.made and not held):
            return before
        fresh = self.delivery(item, before.key, posted)
        if let_go(before, fresh):
            return before
        if same(before, fresh):
            return replace(before, content=fresh.content, link=fresh.link, made=fresh.made)
        state = fresh.state if fresh.error else State.QUEUED
        return replace(
            before,
            posts=fresh.posts,
            state=state,
            error=fresh.error,
            content=fresh.content,
            link=fresh.link,
            made=fresh.made,
            signature=None,
            attempts=0,
        )


def _by_file(item: Item) -> str | None:
    return f"{item.issue.id}{BESIDE}" if item.when else None
