"""check and schema: the configuration before anything happens."""

from dataclasses import asdict
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

import click

from sharebot import app, schedule
from sharebot.cli.output import document, json_option, local, say, shown, shown_path
from sharebot.cli.root import CONFIGURATION, FAILED, examples
from sharebot.cli.visiting import words
from sharebot.config.values import Config, Stream
from sharebot.errors import ConfigError, PublishError

_NEXT = 3


@click.command(epilog=examples("sharebot check", "sharebot check config/sharebot.yaml --online"))
@click.argument("config", type=click.Path(path_type=Path, readable=False), required=False)
@click.option("--online", is_flag=True, help="Also sign in, say how long a post may be, and visit the newest links.")
@click.option("--without-secrets", is_flag=True, help="Where the secrets are not: do not miss them.")
@json_option
@click.pass_context
def check(ctx: click.Context, config: Path | None, online: bool, without_secrets: bool, as_json: bool) -> None:
    """Find everything that is wrong in CONFIG at once; else say what it asks for, in words, with the next times."""
    try:
        found = app.load(config, secrets=not without_secrets)
    except ConfigError as error:
        if not as_json:
            raise
        document({"ok": False, "problems": [asdict(problem) for problem in error.problems], "warnings": []})
        ctx.exit(CONFIGURATION)
    accounts = _sign_in(found) if online else {}
    report = _report(found, accounts, app.clock()) | (_links(found) if online else {})
    if as_json:
        document(report)
    else:
        _tell(found, report)
    if any("error" in account for account in accounts.values()):
        ctx.exit(FAILED)


def _sign_in(config: Config) -> dict[str, dict[str, Any]]:
    answers: dict[str, dict[str, Any]] = {}
    for name, account in config.accounts.items():
        try:
            network = app.platform(account.platform)(account.settings)
            answers[name] = {"who": network.who(), "limit": network.rules.measure("").limit}
        except PublishError as error:
            answers[name] = {"error": str(error)}
    return answers


def _links(config: Config) -> dict[str, Any]:
    """Visit the links of each newsletter's newest issue; what cannot be read is told beside."""
    from sharebot.cli.visiting import visit
    from sharebot.outbox.ledger import Ledger

    with Ledger("sqlite://") as nothing:
        readings = app.build(config, nothing).read(patience=app.PATIENCE)
    unread = [str(problem) for reading in readings.values() for problem in reading.problems]
    return {"links": visit(config.newsletters, readings), "unread": unread}


def _report(config: Config, online: dict[str, dict[str, Any]], now: datetime) -> dict[str, Any]:
    return {
        "ok": not any("error" in answer for answer in online.values()),
        "problems": [],
        "warnings": [asdict(warning) for warning in config.warnings],
        "accounts": [
            {"name": name, "platform": account.platform, **online.get(name, {})}
            for name, account in config.accounts.items()
        ],
        "schedules": [
            {"newsletter": newsletter.name, "stream": stream.name, "to": list(stream.to), **_times(stream, now)}
            for newsletter in config.newsletters.values()
            for stream in newsletter.posts
        ],
    }


def _times(stream: Stream, now: datetime) -> dict[str, Any]:
    coming = [] if stream.schedule.now else islice(schedule.slots(stream.schedule, now), _NEXT)
    return {
        "words": schedule.words(stream.schedule),
        "next": [local(slot.at, slot.zone) for slot in coming],
    }


def _tell(config: Config, report: dict[str, Any]) -> None:
    for warning in (*config.warnings, *report.get("unread", ()), *map(words, report.get("links", ()))):
        say(f"warning: {warning}")
    click.echo(f"{shown_path(config.path)}: nothing is wrong")
    for account in report["accounts"]:
        who, limit = account.get("who"), account.get("limit")
        known = f"{who}, up to {limit} characters" if who else account.get("error", "")
        click.echo(f"  {account['name']} ({account['platform']}){': ' if known else ''}{known}")
    for row in report["schedules"]:
        click.echo(f"  {row['newsletter']}.{row['stream']} → {', '.join(row['to'])}: {row['words']}")
        times = [datetime.fromisoformat(at) for at in row["next"]]
        if times:
            first = f"{shown(times[0], config.timezone)}, {schedule.nearing(times[0], app.clock())}"
            click.echo(f"    next: {'; '.join([first, *(shown(at, config.timezone) for at in times[1:])])}")


@click.command(epilog=examples("sharebot schema > sharebot.schema.json", "sharebot schema --override"))
@click.option("--override", is_flag=True, help="That of a file beside an issue, such as 2026-07.sharebot.yaml.")
def schema(override: bool) -> None:
    """Print the JSON Schema of the configuration, with the networks and sources that are installed."""
    from sharebot.pipeline import overrides

    document(overrides.schema() if override else app.schema())
