"""What a check finds, and several checks at once that nobody waits for without end."""

import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from time import monotonic
from typing import Any, Literal

Severity = Literal["info", "warning", "error"]


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found out of the thing `name`; `cure` says what to do, and is empty where all is well."""

    name: str
    words: str = "well"
    severity: Severity = "info"
    cure: str = ""

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong; what only should not stay so is a warning, and no fault."""
        return self.severity != "error"

    def __str__(self) -> str:
        """Write it for people; a cure has a line of its own."""
        label = "warning: " if self.severity == "warning" else ""
        return f"{self.name}: {label}{self.words}" + (f"\n  {self.cure}" if self.cure else "")

    def json(self) -> dict[str, Any]:
        """Return it as `doctor --json` shows it."""
        return {
            "name": self.name,
            "ok": self.ok,
            "severity": self.severity,
            "words": self.words,
            "cure": self.cure,
        }


def well(name: str, words: str = "") -> Finding:
    """Nothing is wrong."""
    return Finding(name, f"well ({words})" if words else "well")


def warn(name: str, words: str, cure: str) -> Finding:
    """Say what works and should not stay so."""
    return Finding(name, words, "warning", cure)


def wrong(name: str, words: str, cure: str) -> Finding:
    """Say what is wrong."""
    return Finding(name, words, "error", cure)


Check = Callable[[], Iterable[Finding]]


def guarded(name: str, check: Check) -> list[Finding]:
    """Run one check; that the program itself fails at it is a finding, too, and the others go on."""
    try:
        return list(check())
    except Exception as error:  # noqa: BLE001 — a stranger's network or source may raise anything
        return [wrong(name, f"the program failed at it ({type(error).__name__})", "report it, with `--bundle`")]


def together(checks: Mapping[str, Check], patience: float) -> list[Finding]:
    """Run checks side by side and return their findings in order, of each what it has found after `patience` seconds.

    Threads that still wait then are left alone: nothing can end a question to a dead name server.
    """
    answers: SimpleQueue[tuple[str, list[Finding]]] = SimpleQueue()
    for name, check in checks.items():
        act = lambda name=name, check=check: answers.put((name, guarded(name, check)))  # noqa: E731
        threading.Thread(target=act, name=f"doctor {name}", daemon=True).start()
    found: dict[str, list[Finding]] = {}
    end = monotonic() + patience
    try:
        while len(found) < len(checks):
            name, findings = answers.get(timeout=max(end - monotonic(), 0.01))
            found[name] = findings
    except Empty:
        pass
    late = f"gave no answer within {patience:.0f} s"
    cure = "look at the network, or try again; `--offline` asks nobody"
    return [each for name in checks for each in found.get(name, [wrong(name, late, cure)])]
