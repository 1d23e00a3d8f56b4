"""What is promised of the outbox holds on both databases: each test of it runs on both."""

import pytest

from sharebot.outbox.ledger import Ledger
from sharebot.outbox.tables import metadata

in_a_file = pytest.mark.parametrize("queue_url", ["sqlite"], indirect=True)
"""For what is so of SQLite alone: its files, its pragmas, its plans."""
_TABLES = ", ".join(metadata.tables)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.integration)])
def queue_url(request, tmp_path):
    if request.param == "postgresql":
        return request.getfixturevalue("emptied")
    return f"sqlite:///{tmp_path / 'queue.db'}"


@pytest.fixture(scope="session")
def shared(postgresql):
    """A database with our tables, for one test after the other: to make one takes most of a second."""
    name = postgresql.create()
    Ledger(postgresql.url(name)).close()
    yield name
    postgresql.drop(name)


@pytest.fixture
def emptied(postgresql, shared):
    postgresql.start()
    postgresql.run(f"TRUNCATE {_TABLES}", database=shared)
    return postgresql.url(shared)
