"""Which host does what one at a time does: looking at sources, planning, trying sign-ins, handing posts over.

On SQLite the only one does. On PostgreSQL it is whoever holds the lead; when that host is gone, another takes over.
"""

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from sharebot import logs
from sharebot.errors import StoreError

if TYPE_CHECKING:
    from sharebot.outbox.leading import Lead


class Leading:
    """This host's part: `tell` hears when it takes the lead (True), and when it has lost it.

    Without a `lead` to take, there is nobody else. What was begun by a host that has lost the lead and does not know it
    yet is harmless: the ledger takes each post once, and gives each time away once.
    """

    def __init__(self, lead: "Lead | None", tell: Callable[[bool], None]) -> None:
        self.leads = False
        self._lead, self._tell = lead, tell

    def sure(self) -> bool:
        """Whether this host leads, as the database sees it just now. Never raises."""
        return self.leads and (self._lead is None or self._lead.held())

    def run(self, stopping: threading.Event) -> None:
        """Lead whenever nobody else does, until `stopping`."""
        if self._lead is None:
            self._turn(leads=True)
            return
        from sharebot.outbox.leading import BEAT

        while not stopping.is_set():
            self._turn(leads=self._tried(self._lead))
            stopping.wait(BEAT)
        self._lead.release()

    def _tried(self, lead: "Lead") -> bool:
        try:
            return lead.acquire()
        except StoreError as error:
            logs.warn("outbox.unusable", error=str(error))
            return False

    def _turn(self, *, leads: bool) -> None:
        if leads is self.leads:
            return
        self.leads = leads
        if self._lead and leads:
            logs.info("lead.taken")
        elif self._lead:
            logs.info("lead.lost")
        self._tell(leads)
