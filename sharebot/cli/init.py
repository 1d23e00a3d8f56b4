"""init: a first configuration, made from what a newsletter shows of itself."""

import json
import os
import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import takewhile
from pathlib import Path
from urllib.parse import urlsplit

import click

from sharebot.cli.output import say, shown_path
from sharebot.cli.reading import complain, readings
from sharebot.cli.root import examples
from sharebot.errors import SharebotError
from sharebot.model import Document, Issue, Reading
from sharebot.schedule import parse_zone

_LINK = (
    "    # link: https://news.example/{issue.id}#{article.number}   # for articles without an address of their own\n"
)
_LONGEST_NAME = 40
_SHORTEST_NAME = 4
_LONGEST_NUMBER = 20
"""Letters that may tell the title of one issue from that of another: " #12", ", 3 November 2026"."""
_LOCALTIME = Path("/etc/localtime")
_STARTER = """\
# yaml-language-server: $schema=sharebot.schema.json
# (`sharebot schema > sharebot.schema.json` makes your editor complete and check this file)
#
# Made by `sharebot init` from {place}.
# What it saw: {seen}
#
# What is left to do:
#   1. put your own account in place of the example (howto/mastodon, howto/bluesky, howto/x tell how to get a token);
#   2. `sharebot check` says what is wrong, and the schedule in words;
#   3. `sharebot plan` shows every post before anything is sent;
#   4. `sharebot run` is the daemon. Nothing older than its first reading is posted, unless you say `since`.

version: 1
timezone: {zone}            # of all times below

accounts:
  mastodon:
    platform: mastodon
    server: https://mastodon.example           # your server
    access_token: ${{MASTODON_TOKEN}}            # from the environment; or access_token_file: /run/secrets/mastodon
  # bluesky:
  #   platform: bluesky
  #   handle: news.example
  #   app_password: ${{BLUESKY_APP_PASSWORD}}

newsletters:
  {name}:                                # the name stays: posts are known by it
    source:
{source}
{language}
    # split: headings 2                        # how articles are told apart, if `sharebot read` got it wrong
    # exclude: [Jobs, "Events*"]               # headlines to leave out
{link}    # since: all                               # post what is there already, too
    approval: required                         # a person approves each post: sharebot queue approve

    posts:
      - name: articles
        to: [mastodon]
        what: articles                         # a post for each article; or thread, or digest
        schedule:
          every: weekday
          at: ["09:00", "12:30"]
          quiet: 22:00-07:00
          gap: 30m
          most: 4 per day
          expires: 7d
        text: "{{headline}}\\n\\n{{summary}}\\n\\n{{link}} {{hashtags}}"
"""


@dataclass(frozen=True, slots=True)
class _Look:
    """What a place is: the lines of its `source:`, what was read there, and a word for its name."""

    source: dict[str, str]
    reading: Reading
    name: str


@click.command(epilog=examples("sharebot init issues", "sharebot init https://news.example -o config/sharebot.yaml"))
@click.argument("place", metavar="URL-OR-FOLDER")
@click.option(
    "--output",
    "-o",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("sharebot.yaml"),
    show_default=True,
    help="The file to write.",
)
@click.option("--allow-private", is_flag=True, help="Fetch from this machine or a private network, too.")
@click.pass_context
def init(ctx: click.Context, place: str, output: Path, allow_private: bool) -> None:
    """Look at a newsletter, and write a commented configuration to start from. Overwrites nothing."""
    look = _fetched(place, allow_private=allow_private) if "://" in place else _folder(place, output)
    text = _written(place, look)
    try:
        output.parent.mkdir(parents=True, exist_ok=True)
        with output.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise SharebotError(f"{output} is there already; name another file with --output") from None
    except OSError as error:
        raise SharebotError(f"{output} cannot be written ({error.strerror}); name another file with --output") from None
    say(f"{shown_path(output)}: {_seen(look.reading)}")
    say("next: put your account in it, then `sharebot check` and `sharebot plan`")
    complain(ctx, look.reading, place)


def _folder(place: str, output: Path) -> _Look:
    path = Path(place)
    if not path.is_dir():
        raise SharebotError(f"{place} is no folder and no address; name the folder that holds the issues, or a URL")
    below = os.path.relpath(path, output.absolute().parent)
    return _Look({"folder": below}, readings(path), path.resolve().name)


def _fetched(url: str, *, allow_private: bool) -> _Look:
    """Look at an address; where a page names its feed, the feed tells more."""
    from sharebot import fetch
    from sharebot.sources.readers import decode, feed, webpage

    now = datetime.now(UTC)
    found = fetch.get(url, now, allow_private=allow_private)
    private = {"allow_private": "true"} if allow_private else {}
    name = urlsplit(found.url).hostname or "newsletter"
    if feed.looks_like_one(found.data):
        return _Look({"feed": url} | private, readings(url, allow_private=allow_private), name)
    markup = decode.markup(Document(found.url, found.data, url=found.url, media=found.media))
    for address in webpage.feeds(markup, found.url):
        reading = readings(address, allow_private=allow_private)
        if reading.issues:
            return _Look({"feed": address} | private, reading, name)
    return _Look({"url": url} | private, readings(url, allow_private=allow_private), name)


def _written(place: str, look: _Look) -> str:
    languages = {issue.language for issue in look.reading.issues if issue.language}
    language = next(iter(languages)) if len(languages) == 1 else ""
    return _STARTER.format(
        place=_line(place),
        seen=_line(_seen(look.reading)),
        zone=_zone(),
        name=_name(look),
        source="\n".join(f"      {key}: {_scalar(value)}" for key, value in look.source.items()),
        link=_LINK if "folder" in look.source else "",
        language=f"    language: {language}" if language else "    # language: en",
    )


def _seen(reading: Reading) -> str:
    """Say in one line what was read."""
    if not reading.issues:
        return "no issue yet"
    articles = sum(len(issue.articles) for issue in reading.issues)
    latest = reading.issues[0]
    how = f" ({latest.how})" if latest.how else ""
    return f"{len(reading.issues)} issue(s) with {articles} article(s), such as “{latest.title}”{how}"


def _name(look: _Look) -> str:
    """Make a name for the newsletter of its issues' common title, else of its place."""
    words = _common(look.reading.issues) or look.name.removeprefix("www.").partition(".")[0]
    plain = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:_LONGEST_NAME].strip("-") or "newsletter"


def _common(issues: tuple[Issue, ...]) -> str:
    """Return the words that all titles begin with: "Harbour News" of "Harbour News 12" and "Harbour News 11"."""
    titles = [issue.title for issue in issues]
    alike = takewhile(lambda letters: len(set(letters)) == 1, zip(*titles, strict=False))
    words = re.sub(r"[\W\d_]*$", "", "".join(letters[0] for letters in alike)) if len(titles) > 1 else ""
    rest = max((len(title) - len(words) for title in titles), default=0)
    return words if len(words) >= _SHORTEST_NAME and rest <= _LONGEST_NUMBER else ""


def _zone() -> str:
    """Return this machine's time zone, UTC where it has no name."""
    at = str(_LOCALTIME.resolve()).partition("zoneinfo/")[2]
    for name in (os.environ.get("TZ", ""), at.removeprefix("posix/")):
        try:
            return parse_zone(name)
        except ValueError:
            continue
    return "UTC"


def _scalar(value: str) -> str:
    return value if value == "true" else json.dumps(value, ensure_ascii=False)


def _line(words: str) -> str:
    """Return words from outside as they may stand in a comment."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in words).split())
