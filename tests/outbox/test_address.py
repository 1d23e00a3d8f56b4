"""What SHAREBOT_DATABASE may say."""

import subprocess
import sys

import pytest
from sqlalchemy.exc import TimeoutError as NoneFreeError

from sharebot.errors import StoreError
from sharebot.outbox.database import address, guarded, path_of, place_of

SECRET = "geheim-1234"


@pytest.mark.parametrize(
    "url",
    [
        "queue.db",
        "",
        f"mysql://sharebot:{SECRET}@host/name",
        f"postgresql+psycopg2://sharebot:{SECRET}@host/name",
        f"postgresql://sharebot:{SECRET}@/{SECRET}@host/name",
        f"postgresql://sharebot:12@{SECRET}@host/name",
        f"postgresql://host:{SECRET}/name",
    ],
)
def test_an_address_that_is_none_is_refused_with_what_to_write_and_never_with_its_password(url):
    with pytest.raises(StoreError, match=r"^SHAREBOT_DATABASE.* write ") as caught:
        address(url)
    assert SECRET not in str(caught.value)
    assert SECRET not in str(caught.value.__cause__)


def test_a_password_may_hold_what_it_likes_where_it_is_written_as_addresses_want_it():
    assert address("postgresql://sharebot:a%40b%25c:d/e?f#g@host/name").password == "a@b%c:d/e?f#g"


def test_a_place_is_named_by_what_tells_it_from_others_alone():
    secretive = f"postgres://sharebot:{SECRET}@db.example:5433/queue?sslpassword={SECRET}"
    assert place_of(address(secretive)) == "postgresql://db.example:5433/queue"
    assert place_of(address("sqlite:////data/sharebot.db")) == "/data/sharebot.db"
    assert place_of(address("sqlite://")) == "sqlite://"
    assert path_of("postgresql://host/name") is path_of("sqlite://") is None


def test_where_postgresqls_client_is_missing_it_is_said_how_to_install_it():
    hide = "import sys; sys.modules['psycopg'] = None\n"
    ask = f"from sharebot.outbox.ledger import Ledger; Ledger('postgresql://sharebot:{SECRET}@host/name')"
    done = subprocess.run([sys.executable, "-c", hide + ask], capture_output=True, text=True, check=False)
    last = done.stderr.strip().splitlines()[-1]
    assert "postgresql://host/name: PostgreSQL's client is not installed; pip install 'sharebot[cluster]'" in last
    assert SECRET not in done.stderr


def test_sessions_that_are_all_busy_are_told_in_words():
    with pytest.raises(StoreError, match="here: every session is busy"), guarded("here"):
        raise NoneFreeError
