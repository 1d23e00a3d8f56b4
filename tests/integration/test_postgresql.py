"""The server that the tests run, held against what they count on."""

import psycopg
import pytest


def test_what_was_committed_survives_that_the_server_crashes(postgresql, database):
    postgresql.run("CREATE TABLE kept (number integer)", database=database)
    postgresql.run("INSERT INTO kept VALUES (%s)", 7, database=database)
    postgresql.restart("immediate")
    assert postgresql.run("SELECT number FROM kept", database=database) == [(7,)]
    assert "automatic recovery in progress" in postgresql.log.read_text()


def test_a_database_is_empty_and_reached_with_the_password_only(postgresql_url):
    address = postgresql_url.replace("+psycopg", "")
    with psycopg.connect(address) as connection:
        assert connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone() == (0,)
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(address.replace("geheim", "falsch"))


def test_a_databases_clock_can_be_set_apart(postgresql, database):
    postgresql.shift(database, 90)
    found = postgresql.run("SELECT clock_timestamp() - pg_catalog.clock_timestamp()", database=database)
    assert found[0][0].total_seconds() == pytest.approx(90, abs=1)
