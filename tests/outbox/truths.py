"""What is true of every ledger at any moment, whatever has happened to it."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping

from sharebot.model import Delivery, State
from sharebot.outbox import states

Rows = Mapping[str, RowMapping]


def what_is_being_sent_is_under_its_accounts_lease(rows: list[Delivery], accounts: Rows) -> None:
    assert all((row["token"] is None) == (row["lease_until"] is None) for row in accounts.values())
    sending = [d for d in rows if d.state is State.SENDING]
    assert all(d.token and d.token == accounts[d.account]["token"] for d in sending)
    assert len({d.account for d in sending}) == len(sending)


def each_change_is_in_the_history(rows: list[Delivery], lines: Iterable[Any]) -> None:
    now: dict[str, str | None] = {d.key: None for d in rows}
    for key, before, after in lines:
        assert now[key] == before, f"the history of {key} has a gap"
        states.check(State(before) if before else None, State(after))
        now[key] = after
    assert now == {d.key: d.state for d in rows}


def accounts_wake_when_there_is_something_to_do(rows: list[Delivery], accounts: Rows) -> None:
    free = {name: row for name, row in accounts.items() if row["token"] is None}
    for name, row in free.items():
        assert row["wake"] == wake_of(row, rows), f"{name} wakes at another time than it should"


def wake_of(row: RowMapping, rows: Iterable[Delivery]) -> datetime | None:
    """Compute from all deliveries when there is something to do for the account of this row."""
    mine = [d for d in rows if d.account == row["name"]]
    due = min((d.due for d in mine if d.state is State.QUEUED), default=None)
    looks = [d.look_at for d in mine if d.state is State.UNSURE and d.look_at]
    return min(looks + ([max(due, row["not_before"] or due)] if due else []), default=None)
