"""What systemd hears of a service of `Type=notify`: that it works, loads its configuration anew, lives, or ends.

Where nobody listens nothing is told. https://www.freedesktop.org/software/systemd/man/latest/sd_notify.html
"""

import os
import socket
import time
from contextlib import suppress
from datetime import timedelta

READY = "READY=1"
LIVES = "WATCHDOG=1"
STOPPING = "STOPPING=1"
_PATIENCE = 1.0
"""Seconds that may pass until a word is taken: nobody's work waits for a manager that is stuck."""


def tell(*words: str, status: str = "") -> None:
    """Say some words, and how things stand in one line for `systemctl status`. Never raises."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address.startswith(("/", "@")):
        return
    said = [*words, *([f"STATUS={' '.join(status.split())}"] if status else [])]
    with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as mouth:
        mouth.settimeout(_PATIENCE)
        mouth.sendto("\n".join(said).encode(), f"\0{address[1:]}" if address.startswith("@") else address)


def reloading() -> str:
    """Return the word that the configuration is being read; by the time in it systemd knows which request is meant."""
    return f"RELOADING=1\nMONOTONIC_USEC={time.monotonic_ns() // 1000}"


def expected(longest: timedelta) -> timedelta:
    """Return how often a sign of life is due: twice within the time that systemd gives this process, or `longest`."""
    within, who = os.environ.get("WATCHDOG_USEC", ""), os.environ.get("WATCHDOG_PID", "")
    if not (within.isascii() and within.isdecimal()) or who not in {"", str(os.getpid())}:
        return longest
    return min(timedelta(microseconds=max(int(within), 1)) / 2, longest)
