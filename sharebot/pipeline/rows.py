"""One delivery: how an item reads on its occasion, and what becomes of the row that is there for it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256
from typing import Literal

from sharebot import __version__
from sharebot import schedule as times
from sharebot.approval import unapproved
from sharebot.config.values import Account, Newsletter, Stream
from sharebot.errors import DOUBLE, NO_NEWSLETTER, UNTRUE, NoPost, Unlinked
from sharebot.identity import address_of
from sharebot.model import BESIDE, Delivery, Post, Rules, State
from sharebot.outbox.ledger import Change
from sharebot.pipeline import age
from sharebot.pipeline.doubles import Doubles, is_double
from sharebot.pipeline.items import Item, occasion_of, posts_for, untrue, voice_of
from sharebot.pipeline.slots import Free
from sharebot.schedule import Slot
from sharebot.text.occasion import Rank

_WAITING = frozenset({State.DRAFT, State.QUEUED, State.FAILED})
"""States in which a delivery still takes a new wording, unless a part of it is out."""
_PLACED = frozenset({State.DRAFT, State.QUEUED})
_OWN = (UNTRUE, DOUBLE, NO_NEWSLETTER)
"""How the reasons begin that each reading looks at again."""
_GONE = "no longer in the issue, or no longer asked for"
_ALIKE = 0.6
"""From this likeness on, two wordings at the same place of the same issue are one article, corrected."""


Words = tuple[tuple[Post, ...], State, str | None]
"""Posts, how they may stand, and what is wrong with them."""


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
        if row is not None and not _is_gone(row):
            return self._compared(item, row, now)
        slot = self._asked(item) if item.when else self.free.peek(key, item.not_before)
        fresh = self.delivery(item, key, slot.at if slot else None)
        if row is not None:
            entry = self._new(item, _with_own_words(fresh, row), slot, now)
            return replace(entry, change="changed", why=f"asked for again; {entry.why}", before=row)
        adopted = _adopt(orphans, fresh, self.known)
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
        if _is_too_late(placed):
            return Entry(_missed(placed), "new", str(_missed(placed).error))
        self.doubles.add(placed)
        waits = "waits for approval" if placed.state is State.DRAFT else asked
        return Entry(placed, "new", placed.error or waits)

    def _compared(self, item: Item, before: Delivery, now: datetime) -> Entry:
        if not waits(before) or (is_double(before) and self.doubles.why(before, before.due, self.stream.window)):
            return _kept(before, item, before)
        slot = self._elsewhere(item, before)
        after = self._approved(self._reworded(item, before, max(slot.at if slot else before.due, now)))
        if slot:
            after = replace(after, due=slot.at, wall=slot.wall, placed=self._placed(item), moved=_by_file(item))
            after = replace(after, expires=self._expires(item))
            after = _missed(after) if _is_too_late(after) else after
        return _kept(after, item, before) if _shown(after) == _shown(before) else _changed(after, before)

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
        if _let_go(before, fresh):
            return before
        if _same(before, fresh):
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


def _kept(after: Delivery, item: Item, before: Delivery) -> Entry:
    told: tuple[str, ...] = ()
    if after.edited and waits(after) and after.content != item.content:
        told = (f"{after.edited} edited it, and the article has changed since: compare them, then approve or edit it",)
    return Entry(after, "kept", after.error or after.state, before, told)


def _changed(after: Delivery, before: Delivery) -> Entry:
    told = [after.error] if after.error and after.error != before.error else []
    told += ["its text changed"] if after.posts != before.posts and not told else []
    told += [f"moved from {before.wall} to {after.wall}"] if after.due != before.due else []
    if not told:
        told = ["waits for approval" if after.state is State.DRAFT else "nothing stands in its way any more"]
    return Entry(after, "changed", "; ".join(told), before)


def _shown(row: Delivery) -> tuple[object, ...]:
    """Return what people see of a row; the rest is kept up to date in silence."""
    return row.posts, row.state, row.due, row.error


def _is_too_late(row: Delivery) -> bool:
    return row.expires is not None and row.due >= row.expires


def _missed(row: Delivery) -> Delivery:
    return replace(row, state=State.MISSED, error=f"its first free time {row.wall} is after its deadline")


def _adopt(orphans: Iterable[Delivery], fresh: Delivery, known: set[str]) -> Delivery | None:
    """Find the row of the same article from before it was corrected, or its stream renamed, and take it."""
    for row in orphans:
        if (
            row.key not in known
            and (row.posts or row.state is State.HELD)
            and (row.article, row.turn, row.corrects) == (fresh.article, fresh.turn, None)
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
    """Whether a row still takes a new wording; what is held for a reason of its own does."""
    held = row.state is State.HELD and (not row.posts or _reason(row) in _OWN)
    return (row.state in _WAITING or held) and not row.receipts


def _same(before: Delivery, fresh: Delivery) -> bool:
    """Whether nothing is to be changed."""
    ours, theirs = (tuple(replace(post, true_until=None) for post in row.posts) for row in (before, fresh))
    return ours == theirs and (before.state is State.FAILED or _waits_for(before) == _waits_for(fresh))


def _waits_for(row: Delivery) -> str | None:
    """Return what must change before a row is sent; a reason of its own has other days in it each day."""
    reason = _reason(row)
    return reason if reason in _OWN or row.state is State.HELD else None


def _reason(row: Delivery) -> str | None:
    """Return why a row stands as it does, of one of its own reasons only how it begins."""
    return next((reason for reason in _OWN if (row.error or "").startswith(reason)), row.error)


def _is_untrue(row: Delivery) -> bool:
    return (row.error or "").startswith(UNTRUE)


def _let_go(before: Delivery, fresh: Delivery) -> bool:
    """Whether a person sends untrue words all the same: they took from them the moment until which they were true."""
    known = any(post.true_until for post in before.posts)
    return _is_untrue(fresh) and before.state is State.QUEUED and not known


def gone(row: Delivery) -> Entry:
    """Take back what nothing asks for any more."""
    return Entry(replace(row, state=State.SKIPPED, error=_GONE), "gone", _GONE, row)


def _is_gone(row: Delivery) -> bool:
    return row.state is State.SKIPPED and row.error == _GONE


def _with_own_words(fresh: Delivery, row: Delivery) -> Delivery:
    """Keep what a person wrote before it was gone."""
    return replace(fresh, posts=row.posts, content=row.content, edited=row.edited) if row.edited else fresh


def change_of(entry: Entry) -> Change | None:
    """Return what an entry asks the outbox for where its row is there already; None where nothing is to be written."""
    if entry.before is None or entry.delivery == entry.before:
        return None
    why = "kept as it is under a changed schedule or article" if entry.change == "kept" else entry.why
    return Change(entry.before, entry.delivery, why)
