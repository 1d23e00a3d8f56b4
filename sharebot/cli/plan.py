"""plan: what would be posted where and when."""

import os
import sys
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from sharebot import app
from sharebot.cli.output import Moment, config_option, document, say
from sharebot.cli.root import NOTHING, examples

if TYPE_CHECKING:
    from sharebot.cli.planning.view import View

_Command = TypeVar("_Command", bound=Callable[..., Any])
_FORM = "sharebot.plan.form"


def _form(name: str, **attributes: Any) -> Callable[[_Command], _Command]:
    return click.option(f"--{name}", is_flag=True, expose_value=False, callback=_choose, **attributes)


def _choose(ctx: click.Context, param: click.Parameter, value: bool) -> None:
    """Keep the form that is asked for; two at once cannot be written."""
    if value and (other := ctx.meta.setdefault(_FORM, param.name)) != param.name:
        raise click.UsageError(f"--{other} and --{param.name} exclude each other; choose one")


@click.command(
    epilog=examples(
        "sharebot plan",
        "sharebot plan --days 30 --json",
        "sharebot plan --html > plan.html",
        "sharebot plan --ics > plan.ics",
        "sharebot plan --exit-code",
    )
)
@config_option
@click.option("--days", type=click.IntRange(1, 3660), default=14, show_default=True, help="How far to look ahead.")
@click.option("--now", type=Moment(), help="Plan as if it were this time.")
@click.option("--exit-code", is_flag=True, help="Exit with 3 where something would change.")
@_form("json", help="Write one JSON document to stdout.")
@_form("ics", help="Write a calendar that other programs can subscribe to, to stdout.")
@_form("html", help="Write one page with a calendar and each post as its network draws it, to stdout.")
@click.pass_context
def plan(
    ctx: click.Context,
    config: Path | None,
    days: int,
    now: datetime | None,
    exit_code: bool,
) -> None:
    """Read the sources and show what would be posted where and when, against what is queued. Changes nothing.

    + is new, ~ changed, - gone and = kept.
    """
    view = _view(config, days, now or app.clock())
    _write(view, ctx.meta.get(_FORM))
    if exit_code and view.changes:
        ctx.exit(NOTHING)


def _view(config: Path | None, days: int, now: datetime) -> "View":
    from sharebot.cli.planning.view import View
    from sharebot.pipeline import quota
    from sharebot.pipeline.slots import MEMORY

    found = app.load(config, secrets=False)
    with app.ledger(found, create=False) as ledger:
        wired = app.build(found, ledger, lambda: now)
        made = wired.pipeline.plan(wired.read(patience=app.PATIENCE), now)
        standing = ledger.since(now - MEMORY)
    networks = {entry.delivery.account: entry.delivery.platform for entry in made.entries}
    # What is gone may have been for an account that is gone, too: then its network's usual limits hold.
    rules_of = app.rules_of(found)
    rules = {name: rules_of(name, network) for name, network in networks.items()}
    rules |= {name: platform.rules for name, platform in wired.platforms.items()}
    span = quota.Span(now, now + timedelta(days=days))
    return View(made, found, rules, quota.forecasts(found, rules, made.entries, standing, span), span, days)


def _write(view: "View", form: str | None) -> None:
    match form:
        case "json":
            from sharebot.cli.planning import data

            document(data.value(view))
        case "html":
            from sharebot.cli.planning.page import html

            click.echo(html(view), nl=False)
        case "ics":
            from sharebot.cli.planning.calendar import ics

            click.echo(ics(view), nl=False)
            _warn(view)
        case _:
            from sharebot.cli.planning import text

            _say(text.lines(view, colour=_on_terminal() and not os.environ.get("NO_COLOR")))
            _warn(view)
            _say(text.closing(view))


def _say(lines: Iterable[str]) -> None:
    for line in lines:
        click.echo(line)


def _warn(view: "View") -> None:
    for warning in view.general:
        say(f"warning: {warning}")


def _on_terminal() -> bool:
    return sys.stdout.isatty()
