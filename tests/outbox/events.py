"""What may happen in a world, and how often."""

from typing import Any

from hypothesis import strategies as st

from sharebot.model import State
from tests.outbox.network import KINDS, MOODS

PERSONS = {
    State.HELD: {State.DRAFT, State.QUEUED, State.FAILED},
    State.SKIPPED: {State.DRAFT, State.QUEUED, State.HELD, State.FAILED, State.MISSED, State.UNSURE},
    State.QUEUED: {State.DRAFT, State.HELD, State.FAILED, State.MISSED, State.SKIPPED},
}
"""What people may make of what stands how: hold, skip, send again or approve."""
# A life has mostly one account and few moods: so what happens falls upon the same post more often.
LIVES = st.sampled_from([("readable",), ("keyed",), ("readable",), ("blind",), tuple(KINDS)])
TEMPERS = st.lists(st.sampled_from(MOODS), min_size=1, max_size=3)
ALL = (0, 1, FROZEN := 2)
_hand, _number = st.integers(0, 1), st.integers(0, 9)
_going_on = {"hand": _hand, "mood": _number, "steps": st.sampled_from([9, 1, 9, 2, 9, 3])}
"""A worker goes on to its end (9), or to where it dies or freezes."""
EVENTS: dict[str, tuple[int, dict[str, st.SearchStrategy[Any]]]] = {
    "it_is_time": (4, _going_on),
    "somebody_works": (4, _going_on),
    "a_moment_comes": (2, {"number": st.integers(0, 3), "more": st.integers(0, 1), "notices": st.booleans()}),
    "a_worker_freezes": (2, {"hand": _hand}),
    "it_thaws": (1, {"mood": _number}),
    "workers_are_killed": (1, {"hands": st.sampled_from([(0,), (1,), ALL])}),
    "add": (
        2,
        {
            "number": _number,
            "parts": st.sampled_from([1, 1, 2, 3]),
            "wait": st.sampled_from([0, 5, 600]),
            "expires": st.booleans(),
        },
    ),
    "somebody_looks": (1, {"number": _number}),
    "somebody_decides": (1, {"number": _number, "after": st.sampled_from(sorted(PERSONS))}),
    "somebody_pauses_or_resumes": (1, {"number": _number, "stops": st.sampled_from([False, False, False, True])}),
}
"""What may happen, and how often. One rule for all: of several, hypothesis leaves some out for a whole life."""
HAPPENINGS = st.one_of(
    *(
        st.tuples(st.just(name), st.fixed_dictionaries(how))
        for name, (often, how) in EVENTS.items()
        for _ in range(often)
    )
)
