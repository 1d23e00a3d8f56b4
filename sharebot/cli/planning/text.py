"""A plan for people at a terminal: account by account, in the order of time, each post as it will be sent."""

from collections.abc import Iterable, Iterator
from itertools import groupby, zip_longest

import click

from sharebot.cli.output import facts, shown
from sharebot.cli.planning.view import SIGNS, View, title
from sharebot.pipeline import Entry
from sharebot.pipeline.quota import Forecast, length
from sharebot.text.difference import Words

_COLOURS = {"new": "green", "changed": "yellow", "gone": "red", "kept": None}
_MARKS = {"same": ("", ""), "old": ("[-", "-]"), "new": ("{+", "+}")}


def lines(view: View, *, colour: bool) -> Iterator[str]:
    """Draw all but the closing lines. Without `colour`, what goes and comes in a text is marked by brackets."""
    own = sorted(view.current, key=lambda entry: entry.delivery.account)
    for account, entries in groupby(own, key=lambda entry: entry.delivery.account):
        yield from _account(view, account, list(entries), colour=colour)
    yield from (f"= {count} {state} before, on {account}" for (account, state), count in sorted(view.past.items()))
    if view.past:
        yield ""
    yield from _forecast(view)


def _account(view: View, account: str, entries: list[Entry], *, colour: bool) -> Iterator[str]:
    zones = sorted({entry.delivery.zone for entry in entries})
    yield click.style(f"{account}, times in {' and '.join(zones)}", bold=True, underline=colour)
    yield ""
    for entry in entries:
        yield from _entry(view, entry, colour=colour, several=len(zones) > 1)
    yield ""


def _entry(view: View, entry: Entry, *, colour: bool, several: bool) -> Iterator[str]:
    delivery = entry.delivery
    when = shown(delivery.due, delivery.zone) + (f" {delivery.zone}" if several else "")
    head = f"{SIGNS[entry.change]} {when}  {delivery.account}  {title(delivery)}  {delivery.headline}"
    notes = [*view.notes(delivery), *view.beside(entry)]
    if entry.change in {"gone", "kept"}:
        state = delivery.url or delivery.state if entry.change == "kept" else entry.why
        yield click.style(f"{head}  ({', '.join([state, *notes])})", fg=_COLOURS[entry.change], dim=not notes)
        yield from _warned(entry)
        return
    yield click.style(head, fg=_COLOURS[entry.change], bold=True)
    yield click.style(f"  {delivery.state}: {entry.why}", dim=True)
    yield from (f"  {note}" for note in notes)
    yield from _warned(entry)
    yield from _posts(view, entry, colour=colour)


def _warned(entry: Entry) -> Iterator[str]:
    yield from (click.style(f"  ! {told}", fg="yellow") for told in entry.warnings)


def _posts(view: View, entry: Entry, *, colour: bool) -> Iterator[str]:
    """Draw each post in full, and where it changes, with what goes and what comes."""
    parts, changed = view.parts(entry.delivery), view.differences(entry)
    for part, words in zip_longest(parts, changed):
        yield from _indented("".join(_marked(each, colour=colour) for each in words) if words else part["text"])
        if part:
            yield click.style(f"    [{facts(part)}]", dim=True)
        yield ""


def _marked(words: Words, *, colour: bool) -> str:
    if words.kind == "same":
        return words.text
    if colour:
        old = words.kind == "old"
        return click.style(words.text, fg="red" if old else "green", strikethrough=old, bold=not old)
    before, after = _MARKS[words.kind]
    return f"{before}{words.text}{after}"


def _indented(text: str) -> Iterator[str]:
    yield from (f"    {line}".rstrip(" ") for line in text.split("\n"))


# ── what it costs, and what to do next ───────────────────────────────────────────────────────────────────────────────


def _forecast(view: View) -> Iterator[str]:
    if view.forecasts:
        yield click.style(f"In {view.days} days", bold=True)
        for forecast in view.forecasts:
            yield f"  {summary(forecast)}"
            yield from (f"  {note}" for note in forecast.notes())
        yield ""


def summary(forecast: Forecast) -> str:
    """Say in one line what an account will spend: "x: 12 posts, 12 with a link; November 2026: 2.40 USD of 20 USD"."""
    posts = f"{forecast.account.name}: {_count(forecast)}"
    return "; ".join([posts, *_money(forecast), *_tightest(forecast)])


def _count(forecast: Forecast) -> str:
    plural = "" if forecast.posts == 1 else "s"
    parts = f" in {forecast.parts} parts" if forecast.parts != forecast.posts else ""
    return f"{forecast.posts} post{plural}{parts}, {forecast.links} with a link"


def _money(forecast: Forecast) -> Iterable[str]:
    budget = forecast.account.budget
    of = f" of {budget.amount:g} USD" if budget else ""
    yield from (f"{month.name}: {month.cost:.2f} USD{of}" for month in forecast.months)


def _tightest(forecast: Forecast) -> Iterable[str]:
    """Say how much is used of the quota that is nearest to its end."""
    window = max(forecast.windows, key=lambda each: each.spent / each.quota.count, default=None)
    if window:
        quota = window.quota
        yield f"at most {window.spent} of {quota.count} {quota.unit} in {length(quota.within)}"


def closing(view: View) -> Iterator[str]:
    """Count what would change, and say what to do next."""
    counts = ", ".join(f"{count} {change}" for change, count in view.counts.items())
    yield click.style(f"Plan: {counts}.", bold=True)
    yield click.style(_hint(view), dim=True)


def _hint(view: View) -> str:
    if any(view.unapproved(entry.delivery) for entry in view.entries):
        return "Drafts wait for `sharebot queue approve`; `sharebot queue list` has their keys once they are queued."
    if view.changes:
        return "Nothing is changed yet: `sharebot run` queues and posts what is shown here."
    return "Nothing to do: what is queued is what the newsletters ask for."
