"""Sessions on PostgreSQL that neither wait for ever nor keep others waiting. Loaded only where it is used."""

import select
from typing import Any

from sqlalchemy import URL, Engine, NullPool, create_engine, event
from sqlalchemy.exc import InvalidatePoolError

from sharebot.errors import StoreError
from sharebot.outbox.database import place_of

_CONNECTION = {
    "application_name": "sharebot",
    "connect_timeout": 5,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 15_000,
}
"""How this end learns that the other one is gone: libpq's own names; seconds, and milliseconds in the last one."""
_SESSION = {
    "timezone": "UTC",
    "statement_timeout": "60s",
    "lock_timeout": "10s",
    "idle_in_transaction_session_timeout": "10s",  # a frozen worker must not keep the rows that it has locked
    "tcp_keepalives_idle": "10",
    "tcp_keepalives_interval": "5",
    "tcp_keepalives_count": "3",
    "tcp_user_timeout": "15s",
}
"""How the server learns that this end is gone."""
_POOLED = {"pool_size": 10, "max_overflow": 10, "pool_use_lifo": True}
"""Transactions last milliseconds, so many threads share a few sessions; a server has a hundred for all hosts."""
_ALONE = {"poolclass": NullPool, "isolation_level": "AUTOCOMMIT"}


def arguments(url: URL, **settings: str) -> dict[str, Any]:
    """Return what the driver is given besides the address. The address's own options go before ours.

    But nothing goes before `settings`: without these, a session would not be what it is opened for.
    """
    ours, theirs, needed = _options(_SESSION), str(url.query.get("options", "")), _options(settings)
    given = {name: value for name, value in _CONNECTION.items() if name not in url.query}
    return given | {"options": f"{ours} {theirs} {needed}".strip()}


def _options(settings: dict[str, str]) -> str:
    return " ".join(f"-c {name}={value}" for name, value in settings.items())


def pooled(url: URL) -> Engine:
    """Return an engine whose sessions survive that the server is restarted. Raises StoreError without a driver."""
    engine = _engine(url, arguments(url), _POOLED)

    @event.listens_for(engine, "checkout")
    def _look(connection: Any, _record: object, _proxy: object) -> None:
        # A server that ended a session has said so on its wire: to look there costs nothing, to ask costs a round trip.
        if not connection.closed and not readable(connection.fileno()):
            return
        try:
            engine.dialect.do_ping(connection)
        except engine.dialect.loaded_dbapi.Error:
            raise InvalidatePoolError from None

    return engine


def alone(url: URL, **settings: str) -> Engine:
    """Return an engine for one lasting session outside of transactions. Raises StoreError without a driver."""
    return _engine(url, arguments(url, **settings), _ALONE)


def _engine(url: URL, connect_args: dict[str, Any], pool: dict[str, Any]) -> Engine:
    try:
        return create_engine(url, connect_args=connect_args, **pool)
    except ImportError as error:
        cure = "PostgreSQL's client is not installed; pip install 'sharebot[cluster]'"
        raise StoreError(f"{place_of(url)}: {cure} ({error})") from error


def readable(number: int) -> bool:
    """Whether something came on a socket."""
    poll = select.poll()
    poll.register(number, select.POLLIN)
    return bool(poll.poll(0))
