"""What is hidden of a text, and what stays."""

import pytest

from sharebot.cli.diagnosing.masking import Mask


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("see https://news.example:8443/a/b?c=d#e, please", "see https://news.example:8443/••••• please"),
        ("see <https://news.example>", "see <https://news.example>"),
        ("at postgresql+psycopg://me:pw@db.example:5432/queue", "at postgresql+psycopg://db.example:5432/•••••"),
        ("at https://news.example:port/", "at https://•••••"),
        ("nothing to hide", "nothing to hide"),
    ],
)
def test_of_an_address_only_its_server_stays(text, left):
    assert Mask([]).text(text) == left


def test_known_secrets_go_first_and_short_texts_are_none():
    assert Mask(["geheim", "gehe", "abc"]).text("geheim gehe abc") == "••••• ••••• abc"


@pytest.mark.parametrize("quoted", ["“a b”", "«a b»", "„a b“", '"a b"', "'a b'", "‘a b’"])
def test_what_a_reason_quotes_is_left_out(quoted):
    assert Mask([]).words(f"it said {quoted}, didn't it") == "it said “…”, didn't it"


def test_values_of_keys_that_are_not_known_are_hidden_whatever_they_are():
    data = {"known": [1, "a"], "other": {"known": "b", "more": ["c", 2, None, True, "${NAME}", "x${NAME}"]}}
    masked = Mask([]).structure(data, frozenset({"known"}))
    more = ["•••••", "•••••", None, True, "${NAME}", "•••••"]
    assert masked == {"known": [1, "a"], "other": {"known": "b", "more": more}}
