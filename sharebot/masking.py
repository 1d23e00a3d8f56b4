"""The last guard of secrets: what is logged loses them, whoever let them in, be it a library's exception.

Nothing of ours writes a secret into a message; a stranger's network, a driver or a parser may.
"""

import base64
import json
import logging
import sys
import threading
import traceback
from collections.abc import Iterable, Iterator
from types import TracebackType
from urllib.parse import quote, quote_plus

SHORTEST = 8
"""A text shorter than this would garble ordinary words."""
_DOTS = "•" * 5
_IN_BASE64 = 3
"""Bytes that Base64 writes as one group: a text inside a longer one begins at one of so many places."""


def mask(secrets: Iterable[str]) -> None:
    """Keep these texts, in every form in which they travel, out of logs and of traces of a crash from now on."""
    one = _known()
    one.add(secrets)
    if sys.excepthook is sys.__excepthook__:
        sys.excepthook = one.crashed
    if threading.excepthook is threading.__excepthook__:
        threading.excepthook = one.crashed_in_thread
    for handler in logging.getLogger().handlers:
        if not isinstance(handler.formatter, _Masking):
            handler.setFormatter(_Masking(handler.formatter or logging.Formatter()))
        assert isinstance(handler.formatter, _Masking)
        handler.formatter.mask = one


def _known() -> "_Mask":
    """Return the mask that is worn already, or a new one."""
    worn = [getattr(handler.formatter, "mask", None) for handler in logging.getLogger().handlers]
    found = [each for each in (*worn, getattr(sys.excepthook, "__self__", None)) if isinstance(each, _Mask)]
    return found[0] if found else _Mask()


class _Mask:
    def __init__(self) -> None:
        self._forms: tuple[str, ...] = ()

    def add(self, secrets: Iterable[str]) -> None:
        new = {form for secret in secrets if len(secret) >= SHORTEST for form in forms(secret)}
        new |= {each for form in new for each in _in_json(form)}  # the line is JSON, and may hold JSON
        self._forms = tuple(sorted(new.union(self._forms), key=len, reverse=True))

    def hidden(self, text: str) -> str:
        for form in self._forms:
            text = text.replace(form, _DOTS)
        return text

    def crashed(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        sys.stderr.write(self.hidden("".join(traceback.format_exception(kind, error, trace))))

    def crashed_in_thread(self, args: threading.ExceptHookArgs) -> None:
        if args.exc_value and not isinstance(args.exc_value, SystemExit):
            self.crashed(args.exc_type, args.exc_value, args.exc_traceback)


class _Masking(logging.Formatter):
    mask = _Mask()

    def __init__(self, inner: logging.Formatter) -> None:
        super().__init__()
        self._inner = inner

    def format(self, record: logging.LogRecord) -> str:
        return self.mask.hidden(self._inner.format(record))


def forms(secret: str) -> Iterator[str]:
    """Yield how a text is written: as it is, in JSON, in addresses and forms, in Base64, and as Python shows it."""
    yield secret
    yield from _in_json(secret)
    yield repr(secret)[1:-1]
    yield from (quote(secret, safe=""), quote(secret), quote_plus(secret))
    for before in range(_IN_BASE64):
        yield from _inside(b"\0" * before + secret.encode(errors="replace"), before)


def _in_json(text: str) -> Iterator[str]:
    yield from (json.dumps(text, ensure_ascii=only)[1:-1] for only in (True, False))


def _inside(padded: bytes, before: int) -> Iterator[str]:
    """Yield what Base64 shows of a text at this place whatever stands around it."""
    whole = len(padded) // _IN_BASE64 * _IN_BASE64
    skipped = 4 if before else 0  # the group that holds what stood before, too
    yield from (encode(padded[:whole]).decode()[skipped:] for encode in (base64.b64encode, base64.urlsafe_b64encode))
