"""What a plan does to a delivery: how its row stands, what may still change in it, and what people are told."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

from sharebot.errors import REVISED, UNTRUE
from sharebot.model import Delivery, State
from sharebot.outbox.ledger import Change
from sharebot.pipeline.items import Item

_WAITING = frozenset({State.DRAFT, State.QUEUED, State.FAILED})
"""States in which a delivery still takes a new wording, unless a part of it is out."""
_GONE = "no longer in the issue, or no longer asked for"
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


def kept(after: Delivery, item: Item, before: Delivery) -> Entry:
    """Let a row stand; tell where a person's words and the article have parted."""
    told: tuple[str, ...] = ()
    if after.edited and waits(after) and after.content != item.content:
        told = (f"{after.edited} edited it, and the article has changed since: compare them, then approve or edit it",)
    return Entry(after, "kept", after.error or after.state, before, told)


def changed(after: Delivery, before: Delivery) -> Entry:
    """Say what changes and why."""
    told = [after.error] if after.error and after.error != before.error else []
    told += ["its text changed"] if after.posts != before.posts and not told else []
    told += [f"moved from {before.wall} to {after.wall}"] if after.due != before.due else []
    if not told:
        told = ["waits for approval" if after.state is State.DRAFT else "nothing stands in its way any more"]
    return Entry(after, "changed", "; ".join(told), before)


def shown(row: Delivery) -> tuple[object, ...]:
    """Return what people see of a row; the rest is kept up to date in silence."""
    return row.posts, row.state, row.due, row.error


def is_too_late(row: Delivery) -> bool:
    """Whether a row's time is after its deadline."""
    return row.expires is not None and row.due >= row.expires


def missed(row: Delivery) -> Delivery:
    """Give up a row whose time is after its deadline."""
    return replace(row, state=State.MISSED, error=f"its first free time {row.wall} is after its deadline")


def adopt(orphans: Iterable[Delivery], fresh: Delivery, known: set[str]) -> Delivery | None:
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
    held = row.state is State.HELD and (not row.posts or _reason(row) in REVISED)
    return (row.state in _WAITING or held) and not row.receipts


def same(before: Delivery, fresh: Delivery) -> bool:
    """Whether nothing is to be changed."""
    ours, theirs = (tuple(replace(post, true_until=None) for post in row.posts) for row in (before, fresh))
    return ours == theirs and (before.state is State.FAILED or _waits_for(before) == _waits_for(fresh))


def _waits_for(row: Delivery) -> str | None:
    """Return what must change before a row is sent; a reason of its own has other days in it each day."""
    reason = _reason(row)
    return reason if reason in REVISED or row.state is State.HELD else None


def _reason(row: Delivery) -> str | None:
    """Return why a row stands as it does, of one of its own reasons only how it begins."""
    return next((reason for reason in REVISED if (row.error or "").startswith(reason)), row.error)


def _is_untrue(row: Delivery) -> bool:
    return (row.error or "").startswith(UNTRUE)


def let_go(before: Delivery, fresh: Delivery) -> bool:
    """Whether a person sends untrue words all the same: they took from them the moment until which they were true."""
    known = any(post.true_until for post in before.posts)
    return _is_untrue(fresh) and before.state is State.QUEUED and not known


def gone(row: Delivery) -> Entry:
    """Take back what nothing asks for any more."""
    return Entry(replace(row, state=State.SKIPPED, error=_GONE), "gone", _GONE, row)


def is_gone(row: Delivery) -> bool:
    """Whether a row was taken back by `gone`, and by no person."""
    return row.state is State.SKIPPED and row.error == _GONE


def with_own_words(fresh: Delivery, row: Delivery) -> Delivery:
    """Keep what a person wrote before it was gone."""
    return replace(fresh, posts=row.posts, content=row.content, edited=row.edited) if row.edited else fresh


def change_of(entry: Entry) -> Change | None:
    """Return what an entry asks the outbox for where its row is there already; None where nothing is to be written."""
    if entry.before is None or entry.delivery == entry.before:
        return None
    why = "kept as it is under a changed schedule or article" if entry.change == "kept" else entry.why
    return Change(entry.before, entry.delivery, why)
