"""A plan as a calendar that other programs subscribe to: https://www.rfc-editor.org/rfc/rfc5545 ."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime

from sharebot import __version__
from sharebot.cli.planning.view import View, title
from sharebot.model import State
from sharebot.pipeline import Entry

_FOLD = 75
"""The most bytes of a line, without its end."""
_STATUS = {
    State.DRAFT: "TENTATIVE",
    State.HELD: "TENTATIVE",
    State.QUEUED: "CONFIRMED",
    State.SENDING: "CONFIRMED",
    State.UNSURE: "CONFIRMED",
    State.PUBLISHED: "CONFIRMED",
}
"""What has none of these states does not go out and is left out, but for what is gone: it is called off."""
_CONTROLS = re.compile(r"[\0-\x08\x0b-\x1f\x7f]")
_ESCAPED = {"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n"}


def ics(view: View) -> bytes:
    """Write the calendar: the same plan gives the same bytes."""
    events = (line for entry in view.entries for line in _event(view, entry))
    lines = (
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:-//sharebot//plan {__version__}//EN",
        "CALSCALE:GREGORIAN",
        f"NAME:{_text('sharebot plan')}",
        f"X-WR-CALNAME:{_text('sharebot plan')}",
        "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
        *events,
        "END:VCALENDAR",
    )
    return b"".join(_folded(line) for line in lines)


def _event(view: View, entry: Entry) -> Iterator[str]:
    delivery = entry.delivery
    status = "CANCELLED" if entry.change == "gone" else _STATUS.get(delivery.state)
    if status is None:
        return
    yield "BEGIN:VEVENT"
    yield f"UID:{_text(delivery.key)}@sharebot"
    # The moment of the last revision, which must not be the clock's: an unchanged plan is an unchanged file.
    yield f"DTSTAMP:{_instant(delivery.due)}"
    yield f"DTSTART:{_instant(delivery.due)}"
    yield f"SUMMARY:{_text(f'{delivery.account}: {delivery.headline}')}"
    yield f"DESCRIPTION:{_text(_description(view, entry))}"
    yield f"CATEGORIES:{_text(delivery.account)}"
    yield f"STATUS:{status}"
    yield "TRANSP:TRANSPARENT"
    if delivery.url:
        yield f"URL:{_CONTROLS.sub('', delivery.url)}"
    yield "END:VEVENT"


def _description(view: View, entry: Entry) -> str:
    delivery = entry.delivery
    about = " · ".join([delivery.state, title(delivery), *view.notes(delivery)])
    warnings = [f"! {told}" for told in entry.warnings]
    return "\n\n".join([*(post.text for post in delivery.posts), "\n".join([about, *warnings])])


def _instant(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _text(value: str) -> str:
    """Escape a value: https://www.rfc-editor.org/rfc/rfc5545#section-3.3.11 ."""
    lines = _CONTROLS.sub("", re.sub(r"\r\n?", "\n", value))
    return "".join(_ESCAPED.get(character, character) for character in lines)


def _folded(line: str) -> bytes:
    """Fold a line, never within a character: https://www.rfc-editor.org/rfc/rfc5545#section-3.1 ."""
    pieces, piece = [], b""
    for character in line:
        data = character.encode(errors="replace")
        if len(piece) + len(data) > _FOLD:
            pieces.append(piece)
            piece = b" "
        piece += data
    return b"\r\n".join([*pieces, piece]) + b"\r\n"
