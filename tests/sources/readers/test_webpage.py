import pytest
from hypothesis import given
from hypothesis import strategies as st

from sharebot.errors import SourceError
from sharebot.sources.readers.webpage import About, about, feeds, issue_links

URL = "https://coast.example/archive"


def page(*links, title="", words="", beside=""):
    items = "".join(
        f"<li><a href='{link}'>{link.rpartition('/')[2] or link} of the coast</a> {beside}</li>" for link in links
    )
    nav = "<nav><a href='/'>Home</a> <a href='/about'>About</a> <a href='/archive#top'>Archive</a></nav>"
    return f"<html><head><title>{title}</title></head><body>{nav}<p>{words}</p><ul>{items}</ul></body></html>"


@pytest.mark.parametrize(
    "links",
    [
        ["/p/anna", "/p/berta", "/p/cora", "/p/dora"],
        ["/issue-14", "/issue-13", "/issue-12", "/issue-11"],
        ["/2026/07/anna", "/2026/06/berta", "/2026/05/cora", "/2026/04/dora"],
        ["/show?id=a", "/show?id=b", "/show?id=c", "/show?id=d"],
        ["https://news.coast.example/archive/4", "https://news.coast.example/archive/3",
         "https://news.coast.example/archive/2", "https://news.coast.example/archive/1"],
    ],
)  # fmt: skip
def test_many_links_of_one_shape_beside_little_text_are_an_archive(links):
    found = issue_links(page(*links, beside="1 July 2026"), URL)
    assert [address.removeprefix("https://coast.example") for address in found] == links


def test_the_newest_comes_first_whatever_the_page_does():
    found = issue_links(page(*(f"/issue-{n}" for n in range(9, 13))), URL)
    assert found[0] == "https://coast.example/issue-12"


def test_a_link_is_listed_once_and_a_page_does_not_list_itself():
    links = ["/p/anna", "/p/anna#comments", "/p/berta", "/p/cora", "/p/dora", "/archive"]
    assert len(issue_links(page(*links), URL)) == 4


@pytest.mark.parametrize(
    ("links", "words", "beside"),
    [
        (["/p/anna", "/p/berta", "/p/cora"], "", ""),
        (["https://a.example/1", "https://b.example/2", "https://c.example/3", "https://d.example/4"], "", ""),
        (["/news/anna", "/news/berta", "/news/cora", "/news/dora"], "", "what happened there at length " * 20),
        (["/p/anna", "/p/berta", "/p/cora", "/p/dora"], "An essay of many words. " * 100, ""),
    ],
)
def test_few_links_or_links_elsewhere_or_much_text_are_no_archive(links, words, beside):
    assert issue_links(page(*links, words=words, beside=beside), "https://coast.example/") == ()


def test_teasers_are_no_hindrance_where_the_page_calls_itself_an_archive():
    links = ["/p/anna", "/p/berta", "/p/cora", "/p/dora"]
    teaser = "What happened on that day along the whole of the coast, told by the people who were there. " * 2
    assert issue_links(page(*links, beside=teaser), "https://coast.example/") == ()
    assert len(issue_links(page(*links, beside=teaser, title="Archive | The Coast"), "https://coast.example/")) == 4
    assert len(issue_links(page(*links, beside=teaser), URL)) == 4


def test_an_editors_word_makes_an_archive_of_a_short_list():
    assert len(issue_links(page("/p/anna", "/p/berta", words="Text. " * 200), URL, forced=True)) == 2
    assert issue_links("<p>Nothing</p>", URL, forced=True) == ()


def test_a_page_names_its_feeds():
    head = (
        '<link rel="alternate" type="application/rss+xml" title="Comments" href="/comments/feed">'
        '<link rel="ALTERNATE home" type="application/atom+xml; charset=utf-8" href="/atom.xml">'
        '<link rel="alternate" type="application/feed+json" href="feed.json">'
        '<link rel="alternate" hreflang="de" href="/de"><link rel="stylesheet" type="text/css" href="/a.css">'
        '<link rel="alternate" type="application/rss+xml" href="http://[">'
    )
    assert feeds(f"<head>{head}</head>", "https://a.example/x/") == (
        "https://a.example/atom.xml",
        "https://a.example/x/feed.json",
        "https://a.example/comments/feed",
    )


@pytest.mark.parametrize(
    ("head", "said"),
    [
        (
            "<title>T</title><meta property=og:title content=' A  ferry '><meta property=og:image content=/a.jpg>",
            About("A ferry", "", "https://a.example/a.jpg"),
        ),
        (
            '<title>T</title><meta name="description" content="Plain."><meta name="twitter:image" content="https://b.example/b">',
            About("T", "Plain.", "https://b.example/b"),
        ),
        ('<meta property="og:image" content="http://["><meta property="og:title">', About()),
        ("", About()),
    ],
)
def test_a_page_says_what_cards_show(head, said):
    assert about(f"<html><head>{head}</head><body>x</body></html>", "https://a.example/") == said


TAGS = st.sampled_from(
    [
        "<a href='/p/1'>",
        "<a href='http://['>",
        "</a>",
        "<link rel=alternate type=application/rss+xml href=x>",
        "<title>",
        "<body>",
        "<a href='?a=1&b'>x</a>",
        "<a href='//x'>y</a>",
        "<meta property=og:title content='",
        "'>",
        "<div>",
        "\x00",
        "\ud800",
        "<a href=''>",
        "é",
    ]
)


@given(st.lists(TAGS, max_size=30).map("".join) | st.text(), st.booleans())
def test_no_markup_raises_anything_but_a_source_error(markup, forced):
    for look in (about, feeds, lambda *of: issue_links(*of, forced=forced)):
        try:
            look(markup, URL)
        except SourceError:
            continue
