"""edit: a person's own words for a post, written in their editor, a file or on the command line."""

import os
import re
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from sharebot import app
from sharebot.cli.hands import Hands, act_options, at_queue
from sharebot.cli.output import say
from sharebot.cli.root import examples
from sharebot.errors import SharebotError
from sharebot.model import Delivery, Issue, Post, Rules, State

if TYPE_CHECKING:
    from sharebot.outbox.ledger import Change

_EDITED = frozenset({State.DRAFT, State.QUEUED, State.FAILED, State.HELD})
_MARK = "%%"
_COMMENT = re.compile(rf"^{_MARK}.*(?:\n|\Z)", re.MULTILINE)
_BETWEEN = re.compile(rf"^{_MARK} *-{{3,}}.*(?:\n|\Z)", re.MULTILINE)


@click.command(
    epilog=examples("sharebot queue edit 3fk2", "echo 'My own words' | sharebot queue edit 3fk2 --part 2 --file -")
)
@click.argument("key")
@click.option("--part", type=click.IntRange(min=1), help="Only this post of a thread, counted from 1.")
@click.option("--text", help="The words themselves, without an editor.")
@click.option("--file", "file", type=click.Path(path_type=Path, allow_dash=True), help="Where they are; - for stdin.")
@act_options
def edit(
    *,
    key: str,
    part: int | None,
    text: str | None,
    file: Path | None,
    config: Path | None,
    who: str,
    as_json: bool,
) -> None:
    """Give a post words of your own, in $VISUAL or $EDITOR. They stay, whatever becomes of the article.

    Where posts need approval, it starts again. Says the length, and warns of what is not in the article.
    """
    if text is not None and file is not None:
        raise click.UsageError("write --text or --file, not both")
    with at_queue(config, who) as hands:
        (delivery,) = hands.chosen([key], _EDITED, "edit")
        desk = _Desk(hands, delivery, app.rules_of(hands.config)(delivery.account, delivery.platform), part)
        if text is not None:
            desk.take([text], as_json=as_json)
        elif file is not None:
            desk.take(desk.apart(_read(file)), as_json=as_json)
        else:
            desk.in_editor(as_json=as_json)


def _read(file: Path) -> str:
    try:
        if str(file) == "-":
            return sys.stdin.read()
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SharebotError(f"{file}: cannot be read as UTF-8 text: {error}") from None


@dataclass(frozen=True, slots=True)
class _Desk:
    """A delivery while a person rewrites it: all of its posts that are not out, or the `part`-th."""

    hands: Hands
    delivery: Delivery
    rules: Rules
    part: int | None

    def numbers(self) -> list[int]:
        """Return the numbers, from 0, of the posts to rewrite. Raises SharebotError where there is none."""
        left = range(len(self.delivery.receipts), len(self.delivery.posts))
        found = [number for number in left if self.part in {None, number + 1}]
        if not found:
            can = f"{left.start + 1} to {left.stop}" if left else "none"
            raise SharebotError(f"{self.delivery.key}: of its posts {can} can be edited")
        return found

    def in_editor(self, *, as_json: bool) -> None:
        """Open the editor. What does not go through stays in the file."""
        file = _edited(self.sheet())
        try:
            self.take(self.apart(_read(file)), as_json=as_json)
        except SharebotError:
            say(f"your words are kept: mend them in {file}, and give them with --file {file}")
            raise
        file.unlink()

    def sheet(self) -> str:
        """Return what the editor shows: the posts, each as it is, with its limit above."""
        numbers = self.numbers()
        lines = [f"{_MARK} Lines that begin with {_MARK} are no part of it. An empty text changes nothing."]
        for number in numbers:
            post = self.delivery.posts[number]
            if len(numbers) > 1:
                lines.append(f"{_MARK} --- post {number + 1} of {len(self.delivery.posts)} ---")
            length = self.rules.measure(post.text, post.content_warning)
            lines.append(f"{_MARK} {self.delivery.account}: {length.length} of {length.limit} now, and it said:")
            lines += [f"{_MARK}   {line}" for line in post.text.splitlines()]
            lines.append(post.text)
        return "\n".join(lines) + "\n"

    def apart(self, sheet: str) -> list[str]:
        """Return the texts of a sheet, without what is no part of them."""
        pieces = [_COMMENT.sub("", piece) for piece in _BETWEEN.split(sheet)]
        return pieces[1:] if len(pieces) > 1 and not pieces[0].strip() else pieces

    def take(self, texts: Sequence[str], *, as_json: bool) -> None:
        """Put the texts in the posts' places. Raises SharebotError where one does not fit."""
        numbers = self.numbers()
        if len(texts) != len(numbers):
            cure = f"keep the lines that begin with {_MARK} --- between them, or name one by --part"
            raise SharebotError(f"{self.delivery.key} has {len(numbers)} posts to edit, not {len(texts)}; {cure}")
        given = {number: text.strip() for number, text in zip(numbers, texts, strict=True)}
        changed = {number: text for number, text in given.items() if text not in {"", self.delivery.posts[number].text}}
        if not changed:
            say("nothing is changed")
            self.hands.show([self.delivery.key], as_json=as_json)
            return
        about = _about(self.hands, self.delivery)
        posts = tuple(
            self._reworded(post, changed[number], about) if number in changed else post
            for number, post in enumerate(self.delivery.posts)
        )
        self._measured(posts, changed)
        self.hands.do([self._change(posts)], as_json=as_json)
        if self.delivery.error:
            say(f"it waits all the same: {self.delivery.error}; `sharebot queue retry` sends it now")
        for number in changed:
            for warning in self._unlike(self.delivery.posts[number], posts[number], about):
                say(f"warning: {warning}")

    def _reworded(self, post: Post, text: str, about: Issue | None) -> Post:
        from sharebot.pipeline import age
        from sharebot.text import languages
        from sharebot.text.compose import reworded
        from sharebot.text.occasion import Occasion
        from sharebot.text.stale import true_until

        new, zone = reworded(post, text, self.rules), self.delivery.zone
        if about is None:
            return replace(new, true_until=post.true_until)
        written = age.published(about, zone)
        until = true_until(text, languages.find(post.language, text), written.date() if written else None)
        return replace(new, true_until=Occasion(zone=zone).midnight(until))

    def _measured(self, posts: Sequence[Post], changed: Iterable[int]) -> None:
        """Say how long the new words are. Raises SharebotError where they are too long."""
        over: list[str] = []
        for number in changed:
            length = self.rules.measure(posts[number].text, posts[number].content_warning)
            told = f"{self.delivery.account}, post {number + 1}: {length.length}/{length.limit}"
            if length.fits:
                say(told)
            else:
                over.append(told)
        if over:
            raise SharebotError("\n".join([*over, "that is too long; nothing is changed"]))

    def _change(self, posts: tuple[Post, ...]) -> "Change":
        from sharebot.outbox.ledger import Change

        old, who = self.delivery, self.hands.who
        after = replace(old, posts=posts, edited=who, signature=None, attempts=0)
        if old.state is State.QUEUED:
            after = replace(after, state=self.hands.ready(after))
        why = "edited by a person" + ("; approval starts again" if after.state is not old.state else "")
        return Change(old, after, why)

    def _unlike(self, old: Post, new: Post, about: Issue | None) -> Iterator[str]:
        """Say what the new words lack or have that the old ones had or had not."""
        yield from (f"the link {link} is no longer in it" for link in old.links if link not in new.text)
        if about is None:
            yield f"{self.delivery.issue} cannot be read now, so nobody looked whether the words agree with it"
            return
        known = set(self._unsupported(old, about))
        yield from (fault for fault in self._unsupported(new, about) if fault not in known)

    def _unsupported(self, post: Post, about: Issue) -> list[str]:
        from sharebot.pipeline import age
        from sharebot.text import links
        from sharebot.text.stale import Times
        from sharebot.text.verify import unsupported

        zone, words = ZoneInfo(self.delivery.zone), post.text
        for span in sorted([*links.urls(words), *links.hashtags(words)], reverse=True):
            words = words[: span.start] + words[span.end :]
        shown = [a for a in about.articles if self.delivery.article in {0, a.number}]
        said = "\n\n".join([about.title, *(part for a in shown for part in (a.headline, a.author or "", a.text))])
        written = age.published(about, zone.key)
        times = Times(written.date() if written else None, self.delivery.due.astimezone(zone).date())
        return unsupported(words, said, about.language or post.language, times)


def _about(hands: Hands, delivery: Delivery) -> Issue | None:
    """Return the issue that a delivery is of, as its source has it now; None where it cannot be had."""
    if delivery.newsletter not in hands.config.newsletters:
        return None
    (reading,) = app.build(hands.config, hands.ledger).read(delivery.newsletter).values()
    return next((issue for issue in reading.issues if issue.id == delivery.issue), None)


def _edited(sheet: str) -> Path:
    """Open the person's editor with a sheet, and return the file once they have closed it. Raises SharebotError."""
    try:
        command = shlex.split(os.environ.get("VISUAL") or os.environ.get("EDITOR") or "")
    except ValueError as error:
        raise SharebotError(f"VISUAL or EDITOR is no command: {error}") from None
    if not command:
        raise SharebotError("no editor is named; set VISUAL or EDITOR, or write --text or --file")
    handle, name = tempfile.mkstemp(prefix="sharebot-", suffix=".txt")
    file = Path(name)
    with os.fdopen(handle, "w", encoding="utf-8") as opened:
        opened.write(sheet)
    try:
        # The person's own editor, split into words as a shell would; no shell sees the words of a post.
        ended = subprocess.run([*command, name], check=False).returncode  # noqa: S603
    except OSError as error:
        file.unlink()
        raise SharebotError(f"the editor {command[0]!r} cannot be started: {error.strerror}") from None
    if ended:
        file.unlink()
        raise SharebotError(f"the editor ended with {ended}; nothing is changed")
    return file
