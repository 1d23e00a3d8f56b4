"""Claim, lease, settle and reconcile, small enough that every interleaving can be looked at.

Two workers share a database. Each step of a worker is one transaction, or one thing that it does alone; between any two
of them anybody else may do theirs, time may pass (a worker that takes no step is one that is frozen), the worker may
die, or its network may take a request that it broke off before.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from tests.protocol import people
from tests.protocol import world as w
from tests.protocol.explore import Step
from tests.protocol.world import QUEUED, SENDING, STALE, UNSURE, Account, Network, Row, Worker, World, post

Steps = Iterator[Step[World]]


@dataclass(frozen=True)
class Model:
    """The protocol on one network. `accounts` says of each delivery whose it is, `parts` how many posts it has.

    A fault is a death, a lost answer, a refusal, or that a worker is frozen until its lease is over; an act is a
    person's. With `frozen`, a worker may also stand still between its last look at the clock and the first byte.
    """

    network: Network
    accounts: tuple[int, ...] = (0, 0)
    parts: tuple[int, ...] = (1, 1)
    workers: int = 2
    faults: int = 1
    acts: int = 0
    attempts: int = 2
    frozen: bool = False

    def start(self) -> World:
        return World(
            rows=(Row(),) * len(self.accounts),
            accounts=(Account(),) * len(set(self.accounts)),
            workers=(Worker(),) * self.workers,
            parts=tuple((w.Part(),) * count for count in self.parts),
            faults=self.faults,
            acts=self.acts,
            kills=(0,) * len(self.accounts),
        )

    def steps(self, world: World) -> Steps:
        """Yield whatever may happen next."""
        yield Step("time passes", w.later(world, self.network))
        for request in world.wire:
            if not request.taken:
                what = f"the network takes {post(request.delivery, request.part)}"
                yield Step(what, w.taken(world, request, self.network))
        for name in range(len(world.accounts)):
            yield from self.lapse(world, name)
        for number in range(len(world.workers)):
            yield from self.work(world, number)
            if world.faults and world.workers[number].at != w.IDLE:
                yield Step(f"{number} dies", self.dead(world, number).faulty(), calm=False)
        yield from people.acts(self, world)

    # ── the database: each of these is one transaction ───────────────────────────────────────────────────────────

    def claim(self, world: World, number: int) -> Steps:
        for name, account in enumerate(world.accounts):
            asks, sends = self.claimable(world, name)
            leased = world.with_account(name, account._replace(token=number, lease=0))
            for delivery in asks:
                row = world.rows[delivery]._replace(token=number, look=w.LOOK)
                yield self._claimed(leased, number, delivery, row, w.ASKING)
            for delivery in () if asks else sends:
                if any(world.rows[earlier].state == QUEUED for earlier in self.of(name) if earlier < delivery):
                    leased = leased._replace(wrong="order_kept")
                yield self._claimed(leased, number, delivery, self.begun(world.rows[delivery], number), w.READY)

    def _claimed(self, world: World, number: int, delivery: int, row: Row, at: str) -> Step[World]:
        worker = Worker(at, delivery, row.out, number)
        return Step(f"{number} claims {post(delivery, row.out)} ({row.state})", world.moved(number, worker, row))

    def of(self, name: int) -> list[int]:
        """Return the deliveries of an account, by when they are due."""
        return [delivery for delivery, its in enumerate(self.accounts) if its == name]

    def claimable(self, world: World, name: int) -> tuple[list[int], list[int]]:
        """Return what of an account may be asked about, and else what may be sent."""
        account = world.accounts[name]
        if account.paused or not self.free(account):
            return [], []
        asks = [n for n in self.of(name) if world.rows[n].look == 0 and self.answerable(world.rows[n])]
        queued = [n for n in self.of(name) if world.rows[n].state == QUEUED]
        return asks, [] if account.rest else self.head(world, queued)

    def free(self, account: Account) -> bool:
        return account.token is None

    def head(self, _world: World, queued: list[int]) -> list[int]:
        return queued[:1]

    def answerable(self, row: Row) -> bool:
        """Whether looking for a lost post, or sending it again by its key, may end its doubt."""
        return row.state == UNSURE and (self.network.shown is not None or self.may_repeat(row))

    def begun(self, row: Row, token: int | None) -> Row:
        """Count the attempt before anything is sent."""
        return row._replace(state=SENDING, token=token, attempts=row.attempts + 1, look=0, tried=max(row.tried, 0))

    def lapse(self, world: World, name: int) -> Steps:
        """End a lease that is over, or that of a process which the file's lock proves to be dead."""
        account = world.accounts[name]
        dead = account.token == w.DEAD
        proven = dead and len(world.workers) == 1
        if account.token is None or (account.lease < w.LEASE and not proven) or not (dead or world.faults):
            return
        held = [n for n in self.of(name) if world.rows[n].token is not None]
        rest = w.REST if any(world.rows[n].state == SENDING for n in held) else account.rest
        lapsed = world.freed(name, rest)
        for n in held:
            lapsed = lapsed.with_row(n, self.lapsed(world.rows[n]))
        workers = tuple(x._replace(token=STALE) if self.accounts[x.delivery] == name else x for x in world.workers)
        what, lapsed = f"the lease of account {name} is over", lapsed._replace(workers=workers)
        yield Step(what, lapsed) if dead else Step(f"{what}, its worker is frozen", lapsed.faulty(), calm=False)

    def lapsed(self, row: Row) -> Row:
        """Doubt what was being sent; forget that somebody was asking."""
        return self.doubted(row) if row.state == SENDING else row._replace(token=None)

    def doubted(self, row: Row) -> Row:
        return row._replace(state=UNSURE, token=None, doubted=0, look=0)

    def settle(self, world: World, number: int) -> Step[World]:
        """Write down what a worker has heard, if it still has the delivery; free the account, if it still has that."""
        worker = world.workers[number]
        row, name = world.rows[worker.delivery], self.accounts[worker.delivery]
        account, mine = world.accounts[name], self.mine(row, worker)
        after = self.outcome(row, worker) if mine else row
        if account.token == worker.token:
            rest = w.REST if mine and worker.at in {w.LATER, w.LOST} else account.rest
            world = world.freed(name, rest)
        if after.out > row.out:
            world = world.settled(worker.delivery, worker.part)
        what = f"{number} settles {post(worker.delivery, worker.part)}: {worker.at}{'' if mine else ', too late'}"
        return Step(what, world.moved(number, Worker(), after))

    def mine(self, row: Row, worker: Worker) -> bool:
        """Whether a worker still has a row: the compare of compare-and-set."""
        return row.token == worker.token

    def outcome(self, row: Row, worker: Worker) -> Row:
        if worker.at == w.OUT:
            return self.out(row, worker.delivery)
        if worker.at == w.LOST:
            return self.lost(row)
        if worker.at == w.STILL:
            return row._replace(token=None)
        if worker.again and not self.proven_absent():
            return row._replace(state=UNSURE, token=None, look=w.LOOK, attempts=row.attempts - (worker.at == w.LATER))
        failed = worker.at == w.REFUSED or row.attempts >= self.attempts
        return row._replace(state=w.FAILED if failed else QUEUED, token=None, doubted=w.NEVER)

    def lost(self, row: Row) -> Row:
        return self.doubted(row)

    def proven_absent(self) -> bool:
        """Whether what is sent again was surely not there; else that it is refused now proves nothing about before."""
        return bool(self.network.shown)

    def out(self, row: Row, delivery: int) -> Row:
        """Write a receipt down. The next post of a thread starts afresh: its own attempts, its own key."""
        more = row.out + 1 < self.parts[delivery]
        return Row(QUEUED if more else w.PUBLISHED, row.out + 1)

    def retake(self, world: World, number: int) -> Step[World]:
        """Write down that a lost post is sent again, if its worker still has it."""
        worker = world.workers[number]
        row, account = world.rows[worker.delivery], world.accounts[self.accounts[worker.delivery]]
        if not self.mine(row, worker) or account.paused:
            return Step(f"{number} leaves {post(worker.delivery, worker.part)}", world.at(number, w.STILL))
        again = worker._replace(at=w.READY, again=True)
        what = f"{number} takes {post(worker.delivery, worker.part)} again"
        return Step(what, world.moved(number, again, self.begun(row, row.token)))

    # ── a worker, alone ──────────────────────────────────────────────────────────────────────────────────────────

    def work(self, world: World, number: int) -> Steps:
        """Yield what a worker may do next."""
        at = world.workers[number].at
        if at == w.IDLE:
            # Of two that are idle it does not matter which one claims.
            if not any(other.at == w.IDLE for other in world.workers[:number]):
                yield from self.claim(world, number)
        elif at in {w.WAITING, w.ASKING}:
            yield from self.answers(world, number) if at == w.WAITING else self.look(world, number)
        else:
            alone = {w.READY: self.start_sending, w.BYTE: self.send, w.ABSENT: self.retake}
            yield alone.get(at, self.settle)(world, number)

    def start_sending(self, world: World, number: int) -> Step[World]:
        """Look at the clock: what would begin too late is not begun."""
        if not self.in_time(world.workers[number]):
            return Step(f"{number} comes too late to send", world.at(number, w.LATER))
        return Step(f"{number} is in time", world.at(number, w.BYTE)) if self.frozen else self.send(world, number)

    def in_time(self, worker: Worker) -> bool:
        return worker.age < w.START_WITHIN

    def send(self, world: World, number: int) -> Step[World]:
        worker = world.workers[number]
        parts = world.parts[worker.delivery]
        part = parts[worker.part]
        if part.open:
            world = world._replace(wrong="never_again")
        if not all(earlier.copies for earlier in parts[: worker.part]):
            world = world._replace(wrong="parts_in_order")
        request = w.Request(worker.delivery, worker.part, number, taken=False, life=w.CALL + w.LATE)
        sent = world.with_wire(new=(request,))._replace(late_byte=world.late_byte or not self.in_time(worker))
        sent = sent.with_part(worker.delivery, worker.part, part._replace(open=self.network.blind))
        return Step(f"{number} sends {post(worker.delivery, worker.part)}", sent.at(number, w.WAITING))

    def answers(self, world: World, number: int) -> Steps:
        """Yield what a worker may hear. Its request is gone where it was frozen for long; else silence is a fault."""
        request = next((request for request in world.wire if request.caller == number), None)
        if request is None:
            yield Step(f"{number} hears nothing", world.at(number, w.LOST))
            return
        off = w.broken_off(world, request)
        if request.taken:
            yield Step(f"{number} has its receipt", off.at(number, w.OUT))
        if world.faults:
            yield Step(f"{number} loses the answer", off.faulty().at(number, w.LOST), calm=False)
        if world.faults and not request.taken:
            for said in (w.LATER, w.REFUSED):
                yield Step(f"{number} is told: {said}", w.refused(world, request).faulty().at(number, said), calm=False)

    def look(self, world: World, number: int) -> Steps:
        """Ask the network about a lost post. What it took a moment ago it may show or not."""
        worker = world.workers[number]
        its, name = (worker.delivery, worker.part), post(worker.delivery, worker.part)
        there = self.network.shown is not None and world.parts[worker.delivery][worker.part].copies
        if there:
            yield Step(f"{number} finds {name}", world.at(number, w.OUT))
        if not there or any(r.taken for r in world.wire if (r.delivery, r.part) == its):
            repeat = self.may_repeat(world.rows[worker.delivery])
            yield Step(f"{number} does not find {name}", world.at(number, w.ABSENT if repeat else w.STILL))

    def may_repeat(self, row: Row) -> bool:
        """Whether to send again what was not found cannot double it."""
        safe = self.key_lasts(row) if self.network.shown is None else self.surely_shown(row)
        return safe and row.attempts < self.attempts

    def surely_shown(self, row: Row) -> bool:
        return row.doubted >= (self.network.shown or 0)

    def key_lasts(self, row: Row) -> bool:
        return row.tried < (self.network.key or 0)

    # ── faults and people ────────────────────────────────────────────────────────────────────────────────────────

    def acted(self, world: World, _seen: w.Seen) -> World:
        """A person's act frees no account: whoever has leased it may just be sending."""
        return world

    def dead(self, world: World, number: int) -> World:
        """Let a worker die: its memory is gone, its request is broken off, its lease goes on. It starts anew, idle."""
        worker = world.workers[number]
        name, row = self.accounts[worker.delivery], world.rows[worker.delivery]
        for request in world.wire:
            if request.caller == number:
                world = w.broken_off(world, request)
        if world.accounts[name].token == worker.token:
            world = world.freed(name, 0).with_account(name, world.accounts[name]._replace(token=w.DEAD))
        if row.token == worker.token:
            killed = world.kills[worker.delivery] + (row.state == SENDING)
            world = world._replace(kills=w.put(world.kills, worker.delivery, killed))
            row = row._replace(token=w.DEAD)
        return world.moved(number, Worker(), row)
