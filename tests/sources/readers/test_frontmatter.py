from datetime import date

import pytest

from sharebot.errors import SourceError
from sharebot.sources.readers.frontmatter import FrontMatter, split


def front(words: str) -> FrontMatter:
    return split(f"---\n{words}\n---\nBody", "a.md")[0]


def test_a_document_without_front_matter_is_all_body():
    assert split("# T\n\n---\n", "a.md") == (FrontMatter(), "# T\n\n---\n")


@pytest.mark.parametrize("end", ["---", "...", "--- "])
def test_the_body_begins_below_the_closing_line(end):
    assert split(f"---\ntitle: T\n{end}\nBody\n---\n", "a.md") == (FrontMatter(title="T"), "Body\n---\n")


@pytest.mark.parametrize("day", ["2026-04-03", "2026-04-03 22:00:00 -0700", '"April 3, 2026"', "3. April 2026"])
def test_a_date_is_the_day_that_the_editor_wrote(day):
    assert front(f"date: {day}").day == date(2026, 4, 3)


@pytest.mark.parametrize(
    ("word", "tag"),
    [("en", "en"), ("pt_BR", "pt-BR"), ("no", "no"), ("zh-Hant-TW", "zh-Hant-TW"), ("?!", None), ("", None)],
)
def test_a_language_is_a_tag_or_nothing(word, tag):
    assert front(f"lang: {word!r}" if word == "?!" else f"lang: {word}").language == tag


@pytest.mark.parametrize("title", ["12:30", "no", "2026", "0x1F", "1e3"])
def test_a_title_is_the_words_that_stand_there(title):
    assert front(f"title: {title}").title == title


def test_only_an_absolute_address_is_the_issue_s():
    assert front("permalink: /news/7/\nlink: https://mill.example/7").url == "https://mill.example/7"
    assert front("permalink: /news/7/").url is None


@pytest.mark.parametrize(
    ("words", "author"),
    [
        ("author: Jane Doe", "Jane Doe"),
        ("author: {name: Jane Doe, email: j@mill.example}", "Jane Doe"),
        ("authors: [Jane Doe, {name: John Roe}]", "Jane Doe, John Roe"),
        ("author:", None),
        ("author: ~", None),
    ],
)
def test_authors_are_a_word_a_mapping_or_a_list(words, author):
    assert front(words).author == author


@pytest.mark.parametrize("tags", ["tags: mill, '#water'", "tags: [mill, water]", "tags:\n- mill\n- '#water'"])
def test_tags_are_a_list_or_words_between_commas(tags):
    assert front(tags.replace("'#water'", "water") if "," in tags else tags).tags == ("mill", "water")


def test_an_empty_front_matter_says_nothing():
    assert split("---\n---\nBody", "a.md") == (FrontMatter(), "Body")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("---\ntitle: T\n\nBody", r"a\.md: line 1: the front matter has no end; put a line with ---"),
        ("---\nauthor: x\ntitle: a: b\n---\n", r"a\.md: line 3, column 9: broken front matter: .*quotes"),
        ("---\n- a\n- b\n---\n", r"a\.md: line 2: the front matter is no list of `key: value` lines"),
        ("---\na: &a [*a]\n---\n", r"a\.md: line 2, column \d+: broken front matter"),
        ("---\na: \ufffe\n---\n", r"a\.md: the front matter is no YAML"),
        ("---\na: " + "[" * 5000 + "\n---\n", r"a\.md: the front matter is no YAML"),
        ("---\n" + "a: b\n" * 20000 + "---\n", r"a\.md: the front matter is longer than 65536 characters"),
    ],
)
def test_broken_front_matter_is_named_with_its_line_and_the_cure(words, message):
    with pytest.raises(SourceError, match=message):
        split(words, "a.md")


def test_a_tag_of_yaml_runs_nothing():
    assert front('title: !!python/object/apply:os.system ["exit 1"]').title == ""
