"""Measuring in processes of their own, so that nothing is warm and nobody shares an interpreter's lock."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import ParamSpec, TypeVar

SPAWN = get_context("spawn")
SHAREBOT = str(Path(sys.executable).with_name("sharebot"))
"""The command that people run, from the same environment."""

_TICK = os.sysconf("SC_CLK_TCK")

_Given = ParamSpec("_Given")
_Made = TypeVar("_Made")


def say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


def fresh(function: Callable[_Given, _Made], *args: _Given.args, **kwargs: _Given.kwargs) -> _Made:
    """Call in a new process and return what it returns."""
    with ProcessPoolExecutor(1, mp_context=SPAWN) as pool:
        return pool.submit(function, *args, **kwargs).result()


def peak_memory(process: int | str = "self") -> float:
    """Return the most MiB that a process, this one or another, ever had; 0 where the system does not say."""
    peak = re.search(r"VmHWM:\s*(\d+) kB", Path(f"/proc/{process}/status").read_text(encoding="ascii"))
    return int(peak[1]) / 1024 if peak else 0.0


def processor(process: int, *, ended: bool = False) -> float:
    """Return the seconds of processor time that a process has used, its own and the kernel's for it; 0 once it is gone.

    `ended`: with that of its children that are gone. https://docs.kernel.org/filesystems/proc.html
    """
    try:
        stat = Path(f"/proc/{process}/stat").read_text(encoding="ascii", errors="replace")
    except OSError:
        return 0
    times = stat.rpartition(")")[2].split()[11 : 15 if ended else 13]
    return sum(map(int, times)) / _TICK


def environment() -> Mapping[str, str]:
    """Return this process's environment without what would point sharebot at the user's own queue."""
    return {name: value for name, value in os.environ.items() if not name.startswith("SHAREBOT_")}


def seconds(*command: str) -> float:
    """Run a command to its end and return the time it took."""
    start = time.perf_counter()
    subprocess.run(command, env=environment(), check=True, stdin=subprocess.DEVNULL, capture_output=True)
    return time.perf_counter() - start
