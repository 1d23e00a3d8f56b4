"""What changed in a text, word by word: what stays, what goes and what comes."""

import re
from collections.abc import Iterator
from itertools import groupby
from operator import attrgetter
from typing import Literal, NamedTuple

from sharebot.text.languages import UNSPACED

Kind = Literal["same", "old", "new"]

_ALONE = UNSPACED.pattern
_TOKEN = re.compile(rf"https?://\S+|\s+|(?:\d+[.,:])+\d+|{_ALONE}|(?:(?!{_ALONE})[\w’'-])+|.", re.DOTALL)
"""An address, space, a number, a character of a script without spaces, a word, or a sign."""


class Words(NamedTuple):
    """A stretch of text that stays ("same"), goes ("old") or comes ("new")."""

    kind: Kind
    text: str


def difference(before: str, after: str) -> list[Words]:
    """Return how `before` becomes `after`: without the new stretches it is the one, without the old ones the other.

    What goes stands before what comes in its place. Words between which only space stays change as one.
    """
    from difflib import SequenceMatcher

    old, new = _TOKEN.findall(before), _TOKEN.findall(after)
    found: list[Words] = []
    gone = came = ""
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        ours, theirs = "".join(old[a:b]), "".join(new[c:d])
        if kind == "equal" and (not (gone or came) or not ours.isspace() or b == len(old)):
            found += [*_changed(gone, came), Words("same", ours)]
            gone = came = ""
        else:
            gone, came = gone + ours, came + theirs
    found += _changed(gone, came)
    return [Words(kind, "".join(each.text for each in own)) for kind, own in groupby(found, attrgetter("kind"))]


def _changed(gone: str, came: str) -> Iterator[Words]:
    """Give what changed, and what ends both alike as what stays: a space before a word that stays is no change."""
    shared = ""
    while gone and came and gone[-1] == came[-1] and gone[-1].isspace():
        gone, came, shared = gone[:-1], came[:-1], gone[-1] + shared
    if gone:
        yield Words("old", gone)
    if came:
        yield Words("new", came)
    if shared:
        yield Words("same", shared)
