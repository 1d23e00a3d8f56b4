"""The outbox as JSON Lines: a head, a line for each row of each table, and an end that counts them.

It is how an outbox moves between SQLite and PostgreSQL, and how one on PostgreSQL is backed up. Both ways hold no more
than a few hundred rows in memory.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime
from itertools import islice
from typing import IO, Any

from sqlalchemy import JSON, Boolean, Column, Connection, Date, Integer, Table, delete, func, insert, select, text

from sharebot.errors import SharebotError
from sharebot.model import State
from sharebot.outbox import leases
from sharebot.outbox.codec import fingerprint, from_names
from sharebot.outbox.database import HEAD, patient
from sharebot.outbox.store import Outbox
from sharebot.outbox.tables import Instant, delivery, event, host, metadata

TABLES: Mapping[str, Table] = {name: table for name, table in metadata.tables.items() if table is not host}
"""What is kept; who works on a database is not."""
_PORTION = 500
_LONGEST = 16 * 2**20
"""Bytes of one line; a row has thousands."""
_HEAD = "sharebot"
_BEGINS = b'{"sharebot":'
_NUMBERED = (delivery, event)
_CURE = "nothing was changed; export it anew, or take another copy"


class BadLine(SharebotError):
    """A line of an export that cannot be used; nothing of its file was."""

    def __init__(self, place: str, number: int, why: str) -> None:
        super().__init__(f"{place}:{number}: {why}; {_CURE}")


# ── out ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


def export(outbox: Outbox, write: Callable[[str], object], now: datetime, *, live: bool) -> int:
    """Write all that an outbox holds, as it is at one moment; `live` tells that somebody works on it meanwhile.

    Returns how many rows there are. Raises StoreError.
    """
    with outbox.reading() as connection:
        steady(outbox, connection)
        write(_line({_HEAD: "outbox", "schema": HEAD, "at": now.isoformat(), "live": live}))
        count = 0
        for name, table in TABLES.items():
            rows = select(table).order_by(*table.primary_key).execution_options(yield_per=_PORTION)
            for row in connection.execute(rows).mappings():
                count += 1
                write(_line({name: {column: _told(value) for column, value in row.items()}}))
        write(_line({"end": count}))
        return count


def steady(outbox: Outbox, connection: Connection) -> None:
    """Let a connection that reads see one moment, however long that takes. To be called first."""
    if outbox.shared:
        connection.execution_options(isolation_level="REPEATABLE READ")
    patient(connection, "0")


def _line(value: Mapping[str, Any]) -> str:
    return json.dumps(value, separators=(",", ":")) + "\n"


def _told(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


# ── in ───────────────────────────────────────────────────────────────────────────────────────────────────────────────


def clear(connection: Connection) -> None:
    """Delete all that is kept."""
    for table in TABLES.values():
        connection.execute(delete(table))


def is_empty(connection: Connection) -> bool:
    """Whether nothing is kept yet."""
    return not any(connection.execute(select(table).limit(1)).first() for table in TABLES.values())


def load(connection: Connection, file: IO[bytes], place: str) -> tuple[int, bool]:
    """Read an export into an empty outbox, within the transaction of the caller.

    Returns how many rows it has, and whether somebody worked on the outbox while it was written. Raises BadLine.
    """
    patient(connection, "0")
    lines = _lines(file, place)
    live = _head(next(lines, (1, None)), place)
    count = 0
    rows = _rows(lines, place)
    while portion := list(islice(rows, _PORTION)):
        count += len(portion)
        for table, some in _by_table(portion):
            connection.execute(insert(table), some)
    if connection.dialect.name == "postgresql":
        _number(connection)
    leases.mend(connection)
    return count, live


def _lines(file: IO[bytes], place: str) -> Iterator[tuple[int, Any]]:
    for number, line in enumerate(iter(lambda: file.readline(_LONGEST), b""), 1):
        if number == 1 and not line.startswith(_BEGINS):
            raise BadLine(place, number, "this is neither a database of SQLite nor an export")
        if not line.endswith(b"\n"):
            raise BadLine(place, number, "the file breaks off here")
        try:
            yield number, json.loads(line)
        except (ValueError, RecursionError):
            raise BadLine(place, number, "this is no JSON") from None


def _head(first: tuple[int, Any], place: str) -> bool:
    number, head = first
    if not isinstance(head, dict) or not isinstance(head.get("schema"), str):
        raise BadLine(place, number, "the first line does not say what this is")
    if head["schema"] > HEAD:
        why = f"was written by a newer sharebot (schema {head['schema']}); upgrade this one"
        raise BadLine(place, number, why)
    return bool(head.get("live"))


def _rows(lines: Iterable[tuple[int, Any]], place: str) -> Iterator[tuple[Table, dict[str, Any]]]:
    """Give the rows up to the end, which must be there, be the last line, and have counted them."""
    columns: dict[str, set[str]] = {}
    count = number = 0
    ended = False
    for number, line in lines:
        if ended or not isinstance(line, dict) or len(line) != 1:
            raise BadLine(place, number, "this is no row of a table")
        ((name, row),) = line.items()
        if name == "end":
            ended = row == count
            if not ended:
                raise BadLine(place, number, f"there should be {row} rows, and there are {count}")
            continue
        count += 1
        yield _read(name, row, columns, place, number)
    if not ended:
        raise BadLine(place, number + 1, "the end is missing")


def _read(name: str, row: Any, columns: dict[str, set[str]], place: str, number: int) -> tuple[Table, dict[str, Any]]:
    table = TABLES.get(name)
    if table is None or not isinstance(row, dict):
        raise BadLine(place, number, f"there is no table {name!r}")
    if row.keys() != columns.setdefault(name, set(row)) or not row.keys() <= set(table.c.keys()):
        raise BadLine(place, number, f"these are not the columns of the table {name}")
    values = {}
    for column, value in row.items():
        try:
            values[column] = _value(table.c[column], value)
        except (TypeError, ValueError):
            raise BadLine(place, number, f"{column} cannot be {json.dumps(value)[:40]}") from None
    if why := _fault(table, values):
        raise BadLine(place, number, why)
    return table, values


def _value(column: Column[Any], value: Any) -> Any:
    """Read a value. Raises TypeError or ValueError for one that its column cannot hold."""
    kind = column.type
    if value is None:
        if column.nullable:
            return None
        raise TypeError
    if isinstance(kind, Instant):
        return _aware(datetime.fromisoformat(value))
    if isinstance(kind, Date):
        return date.fromisoformat(value)
    wanted = bool if isinstance(kind, Boolean) else int if isinstance(kind, Integer) else str
    if not isinstance(kind, JSON) and type(value) is not wanted:
        raise TypeError
    return value


def _aware(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("a moment needs its offset")
    return moment


def _fault(table: Table, row: Mapping[str, Any]) -> str:
    """Say what is wrong with a row beyond its columns; empty where nothing is."""
    try:
        if table is event:
            State(row["after"])
        if table is delivery and fingerprint(from_names(row).posts) != row["fingerprint"]:
            return "the posts are not those that its fingerprint is of"
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        return f"it cannot be understood ({error})"
    return ""


def _by_table(portion: Iterable[tuple[Table, dict[str, Any]]]) -> Iterator[tuple[Table, list[dict[str, Any]]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for table, row in portion:
        found.setdefault(table.name, []).append(row)
    return ((TABLES[name], rows) for name, rows in found.items())


def _number(connection: Connection) -> None:
    """Let new rows be counted on from the last one that was brought."""
    for table in _NUMBERED:
        last = select(func.coalesce(func.max(table.c.id), 0)).scalar_subquery()
        sequence = func.pg_get_serial_sequence(table.name, "id")
        connection.execute(select(func.setval(sequence, last + 1, text("false"))))
