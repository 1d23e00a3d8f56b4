"""Log lines: an event's name and its fields; one JSON object a line off a terminal, words in colours on one.

A line that cannot be written is lost, and nothing else: a closed pipe or a full disk ends no daemon.
"""

import json
import logging
import os
import re
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, TextIO

from sharebot.model import Delivery

LIBRARY = "library.message"
"""The event of what a library says; it and its words are the fields `logger` and `message`."""
_LOGGER = logging.getLogger("sharebot")
_CHATTY = ("alembic", "apscheduler", "oauthlib", "procrastinate", "psycopg", "requests_oauthlib", "tweepy", "urllib3")
"""Libraries whose debug lines hold headers and bodies, and with them secrets, or a line per idle tick."""
_COLOURS = {logging.INFO: "32", logging.WARNING: "33", logging.ERROR: "31"}
_CONTROLS = r"\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff"
"""What would end a line early, turn it round, or steer a terminal. Below a space, JSON escapes all by itself."""
_HIDDEN, _UNFIT = re.compile(f"[{_CONTROLS}]"), re.compile(f"[\0-\x1f{_CONTROLS}]")

_subject: ContextVar[dict[str, Any] | None] = ContextVar("subject", default=None)


class _Json(logging.Formatter):
    def __init__(self, encoding: str = "utf-8") -> None:
        super().__init__()
        self._ascii = not encoding.lower().startswith("utf")

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line = {"at": at, "level": record.levelname.lower(), "event": _event(record)}
        return _escaped(_HIDDEN, json.dumps(line | _fields(record), ensure_ascii=self._ascii, default=str))


class _Plain(logging.Formatter):
    def __init__(self, *, colours: bool) -> None:
        super().__init__()
        self._colours = colours

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC).astimezone().strftime("%H:%M:%S")
        fields = _fields(record)
        trace = fields.pop("trace", "")
        level, words = self._level(record), " ".join(f"{name}={value}" for name, value in fields.items())
        lines = [f"{_event(record)} {words}".rstrip(), *trace.splitlines()]
        return f"{at} {level} " + "\n  ".join(_escaped(_UNFIT, line) for line in lines)

    def _level(self, record: logging.LogRecord) -> str:
        name = f"{record.levelname.lower():7}"
        return f"\x1b[{_COLOURS.get(record.levelno, '0')}m{name}\x1b[0m" if self._colours else name


class _Handler(logging.StreamHandler[TextIO]):
    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 — named by the library
        """Let the line go: there is no place left where it could be told."""


def _escaped(what: re.Pattern[str], text: str) -> str:
    return what.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def _event(record: logging.LogRecord) -> str:
    return record.getMessage() if record.name == _LOGGER.name else LIBRARY


def _fields(record: logging.LogRecord) -> dict[str, Any]:
    """Return whom a line is about, what it says, and where a fault of the program lies."""
    said: dict[str, Any] = getattr(record, "fields", {})
    if record.name != _LOGGER.name:
        said = {"logger": record.name, "message": record.getMessage()}
    trace = logging.Formatter().formatException(record.exc_info) if record.exc_info else None
    return (_subject.get() or {}) | said | ({"trace": trace} if trace else {})


def setup(stream: TextIO | None = None, level: int = logging.INFO) -> None:
    """Send the program's events from `level` on to `stream` (standard error when none is given).

    So go warnings of libraries, and what nobody has caught in any thread.
    """
    stream = stream or sys.stderr
    handler = _Handler(stream) if stream else logging.NullHandler()  # started with a closed standard error
    if stream:
        plain = _Plain(colours=not os.environ.get("NO_COLOR"))
        handler.setFormatter(plain if stream.isatty() else _Json(stream.encoding or "utf-8"))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name in _CHATTY:
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.captureWarnings(capture=True)
    sys.excepthook = _uncaught
    threading.excepthook = _uncaught_in_thread


def about(delivery: Delivery) -> dict[str, Any]:
    """Return the fields of every line that is about a delivery."""
    names = ("key", "issue", "account")
    return {name: getattr(delivery, name) for name in names} | {"attempt": delivery.attempts}


@contextmanager
def telling_of(delivery: Delivery) -> Iterator[None]:
    """Let each line of this thread say that it is about a delivery, whoever writes it."""
    before = _subject.set(about(delivery))
    try:
        yield
    finally:
        _subject.reset(before)


def info(event: str, **fields: Any) -> None:
    """Tell what happened."""
    _LOGGER.info(event, extra={"fields": fields})


def warn(event: str, **fields: Any) -> None:
    """Tell what a person should look at."""
    _LOGGER.warning(event, extra={"fields": fields})


def crash(event: str, error: BaseException | None = None, **fields: Any) -> None:
    """Tell of a fault of the program itself, with the trace of `error`, or of what is being handled."""
    _LOGGER.error(event, extra={"fields": fields}, exc_info=error or sys.exc_info())


def _uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, Exception):
        crash("program.fault", error)
    else:
        sys.__excepthook__(kind, error, trace)


def _uncaught_in_thread(args: threading.ExceptHookArgs) -> None:
    if args.exc_value and not isinstance(args.exc_value, SystemExit):
        crash("thread.fault", args.exc_value, thread=args.thread.name if args.thread else None)
