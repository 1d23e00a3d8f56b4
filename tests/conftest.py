"""What several rooms' tests share."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from sharebot.model import Delivery, Post
from sharebot.outbox.ledger import Ledger

NOW = datetime(2026, 11, 3, 9, 0, tzinfo=UTC)


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with Ledger(f"sqlite:///{tmp_path / 'queue.db'}") as opened:
        yield opened


@pytest.fixture
def delivery() -> Callable[..., Delivery]:
    def make(key: str = "k1", **changes: Any) -> Delivery:
        values = {
            "newsletter": "weekly",
            "stream": "articles",
            "account": "mastodon",
            "platform": "mastodon",
            "issue": "2026-07",
            "article": 1,
            "headline": "The ferry runs again",
            "posts": (Post("The ferry runs again https://news.example/1", links=("https://news.example/1",)),),
            "due": NOW,
            "zone": "Europe/Paris",
            "wall": "2026-11-03T10:00",
        }
        return Delivery(key=key, **values | changes)  # type: ignore[arg-type]

    return make
