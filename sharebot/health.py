"""Whether the daemon works (`/healthz`) and whether it can post (`/readyz`): each check with its reason."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from sharebot.engine.loop import SILENT, Engine
from sharebot.outbox.census import Circuit, View, circuit
from sharebot.outbox.database import HEAD
from sharebot.outbox.leases import LEASE
from sharebot.reloading import Standing
from sharebot.rounds import HOUSEKEEPING
from sharebot.tally import Tally

_LONGEST_SENDING = LEASE.total_seconds()
_LONGEST_ROUND = 1800.0
"""Seconds for one look at a source: a first one at a large mailbox, or a language model, takes many minutes."""
_NO_ROUND = 4 * HOUSEKEEPING.total_seconds()


@dataclass(frozen=True, slots=True)
class Check:
    """Whether something is well, and why it is not."""

    ok: bool
    why: str = ""


def working(engine: Engine, tally: Tally, standing: Standing, workers: int) -> tuple[bool, dict[str, Any]]:
    """Tell whether the daemon does its work, and what `/healthz` says. False only where a restart may help."""
    vital = {"dispatcher": _dispatcher(engine), "workers": _workers(tally, workers), "rounds": _rounds(tally)}
    # Neither a refused configuration nor a lost database is mended by a restart: after it, nothing would work at all.
    others = {"database": _turns(engine), "configuration": _configuration(standing)}
    checks = vital | others
    degraded = not _all(checks.values())
    who = {"engine": engine.name, "leads": engine.leads}
    return (ok := _all(vital.values())), {"ok": ok, "degraded": degraded, **who, "checks": _told(checks)}


def ready(standing: Standing, view: View | str, accounts: Iterable[str]) -> tuple[bool, dict[str, Any]]:
    """Tell whether posts can go out, and what `/readyz` says. `view` is why the database does not answer, else it."""
    checks = {"configuration": _configuration(standing), **_database(view)}
    circuits: dict[str, Circuit] = {}
    if isinstance(view, View):
        circuits = {name: circuit(view, name) for name in accounts}
        checks["accounts"] = _accounts(circuits)
    else:
        checks["accounts"] = Check(ok=False, why="not known without the database")
    return (ok := _all(checks.values())), {"ok": ok, "checks": _told(checks), "accounts": circuits}


def _dispatcher(engine: Engine) -> Check:
    stuck = engine.stuck
    return Check(ok=True) if stuck <= SILENT else Check(ok=False, why=f"gave no sign of life for {stuck:.0f} s")


def _turns(engine: Engine) -> Check:
    if engine.silent <= SILENT:
        return Check(ok=True)
    return Check(ok=False, why=f"nothing could be read or written for {engine.silent:.0f} s; see the log")


def _workers(tally: Tally, workers: int) -> Check:
    """Say whether any thread is left to send posts with."""
    hang = len(tally.hands.longer(_LONGEST_SENDING))
    why = f"{hang} of {workers} have been at one post for more than {_LONGEST_SENDING:.0f} s" if hang else ""
    return Check(hang < workers, why)


def _rounds(tally: Tally) -> Check:
    if hang := tally.rounds.longer(_LONGEST_ROUND):
        return Check(ok=False, why=f"at it for more than {_LONGEST_ROUND / 60:.0f} minutes: {', '.join(hang)}")
    idle = tally.rounds.idle
    return Check(ok=True) if idle <= _NO_ROUND else Check(ok=False, why=f"nothing was begun for {idle:.0f} s")


def _configuration(standing: Standing) -> Check:
    return Check(not standing.faults, str(standing))


def _database(view: View | str) -> dict[str, Check]:
    if isinstance(view, str):
        return {"database": Check(ok=False, why=view), "migrations": Check(ok=False, why="not known without it")}
    why = f"the tables are those of schema {view.schema}, and this program's are {HEAD}; update it, and start it anew"
    current = view.schema == HEAD
    return {"database": Check(ok=True), "migrations": Check(current, "" if current else why)}


def _accounts(circuits: Mapping[str, Circuit]) -> Check:
    if any(state is Circuit.CLOSED for state in circuits.values()):
        return Check(ok=True)
    named = ", ".join(f"{name} is {state}" for name, state in circuits.items())
    return Check(ok=False, why=f"no account can post: {named or 'there is none'}; see `sharebot doctor`")


def _all(checks: Iterable[Check]) -> bool:
    return all(check.ok for check in checks)


def _told(checks: Mapping[str, Check]) -> dict[str, Any]:
    return {name: asdict(check) for name, check in checks.items()}
