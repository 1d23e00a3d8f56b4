"""What the proofs share: a network that keeps books, and stages for them."""

from collections.abc import Callable, Iterator, Mapping
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from tests.chaos.network import Control, network
from tests.chaos.stage import Stage
from tests.chaos.worker import HURRIED, Clock

_numbers = count()


@pytest.fixture(scope="module")
def books() -> Iterator[Control]:
    with network() as control:
        control.order(latency=0.002)
        yield control


@pytest.fixture
def clock(tmp_path: Path) -> Path:
    """Return the file of a clock that jumps."""
    path = tmp_path / "clock"
    Clock.make(path)
    return path


@pytest.fixture
def stage(books: Control, tmp_path: Path, clock: Path) -> Callable[..., Stage]:
    """Make a stage of its own in a new SQLite file."""

    def make(settings: Mapping[str, Any] | None = None, **orders: Any) -> Stage:
        name = f"s{next(_numbers)}"
        all_ = {**HURRIED, **(settings or {})}
        return Stage(f"sqlite:///{tmp_path / name}.db", books, name, clock=clock, settings=all_, **orders)

    return make
