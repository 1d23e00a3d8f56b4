import re
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sharebot.identity import article_identity, delivery_key, issue_identity
from sharebot.model import Article, Issue

ARTICLE = Article(1, "The ferry’s “last” winter", ("It sailed at nine.", "Nobody saw it leave the harbour."))
LINKED = replace(ARTICLE, url="https://news.example/ferry")
ISSUE = Issue("2026-07", "The Harbour Letter", (ARTICLE,), date(2026, 2, 22))
PARTS = st.tuples(*[st.text(max_size=8)] * 4)


def test_an_address_alone_makes_an_article_the_same():
    other = Article(7, "Another headline", ("Other words.",), "http://News.example/ferry/?utm_source=mail")
    assert article_identity(LINKED) == article_identity(other)
    assert article_identity(LINKED) != article_identity(replace(LINKED, url="https://news.example/boat"))


def test_a_renumbered_article_is_the_same():
    assert article_identity(replace(ARTICLE, number=9, image="x.png", tags=("sea",))) == article_identity(ARTICLE)


@pytest.mark.parametrize(
    ("headline", "paragraphs"),
    [
        ('The ferry\'s "last" winter', ARTICLE.paragraphs),
        ("THE FERRY’S — “LAST” WINTER!", ARTICLE.paragraphs),
        ("The fer\u00adry’s “last”\u00a0 win\u200bter", ARTICLE.paragraphs),
        (
            "The \ufb00erry’s “last” winter".replace("\ufb00", "f"),
            ("It sailed at nine. Nobody saw it leave the harbour.",),
        ),
    ],
)
def test_marks_spaces_and_case_do_not_make_another_article(headline, paragraphs):
    again = replace(ARTICLE, headline=headline, paragraphs=paragraphs)
    assert article_identity(again) == article_identity(ARTICLE)


def test_ligatures_and_composed_letters_are_their_plain_forms():
    plain, fancy = Article(1, "Office café", ()), Article(1, "O\ufb03ce cafe\u0301", ())
    assert article_identity(plain) == article_identity(fancy)


def test_vowel_signs_tell_words_apart():
    assert article_identity(Article(1, "की", ())) != article_identity(Article(1, "का", ()))


def test_words_tell_articles_apart():
    assert article_identity(ARTICLE) != article_identity(replace(ARTICLE, headline="The ferry’s first winter"))
    assert article_identity(ARTICLE) != article_identity(replace(ARTICLE, paragraphs=("It sailed at ten.",)))


def test_headline_and_opening_do_not_run_together():
    assert article_identity(Article(1, "One two", ("three",))) != article_identity(Article(1, "One", ("two three",)))


def test_a_correction_below_the_opening_leaves_the_article_the_same():
    long = replace(ARTICLE, paragraphs=("All night long the wind blew. " * 5, "It sailed at nine."))
    assert article_identity(replace(long, paragraphs=(*long.paragraphs[:1], "At ten."))) == article_identity(long)


def test_a_redated_issue_is_the_same():
    again = replace(ISSUE, id="2026-07-final", date=date(2026, 2, 23), title="THE HARBOUR LETTER")
    assert issue_identity(again) == issue_identity(ISSUE)


def test_issues_of_one_title_differ_by_their_first_article():
    other = replace(ISSUE, articles=(replace(ARTICLE, headline="Spring"),))
    assert issue_identity(other) != issue_identity(ISSUE)
    assert issue_identity(replace(ISSUE, articles=())) != issue_identity(ISSUE)


def test_an_address_alone_makes_an_issue_the_same():
    linked = replace(ISSUE, url="https://news.example/7")
    assert issue_identity(linked) == issue_identity(replace(linked, title="Seven", articles=()))


def test_an_issue_is_not_its_article():
    assert issue_identity(replace(ISSUE, url=LINKED.url)) != article_identity(LINKED)


@given(PARTS)
def test_a_key_is_twenty_characters_that_every_network_takes(parts):
    assert re.fullmatch("[a-z2-7]{20}", delivery_key(*parts))


@given(PARTS, PARTS)
def test_keys_are_the_same_only_for_the_same_parts(one, other):
    assert (delivery_key(*one) == delivery_key(*other)) is (one == other)


def test_parts_do_not_run_together():
    assert delivery_key("n", "i", "a", "bc") != delivery_key("n", "i", "ab", "c")
    assert delivery_key('a", "b', "c", "d", "e") != delivery_key("a", 'b", "c', "d", "e")


def test_a_key_stays_the_same_between_versions():
    key = delivery_key("weekly", "https://news.example/ferry", "mastodon", "articles")
    assert key == "t3f563u5j5zfmiq46lwv"
