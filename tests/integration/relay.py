"""A relay between us and a server that loses answers: what it passes on was taken."""

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import requests


@contextmanager
def losing(url: str, end: str) -> Iterator[str]:
    """Run a relay to `url`, which loses each answer to a POST whose path has this end; give its address."""

    class Relay(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            answer = requests.post(url + self.path, body, headers=dict(self.headers), timeout=10)
            if not self.path.endswith(end):
                self.send_response(answer.status_code)
                self.end_headers()
                self.wfile.write(answer.content)

        def log_message(self, *_: object) -> None:
            """Keep the tests' output clean."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Relay) as server:
        thread = Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()
