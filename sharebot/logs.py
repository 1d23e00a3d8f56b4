"""Log lines: an event's name and its fields; one JSON object a line off a terminal, plain words on one."""

import json
import logging
import sys
from datetime import UTC, datetime
from typing import Any, TextIO

_LOGGER = logging.getLogger("sharebot")
_CHATTY = ("alembic", "apscheduler", "oauthlib", "procrastinate", "psycopg", "requests_oauthlib", "tweepy", "urllib3")
"""Libraries whose debug lines hold headers and bodies, and with them secrets, or a line per idle tick."""


class _Json(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line = {"at": at, "level": record.levelname.lower(), "event": record.getMessage()}
        return json.dumps(line | _fields(record), ensure_ascii=False, default=str)


class _Plain(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC).astimezone().strftime("%H:%M:%S")
        words = " ".join(f"{name}={value}" for name, value in _fields(record).items())
        return f"{at} {record.levelname.lower():7} {record.getMessage()} {words}".rstrip()


def _fields(record: logging.LogRecord) -> dict[str, Any]:
    fields: dict[str, Any] = getattr(record, "fields", {})
    trace = logging.Formatter().formatException(record.exc_info) if record.exc_info else None
    return fields | ({"trace": trace} if trace else {})


def setup(stream: TextIO | None = None, level: int = logging.INFO) -> None:
    """Send the program's events from `level` on to `stream` (standard error when none is given)."""
    stream = stream or sys.stderr
    handler = logging.StreamHandler(stream)
    handler.setFormatter(_Plain() if stream.isatty() else _Json())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name in _CHATTY:
        logging.getLogger(name).setLevel(logging.WARNING)


def info(event: str, **fields: Any) -> None:
    """Tell what happened."""
    _LOGGER.info(event, extra={"fields": fields})


def warn(event: str, **fields: Any) -> None:
    """Tell what a person should look at."""
    _LOGGER.warning(event, extra={"fields": fields})


def crash(event: str, **fields: Any) -> None:
    """Tell of a fault of the program itself, with the trace of the exception that is being handled."""
    _LOGGER.error(event, extra={"fields": fields}, exc_info=sys.exc_info())
