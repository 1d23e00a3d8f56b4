"""How long the command takes to start, beside the interpreter that it cannot do without."""

import sys
from collections.abc import Iterator

from benchmarks.figures import Figure
from benchmarks.processes import SHAREBOT, say, seconds

_ROUNDS = 15
_GOAL = 2.0


def measure() -> Iterator[Figure]:
    say(f"  sharebot --version beside python -c pass, {_ROUNDS} times each")
    seconds(SHAREBOT, "--version")  # the first start of all compiles
    bare, ours = [], []
    for _ in range(_ROUNDS):
        bare.append(1000 * seconds(sys.executable, "-c", "pass"))
        ours.append(1000 * seconds(SHAREBOT, "--version"))
    ratios = [our / their for our, their in zip(ours, bare, strict=True)]
    yield Figure.middle("python -c pass", bare, "ms")
    yield Figure.middle("sharebot --version", ours, "ms")
    yield Figure.middle("sharebot --version, in interpreter starts", ratios, "times", most=_GOAL)
