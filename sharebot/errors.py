"""What can go wrong, in the words that publisher, command line and editors share.

A platform's `publish` answers with a receipt or raises one of the four `PublishError`s. They say only
*may it be sent again?* and *why*; when to try again is decided in `retry.py` alone.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class SharebotError(Exception):
    """Something that a person can understand and cure; `str()` of it is the message."""


class Reason(StrEnum):
    """Why a sending did not bring its post out, in the few words that are counted."""

    RATE_LIMITED = "rate_limited"
    UNAVAILABLE = "unavailable"
    REFUSED = "refused"
    SIGN_IN = "sign_in"
    LOST_ANSWER = "lost_answer"
    PROGRAM = "program"
    BARRED = "barred"


class PublishError(SharebotError):
    """A network did not take a post."""

    reason = Reason.UNAVAILABLE


class TryLater(PublishError):
    """The post surely was not taken, and the same post may be taken later.

    `after` is what the network itself asked for (Retry-After, a rate limit's reset), counted from now: the whole
    account waits so long. Only what may be the post's own fault `spends` one of its attempts: not that wait, nor a
    server that serves nobody.
    """

    def __init__(self, why: str, after: timedelta | None = None, *, spends: bool = True) -> None:
        super().__init__(why)
        self.after = after
        self.reason = Reason.UNAVAILABLE if after is None else Reason.RATE_LIMITED
        self.spends = spends and after is None


class Refused(PublishError):
    """The network will never take this post as it is: too long, a duplicate, against its rules."""

    reason = Reason.REFUSED


class Duplicate(Refused):
    """The network says that it has this very post already. After a lost answer that is the proof that it is there."""


class SignInAgain(PublishError):
    """The account's token or permission is no good: the account pauses until a person has mended it."""

    reason = Reason.SIGN_IN


class Unsure(PublishError):
    """The answer was lost: the post may be out. It is never sent again on a guess."""

    reason = Reason.LOST_ANSWER


@contextmanager
def reading() -> Iterator[None]:
    """Mark an exchange, or decorate a function, that changes nothing: a lost answer may simply be asked for again."""
    try:
        yield
    except Unsure as error:
        raise TryLater(str(error)) from None


class NoPost(SharebotError):
    """Nothing can be made of an article that may be sent."""


class Unlinked(NoPost):
    """The article's only link was made for one reader of a mail. It is never posted; the post waits for another."""


class DoesNotFit(NoPost):
    """Even the shortest honest form of the post is over the network's limit, because the link is never cut."""


class SourceError(SharebotError):
    """A source or one of its documents cannot be read; `place` names it, `why` says what is wrong and the cure.

    `issue` is the id (or address) of the issue that is held back by it, where that is known.
    """

    def __init__(self, place: str, why: str, issue: str | None = None) -> None:
        super().__init__(f"{place}: {why}")
        self.place = place
        self.why = why
        self.issue = issue or place


class StoreError(SharebotError):
    """The outbox cannot be used now: locked, read-only, full, newer than this program, or in use by another daemon."""


class Sealed(SharebotError):
    """What is stored sealed cannot be opened: the key is missing, is none, or is another one than it was."""


UNTRUE = "no longer true: "
"""How the reason begins for which a post is held whose words will be false when it goes out, or are by now."""
DOUBLE = "posted already: "
"""How the reason begins for which a post is held whose link its account has posted, or is going to."""
NO_NEWSLETTER = "the configuration no longer has its newsletter: "
"""How the reason begins for which a post is held whose newsletter was taken out of the configuration."""
REVISED = (UNTRUE, DOUBLE, NO_NEWSLETTER)
"""Of these, each reading looks again whether they still hold."""
HELD_BY = "held by "
"""How the reason begins for which a post is held that a person holds; nothing but a person's word releases it."""

RESTORED = "of a restored backup, it may be out since then: "
"""How the reason begins for which a post is doubted that a restored backup does not know to be out. It goes on with
why the post waited before."""

ORPHANED = "the post above it was deleted; the rest of the thread is not sent"
"""What a network's refusal of a reply says where that is why."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong in a configuration file. `line` and `column` count from 1; 0 where there is none."""

    file: str
    line: int
    column: int
    path: str
    message: str
    hint: str = ""
    excerpt: str = ""

    def __str__(self) -> str:
        """`file:line:col: path: message (hint)`, and below it the line of the file with a caret."""
        place = f"{self.file}:{self.line}:{self.column}" if self.line else self.file
        head = ": ".join(part for part in (place, self.path, self.message) if part)
        head += f" ({self.hint})" if self.hint else ""
        return f"{head}\n  {self.excerpt}\n  {' ' * (self.column - 1)}^" if self.excerpt else head


class ConfigError(SharebotError):
    """The configuration cannot be used; `problems` holds every fault that was found, not only the first."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems
