import json
import socket
import time
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sharebot.errors import SourceError
from sharebot.model import Document, Hints
from sharebot.sources.readers import feed

SHARED = Path(__file__).parents[4] / "shared/issues"
RSS = (
    '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"'
    ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:media="http://search.yahoo.com/mrss/"'
    ' xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"><channel><title>Harbour News</title>'
    "<link>https://harbour.example/</link><language>en-gb</language>{}</channel></rss>"
)
ATOM = (
    '<feed xmlns="http://www.w3.org/2005/Atom" xmlns:media="http://search.yahoo.com/mrss/" xml:lang="de">'
    "<title>Hafenblatt</title><author><name>Redaktion</name></author>{}</feed>"
)
ITEM = (
    "<item><title>The ferry runs again</title><link>https://harbour.example/ferry</link>"
    '<guid isPermaLink="false">ferry-7</guid><pubDate>Tue, 03 Nov 2026 00:30:00 +0100</pubDate>'
    "<description>Nine weeks it lay in the dock. On Monday it left.</description></item>"
)
LIST = "".join(
    f'<li><a href="https://a.example/{n}">News number {n} of the coast</a>: what happened.</li>' for n in range(5)
)


def read(words, hints=None, **more):
    data = words if isinstance(words, bytes) else words.encode()
    return feed.read(Document("feed.xml", data, **more), hints or Hints())


def rss(*items, hints=None, **more):
    return read(RSS.replace("{}", "".join(items)), hints, **more)


def item(body, title="Title", **tags):
    more = "".join(f"<{name}>{value}</{name}>" for name, value in tags.items())
    return f"<item><title>{title}</title>{more}<description><![CDATA[{body}]]></description></item>"


def only(*items, **more):
    (issue,) = rss(*items, hints=Hints(items="articles"), **more)
    (article,) = issue.articles
    return issue, article


def test_an_item_of_rss_is_an_issue_of_one_article_with_all_that_it_says():
    (issue,) = rss(
        ITEM.replace(
            "</item>", "<dc:creator>Anna Holm</dc:creator><category>Sea</category><category>Ships</category></item>"
        )
    )
    assert (issue.id, issue.title, issue.language, issue.url) == (
        "ferry-7",
        "The ferry runs again",
        "en-gb",
        "https://harbour.example/ferry",
    )
    assert issue.date == date(2026, 11, 3)  # as it was written there, whatever day it was in Greenwich
    assert issue.modified == datetime(2026, 11, 2, 23, 30, tzinfo=UTC)
    (article,) = issue.articles
    assert (article.headline, article.url, article.author) == ("The ferry runs again", issue.url, "Anna Holm")
    assert article.tags == ("Sea", "Ships")
    assert article.paragraphs == ("Nine weeks it lay in the dock. On Monday it left.",)


def test_rss_1_0_is_read_with_its_items_beside_the_channel():
    found = read(
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="https://a.example/"><title>Quai</title>'
        '<items><rdf:Seq><rdf:li rdf:resource="https://a.example/1"/></rdf:Seq></items></channel>'
        '<item rdf:about="https://a.example/1"><title>Le bac repart</title><link>https://a.example/1</link>'
        "<description>Il est parti lundi.</description><dc:date>2026-11-03T10:00:00+01:00</dc:date>"
        "<dc:language>fr</dc:language></item></rdf:RDF>"
    )
    assert [(issue.title, issue.date, issue.url) for issue in found] == [
        ("Le bac repart", date(2026, 11, 3), "https://a.example/1")
    ]


def test_an_entry_of_atom_takes_what_it_does_not_say_from_its_feed():
    entries = (
        "<entry><id>tag:a.example,2026:faehre</id>"
        '<title type="html">Die F&amp;auml;hre &lt;b&gt;fährt&lt;/b&gt;</title>'
        '<link rel="alternate" href="https://a.example/faehre"/>'
        '<link rel="enclosure" type="image/png" href="/bild.png"/>'
        "<published>2026-11-03T10:00:00+01:00</published><updated>2026-11-04T10:00:00Z</updated>"
        '<content type="xhtml" xml:base="https://a.example/x/"><div xmlns="http://www.w3.org/1999/xhtml">'
        '<p>Am Montag lief sie aus.</p><img src="y.png"/></div></content></entry>'
        '<entry xml:lang="nl"><id>urn:uuid:1</id><title>De boot vaart</title><author><name>Jan de Wit</name></author>'
        "<summary>Maandag vertrok hij.</summary></entry>"
    )
    first, second = read(ATOM.replace("{}", entries), url="https://a.example/feed.xml")
    assert (first.title, first.language, first.date) == ("Die Fähre fährt", "de", date(2026, 11, 3))
    assert first.modified == datetime(2026, 11, 4, 10, tzinfo=UTC)
    assert first.articles[0].author == "Redaktion"
    assert first.articles[0].image in {"https://a.example/x/y.png", "https://a.example/bild.png"}
    assert first.id.startswith("faehre-")
    assert (second.language, second.articles[0].author) == ("nl", "Jan de Wit")
    assert second.articles[0].text == "Maandag vertrok hij."


JSON = """{"version": "https://jsonfeed.org/version/1.1", "title": "Harbour", "home_page_url": "https://a.example/",
 "language": "en_GB", "authors": [{"name": "Anna Holm"}], "items": [
 {"id": 7, "url": "/7", "title": "One", "content_html": "<p>Body.</p>", "image": "/7.png", "tags": ["sea", 3, "sea"],
  "date_published": "2026-11-03T23:00:00-05:00"},
 {"id": "https://a.example/8", "content_text": "The harbour opened.\\n\\nForty boats left.", "language": "ja",
  "author": {"name": "Jo"}, "authors": 5, "attachments": [{"url": "b.jpg", "mime_type": "image/jpeg"}, 4]},
 {"id": "9", "external_url": "https://b.example/9", "title": "Nine", "summary": "In short."}, 12, null]}"""


def test_json_feed_is_read_likewise():
    first, second, third = read("\ufeff" + JSON, url="https://a.example/feed.json")
    assert (first.id, first.title, first.url, first.language) == ("7", "One", "https://a.example/7", "en-GB")
    assert first.date == date(2026, 11, 3)
    assert first.modified == datetime(2026, 11, 3, 23, tzinfo=timezone(-timedelta(hours=5)))
    assert (first.articles[0].image, first.articles[0].tags) == ("https://a.example/7.png", ("sea",))
    assert first.articles[0].author == "Anna Holm"
    assert (second.title, second.language, second.articles[0].author) == ("The harbour opened.", "ja", "Jo")
    assert second.articles[0].image == "https://a.example/b.jpg"
    assert second.articles[0].text.endswith("Forty boats left.")
    assert (third.url, third.articles[0].text) == ("https://b.example/9", "In short.")


@pytest.mark.parametrize(
    "words", ["{", '{"version": "2"}', '{"a": ' * 100_000, "{" + "9" * 5000 + "}", '{"version": 1, "items": 3}', "{}"]
)
def test_json_that_is_no_json_feed_is_an_error_with_the_cure(words):
    with pytest.raises(SourceError, match=r"look (?:at it|for the address)"):
        read(words)


def test_the_full_text_is_taken_where_there_is_an_excerpt_as_well():
    body = "<p>Nine weeks it lay in the dock.</p><p>On Monday it left for the islands.</p>"
    full = f"<content:encoded><![CDATA[{body}]]></content:encoded>"
    _, article = only(ITEM.replace("</item>", f"{full}</item>"))
    assert article.paragraphs == ("Nine weeks it lay in the dock.", "On Monday it left for the islands.")


def test_plain_text_keeps_its_paragraphs_and_its_angles():
    _, article = only("<item><title>T</title><description>If a &lt; b it is so.\n\nElse not.</description></item>")
    assert article.paragraphs == ("If a < b it is so.", "Else not.")


def test_preformatted_text_is_read_too():
    _, article = only(item("<pre>The first part\nof a letter.\n\nAnd the second.</pre>"))
    assert article.paragraphs == ("The first part of a letter.", "And the second.")


@pytest.mark.parametrize(
    ("tag", "image"),
    [
        ('<media:content url="https://a.example/m.jpg" medium="image"/>', "https://a.example/m.jpg"),
        ('<media:thumbnail url="/t.jpg"/>', "https://harbour.example/t.jpg"),
        ('<enclosure url="https://a.example/e.png" type="image/png" length="1"/>', "https://a.example/e.png"),
        ('<enclosure url="https://a.example/e.mp3" type="audio/mpeg" length="1"/>', None),
        ('<media:content url="https://a.example/m.mp4" type="video/mp4"/>', None),
        ('<itunes:image href="https://a.example/i.png"/>', "https://a.example/i.png"),
    ],
)
def test_a_picture_beside_the_text_is_the_articles(tag, image):
    _, article = only(ITEM.replace("</item>", f"{tag}</item>"))
    assert article.image == image


@pytest.mark.parametrize(
    ("author", "name"),
    [
        ("anna@a.example (Anna Holm)", "Anna Holm"),
        ("anna@a.example", None),
        ("Anna Holm", "Anna Holm"),
        ("", None),
    ],
)
def test_an_author_is_a_name_and_no_mail_address(author, name):
    _, article = only(ITEM.replace("</item>", f"<author>{author}</author></item>"))
    assert article.author == name


@pytest.mark.parametrize(
    ("body", "headline"),
    [
        ("<p>The harbour opened on Monday. Forty boats left.</p>", "The harbour opened on Monday."),
        ("<img src='https://a.example/a.png'><p>Short</p>", "Short"),
        (f"<p>{'words and more ' * 20}</p>", "words and more " * 6 + "words and more…"),
        ("<p>港口周一重新开放。四十艘船在第一个小时离开。</p>", "港口周一重新开放。"),
        (f"<p>{'港口今天开放，' * 40}</p>", "港口今天开放，" * 15 + "港口今天开放"[:0] + "…"),
        ("", "https://a.example/1"),
    ],
)
def test_an_item_without_a_title_is_headed_by_its_first_sentence_or_whole_words(body, headline):
    issue, article = only(f"<item><link>https://a.example/1</link><description><![CDATA[{body}]]></description></item>")
    assert article.headline.replace("，…", "…") == headline.replace("，…", "…")
    assert issue.title == article.headline


def test_a_title_and_a_link_alone_are_an_article_without_text():
    issue, article = only("<item><title>Boats</title><link>https://a.example/1</link></item>")
    assert (article.headline, article.url, article.paragraphs) == ("Boats", "https://a.example/1", ())
    assert issue.id.startswith("1-")


def test_marks_of_direction_around_a_title_are_no_part_of_it():
    _, article = only(item("نص طويل بما يكفي.", title="\u200fالميناء يفتح"))
    assert article.headline == "الميناء يفتح"


# ── which of the two ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_items_that_hold_lists_of_linked_news_are_issues():
    found = rss(*(item(f"<h2>News</h2><ul>{LIST}</ul>", title=f"Coast Weekly {n}") for n in (12, 11, 10)))
    assert [len(issue.articles) for issue in found] == [5, 5, 5]
    assert found[0].how.startswith("each item is an issue, for 3 of the 3 looked at have several linked headlines")
    assert "write `items: articles` if that is wrong" in found[0].how


def test_items_with_linked_headings_are_issues():
    body = "".join(
        f'<h3><a href="https://a.example/{n}">Boat {n} sails</a></h3><p>It sailed at dawn.</p>' for n in range(4)
    )
    (issue,) = rss(item(body, title="Today at sea"))
    assert [article.headline for article in issue.articles] == [f"Boat {n} sails" for n in range(4)]
    assert issue.articles[3].url == "https://a.example/3"


@pytest.mark.parametrize(
    "body",
    [
        "<p>One paragraph with <a href='https://a.example/1'>a link</a>.</p>",
        "".join(f"<h2>Chapter {n}</h2><p>It <a href='https://b.example/{n}'>says</a> a lot.</p>" for n in range(6)),
        "<ul>"
        + "".join(f"<li>Fixed a fault (<a href='https://b.example/{n}'>#{n}</a>)</li>" for n in range(9))
        + "</ul>",
    ],
)
def test_essays_and_lists_of_changes_are_articles(body):
    found = rss(*(item(body, title=f"Version {n}.1 is out") for n in range(4)))
    assert [len(issue.articles) for issue in found] == [1, 1, 1, 1]
    assert found[0].how.startswith("each item is an article, for few of them have several linked headlines in them")


@pytest.mark.parametrize(
    "title", ["Issue {}", "Rundbrief Nr. {}: Boote", "Lettre n° {}", "第{}期 港口", "Выпуск {}", "Sea #{}"]
)
def test_titles_that_count_make_issues_of_items_with_few_links(title):
    body = "".join(
        f"<h2>{n} boats sail</h2><p>They sail.</p><p><a href='https://a.example/{n}'>Read more</a></p>" for n in "ab"
    )
    found = rss(*(item(body, title=title.format(n)) for n in (4, 3, 2)))
    assert found[0].how.startswith("each item is an issue")
    assert "their titles count" in found[0].how


def test_an_editor_knows_better_than_a_guess():
    items = [item(f"<ul>{LIST}</ul>", title=f"Coast Weekly {n}") for n in (2, 1)]
    as_articles, as_issues = (rss(*items, hints=Hints(items=kind)) for kind in ("articles", "issues"))
    assert [len(issue.articles) for issue in as_articles] == [1, 1]
    assert [len(issue.articles) for issue in as_issues] == [5, 5]
    assert as_articles[0].how.startswith("each item is an article, as `items:` says")


def test_an_issue_in_which_no_article_is_found_is_one_itself():
    (issue,) = rss(item("", title="Issue 4", link="https://a.example/4"), hints=Hints(items="issues"))
    assert [article.headline for article in issue.articles] == ["Issue 4"]


# ── ids ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("guid", "start"),
    [
        ("issue-12", "issue-12"),
        ("https://a.example/2026/harbour/", "2026-harbour-"),
        ("https://a.example/?p=123", "p-123-"),
        ("tag:a.example,2026:post.77", "post-77-"),
        ("../../etc/passwd", "etc-passwd-"),
        ("-rf", "rf-"),
        ("CON: \x07 über", "über-"),
        ("a" * 300, "a" * 60 + "-"),
        ("http://[", "http-"),
    ],
)
def test_an_id_is_readable_fit_for_a_file_and_always_the_same(guid, start):
    one = rss(item("Text here.", guid=guid), item("Other text.", guid="x"))[0].id
    other = rss(item("Changed.", title="Changed", guid=guid))[0].id
    assert one == other
    assert one.startswith(start)
    assert len(one) < 80
    assert not set(one) & set('/\\:*?"<>|\n ')


def test_items_that_share_a_guid_are_told_apart_and_true_doubles_are_one():
    items = [item("Text.", title=t, guid="x", link=f"https://a.example/{t}") for t in ("One", "Two", "Two")]
    found = rss(*items)
    assert [issue.title for issue in found] == ["One", "Two"]
    assert len({issue.id for issue in found}) == 2
    assert rss(*items[1:])[0].id == found[1].id


# ── what is broken ───────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("encoding", "said", "media", "words"),
    [
        ("utf-8", "utf-8", "", "Hafen für Möwen"),
        ("utf-8", "iso-8859-1", "", "Hafen für Möwen"),
        ("utf-8", "", "text/xml; charset=iso-8859-1", "Hafen für Möwen"),
        ("windows-1252", "iso-8859-1", "application/rss+xml; charset=utf-8", "“Hafen” für Möwen"),
        ("koi8-r", "", "text/xml; charset=koi8-r", "Порт открыт"),
        ("windows-1251", "windows-1251", "text/xml", "Порт открыт"),
        ("gb18030", "gb2312", "", "港口重新开放"),
        ("iso-2022-jp", "ISO-2022-JP", "", "港が再開"),
        ("shift_jis", "Shift_JIS", "", "港が再開"),
        ("utf-16", "utf-16", "", "Порт открыт"),
        ("utf-16-le", "", "", "Hafen für Möwen"),
        ("utf-32", "", "", "Hafen"),
    ],
)
def test_bytes_become_the_words_that_were_meant_whatever_the_feed_says_of_itself(encoding, said, media, words):
    declared = f' encoding="{said}"' if said else ""
    text = RSS.replace(' encoding="UTF-8"', declared).replace("{}", item(f"{words}.", title=words))
    (issue,) = read(text.encode(encoding), media=media)
    assert (issue.title, issue.articles[0].text) == (words, f"{words}.")


def test_an_excerpt_cut_within_a_letter_spoils_no_other_item():
    data = RSS.replace("{}", item("Möwen.") + item("Cut h", title="Cut")).encode().replace(b"Cut h", b"Cut h\xc3")
    assert read(data)[0].articles[0].text == "Möwen."


def test_text_in_no_known_encoding_is_an_error():
    with pytest.raises(SourceError, match="neither UTF-8 nor what it says"):
        read(RSS.replace("{}", item("x" * 20)).encode().replace(b"x", b"\xc3\x28"))


@pytest.mark.parametrize(
    "junk", ["\0", "\x0b", "&#0;", "&#xD800;", "&#99999999999999999999;", "&nbsp;", "&nope;", "\n\n"]
)
def test_characters_that_no_xml_may_hold_cost_no_item(junk):
    found = read("\n" + RSS.replace("{}", ITEM.replace("Nine", f"Nine{junk}") + item("b")))
    assert [issue.title for issue in found] == ["The ferry runs again", "Title"]


@pytest.mark.parametrize("end", ["</item>", "</title>", "<description>Nine weeks it lay", "</channel>"])
def test_a_feed_that_breaks_off_is_never_read_by_half(end):
    whole = RSS.replace("{}", ITEM * 2)
    cut = whole[: whole.rindex(end) + len(end)].removesuffix("</channel>")
    with pytest.raises(SourceError, match="breaks off in the middle"):
        read(cut)


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("<!DOCTYPE html><html><p>Hello</p></html>", "it is a web page and no feed; write `url:`"),
        ("<!-- x --> <html></html>", "it is a web page"),
        ("", "it is no feed"),
        ("Hello", "it is no feed"),
        ("<svg xmlns='http://www.w3.org/2000/svg'/>", "it is no feed"),
    ],
)
def test_what_is_no_feed_is_an_error_with_the_cure(words, why):
    with pytest.raises(SourceError, match=why):
        read(words)


def test_a_feed_without_items_yet_has_no_issues():
    assert rss() == ()


LAUGHS = '<!DOCTYPE r [<!ENTITY a "ha"><!ENTITY b "{}">{}]>'.format(
    "&a;" * 50, "".join(f'<!ENTITY {chr(c)} "{f"&{chr(c - 1)};" * 50}">' for c in range(99, 110))
)
N = 100_000


@pytest.mark.parametrize(
    "words",
    [
        LAUGHS + RSS.split("?>")[1].replace("{}", item("x").replace("Title", "&m;")),
        '<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
        + RSS.split("?>")[1].replace("{}", "<item><title>&x;</title></item>"),
        RSS.replace("{}", "<a>" * N + "</a>" * N),
        RSS.replace("{}", "<a>" * N),
        RSS.replace("{}", "<item>" * N),
        RSS.replace("{}", item("<div>" * N)),
        RSS.replace("{}", f"<item><author>{'a' * N}</author></item>"),
        RSS.replace("{}", f"<item><author>{'a' * 500}<![CDATA[{'a' * N}]]></author></item>"),
        RSS.replace("{}", f"<item><title>{'&#65;' * N}</title></item>"),
        RSS.replace("{}", f"<item><title>{'&' * N}</title></item>"),
        RSS.replace("{}", item("".join(f"<a href='https://a.example/{n}'>x</a> " for n in range(N // 10)))),
        RSS.replace("{}", "<item" + " a='1'" * N + "/>"),
        "<" * N,
        "<![CDATA[" * N,
        "<!--" * N,
        "<!DOCTYPE " * N,
        "<a" + " " * N,
        "<" + "a:" * N,
        "&#" * N,
    ],
    ids=range(19),
)
def test_no_bomb_takes_long_or_reads_a_file(words):
    began = time.process_time()
    with suppress(SourceError):
        assert "root:" not in str(read(words))[:N]
    assert time.process_time() - began < 5


def test_a_feed_with_more_items_than_any_newsletter_is_an_error():
    with pytest.raises(SourceError, match="more than 50000 items"):
        read(RSS.replace("{}", "<item/>" * 50_001))


PIECES = st.sampled_from(
    [
        "<item>",
        "</item>",
        "<entry>",
        "</entry>",
        "<rss>",
        "</rss>",
        "<feed xmlns='http://www.w3.org/2005/Atom'>",
        "</feed>",
        "<title>",
        "</title>",
        "<title type='xhtml'>",
        "<content type='application/x' mode='base64'>",
        "</content>",
        "<link>",
        "<link href='http://[x'/>",
        "</link>",
        "<guid>",
        "</guid>",
        "<pubDate>",
        "</pubDate>",
        "2026-99-99",
        "0001-01-01T00:00+23:59",
        "<enclosure url='http://[::1' type='image/png'/>",
        "<media:player>",
        "<media:content url='a'/>",
        "<georss:where>",
        "<textinput>",
        "<author>",
        "</author>",
        "<name>",
        "a@b.c",
        "<category term=''/>",
        "<description>",
        "</description>",
        "<![CDATA[",
        "]]>",
        "<!--",
        "-->",
        "&#0;",
        "&#xD800;",
        "&#99999999999;",
        "&lt;",
        "&x;",
        "<",
        ">",
        "&",
        "\x00",
        "\ud800",
        "漢字",
        "word ",
        "<p>",
        "<pre>",
        "<x xml:base='http://['>",
        "</x>",
        "<image>",
        "<psc:chapters>",
        "<source>",
        "<h2>",
        "<li><a href='http://['>",
        "<?xml version='1.0' encoding='é'?>",
    ]
)


def sound(data):
    with suppress(SourceError):
        found = read(data, url="https://a.example/feed")
        assert len({issue.id for issue in found}) == len(found)
        for issue in found:
            assert issue.title
            assert issue.how
            assert len(issue.articles) > 0
            for article in issue.articles:
                assert article.headline
                assert article.url is None or article.url.startswith(("http://", "https://"))


@given(st.binary())
def test_no_bytes_raise_anything_but_a_source_error(data):
    sound(data)
    sound(b"{" + data)


@given(st.lists(PIECES, max_size=40), st.booleans())
def test_no_tangle_of_markup_raises_anything_but_a_source_error(pieces, framed):
    body = "".join(pieces)
    sound((RSS.replace("{}", body) if framed else body).encode("utf-8", "surrogatepass"))


KEYS = ["id", "url", "title", "content_html", "content_text", "authors", "name", "tags", "image", "attachments"]
ANY = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=5)
    | st.sampled_from(["http://[", "/a", "2026-01-01", "\ud800"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner),
    max_leaves=12,
)


@given(ANY)
def test_no_json_raises_anything_but_a_source_error(value):
    sound(
        json.dumps(
            {"version": "https://jsonfeed.org/version/1", "items": [value], "authors": value, "title": value}
        ).encode()
    )


@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared newsletters are not here")
@pytest.mark.parametrize(("name", "count"), [("heise.atom", 15), ("inessential.json", 20)])
def test_real_feeds_have_as_many_issues_as_were_counted_by_hand(name, count):
    found = feed.read(Document(name, (SHARED / name).read_bytes()))
    assert len(found) == count
    assert all(len(issue.articles) == 1 for issue in found)


def test_reading_a_feed_asks_the_network_for_nothing(monkeypatch):
    def refuse(*_, **__):
        raise AssertionError("the network was asked")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    assert rss(ITEM)
    with pytest.raises(SourceError):
        read("https://harbour.example/feed.xml")


def test_a_feed_at_which_the_parser_itself_fails_is_an_error_with_the_cure():
    with pytest.raises(SourceError, match="so broken that nothing can be made of it; look at it in a browser"):
        read('<rss xmlns:media="http://search.yahoo.com/mrss/"><channel><item></media:player></item></channel></rss>')
