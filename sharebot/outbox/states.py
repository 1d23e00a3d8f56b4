"""The one table of what may follow what. Store, tests and the diagram in the docs are made from it."""

from sharebot.model import State

TRANSITIONS: dict[tuple[State | None, State], str] = {
    (None, State.DRAFT): "read; waits for approval",
    (None, State.QUEUED): "read and placed",
    (None, State.FAILED): "read, but cannot fit the network",
    (None, State.HELD): "read, but its link was made for one reader, or its headline will be untrue",
    (None, State.MISSED): "read, but every slot is after its deadline",
    (None, State.UNSURE): "read after a backup was restored: it may be out",
    (State.DRAFT, State.QUEUED): "approved",
    (State.DRAFT, State.DRAFT): "its text or its time changed",
    (State.DRAFT, State.SKIPPED): "by a person, or gone from the issue",
    (State.DRAFT, State.FAILED): "changed, and cannot fit the network",
    (State.DRAFT, State.HELD): "by a person; or its changed link was made for one reader, or it will be untrue",
    (State.DRAFT, State.MISSED): "too late by its deadline",
    (State.DRAFT, State.UNSURE): "of a restored backup: it may be out",
    (State.QUEUED, State.SENDING): "claimed: committed before the network is touched",
    (State.QUEUED, State.QUEUED): "its text or its time changed",
    (State.QUEUED, State.DRAFT): "its text changed; approval starts again",
    (State.QUEUED, State.FAILED): "changed, and cannot fit the network",
    (State.QUEUED, State.HELD): "by a person; or its changed link was made for one reader, or it will be untrue",
    (State.QUEUED, State.MISSED): "too late by its deadline or its rule for lateness",
    (State.QUEUED, State.SKIPPED): "by a person, or gone from the issue",
    (State.QUEUED, State.UNSURE): "of a restored backup: it may be out",
    (State.SENDING, State.PUBLISHED): "the network gave a receipt",
    (State.SENDING, State.QUEUED): "surely not taken: again later; or the next part of a thread",
    (State.SENDING, State.DRAFT): "nobody has approved it as it stands",
    (State.SENDING, State.FAILED): "refused, or too many attempts",
    (State.SENDING, State.HELD): "the account must sign in again, or its words are no longer true",
    (State.SENDING, State.MISSED): "too late by its deadline",
    (State.SENDING, State.UNSURE): "the answer was lost, or the process died",
    (
        State.UNSURE,
        State.PUBLISHED,
    ): "found on the network, by a person too",
    (State.UNSURE, State.SENDING): "not there, and sent again; committed before the network is touched",
    (State.UNSURE, State.QUEUED): "the next part of a thread, or a person asked; or restored, and not there",
    (State.UNSURE, State.DRAFT): "a person asked, or restored, and not there; waits for approval",
    (State.UNSURE, State.UNSURE): "restored; or its part is there, and the next one of a restored thread is doubted",
    (State.UNSURE, State.SKIPPED): "by a person",
    (State.HELD, State.UNSURE): "of a restored backup: it may be out",
    (State.HELD, State.QUEUED): "the account was resumed, a person asked, or a link or true words are there now",
    (State.HELD, State.DRAFT): "a person asked, or a link or true words are there now; waits for approval",
    (State.HELD, State.HELD): "its text, its time or its reason changed",
    (State.HELD, State.FAILED): "changed, and cannot fit the network",
    (State.HELD, State.SKIPPED): "by a person",
    (State.FAILED, State.UNSURE): "its changed text fits after a backup was restored: it may be out",
    (State.FAILED, State.QUEUED): "by a person, or its changed text fits",
    (State.FAILED, State.DRAFT): "by a person, or its changed text fits; waits for approval",
    (State.FAILED, State.HELD): "by a person; or its changed link was made for one reader, or it will be untrue",
    (State.FAILED, State.FAILED): "edited; or changed, and cannot fit the network",
    (State.FAILED, State.SKIPPED): "by a person, or gone from the issue",
    (State.MISSED, State.QUEUED): "by a person",
    (State.MISSED, State.DRAFT): "by a person; waits for approval",
    (State.MISSED, State.SKIPPED): "by a person",
    (State.SKIPPED, State.UNSURE): "asked for again after a backup was restored: it may be out",
    (State.SKIPPED, State.QUEUED): "by a person, or asked for again",
    (State.SKIPPED, State.DRAFT): "by a person, or asked for again; waits for approval",
    (State.SKIPPED, State.HELD): "asked for again, and its link or its words stand in the way",
    (State.SKIPPED, State.FAILED): "asked for again, and cannot fit the network",
    (State.SKIPPED, State.MISSED): "asked for again, and every slot is after its deadline",
}


def check(before: State | None, after: State) -> None:
    """Raise ValueError where the table knows no such change: that is a fault of the program, not of its user."""
    if (before, after) not in TRANSITIONS:
        raise ValueError(f"no delivery goes from {before} to {after}")


def diagram() -> str:
    """Return the table as a Mermaid state diagram, for the docs."""
    lines = ["stateDiagram-v2"]
    for (before, after), why in TRANSITIONS.items():
        lines.append(f"    {before or '[*]'} --> {after}: {why}")
    return "\n".join(lines) + "\n"
