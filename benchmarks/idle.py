"""The running program with nothing to do, for minutes or an hour: what it holds and uses, beside a bare interpreter."""

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.daemon import CALM, CONFIG, ISSUE, memory, running, until, write_issue
from benchmarks.figures import Figure
from benchmarks.processes import processor, say
from sharebot.sandbox import Sandbox, accounts_yaml

SECONDS = 300
"""How long it is looked at, unless it is said otherwise."""
_LOOKS = 10
_BARE = "import requests, sqlalchemy, sys; print(flush=True); sys.stdin.read()"


def measure(length: int) -> Iterator[Figure]:
    with TemporaryDirectory(prefix="sharebot-bench-") as name, Sandbox() as sandbox:
        folder = Path(name)
        (folder / "issues").mkdir()
        config = folder / "sharebot.yaml"
        config.write_text(CONFIG.format(accounts=accounts_yaml(sandbox.url)), encoding="utf-8")
        write_issue(folder / "issues/2026-01.md", ISSUE.format(number=1))
        say(f"  posts an issue to three networks, and is idle for {length} s")
        with running(config, "--listen", "127.0.0.1:0") as (process, _):
            until(lambda: len(sandbox.posts()) >= len(("x", "mastodon", "bluesky")), process)
            time.sleep(CALM)
            yield from _of(process.pid, length)


def _of(process: int, length: int) -> Iterator[Figure]:
    used, begun, held = processor(process), time.monotonic(), [memory(process)]
    for _ in range(_LOOKS):
        time.sleep(length / _LOOKS)
        held.append(memory(process))
    spent = processor(process) - used
    bare = _bare()
    yield Figure("idle: processor", 100 * spent / (time.monotonic() - begun), "%", most=0.1)
    yield Figure("idle: memory at the end", held[-1], "MiB", most=80, samples=tuple(held))
    yield Figure("idle: memory that came while idle", held[-1] - held[0], "MiB")
    yield Figure("an interpreter that has only imported requests and SQLAlchemy: memory", bare, "MiB")
    yield Figure("idle: memory beside that interpreter's", held[-1] / bare, "times")


def _bare() -> float:
    pipe = subprocess.PIPE
    with subprocess.Popen([sys.executable, "-c", _BARE], stdin=pipe, stdout=pipe, text=True) as process:
        assert process.stdout
        process.stdout.readline()
        held = memory(process.pid)
        process.communicate("")
        return held
