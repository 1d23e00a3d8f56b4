"""How long the command takes to start, and to check a large configuration, beside what it cannot do without."""

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.figures import Figure
from benchmarks.processes import SHAREBOT, say, seconds

_ROUNDS = 15
_GOAL = 2.0
_CHECK_GOAL = 4.0
_NEWSLETTERS, _ACCOUNTS = 60, 5
_ACCOUNT = """  account{}:
    platform: mastodon
    server: https://server{}.example
    access_token: ${{TOKEN}}
"""
_NEWSLETTER = """  newsletter{}:
    source: {{folder: issues{}}}
    language: en
    utm: {{source: "{{platform}}", medium: social}}
    posts:
      - name: articles
        to: [{}]
        schedule: {{every: weekday, at: [09:00, 12:30], quiet: 22:00-07:00, gap: 30m, most: 4 per day, expires: 7d}}
        text: "{{headline}}\\n\\n{{summary}}\\n\\n{{link}} {{hashtags}}"
"""


def measure() -> Iterator[Figure]:
    say(f"  sharebot --version beside python -c pass, {_ROUNDS} times each")
    yield from _compared(("-c", "pass"), ("--version",), _GOAL)
    with TemporaryDirectory() as folder:
        file = Path(folder, "sharebot.yaml")
        file.write_text(configuration(), encoding="utf-8")
        say(f"  sharebot check of {_NEWSLETTERS} newsletters beside an import of its libraries, {_ROUNDS} times each")
        bare = ("-c", "import yaml; from pydantic import BaseModel")
        yield from _compared(bare, ("check", str(file), "--without-secrets"), _CHECK_GOAL)


def configuration() -> str:
    """Write a file of many newsletters, each to every account."""
    names = ", ".join(f"account{number}" for number in range(_ACCOUNTS))
    accounts = "".join(_ACCOUNT.format(number, number) for number in range(_ACCOUNTS))
    newsletters = "".join(_NEWSLETTER.format(number, number, names) for number in range(_NEWSLETTERS))
    return f"version: 1\ntimezone: Europe/Paris\naccounts:\n{accounts}newsletters:\n{newsletters}"


def _compared(bare: Sequence[str], ours: Sequence[str], goal: float) -> Iterator[Figure]:
    """Take turns, so that a busy machine slows both down."""
    seconds(SHAREBOT, *ours)  # the first start of all compiles
    pairs = [(1000 * seconds(sys.executable, *bare), 1000 * seconds(SHAREBOT, *ours)) for _ in range(_ROUNDS)]
    ratios = [our / their for their, our in pairs]
    name = f"sharebot {ours[0]}"
    yield Figure.middle(f"python {' '.join(bare)}", [their for their, _ in pairs], "ms")
    yield Figure.middle(name, [our for _, our in pairs], "ms")
    yield Figure.middle(f"{name}, in such starts", ratios, "times", most=goal)
