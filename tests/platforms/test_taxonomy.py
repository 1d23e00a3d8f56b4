"""Each row of the public table of errors, met by what really talks to a network: class and ending are the same.

Where the table is not beside this checkout, rows of our own in its form are.
"""

import json
import re
import socket
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from sharebot import http
from sharebot.errors import Duplicate, PublishError, Refused, SignInAgain, TryLater, Unsure
from sharebot.model import Receipt
from sharebot.platforms.answers import body, field, judge
from sharebot.platforms.bluesky import Bluesky
from sharebot.platforms.mastodon import Mastodon
from sharebot.platforms.others import CONTAINER, MEANINGS, THREADS
from sharebot.platforms.x import X
from sharebot.testing import Arrived, sample_key, sample_post

pytestmark = pytest.mark.integration

TAXONOMY = Path(__file__).parents[2] / "../shared/cases/error_taxonomy.json"
OWN: list[dict[str, Any]] = [
    {"platform": platform, "status": status, "match": match, "class": meaning}
    for platform, status, match, meaning in (
        ("*", "connect", "no connection", "transient"),
        ("*", "sent-no-answer", "no answer", "ambiguous"),
        ("*", "502,504", "", "ambiguous"),
        ("x", 200, "errors alone", "permanent"),
        ("x", 201, "an id", "ok"),
        ("x", 403, "duplicate content", "duplicate"),
        ("x", 429, "x-user-limit-24hour-remaining: 0", "rate_limited"),
        ("mastodon", 200, "an id", "ok"),
        ("mastodon", 422, '"requires an authenticated user"', "auth"),
        ("mastodon", "ambiguous", "", "transient"),
        ("bluesky", 200, "no commit", "ok"),
        ("bluesky", 400, "InvalidSwap", "duplicate"),
        ("bluesky", 400, "ExpiredToken", "auth_refresh"),
        ("bluesky", 500, "InternalServerError", "duplicate"),
        ("bluesky", "502,503,504", "", "transient"),
        ("linkedin", 201, "a header", "ok"),
        ("linkedin", 422, "DUPLICATE_POST", "duplicate"),
        ("linkedin", "5xx", "", "ambiguous"),
        ("threads|facebook", 400, "error.code 190 / type OAuthException", "auth"),
        ("threads|facebook", 400, "error.code 2, or is_transient true", "transient"),
        ("facebook", 400, "error.code 506", "duplicate"),
        ("threads", "ambiguous", "", "transient"),
        ("telegram", 200, "an id", "ok"),
        ("telegram", 429, "parameters.retry_after", "rate_limited"),
        ("discord", 200, "an id", "ok"),
        ("discord", 404, "code 10015", "auth"),
        ("slack", 200, "a word", "ok"),
        ("slack", 410, "channel_is_archived", "auth"),
    )
]
ROWS: list[dict[str, Any]] = json.loads(TAXONOMY.read_text())["rows"] if TAXONOMY.exists() else OWN
MEANS: dict[str, type[PublishError]] = {
    "permanent": Refused,
    "duplicate": Duplicate,
    "auth": SignInAgain,
    "rate_limited": TryLater,
    "transient": TryLater,
    "ambiguous": Unsure,
}
BUILT_IN: dict[str, Any] = {"bluesky": Bluesky, "mastodon": Mastodon, "x": X}
SESSION = {"did": "did:plc:weekly", "handle": "weekly.test", "accessJwt": "a", "refreshJwt": "r"}
RECORD = {"uri": "at://did:plc:weekly/app.bsky.feed.post/3kabc", "cid": "bafyone"}
KEY = sample_key()


def signed_in(network, url):
    secrets = {
        "bluesky": {"service": url, "handle": "weekly.test", "app_password": "p"},
        "mastodon": {"server": url, "access_token": "t"},
        "x": {"api": url, "api_key": "a", "api_secret": "b", "access_token": "c", "access_secret": "d"},
    }
    return BUILT_IN[network](BUILT_IN[network].Settings.model_validate(secrets[network]))


def met(stub, network, *answers):
    """Post to a network that answers so; return what proves that the post is there, or the error."""
    stub.seen.clear()
    stub.answers = [*([(200, SESSION)] if network == "bluesky" else []), *answers]
    try:
        if network in BUILT_IN:
            return signed_in(network, stub.url).publish(sample_post(), KEY).id
        meaning = MEANINGS[network]
        with http.session(network, judge(network, meaning.rows, meaning.proof)) as session:
            return meaning.proof(session.post(stub.url, json={}), network)
    except PublishError as error:
        return error


# ── answers that a row describes in words ────────────────────────────────────────────────────────────────────────────


def statuses(status):
    if status == "5xx":
        return [500, 502, 503, 504, 599]
    return [int(each) for each in str(status).split(",")]


def bodies(network, match):
    """Make answers of what a row says of them, as the network would word them: (body, headers)."""
    if waits := list(waiting(match)):
        return waits
    if network in {"threads", "facebook"} and "error." in match:
        return [({"error": error}, {}) for error in mistakes(match)]
    if network == "discord":
        return [({"code": int(code), "message": "for a reason"}, {}) for code in re.findall(r"\d{5,}", match)]
    pieces = re.split(r" / |, (?=\w+$)", match)
    if network == "slack":
        return [(piece.encode(), {}) for piece in pieces]
    word = {"telegram": "description", "x": "detail", "bluesky": "message"}.get(network, "error")
    kind = {"bluesky": "error", "x": "type"}.get(network, "at")
    return [({word: piece, kind: re.split(r"[ :]", piece.removeprefix("type ends "))[0]}, {}) for piece in pieces]


def waiting(match):
    """Make answers that name a time to wait, in each form that a row names."""
    soon = datetime.now(UTC) + timedelta(seconds=90)
    for prefix in re.findall(r"([\w-]+)-remaining: 0", match):
        yield b"", {f"{prefix}-remaining": "0", f"{prefix}-reset": str(int(soon.timestamp()))}
    if "ISO 8601" in match:
        yield b"", {"X-RateLimit-Reset": soon.isoformat()}
    if "Retry-After" in match:
        yield b"", {"Retry-After": "90"}
    if "parameters.retry_after" in match:
        yield {"ok": False, "parameters": {"retry_after": 90}}, {}
    elif "retry_after" in match:
        yield {"message": "slower", "retry_after": 89.6}, {}


def mistakes(match):
    """Make the errors of Meta's networks, which call nearly all of them an OAuthException."""
    for word, first, last in re.findall(r"(subcode )?\b(\d+)(?:-(\d+))?", match):
        for code in filter(None, (first, last)):
            name = "error_subcode" if word else "code"
            yield {"type": "OAuthException", "code": 100, name: int(code)}
    if kind := re.search(r"type (\w+)", match):
        yield {"type": kind[1]}
    if "is_transient" in match:
        yield {"type": "OAuthException", "code": 9, "is_transient": True}


def check_answers(row, stub):
    """See that each answer which a row describes has the row's class, and the wait that it names."""
    for network in row["platform"].split("|"):
        for status in statuses(row["status"]):
            made = bodies(network, row["match"])
            assert made, "no answer could be made of what the row says"
            for content, headers in made:
                error = met(stub, network, (status, content, headers))
                assert isinstance(error, MEANS[row["class"]]), (status, content, error)
                assert isinstance(error, Duplicate) == (row["class"] == "duplicate")
                if isinstance(error, TryLater) and (headers or "retry_after" in str(content)):
                    assert timedelta(seconds=80) < (error.after or timedelta()) < timedelta(seconds=95)


# ── answers that say that the post is there ──────────────────────────────────────────────────────────────────────────

UNCLEAR: list[Any] = [b"", b"<html>", {}, {"ok": True}, []]
TAKEN: dict[str, Any] = {
    "x": (201, {"data": {"id": "19"}}),
    "mastodon": (200, {"id": "19", "url": "https://m.example/19"}),
    "bluesky": (200, RECORD),
    "linkedin": (201, b"", {"x-restli-id": "urn:li:share:19"}),
    "facebook": (200, {"id": "1_19"}),
    "threads": (200, {"id": "19"}),
    "telegram": (200, {"ok": True, "result": {"message_id": 19}}),
    "discord": (200, {"id": "19"}),
    "slack": (200, b"ok"),
}


def check_taken(row, stub):
    """See that a network's own proof is one, and that an answer of 2xx without it is none."""
    network = row["platform"]
    assert TAKEN[network][0] == row["status"]
    assert isinstance(met(stub, network, TAKEN[network]), str)
    for unclear in UNCLEAR:
        assert isinstance(met(stub, network, (row["status"], unclear)), Unsure)


def check_faults_alone(row, stub):
    assert isinstance(met(stub, "x", (row["status"], {"errors": [{"message": "no"}]})), MEANS[row["class"]])


# ── what is no answer at all, or is one of many ──────────────────────────────────────────────────────────────────────


def check_connect(row, stub):
    """See that without a connection nothing is lost: the name, the port, the time and the certificate."""
    with closing(socket.create_server(("127.0.0.1", 0), backlog=0)) as full:
        queue = [socket.socket() for _ in range(4)]
        for each in queue:
            each.settimeout(0)
            each.connect_ex(full.getsockname())
        silent = f"http://127.0.0.1:{full.getsockname()[1]}"
        for place in ("https://sharebot.invalid", "http://127.0.0.1:9", stub.url.replace("http:", "https:"), silent):
            for network in BUILT_IN:
                with pytest.raises(MEANS[row["class"]], match="cannot be reached"):
                    signed_in(network, place).publish(sample_post(), KEY)
        for each in queue:
            each.close()
    assert stub.seen == []


def check_no_answer(row, stub):
    """See that whatever breaks off after the first byte is unsure, on every network."""
    for network in (*BUILT_IN, *MEANINGS):
        ok = TAKEN[network][0]
        half = (ok, b"{", {"Content-Length": "90"})
        for answer in (None, 0.8, half, (ok, b"\xff")):
            assert isinstance(met(stub, network, answer), MEANS[row["class"]]), (network, answer)


def check_gateway(row, stub):
    for network in (*BUILT_IN, *MEANINGS):
        for status in statuses(row["status"]):
            for content in (b"<html><title>Bad Gateway</title>", b"", {"error": "gateway"}):
                assert isinstance(met(stub, network, (status, content)), MEANS[row["class"]])


# ── where we are stricter than a row, and end alike ──────────────────────────────────────────────────────────────────

LOST = ("drop_before", "drop_after", "error_before", "error_after", "gateway_before", "gateway_after", "reset_after")


@pytest.fixture
def ends_in_one(harness_of):
    """Lose answers, look, send again with the same key where nothing is found: see that one post is there."""

    def check(network, faults, *allowed):
        harness = harness_of(network, BUILT_IN[network])
        platform, taken = harness.platform(), []
        for number, fault in enumerate(faults):
            post, key = sample_post(text=f"{fault} {number}", links=()), sample_key(str(number))
            taken.append(Arrived(post.text))
            harness.fault(fault, 2 * harness.patience)
            with pytest.raises(allowed):
                platform.publish(post, key)
            found = platform.find(post, key)
            assert (found is None) == (harness.arrived() != taken)
            again = platform.publish(post, key)
            assert found in {None, again}
            assert harness.arrived() == taken

    return check


def check_key(_row, ends_in_one):
    """See that on Mastodon "may be there" ends as "send again" would: the look and the same key make one status."""
    ends_in_one("mastodon", LOST, Unsure)


def check_record(row, stub, ends_in_one):
    """See that on Bluesky a gateway's answer ends as "send again" would, whichever it is."""
    ends_in_one("bluesky", (*LOST, "unavailable"), Unsure, TryLater)
    for status in statuses(row["status"]):
        assert isinstance(met(stub, "bluesky", (status, b"")), Unsure | TryLater)


def check_swap(_row, harness_of):
    """See that a key in use is found out: with our words the post is there, with others it is told."""
    harness = harness_of("bluesky", Bluesky)
    first = harness.platform().publish(sample_post(), KEY)
    assert harness.platform().publish(sample_post(language="de"), KEY) == first
    with pytest.raises(Refused, match="another post"):
        harness.platform().publish(sample_post(text="Other"), KEY)
    assert harness.arrived() == [Arrived(sample_post().text)]


def check_bare_500(_row, harness_of):
    """See that a 500 for a key in use ends in the record that is there."""
    harness = harness_of("bluesky", Bluesky)
    platform = harness.platform()
    first = platform.publish(sample_post(), KEY)
    harness.fault("error_before")
    with pytest.raises(Unsure):
        platform.publish(sample_post(), KEY)
    assert platform.find(sample_post(), KEY) == first


def check_renewed(_row, stub):
    """See that a session that is over is renewed, and the post sent once more."""
    over = (400, {"error": "ExpiredToken", "message": "Token has expired"})
    assert met(stub, "bluesky", over, (200, {**SESSION, "accessJwt": "b"}), (200, RECORD)) == RECORD["uri"]
    calls = [path.rpartition(".")[2] for _, path, *_ in stub.seen]
    assert calls == ["createSession", "putRecord", "refreshSession", "putRecord"]


class Threads:
    """A plugin in small: it keeps each post's container, and asks that what became of it."""

    def __init__(self, url):
        self._url, self._containers = url, {}

    def publish(self, post, key):
        if key not in self._containers:
            with http.reading():  # a container is no post yet
                self._containers[key] = self._call("POST", "me/threads", {"text": post.text})
        return Receipt(self._call("POST", "me/threads_publish", {"creation_id": self._containers[key]}), self._url)

    @http.reading()
    def find(self, _post, key):
        with http.session("threads", judge("threads", THREADS.rows)) as session:
            state = field(body(session.get(f"{self._url}/{self._containers[key]}?fields=status"), "threads"), "status")
        if state not in CONTAINER:
            raise Unsure(f"its container is {state}")
        return Receipt(self._containers[key], self._url) if CONTAINER[state] else None

    def _call(self, method, path, form):
        with http.session("threads", judge("threads", THREADS.rows, THREADS.proof)) as session:
            return THREADS.proof(session.request(method, f"{self._url}/{path}", data=form), "threads")


def check_container(_row, stub):
    """See that a lost publishing of a container ends with what the container says."""
    for state, times in (("PUBLISHED", 1), ("FINISHED", 2)):
        stub.seen.clear()
        stub.answers = [(200, {"id": "c1"}), None, (200, {"status": state, "id": "c1"}), (200, {"id": "19"})]
        network = Threads(stub.url)
        with pytest.raises(Unsure):
            network.publish(sample_post(), KEY)
        if network.find(sample_post(), KEY) is None:
            assert network.publish(sample_post(), KEY).id == "19"
        sent = [data for _, path, _, data in stub.seen if path.endswith("threads_publish")]
        assert sent == [b"creation_id=c1"] * times
    stub.answers = [(200, {"id": "c1"}), None, (200, {"status": "IN_PROGRESS"})]
    another = sample_key("another")
    with pytest.raises(Unsure):
        network.publish(sample_post(), another)
    with pytest.raises(TryLater, match="IN_PROGRESS"):
        network.find(sample_post(), another)


# ── every row ────────────────────────────────────────────────────────────────────────────────────────────────────────

SPECIAL = {
    ("*", "connect", ""): check_connect,
    ("*", "sent-no-answer", ""): check_no_answer,
    ("*", "502,504", ""): check_gateway,
    ("x", "200", ""): check_faults_alone,
    ("mastodon", "ambiguous", ""): check_key,
    ("threads", "ambiguous", ""): check_container,
    ("bluesky", "502,503,504", ""): check_record,
    ("bluesky", "500", ""): check_bare_500,
    ("bluesky", "400", "InvalidSwap"): check_swap,
    ("bluesky", "400", "ExpiredToken"): check_renewed,
}
"""Rows that are about more than one answer, by platform, status and, where that tells them apart, words."""


def check_of(row):
    for words in (row["match"], ""):
        if check := SPECIAL.get((row["platform"], str(row["status"]), words)):
            return check
    return check_taken if row["class"] == "ok" else check_answers


@pytest.fixture
def patient(monkeypatch):
    monkeypatch.setattr(http, "CONNECT", 0.2)
    monkeypatch.setattr(http, "READ", 0.5)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['platform']}-{row['status']}-{row['match'][:24]}")
@pytest.mark.usefixtures("patient")
def test_a_row_of_the_table_of_errors_has_its_class_and_its_ending(request, row):
    check = check_of(row)
    wanted = check.__code__.co_varnames[1 : check.__code__.co_argcount]
    check(row, *(request.getfixturevalue(name) for name in wanted))


def test_no_row_of_the_table_is_left_out():
    assert len(ROWS) == (77 if TAXONOMY.exists() else len(OWN))
    used = {check_of(row) for row in ROWS}
    assert used == {*SPECIAL.values(), check_taken, check_answers}
    assert {name for row in ROWS for name in row["platform"].split("|")} == {"*", *BUILT_IN, *MEANINGS}


@pytest.mark.parametrize("network", MEANINGS)
def test_only_what_a_network_says_makes_an_error_of_its_own(stub, network):
    for status, error in ((400, Refused), (401, SignInAgain), (429, TryLater), (500, Unsure)):
        for content in (*UNCLEAR, b"null", {"error": None}, {"code": []}, {"error": {"code": [1]}}, b"[" * 9999):
            assert type(met(stub, network, (status, content))) is error


def test_linkedin_s_daily_limit_is_over_at_midnight_utc(stub):
    error = met(stub, "linkedin", (429, {"message": "limit"}))
    ends = datetime.now(UTC) + error.after
    assert abs(ends - ends.replace(hour=12, minute=0)) > timedelta(hours=11, minutes=59)
    assert error.after <= timedelta(days=1)
