"""What is counted, in the words of Prometheus.

https://prometheus.io/docs/instrumenting/exposition_formats/
"""

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import accumulate
from threading import Lock
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from prometheus_client import Metric

_ENDS = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 25.0, 60.0)
"""Seconds: networks take a tenth of one to one, pictures some more, and none gets more than fifty for an exchange."""


class Spans:
    """Counts how long something took. Safe from any thread."""

    def __init__(self) -> None:
        self.total = 0.0
        self._counts = [0] * (len(_ENDS) + 1)
        self._lock = Lock()

    def note(self, seconds: float) -> None:
        """Count one."""
        with self._lock:
            self._counts[bisect_left(_ENDS, seconds)] += 1
            self.total += seconds

    def buckets(self) -> list[tuple[str, float]]:
        """Return for each end how many took no longer."""
        names = (*map(str, _ENDS), "+Inf")
        return list(zip(names, map(float, accumulate(self._counts)), strict=True))


@dataclass(frozen=True, slots=True)
class Kind:
    """A metric: its name, and what it means for people; `labels` tell its values apart.

    `whole`: it is about the database, and every host on it tells the same. Else it is about one host.
    """

    name: str
    kind: str
    words: str
    labels: tuple[str, ...] = ()
    whole: bool = False

    @property
    def told(self) -> str:
        """The name under which a scraper finds it."""
        return self.name + {"counter": "_total", "info": "_info"}.get(self.kind, "")


_BY_ACCOUNT = ("account", "network")
KINDS = (
    Kind("sharebot_build", "info", "The program's version.", ("version",)),
    Kind("sharebot_leader", "gauge", "Whether this host does what one host at a time does; on SQLite always 1."),
    Kind(
        "sharebot_config_last_reload_successful",
        "gauge",
        "Whether the configuration's file is in force; 0: it is refused, and an older one goes on.",
    ),
    Kind(
        "sharebot_config_last_reload_success_timestamp_seconds",
        "gauge",
        "When a configuration was last read and in force.",
    ),
    Kind(
        "sharebot_posts",
        "counter",
        "What became of each sending since the start: published, or the state after it.",
        ("network", "outcome"),
    ),
    Kind(
        "sharebot_post_failures",
        "counter",
        "Sendings since the start that did not bring their post out, by why.",
        ("network", "reason"),
    ),
    Kind("sharebot_post_retries", "counter", "Sendings after which the post is tried again.", ("network",)),
    Kind(
        "sharebot_publish_duration_seconds",
        "histogram",
        "How long a network took to take or refuse a post, its pictures included.",
        ("network",),
    ),
    Kind(
        "sharebot_source_last_attempt_timestamp_seconds",
        "gauge",
        "When a newsletter's source was last looked at by this host.",
        ("newsletter",),
    ),
    Kind(
        "sharebot_source_last_success_timestamp_seconds",
        "gauge",
        "When a newsletter's source was last read by this host.",
        ("newsletter",),
    ),
    Kind("sharebot_source_failing", "gauge", "Whether the last look at a source failed.", ("newsletter",)),
    Kind(
        "sharebot_database_up", "gauge", "Whether the database answers this host in time; 0: what is of it is missing."
    ),
    Kind("sharebot_queue", "gauge", "How many posts are in each state.", ("state",), whole=True),
    Kind(
        "sharebot_due_lag_seconds",
        "gauge",
        "For how long the first post that waits has been due, those of paused accounts left out; 0: none is.",
        whole=True,
    ),
    Kind(
        "sharebot_unsure_oldest_age_seconds",
        "gauge",
        "For how long the first unsure post has been so; 0: none is.",
        whole=True,
    ),
    Kind(
        "sharebot_account_circuit",
        "gauge",
        "1 for the state that an account is in: closed (it posts), open (it rests after failures in a row), "
        "refused (its network wants another sign-in) or paused (by a person).",
        (*_BY_ACCOUNT, "state"),
        whole=True,
    ),
    Kind(
        "sharebot_account_token_expiry_timestamp_seconds",
        "gauge",
        "When an account's token ends, where that is known.",
        _BY_ACCOUNT,
        whole=True,
    ),
    Kind(
        "sharebot_account_last_success_timestamp_seconds",
        "gauge",
        "When a network last took a post of an account.",
        _BY_ACCOUNT,
        whole=True,
    ),
)
_BY_NAME = {kind.name: kind for kind in KINDS}

Values = Mapping[Any, Any]
"""A metric's values by a tuple of those of its labels: numbers, or the spans of a histogram."""


@dataclass(frozen=True, slots=True, eq=False)  # the library keeps it in a dictionary
class Facts:
    """How things stand at one moment: values by the names of metrics. What has none is not told."""

    values: Mapping[str, Values] = field(default_factory=dict)

    def collect(self) -> "Iterator[Metric]":
        """Yield the metrics, as Prometheus's library asks for them."""
        for name, values in self.values.items():
            yield _family(_BY_NAME[name], values)


def _family(kind: Kind, values: Values) -> "Metric":
    from prometheus_client import core

    if kind.kind == "info":
        [labels] = values
        return core.InfoMetricFamily(kind.name, kind.words, dict(zip(kind.labels, labels, strict=True)))
    if kind.kind == "histogram":
        spans = core.HistogramMetricFamily(kind.name, kind.words, labels=kind.labels)
        for labels, each in sorted(values.items()):
            spans.add_metric(labels, each.buckets(), each.total)
        return spans
    counts = kind.kind == "counter"
    family = (core.CounterMetricFamily if counts else core.GaugeMetricFamily)(kind.name, kind.words, labels=kind.labels)
    for labels, value in sorted(values.items()):
        family.add_metric(labels, value)
    return family


def exposition(facts: Facts, accept: str) -> tuple[bytes, str]:
    """Write facts down in the form that a scraper's Accept header asks for; return it with its content type.

    What the system tells of the process comes with them, where it does.
    """
    from prometheus_client import CollectorRegistry, ProcessCollector
    from prometheus_client.exposition import choose_encoder

    registry = CollectorRegistry()
    registry.register(facts)
    ProcessCollector(registry=registry)
    encode, kind = choose_encoder(accept)
    return encode(registry), kind
