"""The points where a test may let the process die: before and after each step that a promise hangs on.

In the product nothing is hooked, and passing a point costs a look at a variable.
"""

from collections.abc import Callable

POINTS = {
    "claim.begun": "the transaction of a claim is open",
    "claim.leased": "accounts are leased, and no delivery is taken",
    "claim.taken": "deliveries are `sending`, their attempt is counted",
    "claim.committed": "the claim is on the disk, and no network was touched",
    "publish.ready": "the post is about to be given to the network's program",
    "publish.connected": "a connection stands, no byte of the request has left",
    "publish.sent": "the request has left, no answer has come",
    "publish.answered": "the answer has been read, and is written down nowhere",
    "settle.begun": "the transaction that writes down an outcome is open",
    "settle.written": "the delivery has its outcome, its account is still leased",
    "settle.released": "the account is free again, nothing is committed",
    "settle.committed": "the outcome is on the disk",
    "reconcile.ready": "a lost post is about to be looked for",
    "reconcile.absent": "it was not found, and is to be sent again",
    "reconcile.retaken": "that it is sent again is on the disk, and the network was not touched",
    "reconcile.answered": "the network has taken it, or had it, and that is written down nowhere",
}
"""Each point with what is so when it is passed."""

_hook: Callable[[str], None] | None = None


def hook(act: Callable[[str], None] | None) -> None:
    """Have `act` called with the name of each point that is passed; None: nothing any more. For tests."""
    global _hook  # noqa: PLW0603 — one process, one hook: it is here to end the process
    _hook = act


def passing(point: str) -> None:
    """Say that a point is passed."""
    if _hook is not None:
        _hook(point)
