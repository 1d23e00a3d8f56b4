"""Texts with fields in braces: a post, a link, a UTM parameter; and which fields each of them may have."""

import re
from collections.abc import Iterable

from sharebot.schedule.near import did_you_mean
from sharebot.text.template import FIELDS, parse, unknown_fields

_LINK_FIELDS = ("issue.id", "issue.date", "article.number")
_UTM_FIELDS = ("platform", "issue.id")
_BRACES = re.compile(r"\{([^{}\n]*)\}")


def _field(known: Iterable[str]) -> str:
    return rf"\{{({'|'.join(map(re.escape, known))})\}}"


def _pattern(known: Iterable[str], other: str = "[^{}]") -> str:
    return rf"({other}|{_field(known)})*"


def _post_pattern() -> str:
    """Describe text with optional parts: in brackets, with a field within; a doubled bracket is the bracket itself."""
    words, field = r"[^{}[\]]|\[\[|\]\]", _field(FIELDS)
    return rf"(?=\s*\S)({words}|{field}|\[({words})*{field}({words}|{field})*\])*"


POST_PATTERN = _post_pattern()
LINK_PATTERN = r"https?://[^\s/{}]+(/" + _pattern(_LINK_FIELDS, r"[^\s{}]") + ")?"
UTM_PATTERN = _pattern(_UTM_FIELDS)


def post(text: str) -> str:
    """Check the template of a post. Raises ValueError, as the others do, with the field that was probably meant."""
    if not re.search(r"\S", text):
        raise ValueError("is blank; write fields such as {headline} and {link}, or delete the line")
    parse(_checked(text, FIELDS, unknown_fields(text)))
    return text


def link(text: str) -> str:
    """Check the address that stands in for that of an article; its host is the same for all."""
    if not re.fullmatch(r"https?://[^\s/{}]+(/\S*)?", text):
        raise ValueError("should be an address such as https://news.example/{issue.id}#{article.number}")
    return _checked(text, _LINK_FIELDS)


def utm(text: str) -> str:
    """Check the value of a UTM parameter."""
    return _checked(text, _UTM_FIELDS)


def _checked(text: str, known: tuple[str, ...], wrong: Iterable[str] | None = None) -> str:
    for name in _BRACES.findall(text) if wrong is None else wrong:
        if name not in known:
            raise ValueError(f"there is no field {{{name}}}; {did_you_mean(name, known)}")
    if re.search("[{}]", _BRACES.sub("", text)):
        raise ValueError(f"a brace that encloses no field; fields are written {{{known[0]}}}")
    return text
