from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from sharebot.errors import SourceError
from sharebot.model import Article, Document, Issue
from sharebot.sources.readers import text

SEED = Path(__file__).parents[3] / "../shared/seed/newsletter-2024-02-22.txt"


def issue(words: str, name: str = "2026-07.txt") -> Issue:
    return text.read(Document(name, words.encode()))


def headlines(words: str) -> list[str]:
    return [article.headline for article in issue(words).articles]


def only(words: str) -> Article:
    (article,) = issue(words).articles
    return article


NUMBERED = """Newsletter

The Harbour Letter

Thursday, March 5, 2026
01

Ferries return to the old pier

The first ferry “Anna” landed on Monday.

Tickets cost 4 euros.

02

Library opens on Sundays

Readers asked for it.

Share This Post"""


def test_an_issue_with_numbers_on_lines_of_their_own_gives_an_article_for_each():
    found = issue(NUMBERED)
    assert (found.id, found.title, found.date, found.language) == (
        "2026-07",
        "The Harbour Letter",
        date(2026, 3, 5),
        "en",
    )
    assert found.articles == (
        Article(
            1, "Ferries return to the old pier", ("The first ferry “Anna” landed on Monday.", "Tickets cost 4 euros.")
        ),
        Article(2, "Library opens on Sundays", ("Readers asked for it.",)),
    )


def test_windows_line_ends_change_nothing():
    assert issue(NUMBERED.replace("\n", "\r\n")) == issue(NUMBERED)


@pytest.mark.parametrize("style", ["0{}", "{}", "{}.", "#{}", "{})", "({})", "No. {}"])
def test_a_number_is_written_in_many_ways(style):
    marks = [style.format(number) for number in (1, 2, 3)]
    words = "Title\n\n" + "\n\n".join(f"{mark}\n\nHead {at}\n\nText {at}." for at, mark in enumerate(marks))
    assert headlines(words) == ["Head 0", "Head 1", "Head 2"]


@pytest.mark.parametrize("style", ["0{} ", "{}. ", "#{} ", "{}) ", "0{} – ", "{}、"])
def test_a_number_may_stand_before_its_headline(style):
    words = "Title\n\n" + "\n\n".join(f"{style.format(n)}Head {n}\n\nText {n}." for n in (1, 2, 3))
    assert headlines(words) == ["Head 1", "Head 2", "Head 3"]


def test_a_numbered_list_within_an_article_is_its_text():
    words = "T\n\n1. Bread\n\nTake:\n\n1. flour\n2. water\n3. salt\n\nKnead well.\n\n2. Soup\n\nBoil it."
    bread, soup = issue(words).articles
    assert (bread.headline, soup.headline) == ("Bread", "Soup")
    assert bread.paragraphs[-1] == "Knead well."


def test_a_numbered_list_within_a_single_article_is_its_text():
    assert only("Bread\n\nTake:\n1. flour\n2. water\n\nKnead well.").paragraphs == (
        "Take: 1. flour 2. water",
        "Knead well.",
    )


@pytest.mark.parametrize("between", ["\n", "\n\n", "\nhttps://a.example/x\n"])
def test_a_list_of_numbered_headlines_is_a_list_of_articles(between):
    assert headlines(f"News\n\n1. Wheel{between}2. Flour{between}3. Bread") == ["Wheel", "Flour", "Bread"]


def test_a_paragraph_that_begins_with_a_number_opens_no_article():
    words = "T\n\n01\n\nHead\n\n2024 was good.\n\n100 ships came. 2. is no mark here."
    assert only(words).paragraphs == ("2024 was good.", "100 ships came. 2. is no mark here.")


def test_a_number_stays_in_a_headline_that_is_counted_by_its_own_line():
    assert headlines("T\n\n01\n\n2. Bundesliga startet\n\nText.\n\n02\n\n10 Fragen\n\nText.") == [
        "2. Bundesliga startet",
        "10 Fragen",
    ]


def test_a_numbered_headline_without_text_keeps_its_place():
    first, second = issue("T\n\n01\n\nRain\n\n02\n\nSun\n\nAt last.").articles
    assert (first.paragraphs, second.number) == ((), 2)


def test_hard_wrapped_lines_are_one_paragraph():
    words = "T\n\n01\n\nHead\n\nOne line that goes on\nin the next one\nand ends.\n\nNext."
    assert only(words).paragraphs == ("One line that goes on in the next one and ends.", "Next.")


def test_hard_wrapped_lines_join_without_a_space_in_chinese_and_japanese():
    assert only("周报\n\n01\n\n标题\n\n今天发布了\n新版本。\n他说 Linux\n很好。").paragraphs == (
        "今天发布了新版本。他说 Linux 很好。",
    )


def test_a_long_headline_may_be_wrapped():
    words = "T\n\n01\n\nThe council votes for the longest bridge that the\ntown has ever seen\n\nIt was close."
    assert only(words).headline == "The council votes for the longest bridge that the town has ever seen"


def test_text_may_follow_its_headline_without_an_empty_line():
    article = only("T\n\n01\nShort head\nThe text begins at once and is long enough for two\nlines.\n\nMore.")
    assert article.headline == "Short head"
    assert article.paragraphs == ("The text begins at once and is long enough for two lines.", "More.")


def test_spaces_that_do_not_break_and_curly_quotes_stay_as_they_are():
    assert only("T\n\n01\n\nHead\n\n„So“ sagt sie: 5\u00a0km, l’eau.\n").paragraphs == (
        "„So“ sagt sie: 5\u00a0km, l’eau.",
    )


def test_a_text_without_numbers_is_one_article_under_its_title():
    article = only("Our mill turns again\n\nThe wheel is new.\n\nCome and see it.")
    assert article == Article(1, "Our mill turns again", ("The wheel is new.", "Come and see it."))


def test_the_headline_below_title_and_date_is_the_article_s():
    found = issue("Mill News\n3 April 2026\n\nOur mill turns again\n\nThe wheel is new.\n\nCome and see it.")
    assert (found.title, found.articles[0].headline) == ("Mill News", "Our mill turns again")


@pytest.mark.parametrize("rule", ["---", "***", "===", "* * *", "______"])
def test_rules_divide_articles(rule):
    words = f"Mill News\n2026-04-03\n\n{rule}\n\nWheel\n\nNew.\n\n{rule}\n\nFlour\n\nFresh.\n\n{rule}\n\nBye!"
    assert headlines(words) == ["Wheel", "Flour"]


def test_without_a_header_the_part_above_the_first_rule_is_an_article():
    assert headlines("Wheel\n\nIt is new.\n\n---\n\nFlour\n\nIt is fresh.") == ["Wheel", "Flour"]


def test_a_part_without_a_headline_goes_on_with_the_article_before():
    words = "Wheel\n\nIt is new.\n\n---\n\nIt turned at noon, the miller said.\n\n---\n\nFlour\n\nFresh."
    assert issue(words).articles[0].paragraphs == ("It is new.", "It turned at noon, the miller said.")


def test_underlined_headlines_open_articles_below_an_underlined_title():
    words = "Mill News\n=========\n\n2026-04-03\n\nWheel\n-----\nIt is new.\n\nFlour\n-----\n\nFresh.\n\nAnd fine."
    found = issue(words)
    assert (found.title, found.date) == ("Mill News", date(2026, 4, 3))
    assert [(a.headline, a.paragraphs) for a in found.articles] == [
        ("Wheel", ("It is new.",)),
        ("Flour", ("Fresh.", "And fine.")),
    ]


def test_a_line_above_and_below_a_headline_marks_it_too():
    assert headlines("News\n\n=====\nWheel\n=====\n\nNew.\n\n=====\nFlour\n=====\n\nFresh.") == ["Wheel", "Flour"]


@pytest.mark.parametrize(
    ("ending", "url"),
    [
        ("https://mill.example/wheel", "https://mill.example/wheel"),
        ("Read more: https://mill.example/wheel", "https://mill.example/wheel"),
        ("Weiterlesen:\nhttps://mill.example/wheel", "https://mill.example/wheel"),
        ("→ Lire la suite : <https://mill.example/wheel>", "https://mill.example/wheel"),
        ("阅读全文：https://mill.example/wheel", "https://mill.example/wheel"),
        ("[Read more](https://mill.example/wheel)", "https://mill.example/wheel"),
    ],
)
def test_a_link_at_the_end_is_the_article_s_and_no_text(ending, url):
    article = only(f"T\n\n01\n\nHead\n\nThe text.\n\n{ending}\n\nShare this post")
    assert (article.url, article.paragraphs) == (url, ("The text.",))


def test_a_link_line_right_after_a_sentence_leaves_the_text():
    article = only("T\n\n01\n\nHead\n\nThe text ends here.\nhttps://mill.example/a_(b)")
    assert (article.url, article.paragraphs) == ("https://mill.example/a_(b)", ("The text ends here.",))


def test_a_link_that_a_sentence_needs_stays_in_it():
    article = only("T\n\n01\n\nHead\n\nAll of it is shown, as they said, at\nhttps://mill.example/wheel.")
    assert article.paragraphs == ("All of it is shown, as they said, at https://mill.example/wheel.",)
    assert article.url == "https://mill.example/wheel"


def test_a_way_out_or_a_share_button_is_never_the_article_s_link():
    words = (
        "T\n\n01\n\nHead\n\nText, see https://x.com/intent/post?text=a and https://news.example/unsubscribe?u=1\n"
        "or http://real.example."
    )
    assert only(words).url == "http://real.example"


def test_author_and_tags_on_lines_of_their_own_are_no_text():
    article = only("T\n\n01\n\nHead\nBy Jane van der Doe\n\nThe text.\n\nTags: mill, #water ; Europe")
    assert (article.author, article.tags, article.paragraphs) == (
        "Jane van der Doe",
        ("mill", "water", "Europe"),
        ("The text.",),
    )


def test_a_line_that_only_begins_with_by_is_text():
    assert only("T\n\n01\n\nHead\n\nBy next Monday the mill will turn.").author is None


BUTTONS = ["Share This Post", "Share This Post]", "[Share this post!]", "Unsubscribe", "View in browser »"]
FOREIGN = ["Im Browser ansehen", "Se désabonner", "Boletín", "Condividi", "Cancelar inscrição", "分享", "配信停止"]


@pytest.mark.parametrize(
    "line", [*BUTTONS, *FOREIGN, "Forward to a friend | Unsubscribe", "© 2026 Mill Ltd", "{% x %}"]
)
def test_the_letter_s_furniture_is_no_text(line):
    words = f"{line}\n\nTitle\n\n01\n\nHead\n\nText.\n{line}\n\n02\n\nHead 2\n\nMore text.\n\n{line}"
    found = issue(words)
    assert (found.title, [article.text for article in found.articles]) == ("Title", ["Text.", "More text."])


def test_what_follows_the_way_out_is_no_text():
    words = "T\n\n01\n\nHead\n\nText.\n\nUnsubscribe: https://n.example/u\n\nMill Ltd, 1 River Street, Millton"
    assert only(words).text == "Text."


@pytest.mark.parametrize(
    "sentence",
    [
        "Nobody could find out how to\nunsubscribe.",
        "To unsubscribe from a contract takes ten clicks.",
        "Copyright law changes in May.",
        "They said: share this post.",
    ],
)
def test_the_same_words_in_a_sentence_stay(sentence):
    assert only(f"T\n\n01\n\nHead\n\n{sentence}").text == sentence.replace("\n", " ")


@pytest.mark.parametrize("words", ["", " \n\n\t\n", "Only a title", "Newsletter\n\nShare", "word " * 100])
def test_a_text_without_an_article_is_an_error_with_the_cure(words):
    with pytest.raises(SourceError, match=r"2026-07\.txt: no article was found: put 01"):
        issue(words)


def test_without_a_title_the_first_headline_is_the_issue_s():
    assert issue("01\n\nHead\n\nText.").title == "Head"


def test_the_date_is_looked_for_in_the_title_and_then_in_the_file_s_name():
    assert issue("News of 3 May 2026\n\n01\n\nHead\n\nText.").date == date(2026, 5, 3)
    assert issue("News\n\n01\n\nHead\n\nText.", "mill-2026-05-04.txt").date == date(2026, 5, 4)


def test_the_id_is_the_name_without_its_ending_and_the_time_is_the_document_s():
    at = datetime(2026, 7, 1, tzinfo=UTC)
    found = text.read(Document("2026/07.b.txt", b"T\n\n01\n\nHead\n\nText.", at))
    assert (found.id, found.modified) == ("2026/07.b", at)


GERMAN = """Rundbrief
Mühlenblatt Nr. 7
Freitag, 3. April 2026

1.
Die Mühle dreht sich wieder
Von Änne Müller

Das Rad ist neu. „Es läuft“, sagte der Müller.

2.
Mehl ist da

Frisch gemahlen.

Mehr: https://muehle.example/mehl

Abmelden
Alle Rechte vorbehalten"""

JAPANESE = """ニュースレター

水車だより

2026年4月3日（金）

01

水車がまた回る

車輪は新しい。

02

粉ができた

挽きたて。

シェアする"""


def test_a_german_issue_reads_as_well():
    found = issue(GERMAN)
    assert (found.title, found.date) == ("Mühlenblatt Nr. 7", date(2026, 4, 3))
    assert found.articles == (
        Article(
            1,
            "Die Mühle dreht sich wieder",
            ("Das Rad ist neu. „Es läuft“, sagte der Müller.",),
            author="Änne Müller",
        ),
        Article(2, "Mehl ist da", ("Frisch gemahlen.",), url="https://muehle.example/mehl"),
    )


def test_a_japanese_issue_reads_as_well():
    found = issue(JAPANESE)
    assert (found.title, found.date) == ("水車だより", date(2026, 4, 3))
    assert [(a.headline, a.text) for a in found.articles] == [
        ("水車がまた回る", "車輪は新しい。"),
        ("粉ができた", "挽きたて。"),
    ]


@pytest.mark.skipif(not SEED.exists(), reason="the project's shared folder is not beside this checkout")
def test_the_newsletter_that_started_it_all_reads_exactly():
    words = SEED.read_text("utf-8")
    found = text.read(Document(SEED.name, SEED.read_bytes()))
    assert (found.id, found.date, found.language) == ("newsletter-2024-02-22", date(2024, 2, 22), "en")
    assert found.title == "US Betrayed: Japan Profiting Abundantly from Chip Trade with China"
    assert [(article.number, article.headline) for article in found.articles] == [
        (1, "US Betrayed: Japan Profiting Abundantly from Chip Trade with China"),
        (2, "After Sora, China Official to Boost AI Development"),
        (3, "Mainland Demands Full Accounting from Taiwan Over Fishermen Deaths"),
    ]
    assert [len(article.paragraphs) for article in found.articles] == [5, 4, 6]
    lines = words.split("\n")
    assert all(paragraph in lines for article in found.articles for paragraph in article.paragraphs)
    assert "Share This Post" not in "".join(article.text for article in found.articles)


def test_chinese_numerals_count_articles():
    found = issue("港口通讯\n\n一、渡轮回来了\n\n第一班渡轮周一靠岸。\n\n二、新面包店开业\n\n每天早上六点开门。")
    assert [article.headline for article in found.articles] == ["渡轮回来了", "新面包店开业"]
