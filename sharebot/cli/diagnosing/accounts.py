"""The accounts: how each stands, and whether it may post; the sources: whether each can be read."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from sharebot import app, plugins
from sharebot.cli.diagnosing.findings import Check, Finding, warn, well, wrong
from sharebot.cli.diagnosing.network import of
from sharebot.cli.diagnosing.subject import Subject
from sharebot.cli.visiting import age
from sharebot.config.values import Account, Newsletter
from sharebot.errors import PublishError, SignInAgain
from sharebot.places import folder_of

if TYPE_CHECKING:
    from sharebot.outbox.accounts import Standing
    from sharebot.outbox.ledger import Ledger

_SOON = timedelta(days=14)
_SEE = "`sharebot read` shows what is found there, and `sharebot plan` all faults"
_HARMLESS = {"resolve": False, "pages": False, "mark": "nothing", "move": None}
"""Settings of sources with which to look leaves no trace: no link is followed, no mail is marked or moved."""


def standings(ledger: "Ledger", now: datetime) -> Iterator[Finding]:
    """Tell of each known account what keeps it from posting, or when it last did."""
    from sharebot.outbox.statements import EVERYONE

    known = ledger.standings()
    everyone = known.pop(EVERYONE, None)
    if everyone and everyone.paused:
        yield wrong("accounts", f"all are paused: {everyone.paused}", "`sharebot resume`")
    for each in known.values():
        yield _standing(each, now)


def _standing(each: "Standing", now: datetime) -> Finding:
    name = f"account {each.name}"
    login = f"`sharebot login {each.name}`, or a new token in its place, then `sharebot resume {each.name}`"
    if each.paused:
        cure = f"cure it, then `sharebot resume {each.name}`"
        return wrong(name, f"paused: {each.paused}", login if each.probe_at else cure)
    if each.ends and each.ends <= now:
        return wrong(name, f"its token ended {each.ends:%Y-%m-%d %H:%M} UTC", login)
    if each.not_before and each.not_before > now and each.failures:
        words = f"it rests until {each.not_before:%Y-%m-%d %H:%M} UTC after {each.failures} failure(s) in a row"
        return warn(name, words, "it goes on by itself; `sharebot queue list` and the log say why it failed")
    if each.ends and each.ends - now < _SOON:
        return warn(name, f"its token ends {each.ends:%Y-%m-%d %H:%M} UTC", login)
    return well(name, f"last posted {each.succeeded:%Y-%m-%d %H:%M} UTC" if each.succeeded else "has not posted yet")


def sign_ins(asked: Subject) -> dict[str, Check]:
    """Return for each account what signs in; of one whose settings are not all there, that it cannot."""
    return {
        f"sign-in {name}": partial(_sign_in if name in asked.there.ready else _unready, account)
        for name, account in asked.there.accounts.items()
    }


def _unready(account: Account) -> Iterator[Finding]:
    words = "not tried: its settings are not all there"
    yield wrong(f"sign-in {account.name}", words, "`sharebot check` tells what it lacks")


def _sign_in(account: Account) -> Iterator[Finding]:
    name = f"sign-in {account.name}"
    try:
        found = app.identity(app.platform(account.platform)(account.settings))
    except SignInAgain as error:
        yield wrong(name, str(error), f"`sharebot login {account.name}`, or a new token in its place")
        return
    except PublishError as error:
        yield wrong(name, str(error), "try again; if it stays so, look at the network's own page of its state")
        return
    if found.writes is False:
        words = f"{found.who} may not post, only {', '.join(found.may)}"
        yield wrong(name, words, "allow the app to write, then make a new token")
    else:
        yield well(name, "; ".join([found.who, *([f"may {', '.join(found.may)}"] if found.may else [])]))


def sources(asked: Subject, first: Mapping[str, datetime], *, near: bool) -> dict[str, Check]:
    """Return for each source what reads it: those that are `near`, on this machine alone, or the others.

    `first` tells when a daemon read each first.
    """
    return {
        f"source {name}": partial(_read, asked, letter, first.get(name))
        for name, letter in asked.newsletters.items()
        if near is not any(of(letter.source))
    }


def _read(asked: Subject, letter: Newsletter, first: datetime | None) -> Iterator[Finding]:
    name = f"source {letter.name}"
    kind = plugins.load(plugins.SOURCES)[letter.source_kind]
    known = {key: value for key, value in _HARMLESS.items() if key in type(letter.source).model_fields}
    source = kind(letter.source.model_copy(update=known), folder_of(asked.path), letter.hints)
    reading = source.read(app.clock())
    since = f"a daemon read it first {first:%Y-%m-%d %H:%M} UTC" if first else "no daemon has read it yet"
    if reading.problems:
        words, more = str(reading.problems[0]), len(reading.problems) - 1
        fault = warn if reading.issues else wrong
        yield fault(name, f"{words} (and {more} more)" if more else words, _SEE)
    elif reading.issues:
        newest = max(reading.issues, key=age)
        dated = f" of {newest.date}" if newest.date else ""
        yield well(name, f"{len(reading.issues)} issue(s), the newest {newest.id}{dated}; {since}")
    else:
        yield warn(name, f"there is no issue in it; {since}", "is its place right? `sharebot read` shows what is there")
