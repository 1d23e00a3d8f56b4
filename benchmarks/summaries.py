"""How good summaries are, how faithful and how fast, beside other ways to shorten the same articles."""

import json
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import mean

from benchmarks import rankers
from benchmarks.checks import CHECKS
from benchmarks.figures import Figure
from benchmarks.processes import environment, fresh, say
from sharebot.model import Article
from sharebot.text import discourse
from sharebot.text.summarize import summarize

OWN = Path(__file__).with_name("summaries.jsonl")
_BUDGETS = (200, 240, 280)
_GOALS = {"LEAD of whole sentences": 2.5, "LEAD that fits": 0.0, "LexRank": 4.0, "TextRank": 2.5}
"""Points of ROUGE-L at 200 characters by which sharebot should be ahead."""
_SHARES = {"hedges and negations": 99.5, "openers": 99.5, "whole sentences": 97.0}
_ROUNDS = 5
_FASTER = 3.0
_IMPORT_MS = 150.0
_IMPORT_MIB = 25.0
_READING = "import sharebot.sources.readers, sharebot.text.summarize"


@dataclass(frozen=True, slots=True)
class Row:
    """One article of a set with the summaries that people wrote."""

    headline: str
    text: str
    references: tuple[str, ...]
    language: str


@dataclass(frozen=True, slots=True)
class Speed:
    """Articles per second of processor time, in one process and taking turns."""

    ours: tuple[float, ...]
    theirs: dict[str, tuple[float, ...]]


def measure(sets: Sequence[Path] = ()) -> Iterator[Figure]:
    for path in sets or (OWN,):
        rows = load(path)
        say(f"  {len(rows)} articles of {path.name}")
        yield from fresh(_quality, rows, path.stem)
    yield from _speed_figures(fresh(_speed, load(OWN)))
    yield from _import_figures()


def load(path: Path) -> list[Row]:
    """Read a set: JSON Lines with `headline`, `text`, `references` and (English where it is missing) `language`."""
    rows = []
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        references = row.get("references") or [row["reference"]]
        rows.append(Row(row.get("headline", ""), row["text"], tuple(references), row.get("language", "en")))
    return rows


def ours(row: Row, budget: int) -> str:
    article = Article(1, row.headline, tuple(row.text.split("\n\n")))
    return summarize(article, row.language, lambda text: len(text) <= budget).text


def _quality(rows: Sequence[Row], name: str) -> list[Figure]:
    """The rankers and the patterns of the checks are for English."""
    english = [row for row in rows if row.language == "en"]
    return [figure for budget in _BUDGETS for figure in _at(english, budget, f"{name} at {budget}")]


def _at(rows: Sequence[Row], budget: int, name: str) -> Iterator[Figure]:
    ways = {**rankers.LEADS, **rankers.rankers()}
    made = {way: [shorten(row.text, budget) for row in rows] for way, shorten in ways.items()}
    made["sharebot"] = [ours(row, budget) for row in rows]
    scores = {way: _rouge(rows, texts) for way, texts in made.items()}
    for way, (one, two, long) in scores.items():
        yield Figure(f"{name}: {way}, ROUGE-1", one, "points")
        yield Figure(f"{name}: {way}, ROUGE-2", two, "points")
        yield Figure(f"{name}: {way}, ROUGE-L", long, "points")
    if budget == _BUDGETS[0]:
        for way, ahead in _GOALS.items():
            yield Figure(f"{name}: ROUGE-L, ahead of {way}", scores["sharebot"][2] - scores[way][2], "points", ahead)
    for check, passes in CHECKS.items():
        share = 100 * mean(passes(text, row.text) for row, text in zip(rows, made["sharebot"], strict=True))
        goal = None if check == "relative times" else _SHARES.get(check, 100.0)
        yield Figure(f"{name}: sharebot, {check}", share, "%", goal if budget == _BUDGETS[0] else goal and 99.5)


def _rouge(rows: Sequence[Row], texts: Sequence[str]) -> tuple[float, float, float]:
    """Mean F1 of ROUGE-1, ROUGE-2 and ROUGE-L in points; of several references the best counts."""
    from rouge_score.rouge_scorer import RougeScorer

    kinds = ("rouge1", "rouge2", "rougeL")
    scorer = RougeScorer(list(kinds), use_stemmer=True)
    scores = [scorer.score_multi(row.references, text) for row, text in zip(rows, texts, strict=True)]
    one, two, long = (100 * mean(score[kind].fmeasure for score in scores) for kind in kinds)
    return one, two, long


def _speed(rows: Sequence[Row]) -> Speed:
    texts = [row for row in rows if row.language == "en"]
    ways = rankers.rankers()
    theirs: dict[str, list[float]] = {name: [] for name in ways}
    mine: list[float] = []
    for _ in range(_ROUNDS + 1):
        discourse.read.cache_clear()
        mine.append(_rate(ours, texts))
        for name, way in ways.items():
            theirs[name].append(_rate(partial(_by, way), texts))
    return Speed(tuple(mine[1:]), {name: tuple(rates[1:]) for name, rates in theirs.items()})


def _by(way: rankers.Way, row: Row, budget: int) -> str:
    return way(row.text, budget)


def _rate(shorten: Callable[[Row, int], str], rows: Sequence[Row]) -> float:
    start = time.process_time()
    for row in rows:
        shorten(row, _BUDGETS[0])
    return len(rows) / (time.process_time() - start)


def _speed_figures(speed: Speed) -> Iterator[Figure]:
    yield Figure.middle("summaries: sharebot, checks included", speed.ours, "articles/s")
    for name, rates in speed.theirs.items():
        yield Figure.middle(f"summaries: {name}", rates, "articles/s")
    fastest = max(speed.theirs.values(), key=mean)
    ratios = [mine / other for mine, other in zip(speed.ours, fastest, strict=True)]
    yield Figure.middle("summaries: sharebot, in times of the fastest ranker", ratios, "times", least=_FASTER)


def _import_figures() -> Iterator[Figure]:
    """What importing the readers and the summaries costs beyond a bare interpreter."""
    bare, full = ([_import(code) for _ in range(_ROUNDS)] for code in ("pass", _READING))
    times = [after[0] - before[0] for before, after in zip(bare, full, strict=True)]
    sizes = [after[1] - before[1] for before, after in zip(bare, full, strict=True)]
    yield Figure("import of readers and summaries", min(times), "ms", most=_IMPORT_MS, samples=tuple(times))
    yield Figure("import of readers and summaries, memory", min(sizes), "MiB", most=_IMPORT_MIB, samples=tuple(sizes))


def _import(code: str) -> tuple[float, float]:
    """Return milliseconds and MiB of a fresh interpreter that runs `code`."""
    program = (
        f"import time; start = time.perf_counter()\n{code}\ntime = time.perf_counter() - start\n"
        "print(1000 * time, open('/proc/self/status').read())"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], env=environment(), check=True, capture_output=True, text=True
    )
    size = re.search(r"VmRSS:\s*(\d+) kB", done.stdout)
    return float(done.stdout.split()[0]), int(size[1]) / 1024 if size else 0.0
