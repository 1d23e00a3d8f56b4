"""preview: the posts before they are posts."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from datetime import datetime
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sharebot import app, plugins, schedule
from sharebot.cli.output import Moment, config_option, document, facts, json_option, part_json, say
from sharebot.cli.reading import complain, lean, readings, repeated
from sharebot.cli.root import FAILED, examples
from sharebot.config.values import Config, Newsletter, Stream
from sharebot.errors import NoPost, SharebotError, StoreError
from sharebot.model import Issue
from sharebot.schedule import Schedule
from sharebot.settings import Settings

if TYPE_CHECKING:
    from sharebot.outbox.ledger import Ledger
    from sharebot.text.occasion import Rank


@click.command(
    epilog=examples("sharebot preview issues/2026-07.md", "sharebot preview issues/2026-07.md -a bluesky --json")
)
@click.argument("path", type=click.Path(path_type=Path, readable=False))
@config_option
@click.option("--account", "-a", help="Only this account.")
@click.option("--now", type=Moment(), help="Compose as if it were this time.")
@json_option
@click.pass_context
def preview(
    ctx: click.Context, path: Path, config: Path | None, account: str | None, now: datetime | None, as_json: bool
) -> None:
    """Show what each account would get of the issue in PATH, to the byte. Without a configuration: every network."""
    from sharebot.pipeline import rank_of
    from sharebot.ranking import Ranker, Rankings

    found = readings(path)
    known = _config(config)
    with _outbox(known) as outbox:
        newsletter, networks = _newsletter(known, path)
        found = lean(found, outbox.traces(newsletter.name) if outbox else [])
        rankings = Rankings(Ranker(known.llm), outbox.rankings if outbox else _none) if known and known.llm else None
        rank = rank_of(newsletter, rankings)
        made = _previews(known, newsletter, networks, found.issues, rank, now or app.clock())
        rows = [row for row in made if account in {None, row["account"]}]
    if account and not rows:
        raise SharebotError(f"no post of {path} would go to an account {account!r}")
    if as_json:
        document({"posts": rows})
    else:
        for row in rows:
            _draw(f"{row['account']} ({row['platform']}), article {row['article']}", row)
    for told in (*dict.fromkeys(_warnings(rows)), *(rankings.warnings if rankings else ())):
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


def _none(_: Sequence[str]) -> dict[str, tuple[int, ...]]:
    return {}


@contextmanager
def _outbox(config: Config | None) -> "Iterator[Ledger | None]":
    """Open the outbox to look. A preview needs none."""
    try:
        opened = app.ledger(config, create=False) if config else None
    except StoreError as error:
        say(f"warning: what the outbox remembers is not known: {error}")
        opened = None
    with opened or nullcontext() as outbox:
        yield outbox


def _previews(
    config: Config | None,
    newsletter: Newsletter,
    networks: dict[str, str],
    issues: Iterable[Issue],
    rank: "Rank",
    now: datetime,
) -> Iterator[dict[str, Any]]:
    """Compose each post as for the stream's next free times: what a text says of "today" depends on them."""
    from sharebot.pipeline import choose, occasion_of, overrides, posts_for, unkind, untrue

    rules_of = app.rules_of(config)
    for issue, stream in product(issues, newsletter.posts):
        beside = overrides.beside(issue)
        for name in stream.to:
            rules, times = rules_of(name, networks[name]), schedule.place(stream.schedule, now, (), ())
            items = choose(newsletter, stream, issue, threads=rules.threads)
            zone = stream.schedule.zone
            for item in filter(None, (beside.apply(item, name, zone) if beside else item for item in items)):
                slot = next(times, None)
                occasion = occasion_of(newsletter, stream, item, name, item.when or (slot.at if slot else None), rank)
                row = {
                    "account": name,
                    "platform": networks[name],
                    "stream": stream.name,
                    "issue": issue.id,
                    "article": item.article.number if item.article else 0,
                    "headline": item.article.headline if item.article else issue.title,
                }
                try:
                    own = replace(stream, text=item.text) if item.text else stream
                    posts = posts_for(newsletter, own, item, rules, networks[name], occasion)
                except NoPost as fault:
                    yield row | {"parts": [], "warnings": [], "error": str(fault)}
                else:
                    parts = [part_json(post, rules) for post in posts]
                    told = unkind(stream, item, posts, rules)
                    false = untrue(newsletter, stream, item, occasion)
                    yield row | {"parts": parts, "warnings": [false, *told] if false else told}


def _newsletter(config: Config | None, path: Path) -> tuple[Newsletter, dict[str, str]]:
    if config is None:
        names = plugins.names(plugins.PLATFORMS)
        stream = Stream("articles", names, Schedule("UTC", now=True))
        return Newsletter("preview", "none", Settings(), (stream,)), {name: name for name in names}
    networks = {name: account.platform for name, account in config.accounts.items()}
    newsletters = list(config.newsletters.values())
    for newsletter in newsletters:
        folder = getattr(newsletter.source, "folder", None)
        if folder and path.resolve().is_relative_to((config.folder / folder).resolve()):
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
