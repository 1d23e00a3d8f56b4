"""What a network's answer means for a post: a table for each network, and what all of HTTP agrees on."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from sharebot.errors import PublishError, Refused, SignInAgain, TryLater, Unsure
from sharebot.retry import retry_after

if TYPE_CHECKING:
    import requests

_MOST_SAID = 500
_QUOTED = re.compile(r'="([^"]+)"')
_SAYS = ("detail", "error_description", "message", "error", "title")
"""Where APIs put words for people, the most telling first. https://www.rfc-editor.org/rfc/rfc9457#section-3.1"""


@dataclass(frozen=True, slots=True)
class Answer:
    """A row: an answer with `status` and `words` (in lower case) in its body means `error`; `advice` is the cure."""

    status: int
    error: type[PublishError]
    words: str = ""
    advice: str = ""


USUAL = (Answer(401, SignInAgain), Answer(403, SignInAgain), Answer(429, TryLater), Answer(503, TryLater))
"""What holds where a network's own table is silent. https://www.rfc-editor.org/rfc/rfc9110#section-15"""


def judge(place: str, table: Sequence[Answer]) -> "Callable[[requests.Response], None]":
    """Return a judge for `http.session`: it passes an answer of 2xx with JSON and raises what any other one means.

    The first row that fits decides, the network's own before the usual. Of the rest, a redirect is a server that has
    moved, 4xx is a refusal, and after 5xx nobody knows whether the post was taken.
    """

    def look(response: "requests.Response") -> None:
        if response.ok and not response.is_redirect:
            body(response, place)
        else:
            raise verdict(response, place, table)

    return look


def verdict(response: "requests.Response", place: str, table: Sequence[Answer]) -> PublishError:
    """Say what an answer other than 2xx means."""
    text = response.content.decode("utf-8", "replace").lower()
    for row in (*table, *USUAL):
        if row.status == response.status_code and row.words in text:
            return _error(row.error, response, f"{place} answered {said(response)}", row.advice)
    return _error(_otherwise(response.status_code), response, f"{place} answered {said(response)}", "")


def body(response: "requests.Response", place: str) -> Any:
    """Return an answer's JSON. Raises Unsure where it is none."""
    try:
        return response.json()
    except (ValueError, RecursionError):
        raise Unsure(f"{place} answered with something other than JSON") from None


def field(answer: Any, *path: str) -> str:
    """Return the short text at `path` of an answer's JSON. Raises Unsure where there is none."""
    for name in path:
        answer = answer.get(name) if isinstance(answer, Mapping) else None
    if not isinstance(answer, str) or not answer or answer != clean(answer):
        raise Unsure(f"the answer has no {'.'.join(path)}")
    return answer


def said(response: "requests.Response") -> str:
    """Return an answer's status and the server's own words, without the secrets should it repeat those."""
    try:
        words = "; ".join(_words(response.json()))
    except (ValueError, RecursionError):
        words = ""
    for secret in _secrets(response.request):
        words = words.replace(secret, "…")
    words = clean(words)  # last, for half a secret would not be known as one
    return f"{response.status_code}: {words}" if words else f"{response.status_code} {clean(response.reason or '')}"


def _secrets(request: "requests.PreparedRequest") -> list[str]:
    """Return what must not be told of a request: its token, what OAuth made of others, a password in its JSON."""
    told = str(request.headers.get("Authorization", "")).removeprefix("Bearer ")
    found = [told, *_QUOTED.findall(told)]
    try:
        sent = json.loads(request.body or "")
    except (TypeError, ValueError, RecursionError):
        sent = None  # no JSON, or a stream
    if isinstance(sent, Mapping):
        found.append(str(sent.get("password", "")))
    return sorted(filter(None, found), key=len, reverse=True)


def clean(words: str) -> str:
    """Make a stranger's words fit for a line of a log and a table: no control characters, not too many."""
    plain = " ".join(words.encode("utf-8", "replace").decode().split())
    return "".join(char for char in plain if char.isprintable())[:_MOST_SAID]


def _error(kind: type[PublishError], response: "requests.Response", why: str, advice: str) -> PublishError:
    why = f"{why} ({advice})" if advice else why
    if issubclass(kind, TryLater):
        return kind(why, retry_after(response.headers, datetime.now(UTC)))
    return kind(why)


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
