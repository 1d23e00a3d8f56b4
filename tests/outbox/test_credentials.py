"""Sign-ins in the database: sealed there, each for its account, and gone when they are removed."""

import threading
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from sqlalchemy import select, update

from sharebot.errors import Sealed
from sharebot.model import Credential
from sharebot.outbox.credentials import Credentials, Warned
from sharebot.outbox.ledger import Ledger
from sharebot.outbox.tables import alert, credential
from tests.outbox.conftest import in_a_file

NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)
KEY, OTHER = b"k" * 32, b"o" * 32
SIGNED = Credential({"access_token": "the-token"}, {"refresh_token": "the-next"}, NOW + timedelta(days=60))


@pytest.fixture
def store(ledger):
    return Credentials(ledger, [KEY])


def test_what_was_stored_comes_back_whole(store):
    store.put("mastodon", SIGNED, NOW)
    assert store.get("mastodon") == SIGNED
    assert store.get("x") is None
    assert store.names() == ["mastodon"]


def test_what_has_no_end_comes_back_without_one(store):
    store.put("x", Credential({"access_token": "t"}), NOW)
    assert store.get("x").ends is None


def test_a_second_sign_in_takes_the_place_of_the_first(store):
    store.put("mastodon", SIGNED, NOW)
    store.put("mastodon", Credential({"access_token": "another"}), NOW)
    assert store.get("mastodon").secrets == {"access_token": "another"}
    assert store.stamp()[0] == 1


@in_a_file
def test_no_byte_of_the_database_shows_a_secret(store, ledger, tmp_path):
    store.put("mastodon", SIGNED, NOW)
    ledger.close()
    files = list(tmp_path.iterdir())
    assert files
    assert not any(b"the-token" in file.read_bytes() or b"the-next" in file.read_bytes() for file in files)


def test_a_row_that_was_moved_to_another_account_does_not_open(store, ledger):
    store.put("mastodon", SIGNED, NOW)
    with ledger.writing() as connection:
        connection.execute(update(credential).values(account="x"))
    with pytest.raises(Sealed):
        store.get("x")


def test_without_a_key_nothing_is_opened_or_stored_and_the_cure_is_named(store, ledger):
    store.put("mastodon", SIGNED, NOW)
    keyless = Credentials(ledger)
    assert not keyless.opens
    with pytest.raises(Sealed, match="set SHAREBOT_KEY"):
        keyless.get("mastodon")
    with pytest.raises(Sealed, match="set SHAREBOT_KEY"):
        keyless.put("x", SIGNED, NOW)
    assert keyless.get("x") is None  # where nothing is stored, no key is missed


def test_the_first_key_seals_and_all_of_them_open(store, ledger):
    store.put("mastodon", SIGNED, NOW)
    both = Credentials(ledger, [OTHER, KEY])
    both.put("mastodon", both.get("mastodon") or SIGNED, NOW)
    assert Credentials(ledger, [OTHER]).get("mastodon") == SIGNED


def test_what_is_removed_is_gone(store):
    store.put("mastodon", SIGNED, NOW)
    assert store.remove("mastodon")
    assert not store.remove("mastodon")
    assert store.get("mastodon") is None


def test_the_stamp_tells_each_change(store):
    seen = [store.stamp()]
    for act in (
        lambda: store.put("mastodon", SIGNED, NOW),
        lambda: store.put("mastodon", SIGNED, NOW + timedelta(seconds=1)),
        lambda: store.put("x", SIGNED, NOW),
        lambda: store.remove("x"),
        lambda: store.remove("mastodon"),
    ):
        act()
        seen.append(store.stamp())
    assert all(before != after for before, after in pairwise(seen))
    assert seen[0] == seen[-1] == (0, None)


def test_what_was_said_of_a_tokens_end_is_remembered_by_account(store):
    assert store.warned("mastodon") is None
    store.warn("mastodon", Warned(NOW, 14), NOW)
    store.warn("mastodon", Warned(NOW, 7), NOW)
    store.warn("x", Warned(NOW, 14), NOW)
    assert (store.warned("mastodon"), store.warned("x")) == (Warned(NOW, 7), Warned(NOW, 14))


def test_what_was_said_is_no_alert_that_goes_on(store, ledger):
    store.warn("mastodon", Warned(NOW, 14), NOW)
    with ledger.reading() as connection:
        assert list(connection.execute(select(alert.c.name).where(alert.c.ended.is_(None)))) == []


def test_one_at_a_time_renews_on_any_host(ledger):
    order: list[str] = []
    inside = threading.Event()

    def wait():
        inside.wait(5)
        with Ledger(ledger.url) if ledger.shared else nullcontext(ledger) as host, host.renewing():
            order.append("second")

    other = threading.Thread(target=wait)
    other.start()
    with ledger.renewing():
        inside.set()
        other.join(0.1)
        order.append("first")
    other.join()
    assert order == ["first", "second"]
