"""How fast issues are read, and in how much memory, beside the parsing library alone on the same documents."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks import bare, material
from benchmarks.figures import Figure
from benchmarks.processes import fresh, peak_memory, say
from sharebot.model import Document, Hints
from sharebot.sources import readers
from sharebot.sources.readers.languages import detect

_ISSUES = 20
_ROUNDS = 7
_GOAL = 3.0
"""For all but plain text, which has no parser."""
_SHARED = Path("../shared/issues")
"""Real newsletters, which some working copies have beside them."""
_LARGE = 20_000_000
_MOST_MEMORY = 2.0
_TOLD = Hints(language="en")
"""With this no language is guessed; that has rows of its own."""
_GUESSES = 50


@dataclass(frozen=True, slots=True)
class Work:
    """One round over the same documents: seconds of either way, and how much was read."""

    bare: float
    ours: float
    megabytes: float
    issues: int


def measure() -> Iterator[Figure]:
    say(f"  {_ISSUES} issues of each kind, {_ROUNDS} times beside the parser")
    for kind in material.KINDS:
        yield from _figures(kind, fresh(of_made, kind))
    for kind, paths in _real().items():
        yield from _figures(f"real {kind}", fresh(of_files, paths))
    yield from _language()
    say(f"  a feed of {_LARGE // 1_000_000} MB, in a process for either way")
    yield from _large()


def of_made(kind: str) -> list[Work]:
    return _rounds(material.KINDS[kind](_ISSUES))


def of_files(paths: Sequence[Path]) -> list[Work]:
    return _rounds([Document(path.name, path.read_bytes()) for path in paths])


def memory(way: Callable[[Document], object], path: Path) -> tuple[float, float]:
    """Read one file; return the seconds, and the most MiB that the process ever had."""
    document = Document(path.name, path.read_bytes())
    seconds = _seconds(lambda: way(document))
    return seconds, peak_memory()


def parsed(document: Document) -> object:
    return bare.feed(document.data)


def read(document: Document) -> object:
    return readers.read(document, _TOLD)


def write_feed(path: Path) -> None:
    """Write a feed of the wanted size; items are of nearly one length."""
    each = len(material.rss(_ISSUES).data) // _ISSUES
    path.write_bytes(material.rss(_LARGE // each).data)


def guesses() -> list[float]:
    """Guess the language of made-up issues; return the milliseconds of each."""
    texts = [document.data.decode() for document in material.KINDS["text"](_GUESSES)]
    return [1000 * _seconds(partial(detect, text)) for text in texts]


def _real() -> dict[str, list[Path]]:
    found: dict[str, list[Path]] = {}
    for path in sorted(_SHARED.glob("*.*")):
        if (kind := bare.kind_of(path.name)) and path.name != "index.json":
            found.setdefault(kind, []).append(path)
    return found


def _rounds(documents: Sequence[Document]) -> list[Work]:
    """Let the two ways take turns. The first round compiles and imports, so it does not count."""
    megabytes = sum(len(document.data) for document in documents) / 1_000_000
    issues = sum(len(readers.read(document, _TOLD)) for document in documents)
    return [_round(documents, megabytes, issues) for _ in range(_ROUNDS + 1)][1:]


def _round(documents: Sequence[Document], megabytes: float, issues: int) -> Work:
    alone = _seconds(lambda: [bare.parse(document) for document in documents])
    ours = _seconds(lambda: [read(document) for document in documents])
    return Work(alone, ours, megabytes, issues)


def _figures(kind: str, rounds: Sequence[Work]) -> Iterator[Figure]:
    yield Figure.middle(f"{kind}: parser alone", [work.megabytes / work.bare for work in rounds], "MB/s")
    yield Figure.middle(f"{kind}: reader", [work.megabytes / work.ours for work in rounds], "MB/s")
    yield Figure.middle(f"{kind}: reader", [work.issues / work.ours for work in rounds], "issues/s")
    ratios = [work.ours / work.bare for work in rounds]
    goal = {} if kind.endswith("text") else {"most": _GOAL}
    yield Figure.middle(f"{kind}: reader, in times of the parser", ratios, "times", **goal)


def _language() -> Iterator[Figure]:
    say(f"  the language of {_GUESSES} issues")
    first, *others = fresh(guesses)
    yield Figure("language: first guess, which loads the model", first, "ms")
    yield Figure.middle("language: each other guess", others, "ms/issue")


def _large() -> Iterator[Figure]:
    with TemporaryDirectory(prefix="sharebot-bench-") as folder:
        path = Path(folder, "feed.rss")
        fresh(write_feed, path)
        alone, its = fresh(memory, parsed, path)
        ours, our = fresh(memory, read, path)
    yield Figure("20 MB feed: parser alone", alone, "s")
    yield Figure("20 MB feed: reader", ours, "s")
    yield Figure("20 MB feed: parser alone, memory", its, "MiB")
    yield Figure("20 MB feed: reader, memory", our, "MiB")
    yield Figure("20 MB feed: reader, memory in times of the parser's", our / its, "times", most=_MOST_MEMORY)


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start
