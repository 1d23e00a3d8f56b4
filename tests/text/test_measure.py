import json
import unicodedata
from pathlib import Path

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from sharebot.model import Length, Measure
from sharebot.text.measure import (
    graphemes,
    limited,
    measure_bluesky,
    measure_code_points,
    measure_mastodon,
    measure_utf8,
    measure_utf16,
    measure_x,
)
from sharebot.text.tables import TLDS_NOW, TLDS_OF_TWITTER_TEXT

CASES = Path(__file__).parents[2] / "../shared/cases"
COUNTERS: list[Measure] = [
    measure_x,
    measure_mastodon,
    measure_bluesky,
    measure_code_points,
    measure_utf16,
    measure_utf8,
]
FAMILY = "👨\u200d👩\u200d👧\u200d👦"


def shared(name):
    file = CASES / name
    if not file.exists():
        pytest.skip("the public conformance cases lie beside the checkout only where the project is developed")
    return json.loads(file.read_text(encoding="utf-8"))["cases"]


def as_v3(case):
    """The oldest cases know no emoji: there each code point beyond the light ranges weighs 2, each joiner 1."""
    if case["config"] == "v3":
        return case["expected"]["weightedLength"]
    sequences = regex.findall(r"\p{Emoji}\p{EMod}?(?:\u200d\p{Emoji}\p{EMod}?)+|\p{Emoji}\p{EMod}", case["text"])
    joined = sum(2 * len(one.replace("\u200d", "")) + one.count("\u200d") - 2 for one in sequences)
    return case["expected"]["weightedLength"] - joined


def test_all_public_cases_for_x_are_counted_as_x_does():
    for case in shared("x_weighted_length.json"):
        counted = measure_x(case["text"])
        assert (counted.length, counted.fits) == (as_v3(case), case["expected"]["valid"]), case["description"]


def test_all_public_cases_for_mastodon_are_counted_as_mastodon_does():
    for case in shared("mastodon_length.json"):
        assert measure_mastodon(case["text"]).length == case["length"], case["text"]
        assert measure_mastodon(case["text"], "what").length == case["length"] + 4, case["text"]


def test_all_public_cases_for_bluesky_are_counted_as_bluesky_does():
    for case in shared("bluesky_length.json"):
        assert measure_bluesky(case["text"]).length == case["graphemes"], case["text"]


def test_every_counter_is_a_measure():
    assert [count("abc", "de", 4).fits for count in COUNTERS] == [False] * 6
    assert [count("abc", "de", 5).fits for count in COUNTERS] == [True] * 6
    assert [count("abc").limit for count in COUNTERS] == [280, 500, 300, 4096, 2000, 4096]
    assert [count("abc", limit=0).fits for count in COUNTERS] == [False] * 6


@pytest.mark.parametrize(
    ("text", "code_points", "utf16", "utf8"),
    [
        ("", 0, 0, 0),
        ("plain", 5, 5, 5),
        ("e\u0301é", 3, 3, 5),
        ("“日本”", 4, 4, 12),
        ("𝐚", 1, 2, 4),
        (FAMILY, 7, 11, 25),
        ("🇫🇷", 2, 4, 8),
        ("\ud83d", 1, 1, 3),
        ("https://example.com/a", 21, 21, 21),
    ],
)
def test_the_plain_counters_count_code_points_utf16_and_utf8(text, code_points, utf16, utf8):
    counts = (measure_code_points, measure_utf16, measure_utf8)
    assert tuple(count(text, limit=9).length for count in counts) == (code_points, utf16, utf8)
    assert tuple(count("", text, 9).length for count in counts) == (code_points, utf16, utf8)


@pytest.mark.parametrize("count", COUNTERS)
def test_a_counter_can_have_another_usual_limit(count):
    other = limited(count, 4)
    assert other("abcde") == Length(5, 4, fits=False)
    assert other("abc", "d").fits
    assert other("abcde", limit=5) == Length(5, 5, fits=True)


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("plain", 5),
        ("e\u0301", 1),
        ("“Well” — it’s", 13),
        ("…", 2),
        ("€5", 3),
        ("新聞", 4),
        ("नमस्ते", 6),
        ("한국", 4),
        ("👍", 2),
        ("👍🏽", 2),
        (FAMILY, 2),
        ("🕵\ufe0f\u200d♀\ufe0f", 2),
        ("🏴\u200d☠\ufe0f", 2),
        ("1\ufe0f\u20e3", 2),
        ("©", 1),
        ("©\ufe0f", 2),
        ("🇫🇷🇪🇺", 4),
        ("🇫🇫", 4),
        ("🇦🇫🇷", 4),
        ("🏴\U000e0067\U000e0062\U000e0077\U000e006c\U000e0073\U000e007f", 2),
        ("☝\ufe0e🏽", 6),
    ],
)
def test_x_weighs_scripts_and_emoji(text, length):
    assert measure_x(text).length == length


@pytest.mark.parametrize("emoji", ["🙂\u200d↔\ufe0f", "🧑\u200d🩰", "🥷🏽"])
def test_an_emoji_newer_than_the_tables_of_x_counts_its_parts(emoji):
    assert measure_x(emoji).length > 2


@pytest.mark.parametrize(
    "link",
    [
        "https://news.example.org/a/very/long/path?with=a&query=1#and-a-fragment",
        "http://t.co/abc",
        "HTTPS://EXAMPLE.COM",
        "example.com",
        "example.com/path",
        "example.co.uk:8080/path?x=1",
        "https://例え.みんな/",
        "https://пример.рф/путь",
        "https://foo_bar.example.com",
        "xn--e1afmkfd.xn--p1ai",
        "https://xn--e1afmkfd.xn--p1ai/a",
        "https://en.wikipedia.org/wiki/Primer_(film)",
        "https://example.com/@user/1",
        "example.abarth",
    ],
)
def test_a_link_counts_23_on_x(link):
    assert measure_x(link).length == 23
    assert measure_x(f"See {link}, please").length == 4 + 23 + 8


@pytest.mark.parametrize(
    "text",
    [
        "node.js",
        "U.S.",
        "3.14",
        "Yes.Then",
        "example.comet",
        "foo.txt",
        "example.com@",
        "me@example.com",
        "-a.com",
        "a-.com",
        "foo_bar.com",
        "../example.com",
        "https://localhost/a",
        "http://127.0.0.1:8000",
        f"{'a' * 64}.com",
        f"http://{'a' * 64}.com",
        f"https://example.com/{'a' * 4090}",
        f"https://t.co/{'a' * 41}",
    ],
)
def test_what_only_looks_like_a_link_counts_in_full_on_x(text):
    assert measure_x(text).length == len(text)


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("example.com?x=1", 23 + 4),
        ("日本example.com/a", 4 + 23),
        ("émile.com", 1 + 23),
        ("xémile.com", 23),
        ("例.example.com.例.co.jp", 2 + 1 + 23 + 1 + 2 + 1 + 23),
        ("😀.example.com", 2 + 1 + 23),
        ("#😀.example.com", 1 + 2 + 1 + 23),
        ("a.co/😀.example.com", 23 + 2 + 1 + 23),
        ("http://t.co/abc/more", 23 + 5),
        ("https://example.com/a.)", 23 + 2),
        ("https://example.com/(a", 23 + 2),
        ("https://example.com/a(b(c)d)", 23),
        ("https://example.com/a!(b)", 23 + 4),
        ("https://example.com/a!(b)c", 23),
        ("a\ua7dc.co", 23),
        ("1.भारत.🇫🇷.org/=", 23 + 2 + 2 + 6),
        ("example.com日本", 23 + 4),
        ("http://日本.com日本", 23 + 4),
        ("日.みんな", 2 + 1 + 6),
        ("https://xn--日.com", 18),
        (f"http://{'日' * 60}.com", 7 + 120 + 4),
        ("例。example.com/a", 2 + 2 + 23),
        ("भारत.भारतम्", 11),
        ("http://भारत.भारतम्", 23),
    ],
)
def test_x_finds_links_where_twitter_text_does(text, length):
    assert measure_x(text).length == length


def test_a_domain_that_only_the_newer_table_knows_takes_the_larger_count():
    assert "kids" in TLDS_NOW - TLDS_OF_TWITTER_TEXT
    assert measure_x("https://a.kids").length == 23
    assert measure_x("https://story.kids/" + "a" * 30).length == 49


@pytest.mark.parametrize("bad", ["\ufeff", "\ufffe", "\uffff"])
def test_a_character_that_x_refuses_does_not_fit(bad):
    assert measure_x(f"a{bad}b") == Length(4, 280, fits=False)


def test_an_empty_post_does_not_fit_on_x():
    assert not measure_x("").fits


def test_x_fits_up_to_its_limit():
    assert measure_x("a" * 257 + "https://example.org/long/path/to/it").length == 257 + 35
    assert measure_x("a" * 256 + " https://example.org/long/path/to/it").fits
    assert not measure_x("a" * 257 + " https://example.org/long/path/to/it").fits


@pytest.mark.parametrize(
    ("text", "length"),
    [
        (f"{FAMILY}\r\n", 2),
        ("see https://news.example.org/" + "a" * 60, 27),
        ("https://例え.みんな/道?問=答", 23 + 5),
        ("https://example.com/a?b=", 23),
        ("https://example.com/x=", 23 + 1),
        ("gemini://example.com/" + "a" * 30, 51),
        ("example.com", 11),
        ("hi @ann@social.example!", 8),
        ("@ann.lee@social.example", 8),
        ("me@social.example", 17),
        ("/@ann@social.example", 20),
        ("@ann@social.example@x", 21),
        ("https://social.example/@ann@other.example", 41),
        ("https://example.com/@ann@other.example", 23),
        (f"https://{'a.' * 130}com", 8 + 263),
        (f"https://{'a' * 64}.com", 8 + 68),
        ("https://example.com/" + "a" * 4077, 4097),
        ("https://example.com/" + "a" * 4076, 23),
    ],
)
def test_mastodon_counts_links_and_mentions_short(text, length):
    assert measure_mastodon(text).length == length


def test_a_server_of_mastodon_may_count_links_otherwise():
    text = "https://example.com/" + "a" * 99 + " and https://example.org"
    assert measure_mastodon(text, url_length=30).length == 30 + 5 + 30
    assert measure_mastodon(text, url_length=0).length == 5


def test_a_content_warning_shares_the_limit_of_mastodon():
    assert measure_mastodon("a" * 490, "b" * 10).fits
    assert not measure_mastodon("a" * 490, "b" * 11).fits


def test_bluesky_has_two_limits():
    assert measure_bluesky("a" * 300).fits
    assert not measure_bluesky("a" * 301).fits
    assert measure_bluesky(FAMILY * 120).fits
    too_heavy = measure_bluesky(FAMILY * 121)
    assert (too_heavy.length, too_heavy.fits) == (121, False)


def test_a_link_counts_in_full_on_bluesky():
    assert measure_bluesky("https://example.org/path").length == 24


@given(st.text())
def test_graphemes_lose_nothing(text):
    assert "".join(graphemes(text)) == text


@given(st.text(alphabet=st.one_of(st.characters(), st.sampled_from(".-_/:@#()?ahtpscom日é\u200d\ufe0f👨🇫🇷"))))
def test_any_text_can_be_measured(text):
    for measure in COUNTERS:
        assert measure(text).length >= 0


@given(st.text(alphabet="abc .,!日é👍\n", max_size=80), st.text(alphabet="abc日é👍", max_size=20))
def test_a_longer_text_without_links_is_never_shorter(text, more):
    for measure in COUNTERS:
        assert measure(f"{text} {more}").length >= measure(text).length


@pytest.mark.parametrize(("row", "pairs"), [("🇫" * 7, 4), ("a🇫🇷🇫🇷b", 4), ("🇫🇷\u0301🇫\u200d🇷", 3), ("\u0600🇫🇷🇫🇷🇫", 3)])
def test_flags_are_taken_in_pairs_from_the_start_of_their_row(row, pairs):
    assert graphemes(row) == regex.findall(r"\X", row)
    assert len(graphemes(row)) == pairs


def test_a_heap_of_marks_in_no_order_is_composed_as_in_order():
    heap = "a" + "\u0327\u0301\u0323" * 20 + "\u0344\u0903" + "\u0301\u0323" * 20
    assert measure_x(heap) == measure_x(unicodedata.normalize("NFC", heap))
    assert measure_x("é" + heap + "e\u0301").length == measure_x(heap).length + 2
