"""login and logout: each network's own sign-in, from the terminal or through a pipe."""

import secrets
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sharebot import app
from sharebot.cli.output import config_option, say, shown
from sharebot.cli.root import FAILED, examples
from sharebot.config.secrets import secret_fields, variable
from sharebot.config.signing import signs_in
from sharebot.config.values import Account, Config
from sharebot.errors import PublishError, SharebotError
from sharebot.model import Credential

if TYPE_CHECKING:
    from sharebot.outbox.credentials import Credentials
    from sharebot.outbox.ledger import Ledger

_NO_KEY = "there is no key to seal with: set SHAREBOT_KEY (`sharebot login --new-key` makes one), or write --print"
_ELSEWHERE = "--new-key and --reseal are about no account; leave the name out"


@dataclass(frozen=True, slots=True)
class _Terminal:
    """Asks whoever sits there. Off a terminal, each answer is the next line of standard input."""

    def ask(self, words: str, *, hidden: bool = False) -> str:
        if sys.stdin.isatty():
            answer: str = click.prompt(words, err=True, hide_input=hidden)
        else:
            say(f"{words}:")
            answer = sys.stdin.readline()
        if not answer.strip():
            raise SharebotError("no answer came, and nothing is changed; answers are lines of standard input")
        return answer.strip()


@click.command(
    epilog=examples(
        "umask 077; sharebot login --new-key > sharebot.key   # once; name it by SHAREBOT_KEY_FILE",
        "sharebot login mastodon                              # signs in, and stores that sealed",
        "sharebot login x --print                             # says what to put where instead",
        "sharebot login --reseal                              # after a new key was put before the old one",
    )
)
@click.argument("account", required=False)
@config_option
@click.option("--print", "printed", is_flag=True, help="Print the secrets and what to do with them; store nothing.")
@click.option("--new-key", is_flag=True, help="Print a new key for SHAREBOT_KEY, and do nothing else.")
@click.option("--reseal", is_flag=True, help="Seal all that is stored with the first of the keys in SHAREBOT_KEY.")
def login(account: str | None, config: Path | None, printed: bool, new_key: bool, reseal: bool) -> None:
    """Sign ACCOUNT in, as its network does it, and store what that brings, sealed with SHAREBOT_KEY.

    The configuration then leaves the account's secrets out; a running daemon notices within half a minute. Answers are
    asked for on the terminal, or are lines of standard input. No secret belongs into the command line.
    """
    if (new_key or reseal) and account:
        raise click.UsageError(_ELSEWHERE)
    if new_key:
        from sharebot import sealing

        click.echo(sealing.written(secrets.token_bytes(sealing.KEY_BYTES)))
    elif reseal:
        _reseal(config)
    elif account:
        _sign_in(config, account, printed=printed)
    else:
        raise click.UsageError("name an account of the configuration: sharebot login mastodon")


def _sign_in(config: Path | None, name: str, *, printed: bool) -> None:
    found = app.load(config, secrets=name)
    account, network = _named(found, name)
    if not signs_in(network):
        raise SharebotError(f"{account.platform} has no sign-in of its own; write the secrets of {name} by hand")
    with app.ledger(found) as ledger:
        store = app.credentials(ledger)
        printed = printed or (not store.opens and sys.stdout.isatty())
        if not (printed or store.opens):
            raise click.UsageError(_NO_KEY)
        new = network.sign_in(account.settings, _Terminal())
        if printed:
            click.echo("\n".join(_lines(account, new, found.timezone)))
            return
        store.put(name, new, ledger.clock())
        _go_on(ledger, name)
    _tell(account, network, new, found.timezone)


def _named(config: Config, name: str) -> tuple[Account, Any]:
    account = config.accounts.get(name)
    if account is None:
        raise SharebotError(f"there is no account {name!r}; there are {', '.join(config.accounts)}")
    return account, app.platform(account.platform)


def _go_on(ledger: "Ledger", name: str) -> None:
    """Let an account post again that was signed out, and try one soon whose sign-in the network refused."""
    from sharebot.outbox.credentials import SIGNED_OUT
    from sharebot.outbox.hosts import wake

    now = ledger.clock()
    if ledger.paused().get(name) == SIGNED_OUT:
        ledger.resume(name, "login", now)
    ledger.probe_soon([name], now)
    wake(ledger)


def _tell(account: Account, network: Any, new: Credential, zone: str) -> None:
    """Say as whom it is, and what may still stand in its way."""
    from sharebot.renewal import filled

    settings = filled(account.settings, new, tuple(new.secrets))
    try:
        who = network(settings).who()
    except PublishError as error:
        raise SharebotError(f"{account.name}: the sign-in is stored, and does not work: {error}") from None
    ends = f"; the token ends {shown(new.ends, zone)}" if new.ends else ""
    click.echo(f"{account.name}: signed in as {who}, and stored sealed{ends}")
    for key in _given(account, network, new):
        say(f"warning: the configuration gives {key} itself, which counts; take it out, or the sign-in is not used")


def _given(account: Account, network: Any, new: Credential) -> Iterator[str]:
    required = {name for name, field in network.Settings.model_fields.items() if field.is_required()}
    yield from (key for key in new.secrets if key in required and key not in account.lacking)


def _lines(account: Account, new: Credential, zone: str) -> Iterator[str]:
    """Write what to put where: the YAML with variables, and the variables."""
    names = {key: variable(account.name, key) for key in secret_fields(type(account.settings)) if key in new.secrets}
    yield f"# sharebot.yaml, below accounts: {account.name}:"
    yield from (f"    {key}: ${{{name}}}" for key, name in names.items())
    yield "# the environment of sharebot; or a file each, named by the key with _file behind"
    yield from (f"{name}={new.secrets[key]}" for key, name in names.items())
    if new.ends:
        yield f"# it ends {shown(new.ends, zone)}; only what is stored sealed is renewed"


def _reseal(config: Path | None) -> None:
    with app.ledger_beside(app.find(config), create=False) as ledger:
        store, now = app.credentials(ledger), ledger.clock()
        held = {name: store.get(name) for name in store.names()}
        for name, each in held.items():
            if each:
                store.put(name, each, now)
    click.echo(f"{len(held)} sign-in(s) are sealed with the first key; the others may go")


@click.command(epilog=examples("sharebot logout mastodon"))
@click.argument("account")
@config_option
@click.pass_context
def logout(ctx: click.Context, account: str, config: Path | None) -> None:
    """Forget what `sharebot login` stored for ACCOUNT, revoke it where the network can, and pause the account.

    Exit code 1 where the network could not be told.
    """
    found = app.load(config, secrets=account)
    known, network = _named(found, account)
    with app.ledger(found) as ledger:
        why = _revoked(app.credentials(ledger), known, network)
        _forget(ledger, account)
    click.echo(f"{account}: signed out, and paused")
    if why:
        say(f"{account}: it could not be revoked: {why}; do that in the network's own settings")
        ctx.exit(FAILED)


def _revoked(store: "Credentials", account: Account, network: Any) -> str:
    """Make what is stored worthless; say why where that failed."""
    if account.name not in store.names():
        cure = "its secrets are those of the configuration: take them out there"
        raise SharebotError(f"nothing is stored for {account.name!r}; {cure}")
    try:
        held = store.get(account.name)
        if hasattr(network, "sign_out") and held:
            network.sign_out(account.settings, held)
    except SharebotError as error:
        return str(error)
    return ""


def _forget(ledger: "Ledger", name: str) -> None:
    from sharebot.outbox.credentials import SIGNED_OUT
    from sharebot.outbox.hosts import wake

    app.credentials(ledger).remove(name)
    ledger.pause(name, SIGNED_OUT)
    ledger.note_ends(name, None)
    wake(ledger)
