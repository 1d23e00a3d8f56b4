"""The editor's template and what is put into it: names in braces and plain text, no code.

A value is data. It is never read as a template, and what a network would turn into a mention or a tag is made inert.
"""

import re
from collections.abc import Mapping

from sharebot.text import links

FIELDS = ("headline", "summary", "link", "hashtags", "issue", "number", "author")

_FIELD = re.compile(r"\{([^{}\n]*)\}")
_LINK = "\0"  # stands in for the link while the text around it is tidied, so that nothing can touch the link itself
_GLUED_BEFORE = re.compile(rf"(?<=[^\s(\[<{{«“„\"'‘「『（]){_LINK}")
_GLUED_AFTER = re.compile(rf"{_LINK}(?=[^\s)\]>»”\"',;!])")
_ADDRESS = r"https?://[^\s<>\"]+|(?<![\w@])[\w-]+(?:\.[\w-]+)+/\S*"
# Who links what: twitter-text, lib/…/regexp (X); app/models/account.rb and tag.rb (Mastodon). Bluesky links nothing by
# itself. An address such as ann@news.example and a price such as $5 are no links anywhere.
_LIVE = re.compile(
    rf"(?P<address>{_ADDRESS})"
    r"|(?<![A-Za-z0-9_])[@＠](?=[A-Za-z0-9_])"
    r"|(?<![^\W_])[#＃](?=\w*[^\W\d_])"
    r"|(?<!\w)[$＄](?=[A-Za-z]{1,6}(?:[._][A-Za-z]{1,2})?(?!\w))"
)


def unknown_fields(template: str) -> list[str]:
    """Return the names in braces that no field has, each once."""
    return [name for name in dict.fromkeys(_FIELD.findall(template)) if name not in FIELDS]


def uses(template: str, field: str) -> bool:
    """Tell whether the template has the field."""
    return f"{{{field}}}" in template


def fill(template: str, values: Mapping[str, str]) -> str:
    """Put the values into the template. Empty fields vanish with the blank lines and spaces that they leave.

    The link appears once, at its first place, whole and apart from the words beside it. Raises ValueError for a field
    that does not exist.
    """
    if unknown := unknown_fields(template):
        raise ValueError(f"the template has no field {{{unknown[0]}}}: choose from {', '.join(FIELDS)}")
    link = values.get("link", "")
    text = _FIELD.sub(lambda field: _LINK if field[1] == "link" else values.get(field[1], ""), template)
    first, mark, rest = text.partition(_LINK)
    text = _tidy(f"{first}{mark if link else ''}{rest.replace(_LINK, '')}")
    text = _GLUED_AFTER.sub(f"{_LINK} ", _GLUED_BEFORE.sub(f" {_LINK}", text))
    return text.replace(_LINK, link)


def _tidy(text: str) -> str:
    lines = (re.sub(r"[ \t]+", " ", line).strip(" ") for line in text.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n")


def plain(text: str, link: str = "") -> str:
    """Make a text of the newsletter fit to be a value: one line, inert, and without another copy of the link."""
    for span in reversed(links.urls(text)):
        if span.text == link:
            text = text[: span.start] + text[span.end :]
    return inert(re.sub(r"[ \t\r\n\v\f\0]+", " ", text).strip(" "))


def inert(text: str) -> str:
    """Keep an @, # or $ in a newsletter's text from pinging a stranger or joining a tag, without a visible change.

    U+2060 WORD JOINER goes behind the sign: it has no width, forbids a line break, and no network counts it among the
    characters of a name. The zero-width joiners U+200C and U+200D would not do: X allows them within a hashtag.
    https://github.com/twitter/twitter-text/blob/master/js/src/regexp/hashtagSpecialChars.js
    """
    return _LIVE.sub(lambda found: found[0] if found["address"] else f"{found[0]}\u2060", text)
