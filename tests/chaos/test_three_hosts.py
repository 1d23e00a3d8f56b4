"""Proof 3: workers on several hosts, one PostgreSQL, and whatever may befall them and what lies between."""

import os
import random
import shutil
import signal
import subprocess
import time
from datetime import UTC, datetime, timedelta

import pytest

from sharebot.model import State
from tests.chaos.cut import Link, Relay
from tests.chaos.network import KINDS
from tests.chaos.stage import ROUNDS, Count, Stage, eventually
from tests.chaos.worker import ENGINES

pytestmark = [pytest.mark.integration, pytest.mark.timeout(900 * ROUNDS)]

_LEASE = timedelta(seconds=4)
_LOOK = timedelta(seconds=0.2)
_HASTY = {
    "sharebot.http.READ": 1.5,
    "sharebot.outbox.leases.LEASE": _LEASE,
    "sharebot.outbox.leases.LOOK": 2 * _LOOK,
    "sharebot.outbox.settling._BEHIND": _LEASE,
    "sharebot.outbox.settling.FIRST_LOOK": _LOOK,
    "sharebot.outbox.store.FIRST_LOOK": _LOOK,
    "sharebot.engine.local.START_WITHIN": 1.0,
    "sharebot.engine.loop.Engine.longest": 0.1,
    "sharebot.engine.loop.STORE_RETRY": 0.1,
    "sharebot.engine.loop._LAPSES": 0.1,
    "sharebot.engine.procrastinate.Cluster.longest": 0.1,
    "sharebot.engine.procrastinate.START_WITHIN": 1.0,
    "sharebot.engine.procrastinate.STORE_RETRY": 0.1,
    "sharebot.engine.procrastinate._HANDED": _LEASE,
}
"""A lease of seconds, and everything else as much shorter."""
_by_each_engine = pytest.mark.parametrize("cluster", ENGINES, indirect=True)
_FREEZING = ("claim.committed", "publish.ready", "publish.connected", "publish.sent", "publish.answered")


@pytest.fixture
def cluster(request, books, postgresql_url):
    """A stage in PostgreSQL, for workers of the local engine or the one that a test names."""
    name, engine = f"p{time.monotonic_ns()}", getattr(request, "param", "local")
    with Stage(postgresql_url, books, name, settings=_HASTY, engine=engine) as stage:
        yield stage


def _load(stage, each=20, accounts=4, kinds=KINDS):
    for name in [stage.account(kind, number) for kind in kinds for number in range(accounts)]:
        stage.add(name, *[1, 1, 2, 1][: each % 4 or 4] * (each // 4 or 1))


def _end(stage, *lives):
    """Work the rest off, with a person's word where the networks have none, and count."""
    stage.worked_off()
    while stage.person():
        stage.worked_off()
    for life in lives:
        life.kill()
    assert {delivery.state for delivery in stage.ledger.deliveries()} == {State.PUBLISHED}
    return stage.count()


def _all(stage):
    return Count(sum(map(len, stage.texts.values())))


def _stories(stage, count):
    amiss = (*count.lost, *count.doubled, *count.again, *count.disorder)
    return "\n".join(line for text in amiss for line in (text, *stage.story(text)))


@_by_each_engine
def test_workers_that_are_killed_at_random_lose_no_post_and_double_none(cluster, books):
    _load(cluster, each=40)
    books.order(noise=0.03)
    lives = [cluster.life() for _ in range(3)]
    for number in range(20 * ROUNDS):
        time.sleep(random.uniform(0, 0.15))
        lives[number % 3].kill()
        lives[number % 3] = cluster.life()
    books.order(noise=0)
    count = _end(cluster, *lives)
    assert count == _all(cluster), _stories(cluster, count)
    assert cluster.wronged == []


@_by_each_engine
def test_a_database_that_crashes_four_times_under_load_costs_no_post_and_doubles_none(cluster, postgresql):
    _load(cluster, each=40)
    lives = [cluster.life() for _ in range(3)]
    for _ in range(4 * ROUNDS):
        cluster.more_made()
        postgresql.restart("immediate")
        _load(cluster, each=20)
    assert _end(cluster, *lives) == _all(cluster)


@pytest.mark.parametrize("point", _FREEZING)
def test_a_worker_that_was_frozen_past_its_lease_doubles_nothing_when_it_goes_on(cluster, point):
    frozen = []
    for kind in KINDS:
        cluster.account(kind)
    for kind in KINDS:  # each with one post in hand: another one might be past its last look, which nothing can save
        _load(cluster, each=4, accounts=1, kinds=(kind,))
        frozen.append(cluster.life(freeze=(point, 1)))
        eventually(frozen[-1].frozen)
    other = cluster.life()
    cluster.worked_off()
    other.kill()
    for life in frozen:
        life.signal(signal.SIGCONT)
    _load(cluster, each=4, accounts=1)
    count = _end(cluster, *frozen)
    assert count == _all(cluster), _stories(cluster, count)


def test_workers_frozen_at_random_past_their_leases_double_nothing_where_a_key_guards_it(cluster):
    _load(cluster, each=20, accounts=12, kinds=("keyed",))
    lives = [cluster.life() for _ in range(3)]
    for number in range(3 * ROUNDS):
        _load(cluster, each=20, accounts=12, kinds=("keyed",))
        cluster.more_made()
        life = lives[number % 3]
        life.signal(signal.SIGSTOP)
        time.sleep(1.25 * _LEASE.total_seconds())
        life.signal(signal.SIGCONT)
    assert _end(cluster, *lives) == _all(cluster)


def test_workers_whose_clocks_are_apart_double_nothing_and_send_nothing_early(cluster, books):
    _load(cluster, each=20)
    later = datetime.now(UTC) + timedelta(seconds=5)
    name = cluster.account("keyed", 99)
    cluster.add(name, 1, due=later)
    lives = [cluster.life(ahead=ahead) for ahead in (-90, 0, 90)]
    for number in range(6):
        time.sleep(random.uniform(0, 0.3))
        lives[number % 3].kill()
        lives[number % 3] = cluster.life(ahead=(-90, 0, 90)[number % 3])
    assert _end(cluster, *lives) == _all(cluster)
    (call,) = [call for call in books.calls() if call.account == name]
    assert call.at >= later.timestamp()


class _Proxied:
    """A way to the database that a test can cut, by a relay in between."""

    def __init__(self, postgresql, database, network):  # noqa: ARG002 — that way stays open
        self._relay = Relay(postgresql.port)
        self.orders = {"database": postgresql.url(database, self._relay.port)}
        self.cut, self.heal, self.close = self._relay.cut, self._relay.heal, self._relay.close


class _Wired:
    """The same by two wires out of a network namespace."""

    def __init__(self, postgresql, database, network):
        self._link = Link(f"sb{os.getpid()}", os.getpid() % 250)
        self._link.open()
        ports = (postgresql.port, int(network.rpartition(":")[2]))
        self._relays = [Relay(port, host) for port, host in zip(ports, self._link.hosts, strict=True)]
        address, books = (f"{host}:{relay.port}" for host, relay in zip(self._link.hosts, self._relays, strict=True))
        url = postgresql.url(database).replace(f"127.0.0.1:{postgresql.port}", address)
        self.orders = {"database": url, "network": f"http://{books}", "namespace": self._link.namespace}
        self.cut, self.heal = self._link.cut, self._link.heal

    def close(self):
        for relay in self._relays:
            relay.close()
        self._link.close()


def _namespaces():
    """Whether this machine lets a test make network namespaces."""
    if os.geteuid() or not (shutil.which("ip") and shutil.which("unshare")):
        return False
    return subprocess.run(["unshare", "--net", "true"], check=False, capture_output=True).returncode == 0


@pytest.fixture(params=[_Proxied, _Wired])
def way(request, postgresql, database, books):
    if request.param is _Wired and not _namespaces():
        pytest.skip("network namespaces need root, iproute2 and a kernel that lets it")
    opened = request.param(postgresql, database, books.url)
    yield opened
    opened.close()


@_by_each_engine
def test_a_worker_that_is_cut_off_from_the_database_doubles_nothing(cluster, way):
    _load(cluster, each=20)
    cut = cluster.life(**way.orders)
    eventually(lambda: cluster.count().made)
    way.cut()
    other = cluster.life()
    cluster.worked_off()
    way.heal()
    other.kill()
    _load(cluster, each=4)
    assert _end(cluster, cut) == _all(cluster)
