"""A sandbox for each test, a clock that tests turn, and small signed-in clients of its three networks."""

from base64 import b64encode
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from requests.adapters import HTTPAdapter

from sharebot.sandbox import Sandbox

NOW = 1_795_000_000.25
PICTURE = b"\x89PNG\r\n\x1a\n picture"
"""What begins like one is one, here."""


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> float:
        return self.now


class Redirected(HTTPAdapter):
    """Sends to the sandbox what was signed for somewhere else, as the X platform does for tweepy."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self._url = url

    def send(self, request: requests.PreparedRequest, *args: Any, **options: Any) -> requests.Response:
        parts = urlsplit(request.url or "")
        request.url = parts._replace(scheme="http", netloc=urlsplit(self._url).netloc).geturl()
        return super().send(request, *args, **options)


class Xrpc:
    """A client of the sandbox's Bluesky."""

    def __init__(self, url: str, account: str, session: requests.Session) -> None:
        self.url = f"{url}/xrpc/"
        self.http = session
        body = {"identifier": f"{account}.sandbox.test", "password": "sandbox-secret"}
        self.session = self.call("com.atproto.server.createSession", body, token="").json()
        self.did = self.session["did"]

    def call(self, method: str, body: Any = None, token: str | None = None, **options: Any) -> requests.Response:
        bearer = self.session["accessJwt"] if token is None else token
        headers = options.pop("headers", {}) | ({"Authorization": f"Bearer {bearer}"} if bearer else {})
        verb = "GET" if body is None and "data" not in options else "POST"
        return self.http.request(verb, self.url + method, json=body, headers=headers, timeout=10, **options)

    def put(self, rkey: str, record: dict[str, Any], **more: Any) -> requests.Response:
        body = {"repo": self.did, "collection": "app.bsky.feed.post", "rkey": rkey, "record": record, **more}
        return self.call("com.atproto.repo.putRecord", body)

    def create(self, record: dict[str, Any], **more: Any) -> requests.Response:
        body = {"repo": self.did, "collection": "app.bsky.feed.post", "record": record, **more}
        return self.call("com.atproto.repo.createRecord", body)

    def upload(self, data: bytes = PICTURE, kind: str = "image/png") -> requests.Response:
        return self.call("com.atproto.repo.uploadBlob", data=data, headers={"Content-Type": kind})


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def sandbox(clock) -> Iterator[Sandbox]:
    with Sandbox(clock=clock) as running:
        yield running


@pytest.fixture
def http() -> Iterator[requests.Session]:
    with requests.Session() as session:
        yield session


@pytest.fixture
def toot(sandbox: Sandbox, http: requests.Session):
    """Post to Mastodon by plain HTTP."""

    def post(text: str, account: str = "demo", key: str = "", **more: Any) -> requests.Response:
        headers = {"Authorization": f"Bearer sandbox-{account}"} | ({"Idempotency-Key": key} if key else {})
        return http.post(f"{sandbox.url}/api/v1/statuses", {"status": text, **more}, headers=headers, timeout=10)

    return post


@pytest.fixture
def attach(sandbox: Sandbox, http: requests.Session):
    """Upload a picture to Mastodon by plain HTTP."""

    def upload(data: bytes = PICTURE, account: str = "demo", **more: str) -> requests.Response:
        headers = {"Authorization": f"Bearer sandbox-{account}"}
        files = {"file": ("picture.png", data, "image/png")}
        return http.post(f"{sandbox.url}/api/v2/media", data=more, files=files, headers=headers, timeout=10)

    return upload


@pytest.fixture
def snap(x: Callable[..., requests.Response]):
    """Upload a picture to X with a signed request."""

    def upload(data: bytes = PICTURE, **more: Any) -> requests.Response:
        body = {"media": b64encode(data).decode(), "media_category": "tweet_image", **more}
        return x("POST", "/2/media/upload", json=body)

    return upload


@pytest.fixture
def tweet(x: Callable[..., requests.Response]):
    """Post to X with a signed request."""

    def post(text: str, **more: Any) -> requests.Response:
        return x("POST", "/2/tweets", json={"text": text, **more})

    return post


@pytest.fixture
def x(sandbox):
    """Call X by plain HTTP, signed with tweepy's own handler."""
    import tweepy

    def call(verb: str, path: str, host: str = "https://api.twitter.com", **options: Any) -> requests.Response:
        secrets = {"key": "sandbox", "secret": "sandbox-secret", "token": "sandbox-demo", "access": "sandbox-secret"}
        secrets |= {name: options.pop(name) for name in list(options) if name in secrets}
        auth = tweepy.OAuth1UserHandler(*secrets.values()).apply_auth()
        with requests.Session() as session:
            session.mount("https://", Redirected(sandbox.url))
            return session.request(verb, host + path, auth=auth, timeout=10, **options)

    return call


@pytest.fixture
def tweepy_client(sandbox):
    """tweepy, led to the sandbox while it signs for api.twitter.com."""
    import tweepy

    keys = {"consumer_key": "sandbox", "consumer_secret": "sandbox-secret"}
    made = tweepy.Client(**keys, access_token="sandbox-demo", access_token_secret="sandbox-secret")
    made.session.mount("https://", Redirected(sandbox.url))
    yield made
    made.session.close()


@pytest.fixture
def bluesky(sandbox, http):
    return Xrpc(sandbox.url, "demo", http)


@pytest.fixture
def note():
    """Make a Bluesky record."""

    def make(text: str = "Hello", **more: Any) -> dict[str, Any]:
        return {"$type": "app.bsky.feed.post", "text": text, "createdAt": "2026-11-24T09:00:00.000Z", **more}

    return make
