"""A way between a worker and its servers that can be cut: packets vanish, and nobody is told."""

import ctypes
import os
import select
import socket
import subprocess
import threading
from contextlib import suppress
from pathlib import Path

_NEW_NETWORK = 0x40000000  # CLONE_NEWNET of setns(2)
_MOMENT = 0.02


class Relay:
    """A TCP relay to a port of loopback. While it is `cut`, it takes connections and bytes, and keeps them."""

    def __init__(self, port: int, host: str = "127.0.0.1") -> None:
        self._to = port
        self._through = threading.Event()
        self._through.set()
        self._open: list[socket.socket] = []
        self._listener = socket.create_server((host, 0))
        self.port = int(self._listener.getsockname()[1])
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        self._through.clear()

    def heal(self) -> None:
        self._through.set()

    def close(self) -> None:
        self._listener.close()
        for each in self._open:
            each.close()
        self.heal()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                threading.Thread(target=self._relay, args=(near,), daemon=True).start()

    def _relay(self, near: socket.socket) -> None:
        self._through.wait()
        with suppress(OSError), near, socket.create_connection(("127.0.0.1", self._to)) as far:
            self._open += (near, far)
            other = {near: far, far: near}
            while True:
                for ready in select.select([near, far], [], [])[0]:
                    piece = ready.recv(65536)
                    self._through.wait()
                    if not piece:
                        return
                    other[ready].sendall(piece)


class Link:
    """Two wires between a network namespace of its own and this one; the database's can be pulled.

    In the namespace, `database` and `network` are the addresses of what listens here on these ports of loopback.
    """

    def __init__(self, name: str, number: int) -> None:
        self.namespace = Path("/run/netns") / name
        self._name = name
        self._wires = [f"{name}{end}" for end in "dn"]
        self.hosts = [f"10.213.{number}.{1 + 4 * wire}" for wire in (0, 1)]

    def open(self) -> None:
        _ip("netns", "add", self._name)
        for wire, host in zip(self._wires, self.hosts, strict=True):
            base, _, last = host.rpartition(".")
            _ip("link", "add", wire, "type", "veth", "peer", "name", f"{wire}x", "netns", self._name)
            _ip("addr", "add", f"{host}/30", "dev", wire)
            _ip("link", "set", wire, "up")
            _ip("-n", self._name, "addr", "add", f"{base}.{int(last) + 1}/30", "dev", f"{wire}x")
            _ip("-n", self._name, "link", "set", f"{wire}x", "up")

    def close(self) -> None:
        for wire in self._wires:
            subprocess.run(["ip", "link", "del", wire], check=False, capture_output=True)
        subprocess.run(["ip", "netns", "del", self._name], check=False, capture_output=True)

    def cut(self) -> None:
        _ip("link", "set", self._wires[0], "down")

    def heal(self) -> None:
        _ip("link", "set", self._wires[0], "up")


def enter(namespace: Path) -> None:
    """Move this process into a network namespace."""
    with namespace.open() as file:
        if ctypes.CDLL(None, use_errno=True).setns(file.fileno(), _NEW_NETWORK):
            raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()), str(namespace))


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True, text=True)
