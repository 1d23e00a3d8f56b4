"""A stored sign-in that ends is renewed once, stored before it is used, and never given up for a moment's fault."""

import threading
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from pydantic import SecretStr

from sharebot.config.values import Account
from sharebot.errors import Refused, Sealed, SignInAgain, StoreError, TryLater, Unsure
from sharebot.model import Credential
from sharebot.outbox.credentials import Credentials
from sharebot.outbox.ledger import Ledger
from sharebot.renewal import Keeper, Renewing
from sharebot.settings import Settings
from sharebot.testing import NOON, FakeClock, FakePlatform, sample_key, sample_post

KEY = b"k" * 32


class TownSettings(Settings):
    token: SecretStr
    colour: str = "blue"


class Town:
    """A network on which one token is good at a time, and each renewal makes the next: t1, t2, …"""

    def __init__(self) -> None:
        self.good, self.renewals, self.posts = 1, list[str](), FakePlatform(key_lasts=timedelta(hours=1))
        self.fault: Exception | None = None
        self.rules = self.posts.rules

    def __call__(self, settings: TownSettings) -> Any:
        def asked(name: str) -> Any:
            def ask(*given: Any) -> Any:
                if settings.token.get_secret_value() != f"t{self.good}":
                    raise SignInAgain("the token is no good")
                return getattr(self.posts, name)(*given)

            return ask

        return SimpleNamespace(rules=self.rules, **{name: asked(name) for name in ("publish", "find", "who")})

    def renew(self, _: TownSettings, held: Credential) -> Credential:
        self.renewals.append(held.secrets["token"])
        if self.fault:
            raise self.fault
        self.good += 1
        return Credential({"token": f"t{self.good}"}, ends=NOON + timedelta(days=60 + self.good))


@pytest.fixture
def town():
    return Town()


@pytest.fixture
def ledger(tmp_path):
    with Ledger(f"sqlite:///{tmp_path / 'sharebot.db'}") as opened:
        yield opened


@pytest.fixture
def store(ledger):
    made = Credentials(ledger, [KEY])
    made.put("town", Credential({"token": "t1"}, ends=NOON + timedelta(days=10)), NOON)
    return made


@pytest.fixture
def network(town, ledger, store):
    def make(token: str = "t1") -> Any:
        account = Account("town", "town", TownSettings(token=SecretStr(token)), lacking=("token",))
        return Renewing(Keeper(account, town, ledger, store, FakeClock()))

    return make


def test_a_token_that_is_good_is_used_and_nothing_is_renewed(network, town):
    assert network().publish(sample_post(), sample_key())
    assert town.renewals == []
    assert network().rules is town.rules


def test_a_token_that_ended_is_renewed_in_the_middle_of_a_post_which_goes_out_once(network, town, store):
    town.good = 5
    receipt = network().publish(sample_post(), sample_key())
    assert receipt.id
    assert (town.renewals, len(town.posts.arrived)) == (["t1"], 1)
    assert store.get("town").secrets == {"token": "t6"}


def test_what_another_host_has_renewed_is_taken_over_and_not_renewed_again(network, town, store):
    town.good = 2
    store.put("town", Credential({"token": "t2"}), NOON)
    assert network("t1").who() == "@fake"
    assert town.renewals == []


def test_the_next_credential_is_stored_before_it_is_used(network, town, store, monkeypatch):
    def never(*_):
        raise StoreError("the disk is full")

    town.good = 5
    monkeypatch.setattr(store, "put", never)
    with pytest.raises(TryLater, match="the disk is full"):
        network().publish(sample_post(), sample_key())
    assert town.posts.arrived == []


@pytest.mark.parametrize("fault", [TryLater("503", timedelta(seconds=9)), Unsure("no answer"), Refused("404")])
def test_a_passing_fault_lets_the_post_wait_and_signs_nobody_out(network, town, store, fault):
    town.good, town.fault = 5, fault
    with pytest.raises(TryLater, match="its sign-in could not be renewed") as caught:
        network().publish(sample_post(), sample_key())
    assert caught.value.after == getattr(fault, "after", None)
    assert store.get("town").secrets == {"token": "t1"}
    town.fault = None
    assert network().publish(sample_post(), sample_key())


def test_a_certain_no_asks_for_a_person_by_the_command(network, town):
    town.good, town.fault = 5, SignInAgain("400: invalid_grant")
    with pytest.raises(SignInAgain, match="invalid_grant; run `sharebot login town`"):
        network().publish(sample_post(), sample_key())


def test_who_was_signed_out_is_not_signed_in_again(network, town, store):
    town.good = 5
    store.remove("town")
    with pytest.raises(SignInAgain, match="signed out"):
        network().who()
    assert town.renewals == []


def test_what_cannot_be_opened_asks_for_a_person(network, town, store, monkeypatch):
    def sealed(_):
        raise Sealed("set SHAREBOT_KEY")

    town.good = 5
    monkeypatch.setattr(store, "get", sealed)
    with pytest.raises(SignInAgain, match="set SHAREBOT_KEY"):
        network().who()


def test_what_is_refused_after_a_renewal_is_refused(network, town):
    town.good = 5
    town.posts.down = SignInAgain("the account is suspended")
    with pytest.raises(SignInAgain, match="suspended"):
        network().publish(sample_post(), sample_key())
    assert town.renewals == ["t1"]


def test_what_ends_soon_is_renewed_in_time_and_what_does_not_stays(network, town, store):
    one = network()
    one.renew(NOON + timedelta(days=9))
    assert town.renewals == []
    one.renew(NOON + timedelta(days=15))
    assert (town.renewals, one.who(), store.get("town").secrets) == (["t1"], "@fake", {"token": "t2"})
    one.renew(NOON + timedelta(days=15))
    assert town.renewals == ["t1"]


def test_of_many_that_find_it_ended_at_once_one_renews(network, town):
    town.good = 5
    hosts = [network() for _ in range(6)]
    threads = [threading.Thread(target=each.who) for each in hosts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert town.renewals == ["t1"]


def test_other_settings_stay_as_the_file_says(town, ledger, store):
    account = Account("town", "town", TownSettings(token=SecretStr("t1"), colour="red"), lacking=("token",))
    kind = SimpleNamespace(renew=town.renew)
    keeper = Keeper(account, kind, ledger, store, FakeClock())
    assert keeper.next(account.settings) == TownSettings(token=SecretStr("t2"), colour="red")


def test_what_a_network_does_not_have_it_does_not_seem_to_have(network):
    assert not hasattr(network(), "identity")
