import time
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sharebot.text.links import canonical, clean, hashtags, urls, whole, with_utm
from sharebot.text.measure import URL_LENGTH, measure_mastodon, measure_x

PIECES = st.lists(
    st.sampled_from(["a", "B", "é", "日", "%c3", "%", "/", "//", "?", "&", "&&", "=", "#", "#/r", ".", ":80", ";", "+"])
    | st.sampled_from(["utm_source=x", "UTM_Medium=", "fbclid=1", "utm_", "id=3", "mc_eid", ":~:text=a", "@", " ", "("])
    | st.text(max_size=3),
    max_size=10,
).map("".join)
URLS = st.builds(
    "{}{}{}".format,
    st.sampled_from(["https://", "http://", "HTTP://"]),
    st.sampled_from(
        ["example.org", "Example.ORG:443", "пример.рф", "u:p@a.b:8080", "[::1]", "a..b", "x:80:80", "ß.de"]
    ),
    st.one_of(st.just(""), PIECES.map("/".__add__), PIECES.map("?".__add__), PIECES.map("#".__add__)),
).map(str.strip)
PARAMS = st.dictionaries(
    st.sampled_from(["source", "medium", "campaign", "content", "Term", "utm_source", "a b"]), st.text(max_size=5)
)


def found(text):
    return [span.text for span in urls(text)]


def tags(text):
    return [span.text for span in hashtags(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("See https://a.example/b.", ["https://a.example/b"]),
        ("(https://a.example/b)", ["https://a.example/b"]),
        ("(see https://en.wikipedia.org/wiki/Primer_(film)).", ["https://en.wikipedia.org/wiki/Primer_(film)"]),
        ("[text](https://a.example/b)and", ["https://a.example/b"]),
        ("“https://a.example/b?c=d,” she said", ["https://a.example/b?c=d"]),
        ("https://a.example/b’s", ["https://a.example/b"]),
        ("https://a.example/b—c", ["https://a.example/b"]),
        ("https://a.example/b…", ["https://a.example/b"]),
        ("<https://a.example/b>", ["https://a.example/b"]),
        ("参见https://例え.みんな/道，再见", ["https://例え.みんな/道"]),
        ("HTTP://A.EXAMPLE http://localhost:8000/x!", ["HTTP://A.EXAMPLE", "http://localhost:8000/x"]),
        ("https://[2001:db8::1]:80/a?", ["https://[2001:db8::1]:80/a"]),
        ("https://a.example/#/route?x={1}", ["https://a.example/#/route?x={1}"]),
        ("https://a.example/b\u200bc", ["https://a.example/b"]),
        ("https:// https://. http:/a xhttps://a.example ftp://a.example a.example", []),
    ],
)
def test_an_address_ends_where_its_sentence_goes_on(text, expected):
    assert found(text) == expected


@given(st.text(alphabet=st.one_of(st.characters(), st.sampled_from("htps:/.()[]{},;!?#“”日 "))) | PIECES, URLS)
def test_what_was_found_stands_where_it_was_found(text, url):
    whole = f"{text} {url} {text}"
    for find in (urls, hashtags):
        at = 0
        for start, end, piece in find(whole):
            assert at <= start < end <= len(whole)
            assert whole[start:end] == piece
            at = end


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://example.com/a_(b)?c=d&e#f", "https://example.com/a_(b)?c=d&e#f"),
        ("https://example.com/港?a=ü", "https://example.com/%E6%B8%AF?a=%C3%BC"),
        ('https://example.com/a "b', "https://example.com/a%20%22b"),
        ("https://example.com/x)y.", "https://example.com/x%29y%2E"),
        ("https://example.com/p?!", "https://example.com/p?%21"),
        ("https://example.com/p?", "https://example.com/p"),
        ("https://example.com#3", "https://example.com/#3"),
        ("ftp://example.com/a b", "ftp://example.com/a b"),
    ],
)
def test_an_address_is_escaped_where_a_network_would_see_its_end(url, expected):
    assert whole(url, marked=False) == expected


def test_a_long_address_in_a_foreign_script_is_escaped_in_no_time():
    begun = time.monotonic()
    assert whole("https://example.com/" + "港" * 2000, marked=False).endswith("%E6%B8%AF" * 2000)
    assert time.monotonic() - begun < 1


def test_where_the_sender_marks_the_link_only_what_ends_any_link_is_escaped():
    assert whole("https://example.com/港 a", marked=True) == "https://example.com/港%20a"


@given(PIECES.map("https://example.com/".__add__))
def test_a_whole_address_is_one_link_to_every_network(url):
    found = whole(url, marked=False)
    assert [span.text for span in urls(found)] == [found]
    assert measure_x(found).length == measure_mastodon(found).length == URL_LENGTH
    assert whole(found, marked=False) == found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("#one, (#two) #THREE.", ["#one", "#two", "#THREE"]),
        ("#日本語、#العربية #नमस्ते", ["#日本語", "#العربية", "#नमस्ते"]),
        ("＃wide #3d #2026 #_ #a_b #a·b·", ["＃wide", "#3d", "#a_b", "#a·b"]),
        ("a#b &#39; ##c #️⃣ #c++ # d", ["#c"]),
        ("https://a.example/?q=(#no) https://a.example/#no /#no", []),
    ],
)
def test_hashtags_are_words_in_any_script(text, expected):
    assert tags(text) == expected


@pytest.mark.parametrize(
    ("url", "cleaned"),
    [
        ("https://a.example/b?utm_source=x&UTM_Medium=y#3", "https://a.example/b#3"),
        ("https://a.example/b?id=1&utm_source=x&b=%20é&mc_eid=9", "https://a.example/b?id=1&b=%20é"),
        ("https://a.example/?fbclid=1&&x", "https://a.example/?&x"),
        ("https://a.example/?", "https://a.example/?"),
        ("https://a.example/?a=1&&b", "https://a.example/?a=1&&b"),
        (
            "https://a.example/?ref=home&source=rss&id=utm_source",
            "https://a.example/?ref=home&source=rss&id=utm_source",
        ),
        ("https://a.example/#?utm_source=x", "https://a.example/#?utm_source=x"),
        ("https://a.example/?to=https%3A%2F%2Fb.example%2F%3Futm_source%3Dx", None),
    ],
)
def test_cleaning_takes_tracking_and_nothing_else(url, cleaned):
    assert clean(url) == (cleaned or url)


@given(URLS | st.text())
def test_cleaning_twice_is_cleaning_once(url):
    assert clean(clean(url)) == clean(url)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("http://Example.org:80/", "https://example.org"),
        ("https://example.org:443/a/?utm_source=x", "https://example.org/a"),
        ("https://example.org./a?", "https://example.org/a#"),
        ("https://пример.рф/é", "https://xn--e1afmkfd.xn--p1ai/%c3%a9"),
        ("https://example.org/a#:~:text=word", " https://example.org/a\n"),
        ("https://example.org/?a=1&fbclid=2&b=3", "https://example.org?a=1&&b=3"),
    ],
)
def test_two_ways_to_write_a_page_have_one_identity(one, other):
    assert canonical(one) == canonical(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://example.org/7#1", "https://example.org/7#2"),
        ("https://example.org/#/a", "https://example.org/#/b"),
        ("https://example.org/A", "https://example.org/a"),
        ("https://example.org/?a=1&b=2", "https://example.org/?b=2&a=1"),
        ("https://example.org:8080/", "https://example.org/"),
        ("https://example.org:8443/", "https://example.org:8080/"),
        ("https://example.org/%2F", "https://example.org//"),
    ],
)
def test_two_pages_have_two_identities(one, other):
    assert canonical(one) != canonical(other)


def test_what_is_no_web_address_is_its_own_identity():
    assert canonical(" mailto:a@b.example ") == "mailto:a@b.example"


@given(URLS | st.text())
def test_an_identity_is_its_own_identity(url):
    assert canonical(canonical(url)) == canonical(url)


def test_campaign_parameters_are_added_before_the_fragment():
    added = with_utm("https://a.example/b?c=d&utm_medium=mail#3", {"source": "x & y", "medium": "social", "term": ""})
    assert added == "https://a.example/b?c=d&utm_medium=mail&utm_source=x%20%26%20y#3"


@pytest.mark.parametrize(
    ("url", "added"),
    [
        ("https://a.example", "https://a.example?utm_source=s"),
        ("https://a.example/?", "https://a.example/?utm_source=s"),
        ("https://a.example/?b&", "https://a.example/?b&utm_source=s"),
        ("https://a.example/#/r?x", "https://a.example/?utm_source=s#/r?x"),
        ("https://a.example/?UTM_Source=", "https://a.example/?UTM_Source="),
        ("mailto:a@b.example", "mailto:a@b.example"),
    ],
)
def test_a_campaign_never_breaks_an_address(url, added):
    assert with_utm(url, {"source": "s"}) == with_utm(url, {"utm_source": "s"}) == added


@given(URLS, PARAMS)
def test_a_campaign_is_added_once(url, params):
    assert with_utm(with_utm(url, params), params) == with_utm(url, params)


@given(URLS, PARAMS)
def test_a_campaign_changes_no_other_byte(url, params):
    added = with_utm(url, params)
    body, mark, fragment = url.partition("#")
    assert added.startswith(body)
    assert added.endswith(mark + fragment)


@given(URLS, PARAMS)
def test_a_campaign_does_not_change_the_identity(url, params):
    assert canonical(with_utm(url, params)) == canonical(url)


@given(st.text())
def test_a_campaign_keeps_its_value(value):
    query = urlsplit(with_utm("https://a.example/", {"source": value})).query
    assert parse_qsl(query) == ([("utm_source", value)] if value else [])


@pytest.mark.parametrize("piece", ["https://", "https://a.b/(", "https://a.b/)", "#1", "(", "https://a.b/c)", "#a·"])
def test_a_hostile_text_of_100_kb_takes_no_longer_than_it_is_long(piece):
    text = piece * (100_000 // len(piece)) + " https://a.b/" + piece * (100_000 // len(piece))
    begun = time.process_time()
    urls(text)
    hashtags(text)
    assert time.process_time() - begun < 2
