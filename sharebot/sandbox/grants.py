"""Consent in the sandbox: the apps that registered, the codes that people were shown, the tokens these were traded for.

All of it is in memory: a sandbox that was started anew knows nobody who signed in before.
"""

from dataclasses import dataclass
from secrets import token_urlsafe


@dataclass(frozen=True, slots=True)
class Asked:
    """What an app asked for and a person has not allowed yet: by its id or its request token, with a secret."""

    app: str
    secret: str
    scopes: str = ""
    challenge: str = ""


@dataclass(frozen=True, slots=True)
class Granted:
    """What an `account` allowed an app, as the code or the token says; it `ends` at that second (None: never)."""

    account: str
    app: str
    secret: str = ""
    scopes: str = ""
    challenge: str = ""
    ends: float | None = None


class Grants:
    """One network's. A code, and a token for renewing, is good once."""

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        """Begin anew."""
        self.asked: dict[str, Asked] = {}
        self._codes: dict[str, Granted] = {}
        self._tokens: dict[str, Granted] = {}
        self._again: dict[str, Granted] = {}

    def ask(self, asked: Asked) -> str:
        """Note what an app asks for; return the name by which a person is led to it."""
        name = token_urlsafe(32)
        self.asked[name] = asked
        return name

    def allow(self, granted: Granted, code: str) -> str:
        """Let a person allow it; return the code that is shown."""
        self._codes[code] = granted
        return code

    def redeem(self, code: str) -> Granted | None:
        """Take a code in."""
        return self._codes.pop(code, None)

    def issue(self, granted: Granted) -> str:
        """Make a token."""
        token = token_urlsafe(32)
        self._tokens[token] = granted
        return token

    def renewable(self, granted: Granted, token: str) -> str:
        """Make a token for the next one after `token`, which that one ends."""
        again = token_urlsafe(32)
        self._again[again] = Granted(granted.account, granted.app, token, granted.scopes)
        return again

    def renew(self, again: str) -> Granted | None:
        """Take a token for renewing in; the one that it came with is no good from now on."""
        if granted := self._again.pop(again, None):
            self.revoke(granted.secret)
        return granted

    def revoke(self, token: str) -> None:
        """Make a token worthless."""
        self._tokens.pop(token, None)

    def held(self, token: str) -> Granted | None:
        """Return what a token that was issued here stands for."""
        return self._tokens.get(token)
