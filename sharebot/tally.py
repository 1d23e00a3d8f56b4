"""What the daemon did since its start: counted for who asks, and told in the log."""

import time
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sharebot import logs
from sharebot.busy import Busy
from sharebot.engine.loop import Retake, Work
from sharebot.errors import Reason
from sharebot.metrics import Spans
from sharebot.model import Delivery, Reading, Source, State
from sharebot.outbox.settling import Settlement


@dataclass(frozen=True, slots=True)
class Look:
    """When a newsletter's source was last looked at, when last with success, and whether it fails now."""

    tried: datetime
    succeeded: datetime | None
    failing: bool


class Tally:
    """`outcomes` counts what came of each sending, and `posts` the same by network. One thread at a time tells.

    By network, `failures` counts why sendings did not bring their posts out, `retries` those that are tried again, and
    `durations` has how long networks took. `looks` are the last ones at each newsletter's source; `hands` are the
    sendings that go on now, and `rounds` what the calendar is at.
    """

    def __init__(self) -> None:
        self.outcomes: Counter[State] = Counter()
        self.posts: Counter[tuple[str, str]] = Counter()
        self.failures: Counter[tuple[str, str]] = Counter()
        self.retries: Counter[str] = Counter()
        self.durations: defaultdict[str, Spans] = defaultdict(Spans)
        self.looks: dict[str, Look] = {}
        self.hands, self.rounds = Busy(), Busy()
        self._lost: set[str] = set()

    def watched(self, work: Work) -> Work:
        """Return the same work; how long it takes is measured, and what is logged meanwhile says for what."""

        def act(delivery: Delivery, retake: Retake) -> Settlement:
            with logs.telling_of(delivery), self.hands.doing(delivery.key):
                begun = time.monotonic()
                settled = work(delivery, retake)
                took = time.monotonic() - begun
            if settled.delivery.state is State.SENDING and (settled.receipt or settled.reason):
                self.durations[delivery.platform].note(took)
            return settled

        return act

    def looked(self, sources: Mapping[str, Source], readings: Mapping[str, Reading], now: datetime) -> None:
        """Note what came of looks at sources. One document that is no good is no failure of its source."""
        for name, reading in readings.items():
            place = getattr(sources[name], "place", None)
            failing = any(place in {None, problem.place} for problem in reading.problems)
            before = self.looks.get(name, Look(now, None, failing))
            self.looks[name] = Look(now, before.succeeded if failing else now, failing)

    def tell(self, settlements: Sequence[Settlement]) -> None:
        """Count what was settled, and log it."""
        for settled in (each for each in settlements if each.is_news):
            delivery, good = settled.delivery, settled.receipt is not None
            outcome = State.PUBLISHED if good else settled.after
            self.outcomes[outcome] += 1
            self.posts[delivery.platform, outcome.value] += 1
            if not good:
                self.failures[delivery.platform, _reason(settled)] += 1
                self.retries[delivery.platform] += settled.after is State.QUEUED
            # What was lost and found has come to one end, not to two.
            self.outcomes[State.UNSURE] -= delivery.key in self._lost
            (self._lost.add if settled.is_doubt else self._lost.discard)(delivery.key)
            (logs.info if good else logs.warn)(
                f"post.{settled.after}",
                **logs.about(delivery),
                why=settled.why,
                **({"due": settled.due.isoformat()} if settled.due else {}),
            )


def _reason(settled: Settlement) -> Reason:
    """Say why a post is not out. Without its network's word it was not given to it, or the program failed at that."""
    return settled.reason or (Reason.PROGRAM if settled.is_doubt else Reason.BARRED)
