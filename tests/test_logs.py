import io
import json
import logging

import pytest

from sharebot import logs


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.fixture(autouse=True)
def restored():
    """Leave the test runner's own logging as it was."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)


def test_off_a_terminal_each_event_is_one_json_object_a_line():
    stream = io.StringIO()
    logs.setup(stream)
    logs.info("post.published", key="k1", why="two\nlines “quoted”")
    logs.warn("post.unsure", key="k2")
    first, second = map(json.loads, stream.getvalue().splitlines())
    assert first.items() >= {"event": "post.published", "level": "info", "key": "k1"}.items()
    assert first["why"] == "two\nlines “quoted”"
    assert second["level"] == "warning"


def test_on_a_terminal_events_are_words():
    stream = Terminal()
    logs.setup(stream)
    logs.info("daemon.started", accounts=3)
    assert stream.getvalue().endswith("daemon.started accounts=3\n")


def test_a_fault_of_the_program_comes_with_its_trace():
    stream = io.StringIO()
    logs.setup(stream)
    try:
        int(1 / 0)
    except ZeroDivisionError:
        logs.crash("engine.fault")
    assert "ZeroDivisionError: division by zero" in json.loads(stream.getvalue())["trace"]


def test_libraries_that_log_headers_or_idle_ticks_are_quiet():
    logs.setup(io.StringIO())
    assert not logging.getLogger("tweepy.client").isEnabledFor(logging.DEBUG)
    assert not logging.getLogger("apscheduler.scheduler").isEnabledFor(logging.INFO)
