"""One statement for many rows, by the driver itself.

SQLAlchemy writes the statement, once for each dialect, and names the types of its parameters. Handing the rows to it
as well took as long as all that a turn does in the database (measured).
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, CursorResult, Dialect
from sqlalchemy.sql.base import Executable

Row = Mapping[str, Any]


class Many:
    """A statement with named parameters."""

    def __init__(self, statement: Executable) -> None:
        self._statement = statement
        self._ways: dict[str, tuple[str, Callable[[Row], Any]]] = {}

    def run(self, connection: Connection, rows: Sequence[Row]) -> CursorResult[Any]:
        """Run it for each row, which has a value for each parameter. The result counts the rows that were changed."""
        dialect = connection.dialect
        if dialect.name not in self._ways:
            self._ways[dialect.name] = _way(self._statement, dialect)
        statement, written = self._ways[dialect.name]
        return connection.exec_driver_sql(statement, list(map(written, rows)))


def _way(statement: Any, dialect: Dialect) -> tuple[str, Callable[[Row], Any]]:
    compiled = statement.compile(dialect=dialect)
    writers = {name: bind.type.dialect_impl(dialect).bind_processor(dialect) for name, bind in compiled.binds.items()}
    places = [(name, writers[name]) for name in compiled.positiontup or writers]

    def in_order(row: Row) -> tuple[Any, ...]:
        return tuple([write(row[name]) if write else row[name] for name, write in places])

    def by_name(row: Row) -> dict[str, Any]:
        return {name: write(row[name]) if write else row[name] for name, write in places}

    return str(compiled), in_order if compiled.positional else by_name
