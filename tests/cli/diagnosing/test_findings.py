"""Checks side by side, and what they say."""

import threading
from functools import partial

import pytest

from sharebot.cli.diagnosing.findings import guarded, together, warn, well, wrong


def test_a_fault_is_told_with_its_cure_on_a_line_of_its_own():
    assert str(wrong("clock", "it is late", "`set it`")) == "clock: it is late\n  `set it`"
    assert str(warn("disk", "it fills", "`empty it`")) == "disk: warning: it fills\n  `empty it`"
    assert (str(well("zone")), str(well("zone", "2026a"))) == ("zone: well", "zone: well (2026a)")


def test_a_warning_is_no_fault():
    assert [each.ok for each in (well("a"), warn("b", "w", "c"), wrong("c", "w", "c"))] == [True, True, False]
    assert warn("b", "w", "c").json() == {"name": "b", "ok": True, "severity": "warning", "words": "w", "cure": "c"}


def test_a_check_at_which_the_program_fails_is_told_and_does_not_tell_what_it_held():
    def fails():
        raise KeyError("a-secret")

    (found,) = guarded("source weekly", fails)
    assert (found.ok, "KeyError" in found.words, "a-secret" in str(found)) == (False, True, False)


def test_checks_run_side_by_side_and_are_told_in_their_order():
    together_ = threading.Barrier(3, timeout=10)

    def check(name):
        together_.wait()
        return [well(name)]

    found = together({name: partial(check, name) for name in "abc"}, 30)
    assert [each.name for each in found] == ["a", "b", "c"]


def test_a_check_that_does_not_end_is_left_alone_and_told():
    never = threading.Event()
    found = together({"slow": lambda: [well("slow")] * never.wait(), "fast": lambda: [well("fast")]}, 0.2)
    assert [(each.name, each.ok) for each in found] == [("slow", False), ("fast", True)]
    assert "no answer within 0 s" in found[0].words
    never.set()


def test_nothing_to_check_is_no_wait():
    assert together({}, 30) == []


@pytest.fixture(autouse=True)
def _no_threads_left():
    yield
    for thread in threading.enumerate():
        if thread.name.startswith("doctor "):
            thread.join(10)
