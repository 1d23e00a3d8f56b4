from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from sharebot.outbox import database
from sharebot.outbox.tables import metadata


def test_the_migrations_make_exactly_the_tables_that_the_code_uses(ledger):
    with ledger.reading() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_head_names_the_newest_migration():
    config = Config()
    config.set_main_option("script_location", "sharebot/outbox/migrations")
    assert ScriptDirectory.from_config(config).get_current_head() == database.HEAD


def test_a_claim_finds_due_rows_by_its_index_and_scans_no_table(ledger, now):
    from sharebot.outbox.store import _claimable

    query = _claimable(now).limit(8).compile(ledger._engine, compile_kwargs={"literal_binds": True})
    with ledger.reading() as connection:
        plan = [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {query}")]
    assert any("delivery_due" in line for line in plan)
    assert not [line for line in plan if line.startswith("SCAN delivery")]


def test_the_database_survives_a_power_cut(ledger):
    with ledger.reading() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2
