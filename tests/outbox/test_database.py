import subprocess
import sys

from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.schema import CreateIndex

from sharebot.outbox import database
from sharebot.outbox.ledger import Ledger
from sharebot.outbox.tables import metadata, serve_postgresql


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


def test_a_claim_finds_due_rows_by_its_index_and_scans_no_table(ledger, now):
    from sharebot.outbox.store import _CLAIMABLE

    bound = _CLAIMABLE.params(now=now, most=8)
    query = bound.compile(ledger._engine, compile_kwargs={"literal_binds": True})
    with ledger.reading() as connection:
        plan = [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {query}")]
    assert any("delivery_due" in line for line in plan)
    assert not [line for line in plan if line.startswith("SCAN delivery")]


def test_the_database_survives_a_power_cut(ledger):
    with ledger.reading() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2


def test_the_outbox_of_the_first_version_is_brought_up_to_date_and_keeps_its_rows(tmp_path, delivery, now):
    url = f"sqlite:///{tmp_path / 'old.db'}"
    with Ledger(url) as new:
        new.add([delivery()], "test", "read", now)
        with new.writing() as connection:
            connection.execute(text("DROP TABLE trace"))
            connection.execute(text("DROP TABLE ranking"))
            for index in ("delivery_link", "delivery_unsure", "account_wake", "account_lease"):
                connection.execute(text(f"DROP INDEX {index}"))
            _drop(connection, "delivery", "turn link placed content made signature edited moved corrects follows edits")
            _drop(connection, "delivery", "doubted looks look_at")
            _drop(connection, "account", "token lease_until handed_until wake failures probe_at")
            connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    with Ledger(url) as old:
        assert old.deliveries() == [delivery()]
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
