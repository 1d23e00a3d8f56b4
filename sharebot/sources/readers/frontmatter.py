"""What stands at the top of a Markdown file: YAML between lines of `---`, TOML between `+++`, or Pelican's lines.

Every value is read as the words that the editor wrote: YAML's own types would turn `lang: no` into False and
`title: 12:30` into 750.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeAlias

from sharebot.errors import SourceError
from sharebot.sources.readers import dates
from sharebot.sources.readers.blocks import is_web
from sharebot.sources.readers.decode import visible
from sharebot.text.alt import spoken

Fields: TypeAlias = Mapping[str, Any]

_FENCE = re.compile(r"---[ \t]*\n|\s*\n---[ \t]*\n(?=[\w-]+:)")
_END = re.compile(r"^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.MULTILINE)
_TOML = re.compile(r"\+\+\+[ \t]*\n(.*?)^\+\+\+[ \t]*(?:\n|\Z)", re.MULTILINE | re.DOTALL)
_LINE = re.compile(r"^([A-Z][A-Za-z_]{1,20}):[ \t]+(\S.*)$", re.MULTILINE)
_PELICAN = re.compile(
    r"\s*(?=(?:[A-Z]\w+:.*\n){0,4}(?:Title|Date|Slug): )(?:[A-Z]\w{1,20}:(?:[ \t]+.*)?\n){2,20}\s*(?:\n|\Z)"
)
"""https://docs.getpelican.com/en/stable/content.html#file-metadata"""
_DATED = ("date", "published", "pubdate", "slug", "permalink", "name")
_NOTHING = {"", "~", "null", "Null", "NULL"}
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
_LONGEST_LINE = 5000
_MOST = 65_536
"""Characters; far beyond what people write, and it bounds the time of the YAML library."""


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """What front matter may say of an issue. `url` is absolute.

    `is_canonical` tells that the document has one address as a whole and is therefore one article.
    """

    title: str = ""
    day: date | None = None
    language: str | None = None
    url: str | None = None
    author: str | None = None
    tags: tuple[str, ...] = ()
    image: str | None = None
    is_canonical: bool = False
    image_alt: str = ""


def split(text: str, name: str) -> tuple[FrontMatter, str]:
    """Divide a document into its front matter and its body. Raises SourceError naming the line and the cure."""
    if not (fence := _FENCE.match(text)):
        return _other(text, name)
    if not (end := _END.search(text, fence.end())):
        raise SourceError(name, "line 1: the front matter has no end; put a line with --- below its last line")
    if end.start() > _MOST:
        raise SourceError(name, f"the front matter is longer than {_MOST} characters; is its closing --- missing?")
    first = text.count("\n", 0, fence.end()) + 1
    return _fields(_load(text[fence.end() : end.start()], name, first)), text[end.end() :]


def _other(text: str, name: str) -> tuple[FrontMatter, str]:
    """Read TOML (https://gohugo.io/content-management/front-matter/) or Pelican's `Title: …` lines."""
    if toml := _TOML.match(text):
        if max(map(len, toml[1].split("\n"))) > _LONGEST_LINE or len(toml[1]) > _MOST:
            raise SourceError(name, "the front matter has lines too long to be any; is its closing +++ missing?")
        return _fields(_toml(toml[1], name)), text[toml.end() :]
    if lines := _PELICAN.match(text):
        found = dict(_LINE.findall(lines[0]))
        return _fields({key.lower(): value for key, value in found.items()}), text[lines.end() :]
    return FrontMatter(), text


def _toml(source: str, name: str) -> Fields:
    try:
        fields = tomllib.loads(source)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise SourceError(name, f'broken front matter in TOML: {error}; write `key = "value"` lines') from None
    plain = {**fields, **(fields["taxonomies"] if isinstance(fields.get("taxonomies"), dict) else {})}
    return {key.lower(): _worded(value) for key, value in plain.items()}


def _worded(value: object) -> Any:
    """Return a TOML value as its words, as they stand in YAML."""
    if isinstance(value, list):
        return [_worded(item) for item in value]
    return value if isinstance(value, Mapping | str) else str(value)


def _load(source: str, name: str, first: int) -> Fields:
    import yaml

    try:
        fields = yaml.BaseLoader(source).get_single_data()
    except yaml.MarkedYAMLError as error:
        raise SourceError(name, _complaint(error.problem_mark, error.problem, first)) from None
    except (yaml.YAMLError, RecursionError):
        raise SourceError(name, "the front matter is no YAML that can be read; write `key: value` lines") from None
    if isinstance(fields, Mapping):
        return {str(key).lower(): value for key, value in fields.items()}
    if fields in (None, ""):
        return {}
    raise SourceError(
        name, f"line {first}: the front matter is no list of `key: value` lines, such as `title: Our news`"
    )


def _complaint(mark: Any, problem: str | None, first: int) -> str:
    place = f"line {mark.line + first}, column {mark.column + 1}: " if mark else ""
    return f"{place}broken front matter: {problem}; put a value that holds a colon or quotation marks in quotes"


def _fields(fields: Fields) -> FrontMatter:
    return FrontMatter(
        title=_first(fields, "title"),
        day=next(filter(None, (dates.find(_word(fields.get(key))) for key in _DATED)), None),
        language=_language(_first(fields, "language", "lang", "locale")),
        url=_web(fields, "canonical_url", "canonical", "url", "permalink", "link"),
        author=", ".join(_words(fields.get("author") or fields.get("authors"))) or None,
        tags=tuple(word.removeprefix("#") for word in _words(fields.get("tags"))),
        image=_web(fields, "image", "cover", "cover_image", "thumbnail"),
        image_alt=spoken(_first(fields, "image_alt", "image_caption", "cover_alt", "cover_image_alt", "thumbnail_alt")),
        is_canonical=bool(_web(fields, "canonical_url", "canonical")),
    )


def _first(fields: Fields, *keys: str) -> str:
    return next((word for key in keys for word in (_word(fields.get(key)),) if word), "")


def _web(fields: Fields, *keys: str) -> str | None:
    """Return the first absolute address; a path within some site cannot be followed."""
    words = (_word(fields.get(key)) for key in keys)
    return next(filter(is_web, words), None)


def _word(value: object) -> str:
    """Return a value as one line of words, of a mapping its name or address, of a list nothing."""
    if isinstance(value, Mapping):
        value = value.get("name") or value.get("url") or value.get("src")
    return " ".join(visible(value).split()) if isinstance(value, str) and value not in _NOTHING else ""


def _words(value: object) -> list[str]:
    values = value if isinstance(value, list) else _word(value).split(",")
    return [word for item in values if (word := _word(item))]


def _language(word: str) -> str | None:
    tag = word.replace("_", "-")
    return tag if _LANGUAGE.fullmatch(tag) else None
