"""The duplicate guard: an account does not post one link twice within an editor's window, whoever asks for it."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta

from sharebot.errors import DOUBLE
from sharebot.model import Delivery
from sharebot.outbox.ledger import Ledger
from sharebot.schedule import Slot


class Doubles:
    """What the accounts have posted, or are going to, by link: what is queued and what this plan adds.

    Of the outbox only what has the links in question is read: all that an account posted within a window may be more
    than memory holds.
    """

    def __init__(self, ledger: Ledger, now: datetime) -> None:
        self._ledger = ledger
        self._now = now
        self._expected: set[str] = set()
        self._known: dict[tuple[str, timedelta], dict[str, list[Delivery]]] = defaultdict(dict)
        self._added: dict[tuple[str, str], list[Delivery]] = defaultdict(list)

    def expect(self, links: Iterable[str | None]) -> None:
        """Look for these links together, once one of them is asked for."""
        self._expected.update(filter(None, links))

    def add(self, new: Delivery) -> None:
        """Note what this plan is going to post."""
        if new.link:
            self._added[new.account, new.link].append(new)

    def why(self, new: Delivery, due: datetime, window: timedelta | None) -> str | None:
        """Say which other post of the same link is too near to `due`; None where there is none, or all is allowed.

        What one stream posts again is wanted: reposts, and an article that was corrected.
        """
        if not (new.link and window):
            return None
        others = self._of(new.account, window, new.link) + self._added[new.account, new.link]
        for other in others:
            if _is_another(other, new) and abs(other.due - due) < window:
                return f"{DOUBLE}{_words(other)}; skip it, or let it go with `sharebot queue retry`"
        return None

    def _of(self, account: str, window: timedelta, link: str) -> list[Delivery]:
        known = self._known[account, window]
        if link not in known:
            wanted = sorted({link} | (self._expected - known.keys()))
            known.update({each: [] for each in wanted})
            for row in self._ledger.linked(account, wanted, self._now - window):
                known[str(row.link)].append(row)
        return known[link]


def is_double(row: Delivery) -> bool:
    """Whether a row is held by this guard."""
    return (row.error or "").startswith(DOUBLE)


def _is_another(other: Delivery, new: Delivery) -> bool:
    same = (other.newsletter, other.stream) == (new.newsletter, new.stream)
    return other.key != new.key and not same and not is_double(other)


def _words(other: Delivery) -> str:
    wall = Slot.of(other.due, other.zone).wall.replace("T", " ")
    out = "has posted" if other.receipts else "is going to post"
    return f"{other.account} {out} this link at {wall}, as “{other.headline}” of {other.newsletter} ({other.key[:8]})"
