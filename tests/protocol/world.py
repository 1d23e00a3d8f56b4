"""What surrounds the protocol: a database's rows, workers, time, and a network with what is on its way to it."""

from dataclasses import dataclass
from typing import NamedTuple, TypeVar

from sharebot.model import State

QUEUED, SENDING, UNSURE, PUBLISHED, FAILED, HELD, SKIPPED = (
    state.value
    for state in (
        State.QUEUED,
        State.SENDING,
        State.UNSURE,
        State.PUBLISHED,
        State.FAILED,
        State.HELD,
        State.SKIPPED,
    )
)
# Times are counted in ticks: those in which a request may begin, which it takes at most, and for which an account is
# held; those in which a network may still take, or not show yet, what was broken off; those that posts wait behind a
# retry or a fresh doubt; those between two looks for a lost post.
START_WITHIN, CALL, LEASE, LATE, REST, LOOK = 1, 1, 2, 1, 1, 1
NEVER, NOBODY, STALE, DEAD = -1, -1, -1, 9
"""No attempt or no doubt yet; no caller; the token of a lease that is over; that of a worker that died."""
FOREVER = 99

IDLE, READY, BYTE, WAITING, ASKING, ABSENT = "idle", "ready", "at the first byte", "waiting", "asking", "absent"
OUT, LATER, REFUSED, LOST, STILL = "out", "later", "refused", "lost", "still unsure"
"""What a worker is at; those in this line are what it has heard and not written down yet."""


@dataclass(frozen=True, slots=True)
class Network:
    """How long it honours a key, and after how long it surely shows what it took: `key_lasts`, `shown_after`."""

    key: int | None = None
    shown: int | None = None

    @property
    def blind(self) -> bool:
        return self.key is None and self.shown is None

    @property
    def kept(self) -> int:
        """How long it knows a key: longer than senders count on, for a request takes its time."""
        return self.key + CALL + LATE if self.key not in {None, FOREVER} else self.key or 0


NETWORKS = {
    "keyed": Network(FOREVER, 0),
    "keyed for a while": Network(2, 1),
    "keyed for a while, unreadable": Network(2, None),
    "readable": Network(None, 1),
    "blind": Network(),
}


class Row(NamedTuple):
    """A delivery in the database. `token` says who has it; the last three are ticks since and until."""

    state: str = QUEUED
    out: int = 0
    attempts: int = 0
    token: int | None = None
    doubted: int = NEVER
    look: int = 0
    tried: int = NEVER


class Account(NamedTuple):
    """An account in the database: whose it is, for how long already, how long it rests."""

    token: int | None = None
    lease: int = 0
    rest: int = 0
    paused: bool = False


class Worker(NamedTuple):
    """A worker's own memory. `age` is the ticks since its claim, `again` whether it sends what was lost."""

    at: str = IDLE
    delivery: int = 0
    part: int = 0
    token: int = STALE
    age: int = 0
    again: bool = False


class Part(NamedTuple):
    """A post on its network: copies, ticks for which its key is known, and whether a request may have been taken."""

    copies: int = 0
    kept: int = 0
    open: bool = False


class Request(NamedTuple):
    """On the wire: whose it is, and for how many ticks it may still be taken, or be taken and not be shown."""

    delivery: int
    part: int
    caller: int
    taken: bool
    life: int


class Seen(NamedTuple):
    """What a person has read of a delivery, and acts upon."""

    delivery: int
    row: Row


class World(NamedTuple):
    """All there is. `faults` and `acts` are how many may still come; the rest is noted for the laws alone."""

    rows: tuple[Row, ...]
    accounts: tuple[Account, ...]
    workers: tuple[Worker, ...]
    parts: tuple[tuple[Part, ...], ...]
    wire: tuple[Request, ...] = ()
    faults: int = 0
    acts: int = 0
    seen: Seen | None = None
    kills: tuple[int, ...] = ()
    late_byte: bool = False
    wrong: str = ""

    def at(self, number: int, at: str) -> "World":
        """Let a worker be at something else."""
        return self._replace(workers=put(self.workers, number, self.workers[number]._replace(at=at)))

    def moved(self, number: int, worker: Worker, row: Row) -> "World":
        """Change a worker together with the row that it has, or had, in hand."""
        delivery = self.workers[number].delivery if worker.at == IDLE else worker.delivery
        return self._replace(workers=put(self.workers, number, worker), rows=put(self.rows, delivery, row))

    def with_account(self, name: int, account: Account) -> "World":
        return self._replace(accounts=put(self.accounts, name, account))

    def freed(self, name: int, rest: int) -> "World":
        """End an account's lease: its token is nobody's any more, whoever has read it."""
        account, seen = self.accounts[name], self.seen
        if seen and seen.row.token is not None and seen.row.token == account.token:
            seen = seen._replace(row=seen.row._replace(token=STALE))
        return self._replace(seen=seen).with_account(name, Account(rest=rest, paused=account.paused))

    def with_row(self, delivery: int, row: Row) -> "World":
        return self._replace(rows=put(self.rows, delivery, row))

    def with_part(self, delivery: int, number: int, part: Part) -> "World":
        parts = put(self.parts[delivery], number, part)
        return self._replace(parts=put(self.parts, delivery, parts))

    def with_wire(self, *gone: Request, new: tuple[Request, ...] = ()) -> "World":
        """Take requests off the wire and put others on it."""
        kept = list(self.wire)
        for request in gone:
            kept.remove(request)
        return self._replace(wire=tuple(sorted((*kept, *new))))

    def settled(self, delivery: int, part: int) -> "World":
        """Forget what nobody asks about any more: how often a post has ended its process, and what was taken of it."""
        asked = tuple(r for r in self.wire if not r.taken or (r.delivery, r.part) != (delivery, part))
        return self._replace(wire=asked, kills=put(self.kills, delivery, 0))

    def faulty(self) -> "World":
        return self._replace(faults=self.faults - 1)


T = TypeVar("T")


def put(values: tuple[T, ...], number: int, value: T) -> tuple[T, ...]:
    """Return the values with one of them replaced."""
    return (*values[:number], value, *values[number + 1 :])


def post(delivery: int, part: int) -> str:
    """Name a post for people: A1, A2, B1."""
    return f"{'ABCD'[delivery]}{part + 1}"


def broken_off(world: World, request: Request) -> World:
    """Let nobody wait for an answer any more: for a while yet it may be taken."""
    return world.with_wire(request, new=(request._replace(caller=NOBODY, life=min(request.life, LATE)),))


def refused(world: World, request: Request) -> World:
    """Let a network refuse a request: surely it does not take it any more."""
    part = world.parts[request.delivery][request.part]
    return world.with_wire(request).with_part(request.delivery, request.part, part._replace(open=False))


def taken(world: World, request: Request, network: Network) -> World:
    """Let a network take a request, unless it knows its key: then its answer is that of the first time."""
    part = world.parts[request.delivery][request.part]
    if not part.kept:
        part = part._replace(copies=part.copies + 1, kept=network.kept)
    world = world.with_wire(request, new=(request._replace(taken=True),))
    return world.with_part(request.delivery, request.part, part)


def later(world: World, network: Network) -> World:
    """Let a tick pass. What makes no difference any more does not grow."""
    return world._replace(
        rows=tuple(_older(row, network) for row in world.rows),
        accounts=tuple(_rested(account) for account in world.accounts),
        workers=tuple(w if w.at == IDLE else w._replace(age=min(w.age + 1, START_WITHIN)) for w in world.workers),
        parts=tuple(tuple(_forgotten(part) for part in parts) for parts in world.parts),
        wire=tuple(request._replace(life=request.life - 1) for request in world.wire if request.life > 1),
    )


def _older(row: Row, network: Network) -> Row:
    most = 0 if network.key in {None, FOREVER} else network.key or 0
    return row._replace(
        doubted=NEVER if row.doubted == NEVER else min(row.doubted + 1, max(network.shown or 0, REST)),
        look=max(row.look - 1, 0),
        tried=NEVER if row.tried == NEVER else min(row.tried + 1, most),
    )


def _rested(account: Account) -> Account:
    lease = 0 if account.token is None else min(account.lease + 1, LEASE)
    return account._replace(lease=lease, rest=max(account.rest - 1, 0))


def _forgotten(part: Part) -> Part:
    return part if part.kept in {0, FOREVER} else part._replace(kept=part.kept - 1)
