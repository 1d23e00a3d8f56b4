"""A server that answers as told, and the sandbox as the conformance kit's harness."""

import json
import socket
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from sharebot import http
from sharebot.sandbox.accounts import credentials
from sharebot.sandbox.server import Sandbox
from sharebot.testing import Arrived


class Stub:
    """Answers each request with the next of `answers`, the last one for ever: (status, body, headers).

    A body that is no bytes is sent as JSON. Instead of an answer, None closes the connection, and a number of seconds
    does so after them. `seen` holds what came.
    """

    def __init__(self):
        self.answers: list[Any] = []
        self.seen: list[Any] = []
        stub = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                self.serve()

            do_POST = do_PUT = do_GET  # noqa: N815 — the handler's names

            def serve(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                stub.seen.append((self.command, self.path, dict(self.headers), body))
                answer = stub.answers.pop(0) if len(stub.answers) > 1 else stub.answers[0]
                if isinstance(answer, float):
                    time.sleep(answer)
                elif answer is not None:
                    self.reply(*answer)

            def reply(self, status, body=b"", headers=()):
                data = body if isinstance(body, bytes) else json.dumps(body).encode()
                self.send_response(status)
                for name, value in {"Content-Length": str(len(data)), **dict(headers)}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def stub():
    server = Stub()
    yield server
    server.close()


@pytest.fixture
def nothing_listens():
    """An address where nothing listens, and nothing can begin to."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{taken.getsockname()[1]}"


@pytest.fixture
def a_picture():
    """A photograph's file."""
    from io import BytesIO

    from PIL import Image

    into = BytesIO()
    Image.new("RGB", (800, 450), "teal").save(into, "JPEG")
    return into.getvalue()


class SandboxHarness:
    """One network of the sandbox, for the conformance kit."""

    readable = True
    patience = 3.0

    def __init__(self, network, platform, sandbox, nowhere):
        self._network, self._platform, self._sandbox, self._nowhere = network, platform, sandbox, nowhere
        self.settings = self._settings(sandbox.url)
        values = (value for value in self.settings.__dict__.values() if hasattr(value, "get_secret_value"))
        # The app's API key of the sandbox is the word "sandbox", which no message can do without.
        self.secrets = tuple({value.get_secret_value() for value in values} - {"sandbox"} | {"wrong-secret"})

    def _settings(self, url, **changes):
        values = credentials(url, "weekly")[self._network] | changes
        del values["platform"]
        return self._platform.Settings(**values)

    def platform(self):
        return self._platform(self.settings)

    def stranger(self):
        secret = {"mastodon": "access_token", "x": "access_secret", "bluesky": "app_password"}[self._network]
        return self._platform(self._settings(self._sandbox.url, **{secret: "wrong-secret"}))

    def nowhere(self):
        return self._platform(self._settings(self._nowhere))

    def fault(self, kind, seconds=0.0):
        self._sandbox.fault(self._network, kind, seconds=seconds)

    def arrived(self):
        posts = [post for post in self._sandbox.posts() if post["network"] == self._network]
        texts = {post["id"]: post["text"] for post in posts}
        return [Arrived(post["text"], texts.get(post["reply_to"])) for post in reversed(posts)]

    def delete(self, receipt):
        self._sandbox.delete(self._network, receipt.id.rpartition("/")[2])


@pytest.fixture
def sandbox():
    with Sandbox() as started:
        yield started


@pytest.fixture
def harness_of(sandbox, nothing_listens, monkeypatch):
    monkeypatch.setattr(http, "READ", 0.5)
    return lambda network, platform: SandboxHarness(network, platform, sandbox, nothing_listens)
