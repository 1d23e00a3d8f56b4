"""Every state that can be reached, breadth first: what breaks a law is found on one of the shortest ways to it."""

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Generic, NamedTuple, TypeVar

S = TypeVar("S", bound=Hashable)
Law = Callable[[S], bool]
"""Whether a state is as a law has it."""


class Step(NamedTuple, Generic[S]):
    """What is done, and the state after it. A calm step is neither a fault nor a person's act."""

    what: str
    after: S
    calm: bool = True


@dataclass(slots=True)
class Explored(Generic[S]):
    """All states, by number in the order in which they were found; `broken` is a law that does not hold."""

    states: list[S] = field(default_factory=list)
    steps: list[tuple[int, int, bool]] = field(default_factory=list)
    broken: str | None = None
    way: tuple[str, ...] = ()

    def stuck(self, ended: Law[S]) -> list[S]:
        """Return the states from which no calm steps lead to one that has ended."""
        before: dict[int, list[int]] = {}
        for start, end, calm in self.steps:
            if calm:
                before.setdefault(end, []).append(start)
        good = {number for number, state in enumerate(self.states) if ended(state)}
        ahead = list(good)
        while ahead:
            new = {number for number in before.get(ahead.pop(), ()) if number not in good}
            good |= new
            ahead += new
        return [state for number, state in enumerate(self.states) if number not in good]


def explore(start: S, steps: Callable[[S], Iterable[Step[S]]], laws: Mapping[str, Law[S]]) -> Explored[S]:
    """Follow every step from every state, until all are known or one breaks a law."""
    found: Explored[S] = Explored([start])
    numbers, came = {start: 0}, [(0, "")]
    for number, state in enumerate(found.states):
        found.broken = next((name for name, law in laws.items() if not law(state)), None)
        if found.broken:
            found.way = tuple(_way(came, number))[::-1]
            break
        for what, after, calm in steps(state):
            reached = numbers.setdefault(after, len(came))
            if reached == len(came):
                came.append((number, what))
                found.states.append(after)
            found.steps.append((number, reached, calm))
    return found


def _way(came: list[tuple[int, str]], number: int) -> Iterator[str]:
    while number:
        number, what = came[number]
        yield what
