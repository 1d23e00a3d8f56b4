"""What is counted, in the words of Prometheus.

https://prometheus.io/docs/instrumenting/exposition_formats/
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from prometheus_client import Metric


@dataclass(frozen=True, slots=True, eq=False)  # the library keeps it in a dictionary
class Facts:
    """How things stand at one moment.

    `posts` are the counts of what became of sendings, by network and outcome; `queue` says how many posts are in each
    state, and `lag` how many seconds ago the first of those that wait was due (both None: the queue cannot be read).
    `reloaded` tells whether the configuration's file is in force, `read` when one last was, in seconds since the epoch.
    """

    version: str
    reloaded: bool
    read: float
    posts: Mapping[tuple[str, str], int]
    queue: Mapping[str, int] | None = None
    lag: float | None = None

    def collect(self) -> "Iterator[Metric]":
        """Yield the metrics, as Prometheus's library asks for them."""
        from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, InfoMetricFamily

        yield InfoMetricFamily("sharebot_build", "The program's version.", {"version": self.version})
        reloaded = "Whether the configuration's file is in force; 0: it is refused, and an older one goes on."
        yield GaugeMetricFamily("sharebot_config_last_reload_successful", reloaded, int(self.reloaded))
        read = "When a configuration was last read and in force, in seconds since the epoch."
        yield GaugeMetricFamily("sharebot_config_last_reload_success_timestamp_seconds", read, self.read)
        posts = CounterMetricFamily(
            "sharebot_posts", "What became of each sending since the start.", labels=("network", "outcome")
        )
        for labels, count in sorted(self.posts.items()):
            posts.add_metric(labels, count)
        yield posts
        if self.queue is not None:
            queue = GaugeMetricFamily("sharebot_queue", "How many posts are in each state.", labels=("state",))
            for state, count in self.queue.items():
                queue.add_metric((state,), count)
            yield queue
        if self.lag is not None:
            lag = "For how long the first of the posts that wait has been due; 0: none is."
            yield GaugeMetricFamily("sharebot_due_lag_seconds", lag, self.lag)


def exposition(facts: Facts, accept: str) -> tuple[bytes, str]:
    """Write facts down in the form that a scraper's Accept header asks for; return it with its content type."""
    from prometheus_client import CollectorRegistry
    from prometheus_client.exposition import choose_encoder

    registry = CollectorRegistry()
    registry.register(facts)
    encode, kind = choose_encoder(accept)
    return encode(registry), kind
