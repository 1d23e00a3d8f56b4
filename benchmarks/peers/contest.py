"""The scenes that every program goes through, and what came of them."""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.figures import Detail, Figure, aligned
from benchmarks.peers import installing, programs
from benchmarks.peers.issue import Article, Tally, archive, demo, tally
from benchmarks.peers.stage import SLOW, Stage, serving
from benchmarks.processes import say
from sharebot import __version__
from sharebot.sandbox import Sandbox

_AT_ONCE = 3
_PAUSE = 5.0
"""Seconds between two runs that a timer would start minutes apart."""
_LONGEST = 150.0
_COLUMNS = ("", "posts", "doubled", "lost", "cut links", "with a key", "in the first run", "exit codes", "MiB")
_OLD = 30
_NONE = ("slow", 0.0)
"""The fault that is none: the first post passes, so that the second meets the next one."""


@dataclass(frozen=True, slots=True)
class Scene:
    """`faults` and their seconds meet the posting calls in turn; `kills`: SIGKILL while the second is under way."""

    name: str
    faults: tuple[tuple[str, float], ...] = ()
    whole: bool = False
    kills: bool = False
    old: int = 0
    """Articles that are in the feed before the program is set up; then one comes that is new."""


SCENES = (
    Scene("headline and link, no mishap"),
    Scene("headline, text and link, no mishap", whole=True),
    Scene("second post taken, its answer lost", (_NONE, ("drop_after", 0.0))),
    Scene("second post taken, but answered 500", (_NONE, ("error_after", 0.0))),
    Scene("second post not taken, answered 503", (_NONE, ("unavailable", 0.0))),
    Scene("killed while the second post is under way", (_NONE, ("slow", SLOW)), kills=True),
    Scene(f"set up at a feed of {_OLD}, then a new article", old=_OLD),
)


@dataclass(frozen=True, slots=True)
class Entrant:
    """A program of some version; `feeds`: it reads feeds by itself."""

    label: str
    make: Callable[[programs.Place], programs.Program]
    feeds: bool = True

    @property
    def most(self) -> float | None:
        """How much may go amiss: sharebot has a goal, whoever was made for something else has none."""
        return 0 if self.make is programs.Sharebot else None


@dataclass(frozen=True, slots=True)
class Result:
    """What a program made of a scene. `first` counts the posts of its first run, `keyed` those that came with a key.

    `memory` is the most MiB that one of its processes had, `codes` are their exit codes.
    """

    scene: Scene
    entrant: Entrant
    tally: Tally
    keyed: int
    first: int
    codes: tuple[int, ...]
    memory: float

    @property
    def counts(self) -> dict[str, int]:
        return asdict(self.tally) | {"with a key": self.keyed, "in the first run": self.first}


def measure() -> Iterator[Figure]:
    there, issue = tuple(_entrants()), demo()
    turns = [(scene, entrant) for scene in SCENES for entrant in there if entrant.feeds or not scene.old]
    say(f"  {len(SCENES)} scenes, {len(there)} programs, {_AT_ONCE} at once: two minutes or more")
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        results = list(pool.map(lambda turn: _play(turn[0], turn[1], issue), turns))
    say(_shown(results))
    for entrant in there:
        theirs = [result for result in results if result.entrant == entrant]
        yield from _sums(entrant, theirs)
        for result in theirs:
            yield from _details(result)


def _entrants() -> Iterator[Entrant]:
    """Sharebot and the peers that run here; what is missing is installed."""
    yield Entrant(f"sharebot {__version__}", programs.Sharebot)
    for make in (programs.Feed2toot, programs.Feediverse, programs.Apprise):
        label = f"{make.name} {installing.version(make.name)}"
        if installing.runs(make.name):
            yield Entrant(label, make, feeds=make is not programs.Apprise)
        else:
            say(f"  {label} does not run with this Python: left out")


def _play(scene: Scene, entrant: Entrant, issue: Sequence[Article]) -> Result:
    known = archive(scene.old + 1) if scene.old else issue
    shown = list(known[: scene.old or None])
    with TemporaryDirectory(prefix="sharebot-bench-") as name, Sandbox() as network, serving(shown) as feed:
        for kind, seconds in scene.faults:
            network.fault("mastodon", kind, seconds=seconds)
        stage = Stage(network, Path(name), kills=scene.kills)
        place = programs.Place(Path(name), network.url, feed, shown, whole=scene.whole, fresh=not scene.old)
        program = entrant.make(place)
        program.run(stage.call)
        first = len(network.posts())
        shown[:] = known
        _go_on(program, stage)
        posts = network.posts()
    say(f"  {scene.name}: {entrant.label}")
    made = tally(known[scene.old :], known, [post["text"] for post in posts])
    keyed = sum(post["key"] is not None for post in posts)
    return Result(scene, entrant, made, keyed, first, tuple(stage.codes), stage.memory)


def _go_on(program: programs.Program, stage: Stage) -> None:
    """Run it again as a timer would, once at least, until it is through."""
    end = time.monotonic() + _LONGEST
    while True:
        time.sleep(_PAUSE)
        program.run(stage.call)
        if program.settled() or time.monotonic() > end:
            return


def _shown(results: Iterable[Result]) -> str:
    rows: list[tuple[str, ...]] = [_COLUMNS]
    for result in results:
        name = f"{result.scene.name}: {result.entrant.label}"
        codes = " ".join(map(str, result.codes))
        rows.append((name, *map(str, result.counts.values()), codes, f"{result.memory:.0f}"))
    return aligned(rows)


def _sums(entrant: Entrant, results: Sequence[Result]) -> Iterator[Figure]:
    """Sum up all scenes; each is a sample."""
    sums = {
        "posts doubled": [result.tally.doubled for result in results],
        "articles lost": [result.tally.lost for result in results],
        "posts with a link cut or missing": [result.tally.cut for result in results],
    }
    floods = [result.first for result in results if result.scene.old]
    if floods:
        sums[f"of {_OLD} old articles, posted when set up"] = floods
    for what, counts in sums.items():
        yield Figure(f"{entrant.label}: {what}", sum(counts), "", most=entrant.most, samples=tuple(counts))
    memory = tuple(result.memory for result in results)
    yield Figure(f"{entrant.label}: memory", max(memory), "MiB", samples=memory)


def _details(result: Result) -> Iterator[Figure]:
    at = f"{result.scene.name}: {result.entrant.label}"
    for what, count in result.counts.items():
        yield Detail(f"{at}: {what}", count, "")
    yield Detail(f"{at}: memory", result.memory, "MiB")
    yield Detail(f"{at}: last exit code", result.codes[-1], "", samples=result.codes)
