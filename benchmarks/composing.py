"""How fast posts are composed for three networks, and in how much memory: a long archive, in one process."""

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import cycle, islice

from benchmarks.figures import Figure
from benchmarks.processes import fresh, peak_memory, say
from benchmarks.summaries import OWN, load
from sharebot.model import Article, Issue, Rules, Voice
from sharebot.platforms.bluesky import Bluesky
from sharebot.platforms.mastodon import Mastodon
from sharebot.platforms.x import X
from sharebot.text.compose import compose

POSTS = 10_000
NETWORKS: Mapping[str, Rules] = {"mastodon": Mastodon.rules, "bluesky": Bluesky.rules, "x": X.rules}
_VOICE = Voice(utm={"utm_source": "{platform}"}, hashtags=("news",))


@dataclass(frozen=True, slots=True)
class Work:
    """What composing cost. `memory` is the most that the process had before and after, in MiB."""

    posts: int
    seconds: float
    memory: tuple[float, float]


def measure() -> Iterator[Figure]:
    say(f"  {POSTS:,} posts for {len(NETWORKS)} networks")
    work = fresh(of_posts, POSTS)
    before, after = work.memory
    yield Figure(f"{work.posts:,} posts composed", work.posts / work.seconds, "posts/s")
    yield Figure(f"{work.posts:,} posts composed, memory", after, "MiB")
    yield Figure(f"{work.posts:,} posts composed, memory beyond the first round's", after - before, "MiB")


def of_posts(count: int) -> Work:
    """Compose so many posts, the same article for each network in turn, as a release does.

    All articles of the set are composed once before: that compiles each language's patterns and fills the caches.
    """
    for issue in issues(len(load(OWN))):
        _composed(issue)
    before, done, start = peak_memory(), 0, time.perf_counter()
    for issue in issues(-(-count // len(NETWORKS))):
        done += _composed(issue)
    return Work(done, time.perf_counter() - start, (before, peak_memory()))


def issues(count: int) -> Iterator[Issue]:
    """Yield issues of one article, each of them different, so that nothing that was remembered fits twice."""
    for number, row in enumerate(islice(cycle(load(OWN)), count), 1):
        first, *others = row.text.split("\n\n")
        paragraphs = (first, *others, f"This was article {number} of the archive.")
        article = Article(1, f"{row.headline} ({number})", paragraphs, f"https://example.com/{number}")
        yield Issue(str(number), "An archive", (article,), language=row.language)


def _composed(issue: Issue) -> int:
    return len([compose(issue.articles[0], issue, _VOICE, rules, name) for name, rules in NETWORKS.items()])
