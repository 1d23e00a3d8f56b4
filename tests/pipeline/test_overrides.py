"""The file beside an issue: what it may say, what wins, and how a slip in it is told."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from jsonschema import Draft202012Validator

from sharebot.config.reading import of_bytes
from sharebot.errors import SourceError
from sharebot.model import Document
from sharebot.pipeline.items import Item
from sharebot.pipeline.overrides import Override, beside, parse, schema
from sharebot.testing import sample_article, sample_issue

FILE = "issues/2026-07.sharebot.yaml"
ISSUE = sample_issue(
    id="2026-07",
    articles=(
        sample_article(),
        sample_article(number=2, headline="Museum buys a diary"),
        sample_article(number=3, headline="Museum buys a ship"),
    ),
)
ALL = """
when: 2026-12-01 09:00
accounts:
  mastodon: {text: "{newsletter}: {headline} {link}", skip: false}
articles:
  2: {skip: true, accounts: {x: {skip: false, when: "2026-12-02T10:00:00+05:30"}}}
  "the  FERRY": {text: "My own words {link}", accounts: {x: {text: "Shorter {link}"}}}
"""


def read(text):
    return parse(Document(FILE, text.encode()))


def fault(text):
    with pytest.raises(SourceError) as caught:
        read(text)
    return str(caught.value)


def test_the_most_specific_word_wins_each_for_itself():
    found = read(ALL)
    ferry, when = "The ferry runs again", "2026-12-01 09:00"
    assert found.of(1, ferry, "x") == Override("Shorter {link}", skip=False, when=when)
    assert found.of(1, ferry, "bluesky") == Override("My own words {link}", skip=False, when=when)
    assert found.of(1, ferry, "mastodon") == Override("My own words {link}", skip=False, when=when)
    assert found.of(3, "Other", "mastodon") == Override("{newsletter}: {headline} {link}", skip=False, when=when)
    assert found.of(2, "Museum", "bluesky") == Override(None, skip=True, when=when)
    assert found.of(2, "Museum", "x") == Override(None, skip=False, when="2026-12-02T10:00:00+05:30")


def test_a_whole_issue_is_meant_by_no_article():
    assert read(ALL).of(0, "The ferry, our issue of July", "x") == Override(when="2026-12-01 09:00")
    assert read("skip: true").of(0, "July", "x") == Override(skip=True)
    assert read("skip: true").of(2, "Museum", "x") == Override(skip=True)


def test_a_time_is_by_the_clock_of_the_schedule_or_its_own():
    assert Override().due("Europe/Paris") is None
    assert Override(when="2026-12-01 9:00").due("Europe/Paris") == datetime(2026, 12, 1, 8, tzinfo=UTC)
    assert Override(when="2026-12-01T09:00Z").due("Europe/Paris") == datetime(2026, 12, 1, 9, tzinfo=UTC)


def test_items_get_their_words_and_times_and_what_is_skipped_is_left_out():
    items = [Item(ISSUE, article, str(article.number)) for article in ISSUE.articles]
    first, second, third = (read(ALL).apply(item, "bluesky", "Europe/Paris") for item in items)
    assert first
    assert (first.text, first.when) == ("My own words {link}", datetime(2026, 12, 1, 8, tzinfo=UTC))
    assert second is None
    assert third
    assert (third.number, third.text) == (3, None)


def test_of_a_whole_issue_the_articles_that_are_skipped_are_left_out():
    whole = read("accounts: {x: {text: Hi}}\narticles: {2: {skip: true}}").apply(Item(ISSUE, None, "0"), "x", "UTC")
    assert whole
    assert (whole.text, whole.when, [a.number for a in whole.issue.articles]) == ("Hi", None, [1, 3])
    assert read("articles: {1: {skip: true}, Museum: {skip: true}}").apply(Item(ISSUE, None, "0"), "x", "UTC") is None


def test_what_lies_beside_an_issue_is_read_for_it():
    assert beside(ISSUE) is None
    there = replace(ISSUE, beside=Document(FILE, b"skip: true"))
    found = beside(there)
    assert found
    assert found.apply(Item(ISSUE, None, "0"), "x", "UTC") is None
    with pytest.raises(SourceError) as caught:
        beside(replace(ISSUE, beside=Document(FILE, b"skp: true")))
    assert caught.value.issue == "2026-07"


def test_what_means_nothing_there_is_told_with_what_was_probably_meant():
    text = """
articles:
  9: {skip: true}
  Museum: {skip: true}
  The fery runs again: {skip: true}
  1: {accounts: {mastodno: {skip: true}}}
accounts: {myspace: {skip: true}, x: {skip: true}}
"""
    nobody = "no account of this name gets the newsletter"
    assert read(text).unused(ISSUE, ["mastodon", "x"]) == [
        f"{FILE}:3:3: articles.9: 2026-07 has no such article (it has 1 to 3)",
        f"{FILE}:4:3: articles.Museum: means more than one article (write 2 or 3)",
        f"{FILE}:5:3: articles.The fery runs again: 2026-07 has no such article (did you mean 'The ferry runs again'?)",
        f"{FILE}:7:12: accounts.myspace: {nobody} (choose from mastodon, x)",
        f"{FILE}:6:18: articles.1.accounts.mastodno: {nobody} (did you mean 'mastodon'?)",
    ]
    assert read(ALL).unused(ISSUE, ["mastodon", "x"]) == []


_NO_TIME = "is no time; write 2026-12-01 09:00, or 2026-12-01T09:00:00+01:00 with its offset"
_START = "begin with skip:, when:, accounts: or articles:"
FAULTS = {
    "articles:\n  2:\n    txet: a\n": "3:5: articles.2.txet: unknown key (did you mean 'text'?)",
    "wehn: 2026-12-01 09:00": "1:1: wehn: unknown key (did you mean 'when'?)",
    "skip: yes": "1:7: skip: should be true or false",
    "when: noon": f"1:7: when: 'noon' {_NO_TIME}",
    "when: 9": f"1:7: when: '9' {_NO_TIME}",
    "articles: [2]": '1:11: articles: should be a mapping of keys and values (such as {"2": {skip: true}})',
    "articles: {2: }": "1:15: articles.2: is empty; give it a value or delete the line",
    "accounts: {x: {accounts: {}}}": "1:16: accounts.x.accounts: unknown key (choose from skip, when, text)",
    "accounts: {x: {text: '{headlin}'}}": "1:22: accounts.x.text: "
    "there is no field {headlin}; did you mean 'headline'?",
    "accounts: {x: {text: ' '}}": "1:22: accounts.x.text: is blank; "
    "write fields such as {headline} and {link}, or delete the line",
}
UNREADABLE = {
    "skip: true\nskip: false": "2:1: skip: stands twice (the first is in line 1, column 1)",
    "": f"1:1: the file is empty; {_START}",
    "- skip": f"1:1: this is no mapping of keys and values; {_START}",
}


@pytest.mark.parametrize(("text", "said"), (FAULTS | UNREADABLE).items())
def test_a_slip_is_told_with_its_place_and_cure(text, said):
    assert fault(text) == f"{FILE}:{said}"


def test_all_slips_are_told_at_once_without_the_file_twice_and_for_their_issue():
    with pytest.raises(SourceError) as caught:
        parse(Document(FILE, b"wehn: 1\nskip: yes"), "2026-07")
    assert str(caught.value) == (
        f"{FILE}:1:1: wehn: unknown key (did you mean 'when'?)\n{FILE}:2:7: skip: should be true or false"
    )
    assert (caught.value.place, caught.value.issue) == (f"{FILE}:1:1", "2026-07")


def test_a_file_that_is_no_text_is_told():
    with pytest.raises(SourceError, match="is not written in UTF-8") as caught:
        parse(Document(FILE, b"skip: \xff"))
    assert str(caught.value).startswith(f"{FILE}:1:7: ")


def test_a_file_too_large_is_told():
    with pytest.raises(SourceError, match="is larger than") as caught:
        parse(Document(FILE, b"#" * 3_000_000))
    assert caught.value.place == FILE


def test_the_schema_agrees_with_the_reader_and_describes_each_key():
    described = schema()
    validator = Draft202012Validator(described)
    Draft202012Validator.check_schema(described)
    assert validator.is_valid(plain(ALL))
    for text in FAULTS:
        assert not validator.is_valid(plain(text)), text
    properties = [key for part in (described, *described["$defs"].values()) for key in part["properties"].values()]
    assert all(key["description"] and key["examples"] for key in properties)
    for name, key in described["properties"].items():
        for example in key["examples"]:
            assert read(json.dumps({name: example}))


def plain(text):
    return of_bytes(FILE, text.encode(), "").places[()].value


def test_words_for_the_whole_issue_are_said_once_at_the_top():
    found = read("text: 'All alike {link}'\narticles: {2: {text: 'Not this {link}'}}")
    assert [found.of(number, "", "x").text for number in (0, 1, 2)] == ["All alike {link}"] * 2 + ["Not this {link}"]
