"""`python -m benchmarks`: measure, show the table, write the JSON."""

import argparse
import sys
from pathlib import Path

from benchmarks import (
    composing,
    counting,
    daemon,
    day,
    figures,
    idle,
    lag,
    planning,
    reading,
    scale,
    startup,
    summaries,
    throughput,
    window,
)
from benchmarks.peers import contest
from benchmarks.processes import say

_USUAL = (
    "startup",
    "daemon",
    "idle",
    "day",
    "throughput",
    "lag",
    "window",
    "readers",
    "summaries",
    "compose",
    "plan",
    "counts",
    "scale",
)
_ASKED_FOR = ("peers",)
"""Measured only where --only names it: it needs PyPI at first."""


def main() -> None:
    wish = _wish()
    measures: dict[str, figures.Measure] = {
        "startup": startup.measure,
        "daemon": daemon.measure,
        "idle": lambda: idle.measure(wish.idle),
        "day": day.measure,
        "throughput": throughput.measure,
        "lag": lambda: lag.measure(wish.rows),
        "window": window.measure,
        "readers": reading.measure,
        "summaries": lambda: summaries.measure(wish.set or ()),
        "compose": composing.measure,
        "plan": planning.measure,
        "counts": counting.measure,
        "peers": contest.measure,
        "scale": scale.measure,
    }
    made: list[figures.Figure] = []
    for name in wish.only or _USUAL:
        say(f"{name} …")
        made += measures[name]()
    print(figures.table(made), file=sys.stderr if wish.json == "-" else sys.stdout)
    _keep(wish.json, figures.document(made))


def _wish() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure sharebot on this machine.")
    parser.add_argument("--only", metavar="NAME", action="append", choices=_USUAL + _ASKED_FOR)
    parser.add_argument("--rows", type=int, default=lag.ROWS, help="finished, and as many future, rows (%(default)s)")
    parser.add_argument("--idle", type=int, default=idle.SECONDS, help="seconds to be idle (%(default)s)")
    parser.add_argument("--set", metavar="PATH", action="append", type=Path, help="articles with summaries, JSON Lines")
    parser.add_argument("--json", metavar="PATH", help="write every measurement there; - is standard output")
    wish = parser.parse_args()
    if wish.rows < 0:
        parser.error("--rows cannot be fewer than none")
    return wish


def _keep(path: str | None, text: str) -> None:
    if path == "-":
        sys.stdout.write(text)
    elif path:
        Path(path).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
