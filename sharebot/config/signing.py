"""What the file leaves out of an account because `sharebot login` has stored it."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple

from sharebot.config.document import Way
from sharebot.config.secrets import Opened, Vault, secret_fields, unlock
from sharebot.errors import Sealed
from sharebot.model import Credential

Stored = Callable[[str], Credential | None]
"""Gives what an account of this name signed in with. Raises Sealed where that cannot be opened."""


class Lacking(NamedTuple):
    """The secrets that the file does not give, by name, and when those that stand in for them end."""

    names: tuple[str, ...] = ()
    ends: datetime | None = None


def signs_in(network: Any) -> bool:
    """Whether a network's class offers a sign-in, so that the file may leave its secrets out."""
    return hasattr(network, "sign_in")


def unlocked(vault: Vault, way: Way, raw: Mapping[str, Any], secret: tuple[str, ...], signing: object) -> Opened:
    """Open an account's secrets; of the one that is `signing` in, empty texts stand for what is not to be had."""
    if way[-1] != signing:
        return unlock(vault, way, raw, secret)
    opened = unlock(replace(vault, open=True, strict=False), way, raw, secret)
    opened.values |= dict.fromkeys(opened.unknown.intersection(secret), "")
    return opened


def complete(vault: Vault, way: Way, network: Any, opened: Opened, stored: Stored | None) -> Lacking:
    """Put what is `stored` where the file says nothing, and note in the document what is missing then.

    Where nothing is to be looked up (None), an empty text stands for each.
    """
    fields = network.Settings.model_fields
    secret = [name for name in secret_fields(network.Settings) if fields[name].is_required()]
    names = tuple(name for name in secret if name not in opened.values) if signs_in(network) else ()
    found = _found(vault, way, stored) if names and stored else Credential({})
    if found is None:
        stored, found = None, Credential({})  # it is told already
    missing = [name for name in names if name not in found.secrets]
    if missing and stored:
        example = (fields[missing[0]].examples or [""])[0]
        hint = f"write {missing[0]}: {example}, or run `sharebot login {way[-1]}`"
        vault.document.wrong((*way, missing[0]), "is missing", hint)
    vault.document.secrets.update(found.secrets.values())
    opened.values |= {name: found.secrets.get(name, "") for name in names}
    opened.unknown.update(missing)
    return Lacking(names, found.ends if names else None)


def _found(vault: Vault, way: Way, stored: Stored) -> Credential | None:
    try:
        return stored(str(way[-1])) or Credential({})
    except Sealed as error:
        vault.document.wrong(way, str(error))
        return None
