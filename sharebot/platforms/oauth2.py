"""OAuth 2.0 from a terminal: the server shows a code on a page, and a person writes it here.

https://www.rfc-editor.org/rfc/rfc6749 and, with a proof key, https://www.rfc-editor.org/rfc/rfc7636
"""

from base64 import urlsafe_b64encode
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

from sharebot.errors import SignInAgain, TryLater, reading
from sharebot.model import Credential
from sharebot.platforms.answers import Answer, body, field, judge

SHOWN = "urn:ietf:wg:oauth:2.0:oob"
"""Stands for the address that a browser would be led back to: the code is shown instead."""
_TABLE = (
    Answer(400, SignInAgain, "invalid_grant", "it is used up or not known here; run `sharebot login` again"),
    Answer(401, SignInAgain, advice="it does not know this program any more; run `sharebot login` again"),
    Answer(0, TryLater),  # whatever else is said, it is not said that a person has to sign in
)
"""https://www.rfc-editor.org/rfc/rfc6749#section-5.2"""
_LONGEST = 1 << 32
"""Seconds, more than a century."""


def call(server: str, path: str, form: Mapping[str, str] | None = None) -> Any:
    """Send a form, or ask without one; return the answer's JSON.

    Raises SignInAgain where the server does not know the grant or the program, and TryLater for everything else.
    """
    from sharebot import http

    place = urlsplit(server).netloc
    with http.session(place, judge(place, _TABLE)) as session, reading():
        answer = session.request("POST" if form else "GET", server + path, data=form)
        return body(answer, place)


def challenge(verifier: str) -> dict[str, str]:
    """Return what goes ahead of a code's verifier: https://www.rfc-editor.org/rfc/rfc7636#section-4.2 ."""
    digest = urlsafe_b64encode(sha256(verifier.encode()).digest()).decode().rstrip("=")
    return {"code_challenge": digest, "code_challenge_method": "S256"}


def credential(answer: Any, more: Mapping[str, str]) -> Credential:
    """Make a credential of what a token endpoint says; `more` is what it takes to renew it, but for its own token."""
    again = {"refresh_token": field(answer, "refresh_token")} if "refresh_token" in answer else {}
    lasts = answer.get("expires_in")
    known = isinstance(lasts, int) and 0 < lasts < _LONGEST
    ends = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=lasts) if known else None
    return Credential({"access_token": field(answer, "access_token")}, {**more, **again}, ends)
