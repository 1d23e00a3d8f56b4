"""What a network's answer means for a post: a table for each network, and what all of HTTP agrees on."""

import json
import re
from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from sharebot.errors import PublishError, Refused, SignInAgain, TryLater, Unsure
from sharebot.retry import retry_after

if TYPE_CHECKING:
    import requests

_MOST_SAID = 500
_QUOTED = re.compile(r'="([^"]+)"')
_WAITS = (("retry_after",), ("parameters", "retry_after"))
"""Where bodies name seconds to wait: https://docs.discord.com/developers/topics/rate-limits ,
https://core.telegram.org/bots/api#responseparameters"""
_LONGEST = 1e9
_NEVER_TOLD = ("password", "client_secret", "code", "code_verifier", "refresh_token", "token")
"""What a sign-in sends."""
_SAYS = ("detail", "error_description", "message", "error", "title")
"""Where APIs put words for people, the most telling first. https://www.rfc-editor.org/rfc/rfc9457#section-3.1"""


@dataclass(frozen=True, slots=True)
class Answer:
    """A row: an answer with `status` and `words` (in lower case) in its body means `error`; `advice` is the cure.

    The status 0 is any but 2xx. Where `at` is the path of a value in the body's JSON ("error.code"), that must be one
    of `values` (None: it is not there). `daily` limits begin anew at midnight UTC and name no time themselves.
    """

    status: int
    error: type[PublishError]
    words: str = ""
    advice: str = ""
    at: str = ""
    values: Container[object] = ()
    daily: bool = False

    def fits(self, response: "requests.Response") -> bool:
        """Whether an answer is one of these."""
        if self.status not in {0, response.status_code}:
            return False
        if self.words not in response.content.decode("utf-8", "replace").lower():
            return False
        return not self.at or inside(parsed(response), *self.at.split(".")) in self.values


USUAL = (Answer(401, SignInAgain), Answer(403, SignInAgain), Answer(429, TryLater), Answer(503, TryLater))
"""What holds where a network's own table is silent. https://www.rfc-editor.org/rfc/rfc9110#section-15"""
_NO_FAULT = frozenset({403, 429, 503})
"""Where these say that a post may be sent later, it is its account or server that has to wait, whatever the post."""


def judge(
    place: str, table: Sequence[Answer], taken: "Callable[[requests.Response, str], object] | None" = None
) -> "Callable[[requests.Response], None]":
    """Return a judge for `http.session`: it passes an answer of 2xx with JSON and raises what any other one means.

    `taken` looks at an answer of 2xx instead, where that is not JSON.
    The first row that fits decides, the network's own before the usual. Of the rest, a redirect is a server that has
    moved, 4xx is a refusal, and after 5xx nobody knows whether the post was taken.
    """

    def look(response: "requests.Response") -> None:
        if response.ok and not response.is_redirect:
            (taken or body)(response, place)
        else:
            raise verdict(response, place, table)

    return look


def verdict(response: "requests.Response", place: str, table: Sequence[Answer]) -> PublishError:
    """Say what an answer other than 2xx means."""
    usual = Answer(response.status_code, _otherwise(response.status_code))
    row = next(row for row in (*table, *USUAL, usual) if row.fits(response))
    why = f"{place} answered {said(response)}" + (f" ({row.advice})" if row.advice else "")
    if issubclass(row.error, TryLater):
        return row.error(why, _wait(response, row), spends=response.status_code not in _NO_FAULT)
    return row.error(why)


def body(response: "requests.Response", place: str) -> Any:
    """Return an answer's JSON. Raises Unsure where it is none."""
    try:
        return response.json()
    except (ValueError, RecursionError):
        raise Unsure(f"{place} answered with something other than JSON") from None


def field(answer: Any, *path: str) -> str:
    """Return the short text at `path` of an answer's JSON. Raises Unsure where there is none."""
    found = inside(answer, *path)
    if not isinstance(found, str) or not found or found != clean(found):
        raise Unsure(f"the answer has no {'.'.join(path)}")
    return found


def inside(answer: Any, *path: str) -> Any:
    """Return what is at `path` of an answer's JSON; None where nothing is."""
    for name in path:
        answer = answer.get(name) if isinstance(answer, Mapping) else None
    return answer


def parsed(response: "requests.Response") -> Any:
    """Return the JSON of an answer that may be none."""
    try:
        return response.json()
    except (ValueError, RecursionError):
        return None


def said(response: "requests.Response") -> str:
    """Return an answer's status and the server's own words, without the secrets should it repeat those."""
    words = "; ".join(_words(parsed(response)))
    for secret in _secrets(response.request):
        words = words.replace(secret, "…")
    words = clean(words)  # last, for half a secret would not be known as one
    return f"{response.status_code}: {words}" if words else f"{response.status_code} {clean(response.reason or '')}"


def _secrets(request: "requests.PreparedRequest") -> list[str]:
    """Return what must not be told of a request: its token, what OAuth made of others, what a sign-in sent."""
    told = str(request.headers.get("Authorization", "")).removeprefix("Bearer ")
    found = [told, *_QUOTED.findall(told)]
    try:
        sent = json.loads(request.body or "")
    except (TypeError, ValueError, RecursionError):
        sent = None  # no JSON, or a stream
    sent = dict(parse_qsl(request.body)) if isinstance(request.body, str) and sent is None else sent
    found += [str(sent.get(name, "")) for name in _NEVER_TOLD] if isinstance(sent, Mapping) else []
    return sorted(filter(None, found), key=len, reverse=True)


def clean(words: str) -> str:
    """Make a stranger's words fit for a line of a log and a table: no control characters, not too many."""
    plain = " ".join(words.encode("utf-8", "replace").decode().split())
    return "".join(char for char in plain if char.isprintable())[:_MOST_SAID]


def _wait(response: "requests.Response", row: Answer) -> timedelta | None:
    """Return how long a network wants to be left alone, by its headers, its body, or its custom."""
    now = datetime.now(UTC)
    asked = [inside(parsed(response), *path) for path in _WAITS]
    waits = [timedelta(seconds=each) for each in asked if isinstance(each, int | float) and 0 <= each < _LONGEST]
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    waits += [midnight - now] if row.daily else []
    waits += filter(None, [retry_after(response.headers, now)])
    return max(waits, default=None)


def _otherwise(status: int) -> type[PublishError]:
    if status < HTTPStatus.BAD_REQUEST:
        return SignInAgain
    return Refused if status < HTTPStatus.INTERNAL_SERVER_ERROR else Unsure


def _words(answer: Any) -> list[str]:
    """Find the words for people: the error's own, then those of the faults that it lists, each once."""
    if not isinstance(answer, Mapping):
        return []
    own = [answer[name] for name in _SAYS if isinstance(answer.get(name), str)][:1]
    listed = answer.get("errors")
    faults = [word for fault in listed for word in _words(fault)] if isinstance(listed, list) else []
    return list(dict.fromkeys(own + faults))
