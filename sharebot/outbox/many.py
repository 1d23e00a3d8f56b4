"""One statement for many rows, by the driver itself.

SQLAlchemy writes the statement, once for each number of rows, and names the types of its parameters. Handing the rows
to it as well took as long as all that a turn does in the database (measured). And it is one statement indeed: psycopg
sends many in a pipeline, and a server whose client is cut off in the middle of one waits for the rest for ever, with
all that is locked; no timeout of PostgreSQL's counts there.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnClause, Connection, Dialect, bindparam, insert, values
from sqlalchemy.sql.dml import UpdateBase
from sqlalchemy.sql.schema import Table

Row = Mapping[str, Any]
_PORTION = 100
"""Rows of one statement at most: SQLite counts parameters."""
_Written = tuple[str, Callable[[Sequence[Row]], Any]]


class Many:
    """A statement about many rows, as `write` makes it of the rows' parameters: each column's, numbered by the row."""

    def __init__(self, columns: Sequence[ColumnClause[Any]], write: Callable[[Any], UpdateBase]) -> None:
        self._columns = columns
        self._write = write
        self._written = lru_cache(maxsize=_PORTION)(self._prepared)

    def run(self, connection: Connection, rows: Sequence[Row]) -> list[Any]:
        """Run it for rows that have a value for each column's name. Returns what it returns of each that it changed."""
        told: list[Any] = []
        for start in range(0, len(rows), _PORTION):
            portion = rows[start : start + _PORTION]
            statement, given = self._written(connection.dialect.name, len(portion), connection.dialect)
            done = connection.exec_driver_sql(statement, given(portion))
            told += done.scalars() if done.returns_rows else ()
        return told

    def _prepared(self, _name: str, count: int, dialect: Dialect) -> _Written:
        names = [[f"{column.name}_{number}" for column in self._columns] for number in range(count)]
        rows = [
            {c.name: bindparam(name, type_=c.type) for c, name in zip(self._columns, row, strict=True)} for row in names
        ]
        compiled: Any = self._write(rows).compile(dialect=dialect)
        writers = [(c.name, c.type.dialect_impl(dialect).bind_processor(dialect)) for c in self._columns]

        def every(given: Sequence[Row]) -> list[Any]:
            return [write(row[name]) if write else row[name] for row in given for name, write in writers]

        flat = [name for row in names for name in row]
        if compiled.positional:
            assert compiled.positiontup == flat
            return str(compiled), lambda given: tuple(every(given))
        return str(compiled), lambda given: dict(zip(flat, every(given), strict=True))


def adding(table: Table, *names: str) -> Many:
    """Return what adds rows of these columns to a table."""
    return Many([table.c[name] for name in names], lambda rows: insert(table).values(rows))


def changing(columns: Sequence[ColumnClause[Any]], write: Callable[[Any], UpdateBase]) -> Many:
    """Return a change by rows of such columns; `write` makes it of them, as if they were a table.

    Where it matters what was changed it has to return something: Python's SQLite counts nothing that begins with WITH.
    """

    def statement(rows: Any) -> UpdateBase:
        these = values(*columns, name="given").data([tuple(row.values()) for row in rows])
        return write(these.cte("given").c)

    return Many(columns, statement)
