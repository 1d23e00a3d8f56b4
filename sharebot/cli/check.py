"""check and schema: the configuration before anything happens."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

import click

from sharebot import app, schedule
from sharebot.cli.output import by_clock, document, json_option, local, say, shown, shown_path
from sharebot.cli.root import CONFIGURATION, FAILED, examples
from sharebot.config.values import Config, Stream
from sharebot.errors import ConfigError, Problem, PublishError
from sharebot.model import Identity

_NEXT = 3
_RENEWED = "it is renewed before, where its network allows it"


@click.command(epilog=examples("sharebot check", "sharebot check config/sharebot.yaml --online"))
@click.argument("config", type=click.Path(path_type=Path, readable=False), required=False)
@click.option("--online", is_flag=True, help="Also sign in, say what each account may do, and visit the newest links.")
@click.option("--without-secrets", is_flag=True, help="Where the secrets are not: do not miss them.")
@json_option
@click.pass_context
def check(ctx: click.Context, config: Path | None, online: bool, without_secrets: bool, as_json: bool) -> None:
    """Find everything that is wrong in CONFIG at once; else say what it asks for, in words, with the next times.

    CONFIG is a file, or a folder whose YAML files together are the configuration.
    """
    now = app.clock()
    try:
        found = app.load(config, secrets=not without_secrets, now=now)
    except ConfigError as error:
        if not as_json:
            raise
        document({"ok": False, "problems": _problems(error.problems, "error"), "warnings": []})
        ctx.exit(CONFIGURATION)
    accounts = _sign_in(found) if online else {}
    report = _report(found, accounts, now) | (_links(found) if online else {})
    if as_json:
        document(report)
    else:
        _tell(found, report, now)
    if any("error" in account for account in accounts.values()):
        ctx.exit(FAILED)


def _problems(problems: tuple[Problem, ...], severity: str) -> list[dict[str, Any]]:
    return [asdict(problem) | {"severity": severity} for problem in problems]


def _sign_in(config: Config) -> dict[str, dict[str, Any]]:
    answers: dict[str, dict[str, Any]] = {}
    for name, account in config.accounts.items():
        try:
            network = app.platform(account.platform)(account.settings)
            found = app.identity(network)
            found = replace(found, ends=account.ends, lasting=_RENEWED) if account.ends else found
            limit = network.rules.measure("").limit
            answers[name] = _told(found, config.timezone) | {"limit": limit, "advice": [*_advice(found)]}
        except PublishError as error:
            answers[name] = {"error": str(error)}
    return answers


def _told(found: Identity, zone: str) -> dict[str, Any]:
    return {
        "who": found.who,
        "may": list(found.may),
        "ends": found.ends and local(found.ends, zone),
        "lasting": found.lasting,
        "bot": found.bot,
    }


def _advice(found: Identity) -> Iterator[str]:
    if found.writes is False:
        yield f"may not post, only {', '.join(found.may)}; allow it to write, then make a new token"
    if found.bot is False:
        yield "is not marked as a bot; say so in its profile, for followers want to know"


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
        "warnings": _problems(config.warnings, "warning"),
        "accounts": [
            {"name": name, "platform": account.platform, "stored": bool(account.lacking), **online.get(name, {})}
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


def _tell(config: Config, report: dict[str, Any], now: datetime) -> None:
    for warning in (*config.warnings, *_warned(report)):
        say(f"warning: {warning}")
    click.echo(f"{shown_path(config.path)}: nothing is wrong")
    for account in report["accounts"]:
        for line in _account(account, config.timezone):
            click.echo(f"  {line}")
    for row in report["schedules"]:
        said = "; ".join([row["words"], *_coming([datetime.fromisoformat(at) for at in row["next"]], now)])
        click.echo(f"  {row['newsletter']}.{row['stream']} → {', '.join(row['to'])}: {said}")


def _coming(times: Sequence[datetime], now: datetime) -> Iterator[str]:
    """Say the next times by the clocks that the schedule goes by."""
    if times:
        first, *others = (by_clock(at, now) for at in times)
        yield f"next: {first}, {schedule.nearing(times[0], now)}"
        yield from [f"then {' and '.join(others)}"] if others else []


def _warned(report: dict[str, Any]) -> Iterator[str]:
    """Yield what was found online and should not stay so."""
    yield from report.get("unread", ())
    if "links" in report:
        from sharebot.cli.visiting import words

        yield from map(words, report["links"])
    for account in report["accounts"]:
        yield from (f"{account['name']} {advice}" for advice in account.get("advice", ()))


def _account(account: dict[str, Any], zone: str) -> Iterator[str]:
    head = f"{account['name']} ({account['platform']}{', signed in by `sharebot login`' if account['stored'] else ''})"
    if "who" not in account:
        yield f"{head}: {account['error']}" if "error" in account else head
        return
    yield f"{head}: {account['who']}, up to {account['limit']} characters"
    ends = account["ends"] and f"the token ends {shown(datetime.fromisoformat(account['ends']), zone)}"
    may = account["may"] and f"may {', '.join(account['may'])}"
    if facts := "; ".join(filter(None, (may, ends, account["lasting"]))):
        yield f"  {facts}"


@click.command(epilog=examples("sharebot schema > sharebot.schema.json", "sharebot schema --override"))
@click.option("--part", is_flag=True, help="Of a file that another one includes.")
@click.option("--override", is_flag=True, help="Of a file beside an issue, such as 2026-07.sharebot.yaml.")
def schema(*, part: bool, override: bool) -> None:
    """Print the JSON Schema of the configuration, with the networks and sources that are installed."""
    from sharebot.pipeline import overrides

    if part and override:
        raise click.UsageError("--part and --override are two files; name one of them")
    document(overrides.schema() if override else app.schema(part=part))
