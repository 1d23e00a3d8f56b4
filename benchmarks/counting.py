"""How long a text of 100 kB takes each counter, and whether ten times the text takes ten times as long."""

import time
from collections.abc import Iterator

from benchmarks.figures import Figure
from benchmarks.processes import fresh, say
from sharebot.model import Measure
from sharebot.text import measure as counters

COUNTERS: dict[str, Measure] = {
    "X": counters.measure_x,
    "Mastodon": counters.measure_mastodon,
    "Bluesky": counters.measure_bluesky,
    "code points": counters.measure_code_points,
    "UTF-16": counters.measure_utf16,
    "UTF-8": counters.measure_utf8,
}
HOSTILE = {
    "dots": "." * 100_000,
    "labels": "a." * 50_000,
    "labels of one script": "日." * 33_000,
    "hyphens before the dot": "a" + "-" * 99_998 + ".com",
    "hyphens between letters": "日-" * 25_000 + ".",
    "underscores": "_日" * 25_000 + ".com",
    "one domain in another": "a.com日" * 14_000,
    "schemes": "https://" * 12_500,
    "open brackets": "https://a.co/" + "(" * 90_000,
    "links in brackets": "a.co/(" * 16_000,
    "nested brackets": "a.co/" + "(a(b)c)" * 13_000 + "!",
    "a path that may not end so": "a.co/" + "." * 90_000,
    "a query that may not end so": "https://a.co/?" + "?" * 90_000,
    "Punycode": "a.xn--" * 16_000,
    "long labels": ("日" * 63 + ".com ") * 500,
    "mentions": "@a@b." * 20_000,
    "joiners": "👨\u200d" * 14_000,
    "flags": "🇫🇷" * 12_500,
    "marks in no order": "e" + "\u0323\u0301\u0327" * 16_000,
    "one international domain": "http://" + "é." * 33_000 + "com",
    "prose": "The ferry runs again: https://example.com/a?b=c, example.org, 日本語 👍🏽 @ann@social.example\n" * 950,
}
"""Each of about 100 kB; all but the last are what nobody writes and a counter may stumble over."""
_LARGE = 100_000
_SMALL = 10_000
_ROUNDS = 5
_MOST = 50.0
_NOTICEABLE = 1.0
"""Milliseconds below which the ratio is of the clock and the caches."""
_MOST_TIMES = 15.0
"""Ten where time is linear; a hundred where it is quadratic."""


def measure() -> Iterator[Figure]:
    say(f"  {len(HOSTILE)} texts of 100 kB, {_ROUNDS} times each")
    for name in COUNTERS:
        taken = fresh(of_counter, name)
        worst = max(taken, key=lambda text: taken[text][0])
        yield Figure(f"{name}: 100 kB of prose", taken["prose"][0], "ms", most=_MOST)
        yield Figure(f"{name}: 100 kB, the worst text ({worst})", taken[worst][0], "ms", most=_MOST)
        lasting = {text: times for text, (large, times) in taken.items() if large > _NOTICEABLE}
        if lasting:
            steepest = max(lasting, key=lasting.__getitem__)
            yield Figure(f"{name}: 100 kB in times of 10 kB ({steepest})", lasting[steepest], "times", most=_MOST_TIMES)


def of_counter(name: str) -> dict[str, tuple[float, float]]:
    """Return for each text the milliseconds of 100 kB, and in how many times those of 10 kB."""
    count, taken = COUNTERS[name], {}
    for text, whole in HOSTILE.items():
        large, small = (_best(count, _cut(whole, size)) for size in (_LARGE, _SMALL))
        taken[text] = large, large / small
    return taken


def _cut(text: str, size: int) -> str:
    return text.encode()[:size].decode(errors="ignore")


def _best(count: Measure, text: str) -> float:
    """Return the milliseconds of the fastest round: whatever else the machine does only adds to them."""
    taken = []
    for _ in range(_ROUNDS):
        start = time.perf_counter()
        count(text)
        taken.append(1000 * (time.perf_counter() - start))
    return min(taken)
