"""Where a program is watched: its network, a feed that grows, its memory and its exit codes."""

import subprocess
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from benchmarks.peers.issue import Article, rss, yesterday
from benchmarks.processes import environment, peak_memory
from sharebot.sandbox import Sandbox

SLOW = 2.0
"""Seconds that the network takes over a post whose sender is killed meanwhile."""
_LOOK = 0.005
_PATIENCE = 60.0
_HERE = "127.0.0.1"


class Stage:
    """One program's network and folder. It runs commands, watches their memory, and kills once where the scene says."""

    def __init__(self, network: Sandbox, folder: Path, *, kills: bool) -> None:
        self._network = network
        self._folder = folder
        self._kills = kills
        self.codes: list[int] = []
        self.memory = 0.0

    def call(self, command: Sequence[str]) -> int:
        """Run a command to its end and return its exit code, negative where a signal ended it."""
        home = dict(environment()) | {"HOME": str(self._folder), "NO_PROXY": _HERE, "no_proxy": _HERE}
        with (
            (self._folder / "log").open("ab") as log,
            subprocess.Popen(
                command, cwd=self._folder, env=home, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            ) as process,
        ):
            try:
                self._watch(process)
            finally:
                process.kill()
        self.codes.append(process.returncode)
        return process.returncode

    def _watch(self, process: subprocess.Popen[bytes]) -> None:
        end = time.monotonic() + _PATIENCE
        while process.poll() is None and time.monotonic() < end:
            self.memory = max(self.memory, peak_memory(process.pid))
            if self._kills and self._network.requests()["mastodon"] == 2:
                self._kills = False
                process.kill()
                time.sleep(SLOW)  # the network has the whole request, and takes the post
            time.sleep(_LOOK)


@contextmanager
def serving(articles: Sequence[Article]) -> Iterator[str]:
    """Serve the feed of what `articles` holds at each request; yield its address."""
    first = yesterday()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            content = rss(articles, first)
            self.send_response(200)
            self.send_header("Content-Type", "application/rss+xml")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer((_HERE, 0), Handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        try:
            yield f"http://{_HERE}:{server.server_address[1]}/feed.xml"
        finally:
            server.shutdown()
