"""Once a day: when each account's token ends, whether it can be renewed in time, and who has to hear of it."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sharebot import logs
from sharebot.errors import PublishError, Sealed

if TYPE_CHECKING:
    from sharebot.app import App
    from sharebot.model import Identity
    from sharebot.outbox.credentials import Credentials, Warned
    from sharebot.renewal import Renewing

DAILY = timedelta(days=1)
WARNED = (14, 7, 1)
"""Days before a token's end on which it is told."""
RENEWED = timedelta(days=WARNED[0] + 1)
"""So long before its end a token is renewed, where its network allows it: then nobody needs to hear of it."""


def look(app: "App") -> bool:
    """Renew what ends soon, note when each account's token ends, and warn once for each of `WARNED`.

    Returns False: no post waits for it. Raises StoreError.
    """
    from sharebot.app import credentials

    try:
        store = credentials(app.ledger)
    except Sealed as error:
        logs.warn("token.unknown", why=str(error))
        return False
    for name in app.platforms:
        try:
            ends = _ends(app, store, name)
        except (PublishError, Sealed) as error:
            logs.warn("token.unknown", account=name, why=str(error))
            ends = app.ledger.standings()[name].ends if name in app.ledger.standings() else None
        else:
            app.ledger.note_ends(name, ends)
        if ends:
            _warn(store, name, ends, app.now())
    return False


def _ends(app: "App", store: "Credentials", name: str) -> datetime | None:
    """Return when an account's token ends; None where it does not, or is renewed by itself."""
    from sharebot.app import platform
    from sharebot.renewal import Renewing

    network, account = app.platforms[name], app.config.accounts[name]
    if isinstance(network, Renewing):
        _renew(network, name, app.now())
    if account.lacking:
        held = store.get(name)
        return held.ends if held else None
    if not network.rules.ends:
        return None  # nor is it asked: that takes memory, and money on X
    # Asked by one of its own: a client that is just posting may not be safe for a second thread.
    found: Identity = platform(account.platform)(account.settings).identity()
    return found.ends


def _renew(network: "Renewing", name: str, now: datetime) -> None:
    """Renew what ends soon; what cannot be renewed is told, and is good until its end."""
    try:
        network.renew(now + RENEWED)
    except PublishError as error:
        logs.warn("token.kept", account=name, why=str(error))


def _warn(store: "Credentials", name: str, ends: datetime, now: datetime) -> None:
    from sharebot.outbox.credentials import Warned

    days = due(ends, now, store.warned(name))
    if days is not None:
        why = f"sign in again before it ends: sharebot login {name}, or give it another token"
        logs.warn("token.expiring", account=name, ends=ends.isoformat(), days=days, why=why)
        store.warn(name, Warned(ends, days), now)


def due(ends: datetime, now: datetime, said: "Warned | None") -> int | None:
    """Return of which of `WARNED` it is time to tell; None where none is reached, or it was told of this token."""
    reached = min((days for days in WARNED if ends - now <= timedelta(days=days)), default=None)
    told = said is not None and said.ends == ends and reached is not None and said.days <= reached
    return None if told else reached
