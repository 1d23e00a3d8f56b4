"""A person's hands on the queue: who it is, which posts they mean, and what is shown after."""

import getpass
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sharebot import app
from sharebot.approval import unapproved
from sharebot.cli.output import config_option, delivery_json, document, json_option, shown
from sharebot.config.values import Approval, Config
from sharebot.errors import SharebotError
from sharebot.model import Delivery, State

if TYPE_CHECKING:
    from sharebot.outbox.ledger import Change, Ledger


def _login() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "a person"  # a container's user may have no name


def _named(_ctx: click.Context, _param: click.Parameter, name: str) -> str:
    if not name.strip() or not name.isprintable():
        raise click.BadParameter("write the name by which the history and `approval.by` shall know you")
    return name.strip()


by_option = click.option(
    "--by",
    "who",
    metavar="NAME",
    envvar="SHAREBOT_USER",
    default=_login,
    callback=_named,
    help="Who you are, for the history and for `approval.by`; else SHAREBOT_USER, else your login name. It is your "
    "word, not a proof.",
)
keys_argument = click.argument("keys", metavar="KEY...", nargs=-1, required=True)


def act_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command what every act has: the configuration, the person, and JSON."""
    for option in (json_option, by_option, config_option):
        command = option(command)
    return command


def one(ledger: "Ledger", key: str) -> Delivery:
    """Return the delivery whose key begins so. Raises SharebotError where there is none, or more than one."""
    found = ledger.matching(key)
    if len(found) == 1:
        return found[0]
    many = f"{len(found)} posts begin with {key!r}; write more letters of the one you mean"
    raise SharebotError(many if found else f"no post has the key {key!r}; see `sharebot queue list`")


@dataclass(frozen=True, slots=True)
class Hands:
    """The person `who` at the queue, at the moment `now`."""

    config: Config
    ledger: "Ledger"
    who: str
    now: datetime

    def chosen(self, keys: Sequence[str], states: frozenset[State], act: str) -> list[Delivery]:
        """Return the deliveries that are meant, each once. Raises SharebotError where one stands otherwise."""
        found = {delivery.key: delivery for delivery in (one(self.ledger, key) for key in keys)}
        for delivery in found.values():
            if delivery.state not in states:
                can = ", ".join(sorted(states))
                raise SharebotError(f"{delivery.key} is {delivery.state}; only {can} can be: {act}")
        return list(found.values())

    def asked(self, delivery: Delivery) -> Approval:
        """Return what a delivery's newsletter asks for before it goes out."""
        newsletter = self.config.newsletters.get(delivery.newsletter)
        return newsletter.approval if newsletter else Approval()

    def ready(self, delivery: Delivery) -> State:
        """Return where a delivery goes that is to be sent: what needs approval and has none waits for it."""
        return State.DRAFT if unapproved(self.asked(delivery), delivery) else State.QUEUED

    def do(self, changes: Sequence["Change"], *, as_json: bool) -> None:
        """Make all the changes or none, and show what they came to. Raises StoreError."""
        self.ledger.change(changes, self.who, self.now, together=True)
        self.show([change.before.key for change in changes], as_json=as_json)

    def wake(self) -> None:
        """Let the daemon know that the queue changed."""
        from sharebot.outbox.hosts import wake

        wake(self.ledger)

    def show(self, keys: Sequence[str], *, as_json: bool) -> None:
        """Wake the daemon, and show how these deliveries stand now."""
        self.wake()
        there = self.ledger.named(keys)
        if as_json:
            document({"deliveries": [delivery_json(there[key]) for key in keys]})
            return
        for delivery in (there[key] for key in keys):
            first = delivery.posts[0].text.partition("\n")[0] if delivery.posts else delivery.headline
            due = shown(delivery.due, delivery.zone)
            click.echo(f"{delivery.key[:8]}  {delivery.state}  {delivery.account}  {due}  {first}")


@contextmanager
def at_queue(config: Path | None, who: str = "") -> Iterator[Hands]:
    """Open the queue for a person."""
    found = app.load(config, secrets=False)
    with app.ledger(found) as ledger:
        yield Hands(found, ledger, who, ledger.clock())
