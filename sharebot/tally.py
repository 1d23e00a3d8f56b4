"""What came of sendings: counted for who asks, and told in the log."""

from collections import Counter
from collections.abc import Sequence

from sharebot import logs
from sharebot.model import State
from sharebot.outbox.settling import Settlement


class Tally:
    """`outcomes` counts what came of each sending, and `posts` the same by network. One thread at a time tells."""

    def __init__(self) -> None:
        self.outcomes: Counter[State] = Counter()
        self.posts: Counter[tuple[str, str]] = Counter()
        self._lost: set[str] = set()

    def tell(self, settlements: Sequence[Settlement]) -> None:
        """Count what was settled, and log it."""
        for settled in (each for each in settlements if each.is_news):
            delivery, good = settled.delivery, settled.receipt is not None
            outcome = State.PUBLISHED if good else settled.after
            self.outcomes[outcome] += 1
            self.posts[delivery.platform, outcome.value] += 1
            # What was lost and found has come to one end, not to two.
            self.outcomes[State.UNSURE] -= delivery.key in self._lost
            (self._lost.add if settled.is_doubt else self._lost.discard)(delivery.key)
            (logs.info if good else logs.warn)(
                f"post.{settled.after}",
                key=delivery.key,
                account=delivery.account,
                issue=delivery.issue,
                attempt=delivery.attempts,
                why=settled.why,
                **({"due": settled.due.isoformat()} if settled.due else {}),
            )
