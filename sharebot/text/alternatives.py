"""Many phrases as one pattern that looks at each character once: "the rest" and "the same" as `the (?:rest|same)`.

`re` tries the alternatives of a plain list one after the other, which for hundreds of them takes several times as long.
"""

from collections.abc import Iterable, Sequence
from typing import TypeAlias

_Tree: TypeAlias = "dict[str, _Tree]"
_END = ""


def any_of(spelt: Iterable[Sequence[str]]) -> str:
    """Return a pattern for any of these phrases; where several match it takes the longest.

    A phrase is given sign by sign, each as a pattern of its own. There must be at least one phrase.
    """
    tree: _Tree = {}
    for phrase in sorted(spelt, key=len, reverse=True):
        node = tree
        for sign in phrase:
            node = node.setdefault(sign, {})
        node[_END] = {}
    return _pattern(tree)


def _pattern(tree: _Tree) -> str:
    ways = [sign + _pattern(after) for sign, after in tree.items() if sign != _END]
    ends = _END in tree
    if len(ways) > 1 or (ways and ends):
        return f"(?:{'|'.join(ways)}){'?' * ends}"
    return "".join(ways)
