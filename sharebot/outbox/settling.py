"""What a sending came to is written down: in its delivery, and in the account that it was sent from.

A lease ends with it, and the account rests as long as its network, a retry or its own failures ask for.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, RowMapping, Update, bindparam, column, null, select, update

from sharebot import faults, retry
from sharebot.errors import Reason
from sharebot.model import Delivery, Receipt, State
from sharebot.outbox import leases
from sharebot.outbox.codec import receipts_to_json
from sharebot.outbox.leases import Rest
from sharebot.outbox.many import changing
from sharebot.outbox.record import PUBLISHER, Row, changed, record
from sharebot.outbox.statements import PUBLISHED, SENDING, UNSURE
from sharebot.outbox.tables import delivery

FIRST_LOOK = timedelta(seconds=2)
_BEHIND = timedelta(seconds=10)
"""How long posts wait at most behind one whose answer was lost, so that its network can be asked first."""
_RARELY = timedelta(hours=6)
_CRASH = 2
"""A process that ended while it sent has cost so many attempts more: a post that kills it stops after three times."""


@dataclass(frozen=True, slots=True)
class Settlement:
    """What a claimed delivery came to, for `Outbox.settle`.

    `due` is when it may be sent again (or, where it is unsure, when to ask about it at the latest), `wait` until when
    its whole account must not post, `pause` whether the account stops until a person has mended it. Where the network
    took nothing and asked for time, no attempt is `spent`. `fault` tells whether the account itself has failed (False:
    it works; None: that cannot be told), `chance` in [0, 1) spreads the rest after several such failures. Where the
    network `tells` nothing of a lost post, it is not asked. `reason` is why the network did not take it. Where it is
    known to be `unsent`, no attempt was made.
    """

    delivery: Delivery
    after: State
    why: str
    receipt: Receipt | None = None
    due: datetime | None = None
    wait: datetime | None = None
    pause: bool = False
    spent: bool = True
    fault: bool | None = None
    chance: float = 0.5
    tells: bool = True
    reason: Reason | None = None
    unsent: bool = False

    @property
    def is_doubt(self) -> bool:
        """Whether an answer was lost just now."""
        return self.after is State.UNSURE and self.delivery.state is not State.UNSURE

    @property
    def is_news(self) -> bool:
        """Whether anything has changed: a look that found nothing has not."""
        return self.is_doubt or self.after is not State.UNSURE or self.receipt is not None


def given_back(claimed: Delivery, why: str, wait: datetime | None = None) -> Settlement:
    """Settle what was claimed and not begun: it is as it was before."""
    if claimed.state is State.UNSURE:
        return Settlement(claimed, State.UNSURE, claimed.error or why, wait=wait)
    return Settlement(claimed, State.QUEUED, why, wait=wait, spent=False)


def settle(
    connection: Connection, settlements: Sequence[Settlement], who: str, now: datetime, rows: Mapping[str, RowMapping]
) -> tuple[list[Settlement], dict[str, datetime | None]]:
    """Write outcomes down and free the accounts, whose locked `rows` these are.

    Returns those whose deliveries still stood as they were claimed, and what `leases.free` does. The `news` are still
    to be recorded.
    """
    if not settlements:
        return [], {}
    hits, others = _published(connection, settlements)
    if others:
        standing = _standing(connection, others)
        _write(connection, standing, now)
        hits += standing
    faults.passing("settle.written")
    # Only who holds a lease gives it back: a person may have settled what a worker is just asking about.
    ours = [s for s in settlements if who == PUBLISHER and rows[s.delivery.account]["token"] == s.delivery.token]
    freed = leases.free(connection, [_rest(rows[s.delivery.account], s, now) for s in ours], now)
    leases.rewake(connection, {s.delivery.account for s in hits} - {s.delivery.account for s in ours})
    faults.passing("settle.released")
    return hits, freed


def news(hits: Sequence[Settlement]) -> list[Row]:
    """Return what has changed where these were settled."""
    return [(s.delivery.key, s.delivery.state, s.after, s.why) for s in hits if s.is_news]


def doubt(connection: Connection, names: Sequence[str], now: datetime, look_at: datetime, who: str, why: str) -> int:
    """Doubt what is being sent from these accounts, by whomever, and free them. Returns how many deliveries that is."""
    bound = {"names": names, "now": now, "first_look": look_at, "why": why}
    doubted = {row.key: row.account for row in connection.execute(_DOUBT, bound)}
    connection.execute(_UNASKED, {"names": names})
    record(connection, [(key, State.SENDING, State.UNSURE, why) for key in doubted], who=who, now=now)
    rows, behind = leases.lock(connection, names), set(doubted.values())
    waits = dict.fromkeys(behind, now + _BEHIND)
    rests = [_kept(rows[name], now, rows[name]["not_before"], waits.get(name)) for name in names]
    leases.free(connection, rests, now)
    return len(doubted)


def _published(
    connection: Connection, settlements: Sequence[Settlement]
) -> tuple[list[Settlement], Sequence[Settlement]]:
    """Write down what is out whole and still as it was claimed. Returns it, and the rest.

    Most is like that, and then needs no look before; a token tells one claim from all others.
    """
    out = {s.delivery.key: s for s in settlements if _is_out(s) and s.delivery.token}
    if not out:
        return [], settlements
    hits = set(_PUBLISH.run(connection, list(map(_receipts, out.values()))))
    rest = [settled for settled in settlements if settled.delivery.key not in hits]
    return [settled for key, settled in out.items() if key in hits], rest


def _is_out(settled: Settlement) -> bool:
    return settled.receipt is not None and settled.after is State.PUBLISHED


def _standing(connection: Connection, settlements: Sequence[Settlement]) -> list[Settlement]:
    """Return those whose delivery is as it was claimed, or waits for just this proof; locked accounts keep it so."""
    rows = connection.execute(_STANDING, {"keys": [settled.delivery.key for settled in settlements]})
    there = {row.key: row for row in rows}
    return [still for s in settlements if (row := there.get(s.delivery.key)) and (still := _still(s, row))]


def _still(settled: Settlement, row: Any) -> Settlement | None:
    claimed = settled.delivery
    if row.first_attempt != claimed.first_attempt:
        return None  # its thread has gone on: that speaks of another part
    if (row.state, row.token) == (claimed.state.value, claimed.token):
        return settled
    # Its lease ran out, and then the answer came: that is a proof, whoever brings it.
    if not (row.state == State.UNSURE.value and row.token is None and settled.receipt):
        return None
    return replace(settled, delivery=replace(claimed, state=State.UNSURE, token=None))


def _write(connection: Connection, settlements: Sequence[Settlement], now: datetime) -> None:
    """Compare and set them all. Raises StoreError where one has changed all the same, and nothing is written then."""
    out: list[Settlement] = []
    others: list[Settlement] = []
    for settled in settlements:
        (out if _is_out(settled) else others).append(settled)
    if out:
        changed(len(_PUBLISH.run(connection, list(map(_receipts, out)))), len(out))
    if others:
        changed(len(_SETTLE.run(connection, [_outcome(settled, now) for settled in others])), len(others))


def _as_claimed(claimed: Delivery) -> dict[str, Any]:
    return {"its_key": claimed.key, "its_state": claimed.state, "its_token": claimed.token}


def _receipts(settled: Settlement) -> dict[str, Any]:
    return {**_as_claimed(settled.delivery), "receipts": receipts_to_json(_out(settled))}


def _out(settled: Settlement) -> tuple[Receipt, ...]:
    return settled.delivery.receipts + ((settled.receipt,) if settled.receipt else ())


def _outcome(settled: Settlement, now: datetime) -> dict[str, Any]:
    before = settled.delivery
    # The next post of a thread starts afresh: its own attempts, its own key. One that is doubted, too, is later.
    goes_on, doubted = settled.receipt is not None, settled.after is State.UNSURE
    afresh = settled.unsent or (goes_on and not doubted)
    return {
        **_as_claimed(before),
        "state": settled.after,
        "error": None if settled.unsent or (goes_on and not doubted) else settled.why,
        "due": (settled.due if settled.after is State.QUEUED else None) or before.due,
        "receipts": receipts_to_json(_out(settled)),
        "attempts": 0 if afresh or goes_on else before.attempts - (not settled.spent),
        "first_attempt": None if afresh else before.first_attempt,
        **_doubts(settled, now),
    }


def _doubts(settled: Settlement, now: datetime) -> dict[str, datetime | None]:
    """Say since when a delivery is doubted, and when its network is asked: at growing distances, for that costs."""
    before = settled.delivery
    if settled.receipt and settled.after is State.UNSURE:
        return {"doubted": before.doubted, "look_at": now + FIRST_LOOK}
    if settled.receipt or settled.unsent:
        return {"doubted": None, "look_at": None}
    if settled.is_doubt:
        return {"doubted": now, "look_at": settled.due or now + FIRST_LOOK if settled.tells else None}
    doubted = before.doubted or now
    usual = now + max(leases.LOOK, min(now - doubted, _RARELY))
    look = min(usual, settled.due or usual)
    asked = settled.after is State.UNSURE and settled.tells
    return {"doubted": before.doubted, "look_at": look if asked else None}


def _rest(row: RowMapping, settled: Settlement, now: datetime) -> Rest:
    """Say how an account stands that is free again."""
    failures = row["failures"] if settled.fault is None else row["failures"] + 1 if settled.fault else 0
    opened = retry.breaker(failures, settled.chance) if settled.fault else None
    waits = (settled.wait, now + opened if opened else None, now + _BEHIND if settled.is_doubt else None)
    longest = _longest(now, _asked(row, settled.delivery), *waits)
    paused, probe_at = row["paused"], row["probe_at"]
    if settled.pause:
        paused, probe_at = settled.why, now + retry.probe_after(failures)
    return Rest(row["name"], longest, failures, paused, probe_at, now if settled.receipt else row["succeeded"])


def _kept(row: RowMapping, now: datetime, *waits: datetime | None) -> Rest:
    """Return what an account's row says, but that it rests as long as any of these asks for."""
    names = ("failures", "paused", "probe_at", "succeeded")
    return Rest(row["name"], _longest(now, *waits), *(row[name] for name in names))


def _longest(now: datetime, *waits: datetime | None) -> datetime | None:
    return max((wait for wait in waits if wait and wait > now), default=None)


def _asked(row: RowMapping, lost: Delivery) -> datetime | None:
    """Return until when an account rested; posts behind a lost one wait no longer, once its network was asked."""
    rests: datetime | None = row["not_before"]
    return None if rests and lost.doubted and rests <= lost.doubted + _BEHIND else rests


_OF_THEM = delivery.c.account.in_(bindparam("names", expanding=True))
_DOUBT = (
    update(delivery)
    .where(_OF_THEM, delivery.c.state == SENDING)
    .values(
        state=State.UNSURE.value,
        token=None,
        error=bindparam("why"),
        attempts=delivery.c.attempts + _CRASH,
        doubted=bindparam("now", type_=delivery.c.doubted.type),
        look_at=bindparam("first_look", type_=delivery.c.look_at.type),
    )
    .returning(delivery.c.key, delivery.c.account)
)
_UNASKED = (
    update(delivery).where(_OF_THEM, delivery.c.state == UNSURE, delivery.c.token.is_not(None)).values(token=None)
)
_STANDING = select(delivery.c.key, delivery.c.state, delivery.c.token, delivery.c.first_attempt).where(
    delivery.c.key.in_(bindparam("keys", expanding=True))
)
_OUTCOME = ("state", "error", "due", "receipts", "attempts", "first_attempt", "doubted", "look_at")
_CLAIMED = [column(f"its_{name}", delivery.c[name].type) for name in ("key", "state", "token")]


def _as_claimed_by(given: Any) -> Update:
    as_claimed = (delivery.c.key == given.its_key, delivery.c.state == given.its_state)
    return update(delivery).where(*as_claimed, delivery.c.token.is_not_distinct_from(given.its_token))


def _settle(given: Any) -> Update:
    outcome = {name: given[name] for name in _OUTCOME}
    return _as_claimed_by(given).values(token=null(), **outcome).returning(delivery.c.key)


def _publish(given: Any) -> Update:
    settled = dict.fromkeys(("token", "error", "doubted", "look_at"), null())
    return _as_claimed_by(given).values(state=PUBLISHED, receipts=given.receipts, **settled).returning(delivery.c.key)


_SETTLE = changing([*_CLAIMED, *(column(name, delivery.c[name].type) for name in _OUTCOME)], _settle)
_PUBLISH = changing([*_CLAIMED, column("receipts", delivery.c.receipts.type)], _publish)
