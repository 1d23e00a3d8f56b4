"""Proof 2: whatever is lost of an answer, the post is doubted, and every doubt ends as its network's kind allows."""

from collections import Counter

import pytest
import yaml

from sharebot import app
from sharebot.model import State
from sharebot.sandbox import Sandbox, accounts_yaml
from sharebot.testing import sample_post
from tests.chaos.network import KINDS, LOST, TAKEN
from tests.chaos.worker import HURRIED, Clock, dispatcher, hurry

pytestmark = [pytest.mark.integration, pytest.mark.timeout(300)]

_FOUND = ["queued", "sending", "unsure", "published"]
_RESENT = ["queued", "sending", "unsure", "sending", "published"]
_FAULTS = {  # of the sandbox: whether the post is taken
    "drop_after": True,
    "error_after": True,
    "gateway_after": True,
    "silence": True,
    "half_head": True,
    "half_body": True,
    "reset_after": True,
    "garbage": True,
    "drop_before": False,
    "error_before": False,
    "gateway_before": False,
    "reset_before": False,
}


def _states(ledger, delivery):
    return [event.after.value for event in ledger.history(delivery.key)]


@pytest.mark.parametrize("kind", KINDS)
def test_each_lost_answer_is_a_doubt_and_each_doubt_ends_with_one_post_or_with_a_person(books, stage, kind):
    with stage(settings={"sharebot.http.READ": 1.0}) as played:
        for number, fault in enumerate((*TAKEN, *LOST)):
            account = played.account(kind, number)
            books.order(account, fault)
            played.add(account, 1, 1)
        played.life().over()
        first = [d for d in played.ledger.deliveries() if d.headline.endswith(" 0")]
        histories = Counter(tuple(_states(played.ledger, delivery)) for delivery in first)
        count = played.count()
    ends = {
        "keyed": {tuple(_RESENT): len(first)},
        "readable": {tuple(_FOUND): len(TAKEN), tuple(_RESENT): len(LOST)},
        "blind": {tuple(_FOUND[:3]): len(first)},
    }
    assert histories == ends[kind]
    assert (count.doubled, count.again) == ([], [])
    assert len(count.lost) == (len(LOST) if kind == "blind" else 0)


@pytest.fixture
def networks(monkeypatch):
    """Sign in to the sandbox's networks; their patience is short."""
    for name, value in ({"sharebot.http.READ": 1.0} | HURRIED).items():
        monkeypatch.setattr(name, value)
    with Sandbox() as sandbox:
        accounts = yaml.safe_load(accounts_yaml(sandbox.url))["accounts"]
        kinds = {name: app.platform(account.pop("platform")) for name, account in accounts.items()}
        yield sandbox, {name: kind(kind.Settings(**accounts[name])) for name, kind in kinds.items()}


@pytest.mark.parametrize(("fault", "taken"), _FAULTS.items())
@pytest.mark.parametrize("network", ["x", "mastodon", "bluesky"])
def test_each_lost_answer_of_a_real_network_ends_with_one_post(
    networks, ledger, delivery, clock, network, fault, taken
):
    sandbox, platforms = networks
    sandbox.fault(network, fault, seconds=3)
    now = Clock(clock)
    posts = [
        delivery(f"k{i}", account=network, platform=network, posts=(sample_post(text=f"Ferry {i}"),)) for i in (1, 2)
    ]
    ledger.add(posts, "test", "queued", now())
    hurry(ledger, dispatcher(ledger, platforms, now), now)
    assert _states(ledger, posts[0]) == (_FOUND if taken else _RESENT)
    assert _states(ledger, posts[1])[-1] == State.PUBLISHED
    assert sorted(post["text"] for post in sandbox.posts()) == ["Ferry 1", "Ferry 2"]
