"""YAML means what it means in version 1.2."""

import json

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from sharebot.config import yaml12
from sharebot.config.document import Document, Mark, Page


def values(text):
    document = Document([Page("sharebot.yaml", text)])
    return yaml12.build(document), document


@pytest.mark.parametrize(
    ("word", "meaning"),
    [
        ("12:30", "12:30"),
        ("9:00", "9:00"),
        ("09:00", "09:00"),
        ("1:2:3", "1:2:3"),
        ("yes", "yes"),
        ("no", "no"),
        ("on", "on"),
        ("Off", "Off"),
        ("y", "y"),
        ("2026-12-25", "2026-12-25"),
        ("1_000", "1_000"),
        ("0b11", "0b11"),
        ("true", True),
        ("FALSE", False),
        ("tRue", "tRue"),
        ("null", None),
        ("~", None),
        ("", None),
        ("nil", "nil"),
        ("010", 10),
        ("0o10", 8),
        ("0x1F", 31),
        ("-7", -7),
        ("+7", 7),
        ("1.5", 1.5),
        ("-.5e3", -500.0),
        ("1.", 1.0),
        ("'12'", "12"),
        ('"true"', "true"),
        ("!!str 12", "12"),
        ("! 12", "12"),
        ("!!int '12'", 12),
        ("!!float 1", 1),
        ("|-\n  12", "12"),
    ],
)
def test_a_plain_word_means_what_yaml_1_2_says(word, meaning):
    value, document = values(f"key: {word}\n")
    assert (value, type(value["key"])) == ({"key": meaning}, type(meaning))
    assert not document.problems


@given(st.integers())
def test_an_integer_is_read_as_it_is_written(number):
    assert values(f"key: {number}")[0] == {"key": number}


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_float_is_read_as_it_is_written(number):
    assert values(f"key: {number}")[0] == {"key": number}


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(st.characters(codec="ascii")),
        lambda inner: st.lists(inner) | st.dictionaries(st.text("abc"), inner),
        max_leaves=20,
    )
)
def test_what_is_json_means_the_same_as_yaml(value):
    assert values(json.dumps(value))[0] == value


@pytest.mark.parametrize("word", [".inf", "-.Inf", ".nan", "1e999", "9" * 400])
def test_a_number_beyond_counting_is_a_fault(word):
    value, document = values(f"key: {word}")
    assert value == {"key": None}
    assert "no number" in document.problems[0].message


def test_a_key_is_text_whatever_it_looks_like():
    assert values("{2026: a, on: b, 010: c, true: d}")[0] == {"2026": "a", "on": "b", "010": "c", "true": "d"}


def test_each_key_and_value_has_its_place():
    _, document = values("one:\n  - two: 3\n    four: x\n")
    place = document.places["one", 0, "four"]
    assert (place.key, place.mark, place.value) == (Mark(3, 5), Mark(3, 11), "x")
    assert document.places["one", 0].key == Mark(2, 5)


def test_a_column_counts_characters():
    _, document = values("{é𝄞: 1, b: 2}")
    assert document.places["b",].key == Mark(1, 9)


def test_an_alias_repeats_the_value_and_keeps_its_place():
    value, document = values("a: &x [1, 2]\nb: *x\n")
    assert value == {"a": [1, 2], "b": [1, 2]}
    assert document.places["b", 1].mark == Mark(1, 11)


def test_a_merge_key_fills_in_what_the_mapping_does_not_say():
    value, document = values("a: &a {x: 1, y: 1}\nb: &b {y: 2, z: 2}\nc: {<<: [*a, *b], x: 3}\n")
    assert value["c"] == {"x": 3, "y": 1, "z": 2}
    assert document.places["c", "z"].key == Mark(2, 14)


def test_a_merge_key_in_quotes_is_an_ordinary_key():
    assert values("{'<<': 1}")[0] == {"<<": 1}


@pytest.mark.parametrize("text", ["{<<: 1}", "{<<: [1]}", "{<<: [[a]]}"])
def test_only_a_mapping_can_be_merged(text):
    assert "<<" in values(text)[1].problems[0].message


def test_a_duplicate_key_tells_the_place_of_both():
    value, document = values("a: 1\nb: 2\n'a': 3\n")
    assert value == {"a": 1, "b": 2}
    assert str(document.problems[0]).startswith("sharebot.yaml:3:1: a: stands twice (the first is in line 1, column 1)")


def test_a_fault_behind_an_anchor_is_told_once():
    _, document = values("a: &x {k: 1, k: 2}\nb: *x\nc: {<<: *x}\n")
    assert len(document.problems) == 1


@pytest.mark.parametrize(
    "word",
    [
        "!!python/object:os.system {}",
        "!!python/name:os.system x",
        "!!set {a}",
        "!own x",
        "!!int x",
        "!!seq {}",
        "!!map []",
    ],
)
def test_a_foreign_tag_is_refused_and_nothing_is_made_of_it(word):
    value, document = values(f"key: {word}")
    assert value == {"key": None}
    assert "tag" in document.problems[0].message


def test_a_key_that_is_a_list_is_refused():
    assert "a key is a word" in values("{[a]: 1}")[1].problems[0].message


def test_a_second_document_is_refused():
    _, document = values("a: 1\n---\nb: 2\n")
    assert (document.problems[0].line, document.problems[0].column) == (2, 1)


def test_a_bomb_of_aliases_is_refused_before_it_bursts():
    bomb = "a0: &a0 [x]\n" + "".join(f"a{i}: &a{i} [{','.join([f'*a{i - 1}'] * 10)}]\n" for i in range(1, 10))
    with pytest.raises(yaml12.Unreadable, match="100,000 values"):
        values(bomb)


def test_a_bomb_of_merge_keys_is_refused_before_it_bursts():
    bomb = "a0: &a0 {x: 1}\n" + "".join(
        f"a{i}: &a{i} {{<<: [{','.join([f'*a{i - 1}'] * 10)}]}}\n" for i in range(1, 10)
    )
    with pytest.raises(yaml12.Unreadable, match="100,000 values"):
        values(bomb)


@pytest.mark.parametrize("text", ["a: &a [*a]", "a: &a {b: *a}", "a: &a {<<: *a}"])
def test_an_alias_that_contains_itself_is_refused(text):
    with pytest.raises(yaml12.Unreadable, match="contain itself"):
        values(text)


@pytest.mark.parametrize("text", ["[" * 100_000, "{a: " * 100_000, "- " * 100_000])
def test_a_tower_of_brackets_is_refused_and_exhausts_nothing(text):
    with pytest.raises(yaml12.Unreadable, match="nested deeper"):
        values(text)


def test_an_alias_without_its_anchor_is_told():
    with pytest.raises(yaml12.Unreadable, match="no &x stands above"):
        values("a: *x")


def test_without_libyaml_the_meaning_is_the_same(monkeypatch):
    text = "a: &x {k: 12:30, é: [no, 010]}\nb: {<<: *x, on: !!str 1}\n"
    fast, places = values(text)[0], values(text)[1].places
    monkeypatch.setattr(yaml12, "_LOADER", yaml.SafeLoader)
    assert (values(text)[0], values(text)[1].places) == (fast, places)
