"""What changed in a text, word by word."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sharebot.text.difference import difference

TEXTS = st.text(st.sampled_from("ab c.\n1,一é"), max_size=30)


def marked(before: str, after: str) -> str:
    marks = {"same": "{}", "old": "[-{}-]", "new": "{{+{}+}}"}
    return "".join(marks[words.kind].format(words.text) for words in difference(before, after))


@settings(max_examples=100, deadline=None)
@given(TEXTS, TEXTS)
def test_without_the_new_it_is_the_old_text_and_without_the_old_the_new_one(before, after):
    found = difference(before, after)
    assert "".join(words.text for words in found if words.kind != "new") == before
    assert "".join(words.text for words in found if words.kind != "old") == after
    assert all(words.text for words in found)
    assert all(a.kind != b.kind for a, b in pairwise(found))


@settings(max_examples=100, deadline=None)
@given(TEXTS)
def test_a_text_that_stays_is_the_same_as_a_whole(text):
    assert {words.kind for words in difference(text, text)} <= {"same"}


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        ("It opened on Monday.", "It opens on Friday.", "It [-opened-]{+opens+} on [-Monday-]{+Friday+}."),
        ("12,000 euros at 9:30", "19,000 euros at 10:30", "[-12,000-]{+19,000+} euros at [-9:30-]{+10:30+}"),
        ("see https://a.example/b", "see https://a.example/c", "see [-https://a.example/b-]{+https://a.example/c+}"),
        ("a b c d", "x y z d", "[-a b c-]{+x y z+} d"),
        ("a d", "a new d", "a {+new +}d"),
        ("一二三", "一五三", "一[-二-]{+五+}三"),
        ("", "all new", "{+all new+}"),
        ("all old", "", "[-all old-]"),
        ("", "", ""),
    ],
)
def test_words_numbers_and_addresses_change_as_a_whole(before, after, shown):
    assert marked(before, after) == shown
