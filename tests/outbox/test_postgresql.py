"""The outbox on a real PostgreSQL: opened, restarted, refused in words."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from time import sleep

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from sharebot.errors import StoreError
from sharebot.outbox.database import HEAD, Advisory, address, connect, guarded, path_of, take, upgrade
from sharebot.outbox.ledger import Ledger
from sharebot.outbox.postgresql import arguments, pooled
from sharebot.outbox.tables import metadata
from tests import servers

SECRET = "geheim-1234"


@pytest.fixture
def engine(postgresql_url):
    opened = connect(postgresql_url)
    yield opened
    opened.dispose()


def test_what_is_queued_comes_back_from_postgresql_as_it_was(postgresql_url, delivery, now):
    with Ledger(postgresql_url) as ledger:
        ledger.add([delivery()], "test", "read", now)
    with Ledger(postgresql_url) as again:
        assert again.deliveries() == [delivery()]


@pytest.mark.parametrize("start", ["postgresql:", "postgres:"])
def test_an_address_without_a_driver_means_ours(postgresql_url, start):
    url = start + postgresql_url.partition(":")[2]
    opened = connect(url)
    assert opened.dialect.driver == "psycopg"
    assert path_of(url) is None
    opened.dispose()


def test_the_migrations_make_on_postgresql_what_a_new_database_has(postgresql, engine):
    other = postgresql.create()
    old = pooled(address(postgresql.url(other)))
    upgrade(old, "old", None)
    with engine.connect() as fresh, old.connect() as migrated:
        assert compare_metadata(MigrationContext.configure(migrated), metadata) == []
        assert _indexes(fresh) == _indexes(migrated)
        assert any("WHERE" in definition for _, definition in _indexes(fresh))
    old.dispose()
    postgresql.drop(other)


def _indexes(connection):
    query = "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename <> 'alembic_version'"
    return set(connection.execute(text(query)).all())


@pytest.mark.parametrize("before", [None, "0004"])
def test_hosts_that_start_at_once_make_or_change_the_schema_once(postgresql, database, postgresql_url, before):
    if before:
        connect(postgresql_url).dispose()
        _undo_the_last_migrations(postgresql, database)
    hosts = 6
    ready = Barrier(hosts)

    def start(_):
        ready.wait()
        opened = connect(postgresql_url)
        opened.dispose()

    with ThreadPoolExecutor(hosts) as pool:
        list(pool.map(start, range(hosts)))
    assert postgresql.run("SELECT version_num FROM alembic_version", database=database) == [(HEAD,)]


def _undo_the_last_migrations(postgresql, database):
    columns = {
        "delivery": "doubted looks look_at",
        "account": "token lease_until handed_until wake failures probe_at succeeded ends",
    }
    for table in ("host", "credential", "alert"):
        postgresql.run(f"DROP TABLE {table}", database=database)
    for index in ("delivery_unsure", "delivery_tried"):
        postgresql.run(f"DROP INDEX {index}", database=database)
    for table, names in columns.items():
        for name in names.split():
            postgresql.run(f"ALTER TABLE {table} DROP COLUMN {name}", database=database)
    postgresql.run("UPDATE alembic_version SET version_num = '0004'", database=database)


def test_a_host_waits_as_long_as_another_one_changes_the_schema(engine, postgresql_url, postgresql, database):
    with ThreadPoolExecutor(1) as pool:
        with engine.begin() as connection:
            take(connection, Advisory.SCHEMA)
            connection.execute(text("DROP TABLE alembic_version"))
            waiting = pool.submit(connect, postgresql_url)
            connection.execute(text("CREATE TABLE alembic_version AS SELECT :head AS version_num"), {"head": HEAD})
        waiting.result().dispose()
    assert postgresql.run("SELECT version_num FROM alembic_version", database=database) == [(HEAD,)]


def test_giving_posts_their_times_may_take_longer_than_other_transactions_and_other_hosts_wait(postgresql_url):
    hasty = f"{postgresql_url}?options=-c%20idle_in_transaction_session_timeout%3D50ms%20-c%20lock_timeout%3D50ms"
    order = []

    def wait(ledger):
        with ledger.placing():
            order.append("second")

    with (
        Ledger(hasty) as here,
        Ledger(hasty) as there,
        ThreadPoolExecutor(1) as pool,
    ):
        with here.placing():
            waiting = pool.submit(wait, there)
            sleep(0.3)
            order.append("first")
        waiting.result()
    assert order == ["first", "second"]


def test_a_failure_names_the_server_it_is_of(postgresql, database, postgresql_url):
    with Ledger(postgresql_url) as ledger:
        postgresql.run("DROP TABLE delivery", database=database)
        with pytest.raises(StoreError, match=rf"^postgresql://127\.0\.0\.1:{postgresql.port}/{database}: "):
            ledger.deliveries()


def test_a_server_that_was_restarted_is_asked_on_a_new_session(postgresql, engine):
    for mode in ("fast", "immediate"):
        with engine.connect() as first, engine.connect() as second:
            assert [each.execute(text("SELECT 1")).scalar() for each in (first, second)] == [1, 1]
        postgresql.restart(mode)
        with engine.connect() as connection:
            assert connection.execute(text("SELECT 1")).scalar() == 1


def test_a_session_is_kept_where_the_server_says_something_that_ends_nothing(postgresql, engine):
    def session():
        with engine.connect() as connection:
            return connection.execute(text("SELECT pg_backend_pid()")).scalar()

    before = session()
    postgresql.run("ALTER SYSTEM SET application_name = 'other'")  # is told to each session
    postgresql.run("SELECT pg_reload_conf()")
    assert session() == before


def test_a_transaction_that_is_left_open_is_ended_and_frees_its_rows(postgresql_url):
    hasty = pooled(address(f"{postgresql_url}?options=-c%20idle_in_transaction_session_timeout%3D100ms"))
    with hasty.connect() as frozen:
        take(frozen, Advisory.LEAD)
        with hasty.begin() as other:
            take(other, Advisory.LEAD)
        with pytest.raises(DBAPIError, match="idle-in-transaction"):
            frozen.execute(text("SELECT 1"))
    hasty.dispose()


def test_nobody_waits_for_a_row_or_an_answer_for_ever_unless_told(postgresql_url, engine):
    shown = "SELECT current_setting('lock_timeout'), current_setting('statement_timeout')"
    with engine.connect() as connection:
        assert connection.execute(text(shown)).one() == ("10s", "1min")
    told = connect(f"{postgresql_url}?options=-c%20lock_timeout%3D3s&connect_timeout=9&application_name=mine")
    with told.connect() as connection:
        assert connection.execute(text(shown)).one() == ("3s", "1min")
        assert connection.execute(text("SHOW application_name")).scalar() == "mine"
    told.dispose()


def test_what_a_session_is_opened_for_goes_before_the_options_of_the_address():
    url = address("postgresql://host/name?options=-c%20idle_session_timeout%3D1h")
    assert arguments(url, idle_session_timeout="20s")["options"].endswith("1h -c idle_session_timeout=20s")


def test_sessions_carry_our_name_and_are_given_up_when_the_other_end_is_gone(engine):
    query = "SELECT application_name FROM pg_stat_activity WHERE pid = pg_backend_pid()"
    with engine.connect() as connection:
        assert connection.execute(text(query)).scalar() == "sharebot"
        for name in ("tcp_keepalives_idle", "tcp_keepalives_interval", "tcp_keepalives_count", "tcp_user_timeout"):
            assert connection.execute(text(f"SHOW {name}")).scalar() not in {"0", None}
        driver = connection.connection.driver_connection
        assert driver
        ours = driver.info.get_parameters()
        assert ours["connect_timeout"] == "5"
        assert ours["tcp_user_timeout"] == "15000"


# ── refused in words ─────────────────────────────────────────────────────────────────────────────────────────────


def _refusal(url):
    with pytest.raises(StoreError) as caught:
        connect(url).dispose()
    assert SECRET not in str(caught.value)
    return str(caught.value)


def test_a_wrong_password_is_told_with_the_place_and_without_the_password(postgresql, postgresql_url, database):
    words = _refusal(postgresql_url.replace(SECRET, "gehelm-9"))
    assert words.startswith(f"postgresql://127.0.0.1:{postgresql.port}/{database}: ")
    assert words.endswith("correct the user and the password in SHAREBOT_DATABASE")
    assert "gehelm-9" not in words


def test_a_database_that_is_missing_is_to_be_created(postgresql):
    words = _refusal(postgresql.url("nowhere"))
    assert 'database "nowhere" does not exist: create it on the server' in words


def test_a_server_that_is_down_is_to_be_started():
    port = servers.free_port()
    words = _refusal(f"postgresql://sharebot:{SECRET}@127.0.0.1:{port}/name?password={SECRET}")
    assert words.startswith(f"postgresql://127.0.0.1:{port}/name: ")
    assert words.endswith("no server answers there; start PostgreSQL, or correct SHAREBOT_DATABASE")
    several = _refusal(f"postgresql://sharebot:{SECRET}@/name?host=127.0.0.1:{port}&host=127.0.0.1:{port}")
    assert several.endswith("no server answers there; start PostgreSQL, or correct SHAREBOT_DATABASE")


def test_a_host_that_nobody_knows_is_to_be_corrected():
    assert "nobody knows that host" in _refusal(f"postgresql://sharebot:{SECRET}@nowhere.invalid/name")


def test_a_user_who_may_not_make_tables_is_told_to_own_the_database(postgresql, postgresql_url):
    words = _refusal(_as_role(postgresql, postgresql_url, "stranger"))
    assert words.endswith("make this user the owner of the database (ALTER DATABASE … OWNER TO …)")


def test_more_sessions_than_the_server_takes_are_to_be_fewer(postgresql, postgresql_url):
    words = _refusal(_as_role(postgresql, postgresql_url, "crowd", "CONNECTION LIMIT 0"))
    assert words.endswith("raise the server's max_connections, or run fewer workers")


def _as_role(postgresql, url, name, options=""):
    postgresql.run(f"CREATE ROLE {name} LOGIN PASSWORD '{SECRET}' {options}")
    return url.replace("//sharebot:", f"//{name}:")


def test_a_server_that_is_too_old_to_know_a_setting_is_told(postgresql_url):
    assert _refusal(f"{postgresql_url}?options=-c%20newer%3D1").endswith("PostgreSQL 14 or newer is needed")


def test_a_server_that_only_reads_is_no_place_for_the_queue(postgresql_url):
    words = _refusal(f"{postgresql_url}?options=-c%20default_transaction_read_only%3Don")
    assert words.endswith("this is a standby or set to read only; name the server that takes writes")


def test_a_row_that_another_session_holds_for_too_long_is_told(postgresql_url):
    hasty = connect(f"{postgresql_url}?options=-c%20lock_timeout%3D50ms")
    with hasty.begin() as holder, hasty.connect() as waiter:
        take(holder, Advisory.LEAD)
        with pytest.raises(StoreError, match=r"here: .*lock timeout.*another session holds"), guarded("here"):
            take(waiter, Advisory.LEAD)
    hasty.dispose()


def test_a_database_of_a_newer_sharebot_is_refused(postgresql, database, postgresql_url):
    connect(postgresql_url).dispose()
    postgresql.run("UPDATE alembic_version SET version_num = '9999'", database=database)
    assert "was written by a newer sharebot (schema 9999)" in _refusal(postgresql_url)
