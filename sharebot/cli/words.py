"""summarize, measure: what the words of an issue come to."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from sharebot import app
from sharebot.cli.output import document, json_option, line
from sharebot.cli.reading import complain, lean, readings
from sharebot.cli.root import examples
from sharebot.errors import SourceError
from sharebot.model import Article


@click.command(
    epilog=examples("sharebot summarize issues/2026-07.md --max-chars 200", "sharebot summarize --max-chars 99 --jsonl")
)
@click.argument("path", type=click.Path(path_type=Path, readable=False), required=False)
@click.option("--max-chars", type=click.IntRange(min=1), required=True, help="The budget, in characters.")
@click.option("--language", help="The language where the text does not say (BCP 47).")
@json_option
@click.option("--jsonl", is_flag=True, help="One JSON object a line on stdin, one on stdout.")
@click.pass_context
def summarize(
    ctx: click.Context, path: Path | None, max_chars: int, language: str | None, as_json: bool, jsonl: bool
) -> None:
    """Summarise each article of PATH in whole sentences of its own, within a budget."""
    if jsonl:
        for row in _lines():
            article = Article(1, str(row.get("headline") or ""), tuple(str(row.get("text") or "").split("\n\n")))
            line({"id": row.get("id"), **_summary(article, language or row.get("language"), max_chars)})
        return
    if path is None:
        raise click.UsageError("name a PATH, or use --jsonl and give articles on stdin")
    found = lean(readings(path))
    rows = [
        {"number": a.number, "headline": a.headline, **_summary(a, language or issue.language, max_chars)}
        for issue in found.issues
        for a in issue.articles
    ]
    if as_json:
        document({"summaries": rows})
    else:
        for row in rows:
            click.echo(f"{row['number']}. {row['headline']}\n   {row['summary'] or '(no whole sentence fits)'}\n")
    complain(ctx, found, path)


def _summary(article: Article, language: str | None, most: int) -> dict[str, Any]:
    from sharebot.text.summarize import summarize as shorten

    summary = shorten(article, language, lambda text: len(text) <= most)
    return {"summary": summary.text, "spans": [list(span) for span in summary.spans], "method": summary.method}


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
