"""Bluesky's session tokens: small JSON Web Tokens, so that a restarted sandbox still knows who is signed in."""

import base64
import hmac
import json
from typing import Literal

from sharebot.sandbox.accounts import SHARED

Scope = Literal["com.atproto.appPass", "com.atproto.refresh"]
LASTS: dict[Scope, int] = {"com.atproto.appPass": 120 * 60, "com.atproto.refresh": 90 * 86400}
"""Seconds: https://github.com/bluesky-social/atproto/blob/main/packages/pds/src/account-manager/helpers/auth.ts"""
_HEADER = {"typ": "at+jwt", "alg": "HS256"}


class Expired(Exception):
    """The token was good once."""


def issue(did: str, scope: Scope, now: float) -> str:
    """Make a token that lasts as long as its scope says."""
    claims = {"scope": scope, "sub": did, "iat": int(now), "exp": int(now) + LASTS[scope]}
    text = ".".join(_encoded(json.dumps(part).encode()) for part in (_HEADER, claims))
    return f"{text}.{_signature(text)}"


def subject(token: str, scope: Scope, now: float) -> str | None:
    """Return the DID that the token was issued to; None where it is no token of this scope. Raises Expired."""
    text, _, signature = token.rpartition(".")
    if not hmac.compare_digest(_signature(text).encode(), signature.encode()):
        return None
    try:
        claims = json.loads(base64.urlsafe_b64decode(text.partition(".")[2] + "=="))
        ends, given, sub = float(claims["exp"]), claims["scope"], str(claims["sub"])
    except (ValueError, TypeError, KeyError):
        return None
    if ends <= now:
        raise Expired
    return sub if given == scope else None


def _signature(text: str) -> str:
    return _encoded(hmac.digest(SHARED.encode(), text.encode(), "sha256"))


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")
