"""Runs the image as an engine does, by crun: read-only, as its own user, the program as process 1, without a shell."""

import json
import os
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

USER = 10001
_SPACES = ("pid", "mount", "ipc", "uts")
_NAMES = count()
# Where groups of old and new kind are mixed, as on many build machines, crun gives up: it is shown none at all.
_ALONE = ("unshare", "--mount", "sh", "-c", 'mount -t tmpfs none /sys/fs/cgroup && exec "$@"', "sh")
_PARTS: Sequence[tuple[str, str, str, Sequence[str]]] = (
    ("/proc", "proc", "proc", ()),
    ("/dev", "tmpfs", "tmpfs", ("nosuid", "mode=755", "size=1m")),
    ("/sys", "sysfs", "sysfs", ("nosuid", "noexec", "nodev", "ro")),
    ("/tmp", "tmpfs", "tmpfs", ("nosuid", "nodev", "mode=1777", "size=64m")),
)


@dataclass
class Container:
    """An image's files in `root`, how it wants to be run (`image`), and a folder of this machine for its data.

    `home` holds the folders `data` and `config`, which are mounted; the network is this machine's.
    """

    root: Path
    image: dict[str, Any]
    home: Path
    running: list[tuple[str, subprocess.Popen[str]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        for name in ("data", "config"):
            (self.home / name).mkdir()
        os.chown(self.home / "data", USER, USER)

    def start(self, *arguments: str, entry: Sequence[str] | None = None) -> subprocess.Popen[str]:
        """Start what the image starts, with its own arguments unless others are given."""
        name = f"sharebot-test-{os.getpid()}-{next(_NAMES)}"
        bundle = self.home / name
        bundle.mkdir()
        command = [*(entry or self.image["Entrypoint"]), *(arguments or self.image["Cmd"])]
        (bundle / "config.json").write_text(json.dumps(self._spec(command)), encoding="utf-8")
        process = subprocess.Popen(
            [*_ALONE, *self._crun("run"), f"--bundle={bundle}", name],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.running.append((name, process))
        return process

    def run(self, *arguments: str, entry: Sequence[str] | None = None) -> tuple[int, str]:
        """Run it to its end, and return its exit code and what it said."""
        process = self.start(*arguments, entry=entry)
        said, _ = process.communicate(timeout=60)
        return process.returncode, said

    def inside(self, *command: str) -> tuple[int, str]:
        """Run a command in the container that was started last, as its health check runs."""
        name, _ = self.running[-1]
        env = (f"--env={each}" for each in self.image["Env"])
        crun = [*_ALONE, *self._crun("exec"), f"--user={self.image['User']}", *env, name, *command]
        done = subprocess.run(crun, capture_output=True, text=True, timeout=60, check=False)
        return done.returncode, done.stdout + done.stderr

    def kill(self, number: int) -> None:
        """Send a signal to process 1 of the container that was started last."""
        subprocess.run([*self._crun("kill"), self.running[-1][0], str(int(number))], check=True, timeout=20)

    def close(self) -> None:
        """Leave nothing running."""
        for name, process in self.running:
            if process.poll() is None:
                subprocess.run([*self._crun("kill"), name, "9"], check=False, capture_output=True, timeout=20)
            process.communicate(timeout=20)

    def _crun(self, command: str) -> list[str]:
        return ["crun", "--cgroup-manager=disabled", f"--root={self.home}/state", command]

    def _spec(self, command: Sequence[str]) -> dict[str, Any]:
        user, group = map(int, self.image["User"].split(":"))
        nothing: dict[str, list[str]] = {name: [] for name in ("bounding", "effective", "permitted")}
        return {
            "ociVersion": "1.0.0",
            "root": {"path": str(self.root), "readonly": True},
            "process": {
                "args": command,
                "cwd": self.image["WorkingDir"],
                "env": self.image["Env"],
                "user": {"uid": user, "gid": group},
                "capabilities": nothing,
                "noNewPrivileges": True,
            },
            "mounts": [
                *({"destination": at, "type": kind, "source": of, "options": how} for at, kind, of, how in _PARTS),
                self._given("data", "rw"),
                self._given("config", "ro"),
            ],
            "linux": {"namespaces": [{"type": each} for each in _SPACES]},
        }

    def _given(self, folder: str, how: str) -> dict[str, Any]:
        options = ["bind", how, "nosuid", "nodev"]
        return {"destination": f"/{folder}", "type": "bind", "source": str(self.home / folder), "options": options}
