"""A file that cannot be read says where and why, and what to do."""

import pytest
import yaml

from sharebot.config import yaml12


def told(found):
    return [(each.line, each.column, each.message) for each in found]


@pytest.mark.parametrize("loader", [yaml12._LOADER, yaml.SafeLoader])
@pytest.mark.parametrize(
    ("text", "line", "column", "words"),
    [
        ("a:\n\tb: 1\n", 2, 1, "a tab"),
        ("a: b: c\n", 1, 5, "in quotes"),
        ("a: 1\n  b: 2\n", 2, 4, "indentation"),
        ("a: @x\n", 1, 4, "in quotes"),
        ("a: `x`\n", 1, 4, "in quotes"),
        ("x: 1\na: 'b\nc: 2\n", 2, 4, "quotation"),
        ("a: [1, 2\nb: 3\n", 1, 4, "lacks a comma or its ]"),
        ("a: {t: ${X}}\n", 1, 4, "${…} needs quotes"),
        ("a:\n  b: 1\n c: 2\n", 3, 2, "indentation"),
        ("a: !foo!x 1\n", 1, 4, "tag"),
        ("a\nb: 1\n", 2, 2, "': '"),
        ("a: 1\nb:1\nc: 2\n", 2, 1, "a colon and a space"),
        ("a: 1\nb: *.md\n", 2, 4, "needs quotes"),
    ],
)
def test_broken_yaml_is_told_in_plain_words_with_line_column_and_caret(
    problems, monkeypatch, loader, text, line, column, words
):
    monkeypatch.setattr(yaml12, "_LOADER", loader)
    (problem,) = problems(text)
    assert (problem.file, problem.line, problem.column) == ("sharebot.yaml", line, column)
    assert words in problem.message
    assert str(problem).endswith(f"\n  {' ' * (column - 1)}^")


def test_an_unknown_escape_is_told(problems):
    (problem,) = problems('a: "\\q"\n')
    assert problem.line == 1
    assert "single quotes" in problem.message


@pytest.mark.parametrize("text", ["", "\n", "# nothing yet\n", "---\n", "\ufeff"])
def test_an_empty_file_says_how_to_begin(problems, text):
    assert told(problems(text)) == [(1, 1, "the file is empty; begin with version: 1, accounts: and newsletters:")]


@pytest.mark.parametrize("text", ["just words", "- a\n- list\n", "12"])
def test_a_file_that_is_no_mapping_says_what_it_should_be(problems, text):
    assert "no mapping" in problems(text)[0].message


def test_a_byte_order_mark_is_no_part_of_the_first_key(load, whole):
    assert load("\ufeff" + whole()).accounts.keys() == {"town", "bell"}


def test_windows_line_ends_change_nothing(load, whole):
    assert load(whole().replace("\n", "\r\n")) == load(whole())


def test_a_file_in_another_encoding_is_told_with_the_place(problems):
    (problem,) = problems("version: 1\nname: wöchentlich\n".encode("latin-1"))
    assert (problem.line, problem.column) == (2, 8)
    assert "UTF-8" in problem.message


def test_a_control_character_is_told_with_the_place(problems):
    (problem,) = problems("version: 1\nname: a\0b\n")
    assert (problem.line, problem.column) == (2, 8)
    assert "U+0000" in problem.message


def test_a_huge_file_is_refused(problems):
    assert "larger" in problems(b"#" * 2_000_001)[0].message


def test_a_missing_file_and_a_folder_are_told_by_name(load_path, tmp_path):
    assert load_path(tmp_path / "none.yaml").startswith("none.yaml: cannot be read: No such file")
    assert load_path(tmp_path) == ".: is a folder without any .yaml file (write sharebot.yaml in it)"


def test_a_file_elsewhere_is_named_in_full(load_path, tmp_path, monkeypatch):
    (tmp_path / "below").mkdir()
    monkeypatch.chdir(tmp_path / "below")
    (tmp_path / "other.yaml").write_text("")
    assert load_path(tmp_path / "other.yaml").startswith(f"{tmp_path}/other.yaml:1:1: ")


def test_a_bomb_is_told_as_a_fault_of_the_file(problems):
    (problem,) = problems("a: &a [*a]")
    assert "contain itself" in problem.message
