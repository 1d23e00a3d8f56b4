"""queue, pause, resume: look at the queue, stop an account and let it post again."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sharebot import app
from sharebot.cli import acts
from sharebot.cli.editing import edit
from sharebot.cli.hands import at_queue, by_option, keys_argument, one
from sharebot.cli.output import (
    config_option,
    delivery_json,
    document,
    event_json,
    facts,
    json_option,
    part_json,
    say,
    shown,
    table,
)
from sharebot.cli.root import examples
from sharebot.config.values import Config
from sharebot.errors import SharebotError
from sharebot.model import Delivery, Rules, State

if TYPE_CHECKING:
    from sharebot.outbox.ledger import Ledger


@click.group(
    epilog=examples("sharebot queue list --state draft", "sharebot queue show 3fk2", "sharebot queue approve 3fk2")
)
def queue() -> None:
    """Look at queued posts, approve, edit, move, hold, skip or retry them. KEY may be its first letters."""


for command in (acts.approve, edit, acts.move, acts.hold, acts.release, acts.skip, acts.retry, acts.resolve):
    queue.add_command(command)


@queue.command("list")
@config_option
@click.option("--state", "states", multiple=True, type=click.Choice([s.value for s in State]), help="Only these.")
@click.option("--account", help="Only posts of this account.")
@click.option("--newsletter", help="Only posts of this newsletter.")
@click.option("--issue", metavar="ID", help="Only posts of this issue.")
@click.option("--corrections", is_flag=True, help="Corrections of what is out that wait for approval, with their text.")
@json_option
def list_(config: Path | None, states: tuple[str, ...], corrections: bool, as_json: bool, **wanted: str | None) -> None:
    """List posts, the earliest due first."""
    found = app.load(config, secrets=False)
    with app.ledger(found, create=False) as ledger:
        deliveries = ledger.deliveries(*map(State, states or ("draft",) * corrections))
        paused = ledger.paused()
    deliveries = [
        delivery
        for delivery in deliveries
        if all(value in {None, getattr(delivery, name)} for name, value in wanted.items())
        and (delivery.corrects or not corrections)
    ]
    if as_json:
        document(
            {"deliveries": [(_correction if corrections else delivery_json)(d) for d in deliveries], "paused": paused}
        )
        return
    (_tell_corrections if corrections else _tell)(deliveries)
    for name, why in paused.items():
        say(f"paused: {'all accounts' if name == '*' else name}: {why}")


def _tell(deliveries: Sequence[Delivery]) -> None:
    rows = [
        (d.key[:8], d.state.value, shown(d.due, d.zone), d.account, f"{d.issue} #{d.article}", d.url or d.error or "")
        for d in deliveries
    ]
    table(("key", "state", "due", "account", "article", "address or reason"), rows)


def _correction(delivery: Delivery) -> dict[str, Any]:
    """Return a correction with what it corrects, how, and in which words."""
    return delivery_json(delivery) | {
        "original": delivery.follows[0].url if delivery.follows else None,
        "how": "edit" if delivery.edits else "reply",
        "texts": [post.text for post in delivery.posts],
    }


def _tell_corrections(deliveries: Sequence[Delivery]) -> None:
    for row in map(_correction, deliveries):
        how = "edit in place" if row["how"] == "edit" else "reply"
        click.secho(f"{row['key'][:8]}  {row['account']}  {how}: {row['original']}", bold=True)
        click.echo("\n\n".join(row["texts"]) + "\n")
    if deliveries:
        say("send one with `sharebot queue approve KEY`, or let it go with `sharebot queue skip KEY`")


@queue.command("show")
@keys_argument
@config_option
@json_option
def show(keys: tuple[str, ...], config: Path | None, as_json: bool) -> None:
    """Show a post, to the byte, and its history."""
    found = app.load(config, secrets=False)
    with app.ledger(found, create=False) as ledger:
        rules_of = app.rules_of(found)
        chosen = [one(ledger, key) for key in keys]
        rows = [_story(ledger, delivery, rules_of(delivery.account, delivery.platform)) for delivery in chosen]
    if as_json:
        document(rows[0] if len(rows) == 1 else {"deliveries": rows})
        return
    for row in rows:
        click.secho(f"{row['key']}  {row['state']}  {row['account']}  {row['headline']}", bold=True)
        for line in _acts(row):
            click.echo(line)
        for part in row["parts"]:
            click.echo(f"\n{part['text']}\n[{facts(part)}]\n")
        for event in row["events"]:
            click.echo(f"{event['at']}  {event['from'] or '·'} → {event['to']}  {event['who']}: {event['why']}")


def _acts(row: Mapping[str, Any]) -> list[str]:
    """Say what people did to a delivery, and what it is beside an article's first post."""
    approved = row["approved"]
    told = {
        "due": row["due"],
        "reason": row["error"],
        "approved": approved and f"by {approved['who']}, {approved['at']}",
        "edited": row["edited"] and f"by {row['edited']}",
        "moved": row["moved"] and f"by {row['moved']}",
        "corrects": row["corrects"],
        "repost": row["turn"] and f"number {row['turn']}",
    }
    return [f"{name}: {value}" for name, value in told.items() if value]


def _story(ledger: "Ledger", delivery: Delivery, rules: Rules) -> dict[str, Any]:
    return delivery_json(delivery) | {
        "parts": [part_json(post, rules) for post in delivery.posts],
        "events": [event_json(event, delivery.zone) for event in ledger.history(delivery.key)],
    }


@click.command(epilog=examples("sharebot pause", "sharebot pause mastodon --why 'breaking news'"))
@click.argument("account", required=False)
@click.option("--why", help="What others will read beside your name.")
@config_option
@by_option
def pause(account: str | None, why: str | None, config: Path | None, who: str) -> None:
    """Stop ACCOUNT, or all. Nothing more is sent from this moment, also after a restart, until `resume`."""
    with at_queue(config, who) as hands:
        hands.ledger.pause(_account(hands.config, account), f"{why} ({who})" if why else f"paused by {who}")
        hands.wake()
    say(f"paused: {account or 'all accounts'}")


@click.command(epilog=examples("sharebot resume", "sharebot resume mastodon"))
@click.argument("account", required=False)
@config_option
@by_option
def resume(account: str | None, config: Path | None, who: str) -> None:
    """Let ACCOUNT, or all, post again. What is late gets new times by its schedule: no burst."""
    with at_queue(config, who) as hands:
        held = hands.ledger.resume(_account(hands.config, account), who, hands.now)
        hands.wake()
    say(f"resumed: {account or 'all accounts'}; {held} held post(s) are queued again")


def _account(config: Config, name: str | None) -> str:
    from sharebot.outbox.statements import EVERYONE

    if name is not None and name not in config.accounts:
        raise SharebotError(f"there is no account {name!r}; the configuration has {', '.join(config.accounts)}")
    return name or EVERYONE
