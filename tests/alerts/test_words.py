"""A message is plain and bounded, whatever a headline or a server's answer says."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sharebot.alerts.message import ended, telling
from sharebot.alerts.problems import KINDS
from sharebot.alerts.words import MOST, lasted, line, listed
from sharebot.outbox.alarms import Alarm


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("two\r\nBcc: eve@evil.example", "two Bcc: eve@evil.example"),
        ("a\x00b\x1b[31mc\u202ed", "ab(31mcd"),
        ("<!channel> `x` [here](https://evil.example/a)", "‹!channel› 'x' (here)(evil.example/a)"),
        ("x" * 400, "x" * 299 + "…"),
    ],
)
def test_a_text_from_outside_becomes_one_harmless_line(said, shown):
    assert line(said) == shown


@pytest.mark.parametrize("said", ["ping @everyone", "@here", "#tag"])
def test_nobody_is_pinged_by_a_headline(said):
    assert said not in line(said)
    assert line(said).replace("\u2060", "") == said


@given(st.text())
def test_no_text_ends_a_line_or_goes_on_for_ever(said):
    assert len(line(said).splitlines()) <= 1
    assert len(line(said)) <= 300


@pytest.mark.parametrize(
    ("time", "words"),
    [
        (timedelta(seconds=20), "less than a minute"),
        (timedelta(minutes=12), "12 min"),
        (timedelta(hours=2, minutes=10, seconds=4), "2 h 10 min"),
        (timedelta(days=3, minutes=5), "3 d 5 min"),
        (timedelta(days=1, hours=2, minutes=3), "1 d 2 h"),
    ],
)
def test_how_long_it_lasted_is_said_as_people_say_it(time, words):
    assert lasted(time) == words


def test_of_many_things_some_are_listed_and_the_rest_is_counted():
    text = listed("2 posts:", [f"{number}\ncure" for number in range(MOST + 23)], "sharebot queue list")
    assert text.splitlines()[:3] == ["2 posts:", "- 0", "  cure"]
    assert text.splitlines()[-1] == "- and 23 more: sharebot queue list"


def alarm(kind, number, now, **more):
    return Alarm(f"{kind}:{number}", kind, f"{kind} {number}\ncure it", now, **more)


def test_a_subject_counts_each_kind_and_names_the_newsletter_that_it_is_all_about(now):
    fresh = [alarm(kind, number, now) for kind in KINDS for number in range(2)]
    told = telling("n", fresh, (), ["weekly"] * len(fresh), "here")
    assert told.subject == (
        "sharebot: the configuration is refused, 2 accounts fail, 2 tokens end, 2 sources cannot be read, "
        "2 sources are silent, 2 posts need a person, 2 posts failed, 2 posts were missed, 2 posts are held, "
        "2 drafts wait for approval (weekly)"
    )
    assert told.body.endswith("\n\n-- \nhere\n")
    assert "(" not in telling("n", fresh, (), ["weekly", "daily"], "here").subject


def test_an_end_note_names_one_thing_and_counts_several(now):
    over = [alarm("account", number, now, ended=now + timedelta(hours=2, minutes=10)) for number in range(2)]
    assert ended("n", over[:1], ["a"], "here").subject == "sharebot: over: account 0, lasted 2 h 10 min"
    told = ended("n", over, [str(number) for number in range(99)], "here")
    assert told.subject == "sharebot: over: 2 accounts fail"
    assert "- account 1, lasted 2 h 10 min" in told.body
    assert len(told.answers) == 10


def test_a_subject_has_an_end(now):
    long = [Alarm("account:x", "account", "x" * 400, now, now, now)]
    assert len(ended("n", long, (), "here").subject) < 200
