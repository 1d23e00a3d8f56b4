"""Deliveries in a queue on disk, and the part of the daemon that works them off."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.network import Loopback
from sharebot.config.values import Config
from sharebot.engine import engine_of
from sharebot.model import Delivery
from sharebot.outbox.hosts import listening
from sharebot.outbox.ledger import Ledger
from sharebot.outbox.settling import Settlement
from sharebot.pipeline import Pipeline
from sharebot.publisher import Publisher
from sharebot.testing import sample_post

_AT_THE_END = 10.0


@dataclass(frozen=True, slots=True)
class Place:
    """An empty database on a server whose first process has this number."""

    url: str
    server: int


def clock() -> datetime:
    return datetime.now(UTC)


@contextmanager
def queue(place: Place | None = None) -> Iterator[Ledger]:
    """Open an empty queue, in a file where no other place is named: the disk has its say, as it does in the product."""
    with TemporaryDirectory(prefix="sharebot-bench-") as folder, Ledger(_address(place, folder)) as ledger:
        yield ledger


def _address(place: Place | None, folder: str) -> str:
    return place.url if place else f"sqlite:///{folder}/queue.db"


def delivery(number: int, account: int, due: datetime) -> Delivery:
    return Delivery(
        key=f"bench-{number}",
        newsletter="bench",
        stream="articles",
        account=f"account-{account}",
        platform="loopback",
        issue=f"issue-{number % 50}",
        article=number,
        headline="The ferry runs again",
        posts=(sample_post(),),
        due=due,
        zone="UTC",
        wall=due.isoformat(),
    )


def work_off(ledger: Ledger, deliveries: Sequence[Delivery], url: str, workers: int, engine: str = "local") -> None:
    """Publish as the daemon does, its look for late posts before each claim included; return when all is settled."""
    publisher = Publisher({name: Loopback(url) for name in {d.account for d in deliveries}}, ledger.clock)
    pipeline = Pipeline(Config(Path(), "UTC", {}, {}), {}, ledger)
    left = len(deliveries)

    def count(settled: Sequence[Settlement]) -> None:
        nonlocal left
        left -= len(settled)
        if not left:
            worker.stop()

    worker = engine_of(engine, ledger)(
        ledger, publisher.work, ledger.clock, prepare=pipeline.catch_up, tell=count, workers=workers
    )
    with listening(ledger, worker.wake) if ledger.shared else nullcontext():
        worker.run()
    worker.finish(_AT_THE_END)
