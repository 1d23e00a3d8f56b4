import pytest

from sharebot.text import links
from sharebot.text.template import fill, inert, plain, unknown_fields

LINK = "https://news.example.com/7?a=b_c#d"


def test_empty_fields_vanish_with_the_space_they_leave():
    template = "{headline}\n\n{summary}\n\n{link} {hashtags}"
    assert fill(template, {"headline": "H", "link": LINK}) == f"H\n\n{LINK}"
    assert fill(template, {"headline": "H", "hashtags": "#Tag"}) == "H\n\n#Tag"
    assert fill(template, {}) == ""


def test_a_value_is_never_read_as_a_template():
    assert (
        fill("{headline} {link}", {"headline": "{link} {0.__class__}", "link": LINK})
        == f"{{link}} {{0.__class__}} {LINK}"
    )


def test_an_unknown_field_is_an_error_that_names_the_cure():
    assert unknown_fields("{headline} {sumary} {link.url} {sumary}") == ["sumary", "link.url"]
    with pytest.raises(ValueError, match=r"no field \{sumary\}: choose from headline, summary"):
        fill("{sumary}", {})


@pytest.mark.parametrize(
    "template", ["{link}{hashtags}", "see{link}now", "{link}/more", "{link} and {link}", "（{link}）", "{link}。"]
)
def test_nothing_sticks_to_the_link_and_it_comes_once(template):
    text = fill(template, {"link": LINK, "hashtags": "#Tag"})
    assert [span.text for span in links.urls(text)] == [LINK]


@pytest.mark.parametrize(
    "text", ["@ann", "said @ann.", "（@ann）", "#news", "#1st", "(#新闻", "$AAPL", "buy $TSLA!", "＃tag", "＠ann"]
)
def test_what_would_ping_or_tag_is_made_inert_without_a_visible_change(text):
    assert inert(text) != text
    assert inert(text).replace("\u2060", "") == text
    assert links.hashtags(inert(text)) == ()


@pytest.mark.parametrize(
    "text",
    [
        "ann@news.example",
        "C# and F#",
        "#1",
        "$5",
        "US$m",
        "a @ b",
        "https://a.example/@ann/#top",
        "blog.example.com/@ann",
        "example.com",
    ],
)
def test_what_no_network_links_stays_as_it_is(text):
    assert inert(text) == text


def test_a_value_is_one_line_without_a_second_link():
    assert plain(f" A \n\t b\0 {LINK} ", LINK) == "A b"
