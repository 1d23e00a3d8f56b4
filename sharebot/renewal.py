"""Stored sign-ins that end: renewed in time, or in the middle of a post, and never given up for a moment's fault."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, TypeVar

from pydantic import SecretStr

from sharebot import logs
from sharebot.config.values import Account
from sharebot.errors import PublishError, Sealed, SignInAgain, StoreError, TryLater
from sharebot.masking import mask
from sharebot.model import Credential, Platform
from sharebot.outbox.credentials import Credentials
from sharebot.outbox.ledger import Ledger
from sharebot.settings import Settings

Kind = TypeVar("Kind", bound=Settings)
_ASKS = frozenset({"publish", "find", "edit", "who", "identity"})
"""What a network is asked; each may be told that the token is no good."""


@dataclass(frozen=True, slots=True)
class Keeper:
    """Keeps the stored sign-in of one `account`, on a network of the class `kind`."""

    account: Account
    kind: Any
    ledger: Ledger
    store: Credentials
    now: Callable[[], datetime]

    def next(self, settings: Settings) -> Settings:
        """Return settings with a later sign-in than these have: what has been stored since, or what is got now.

        It is stored before anybody uses it. Raises TryLater where it cannot be had just now, SignInAgain where only a
        person can get it, Sealed and StoreError.
        """
        with self.ledger.renewing():
            held = self.store.get(self.account.name)
            if held is None:
                raise SignInAgain(f"signed out; run `sharebot login {self.account.name}`")
            newer = self._filled(settings, held)
            return newer if newer != settings else self._filled(settings, self._renewed(settings, held))

    def is_due(self, before: datetime) -> bool:
        """Whether what is stored ends before a moment. Raises Sealed and StoreError."""
        held = self.store.get(self.account.name)
        return held is not None and held.ends is not None and held.ends < before

    def _renewed(self, settings: Settings, held: Credential) -> Credential:
        try:
            new: Credential = self.kind.renew(settings, held)
        except SignInAgain as error:
            raise SignInAgain(f"{error}; run `sharebot login {self.account.name}`") from None
        except PublishError as error:
            raise TryLater(f"its sign-in could not be renewed: {error}", getattr(error, "after", None)) from None
        mask([*new.secrets.values(), *new.more.values()])
        self.store.put(self.account.name, new, self.now())
        logs.info("token.renewed", account=self.account.name, ends=new.ends and new.ends.isoformat())
        return new

    def _filled(self, settings: Settings, held: Credential) -> Settings:
        return filled(settings, held, self.account.lacking)


class Renewing:
    """A network whose stored sign-in may end while it is used: what is refused then is asked once more, with the next.

    A request whose token was refused was surely not taken.
    """

    def __init__(self, keeper: Keeper) -> None:
        self._keeper, self._settings = keeper, keeper.account.settings
        self._network: Platform = keeper.kind(self._settings)

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._network, name)
        return partial(self._asked, name) if name in _ASKS else found

    def renew(self, before: datetime) -> None:
        """Get the next sign-in where this one ends before a moment. Raises as `publish` does, Sealed and StoreError."""
        if self._keeper.is_due(before):
            self._next()

    def _asked(self, name: str, *given: Any) -> Any:
        try:
            return getattr(self._network, name)(*given)
        except SignInAgain:
            self._next()
        return getattr(self._network, name)(*given)

    def _next(self) -> None:
        try:
            self._settings = self._keeper.next(self._settings)
        except Sealed as error:
            raise SignInAgain(str(error)) from None
        except StoreError as error:
            raise TryLater(str(error)) from None
        self._network = self._keeper.kind(self._settings)


def filled(settings: Kind, held: Credential, names: tuple[str, ...]) -> Kind:
    """Return settings with what a sign-in brought for these names."""
    known = {name: SecretStr(held.secrets[name]) for name in names if name in held.secrets}
    return settings.model_copy(update=known)
