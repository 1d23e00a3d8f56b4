"""plan: what would be posted where and when."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import click

from sharebot import app
from sharebot.cli.output import (
    Moment,
    config_option,
    delivery_json,
    document,
    facts,
    json_option,
    part_json,
    say,
    shown,
)
from sharebot.cli.root import NOTHING, examples
from sharebot.model import Post, Rules

_SIGNS = {"new": "+", "changed": "~", "gone": "-", "kept": "="}


@click.command(epilog=examples("sharebot plan", "sharebot plan --days 30 --json", "sharebot plan --exit-code"))
@config_option
@click.option("--days", type=click.IntRange(1, 3660), default=14, show_default=True, help="How far to look ahead.")
@click.option("--now", type=Moment(), help="Plan as if it were this time.")
@click.option("--exit-code", is_flag=True, help="Exit with 3 where something would change.")
@json_option
@click.pass_context
def plan(
    ctx: click.Context,
    config: Path | None,
    days: int,
    now: datetime | None,
    exit_code: bool,
    as_json: bool,
) -> None:
    """Read the sources and show what would be posted where and when, against what is queued. Changes nothing."""
    found = app.load(config, secrets=False)
    moment = now or app.clock()
    with app.ledger(found, create=False) as ledger:
        wired = app.build(found, ledger, lambda: moment)
        made = wired.pipeline.plan(wired.read(patience=app.PATIENCE), moment)
    end = moment + timedelta(days=days)
    entries = sorted((e for e in made.entries if e.delivery.due <= end), key=lambda e: (e.delivery.due, e.delivery.key))
    rules = {name: platform.rules for name, platform in wired.platforms.items()}
    warnings = made.warnings + _beyond(len(made.entries) - len(entries), days)
    if as_json:
        rows = [_entry_json(e, rules[e.delivery.account]) for e in entries]
        document({"deliveries": rows, "warnings": warnings})
    else:
        for entry in entries:
            _draw_entry(entry, rules[entry.delivery.account])
        for warning in warnings:
            say(f"warning: {warning}")
        counts = [f"{sum(e.change == c for e in made.entries)} {c}" for c in _SIGNS]
        click.echo(", ".join(counts))
    if exit_code and any(e.change != "kept" for e in made.entries):
        ctx.exit(NOTHING)


def _beyond(count: int, days: int) -> list[str]:
    return [f"{count} more come after {days} days (see them with a larger --days)"] if count else []


def _entry_json(entry: Any, rules: Rules) -> dict[str, Any]:
    parts = [part_json(post, rules) for post in entry.delivery.posts]
    return delivery_json(entry.delivery) | {"change": entry.change, "why": entry.why, "parts": parts}


def _draw_entry(entry: Any, rules: Rules) -> None:
    delivery = entry.delivery
    title = f"{_SIGNS[entry.change]} {shown(delivery.due, delivery.zone)}  {delivery.account}  {delivery.issue}"
    click.secho(f"{title} #{delivery.article}  {delivery.headline}", bold=True)
    click.secho(f"  {delivery.state}: {entry.why}", dim=True)
    if entry.change in {"new", "changed"}:
        for post in delivery.posts:
            click.echo(_indent(post))
            click.secho(f"  [{facts(part_json(post, rules))}]\n", dim=True)


def _indent(post: Post) -> str:
    return "\n".join(f"  {line}" for line in post.text.splitlines())
