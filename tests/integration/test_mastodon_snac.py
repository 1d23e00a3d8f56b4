"""A server that speaks Mastodon's API in its own way takes what we send; it ignores the key against doubling."""

import json
import re
import socket
import subprocess
import time
from collections.abc import Iterator

import pytest
import requests

from sharebot.errors import Refused, SignInAgain, TryLater, Unsure
from sharebot.model import Key, Receipt
from sharebot.platforms.mastodon import Mastodon
from sharebot.testing import sample_key, sample_post
from tests import servers
from tests.integration.relay import losing

pytestmark = pytest.mark.integration

PATIENCE = 20.0


@pytest.fixture(scope="module")
def server(tmp_path_factory) -> Iterator[tuple[str, str]]:
    """The address of the server and an account's token."""
    snac, data = servers.installed("snac"), tmp_path_factory.mktemp("snac") / "data"
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    tell(snac, "init", str(data), said=f"127.0.0.1\n{port}\n127.0.0.1:{port}\n\n\n")
    settings = data / "server.json"
    settings.write_text(json.dumps(json.loads(settings.read_text()) | {"protocol": "http"}))
    joined = re.search(r"password is (\S+)", tell(snac, "adduser", str(data), "weekly"))
    assert joined
    with (data / "log").open("wb") as log:
        running = subprocess.Popen([snac, "httpd", str(data)], stdout=log, stderr=log)
    try:
        yield url, token(url, joined[1])
    finally:
        running.terminate()
        running.wait(10)


def tell(*command: str, said: str = "") -> str:
    done = subprocess.run(command, input=said, capture_output=True, text=True, timeout=20, check=True)
    return done.stdout + done.stderr


def token(url: str, password: str) -> str:
    """Sign in as soon as the server is there."""
    end = time.monotonic() + PATIENCE
    while True:
        try:
            form = {"login": "weekly", "passwd": password}
            return requests.post(f"{url}/oauth/x-snac-get-token", form, timeout=10).text.strip()
        except requests.ConnectionError:
            assert time.monotonic() < end, "the server did not start"
            time.sleep(0.05)


def look(account, post, key):
    """Look again where the server breaks off, which this one does at times when it is busy."""
    for _ in range(10):
        try:
            return account.find(post, key)
        except TryLater:
            time.sleep(0.2)
    return account.find(post, key)


@pytest.fixture
def account(server):
    return signed_in(*server)


def signed_in(url: str, secret: str) -> Mastodon:
    return Mastodon(Mastodon.Settings.model_validate({"server": url, "access_token": secret}))


@pytest.fixture
def key(request) -> Key:
    return sample_key(request.node.name)


@pytest.fixture
def said(server):
    """Count the account's statuses that have a word in them."""

    def count(word: str) -> int:
        headers = {"Authorization": f"Bearer {server[1]}"}
        me = requests.get(f"{server[0]}/api/v1/accounts/verify_credentials", headers=headers, timeout=10).json()["id"]
        page = requests.get(f"{server[0]}/api/v1/accounts/{me}/statuses", headers=headers, timeout=10).json()
        return sum(word in status["content"] for status in page)

    return count


def test_it_says_as_whom_it_is_signed_in_and_knows_a_wrong_token(account, server):
    assert account.who().startswith("@weekly@127.0.0.1:")
    with pytest.raises(SignInAgain):
        signed_in(server[0], "wrong").publish(sample_post(), sample_key())


def test_the_key_is_ignored_so_that_only_a_look_tells(account, key, said):
    post = sample_post(text="Ignored", links=())
    assert account.publish(post, key) != account.publish(post, key)
    assert said("Ignored") == 2


@pytest.mark.parametrize(
    ("text", "links"),
    [
        (sample_post().text, sample_post().links),
        ("Bread & butter: the *new* ferry ~~sails~~ :-) https://news.example/1.", ("https://news.example/1",)),
        ("Nothing but words, *some* of them __marked__", ()),
        ("https://news.example/2?a=1&b=2 comes first", ("https://news.example/2?a=1&b=2",)),
    ],
)
def test_a_post_whose_answer_was_lost_is_found_however_the_server_writes_it(account, server, text, links, key):
    post = sample_post(text=text, links=links)
    assert look(account, post, key) is None
    with losing(server[0], "/statuses") as relay, pytest.raises(Unsure):
        signed_in(relay, server[1]).publish(post, key)
    found = look(account, post, key)
    assert found is not None
    assert found.url.startswith(server[0])


def test_a_lost_post_is_looked_for_and_not_sent_again(account, server, key, said):
    post = sample_post(text="Looked for", links=())
    with losing(server[0], "/statuses") as relay, pytest.raises(Unsure):
        signed_in(relay, server[1]).publish(post, key)
    assert look(account, post, key) or account.publish(post, key)
    assert said("Looked for") == 1


def test_a_reply_to_what_is_not_there_is_refused_though_the_server_would_take_it(account, key, said):
    first = account.publish(sample_post(text="First", links=()), key)
    gone = Receipt(first.id[:-1] + "x", first.url)
    with pytest.raises(Refused, match="the post above it was deleted; the rest of the thread is not sent"):
        account.publish(sample_post(text="Orphan", links=()), key, (gone,))
    assert account.publish(sample_post(text="Second", links=()), key, (first,))
    assert (said("Orphan"), said("Second")) == (0, 1)
