"""What a session's token says of itself: a JSON Web Token, whose signature is its server's affair."""

import json
from base64 import urlsafe_b64decode
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sharebot.model import Identity
from sharebot.platforms.answers import clean

FULL = "com.atproto.access"
"""What the account's own password gives, and no app password."""
_WRITES = frozenset({FULL, "com.atproto.appPass", "com.atproto.appPassPrivileged"})
"""Scopes that may post: https://github.com/bluesky-social/atproto/blob/main/packages/pds/src/auth-scope.ts"""
_RENEWED = "the session is renewed, and the app password does not end"
_OWN = "the session is renewed; this is the account's own password, use an app password instead"
_LATEST = 1 << 37  # seconds; the calendar ends in the year 9999


def identity(handle: str, token: str) -> Identity:
    """Tell what may be done with a session on the AT Protocol, and until when."""
    claims = _claims(token)
    scope, ends = claims.get("scope"), claims.get("exp")
    may = (clean(scope),) if isinstance(scope, str) and scope else ()
    return Identity(
        f"@{handle}",
        may,
        not _WRITES.isdisjoint(may) if may else None,
        datetime.fromtimestamp(ends, UTC) if isinstance(ends, int) and 0 < ends < _LATEST else None,
        _OWN if FULL in may else _RENEWED,
    )


def _claims(token: str) -> Mapping[str, Any]:
    """Read the claims; nothing where it is no such token."""
    try:
        claims = json.loads(urlsafe_b64decode(token.split(".")[1] + "=="))
    except (ValueError, IndexError, RecursionError):
        return {}
    return claims if isinstance(claims, Mapping) else {}
