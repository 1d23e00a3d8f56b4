import re
import subprocess
import sys
from contextlib import contextmanager
from datetime import timedelta

from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, event, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.schema import CreateIndex

from sharebot.model import Receipt, State
from sharebot.outbox import database, leases
from sharebot.outbox.ledger import Ledger
from sharebot.outbox.settling import Settlement
from sharebot.outbox.tables import metadata, serve_postgresql
from tests.outbox.conftest import in_a_file


@in_a_file
def test_the_migrations_make_exactly_what_a_new_database_has(ledger, tmp_path):
    migrated = create_engine(f"sqlite:///{tmp_path / 'migrated.db'}")
    database.upgrade(migrated, "migrated.db", None)
    with migrated.connect() as old, ledger.reading() as new:
        assert compare_metadata(MigrationContext.configure(old), metadata) == []
        assert old.execute(text("SELECT * FROM alembic_version")).all() == [(database.HEAD,)]
        assert new.execute(text("SELECT * FROM alembic_version")).all() == [(database.HEAD,)]
        assert _indexes(old) == _indexes(new)
    migrated.dispose()


def _indexes(connection):
    rows = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"))
    return {name: " ".join(sql.split()) for name, sql in rows}


def test_a_new_database_needs_no_migration_library(tmp_path):
    url = f"sqlite:///{tmp_path / 'q.db'}"
    code = f"import sys; from sharebot.outbox.ledger import Ledger; Ledger('{url}').close(); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "alembic" not in done.stdout.split()


def test_head_names_the_newest_migration():
    config = Config()
    config.set_main_option("script_location", "sharebot/outbox/migrations")
    assert ScriptDirectory.from_config(config).get_current_head() == database.HEAD


_WHOLE = re.compile("SCAN (delivery|account)(?! USING (COVERING )?INDEX)")


@in_a_file
def test_the_publishers_way_reads_indexes_and_no_table_whole(ledger, delivery, now):
    ledger.add([delivery("a"), delivery("b", account="x"), delivery("c")], "t", "r", now)
    with _statements(ledger) as made:
        first, second = ledger.claim(now, 8)
        out = Settlement(first, State.PUBLISHED, "out", Receipt("1", "https://x"))
        ledger.turn([out, Settlement(second, State.UNSURE, "lost")], now, 8, ("mastodon",))
        (asked,) = ledger.claim(now + timedelta(seconds=5), 1, ("x",))
        ledger.retake(asked, now + timedelta(seconds=5))
        ledger.lapse(now + timedelta(hours=1))
        with ledger.writing() as connection:
            leases.hand(connection, now + timedelta(hours=1), now + timedelta(hours=2), 8)
        ledger.next_due()
        ledger.doubt(now + timedelta(hours=1))
        ledger.overdue(now, now)
    assert len(made) > 20
    with ledger.reading() as connection:
        for sql, bound in made:
            plan = [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", bound)]
            assert not [line for line in plan if _WHOLE.match(line)], sql


@contextmanager
def _statements(ledger):
    made = []

    def note(_connection, _cursor, sql, bound, _context, many):
        if sql.startswith(("SELECT", "UPDATE", "WITH")):
            made.append((sql, bound[0] if many else bound))

    event.listen(ledger._engine, "before_cursor_execute", note)
    yield made
    event.remove(ledger._engine, "before_cursor_execute", note)


@in_a_file
def test_the_database_survives_a_power_cut(ledger):
    with ledger.reading() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2


def test_the_outbox_of_the_first_version_is_brought_up_to_date_and_keeps_its_rows(tmp_path, delivery, now):
    url = f"sqlite:///{tmp_path / 'old.db'}"
    with Ledger(url) as new:
        new.add([delivery(), delivery("k2", account="x")], "test", "read", now)
        new.claim(now, 1, ["x"])
        with new.writing() as connection:
            connection.execute(text("DROP TABLE trace"))
            connection.execute(text("DROP TABLE ranking"))
            connection.execute(text("DROP TABLE host"))
            connection.execute(text("DROP TABLE credential"))
            connection.execute(text("DROP TABLE alert"))
            for index in (
                "delivery_link",
                "delivery_unsure",
                "delivery_tried",
                "account_wake",
                "account_lease",
                "account_handed",
            ):
                connection.execute(text(f"DROP INDEX {index}"))
            _drop(connection, "delivery", "turn link placed content made signature edited moved corrects follows edits")
            _drop(connection, "delivery", "doubted looks look_at")
            _drop(connection, "account", "token lease_until handed_until wake failures probe_at succeeded ends")
            connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    with Ledger(url) as old:
        assert old.matching("k1") == [delivery()]
        assert old.doubt(now) == 1  # what the older program was sending when it ended
        assert [d.key for d in old.claim(now, 8)] == ["k1", "k2"]
        assert old.traces("weekly") == []
        assert old.rankings(["a"]) == {}


def _drop(connection, table, columns):
    for column in columns.split():
        connection.execute(text(f"ALTER TABLE {table} DROP COLUMN {column}"))


def test_on_postgresql_the_same_indexes_are_partial_too():
    def made(dialect):
        indexes = [index for table in metadata.tables.values() for index in table.indexes]
        return sorted(str(CreateIndex(index).compile(dialect=dialect)).replace('"', "") for index in indexes)

    serve_postgresql()
    assert made(postgresql.dialect()) == made(sqlite.dialect())
    assert "WHERE state = 'queued'" in str(made(postgresql.dialect()))


def test_a_database_in_a_file_loads_nothing_of_postgresql():
    code = "import sys, sharebot.outbox.ledger as it; it.Ledger('sqlite://').close(); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "sqlalchemy.dialects.postgresql" not in done.stdout.split()


def test_a_new_file_is_for_its_owner_alone_and_so_is_what_lies_beside_it(tmp_path, delivery, now):
    with Ledger(f"sqlite:///{tmp_path}/queue.db") as ledger:
        ledger.add([delivery()], "t", "r", now)
        modes = {file.name: file.stat().st_mode & 0o777 for file in tmp_path.glob("queue.db*")}
    assert modes.keys() > {"queue.db"}
    assert set(modes.values()) == {0o600}
