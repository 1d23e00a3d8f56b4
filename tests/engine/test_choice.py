"""Which engine works on which outbox."""

from types import SimpleNamespace
from typing import Any

import pytest

from sharebot import engine
from sharebot.engine import engine_of
from sharebot.engine.local import Dispatcher
from sharebot.errors import SharebotError
from tests.outbox.conftest import in_a_file

SERVER: Any = SimpleNamespace(shared=True, place="server")


@in_a_file
def test_a_file_has_the_dispatcher_and_a_server_procrastinate_unless_it_is_said_otherwise(ledger):
    assert engine_of(None, ledger) is engine_of("local", ledger) is engine_of("local", SERVER) is Dispatcher
    assert engine_of(None, SERVER).name == engine_of("procrastinate", SERVER).name == "procrastinate"


@in_a_file
def test_procrastinate_on_a_file_is_refused_with_the_cure(ledger):
    with pytest.raises(SharebotError, match="several hosts need PostgreSQL; name it in SHAREBOT_DATABASE"):
        engine_of("procrastinate", ledger)


def test_procrastinate_that_is_not_installed_is_named_with_its_extra(monkeypatch):
    monkeypatch.setattr(engine, "find_spec", lambda _: None)
    with pytest.raises(SharebotError, match=r"pip install 'sharebot\[cluster\]'"):
        engine_of(None, SERVER)
