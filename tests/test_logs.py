import io
import json
import logging
import os
import subprocess
import sys
import threading
import warnings

import pytest

from sharebot import logs


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.fixture(autouse=True)
def restored(monkeypatch):
    """Leave the test runner's own logging as it was."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    monkeypatch.setenv("NO_COLOR", "1")
    yield
    logging.captureWarnings(capture=False)
    root.handlers[:] = handlers
    root.setLevel(level)


def said(stream):
    return [json.loads(line) for line in stream.getvalue().split("\n")[:-1]]


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


def test_levels_are_coloured_on_a_terminal_unless_that_is_not_wanted(monkeypatch):
    for wanted, shown in (("", "\x1b[33mwarning\x1b[0m post.unsure"), ("1", " warning post.unsure")):
        monkeypatch.setenv("NO_COLOR", wanted)
        stream = Terminal()
        logs.setup(stream)
        logs.warn("post.unsure")
        assert shown in stream.getvalue()


def test_text_from_outside_steers_no_terminal_and_begins_no_line():
    stream = Terminal()
    logs.setup(stream)
    logs.warn("post.unsure", why="a\x1b[2Jb\nc\u202ed\x9be\u2028f")
    logs.info("plan.applied")
    first, second, rest = stream.getvalue().split("\n")
    assert first.endswith(r"why=a\u001b[2Jb\u000ac\u202ed\u009be\u2028f")
    assert (second.endswith("plan.applied"), rest) == (True, "")


def test_no_text_from_outside_ends_a_json_line_early_or_cannot_be_written():
    stream = io.TextIOWrapper(io.BytesIO(), "utf-8", newline="\n")
    logs.setup(stream)
    text = "a\x1bb\u2028c\x85d\udce9e\nf \N{SNOWMAN}"
    logs.warn("post.unsure", why=text)
    stream.flush()
    written = stream.buffer.getvalue().decode()
    assert len(written.splitlines()) == 1
    assert json.loads(written)["why"] == text
    assert "\N{SNOWMAN}" in written
    assert "\x1b" not in written


def test_a_stream_that_is_not_utf_8_gets_json_all_the_same():
    stream = io.TextIOWrapper(io.BytesIO(), "latin-1", errors="backslashreplace")
    logs.setup(stream)
    logs.warn("post.unsure", why="é \N{SNOWMAN}")
    stream.flush()
    assert json.loads(stream.buffer.getvalue().decode("ascii"))["why"] == "é \N{SNOWMAN}"


def test_a_trace_on_a_terminal_stands_in_lines_below_its_event():
    stream = Terminal()
    logs.setup(stream)
    logs.crash("engine.fault", ValueError("\x1b[2J"), key="k1")
    lines = stream.getvalue().splitlines()
    assert lines[0].endswith("error   engine.fault key=k1")
    assert lines[-1] == r"  ValueError: \u001b[2J"


def test_each_line_that_is_written_while_a_post_is_sent_says_for_which(delivery):
    stream = io.StringIO()
    logs.setup(stream)
    with logs.telling_of(delivery(attempts=2)):
        logs.warn("picture.missing", post="k1-1")
        logging.getLogger("PIL").warning("an odd picture")
    logs.info("plan.applied")
    about = {"key": "k1", "issue": "2026-07", "account": "mastodon", "attempt": 2}
    first, library, after = said(stream)
    assert first.items() >= (about | {"event": "picture.missing", "post": "k1-1"}).items()
    named = {"event": logs.LIBRARY, "logger": "PIL", "message": "an odd picture"}
    assert library.items() >= (about | named).items()
    assert not about.keys() & after.keys()


def test_what_nobody_caught_is_one_json_line_too():
    stream = io.StringIO()
    logs.setup(stream)

    def fail():
        raise ValueError("torn")

    thread = threading.Thread(target=fail, name="reader")
    thread.start()
    thread.join()
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn("old", stacklevel=1)
    try:
        fail()
    except ValueError as error:
        sys.excepthook(ValueError, error, error.__traceback__)
    in_thread, warning, in_main = said(stream)
    assert in_thread.items() >= {"event": "thread.fault", "level": "error", "thread": "reader"}.items()
    assert warning.items() >= {"event": logs.LIBRARY, "logger": "py.warnings", "level": "warning"}.items()
    assert in_main["event"] == "program.fault"
    assert all("ValueError: torn" in line["trace"] for line in (in_thread, in_main))


def test_ctrl_c_and_a_thread_that_ends_itself_are_no_faults(capsys):
    stream = io.StringIO()
    logs.setup(stream)
    thread = threading.Thread(target=sys.exit)
    thread.start()
    thread.join()
    sys.excepthook(KeyboardInterrupt, KeyboardInterrupt(), None)
    assert not stream.getvalue()
    assert "KeyboardInterrupt" in capsys.readouterr().err


class Full(io.StringIO):
    def write(self, _):
        raise OSError(28, "No space left on device")


def test_a_stream_that_takes_nothing_loses_the_line_and_ends_nothing(monkeypatch, capsys):
    closed = io.StringIO()
    closed.close()
    logs.setup(Full())
    logs.info("daemon.started")
    handler = logging.getLogger().handlers[0]
    assert isinstance(handler, logging.StreamHandler)
    handler.setStream(closed)
    logs.info("daemon.started")
    monkeypatch.setattr(sys, "stderr", None)
    logs.setup()
    logs.info("daemon.started")
    assert capsys.readouterr() == ("", "")


PROGRAM = """
import os, sys
from sharebot import logs
from sharebot.cli.run import leave
logs.setup()
for _ in range(1000):
    logs.info("daemon.started", why="x" * 100)
print("alive", flush=True)
leave(0)
"""


def test_a_log_that_is_full_broken_or_closed_ends_no_process():
    reader, broken = os.pipe()
    os.close(reader)
    full = os.open("/dev/full", os.O_WRONLY)
    try:
        for stderr, shell in ((full, ""), (broken, ""), (None, "2>&-")):
            command = ["sh", "-c", f'exec "$0" -c "$1" {shell}', sys.executable, PROGRAM]
            done = subprocess.run(command, stdout=subprocess.PIPE, stderr=stderr, timeout=60, check=False)
            assert (done.returncode, done.stdout) == (0, b"alive\n")
    finally:
        os.close(broken)
        os.close(full)
