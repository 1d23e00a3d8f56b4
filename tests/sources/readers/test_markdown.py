from datetime import date

import pytest

from sharebot.errors import SourceError
from sharebot.model import Article, Document, Issue
from sharebot.sources.readers import markdown, runs


def issue(words: str, name: str = "2026-07.md") -> Issue:
    return markdown.read(Document(name, words.encode()))


def only(words: str) -> Article:
    (article,) = issue(words).articles
    return article


def headlines(words: str) -> list[str]:
    return [article.headline for article in issue(words).articles]


FULL = """---
title: "Mill News: spring"
date: 2026-04-03
lang: en-GB
canonical_url: https://mill.example/7
author: {name: Jane Doe}
tags: [mill, "#water"]
image: https://mill.example/cover.png
---
Welcome, all of you!

## 01 [The wheel](https://mill.example/wheel) turns

The *new* wheel is **“fast”**,
says `miller.py`.

- one & two
- three

## 02 Flour

![bag](https://mill.example/bag.png)

By John Roe

> Fresh, they say.

[Read more](https://mill.example/flour)
"""


def test_front_matter_and_second_level_headings_make_an_issue():
    found = issue(FULL)
    assert (found.id, found.title, found.date, found.language, found.url) == (
        "2026-07",
        "Mill News: spring",
        date(2026, 4, 3),
        "en-GB",
        "https://mill.example/7",
    )
    assert found.articles == (
        Article(
            1,
            "The wheel turns",
            ("The new wheel is “fast”, says miller.py.", "one & two", "three"),
            "https://mill.example/wheel",
            "https://mill.example/cover.png",
            "Jane Doe",
            ("mill", "water"),
        ),
        Article(
            2,
            "Flour",
            ("Fresh, they say.",),
            "https://mill.example/flour",
            "https://mill.example/bag.png",
            "John Roe",
            ("mill", "water"),
            image_alt="bag",
        ),
    )


def test_a_single_first_level_heading_is_the_title_and_the_text_below_it_introduces():
    found = issue("# Mill News\n\n3 April 2026\n\nHello.\n\n## Wheel\n\nNew.\n\n## Flour\n\nFresh.")
    assert (found.title, found.date, [a.headline for a in found.articles]) == (
        "Mill News",
        date(2026, 4, 3),
        ["Wheel", "Flour"],
    )


def test_several_first_level_headings_open_the_articles():
    found = issue("# Wheel\n\nNew.\n\n## Detail\n\nOak.\n\n## Price\n\nHigh.\n\n# Flour\n\nFresh.")
    assert [(a.headline, a.paragraphs) for a in found.articles] == [
        ("Wheel", ("New.", "Oak.", "High.")),
        ("Flour", ("Fresh.",)),
    ]
    assert found.title == "2026-07"


def test_the_level_that_repeats_opens_the_articles():
    words = "# T\n\n## News\n\nIntro.\n\n### Wheel\n\nNew.\n\n### Flour\n\nFresh."
    assert headlines(words) == ["Wheel", "Flour"]


def test_a_heading_further_out_ends_an_article_and_introduces_the_next():
    words = "## Wheel\n\nNew.\n\n# Shop\n\nOpen daily.\n\n## Flour\n\nFresh."
    assert [(a.headline, a.text) for a in issue(words).articles] == [("Wheel", "New."), ("Flour", "Fresh.")]
    assert issue(words).title == "2026-07"


def test_underlined_headings_and_numbers_are_read_alike():
    assert headlines("T\n=\n\n1. Wheel\n---\n\nNew.\n\n## 2. Flour\n\nFresh.") == ["2. Flour"]
    assert headlines("# T\n\n## 1. Wheel\n\nNew.\n\n## 2. Flour\n\nFresh.") == ["Wheel", "Flour"]


def test_a_number_that_does_not_count_articles_stays():
    assert headlines("# T\n\n## 3. Liga startet\n\nText.\n\n## 10 Fragen\n\nText.") == ["3. Liga startet", "10 Fragen"]


def test_without_headings_the_front_matter_s_title_is_the_headline():
    assert only("---\ntitle: Wheel\nurl: https://mill.example/wheel\n---\nNew.\n\nSee https://oak.example.") == Article(
        1, "Wheel", ("New.", "See https://oak.example."), "https://mill.example/wheel"
    )


def test_a_first_level_heading_alone_is_title_and_headline():
    found = issue("# Wheel\n\nNew.")
    assert (found.title, found.articles[0].headline) == ("Wheel", "Wheel")


def test_a_heading_with_nothing_below_it_is_no_article():
    assert headlines("# T\n\n## Wheel\n\nNew.\n\n## Sponsors\n\n## Flour\n\nFresh.") == ["Wheel", "Flour"]


def test_a_heading_s_link_without_text_is_an_article():
    assert issue("# T\n\n## [Wheel](https://a.example)\n\n## [Flour](https://b.example)").articles[1] == Article(
        2, "Flour", (), "https://b.example"
    )


@pytest.mark.parametrize(
    ("ending", "url", "text"),
    [
        ("[Read on »](https://a.example)", "https://a.example", "Text."),
        ("<https://a.example>", "https://a.example", "Text."),
        ("Read more: <https://a.example>", "https://a.example", "Text."),
        ("- [reddit](https://r.example)\n- [Read more](https://a.example)", "https://a.example", "Text."),
        (
            "More at [the mill](https://a.example), they say.",
            "https://a.example",
            "Text.\n\nMore at the mill, they say.",
        ),
        (
            "[Share](https://x.com/intent/tweet?u=1) [oak][o]\n\n[o]: https://a.example",
            "https://a.example",
            "Text.\n\nShare oak",
        ),
        ("[top](#top) [mail](mailto:a@b.example)", None, "Text.\n\ntop mail"),
    ],
)
def test_the_article_s_link_is_the_one_that_leads_to_it(ending, url, text):
    article = only(f"# T\n\n## Wheel\n\nText.\n\n{ending}\n")
    assert (article.url, article.text) == (url, text)


def test_a_list_of_links_is_the_article_s_text():
    article = only("# T\n\n## Links\n\n- [One](https://1.example)\n- [Two](https://2.example)")
    assert (article.paragraphs, article.url) == (("One", "Two"), "https://1.example")


def test_markup_is_no_text():
    words = (
        "# T\n\n## Wheel\n\nA **bold** _move_ <b>by</b> `code` &amp; \\*co\\* ~~not this~~ ![alt](https://a.example/i.png)"
        "<!-- hidden -->\nnext\\\nlast\n\n<!-- TODO -->\n\n<div><p>Raw</p><!-- no --><p>words</p></div>\n\n"
        "```\ncode\n```\n\n| a | b |\n|---|---|\n| c | d |\n\n<script>evil()</script>\n\n{% include x %}\n\n---\n"
    )
    assert only(words).paragraphs == ("A bold move by code & *co* next last", "Raw", "words")
    assert only(words).image == "https://a.example/i.png"


def test_lines_join_without_a_space_in_chinese():
    assert only("# 周报\n\n## 标题\n\n今天发布了\n新版本。").paragraphs == ("今天发布了新版本。",)


def test_a_nested_list_gives_each_item_once():
    assert only("# T\n\n## H\n\n- a\n  - b\n\n    c\n- d").paragraphs == ("a", "b", "c", "d")


def test_a_heading_within_a_quotation_opens_nothing():
    assert only("# T\n\n## H\n\n> ## Q\n>\n> Words.").paragraphs == ("Words.",)


def test_the_letter_s_furniture_is_no_text():
    words = (
        "# T\n\n## H\n\nText.\n\n[Share this post](https://s.example)\n\n[Unsubscribe](https://u.example)\n\nMill Ltd"
    )
    assert only(words).text == "Text."


_IMG = "<img src='https://a.example/i.png'"


IMG = "<img src='https://a.example/i.png'"


@pytest.mark.parametrize(
    ("picture", "alt"),
    [
        ("![A white ferry](https://a.example/i.png)", "A white ferry"),
        ('![](https://a.example/i.png "The ferry, seen from the dock")', "The ferry, seen from the dock"),
        ("![IMG_1234.jpg](https://a.example/i.png)", ""),
        (f"<figure>{IMG}><figcaption>The <b>white</b> ferry</figcaption></figure>", "The white ferry"),
        (f"<figure>{IMG} alt='A ferry'><figcaption>No</figcaption></figure>", "A ferry"),
        (f"<figure><figcaption>No</figcaption></figure>{IMG} alt='photo.png'>", ""),
    ],
)
def test_a_picture_has_its_words_or_its_caption_and_no_file_s_name(picture, alt):
    article = only(f"# T\n\n## Wheel\n\n{picture}\n\nThe wheel turns.")
    assert (article.image, article.image_alt) == ("https://a.example/i.png", alt)


@pytest.mark.parametrize(("alt", "kept"), [("The mill at dawn", "The mill at dawn"), ("mill.png", "")])
def test_the_front_matter_says_its_picture_s_words(alt, kept):
    article = only(f"---\nimage: https://a.example/i.png\nimage_alt: {alt}\n---\n# T\n\nText.")
    assert (article.image, article.image_alt) == ("https://a.example/i.png", kept)


@pytest.mark.parametrize("source", ["/i.png", "i.png", "https://mill.example/i.png"])
def test_a_picture_s_path_hangs_on_the_issue_s_address(source):
    assert (
        only(f"---\nurl: https://mill.example/\n---\n# H\n\n![]({source})\n\nText.").image
        == "https://mill.example/i.png"
    )


def test_a_picture_without_an_address_is_none():
    assert only("# H\n\n![](i.png) ![](http://[bad/)\n\nText.").image is None
    assert runs.absolute("https://mill.example/", "//[bad") is None


@pytest.mark.parametrize(
    "words", ["", "  \n", "Only words.", "# Only a heading", "---\ntitle: T\n---\n", "---\n---\nText."]
)
def test_a_document_without_an_article_is_an_error_with_the_cure(words):
    with pytest.raises(SourceError, match=r"2026-07\.md: no article was found: put a heading"):
        issue(words)


def test_what_goes_on_behind_a_linked_headline_begins_with_a_word():
    found = issue(
        "# T\n\n## Links\n\n- [Tides for the year](https://a.example/1), to print.\n- [Oak](https://a.example/2)"
    )
    assert [(article.headline, article.text) for article in found.articles] == [
        ("Tides for the year", "to print."),
        ("Oak", ""),
    ]


def test_a_headline_that_begins_like_a_button_is_a_headline():
    made = issue(
        "## [Hotel „Zur Post“ schließt](https://a.example/1)\n\nDer Wirt geht nach vierzig Jahren in Rente.\n\n"
        "## [Zum Adler öffnet](https://a.example/2)\n\nDas Gasthaus am See hat zwölf Zimmer und eine Terrasse.\n"
    )
    assert [(article.headline, article.url) for article in made.articles] == [
        ("Hotel „Zur Post“ schließt", "https://a.example/1"),
        ("Zum Adler öffnet", "https://a.example/2"),
    ]
