"""Procrastinate hands accounts to workers; what it loses or repeats must not matter. On a real PostgreSQL."""

import asyncio
import gc
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from sqlalchemy import text

from sharebot.engine import jobs, procrastinate
from sharebot.engine.procrastinate import Cluster, Drainer
from sharebot.errors import StoreError
from sharebot.model import Receipt, State
from sharebot.outbox.bell import Listener
from sharebot.outbox.ledger import Ledger
from sharebot.outbox.settling import Settlement

pytestmark = pytest.mark.timeout(180)
PATIENCE = 60


def eventually(true: Callable[[], object]) -> None:
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end
        time.sleep(0.02)


class Network:
    """A network that keeps what it was sent, and sees how many posts of an account are in flight at once."""

    def __init__(self) -> None:
        self.sent: list[str] = []
        self.hosts: set[str] = set()
        self.most = 0
        self.gate = threading.Event()
        self.gate.set()
        self.flying: list[str] = []

    def at(self, host: str) -> Any:
        def work(delivery, _retake):
            self.flying.append(delivery.account)
            self.most = max(self.most, self.flying.count(delivery.account))
            self.gate.wait(PATIENCE)
            self.sent.append(delivery.key)
            self.hosts.add(host)
            self.flying.remove(delivery.account)
            return Settlement(delivery, State.PUBLISHED, "out", Receipt("1", f"https://x.example/{delivery.key}"))

        return work


@pytest.fixture
def outbox(postgresql_url) -> Iterator[Ledger]:
    with Ledger(postgresql_url) as opened:
        yield opened


@pytest.fixture
def network() -> Network:
    return Network()


@contextmanager
def at_work(outbox, network, host="one", *, leads=True, **options):
    """Run a host's engine, with the bell that its daemon has."""
    engine = Cluster(outbox, network.at(host), outbox.clock, **options)
    engine.leads = leads
    thread = threading.Thread(target=engine.run)
    thread.start()
    try:
        with Listener(outbox.url, engine.wake):
            yield engine
    finally:
        network.gate.set()
        engine.stop()
        thread.join()
        assert engine.finish(PATIENCE)


def queue(outbox, make, *keys, **changes):
    now = outbox.clock()
    outbox.add([make(key, **{"due": now} | changes) for key in keys], "test", "read", now)


def table(outbox, name="jobs"):
    with outbox.writing() as connection:
        jobs.install(connection)
        connection.execute(text(jobs._found(transaction=True)))
        return connection.execute(text(f"SELECT * FROM procrastinate_{name}")).mappings().all()


def hand(outbox, limit=8, seconds=60.0):
    with outbox.writing() as connection:
        jobs.install(connection)
    now = outbox.clock()
    return outbox.hand(now, now + timedelta(seconds=seconds), limit, jobs.defer)


def published(outbox, count):
    return len(outbox.deliveries(State.PUBLISHED)) == count


def test_what_is_due_is_sent_once_in_order_and_leaves_no_job_behind(outbox, delivery, network):
    now = outbox.clock()
    keys = [f"k{number}" for number in range(20)]
    outbox.add([delivery(k, due=now + timedelta(milliseconds=n)) for n, k in enumerate(keys)], "test", "read", now)
    with at_work(outbox, network):
        eventually(lambda: published(outbox, 20))
    assert network.sent == keys
    assert [table(outbox, name) for name in ("jobs", "events", "workers")] == [[], [], []]


def test_hosts_share_the_accounts_and_each_has_one_post_in_flight(outbox, delivery, network, postgresql_url):
    network.gate.clear()
    now = outbox.clock()
    outbox.add([delivery(f"{a}-{n}", account=a, due=now) for a in "abcdef" for n in range(4)], "test", "read", now)
    with (
        Ledger(postgresql_url) as other,
        at_work(other, network, "two", leads=False, workers=2),
        at_work(outbox, network, workers=2) as leader,
    ):
        leader.wake()
        eventually(lambda: len(network.flying) == 4)
        network.gate.set()
        eventually(lambda: published(outbox, 24))
    assert sorted(network.sent) == sorted(f"{a}-{n}" for a in "abcdef" for n in range(4))
    assert network.most == 1
    assert network.hosts == {"one", "two"}


def test_a_host_that_does_not_lead_hands_nothing_over(outbox, delivery, network):
    queue(outbox, delivery, "a")
    with at_work(outbox, network, leads=False) as engine:
        eventually(lambda: table(outbox, "workers"))
        engine.wake()
        time.sleep(0.5)
        assert network.sent == []
        hand(outbox)
        eventually(lambda: network.sent == ["a"])


def test_accounts_take_turns_where_there_is_room_for_few_and_end_when_they_are_drained(outbox, delivery):
    network = Network()
    for name in "abc":
        queue(outbox, delivery, f"{name}1", f"{name}2", account=name)
    drainer = Drainer(outbox, network.at("one"), outbox.clock, workers=1)
    jobs_ = [drainer.take(name) for name in "abc"]
    thread = threading.Thread(target=drainer.run)
    thread.start()
    for job in jobs_:
        job.result(PATIENCE)
    drainer.stop()
    thread.join()
    assert drainer.finish(PATIENCE)
    assert network.sent == ["a1", "b1", "c1", "a2", "b2", "c2"]


def test_a_worker_hears_of_each_job_again_a_moment_later_and_at_first_without_any(outbox):
    async def listen():
        told: asyncio.Queue[str] = asyncio.Queue()

        async def hear(channel, payload):  # noqa: ARG001 — a worker is told both
            await told.put(channel)

        app = jobs._taker(outbox.url, lambda _: Future())
        async with app.open_async():
            listening = asyncio.ensure_future(app.connector.listen_notify(hear, ["bell"]))
            first = [await told.get() for _ in jobs._AT_FIRST]
            await app.connector.execute_query_async("SELECT pg_notify('bell', '')")
            then = [await told.get() for _ in range(2)]
            listening.cancel()
        return first, then

    first, then = asyncio.run(asyncio.wait_for(listen(), PATIENCE))
    assert first == [""] * len(jobs._AT_FIRST)
    assert then == ["bell", ""]


def test_a_job_is_neither_scheduled_nor_locked(outbox, delivery):
    queue(outbox, delivery, "a")
    assert hand(outbox) == ["mastodon"]
    (job,) = table(outbox)
    assert job["args"] == {"account": "mastodon"}
    assert [job[name] for name in ("scheduled_at", "lock", "queueing_lock", "status")] == [None, None, None, "todo"]


def test_an_account_is_marked_as_handed_only_together_with_its_job(outbox, delivery, monkeypatch):
    queue(outbox, delivery, "a")
    with monkeypatch.context() as patch:
        patch.setattr(jobs, "_TASK", "x" * 200)  # longer than its column
        with pytest.raises(StoreError, match="no job can be handed over"):
            hand(outbox)
    assert table(outbox) == []
    assert hand(outbox) == ["mastodon"]


def test_an_account_that_is_handed_is_not_handed_again_until_its_time_is_over(outbox, delivery):
    queue(outbox, delivery, "a")
    assert hand(outbox, seconds=0.5) == ["mastodon"]
    assert hand(outbox) == []
    time.sleep(0.6)
    assert hand(outbox) == ["mastodon"]
    assert len(table(outbox)) == 1  # the job that nobody took is replaced


def test_a_job_that_was_lost_is_handed_over_again(outbox, delivery, network, monkeypatch):
    monkeypatch.setattr(procrastinate, "_HANDED", timedelta(seconds=1))
    queue(outbox, delivery, "a")
    hand(outbox, seconds=1)
    with outbox.writing() as connection:
        connection.execute(text(jobs._found(transaction=True)))
        connection.execute(text("DELETE FROM procrastinate_jobs"))
    with at_work(outbox, network):
        eventually(lambda: network.sent == ["a"])


def test_a_job_that_comes_again_and_again_sends_nothing_twice(outbox, delivery, network):
    queue(outbox, delivery, "a", "b")
    hand(outbox)
    for _ in range(5):
        with outbox.writing() as connection:
            connection.execute(text(jobs._found(transaction=True)))
            connection.execute(
                text("INSERT INTO procrastinate_jobs (queue_name, task_name, args) VALUES ('drain', 'drain', :args)"),
                {"args": '{"account": "mastodon"}'},
            )
    with at_work(outbox, network):
        eventually(lambda: not table(outbox))
    assert sorted(network.sent) == ["a", "b"]


def test_the_job_of_a_worker_that_is_gone_is_deleted(outbox, delivery):
    queue(outbox, delivery, "a")
    hand(outbox)
    with outbox.writing() as connection:
        connection.execute(text(jobs._found(transaction=True)))
        for age in ("2 minutes", "1 second"):
            connection.execute(
                text(f"INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '{age}')")
            )
        connection.execute(text("UPDATE procrastinate_jobs SET status = 'doing', worker_id = 1"))
        jobs.tidy(connection)
    assert table(outbox) == []
    assert [worker["id"] for worker in table(outbox, "workers")] == [2]


def test_hosts_that_start_at_once_make_the_tables_once(postgresql_url):
    outboxes = [Ledger(postgresql_url) for _ in range(4)]
    begin, faults = threading.Barrier(4), []

    def install(outbox):
        begin.wait()
        try:
            with outbox.writing() as connection:
                jobs.install(connection)
        except StoreError as error:
            faults.append(error)

    threads = [threading.Thread(target=install, args=(outbox,)) for outbox in outboxes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    assert table(outboxes[0]) == []
    for outbox in outboxes:
        outbox.close()


def test_only_so_many_jobs_wait_for_a_worker_at_once(outbox, delivery, network, monkeypatch):
    monkeypatch.setattr(procrastinate, "_OUT", 2)
    network.gate.clear()
    for account in "abcde":
        queue(outbox, delivery, account, account=account)
    with at_work(outbox, network, workers=1) as engine:
        eventually(lambda: len(table(outbox)) == 3)  # one in hand, two wait
        engine.wake()
        time.sleep(0.5)
        assert len(table(outbox)) == 3
        network.gate.set()
        eventually(lambda: published(outbox, 5))


def test_a_post_that_is_due_just_after_its_account_was_drained_does_not_wait_for_the_next_look(
    outbox, delivery, network, monkeypatch
):
    monkeypatch.setattr(Cluster, "longest", 3600.0)
    now = outbox.clock()
    with at_work(outbox, network) as engine:
        outbox.add([delivery("a", due=now), delivery("b", due=now + timedelta(seconds=2))], "test", "read", now)
        engine.wake()
        eventually(lambda: network.sent == ["a", "b"])


def test_an_outcome_is_written_down_although_the_database_fails_for_a_while(outbox, delivery, network, monkeypatch):
    monkeypatch.setattr("sharebot.engine.loop.STORE_RETRY", 0.1)
    turn, faults = outbox.turn, iter([StoreError("away"), StoreError("away")])

    def failing(settlements, *arguments):
        if settlements and (fault := next(faults, None)):
            raise fault
        return turn(settlements, *arguments)

    monkeypatch.setattr(outbox, "turn", failing)
    queue(outbox, delivery, "a")
    with at_work(outbox, network) as engine:
        engine.wake()
        eventually(lambda: published(outbox, 1))
    assert network.sent == ["a"]


def test_a_worker_goes_on_after_the_server_was_restarted(postgresql, outbox, delivery, network, monkeypatch):
    monkeypatch.setattr(jobs, "STORE_RETRY", 0.2)
    monkeypatch.setattr(procrastinate, "_HANDED", timedelta(seconds=2))
    queue(outbox, delivery, "a")
    with at_work(outbox, network) as engine:
        engine.wake()
        eventually(lambda: published(outbox, 1))
        postgresql.restart("immediate")
        queue(outbox, delivery, "b")
        eventually(lambda: published(outbox, 2))
    assert network.sent == ["a", "b"]


def test_a_job_that_vanishes_while_it_is_done_does_not_end_the_worker(outbox, delivery, network, caplog):
    queue(outbox, delivery, "a")
    network.gate.clear()
    with at_work(outbox, network) as engine:
        engine.wake()
        eventually(lambda: network.flying)
        with outbox.writing() as connection:
            connection.execute(text(jobs._found(transaction=True)))
            connection.execute(text("DELETE FROM procrastinate_jobs"))
        network.gate.set()
        eventually(lambda: published(outbox, 1))
        queue(outbox, delivery, "b", account="x")
        engine.wake()
        eventually(lambda: published(outbox, 2))
        eventually(lambda: gc.collect() >= 0 and "worker.fault" in caplog.messages)  # told once it is swept up


def test_a_stop_claims_nothing_more_and_says_what_is_still_out(outbox, delivery, network):
    queue(outbox, delivery, "a", "b")
    network.gate.clear()
    with at_work(outbox, network) as engine:
        engine.wake()
        eventually(lambda: network.most)
        engine.stop()
        assert not engine.finish(0.2)
        network.gate.set()
        assert engine.finish(PATIENCE)
    assert network.sent == ["a"]
    assert outbox.deliveries(State.QUEUED)[0].key == "b"


def test_a_worker_that_cannot_work_is_silent(outbox, network, monkeypatch):
    monkeypatch.setattr(jobs, "_TASK", "drain")
    monkeypatch.setattr(jobs, "_taker", lambda *_: 1 / 0)
    with at_work(outbox, network) as engine:
        eventually(lambda: engine.silent > 1 and engine.stuck > 1)


def test_a_worker_whose_server_is_gone_is_silent_and_not_stuck(outbox, network, monkeypatch):
    def gone(*_):
        raise psycopg.OperationalError

    monkeypatch.setattr(jobs, "STORE_RETRY", 0.05)
    monkeypatch.setattr(jobs, "_taker", gone)
    with at_work(outbox, network) as engine:
        eventually(lambda: engine.silent > 1)
        eventually(lambda: engine.stuck < 0.5)


def test_what_is_due_late_gets_its_new_time_before_it_is_handed_over(outbox, delivery, network):
    queue(outbox, delivery, "a")

    def prepare(now):
        for row in outbox.deliveries(State.QUEUED):
            from sharebot.outbox.ledger import Change

            later = replace(row, due=now + timedelta(hours=1), wall="later")
            if row.wall != "later":
                outbox.change([Change(row, later, "late")], "test", now)

    with at_work(outbox, network, prepare=prepare) as engine:
        engine.wake()
        eventually(lambda: outbox.deliveries(State.QUEUED)[0].wall == "later")
        time.sleep(0.3)
    assert network.sent == []
