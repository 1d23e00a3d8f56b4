"""What signing in brought, sealed, and what has been said of its end."""

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, insert, select, update

from sharebot import sealing
from sharebot.errors import Sealed
from sharebot.model import Credential
from sharebot.outbox.store import Outbox
from sharebot.outbox.tables import alert, credential

SIGNED_OUT = "signed out by a person"
"""Why an account is paused that was signed out."""
_KIND = "token.expiring"
_NO_KEY = "a stored sign-in needs its key: set SHAREBOT_KEY, or SHAREBOT_KEY_FILE to the file that it is in"


@dataclass(frozen=True, slots=True)
class Warned:
    """What was last said of an account's token: that it `ends` then, so many `days` before."""

    ends: datetime
    days: int


class Credentials:
    """The sealed part of an outbox. With no `keys`, what is there cannot be opened, and nothing be added."""

    def __init__(self, outbox: Outbox, keys: Sequence[bytes] = ()) -> None:
        self._outbox = outbox
        self._keys = keys

    @property
    def opens(self) -> bool:
        """Whether there is a key."""
        return bool(self._keys)

    def get(self, name: str) -> Credential | None:
        """Return what an account signed in with; None where it did not. Raises Sealed and StoreError."""
        with self._outbox.reading() as connection:
            sealed = connection.execute(select(credential.c.sealed).where(credential.c.account == name)).scalar()
        if sealed is None:
            return None
        return _read(sealing.opened(sealed, name, self._held()))

    def put(self, name: str, new: Credential, now: datetime) -> None:
        """Store what an account signed in with, instead of what was there. Raises Sealed and StoreError."""
        values = {"sealed": self._sealed(name, new), "saved": now}
        mine = update(credential).where(credential.c.account == name).values(**values)
        with self._outbox.writing() as connection:
            if not connection.execute(mine).rowcount:
                connection.execute(insert(credential).values(account=name, **values))

    def remove(self, name: str) -> bool:
        """Forget it. Returns whether there was anything. Raises StoreError."""
        with self._outbox.writing() as connection:
            return bool(connection.execute(delete(credential).where(credential.c.account == name)).rowcount)

    def names(self) -> list[str]:
        """Return the accounts of which something is stored. Raises StoreError."""
        with self._outbox.reading() as connection:
            return list(connection.execute(select(credential.c.account).order_by(credential.c.account)).scalars())

    def stamp(self) -> tuple[int, datetime | None]:
        """Return what differs once another sign-in is stored, or one is removed. Raises StoreError."""
        last = func.max(credential.c.saved, type_=credential.c.saved.type)
        with self._outbox.reading() as connection:
            count, saved = connection.execute(select(func.count(), last)).one()
            return count, saved

    def warned(self, name: str) -> Warned | None:
        """Return what was last said of the end of an account's token. Raises StoreError."""
        with self._outbox.reading() as connection:
            words = connection.execute(select(alert.c.words).where(alert.c.name == _row(name))).scalar()
        return Warned(datetime.fromisoformat(words.partition(" ")[0]), int(words.partition(" ")[2])) if words else None

    def warn(self, name: str, said: Warned, now: datetime) -> None:
        """Remember what was said, so that nobody says it again. Raises StoreError."""
        # It has ended as soon as it is said: whoever looks for what is wrong now finds nothing here.
        times = dict.fromkeys(("since", "told", "ended"), now)
        row = {"name": _row(name), "kind": _KIND, "words": f"{said.ends.isoformat()} {said.days}", **times}
        with self._outbox.writing() as connection:
            connection.execute(delete(alert).where(alert.c.name == row["name"]))
            connection.execute(insert(alert).values(**row))

    def _held(self) -> Sequence[bytes]:
        if not self._keys:
            raise Sealed(_NO_KEY)
        return self._keys

    def _sealed(self, name: str, new: Credential) -> str:
        return sealing.seal(_written(new), name, self._held()[0], secrets.token_bytes(sealing.NONCE_BYTES))


def _row(name: str) -> str:
    return f"{_KIND} {name}"


def _written(new: Credential) -> str:
    told: dict[str, Any] = {"secrets": dict(new.secrets), "more": dict(new.more)}
    return json.dumps(told | {"ends": new.ends and new.ends.isoformat()})


def _read(text: str) -> Credential:
    told = json.loads(text)
    return Credential(told["secrets"], told["more"], told["ends"] and datetime.fromisoformat(told["ends"]))
