"""summarize, verify, measure: what the words of an issue come to."""

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import click

from sharebot import app
from sharebot.cli.output import Day, document, json_option, line
from sharebot.cli.reading import complain, lean, readings
from sharebot.cli.root import FAILED, examples
from sharebot.errors import SourceError
from sharebot.model import Article


@click.command(
    epilog=examples("sharebot summarize issues/2026-07.md --max-chars 200", "sharebot summarize --max-chars 99 --jsonl")
)
@click.argument("path", type=click.Path(path_type=Path, readable=False), required=False)
@click.option("--max-chars", type=click.IntRange(min=1), required=True, help="The budget, in characters.")
@click.option("--language", help="The language where the text does not say (BCP 47).")
@click.option("--posted", type=Day(), help="Leave out what will be false on this day, such as yesterday.")
@click.option(
    "--turn", type=click.IntRange(min=0), default=0, help="Which post of the article: each says other things."
)
@json_option
@click.option("--jsonl", is_flag=True, help="One JSON object a line on stdin, one on stdout.")
def summarize(path: Path | None, as_json: bool, jsonl: bool, **wish: Any) -> None:
    """Summarise each article of PATH in sentences of its own, within a budget."""
    asked = _Wish(**wish)
    if jsonl:
        for row in _lines():
            article = Article(1, str(row.get("headline") or ""), tuple(str(row.get("text") or "").split("\n\n")))
            line({"id": row.get("id"), **asked.of(article, row.get("language"), _day(row.get("written")))})
        return
    if path is None:
        raise click.UsageError("name a PATH, or use --jsonl and give articles on stdin")
    found = lean(readings(path))
    rows = [
        {"number": a.number, "headline": a.headline, **asked.of(a, issue.language, issue.date)}
        for issue in found.issues
        for a in issue.articles
    ]
    if as_json:
        document({"summaries": rows})
    else:
        for row in rows:
            click.echo(f"{row['number']}. {row['headline']}\n   {row['summary'] or '(no whole sentence fits)'}\n")
    complain(click.get_current_context(), found, path)


@dataclass(frozen=True, slots=True)
class _Wish:
    """What is asked of each summary."""

    max_chars: int
    language: str | None
    posted: date | None
    turn: int

    def of(self, article: Article, language: str | None, written: date | None) -> dict[str, Any]:
        from sharebot.text.stale import Times
        from sharebot.text.summarize import summarize as shorten

        times = Times(written, self.posted) if self.posted else None
        language = self.language or language
        made = shorten(article, language, lambda text: len(text) <= self.max_chars, times=times, turn=self.turn)
        return {"summary": made.text, "spans": [list(span) for span in made.spans], "method": made.method}


def _day(value: object) -> date | None:
    """Read the day on which a text was written; what is no date says nothing."""
    try:
        return date.fromisoformat(str(value)) if value else None
    except ValueError:
        return None


@click.command(
    epilog=examples(
        "echo 'The ferry sails again.' | sharebot verify issues/2026-07.md --article 2",
        "sharebot verify --jsonl < summaries.jsonl",
    )
)
@click.argument("path", type=click.Path(path_type=Path, readable=False), required=False)
@click.option("--article", type=click.IntRange(min=1), help="The number of the article that the words are about.")
@click.option("--language", help="The language where the text does not say (BCP 47).")
@click.option("--jsonl", is_flag=True, help="One JSON object a line on stdin, one on stdout.")
@click.pass_context
def verify(ctx: click.Context, path: Path | None, article: int | None, language: str | None, jsonl: bool) -> None:
    """Check words on stdin against an article of PATH: numbers, names, quotations, speakers, what is not in it."""
    if not jsonl and (path is None or article is None):
        raise click.UsageError("name a PATH and an --article, or use --jsonl and give both texts on stdin")
    found = _checked(language) if jsonl or path is None else _against(path, article, language)
    for row in found:
        if jsonl:
            line(row)
            continue
        click.echo("\n".join(row["faults"]) or "all of it is in the article, with its speakers")
        if row["faults"]:
            ctx.exit(FAILED)


def _checked(language: str | None) -> Iterator[dict[str, Any]]:
    from sharebot.text.verify import verify as check

    for row in _lines():
        spans = row.get("spans")
        given = None if spans is None else [(int(start), int(end)) for start, end in spans]
        tag = language or row.get("language")
        yield {"id": row.get("id"), "faults": check(str(row.get("summary", "")), given, str(row.get("text", "")), tag)}


def _against(path: Path, number: int | None, language: str | None) -> Iterator[dict[str, Any]]:
    from sharebot.text.verify import verify as check

    for issue in readings(path).issues:
        for about in issue.articles:
            if about.number == number:
                words = sys.stdin.read().strip()
                yield {"faults": check(words, None, about.text, language or issue.language)}
                return
    raise SourceError(str(path), f"has no article {number}; see them with `sharebot read`")


@click.command(epilog=examples('echo \'{"id": 1, "text": "Hi"}\' | sharebot measure --platform x --jsonl'))
@click.option("--platform", required=True, help="The network that counts.")
@click.option("--limit", type=click.IntRange(min=1), help="Another limit than the network's usual one.")
@click.option("--jsonl", is_flag=True, help="One JSON object a line on stdin; without it, stdin is one text.")
def measure(platform: str, limit: int | None, jsonl: bool) -> None:
    """Count texts from stdin as a network counts them."""
    count = app.platform(platform).rules.measure
    if not jsonl:
        counted = count(sys.stdin.read().removesuffix("\n"), limit=limit)
        click.echo(f"{counted.length} of {counted.limit}{'' if counted.fits else ': does not fit'}")
        return
    for row in _lines():
        counted = count(str(row.get("text", "")), str(row.get("content_warning") or ""), limit)
        line({"id": row.get("id"), "length": counted.length, "limit": counted.limit, "fits": counted.fits})


def _lines() -> Iterator[dict[str, Any]]:
    for number, text in enumerate(sys.stdin, 1):
        if not text.strip():
            continue
        try:
            row = json.loads(text)
        except ValueError:
            raise SourceError(f"stdin:{number}", "is no JSON; write one object a line") from None
        if not isinstance(row, dict):
            raise SourceError(f"stdin:{number}", "is no JSON object; write one object a line")
        yield row
