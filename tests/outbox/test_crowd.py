"""Many hosts and many rows on one PostgreSQL: nobody takes what another one has, waits in a ring, or reads it all."""

import re
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import event, insert, select, text

from sharebot.model import Post, Receipt, State
from sharebot.outbox import leases
from sharebot.outbox.codec import to_row
from sharebot.outbox.ledger import Change, Ledger
from sharebot.outbox.settling import FIRST_LOOK, Settlement
from sharebot.outbox.tables import account
from sharebot.outbox.tables import delivery as table

HOUR = timedelta(hours=1)
THREADS = 6


@pytest.fixture
def hosts(emptied):
    """Some hosts' ledgers of one database."""
    with ExitStack() as stack:
        yield [stack.enter_context(Ledger(emptied)) for _ in range(THREADS)]


def at_once(hosts, act):
    """Let each host act with its own ledger, all from the same moment on. Returns what came of it."""
    ready = Barrier(len(hosts))

    def start(number):
        ready.wait()
        return act(number, hosts[number])

    with ThreadPoolExecutor(len(hosts)) as pool:
        return list(pool.map(start, range(len(hosts))))


def published(taken):
    return Settlement(taken, State.PUBLISHED, "out", Receipt(taken.key, "https://x/1"), fault=False)


def test_hosts_that_claim_at_once_never_take_the_same_account_nor_more_than_they_were_to(hosts, delivery, now):
    posts = [delivery(f"{a}-{n}", account=f"a{a:03}") for a in range(120) for n in range(4)]
    hosts[0].add(posts, "t", "r", now)

    def drain(_, ledger):
        taken, mine = [], ledger.claim(now, 5)
        while mine:
            assert len(mine) <= 5
            taken += [d.key for d in mine]
            mine = ledger.turn([published(d) for d in mine], now, 5)
        return taken

    taken = [key for keys in at_once(hosts, drain) for key in keys]
    taken += drain(0, hosts[0])  # what another one held in the moment in which a host found nothing
    assert Counter(taken) == Counter(d.key for d in posts)
    for number in range(4):
        lines = hosts[0].history(f"0-{number}")
        assert [line.after for line in lines] == [State.QUEUED, State.SENDING, State.PUBLISHED]


def test_a_claim_does_not_wait_for_accounts_that_another_host_is_changing(hosts, delivery, now):
    hosts[0].add([delivery("a", account="a"), delivery("b", account="b")], "t", "r", now)
    with hosts[0].writing() as connection:
        leases.lock(connection, ["a"])
        assert [d.key for d in hosts[1].claim(now, 8)] == ["b"]
        assert hosts[1].lapse(now + HOUR) == 1  # nor does whoever looks for leases that are over
    assert [d.key for d in hosts[1].claim(now, 1)] == ["a"]


def test_whatever_many_hosts_do_at_once_none_waits_for_another_in_a_ring(hosts, delivery, now):
    names = [f"a{number}" for number in range(8)]
    hosts[0].add([delivery(f"{name}-0", account=name) for name in names], "t", "r", now)

    def live(number, ledger):
        for turn in range(12):
            at, mine = now + turn * timedelta(minutes=3), names[number:] + names[:number]
            new = [delivery(f"{name}-{number}-{turn}", account=name, due=at) for name in mine]
            ledger.add(new, "t", "r", at)
            ledger.change([Change(d, replace(d, posts=(Post("new"),)), "edited") for d in reversed(new)], "ann", at)
            taken = ledger.claim(at, 4)
            ledger.settle([_outcome(d, at, index) for index, d in enumerate(reversed(taken))], at)
            ledger.pause(mine[0], "breaking news")
            ledger.probe_soon(mine, at)
            ledger.lapse(at)
            ledger.resume("*", "ann", at)

    at_once(hosts, live)
    accounts = at_once(hosts[:1], lambda _, ledger: _accounts(ledger))[0]
    assert not [row for row in accounts if row["token"] and row["lease_until"] is None]


def _outcome(taken, at, index):
    pause = Settlement(taken, State.HELD, "revoked", pause=True, spent=False, fault=True)
    if taken.state is State.UNSURE:
        return Settlement(taken, State.UNSURE, "not found")
    later = Settlement(taken, State.QUEUED, "503", due=at, wait=at, fault=True)
    return (published(taken), Settlement(taken, State.UNSURE, "lost"), pause, later)[index % 4]


def _accounts(ledger):
    with ledger.reading() as connection:
        return connection.execute(select(account)).mappings().all()


# ── large queues ─────────────────────────────────────────────────────────────────────────────────────────────────

ROWS, NAMES = 120_000, 30_000
"""PostgreSQL reads a table of a thousand accounts whole, and is right: that is ten pages."""
_COPY = """
INSERT INTO delivery ({columns})
WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {rows})
SELECT {values} FROM numbers, delivery WHERE delivery.key = 'k0'
"""
_WHOLE = re.compile(r"SCAN (delivery|account)(?! USING (COVERING )?INDEX)|Seq Scan on (delivery|account)")


@pytest.fixture
def large(ledger, delivery, now):
    """A queue of many rows that wait and many that are finished, of many accounts; ten of them have something due."""
    ledger.add([delivery("k0", account="a0", due=now + HOUR)], "t", "r", now)
    with ledger.writing() as connection:
        names = [{"name": f"a{number}", "wake": now + HOUR} for number in range(1, NAMES)]
        connection.execute(insert(account), names)
        _copies(connection, ROWS // 2, "queued", "'q'")
        _copies(connection, ROWS // 2, "published", "'p'")
        due = [to_row(delivery(f"d{n}", account=f"a{n}")) for n in range(10)]
        connection.execute(insert(table), due)
        leases.rewake(connection, [f"a{number}" for number in range(10)])
    with ledger._engine.execution_options(isolation_level="AUTOCOMMIT", reads=True).connect() as connection:
        connection.execute(text("ANALYZE"))
    return ledger


def _copies(connection, rows, state, prefix):
    """Put in rows like the one that is there, of all accounts in turn."""
    other = {"key": f"{prefix} || n", "account": f"'a' || (n % {NAMES})", "state": f"'{state}'"}
    names = [column.name for column in table.columns if column.name != "id"]
    values = ", ".join(other.get(name, f"delivery.{name}") for name in names)
    connection.execute(text(_COPY.format(columns=", ".join(names), rows=rows, values=values)))


def test_in_a_large_queue_no_step_of_the_publishers_way_reads_a_table_whole(large, now):
    with _plans(large) as plans:
        first, second, third, *_ = large.claim(now, 10)
        large.turn([published(first), Settlement(second, State.UNSURE, "lost")], now, 10)
        large.next_due()
        (asked,) = large.claim(now + FIRST_LOOK, 10)
        large.retake(asked, now + FIRST_LOOK)
        large.lapse(now + HOUR / 2)
        large.claim(now + HOUR / 2, 1, [third.account])
        large.doubt(now + HOUR / 2)
        large.next_due()
    assert len(plans) > 15
    assert [sql for sql, plan in plans if _WHOLE.search(plan)] == []


def test_in_a_large_queue_a_look_with_nothing_due_costs_a_few_rows(large, now):
    for due in large.claim(now, 10):
        large.settle([published(due)], now)
    with _plans(large) as plans:
        assert large.claim(now, 10) == []
        assert large.next_due() == now + HOUR
        assert large.lapse(now) == 0
    assert len(plans) == 3
    for sql, plan in plans:
        assert not _WHOLE.search(plan), sql
        assert "delivery" not in plan  # accounts know when they wake


@contextmanager
def _plans(ledger):
    """Collect how the database runs each statement: "SCAN account USING INDEX …", "Index Scan using …"."""
    made: list[tuple[str, str]] = []
    busy: list[str] = []

    def note(connection, _cursor, sql, bound, _context, many):
        if busy or not sql.lstrip().startswith(("SELECT", "UPDATE", "WITH")):
            return
        busy.append(sql)
        ask = "EXPLAIN" if ledger.dialect == "postgresql" else "EXPLAIN QUERY PLAN"
        rows = connection.exec_driver_sql(f"{ask} {sql}", bound[0] if many else bound).all()
        made.append((sql, "\n".join(str(row[-1]) for row in rows)))
        busy.clear()

    event.listen(ledger._engine, "before_cursor_execute", note)
    yield made
    event.remove(ledger._engine, "before_cursor_execute", note)
