"""What is measured, held against its goal: as a table for people, as JSON for programs."""

import json
import os
import platform
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any, Self

from sharebot import __version__


@dataclass(frozen=True, slots=True)
class Figure:
    """One result. It is good if it is `least` or more, `most` or less; with neither it is there to be compared.

    `samples` are the single measurements that the value sums up, in the order in which they were made.
    """

    name: str
    value: float
    unit: str
    least: float | None = None
    most: float | None = None
    samples: tuple[float, ...] = ()

    @classmethod
    def middle(cls, name: str, samples: Sequence[float], unit: str, **goal: float) -> Self:
        return cls(name, median(samples), unit, **goal, samples=tuple(samples))

    @property
    def goal(self) -> str:
        if self.least is not None:
            return f"≥ {self.least:g} {self.unit}"
        return "" if self.most is None else f"≤ {self.most:g} {self.unit}"

    @property
    def met(self) -> bool | None:
        if self.least is not None:
            return self.value >= self.least
        return None if self.most is None else self.value <= self.most


class Detail(Figure):
    """Stands in the JSON only: its topic shows it in a table of its own."""


Measure = Callable[[], Iterable[Figure]]
"""One topic: measures when it is iterated."""


def table(figures: Iterable[Figure]) -> str:
    rows = [("", "measured", "goal", "")]
    rows += [
        (f.name, f"{_digits(f.value)} {f.unit}", f.goal, _verdict(f.met)) for f in figures if not isinstance(f, Detail)
    ]
    return aligned(rows)


def aligned(rows: Sequence[Sequence[str]]) -> str:
    """Lay rows out in columns: names begin alike, all else ends alike."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(_line(row, widths) for row in rows)


def document(figures: Iterable[Figure]) -> str:
    made = [asdict(figure) | {"met": figure.met} for figure in figures]
    return json.dumps({"machine": _machine(), "figures": made}, ensure_ascii=False, indent=2) + "\n"


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    cells = (f"{cell:>{width}}" for cell, width in zip(row[1:], widths[1:], strict=True))
    return "  ".join((f"{row[0]:{widths[0]}}", *cells)).rstrip()


def _digits(value: float) -> str:
    return f"{value:.0f}" if value >= 100 or value == int(value) else f"{value:.2f}"


def _verdict(met: bool | None) -> str:  # noqa: FBT001 — a figure's three answers, none of them a switch
    return "" if met is None else "met" if met else "missed"


def _machine() -> dict[str, Any]:
    return {
        "sharebot": __version__,
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "system": platform.platform(),
        "processors": os.cpu_count(),
        "load": os.getloadavg(),
    }
