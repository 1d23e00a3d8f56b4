"""Once a day each token's end is noted, renewed where that can be, and told 14, 7 and 1 days before, once each."""

import io
import json
import logging
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace

import pytest
from pydantic import SecretStr

from sharebot import app as wiring
from sharebot import expiry, logs
from sharebot.config.values import Account
from sharebot.errors import SignInAgain, TryLater
from sharebot.model import Credential, Identity
from sharebot.outbox.credentials import Credentials, Warned
from sharebot.outbox.ledger import Ledger
from sharebot.renewal import Keeper, Renewing
from sharebot.sealing import written
from sharebot.testing import NOON, FakeClock, FakePlatform
from tests.test_renewal import KEY, Town, TownSettings

DAY = timedelta(days=1)
SETTINGS = TownSettings(token=SecretStr("t1"))


class Candid(FakePlatform):
    """Tells when its token ends."""

    told = Identity("@fake", ends=NOON + 20 * DAY)
    fault: Exception | None = None

    def __init__(self, *_):
        super().__init__()
        self.rules = replace(self.rules, ends=True)

    def identity(self):
        if self.fault:
            raise self.fault
        return self.told


@pytest.fixture
def ledger(tmp_path):
    with Ledger(f"sqlite:///{tmp_path / 'sharebot.db'}") as opened:
        yield opened


@pytest.fixture
def store(ledger):
    return Credentials(ledger, [KEY])


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture
def events():
    before, stream = logging.getLogger().handlers[:], io.StringIO()
    logs.setup(stream)

    def told(name):
        lines = [json.loads(line) for line in stream.getvalue().splitlines()]
        return [line for line in lines if line["event"] == name]

    yield told
    logging.basicConfig(handlers=before or [logging.NullHandler()], force=True)


@pytest.fixture
def app(ledger, clock, monkeypatch):
    """Wire one account on a network that tells when its token ends."""
    kind = type("Kind", (Candid,), {})
    monkeypatch.setattr(wiring, "platform", lambda _: kind)
    accounts = {"town": Account("town", "town", SETTINGS)}
    monkeypatch.setenv("SHAREBOT_KEY", written(KEY))
    config = SimpleNamespace(accounts=accounts)
    return SimpleNamespace(ledger=ledger, now=clock, platforms={"town": kind()}, config=config, kind=kind)


@pytest.fixture
def stored(app, ledger, store, clock):
    """Let the account be one whose sign-in is stored, ends so many days ahead, and can be renewed."""

    def make(days: float) -> Town:
        town, account = Town(), Account("town", "town", SETTINGS, lacking=("token",))
        store.put("town", Credential({"token": "t1"}, ends=clock() + days * DAY), clock())
        app.config.accounts["town"] = account
        app.platforms["town"] = Renewing(Keeper(account, town, ledger, store, clock))
        return town

    return make


def test_the_end_that_a_network_tells_is_remembered(app, ledger):
    expiry.look(app)
    assert ledger.standings()["town"].ends == NOON + 20 * DAY


def test_each_warning_is_told_once_on_its_day_and_no_other(app, clock, events):
    for _ in range(22 * 4):
        expiry.look(app)
        clock.advance(hours=6)
    told = events("token.expiring")
    assert [(line["days"], line["account"]) for line in told] == [(14, "town"), (7, "town"), (1, "town")]
    assert all(line["ends"] == (NOON + 20 * DAY).isoformat() for line in told)
    assert "sharebot login town" in told[0]["why"]


def test_a_restart_says_nothing_again(app, clock, events, ledger):
    clock.advance(days=7)
    expiry.look(app)
    ledger.close()
    app.ledger = Ledger(ledger.url)
    with app.ledger:
        expiry.look(app)
    assert [line["days"] for line in events("token.expiring")] == [14]


def test_who_was_away_hears_the_nearest_warning_alone(app, clock, events):
    clock.advance(days=19, hours=12)
    expiry.look(app)
    expiry.look(app)
    assert [line["days"] for line in events("token.expiring")] == [1]


def test_another_token_is_warned_of_anew(app, clock, events):
    clock.advance(days=13)
    expiry.look(app)
    app.kind.told = Identity("@fake", ends=NOON + 26 * DAY)
    expiry.look(app)
    assert [(line["days"], line["ends"][:10]) for line in events("token.expiring")] == [
        (7, (NOON + 20 * DAY).date().isoformat()),
        (14, (NOON + 26 * DAY).date().isoformat()),
    ]


def test_a_network_whose_tokens_do_not_end_is_not_asked(app, ledger):
    app.platforms["town"] = FakePlatform()
    app.kind.fault = AssertionError()
    expiry.look(app)
    assert ledger.standings()["town"].ends is None


@pytest.mark.parametrize("fault", [TryLater("503"), SignInAgain("401")])
def test_a_fault_of_the_network_forgets_no_end_and_pauses_nobody(app, clock, ledger, events, fault):
    expiry.look(app)
    clock.advance(days=7)
    app.kind.fault = fault
    expiry.look(app)
    assert ledger.standings()["town"].ends == NOON + 20 * DAY
    assert ledger.paused() == {}
    assert [line["days"] for line in events("token.expiring")] == [14]
    assert events("token.unknown")[0]["why"] == str(fault)


def test_one_that_cannot_be_asked_the_first_time_has_no_end_yet(app, ledger):
    app.kind.fault = TryLater("503")
    expiry.look(app)
    assert ledger.standings() == {}


def test_a_stored_sign_in_that_ends_soon_is_renewed_before_anybody_is_warned(app, stored, ledger, events):
    town = stored(14.9)
    expiry.look(app)
    assert town.renewals == ["t1"]
    assert ledger.standings()["town"].ends == NOON + 62 * DAY
    assert events("token.expiring") == []
    assert events("token.renewed")[0]["account"] == "town"


def test_a_stored_sign_in_that_lasts_is_left_alone(app, stored, ledger):
    town = stored(16)
    expiry.look(app)
    assert town.renewals == []
    assert ledger.standings()["town"].ends == NOON + 16 * DAY


@pytest.mark.parametrize("fault", [TryLater("503"), SignInAgain("invalid_grant")])
def test_what_cannot_be_renewed_is_told_and_warned_of_and_goes_on(app, stored, ledger, events, fault):
    town = stored(6)
    town.fault = fault
    expiry.look(app)
    assert [line["days"] for line in events("token.expiring")] == [7]
    assert str(fault) in events("token.kept")[0]["why"]
    assert ledger.paused() == {}


def test_a_sign_in_that_was_removed_has_no_end(app, stored, store, ledger):
    stored(60)
    store.remove("town")
    expiry.look(app)
    assert ledger.standings()["town"].ends is None


def test_a_key_that_is_none_is_told_and_nothing_is_done(app, monkeypatch, events, ledger):
    monkeypatch.setenv("SHAREBOT_KEY", "no key")
    expiry.look(app)
    assert "SHAREBOT_KEY is no key" in events("token.unknown")[0]["why"]
    assert ledger.standings() == {}


@pytest.mark.parametrize(
    ("left", "said", "told"),
    [
        (timedelta(days=14, seconds=1), None, None),
        (timedelta(days=14), None, 14),
        (timedelta(days=7), Warned(NOON, 14), 7),
        (timedelta(days=7), Warned(NOON, 7), None),
        (timedelta(days=7), Warned(NOON, 1), None),
        (timedelta(days=1), Warned(NOON, 7), 1),
        (timedelta(days=-3), Warned(NOON, 1), None),
        (timedelta(days=-3), None, 1),
        (timedelta(days=7), Warned(NOON - DAY, 1), 7),
    ],
)
def test_the_time_to_tell_is_known_to_the_second(left, said, told):
    assert expiry.due(NOON, NOON - left, said) == told
