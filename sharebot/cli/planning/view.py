"""What a plan has to say, whatever form it is said in."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from itertools import zip_longest
from typing import Any

from sharebot.approval import unapproved
from sharebot.cli.output import part_json, shown
from sharebot.config.values import Config, Stream
from sharebot.model import Delivery, Post, Rules, State
from sharebot.pipeline import Entry, Plan
from sharebot.pipeline.quota import Forecast, Span, order
from sharebot.text.difference import Words, difference

SIGNS = {"new": "+", "changed": "~", "gone": "-", "kept": "="}
_DONE = frozenset({State.PUBLISHED, State.SKIPPED, State.MISSED})
_LATELY = timedelta(days=7)
"""What ended longer ago is counted, and no longer shown one by one."""
_BESIDE = ("content_warning", "sensitive", "labels", "visibility", "language", "card", "pictures")
"""What else of a post can change, as `part_json` names it."""
_BRIEF = 80
"""How much of such a thing is told, in characters."""


@dataclass(frozen=True)
class View:
    """A plan, by the limits of the networks, as far as `span` reaches: that are so many `days`."""

    made: Plan
    config: Config
    rules: Mapping[str, Rules]
    forecasts: list[Forecast]
    span: Span
    days: int

    @cached_property
    def entries(self) -> list[Entry]:
        """The entries of the span, the earliest first."""
        near = (entry for entry in self.made.entries if entry.delivery.due <= self.span.end)
        return sorted(near, key=lambda entry: order(entry.delivery))

    @cached_property
    def current(self) -> list[Entry]:
        """Those of them that people want to see: without what ended long ago and stays as it is."""
        return [entry for entry in self.entries if not self._is_past(entry)]

    @cached_property
    def past(self) -> Counter[tuple[str, str]]:
        """How many of each account are left out of `current`, by account and state."""
        past = (entry.delivery for entry in self.entries if self._is_past(entry))
        return Counter((delivery.account, delivery.state.value) for delivery in past)

    def _is_past(self, entry: Entry) -> bool:
        delivery = entry.delivery
        return entry.change == "kept" and delivery.state in _DONE and delivery.due < self.span.now - _LATELY

    @cached_property
    def counts(self) -> dict[str, int]:
        """How many entries there are of each change, those beyond the span included."""
        found: Counter[str] = Counter(entry.change for entry in self.made.entries)
        return {change: found[change] for change in SIGNS}

    @property
    def changes(self) -> bool:
        """Whether applying the plan would change anything."""
        return self.counts["kept"] < len(self.made.entries)

    @cached_property
    def warnings(self) -> list[str]:
        """All that a person should know, of posts and of the whole."""
        return [*self.made.warnings, *self._overall()]

    @cached_property
    def general(self) -> list[str]:
        """The warnings that do not stand beside a post that is shown."""
        beside = {told for entry in self.current for told in entry.told()}
        return [told for told in self.warnings if told not in beside]

    def _overall(self) -> Iterator[str]:
        for forecast in self.forecasts:
            yield from forecast.warnings()
        if beyond := len(self.made.entries) - len(self.entries):
            days = "1 day" if self.days == 1 else f"{self.days} days"
            yield f"{beyond} more come after {days} (see them with a larger --days)"

    def parts(self, delivery: Delivery) -> list[dict[str, Any]]:
        """Return a delivery's posts as `part_json` does."""
        rules = self.rules[delivery.account]
        return [part_json(post, rules) for post in delivery.posts]

    def notes(self, delivery: Delivery) -> list[str]:
        """Say what is special about a delivery: a repost, a person's words or time, an approval."""
        waits, signature = self.unapproved(delivery), delivery.signature
        told = {
            _nth(delivery, self.config.stream(delivery.newsletter, delivery.stream)): delivery.turn,
            f"words by {delivery.edited}": delivery.edited,
            f"time by {delivery.moved}": delivery.moved,
            _follows(delivery): delivery.corrects,
            f"approved by {signature.who if signature else ''}": signature and not waits,
            f"waits for approval: {waits}": waits and signature,
        }
        return [words for words, holds in told.items() if holds]

    def unapproved(self, delivery: Delivery) -> str | None:
        """Say why a draft waits for a person; None where it does not."""
        newsletter = self.config.newsletters.get(delivery.newsletter)
        if delivery.state is not State.DRAFT or newsletter is None:
            return None
        return unapproved(newsletter.approval, delivery)

    @cached_property
    def _known(self) -> dict[str, Delivery]:
        return {entry.delivery.key: entry.delivery for entry in self.made.entries}

    def differences(self, entry: Entry) -> list[list[Words]]:
        """Return for each post how its text changes, where it does: while it waits, or in its place when it is out."""
        after = entry.delivery
        before = entry.before if entry.change == "changed" else self._known.get(after.corrects or "")
        if before is None or (after.corrects and not after.edits) or entry.change in {"gone", "kept"}:
            return []
        pairs = zip_longest(before.posts, after.posts)
        return [difference(_text(was), _text(becomes)) for was, becomes in pairs]

    def beside(self, entry: Entry) -> list[str]:
        """Say what changed of a delivery beside its words: its time, its state, and what goes with the text."""
        before, after = entry.before, entry.delivery
        if entry.change != "changed" or before is None:
            return []
        times = shown(before.due, before.zone), shown(after.due, after.zone)
        told = [f"moved from {times[0]} to {times[1]}"] if before.due != after.due else []
        told += [f"was {before.state}, becomes {after.state}"] if before.state != after.state else []
        for was, becomes in zip(self.parts(before), self.parts(after), strict=False):
            told += _changes(was, becomes, _BESIDE)
        return told


def title(delivery: Delivery) -> str:
    """Name where a delivery comes from: the issue, and the article's number in it."""
    return f"{delivery.issue} #{delivery.article}" if delivery.article else delivery.issue


def _nth(delivery: Delivery, stream: Stream | None) -> str:
    repost = stream.schedule.repost if stream else None
    return f"again, {delivery.turn} of {repost.times}" if repost else f"again, {delivery.turn}"


def _follows(delivery: Delivery) -> str:
    return "changes the post that is out" if delivery.edits else "replies to the post that is out, with a correction"


def _text(post: Post | None) -> str:
    return post.text if post else ""


def _changes(before: Mapping[str, Any], after: Mapping[str, Any], names: Iterable[str], of: str = "") -> Iterator[str]:
    """Say which fields of a post, as `part_json` gives it, are others now."""
    for name in names:
        was, becomes = before[name], after[name]
        if isinstance(was, dict) and isinstance(becomes, dict):
            yield from _changes(was, becomes, was, f"{name} ")
        elif was != becomes:
            yield f"{of}{name.replace('_', ' ')}: {_brief(was)} → {_brief(becomes)}"


def _brief(value: Any) -> str:
    if isinstance(value, dict):
        return _brief(next(filter(None, value.values()), None))
    if isinstance(value, list):
        return ", ".join(map(_brief, value)) or "none"
    words = str(value).lower() if isinstance(value, bool) else str(value or "none")
    return words if len(words) <= _BRIEF else f"{words[:_BRIEF]}…"
