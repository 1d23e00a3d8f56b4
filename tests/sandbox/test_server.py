"""The server: faults on order, bounded and broken requests, who may look, restarts."""

import json
import socket
import threading
import time

import pytest
import requests

from sharebot.errors import SharebotError
from sharebot.sandbox import Sandbox, accounts_yaml, credentials

pytestmark = pytest.mark.integration

LOST = requests.exceptions.ConnectionError


@pytest.fixture
def raw(sandbox):
    """Send bytes as they are and return all that comes back."""

    def send(data: bytes, *, close: bool = False) -> bytes:
        host, _, port = sandbox.url.removeprefix("http://").partition(":")
        with socket.create_connection((host, int(port)), timeout=10) as connection:
            connection.sendall(data)
            if close:
                connection.shutdown(socket.SHUT_WR)
            return b"".join(iter(lambda: connection.recv(65536), b""))

    return send


@pytest.fixture
def post(toot, tweet, bluesky, note):
    """Post the same words to any network."""
    send = {"mastodon": toot, "x": tweet, "bluesky": lambda text: bluesky.create(note(text))}
    return lambda network, text="Hello": send[network](text)


NETWORKS = pytest.mark.parametrize("network", ["x", "mastodon", "bluesky"])


@NETWORKS
def test_what_is_dropped_before_was_not_taken(sandbox, post, network):
    sandbox.fault(network, "drop_before")
    with pytest.raises(LOST):
        post(network)
    assert sandbox.posts() == []
    assert post(network).ok


@NETWORKS
def test_what_is_dropped_after_was_taken(sandbox, post, network):
    sandbox.fault(network, "drop_after")
    with pytest.raises(LOST):
        post(network)
    assert [p["network"] for p in sandbox.posts()] == [network]


@NETWORKS
@pytest.mark.parametrize(("fault", "taken"), [("reset_before", 0), ("reset_after", 1)])
def test_a_reset_is_one_and_the_post_taken_or_not(sandbox, post, network, fault, taken):
    sandbox.fault(network, fault)
    with pytest.raises(LOST, match="ConnectionResetError"):
        post(network)
    assert len(sandbox.posts()) == taken
    assert post(network, "Another").ok


@NETWORKS
@pytest.mark.parametrize(("fault", "taken"), [("gateway_before", 0), ("gateway_after", 1)])
def test_a_gateway_answers_502_in_html_and_the_post_is_taken_or_not(sandbox, post, network, fault, taken):
    sandbox.fault(network, fault)
    answer = post(network)
    assert (answer.status_code, answer.headers["Content-Type"], len(sandbox.posts())) == (502, "text/html", taken)


TOOT = (
    b"POST /api/v1/statuses HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer sandbox-demo\r\n"
    b"Content-Length: 8\r\n\r\nstatus=a"
)


def test_half_a_head_has_a_status_and_no_end(sandbox, raw):
    sandbox.fault("mastodon", "half_head")
    answer = raw(TOOT)
    assert answer.startswith(b"HTTP/1.1 200 OK\r\n")
    assert b"\r\n\r\n" not in answer
    assert len(sandbox.posts()) == 1


def test_half_a_body_is_shorter_than_its_head_says(sandbox, raw):
    sandbox.fault("mastodon", "half_body")
    head, _, body = raw(TOOT).partition(b"\r\n\r\n")
    said = int(head.partition(b"Content-Length: ")[2].partition(b"\r")[0])
    assert 0 < len(body) < said
    assert len(sandbox.posts()) == 1


def test_silence_begins_when_the_post_is_taken_and_ends_with_the_connection(sandbox, raw):
    sandbox.fault("mastodon", "silence", seconds=0.3)
    began = time.monotonic()
    assert raw(TOOT) == b""
    assert time.monotonic() - began >= 0.3
    assert len(sandbox.posts()) == 1


@NETWORKS
def test_a_deleted_post_is_shown_no_more_and_can_be_no_reply_s_beginning(sandbox, http, post, network):
    post(network)
    (there,) = sandbox.posts()
    sandbox.delete(network, there["id"])
    assert sandbox.posts() == []
    assert http.get(there["url"], timeout=10).status_code == 404
    with pytest.raises(ValueError, match="there is no post"):
        sandbox.delete(network, there["id"])


def test_a_post_is_deleted_over_http(sandbox, http, toot):
    id_ = toot("a").json()["id"]
    place = f"{sandbox.url}/sandbox/posts/mastodon/{id_}"
    assert [http.delete(place, timeout=10).status_code for _ in range(2)] == [200, 404]
    assert sandbox.posts() == []


@NETWORKS
@pytest.mark.parametrize(
    ("fault", "status", "taken"),
    [("error_before", 500, 0), ("error_after", 500, 1), ("unavailable", 503, 0), ("unauthorized", 401, 0)],
)
def test_an_ordered_error_is_answered_and_the_post_taken_or_not(sandbox, post, network, fault, status, taken):
    sandbox.fault(network, fault)
    answer = post(network)
    assert (answer.status_code, len(sandbox.posts())) == (status, taken)
    assert isinstance(answer.json(), dict)


@NETWORKS
def test_garbage_is_a_success_that_cannot_be_read(sandbox, post, network):
    sandbox.fault(network, "garbage")
    answer = post(network)
    assert answer.ok
    assert answer.headers["Content-Type"] == "text/html"
    assert len(sandbox.posts()) == 1


def test_a_slow_post_is_taken_after_waiting(sandbox, toot):
    sandbox.fault("mastodon", "slow", seconds=0.3)
    began = time.monotonic()
    assert toot("a").ok
    assert time.monotonic() - began >= 0.3


def test_a_slow_post_holds_up_nobody_else(sandbox, toot):
    def lose() -> None:
        with pytest.raises(LOST):
            toot("slow")

    sandbox.fault("mastodon", "slow", seconds=30)
    waiting = threading.Thread(target=lose)
    waiting.start()
    while sandbox.requests()["mastodon"] == 0:
        time.sleep(0.01)
    assert toot("quick").ok
    sandbox.stop()
    waiting.join(5)
    assert not waiting.is_alive()
    assert [p["text"] for p in sandbox.posts()] == ["quick"]


def test_faults_come_in_their_order_and_as_often_as_ordered(sandbox, toot):
    sandbox.fault("mastodon", "unavailable", times=2)
    sandbox.fault("mastodon", "error_before")
    assert [toot(str(n)).status_code for n in range(4)] == [503, 503, 500, 200]


def test_a_fault_befalls_posting_only_and_its_own_network(sandbox, http, toot, tweet):
    sandbox.fault("x", "unavailable")
    assert http.get(f"{sandbox.url}/api/v1/instance", timeout=10).ok
    assert toot("a").ok
    assert tweet("a").status_code == 503


def test_faults_are_ordered_over_http(sandbox, http, toot):
    order = {"network": "mastodon", "fault": "unavailable", "times": 1}
    assert http.post(f"{sandbox.url}/sandbox/faults", json=order, timeout=10).status_code == 200
    assert toot("a").status_code == 503


@pytest.mark.parametrize(
    ("order", "word"),
    [
        ({"network": "myspace", "fault": "slow"}, "network"),
        ({"network": "x", "fault": "quick"}, "drop_before"),
        ({"network": "x", "fault": "slow", "times": 0}, "times"),
        ({"network": "x", "fault": "slow", "times": "2"}, "numbers"),
        ({"network": "x", "fault": "slow", "seconds": -1}, "seconds"),
        ({"network": "x", "fault": "slow", "seconds": float("nan")}, "seconds"),
        (["x"], "object"),
    ],
)
def test_a_wrong_order_says_what_is_wrong(sandbox, http, order, word):
    answer = http.post(f"{sandbox.url}/sandbox/faults", data=json.dumps(order), timeout=10)
    assert answer.status_code == 400
    assert word in answer.json()["error"]


def test_every_posting_request_is_counted(sandbox, http, post):
    sandbox.fault("x", "drop_before")
    with pytest.raises(LOST):
        post("x")
    post("x")
    post("mastodon", "")
    assert http.get(f"{sandbox.url}/sandbox/requests", timeout=10).json() == {
        "requests": {"x": 2, "mastodon": 1, "bluesky": 0}
    }


def test_posts_of_all_networks_are_described_alike(sandbox, http, post, clock):
    for network in ("x", "mastodon", "bluesky"):
        post(network, "Hello https://example.com/1")
        clock.now += 1
    posts = http.get(f"{sandbox.url}/sandbox/posts", timeout=10).json()["posts"]
    assert posts == sandbox.posts()
    assert [p["network"] for p in posts] == ["bluesky", "mastodon", "x"]
    assert [p["length"] for p in posts] == [27, 29, 29]
    assert [p["limit"] for p in posts] == [300, 500, 280]
    assert posts[1]["links"] == posts[2]["links"] == ["https://example.com/1"]
    assert posts[0]["links"] == []  # no facet, no link
    assert all(p["url"].startswith(sandbox.url) and p["at"].endswith("Z") for p in posts)


def test_forgetting_begins_anew(sandbox, http, toot):
    for number in range(3):
        toot(str(number))
    sandbox.fault("mastodon", "unavailable")
    assert http.delete(f"{sandbox.url}/sandbox", timeout=10).ok
    assert sandbox.posts() == []
    assert sandbox.requests()["mastodon"] == 0
    assert toot("a").headers["X-RateLimit-Remaining"] == "299"


@pytest.mark.parametrize("path", ["/", "/sandbox/posts", "/sandbox/requests", "/sandbox/timeline.css", "/@demo/1"])
@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "rebound.example"},
        {"Host": "127.0.0.1.evil.example:80"},
        {"Host": "[::"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
    ],
)
def test_the_sandbox_shows_itself_to_this_machine_only(sandbox, http, path, headers):
    answer = http.get(sandbox.url + path, headers=headers, timeout=10)
    assert (answer.status_code, "this machine only" in answer.text) == (403, True)


def test_a_web_page_elsewhere_cannot_order_faults_or_forget(sandbox, http, toot):
    toot("a")
    foreign = {"Origin": "https://evil.example"}
    order = {"network": "mastodon", "fault": "unavailable"}
    assert http.post(f"{sandbox.url}/sandbox/faults", json=order, headers=foreign, timeout=10).status_code == 403
    assert http.delete(f"{sandbox.url}/sandbox", headers=foreign, timeout=10).status_code == 403
    assert toot("b").ok
    assert len(sandbox.posts()) == 2


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "[::1]"])
def test_this_machine_has_several_names(sandbox, http, host):
    headers = {"Host": f"{host}:8080", "Origin": f"http://{host}:8080"}
    assert http.get(f"{sandbox.url}/sandbox/posts", headers=headers, timeout=10).ok


def test_an_unknown_path_is_404_in_json(sandbox, http):
    answer = http.get(f"{sandbox.url}/api/v1/nowhere", timeout=10)
    assert (answer.status_code, "GET /api/v1/nowhere" in answer.json()["error"]) == (404, True)


@pytest.mark.parametrize("length", ["-1", "abc", "1e3", "9" * 30])
def test_a_broken_content_length_is_400(raw, capfd, length):
    request = f"POST /api/v1/statuses HTTP/1.1\r\nHost: localhost\r\nContent-Length: {length}\r\n\r\n"
    assert raw(request.encode()).startswith(b"HTTP/1.1 400 ")
    assert capfd.readouterr().err == ""


def test_a_body_without_a_length_is_411(raw):
    request = b"POST /2/tweets HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
    assert raw(request).startswith(b"HTTP/1.1 411 ")


def test_a_body_over_eight_megabytes_is_413(sandbox, http):
    answer = http.post(f"{sandbox.url}/api/v1/statuses", data=b"x" * 8_000_001, timeout=10)
    assert (answer.status_code, answer.json()["error"]) == (413, "PayloadTooLarge")


@pytest.mark.parametrize(
    "data", [b"POST /2/tweets HTTP/1.1\r\nContent-Length: 10\r\n\r\nhalf", b"nonsense\r\n\r\n", b""]
)
def test_a_client_that_goes_away_leaves_no_trace(raw, capfd, data, toot):
    raw(data, close=True)
    assert toot("a").ok
    assert capfd.readouterr().err == ""


def test_a_connection_serves_many_requests(raw):
    request = b"GET /api/v1/instance HTTP/1.1\r\nHost: localhost\r\n"
    both = raw(request + b"\r\n" + request + b"Connection: close\r\n\r\n")
    assert both.count(b"HTTP/1.1 200 OK") == 2


def test_many_posts_at_once_all_arrive(sandbox):
    def send(number: int) -> None:
        headers = {"Authorization": "Bearer sandbox-demo", "Idempotency-Key": str(number % 20)}
        requests.post(f"{sandbox.url}/api/v1/statuses", {"status": f"{number % 20}"}, headers=headers, timeout=10)

    threads = [threading.Thread(target=send, args=(number,)) for number in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(int(p["text"]) for p in sandbox.posts()) == list(range(20))
    assert len({p["id"] for p in sandbox.posts()}) == 20


def test_a_post_that_cannot_be_kept_is_not_taken(sandbox, toot, monkeypatch, capfd, caplog):
    def full(_row):
        raise OSError("no space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(sandbox._store, "_keep", full)
        with pytest.raises(LOST):
            toot("a")
    assert sandbox.posts() == []
    assert toot("b").ok
    assert capfd.readouterr().err == ""
    assert "no space left" in caplog.text


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "example.com", "", "::"])
def test_only_this_machine_is_served(host):
    with pytest.raises(SharebotError, match="this machine only"):
        Sandbox(host=host)


def test_a_port_in_use_is_a_clear_error(sandbox):
    port = int(sandbox.url.rpartition(":")[2])
    with pytest.raises(SharebotError, match=f"port {port}: .*try another port"):
        Sandbox(port=port).start()


def test_a_port_that_is_none_is_a_clear_error():
    with pytest.raises(SharebotError, match="try another port"):
        Sandbox(port=70_000).start()


def test_ipv6_is_served_where_there_is_any():
    try:
        with Sandbox(host="::1") as six:
            assert six.url.startswith("http://[::1]:")
            assert requests.get(f"{six.url}/sandbox/posts", timeout=10).ok
    except SharebotError:
        pytest.skip("this machine has no IPv6")


def test_a_restart_shows_the_same_posts_and_knows_the_keys(tmp_path, clock):
    headers = {"Authorization": "Bearer sandbox-demo", "Idempotency-Key": "k"}
    sandbox = Sandbox(store=tmp_path / "posts.jsonl", clock=clock)
    seen = []
    for _ in range(2):
        with sandbox:
            answer = requests.post(f"{sandbox.url}/api/v1/statuses", {"status": "a"}, headers=headers, timeout=10)
            seen.append((answer.json()["id"], [p["id"] for p in sandbox.posts()]))
        sandbox = Sandbox(store=tmp_path / "posts.jsonl", clock=clock)
    assert seen[0] == seen[1]


def test_the_accounts_to_paste_sign_in(sandbox, http):
    text = accounts_yaml(sandbox.url, "weekly")
    made = credentials(sandbox.url, "weekly")
    assert text.startswith("accounts:\n  mastodon:\n    platform: mastodon\n    server: http://127.0.0.1:")
    headers = {"Authorization": f"Bearer {made['mastodon']['access_token']}"}
    me = http.get(f"{made['mastodon']['server']}/api/v1/accounts/verify_credentials", headers=headers, timeout=10)
    assert me.json()["acct"] == "weekly"
    body = {"identifier": made["bluesky"]["handle"], "password": made["bluesky"]["app_password"]}
    url = f"{made['bluesky']['service']}/xrpc/com.atproto.server.createSession"
    assert http.post(url, json=body, timeout=10).json()["handle"] == "weekly.sandbox.test"
    assert made["x"]["access_token"] in text
