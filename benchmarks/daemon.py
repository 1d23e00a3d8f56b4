"""What the running program costs when it has nothing to do: memory, processor time, its start and its end."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.figures import Figure
from benchmarks.processes import SHAREBOT, environment, processor, say, seconds
from sharebot.sandbox import Sandbox, accounts_yaml

_STARTS = 5
CALM = 3.0
"""Seconds after its last work until the daemon counts as idle."""
_IDLE = 5.0
_PATIENCE = 60.0

CONFIG = """\
version: 1
timezone: Europe/Paris
{accounts}
newsletters:
  bench:
    source: {{folder: issues}}
    since: all
    posts:
      - name: articles
        to: [mastodon, bluesky, x]
        what: articles
        schedule: now
        text: "{{headline}}\\n\\n{{summary}}\\n\\n{{link}}"
"""
ISSUE = """\
---
title: Harbour News
date: 2026-{number:02}-02
language: en
---

## The ferry runs again, part {number}

The ferry to the island runs again after three years. The first boat left at seven with forty passengers.

[Read the story](https://news.example/ferry/{number})
"""


@dataclass(frozen=True, slots=True)
class Life:
    """One life of a daemon: seconds to its start and its end, MiB when idle, percent of a processor when idle."""

    start: float
    memory: float
    idle: float
    end: float


def measure() -> Iterator[Figure]:
    with TemporaryDirectory(prefix="sharebot-bench-") as name, Sandbox() as sandbox:
        folder = Path(name)
        (folder / "issues").mkdir()
        config = folder / "sharebot.yaml"
        config.write_text(CONFIG.format(accounts=accounts_yaml(sandbox.url)), encoding="utf-8")
        for number, which in enumerate(("first start", "later start"), 1):
            say(f"  {which}: posts an issue to three networks, is idle, ends")
            write_issue(folder / f"issues/2026-{number:02}.md", ISSUE.format(number=number))
            yield from _of(which, _life(config, sandbox, posts=3 * number))
        say(f"  run --once with nothing to do, {_STARTS} times")
        times = [seconds(SHAREBOT, "run", "--once", "--config", str(config)) for _ in range(_STARTS)]
        yield Figure.middle("run --once with nothing to do", times, "s")


def write_issue(issue: Path, text: str) -> None:
    """Write an issue as if it had lain there for a while: it is not waited for until it rests."""
    issue.write_text(text, encoding="utf-8")
    before = time.time() - _PATIENCE
    os.utime(issue, (before, before))


def _of(which: str, life: Life) -> Iterator[Figure]:
    yield Figure(f"{which}: until the daemon works", life.start, "s", most=1)
    yield Figure(f"{which}: memory when idle", life.memory, "MiB", most=80)
    yield Figure(f"{which}: processor when idle", life.idle, "%")
    yield Figure(f"{which}: from SIGTERM to the end", life.end, "s", most=8)


def _life(config: Path, sandbox: Sandbox, posts: int) -> Life:
    with running(config) as (process, start):
        until(lambda: len(sandbox.posts()) >= posts, process)
        time.sleep(CALM)
        used = processor(process.pid)
        time.sleep(_IDLE)
        idle = 100 * (processor(process.pid) - used) / _IDLE
        held = memory(process.pid)
        end = time.perf_counter()
        process.send_signal(signal.SIGTERM)
        process.wait(_PATIENCE)
        return Life(start, held, idle, time.perf_counter() - end)


@contextmanager
def running(config: Path, *options: str) -> Iterator[tuple[subprocess.Popen[str], float]]:
    """Start the daemon; yield it and the seconds until it said that it works. It is gone at the end."""
    begin = time.perf_counter()
    with subprocess.Popen(
        [SHAREBOT, "run", "--config", str(config), *options], env=environment(), stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            yield process, _started(process) - begin
        finally:
            process.kill()


def _started(process: subprocess.Popen[str]) -> float:
    """Return when the daemon said that it works. Raises RuntimeError with its last words where it does not."""
    assert process.stderr is not None
    said = []
    for line in process.stderr:
        if '"event": "daemon.started"' in line:
            return time.perf_counter()
        said.append(line)
    raise RuntimeError(f"the daemon did not start: {''.join(said[-20:])}")


def until(done: Callable[[], bool], process: subprocess.Popen[str]) -> None:
    end = time.monotonic() + _PATIENCE
    while not done():
        if process.poll() is not None or time.monotonic() > end:
            raise RuntimeError(f"the daemon did not post in {_PATIENCE:.0f} s (exit code {process.returncode})")
        time.sleep(0.05)


def memory(process: int | str) -> float:
    """Return what a process holds in MiB. https://docs.kernel.org/filesystems/proc.html"""
    status = Path(f"/proc/{process}/status").read_text(encoding="ascii")
    return next(int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmRSS:"))
