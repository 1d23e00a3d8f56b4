"""One look at what is wrong, and what follows: the alarms kept, and the recipients told whom they concern.

Told is at least once: what is to be told is kept before, that it was told is kept after, and a process that dies in
between tells it again. Of two hosts that both believe to lead one tells.
"""

import socket
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from sharebot import logs
from sharebot.alerts.book import Page, stages, turn
from sharebot.alerts.herald import herald
from sharebot.alerts.mail import NotSent, mail
from sharebot.alerts.message import ended, named, telling
from sharebot.alerts.problems import KINDS, Facts, Problem, is_unknown, problems
from sharebot.alerts.words import Message
from sharebot.config.alerting import Alerts, Recipient
from sharebot.config.values import Config
from sharebot.outbox import alarms as store
from sharebot.outbox.alarms import Alarm
from sharebot.outbox.ledger import Ledger

_SENT = "sent"
_APART = "|"
"""Between a recipient's name and what it is told of, in the names of the alarms that are kept."""

Send = Callable[[Recipient, Message, datetime], None]
"""Sends a message to a recipient. Raises NotSent."""


def send(recipient: Recipient, message: Message, now: datetime) -> None:
    """Send a message the way that its recipient gets them. Raises NotSent."""
    if recipient.mail:
        mail(recipient.mail, message, now)
    elif recipient.apprise:
        herald(recipient.apprise.get_secret_value(), message)


def shown(recipient: Recipient) -> str:
    """Say who a recipient is: mail addresses, or the kind of Apprise's service; its address is a secret."""
    if recipient.mail:
        return ", ".join(recipient.mail.to)
    return recipient.apprise.get_secret_value().partition("://")[0] if recipient.apprise else ""


def place(path: Path) -> str:
    """Say at the end of a message where it comes from: this host, and its configuration."""
    return f"sharebot on {socket.gethostname()}, {path.absolute()}"


def look(config: Config, ledger: Ledger, seen: Facts, send: Send = send) -> None:
    """Look at what is wrong at the moment of `seen`, which brings what the outbox does not know. Raises StoreError."""
    if config.alerts is None or not config.alerts.to:
        return
    facts = _with_outbox(config, config.alerts, ledger, seen)
    found, known = list(problems(facts, config)), _by_recipient(store.alarms(ledger))
    names = _named(config.alerts.to)
    store.keep(ledger, (), [f"{name}{_APART}{key}" for name in known.keys() - names.keys() for key in known[name]])
    for name, recipient in names.items():
        desk = _Desk(name, recipient, ledger, facts.now, place(config.path), send)
        desk.serve(known.get(name, {}), found, lambda key: is_unknown(key, facts, config), config.alerts)


def _with_outbox(config: Config, alerts: Alerts, ledger: Ledger, seen: Facts) -> Facts:
    approved = [each.name for each in config.newsletters.values() if each.approval.required]
    posts = [
        *store.doubtful(ledger, seen.now - alerts.unsure),
        *store.drafts(ledger, approved, seen.now + alerts.drafts),
        *store.news(ledger, seen.now),
    ]
    return replace(seen, standings=ledger.standings(), posts=posts, days=store.days(ledger))


def _named(recipients: Sequence[Recipient]) -> dict[str, Recipient]:
    """Name recipients by where they are told, so that nothing is told anew when their order or their topics change."""
    names: dict[str, Recipient] = {}
    for each in recipients:
        address = each.apprise.get_secret_value() if each.apprise else shown(each)
        name = sha256(address.encode()).hexdigest()[:8]  # so short that it gives no secret away
        while name in names:
            name += "+"
        names[name] = each
    return names


def _by_recipient(alarms: Mapping[str, Alarm]) -> dict[str, dict[str, Alarm]]:
    found: dict[str, dict[str, Alarm]] = {}
    for name, alarm in alarms.items():
        recipient, apart, own = name.partition(_APART)
        if apart:
            found.setdefault(recipient, {})[own] = replace(alarm, name=own)
    return found


@dataclass(frozen=True, slots=True)
class _Desk:
    """Keeps the alarms of one recipient, and tells them."""

    name: str
    recipient: Recipient
    ledger: Ledger
    now: datetime
    place: str
    send: Send

    def serve(
        self,
        known: Mapping[str, Alarm],
        found: Sequence[Problem],
        is_unknown: Callable[[str], bool],
        alerts: Alerts,
    ) -> None:
        """Keep what changed, and tell what is due unless something was told a moment ago."""
        last = known[_SENT].told if _SENT in known else None
        before = {key: alarm for key, alarm in known.items() if key != _SENT}
        mine = [problem for problem in found if self._concerns(problem)]
        of_topics = {key: a for key, a in before.items() if a.kind in KINDS and self._hears(a.kind)}
        page = turn(of_topics, mine, is_unknown, self.now, alerts)
        self._keep([a for key, a in page.alarms.items() if before.get(key) != a], before.keys() - page.alarms.keys())
        if not (page.fresh or page.still or page.over) or (last and self.now < last + alerts.gap):
            return
        if store.attempt(self.ledger, f"{self.name}{_APART}{_SENT}", last, self.now):
            self._tell(page, {problem.name: problem.newsletter for problem in mine})

    def _hears(self, kind: str) -> bool:
        return KINDS[kind].topic in self.recipient.topics

    def _concerns(self, problem: Problem) -> bool:
        letters = self.recipient.newsletters
        return self._hears(problem.kind) and not (letters and problem.newsletter and problem.newsletter not in letters)

    def _tell(self, page: Page, letters: Mapping[str, str]) -> None:
        name, told = named(self.name, self.now), [*page.fresh, *page.still]
        if told:
            concerned = [letters.get(alarm.name, "") for alarm in told]
            message = telling(name, page.fresh, page.still, concerned, self.place)
            if self._sent(message, told):
                logs.info("alert.told", to=shown(self.recipient), subject=message.subject, count=len(told))
        if page.over:
            answers = dict.fromkeys(named(self.name, alarm.told) for alarm in page.over if alarm.told)
            message = ended(f"{name}.over", stages(page.over), answers, self.place)
            if self._sent(message, page.over):
                logs.info("alert.ended", to=shown(self.recipient), subject=message.subject, count=len(page.over))

    def _sent(self, message: Message, told: Sequence[Alarm]) -> bool:
        try:
            self.send(self.recipient, message, self.now)
        except NotSent as error:
            logs.warn("alert.failed", to=shown(self.recipient), subject=message.subject, error=str(error))
            return False
        self._keep([replace(alarm, told=self.now) for alarm in told])
        return True

    def _keep(self, alarms: Sequence[Alarm], forgotten: Collection[str] = ()) -> None:
        full = [replace(alarm, name=f"{self.name}{_APART}{alarm.name}") for alarm in alarms]
        store.keep(self.ledger, full, [f"{self.name}{_APART}{key}" for key in forgotten])
