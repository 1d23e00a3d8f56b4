"""alerts: whether those who are to be told of what is wrong can be told."""

from collections.abc import Iterator
from pathlib import Path

import click

from sharebot import app
from sharebot.cli.output import config_option
from sharebot.cli.root import FAILED, examples
from sharebot.config.alerting import Alerts
from sharebot.errors import SharebotError


@click.group(epilog=examples("sharebot alerts test"))
def alerts() -> None:
    """Tell who is told of what is wrong, and try whether they can be."""


@alerts.command(epilog=examples("sharebot alerts test"))
@config_option
@click.pass_context
def test(ctx: click.Context, config: Path | None) -> None:
    """Send a test message to each recipient of alerts:, fetch its ping:, and say what happened.

    Exit code 1 where something was not taken, or nobody would be told.
    """
    found = app.load(config, secrets=True)
    if found.alerts is None:
        raise SharebotError(
            f"{found.path}: there is no alerts: in it, and nobody would be told; see docs/howto/alerts.md"
        )
    answers = list(_answers(found.alerts, found.path))
    for name, fault in answers:
        click.echo(f"{name}: {fault or 'taken'}")
    if any(fault for _, fault in answers):
        ctx.exit(FAILED)


def _answers(alerts: Alerts, path: Path) -> Iterator[tuple[str, str]]:
    from sharebot.alerts.mail import NotSent
    from sharebot.alerts.message import trial
    from sharebot.alerts.ping import fetch
    from sharebot.alerts.watch import place, send, shown

    now = app.clock()
    for recipient in alerts.to:
        try:
            send(recipient, trial(recipient.topics, now, place(path)), now)
            yield f"{shown(recipient)} ({', '.join(recipient.topics)})", ""
        except NotSent as error:
            yield shown(recipient), str(error)
    if alerts.ping:
        try:
            fetch(alerts)
            yield "ping", ""
        except NotSent as error:
            yield "ping", str(error)
