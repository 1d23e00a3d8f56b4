"""A mailbox that newsletters come to, by IMAP. It is only looked at: nothing is marked or moved unless told."""

from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TypeAlias

from sharebot.errors import SourceError
from sharebot.model import NO_HINTS, Document, Hints, Issue, Reading
from sharebot.sources import imap, resolving
from sharebot.sources.mailbox_form import MailboxForm, MailboxSettings
from sharebot.sources.readers import mail, mime

LARGEST = 10_000_000
"""Bytes of one mail; pictures are in it. Mail servers take 25 MB at most, and newsletters are far below one."""
MOST = 100
"""Mails that one look fetches; what is left is fetched by the next one."""
_VISITS = 2
"""A connection that breaks is made anew at once, so often a look."""
_FLAGS = {"seen": "\\Seen", "flagged": "\\Flagged"}

_Found: TypeAlias = tuple[Issue, ...] | SourceError


class Mailbox:
    """A source of issues, one mail each. Built once: it remembers what it has read."""

    Settings = MailboxSettings

    def __init__(self, settings: MailboxForm, base: Path, hints: Hints = NO_HINTS) -> None:  # noqa: ARG002 - no file
        self._settings = settings
        self._hints = hints
        self.every = settings.every
        self._validity = ""
        self._known: dict[int, _Found] = {}
        self._unmarked: set[int] = set()
        self._marked: set[int] = set()
        self._moved: list[_Found] = []
        self._resolver = resolving.Resolver(allow_private=settings.allow_private)

    @property
    def place(self) -> str:
        """The folder on its server, for messages."""
        return f"{self._settings.server.host}, folder {self._settings.box}"

    def read(self, now: datetime) -> Reading:
        """Look once: fetch what is new, and tell of all mails that are wanted and still there."""
        problems: list[SourceError] = []
        self._visit(lambda visit: self._look(visit, now), problems)
        issues = tuple(self._told(now, problems))
        if self._told_to_mark and self._unmarked:
            self._visit(self._mark, problems)
        return Reading(issues, tuple(problems))

    @property
    def _told_to_mark(self) -> bool:
        return self._settings.mark != "nothing" or bool(self._settings.move)

    def _visit(self, do: Callable[[imap.Visit], None], problems: list[SourceError]) -> None:
        """Sign in and do something there; a connection that breaks is made anew."""
        password = self._settings.password.get_secret_value()
        if not password:
            why = "its password is not at hand; set the variable or the file that it is in"
            problems.append(SourceError(self.place, why))
            return
        for left in reversed(range(_VISITS)):
            try:
                with imap.visit(self._settings.server, self._settings.name, password, self.place) as visit:
                    do(visit)
            except imap.Broken as error:
                if not left:
                    problems.append(error)
            except SourceError as error:
                problems.append(error)
                return
            else:
                return

    def _look(self, visit: imap.Visit, now: datetime) -> None:
        validity = visit.open(self._settings.box)
        if validity != self._validity:
            self._known.clear()
            self._unmarked.clear()
            self._marked.clear()
        self._validity = validity
        there = visit.search(self._first_day(now), self._settings.sender)
        self._known = {uid: self._known[uid] for uid in there if uid in self._known}
        self._unmarked &= self._known.keys()
        new = [uid for uid in there if uid not in self._known][:MOST]
        for uid, size in visit.sizes(new).items():
            self._take(visit, uid, size)

    def _first_day(self, now: datetime) -> date:
        """Return the day before the first one that is wanted: a server's day may begin up to 14 hours before ours."""
        try:
            return (now - self._settings.since - timedelta(days=1)).date()
        except OverflowError:
            return date.min

    def _take(self, visit: imap.Visit, uid: int, size: int) -> None:
        if size > LARGEST:
            why = f"it is {size / 1e6:.1f} MB large and {LARGEST / 1e6:.0f} MB is the most; it is passed over"
            self._known[uid] = SourceError(f"{self.place}, mail {uid}", why)
        elif (data := visit.fetch(uid, LARGEST)) is not None:
            self._known[uid] = self._parse(f"{self.place}, mail {uid}", data)

    def _parse(self, name: str, data: bytes) -> _Found:
        """Read a mail where it is one of those that are wanted; a server's own search finds more than that."""
        try:
            wanted = self._is_wanted(mime.parse(data, name))
        except SourceError:  # whose it is cannot be told, so it is none of ours
            return ()
        try:
            return mail.read(Document(name, data, media="message/rfc822"), self._hints) if wanted else ()
        except SourceError as error:
            return SourceError(name, error.why)

    def _is_wanted(self, letter: mime.Mail) -> bool:
        sender, list_id = (self._settings.sender or "").lower(), (self._settings.list_id or "").lower().strip("<> ")
        address = letter.address.lower()
        by = not sender or (address.endswith(sender) if sender.startswith("@") else address == sender)
        return by and (not list_id or list_id == letter.list_id.rpartition("<")[2].rstrip("> ").lower())

    def _told(self, now: datetime, problems: list[SourceError]) -> Iterable[Issue]:
        """Yield each issue once, with the links that its mail's redirects lead to."""
        self._resolver.begin()
        seen: set[str] = set()
        moved = ((0, found) for found in self._moved)
        for uid, found in (*sorted(self._known.items()), *moved):
            if isinstance(found, SourceError):
                problems.append(found)
                continue
            issues = [self._resolved(issue, now, problems) for issue in found if issue.id not in seen]
            seen.update(issue.id for issue in found)
            if issues and all(issues) and uid in self._known.keys() - self._marked:
                self._unmarked.add(uid)
            yield from filter(None, issues)

    def _resolved(self, issue: Issue, now: datetime, problems: list[SourceError]) -> Issue | None:
        try:
            resolved = self._resolver.resolve(issue, now) if self._settings.resolve else issue
        except SourceError as error:
            problems.append(SourceError(f"{self.place}, {issue.title!r}", error.why, issue.id))
            return None
        return resolved

    def _mark(self, visit: imap.Visit) -> None:
        """Do to the mails that were read what the editor told: the folder is opened for writing only now."""
        if visit.open(self._settings.box, writable=True) != self._validity:
            return
        if self._settings.mark != "nothing":
            visit.mark(self._unmarked, _FLAGS[self._settings.mark])
        if self._settings.move:
            visit.move(self._unmarked, self._settings.move)
            # Out of the folder, but not out of the newsletter.
            self._moved += [self._known.pop(uid) for uid in self._unmarked]
        self._marked |= self._unmarked
        self._unmarked.clear()
