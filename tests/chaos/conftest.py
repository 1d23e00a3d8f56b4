"""What the proofs share: a network that keeps books, and stages for them."""

from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from tests.chaos.network import Control, network
from tests.chaos.stage import Stage
from tests.chaos.worker import Clock

_numbers = count()


@pytest.fixture(scope="module")
def books() -> Iterator[Control]:
    with network() as control:
        control.order(latency=0.002)
        yield control


@pytest.fixture
def stage(books: Control, tmp_path: Path) -> Callable[..., Stage]:
    """Make a stage of its own in a new SQLite file, with a clock that jumps."""

    def make(**orders: Any) -> Stage:
        name = f"s{next(_numbers)}"
        clock = tmp_path / f"{name}.clock"
        Clock.make(clock)
        return Stage(f"sqlite:///{tmp_path / name}.db", books, name, clock=clock, **orders)

    return make
