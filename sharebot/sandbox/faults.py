"""Faults on order: what a rehearsal or a test wants the next posting calls to meet."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from sharebot.sandbox.wire import Answer, Cut, Network

KINDS = (
    "drop_before",  # the connection closes, the post is not taken
    "drop_after",  # the post is taken, the connection closes without an answer
    "error_before",  # 500, not taken
    "error_after",  # 500, taken
    "unavailable",  # 503, not taken
    "rate_limit",  # 429 with a reset `seconds` ahead
    "unauthorized",  # 401
    "slow",  # taken after `seconds`
    "silence",  # taken, then no word for `seconds`, then the connection closes
    "half_head",  # taken, and the answer breaks off in its head
    "half_body",  # taken, and the answer breaks off in its body
    "reset_before",  # the connection is reset, the post is not taken
    "reset_after",  # the post is taken, the connection is reset
    "gateway_before",  # 502 by a gateway, not taken
    "gateway_after",  # 502 by a gateway, taken
    "garbage",  # taken, and answered with HTML
    "no_reply",  # 403 to the next part of a thread, as X says it where an app may not reply; not taken
)
MOST_SECONDS = 3600
_STATUS = {
    "error_before": 500,
    "error_after": 500,
    "unavailable": 503,
    "unauthorized": 401,
    "rate_limit": 429,
    "no_reply": 403,
}
_GARBAGE = b"<!doctype html><title>It works!</title><p>A proxy was here."
_GATEWAY = Answer(502, b"<html><title>502 Bad Gateway</title><center>nginx</center></html>", "text/html")
_RESET = Answer(0, b"", cut="reset")
_NOT_TAKEN = {"drop_before": None, "reset_before": _RESET, "gateway_before": _GATEWAY}
_TAKEN = {"drop_after": None, "silence": None, "reset_after": _RESET, "gateway_after": _GATEWAY}
_CUTS: dict[str, Cut] = {"half_head": "head", "half_body": "body"}


@dataclass(frozen=True, slots=True)
class Fault:
    """What befalls the next `times` posting calls to a network."""

    kind: str
    times: int = 1
    seconds: float = 0.5


class Faults:
    """The faults on order, first come, first served. Not locked: the server lets one request at a time in."""

    def __init__(self) -> None:
        self._orders: dict[str, list[Fault]] = {}

    def order(self, network: str, fault: Fault) -> None:
        """Add to the network's queue. Raises ValueError, worded for the person who ordered."""
        if fault.kind not in KINDS:
            raise ValueError(f"fault must be one of {', '.join(KINDS)}")
        if fault.kind == "no_reply" and network != "x":
            raise ValueError("no_reply is a fault of x")
        if fault.times < 1:
            raise ValueError("times must be a whole number from 1")
        if not 0 <= fault.seconds <= MOST_SECONDS:
            raise ValueError(f"seconds must be a number from 0 to {MOST_SECONDS}")
        self._orders.setdefault(network, []).append(fault)

    def take(self, network: str, *, reply: bool = False) -> Fault | None:
        """Use up one time of the network's next fault. `no_reply` waits for a `reply`."""
        queue = self._orders.get(network)
        if not queue or (queue[0].kind == "no_reply" and not reply):
            return None
        fault = queue[0]
        queue[:1] = [replace(fault, times=fault.times - 1)] if fault.times > 1 else []
        return fault

    def waiting(self) -> Iterator[tuple[str, Fault]]:
        """Say what is still to come."""
        for network, queue in self._orders.items():
            for fault in queue:
                yield network, fault

    def forget(self) -> None:
        """Cancel every order."""
        self._orders.clear()


def perform(fault: Fault, network: Network, post: Callable[[], Answer], now: float) -> Answer | None:
    """Meet a posting call with a fault. None means: close the connection without a word. Waiting is the caller's."""
    if fault.kind in _NOT_TAKEN:
        return _NOT_TAKEN[fault.kind]
    if fault.kind in {"error_before", "unavailable", "unauthorized", "rate_limit", "no_reply"}:
        return network.failure(_STATUS[fault.kind], now + fault.seconds)
    taken = post()
    if fault.kind in _TAKEN:
        return _TAKEN[fault.kind]
    if fault.kind == "error_after":
        return network.failure(_STATUS[fault.kind])
    if fault.kind == "garbage":
        return Answer(taken.status, _GARBAGE, "text/html")
    return replace(taken, cut=_CUTS.get(fault.kind, ""))
