"""What stands in the outbox of a newsletter, each row read once for all accounts of a plan."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from sharebot.model import Delivery
from sharebot.outbox.ledger import Ledger


class Standing:
    """The rows of some issues, and those that were asked for by name."""

    def __init__(self, ledger: Ledger, newsletter: str, issues: Sequence[str]) -> None:
        self._ledger = ledger
        self._issues: dict[str, list[Delivery]] = defaultdict(list)
        for row in ledger.of_issues(newsletter, issues):
            self._issues[row.issue].append(row)
        self._rows: dict[str, Delivery | None] = {row.key: row for row in self}

    def __iter__(self) -> Iterator[Delivery]:
        """Give the rows of all the issues."""
        return (row for rows in self._issues.values() for row in rows)

    def of(self, issue: str) -> Sequence[Delivery]:
        """Return the rows of one of the issues."""
        return self._issues.get(issue, ())

    def named(self, keys: Iterable[str]) -> dict[str, Delivery | None]:
        """Return for each key its row, wherever that stands, or None."""
        wanted = list(keys)
        if others := [key for key in wanted if key not in self._rows]:
            self._rows |= dict.fromkeys(others) | self._ledger.named(others)
        return {key: self._rows[key] for key in wanted}
