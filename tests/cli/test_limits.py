"""Posts are as long as the account's own server lets them be."""

import re

import pytest

from sharebot.outbox.ledger import Ledger
from sharebot.platforms.limits import ask
from sharebot.sandbox import Sandbox, credentials
from sharebot.text.measure import MastodonLimits

pytestmark = pytest.mark.integration

SENTENCES = [
    "The harbour opened again at midday after repairs to the northern pier, the port authority said.",
    "Three ferries left before noon, each with more passengers than on any day of the year before.",
    "The repairs took eleven weeks and cost 2.4 million euros, of which the region pays one half.",
    "Fishermen had used the smaller basin of the neighbouring village during the works.",
    "A second pier follows in spring, when the water is low enough for the divers to work safely.",
    "The town council votes on the plan for it in December and hears the fishermen before.",
    "Visitors find the new waiting room behind the lighthouse, where the old net store was.",
]
ISSUE = f"""The Lighthouse

2026-11-02
01

Harbour Opens Again

{" ".join(SENTENCES)}
"""


@pytest.fixture
def server(home, monkeypatch):
    """Let the account be on a server with these limits."""
    monkeypatch.setattr("sharebot.platforms.limits.ask", ask)
    (home / "issues/2026-11.txt").write_text(ISSUE)
    config = (home / "sharebot.yaml").read_text().replace("to: [mastodon, bluesky]", "to: [mastodon]")
    config = re.sub(r"  bluesky:\n(    .*\n)+", "", config)
    started = []

    def start(characters, url_length=23):
        sandbox = Sandbox(mastodon=MastodonLimits(characters, url_length))
        sandbox.start()
        started.append(sandbox)
        monkeypatch.setenv("TOKEN", credentials(sandbox.url)["mastodon"]["access_token"])
        (home / "sharebot.yaml").write_text(config.replace("https://mastodon.example", sandbox.url))

    yield start
    for sandbox in started:
        sandbox.stop()


@pytest.mark.parametrize("command", [("preview", "issues/2026-11.txt"), ("plan",)])
def test_a_server_of_1000_characters_gets_longer_posts_and_one_of_140_shorter(answer, server, command):
    lengths = []
    for limit in (1000, 500, 140):
        server(limit)
        found = answer(*command)
        (row,) = found.get("posts") or found["deliveries"]
        (part,) = row["parts"]
        assert part["limit"] == limit
        lengths.append(part["length"])
    assert 1000 >= lengths[0] > 500 >= lengths[1] > 140 >= lengths[2]


def test_a_queued_post_is_shown_with_the_limit_of_its_account_s_server(answer, server, home, delivery, now):
    server(1000)
    with Ledger(f"sqlite:///{home / 'sharebot.db'}") as ledger:
        ledger.add([delivery("aaa1"), delivery("bbb2", account="closed")], "test", "read", now)
    (own, gone) = answer("queue", "show", "aaa1", "bbb2")["deliveries"]
    assert own["parts"][0]["limit"] == 1000
    assert gone["parts"][0]["limit"] == 500


def test_check_online_says_the_limit_that_the_server_told(answer, run, server):
    server(1234)
    assert "up to 1234 characters" in run("check", "--online").stdout
    assert answer("check", "--online")["accounts"][0]["limit"] == 1234
