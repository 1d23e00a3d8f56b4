"""Draws the states of a delivery and what may follow what, as an SVG without a library.

Places are chosen by hand, arrows come from the table: a state without a place fails the build.
"""

from collections.abc import Iterator, Mapping
from math import hypot

from sharebot.model import State

Transitions = Mapping[tuple[State | None, State], str]
Point = tuple[float, float]

_WIDTH, _HEIGHT = 860, 390
_BOX: Point = (92, 34)
_START = 11.0
_PLACES: Mapping[State | None, Point] = {
    None: (40, 24),
    State.DRAFT: (190, 74),
    State.QUEUED: (390, 74),
    State.SENDING: (590, 74),
    State.PUBLISHED: (790, 74),
    State.MISSED: (110, 240),
    State.FAILED: (290, 240),
    State.HELD: (590, 240),
    State.UNSURE: (790, 240),
    State.SKIPPED: (450, 360),
}
_MAIN = {
    (None, State.QUEUED),
    (None, State.DRAFT),
    (State.DRAFT, State.QUEUED),
    (State.QUEUED, State.SENDING),
    (State.SENDING, State.PUBLISHED),
}
_BEND = 0.13
"""How far an arrow leaves the straight line, as a part of its length: there and back are two arrows."""
_STYLE = """
.states { max-width: 100%; height: auto; font: 14px sans-serif; }
.states path { fill: none; stroke: currentColor; opacity: .38; }
.states path.main { stroke-width: 2.5; opacity: 1; }
.states path:hover { stroke-width: 3; opacity: 1; }
.states rect { fill: var(--color-background-secondary, #f4f4f4); stroke: currentColor; }
.states text { fill: currentColor; text-anchor: middle; dominant-baseline: central; }
.states marker path, .states circle { fill: currentColor; stroke: none; opacity: 1; }
"""
_HEAD = '<marker id="head" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto" \
markerUnits="userSpaceOnUse"><path d="M0 0 8 4 0 8z"/></marker>'


def svg(transitions: Transitions) -> str:
    """Return the drawing; an arrow tells when it is taken as soon as the mouse is on it."""
    arrows = (_arrow(before, after, why) for (before, after), why in transitions.items())
    label = "The states of a delivery; the table below says the same in words"
    return "\n".join((
        f'<svg class="states" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-label="{label}">',
        f"<style>{_STYLE}</style><defs>{_HEAD}</defs>",
        *arrows,
        *map(_shape, _PLACES),
        "</svg>",
    ))  # fmt: skip


def _shape(state: State | None) -> str:
    x, y = _PLACES[state]
    if state is None:
        return f'<circle cx="{x}" cy="{y}" r="{_START}"/>'
    width, height = _BOX
    box = f'<rect x="{x - width / 2}" y="{y - height / 2}" width="{width}" height="{height}" rx="8"/>'
    return f'{box}<text x="{x}" y="{y}">{state}</text>'


def _arrow(before: State | None, after: State, why: str) -> str:
    start, end = _PLACES[before], _PLACES[after]
    kind = ' class="main"' if (before, after) in _MAIN else ""
    line = _loop(start) if before == after else _curve(start, end, _START if before is None else None)
    return f'<path{kind} d="{line}" marker-end="url(#head)"><title>{before or "new"} → {after}: {why}</title></path>'


def _loop(at: Point) -> str:
    x, y = at[0], at[1] - _BOX[1] / 2
    return f"M{x - 16} {y}C{x - 30} {y - 42} {x + 30} {y - 42} {x + 16} {y}"


def _curve(start: Point, end: Point, radius: float | None) -> str:
    """Bend to the left of the way, and begin and end at the edges of what is there."""
    (x1, y1), (x2, y2) = start, end
    bend = (x1 + x2) / 2 + _BEND * (y2 - y1), (y1 + y2) / 2 - _BEND * (x2 - x1)
    first, last = _edge(start, bend, radius), _edge(end, bend, None)
    return "M{:.0f} {:.0f}Q{:.0f} {:.0f} {:.0f} {:.0f}".format(*first, *bend, *last)


def _edge(place: Point, towards: Point, radius: float | None) -> Point:
    """Return where the way out of a place crosses its edge."""
    dx, dy = towards[0] - place[0], towards[1] - place[1]
    part = radius / hypot(dx, dy) if radius else min(_sides(dx, dy))
    return place[0] + part * dx, place[1] + part * dy


def _sides(dx: float, dy: float) -> Iterator[float]:
    for distance, size in ((dx, _BOX[0]), (dy, _BOX[1])):
        if distance:
            yield (size / 2 + 2) / abs(distance)
