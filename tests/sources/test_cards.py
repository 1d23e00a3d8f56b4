from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sharebot.model import Article, Issue
from sharebot.sources import cards
from sharebot.sources.cards import Cards
from sharebot.sources.feed import Feed
from sharebot.sources.page import Page

NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)
SAID = b"<meta property=og:description content='It left on Monday.'><meta property=og:image content=/a.jpg>"
ALT = b"<meta property=og:image:alt content='The ferry at the dock'>"


def issue(*articles):
    return Issue("1", "One", tuple(articles))


def filled(kept, *articles):
    return kept.fill([issue(*articles)], NOW)[0].articles


def test_an_article_without_text_or_picture_takes_what_its_page_says(web):
    web.pages["/a"] = (200, {"Content-Type": "text/html; charset=utf-8"}, SAID)
    (article,) = filled(Cards(allow_private=True), Article(1, "Ferry", (), f"{web.url}/a"))
    assert (article.paragraphs, article.image) == (("It left on Monday.",), f"{web.url}/a.jpg")
    assert article.url == f"{web.url}/a"


def test_an_articles_own_text_and_picture_come_first(web):
    web.pages["/a"] = (200, {}, SAID)
    whole = Article(1, "Ferry", ("Own.",), f"{web.url}/a", image="https://b.example/own.jpg")
    homeless = Article(2, "Boat", ())
    kept = Cards(allow_private=True)
    assert filled(kept, whole, homeless) == (whole, homeless)
    assert web.seen == []
    (article,) = filled(kept, Article(1, "Ferry", ("Own.",), f"{web.url}/a"))
    assert (article.paragraphs, article.image) == (("Own.",), f"{web.url}/a.jpg")


def test_a_picture_comes_with_its_own_words_only(web):
    web.pages["/a"] = (200, {"Content-Type": "text/html"}, SAID + ALT)
    kept = Cards(allow_private=True)
    (article,) = filled(kept, Article(1, "Ferry", (), f"{web.url}/a"))
    assert article.image_alt == "The ferry at the dock"
    (article,) = filled(kept, Article(1, "Ferry", (), f"{web.url}/a", image="https://b.example/own.jpg"))
    assert (article.image, article.image_alt) == ("https://b.example/own.jpg", "")


def test_a_page_is_asked_once_unless_it_may_answer_later(web):
    web.pages |= {"/a": (200, {}, SAID), "/busy": (503, {}, b"")}
    kept = Cards(allow_private=True)
    articles = [Article(n, "A", (), f"{web.url}{path}") for n, path in enumerate(["/a", "/missing", "/busy"], 1)]
    first = filled(kept, *articles)
    assert filled(kept, *articles) == first
    assert sorted(web.paths()) == ["/a", "/busy", "/busy", "/missing"]


def test_only_so_many_pages_are_fetched_at_one_look(web, monkeypatch):
    monkeypatch.setattr(cards, "_MOST", 2)
    kept = Cards(allow_private=True)
    articles = [Article(n, "A", (), f"{web.url}/{n}") for n in range(1, 4)]
    filled(kept, *articles)
    assert web.paths() == ["/1", "/2"]
    filled(kept, *articles)
    assert web.paths() == ["/1", "/2", "/3"]


def test_a_look_has_an_end_in_time(web, monkeypatch):
    monkeypatch.setattr(cards, "_SECONDS", 0)
    filled(Cards(allow_private=True), Article(1, "A", (), f"{web.url}/1"))
    assert web.seen == []


def test_a_page_on_a_private_network_is_not_asked(web):
    article = Article(1, "A", (), f"{web.url}/a")
    assert filled(Cards(), article) == (article,)
    assert web.seen == []


def test_a_source_asks_the_pages_of_articles_only_where_the_editor_says_so(web):
    item = f"<item><title>Ferry</title><link>{web.url}/a</link></item>"
    feed = f"<rss version='2.0'><channel>{item}</channel></rss>".encode()
    web.pages |= {"/feed": (200, {"Content-Type": "text/xml"}, feed), "/a": (200, {}, SAID)}
    kinds: tuple[tuple[Any, str], ...] = ((Feed, "feed"), (Page, "url"))
    for kind, key in kinds:
        for pages, text in ((False, ""), (True, "It left on Monday.")):
            settings = {key: f"{web.url}/feed", "pages": pages, "allow_private": True}
            source = kind(kind.Settings.model_validate(settings), Path())
            assert source.read(NOW).issues[0].articles[0].text == text
            assert source.read(NOW + timedelta(hours=1)).issues[0].articles[0].text == text
