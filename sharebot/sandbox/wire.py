"""What travels between the HTTP plumbing and the networks: a request, an answer, a refusal, a route."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email.message import Message
from typing import Any, Literal, Protocol
from urllib.parse import parse_qsl

_FIELD = re.compile(rb'(?i)content-disposition:[^\r\n]*;\s*name="([^"]*)"')
"""https://www.rfc-editor.org/rfc/rfc7578#section-4.2"""


class BadBody(ValueError):
    """A request's body is not what it must be."""


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request. `base` is the sandbox's own address; `now` is its clock in seconds since the epoch."""

    method: str
    path: str
    query: str
    headers: Message
    body: bytes
    base: str
    now: float

    @property
    def bearer(self) -> str:
        """The token of `Authorization: Bearer …`, or nothing."""
        scheme, _, token = (self.headers.get("Authorization") or "").partition(" ")
        return token.strip() if scheme.lower() == "bearer" else ""

    @property
    def args(self) -> dict[str, str]:
        """The query's parameters; of one given twice, the last."""
        return dict(parse_qsl(self.query, keep_blank_values=True))

    def json(self) -> dict[str, Any]:
        """Read the body as a JSON object. Raises BadBody."""
        try:
            value = json.loads(self.body)
            json.dumps(value, ensure_ascii=False).encode()  # a lone surrogate could not be answered or shown
        except (ValueError, RecursionError) as error:
            raise BadBody("the body is not JSON") from error
        if not isinstance(value, dict):
            raise BadBody("the body is not a JSON object")
        return value

    def form(self) -> dict[str, bytes]:
        """Read the fields of a multipart body; what is none has no fields."""
        boundary = self.headers.get_param("boundary") or ""
        fields = {}
        for part in self.body.split(f"--{boundary}".encode()) if boundary else []:
            head, _, value = part.partition(b"\r\n\r\n")
            if name := _FIELD.search(head):
                fields[name[1].decode("utf-8", "replace")] = value.removesuffix(b"\r\n")
        return fields

    def number(self, name: str, usual: int, most: int) -> int:
        """Read a count from the query, as lenient as the networks are: nonsense is the usual."""
        text = self.args.get(name, "")
        return min(int(text), most) if re.fullmatch(r"[1-9][0-9]{0,8}", text) else usual


Cut = Literal["", "head", "body", "reset"]
"""Where an answer breaks off: nowhere, in the middle of its head or of its body, or before it, by a reset."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One HTTP answer."""

    status: int
    body: bytes
    type: str = "application/json; charset=utf-8"
    headers: Mapping[str, str] = field(default_factory=dict)
    cut: Cut = ""


def answer(value: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Answer:
    """Answer with JSON."""
    return Answer(status, json.dumps(value, ensure_ascii=False).encode(), headers=headers or {})


class Refusal(Exception):
    """The network says no; `answer` is how it says so."""

    def __init__(self, refused: Answer) -> None:
        super().__init__(refused.status)
        self.answer = refused


@dataclass(frozen=True, slots=True)
class Route:
    """A path that a network answers. `handle` gets the request and the pattern's groups; `posts` marks posting."""

    method: str
    pattern: str
    handle: Callable[..., Answer]
    posts: bool = False


class Network(Protocol):
    """One network of the sandbox."""

    @property
    def name(self) -> str:
        """What faults and posts call it."""
        ...

    @property
    def routes(self) -> tuple[Route, ...]:
        """What it answers."""
        ...

    def failure(self, status: int, reset: float = 0) -> Answer:
        """Word a failure as this network does: 401, 429 (`reset`: when the limit ends, epoch seconds), 500, 503.

        X has a 403 beside, for a reply that it does not let an app write.
        """
        ...

    def forget(self) -> None:
        """Begin the rate limits anew."""
        ...


@dataclass(frozen=True, slots=True)
class Quota:
    """What is left of a rate limit after a request. `reset` is in epoch seconds; `spent`: the request is refused."""

    limit: int
    remaining: int
    reset: float
    spent: bool


class Meter:
    """Counts points in fixed windows that begin at multiples of `period` seconds, as Mastodon's limiter does.

    https://github.com/mastodon/mastodon/blob/main/app/lib/rate_limiter.rb
    """

    def __init__(self, limit: int, period: int) -> None:
        self._limit = limit
        self._period = period
        self._used: dict[str, tuple[float, int]] = {}

    def spend(self, who: str, now: float, points: int = 1) -> Quota:
        """Take `points` from the window of `who`; a refused request takes none."""
        reset = (now // self._period + 1) * self._period
        window, used = self._used.get(who, (reset, 0))
        used = used if window == reset else 0
        spent = used + points > self._limit
        used += 0 if spent else points
        self._used[who] = (reset, used)
        return Quota(self._limit, 0 if spent else self._limit - used, reset, spent)

    def forget(self) -> None:
        """Begin anew."""
        self._used.clear()
