"""preview and plan: the posts before they are posts."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sharebot import app, plugins
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
from sharebot.cli.reading import complain, lean, readings, repeated
from sharebot.cli.root import FAILED, NOTHING, examples
from sharebot.config.values import Config, Newsletter, Stream
from sharebot.errors import NoPost, SharebotError, StoreError
from sharebot.model import Issue, Post, Rules
from sharebot.schedule import Schedule
from sharebot.settings import Settings

if TYPE_CHECKING:
    from sharebot.recurring import Trace

_SIGNS = {"new": "+", "changed": "~", "gone": "-", "kept": "="}


@click.command(
    epilog=examples("sharebot preview issues/2026-07.md", "sharebot preview issues/2026-07.md -a bluesky --json")
)
@click.argument("path", type=click.Path(path_type=Path, readable=False))
@config_option
@click.option("--account", "-a", help="Only this account.")
@json_option
@click.pass_context
def preview(ctx: click.Context, path: Path, config: Path | None, account: str | None, as_json: bool) -> None:
    """Show what each account would get of the issue in PATH, to the byte. Without a configuration: every network."""
    found = readings(path)
    known = _config(config)
    found = lean(found, _remembered(known, path))
    rows = [row for row in _previews(known, path, found.issues) if account in {None, row["account"]}]
    if account and not rows:
        raise SharebotError(f"no post of {path} would go to an account {account!r}")
    if as_json:
        document({"posts": rows})
    else:
        for row in rows:
            _draw(f"{row['account']} ({row['platform']}), article {row['article']}", row)
    for told in dict.fromkeys(_warnings(rows)):
        say(f"warning: {told}")
    for issue in found.issues:
        for told in repeated(issue):
            say(f"{issue.id}: {told}")
    complain(ctx, found, path)
    if any("error" in row for row in rows):
        ctx.exit(FAILED)


def _warnings(rows: list[dict[str, Any]]) -> Iterator[str]:
    for row in rows:
        yield from (f"{row['account']}, article {row['article']}: {told}" for told in row["warnings"])


def _config(path: Path | None) -> Config | None:
    if path is None and not app.has_config():
        return None
    return app.load(path, secrets=False)


def _remembered(config: Config | None, path: Path) -> "list[Trace]":
    """Return what the outbox knows of the newsletter's issues. A preview needs no outbox."""
    if config is None:
        return []
    try:
        with app.ledger(config, create=False) as ledger:
            return ledger.traces(_newsletter(config, path)[0].name)
    except StoreError as error:
        say(f"warning: what recurs in every issue is not known: {error}")
        return []


def _previews(config: Config | None, path: Path, issues: Iterable[Issue]) -> Iterator[dict[str, Any]]:
    from sharebot.pipeline import choose, occasion_of, posts_for, unkind

    newsletter, networks = _newsletter(config, path)
    rules_of = app.rules_of(config)
    for issue, stream in product(issues, newsletter.posts):
        for name in stream.to:
            rules, times = rules_of(name, networks[name]), _times(stream)
            for item in choose(newsletter, stream, issue, threads=rules.threads):
                occasion = occasion_of(newsletter, stream, issue, name, next(times, None), rank)
                row = {
                    "account": name,
                    "platform": networks[name],
                    "stream": stream.name,
                    "issue": issue.id,
                    "article": item.article.number if item.article else 0,
                    "headline": item.article.headline if item.article else issue.title,
                }
                try:
                    posts = posts_for(newsletter, stream, item, rules, networks[name], occasion)
                except NoPost as fault:
                    yield row | {"parts": [], "warnings": [], "error": str(fault)}
                else:
                    parts = [part_json(post, rules) for post in posts]
                    yield row | {"parts": parts, "warnings": unkind(stream, item, posts, rules)}


def _newsletter(config: Config | None, path: Path) -> tuple[Newsletter, dict[str, str]]:
    if config is None:
        names = plugins.names(plugins.PLATFORMS)
        stream = Stream("articles", names, Schedule("UTC", now=True))
        return Newsletter("preview", "none", Settings(), (stream,)), {name: name for name in names}
    networks = {name: account.platform for name, account in config.accounts.items()}
    newsletters = list(config.newsletters.values())
    for newsletter in newsletters:
        folder = getattr(newsletter.source, "folder", None)
        if folder and path.resolve().is_relative_to((config.path.parent / folder).resolve()):
            return newsletter, networks
    return newsletters[0], networks


def _draw(title: str, row: dict[str, Any]) -> None:
    click.secho(f"── {title} ", bold=True)
    for part in row["parts"]:
        click.echo(part["text"])
        click.secho(f"   [{facts(part)}]", dim=True)
    if "error" in row:
        click.secho(row["error"], fg="red")
    click.echo()


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
