"""read: what is found in a file, a folder or an address, before anything is configured."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sharebot.cli.output import document, issue_json, json_option, say
from sharebot.cli.root import FAILED, examples
from sharebot.errors import SourceError
from sharebot.model import NO_HINTS, SPLIT, Article, Hints, Issue, Reading

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sharebot.recurring import Trace

_OPENING = 140
_HOST = re.compile(r"(?!.*\.(?:txt|md|html?|eml|mbox)$)[\w-]+(?:\.[\w-]+)+(?:/|$)")


def readings(place: str | Path, hints: Hints = NO_HINTS, *, allow_private: bool = False) -> Reading:
    """Read a file, an address, or every file of a folder, whatever their age. Raises SourceError."""
    if "://" in str(place):
        return _fetched(str(place), hints, allow_private=allow_private)
    from sharebot.sources.folder import Folder, read_file

    path = Path(place)
    if not path.exists() and _HOST.match(str(place)):
        raise SourceError(str(place), f"there is no such file; if it is an address, write https://{place}")
    if path.is_dir():
        settings = Folder.Settings.model_validate({"folder": path, "settle": "0s", "resolve": False})
        return Folder(settings, Path.cwd(), hints).read(datetime.now(UTC))
    return Reading(issues=read_file(path, hints))


def _fetched(url: str, hints: Hints, *, allow_private: bool) -> Reading:
    """Read a feed, a page or an archive's newest issues from the web. Raises SourceError."""
    from pydantic import ValidationError

    from sharebot.sources.page import Page

    try:
        settings = Page.Settings.model_validate({"url": url, "allow_private": allow_private, "newest": 1})
    except ValidationError as error:
        raise SourceError(url, str(error.errors()[0]["msg"])) from None
    return Page(settings, Path.cwd(), hints).read(datetime.now(UTC))


def lean(found: Reading, known: "Sequence[Trace]" = ()) -> Reading:
    """Leave out what recurs in the issues at hand, and in those `known` from before."""
    from sharebot.recurring import Recurring, traces

    recurring = Recurring(traces(found.issues, known, datetime.now(UTC).date()))
    return replace(found, issues=tuple(map(recurring.leave_out, found.issues)))


def repeated(issue: Issue) -> "Iterator[str]":
    """Yield lines that tell what was left out because it recurs."""
    from sharebot.recurring import WHY

    for piece in issue.left_out:
        if piece.why == WHY:
            yield f"left out, {WHY}: {' '.join(piece.text.split())}"


class _Split(click.ParamType[str]):
    """A way to tell articles apart, as in the configuration."""

    name = "how"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Take the words that the configuration takes."""
        if not re.fullmatch(SPLIT, str(value)):
            self.fail(
                f"{value!r} is none of headings, headings 2, numbers, items, bold, rules, paragraphs, whole", param, ctx
            )
        return str(value)


@click.command(
    epilog=examples(
        "sharebot read issues/2026-07.md",
        "sharebot read https://news.example/feed.xml --explain",
        'sharebot read issues --split "headings 2" --json',
    )
)
@click.argument("place", metavar="PATH-OR-URL")
@click.option("--split", type=_Split(), help='How articles are told apart: "headings 2", numbers, items, bold …')
@click.option(
    "--include", multiple=True, metavar="PATTERN", help="Only articles under such headlines; may be repeated."
)
@click.option("--exclude", multiple=True, metavar="PATTERN", help="No articles under such headlines; may be repeated.")
@click.option("--items", type=click.Choice(["issues", "articles"]), help="What the items of a feed are.")
@click.option("--explain", is_flag=True, help="List what was left out, and why.")
@click.option("--allow-private", is_flag=True, help="Fetch from this machine or a private network, too.")
@json_option
@click.pass_context
def read(ctx: click.Context, /, place: str, explain: bool, allow_private: bool, as_json: bool, **hints: Any) -> None:
    """Show the issues and articles found in PATH-OR-URL: a file, a folder of files, a feed or a page."""
    found = lean(readings(place, Hints(**hints), allow_private=allow_private))
    if as_json:
        document({"issues": [issue_json(issue, explain=explain) for issue in found.issues]})
    else:
        for issue in found.issues:
            _outline(issue, explain=explain)
    complain(ctx, found, place)


def complain(ctx: click.Context, found: Reading, place: object) -> None:
    """Tell what could not be read, and exit with 1 where that is anything or everything."""
    for problem in found.problems:
        say(str(problem).replace("write `allow_private: true`", "use --allow-private (`allow_private: true`)"))
    if not found.issues and not found.problems:
        say(f"{place}: there is no issue in this folder; put a text, Markdown, HTML or mail file there")
    if found.problems or not found.issues:
        ctx.exit(FAILED)


def _outline(issue: Issue, *, explain: bool) -> None:
    facts = [str(issue.date or "no date"), issue.language or "language not known", f"id {issue.id}", issue.url]
    click.secho(issue.title, bold=True)
    click.echo(" · ".join(filter(None, facts)))
    if issue.how:
        click.secho(f"{issue.how} (if that is wrong, say --split, --include or --exclude)", dim=True)
    click.echo()
    for article in issue.articles:
        click.secho(f"{article.number:3}  {article.headline}", bold=True)
        for fact in _facts(article):
            click.echo(f"     {fact}")
    if issue.left_out:
        _left_out(issue, explain=explain)
    click.echo()


def _facts(article: Article) -> "Iterator[str]":
    if article.text:
        more = len(article.text) > _OPENING
        yield f"{article.paragraphs[0][:_OPENING]}{'…' if more else ''}  [{len(article.text)} characters]"
    if article.url:
        yield article.url
    elif article.redirect:
        yield "its link was made for one reader: the daemon follows it to the true address, or holds the post"
    if article.author:
        yield f"by {article.author}"
    if article.tags:
        yield " ".join(f"#{tag}" for tag in article.tags)


def _left_out(issue: Issue, *, explain: bool) -> None:
    if not explain:
        for told in repeated(issue):
            click.secho(f"     {told}", dim=True)
        click.secho(f"     {len(issue.left_out)} part(s) left out; --explain lists them", dim=True)
        return
    click.secho("     left out:", dim=True)
    for left in issue.left_out:
        more = len(left.text) > _OPENING
        click.echo(f"     - {left.why}: {left.text[:_OPENING]}{'…' if more else ''}")
