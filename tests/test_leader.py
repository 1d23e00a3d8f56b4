"""One host leads; without others to agree with it does so at once."""

import threading
from typing import Any

import pytest

from sharebot.errors import StoreError
from sharebot.leader import Leading


class Lead:
    """What is seen of the lead at each look; in the end this host is asked to stop."""

    def __init__(self, seen: list[bool | Exception]) -> None:
        self.stopping = threading.Event()
        self.released = False
        self._seen = iter(seen)

    def acquire(self) -> bool:
        seen = next(self._seen, None)
        if seen is None:
            self.stopping.set()
            return False
        if isinstance(seen, Exception):
            raise seen
        return seen

    held = acquire

    def release(self) -> None:
        self.released = True


@pytest.fixture
def told(monkeypatch):
    monkeypatch.setattr("sharebot.outbox.leading.BEAT", 0.0)

    def run(lead: Any) -> list[bool]:
        heard: list[bool] = []
        Leading(lead, heard.append).run(lead.stopping)
        return heard

    return run


def test_taking_and_losing_the_lead_is_told_once_each(told):
    lead = Lead([False, True, True, False, True])
    assert told(lead) == [True, False, True, False]
    assert lead.released


def test_a_host_that_cannot_ask_does_not_lead(told):
    assert told(Lead([True, StoreError("away"), True])) == [True, False, True, False]


def test_where_there_is_only_one_host_it_leads_at_once():
    heard: list[bool] = []
    leading = Leading(None, heard.append)
    assert not leading.sure()
    leading.run(threading.Event())
    assert heard == [True]
    assert leading.sure()


def test_a_host_is_sure_only_as_long_as_the_database_says_so():
    lead: Any = Lead([True, False])
    leading = Leading(lead, lambda _: None)
    leading.leads = True
    assert [leading.sure(), leading.sure()] == [True, False]
