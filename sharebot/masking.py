"""The last guard of secrets: what is logged loses them, whoever let them in, be it a library's exception.

Nothing of ours writes a secret into a message; a stranger's network, a driver or a parser may.
"""

import base64
import json
import logging
from collections.abc import Iterable, Iterator
from urllib.parse import quote, quote_plus

SHORTEST = 8
"""A text shorter than this would garble ordinary words."""
_DOTS = "•" * 5
_IN_BASE64 = 3
"""Bytes that Base64 writes as one group: a text inside a longer one begins at one of so many places."""


def mask(secrets: Iterable[str]) -> None:
    """Keep these texts, in every form in which they travel, out of all that is logged from now on."""
    for handler in logging.getLogger().handlers:
        if not isinstance(handler.formatter, _Masking):
            handler.setFormatter(_Masking(handler.formatter or logging.Formatter()))
        handler.formatter.add(secrets)  # type: ignore[union-attr] # it was just made so


class _Masking(logging.Formatter):
    def __init__(self, inner: logging.Formatter) -> None:
        super().__init__()
        self._inner = inner
        self._forms: tuple[str, ...] = ()

    def add(self, secrets: Iterable[str]) -> None:
        new = {form for secret in secrets if len(secret) >= SHORTEST for form in forms(secret)}
        new |= {each for form in new for each in _in_json(form)}  # the line is JSON, and may hold JSON
        self._forms = tuple(sorted(new.union(self._forms), key=len, reverse=True))

    def format(self, record: logging.LogRecord) -> str:
        text = self._inner.format(record)
        for form in self._forms:
            text = text.replace(form, _DOTS)
        return text


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
