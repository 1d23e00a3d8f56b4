"""A sign of life for who waits for one: a service that tells people once it stays away."""

from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from sharebot import logs
from sharebot.alerts.mail import NotSent
from sharebot.config.alerting import Alerts
from sharebot.errors import PublishError, Refused
from sharebot.outbox.alarms import Alarm, keep
from sharebot.outbox.ledger import Ledger

if TYPE_CHECKING:
    import requests

_NAME = "ping"
_PATIENCE = 10.0
_LARGEST = 100_000
_BAD = 300


def ping(alerts: Alerts, ledger: Ledger, now: datetime) -> None:
    """Write to the outbox, and where that works fetch the address. Raises StoreError; other failures are logged."""
    if alerts.ping:
        keep(ledger, [Alarm(_NAME, _NAME, "", now, now)])
        try:
            fetch(alerts)
        except NotSent as error:
            logs.warn("ping.failed", error=str(error))


def fetch(alerts: Alerts) -> None:
    """Fetch the address, which is a secret and shown in no message. Raises NotSent."""
    from sharebot import connections, guard, http

    assert alerts.ping

    url = alerts.ping.get_secret_value()
    place = urlsplit(url).hostname or "ping"
    ways = connections.anywhere if alerts.allow_private else guard.outside
    try:
        with http.session(place, _judge, read=_PATIENCE, max_bytes=_LARGEST, ways=ways) as session:
            session.get(url)
    except PublishError as error:
        raise NotSent(str(error)) from None


def _judge(response: "requests.Response") -> None:
    if response.status_code >= _BAD:
        raise Refused(f"{urlsplit(response.url).hostname} answered {response.status_code}")
