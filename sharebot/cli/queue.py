"""queue, pause, resume: a person's hands on the posts."""

import getpass
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sharebot import app
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
    from collections.abc import Callable

    from sharebot.outbox.ledger import Ledger

_ACTS: dict[str, tuple[State, frozenset[State], str]] = {
    "approve": (State.QUEUED, frozenset({State.DRAFT}), "approved as it stands"),
    "skip": (
        State.SKIPPED,
        frozenset({State.DRAFT, State.QUEUED, State.FAILED, State.UNSURE, State.HELD, State.MISSED}),
        "skipped by a person",
    ),
    "retry": (
        State.QUEUED,
        frozenset({State.FAILED, State.UNSURE, State.HELD, State.MISSED, State.SKIPPED}),
        "asked for by a person",
    ),
}


@click.group(
    epilog=examples("sharebot queue list --state failed", "sharebot queue show 3fk2", "sharebot queue retry 3fk2")
)
def queue() -> None:
    """Look at queued posts, approve, skip or retry them. KEY may be its first letters."""


@queue.command("list")
@config_option
@click.option("--state", "states", multiple=True, type=click.Choice([s.value for s in State]), help="Only these.")
@json_option
def list_(config: Path | None, states: tuple[str, ...], as_json: bool) -> None:
    """List posts, the earliest due first."""
    found = app.load(config, secrets=False)
    with app.ledger(found, create=False) as ledger:
        deliveries = ledger.deliveries(*map(State, states))
        paused = ledger.paused()
    if as_json:
        document({"deliveries": [delivery_json(d) for d in deliveries], "paused": paused})
        return
    rows = [
        (d.key[:8], d.state.value, shown(d.due, d.zone), d.account, f"{d.issue} #{d.article}", d.url or d.error or "")
        for d in deliveries
    ]
    table(("key", "state", "due", "account", "article", "address or reason"), rows)
    for name, why in paused.items():
        say(f"paused: {'all accounts' if name == '*' else name}: {why}")


@queue.command("show")
@click.argument("keys", metavar="KEY...", nargs=-1, required=True)
@config_option
@json_option
def show(keys: tuple[str, ...], config: Path | None, as_json: bool) -> None:
    """Show a post, to the byte, and its history."""
    found = app.load(config, secrets=False)
    with app.ledger(found, create=False) as ledger:
        rules_of = app.rules_of(found)
        chosen = [_one(ledger, key) for key in keys]
        rows = [_story(ledger, delivery, rules_of(delivery.account, delivery.platform)) for delivery in chosen]
    if as_json:
        document(rows[0] if len(rows) == 1 else {"deliveries": rows})
        return
    for row in rows:
        click.secho(f"{row['key']}  {row['state']}  {row['account']}  {row['headline']}", bold=True)
        for part in row["parts"]:
            click.echo(f"\n{part['text']}\n[{facts(part)}]\n")
        for event in row["events"]:
            click.echo(f"{event['at']}  {event['from'] or '·'} → {event['to']}  {event['who']}: {event['why']}")


def _story(ledger: "Ledger", delivery: Delivery, rules: Rules) -> dict[str, Any]:
    return delivery_json(delivery) | {
        "parts": [part_json(post, rules) for post in delivery.posts],
        "events": [event_json(event, delivery.zone) for event in ledger.history(delivery.key)],
    }


def _act(name: str, text: str) -> None:
    after, befores, why = _ACTS[name]

    @queue.command(name, help=text)
    @click.argument("keys", metavar="KEY...", nargs=-1, required=True)
    @config_option
    def act(keys: tuple[str, ...], config: Path | None) -> None:
        def change(ledger: "Ledger") -> None:
            from sharebot.outbox.ledger import Change

            chosen = [_one(ledger, key) for key in keys]
            for delivery in chosen:
                if delivery.state not in befores:
                    raise SharebotError(f"{delivery.key} is {delivery.state}; only {_words(befores)} can be: {name}")
                if name == "retry" and not delivery.posts:
                    raise SharebotError(f"{delivery.key} holds no post to send: {delivery.error}")
            now = app.clock()
            changes = [Change(d, _acted(d, name, after, now), why) for d in chosen]
            done = ledger.change(changes, _person(), now)
            if done < len(chosen):
                raise SharebotError(f"{len(chosen) - done} changed in the meantime; look with `sharebot queue list`")
            say(f"{done} {after}")

        _change(app.load(config, secrets=False), change)


_act("approve", "Approve drafts: exactly the text that `queue show` prints is sent; a change asks again.")
_act("skip", "Do not send these.")
_act("retry", "Send these again, now. For an unsure post look at the network first: it may be there.")


def _acted(delivery: Delivery, act: str, state: State, now: datetime) -> Delivery:
    """Return the delivery after an act. Who sends one again takes it upon themselves that its "today" is yesterday."""
    after = replace(delivery, state=state, error=None)
    if act != "retry":
        return after
    return replace(after, posts=tuple(replace(post, true_until=None) for post in after.posts), due=now, attempts=0)


def _words(states: frozenset[State]) -> str:
    return ", ".join(sorted(states))


def _one(ledger: "Ledger", key: str) -> Delivery:
    found = ledger.matching(key)
    if len(found) == 1:
        return found[0]
    many = f"{len(found)} posts begin with {key!r}; write more letters of the one you mean"
    raise SharebotError(many if found else f"no post has the key {key!r}; see `sharebot queue list`")


def _person() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "a person"  # a container's user may have no name


def _change(config: Config, act: "Callable[[Ledger], None]") -> None:
    from sharebot.outbox.lock import wake

    with app.ledger(config) as ledger:
        act(ledger)
        wake(ledger.path)


@click.command(epilog=examples("sharebot pause", "sharebot pause mastodon --why 'breaking news'"))
@click.argument("account", required=False)
@click.option("--why", default="paused by a person", show_default=True, help="What others will read.")
@config_option
def pause(account: str | None, why: str, config: Path | None) -> None:
    """Stop ACCOUNT, or all. Nothing more is sent from this moment, also after a restart, until `resume`."""
    found = app.load(config, secrets=False)
    name = _account(found, account)
    _change(found, lambda ledger: ledger.pause(name, why))
    say(f"paused: {account or 'all accounts'}")


@click.command(epilog=examples("sharebot resume", "sharebot resume mastodon"))
@click.argument("account", required=False)
@config_option
def resume(account: str | None, config: Path | None) -> None:
    """Let ACCOUNT, or all, post again. What is late gets new times by its schedule: no burst."""
    found = app.load(config, secrets=False)
    name = _account(found, account)
    held: list[int] = []
    _change(found, lambda ledger: held.append(ledger.resume(name, _person(), app.clock())))
    say(f"resumed: {account or 'all accounts'}; {sum(held)} held post(s) are queued again")


def _account(config: Config, name: str | None) -> str:
    from sharebot.outbox.store import EVERYONE

    if name is not None and name not in config.accounts:
        raise SharebotError(f"there is no account {name!r}; the configuration has {', '.join(config.accounts)}")
    return name or EVERYONE
