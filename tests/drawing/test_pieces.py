"""How a post's text is cut at what is live in it."""

import pytest

from sharebot.drawing.pieces import Mark, autolinked, cut, from_facets, is_web
from sharebot.model import Facet


def test_facets_count_bytes_and_the_pieces_are_whole_characters():
    text = "Ça va: https://news.example/é #été"
    data = text.encode()
    start, tag = data.index(b"https"), data.index(b"#")
    facets = (Facet("link", start, tag - 1, "https://news.example/e"), Facet("tag", tag, len(data), "été"))
    pieces = cut(text, from_facets(text, facets))
    assert [(piece.kind, piece.text, piece.href) for piece in pieces] == [
        ("text", "Ça va: ", ""),
        ("link", "https://news.example/é", "https://news.example/e"),
        ("text", " ", ""),
        ("tag", "#été", ""),
    ]


def test_addresses_tags_and_mentions_are_live_by_themselves():
    pieces = cut("@ann see https://news.example/a #b", autolinked("@ann see https://news.example/a #b"))
    assert [(piece.kind, piece.text) for piece in pieces if piece.kind != "text"] == [
        ("mention", "@ann"),
        ("link", "https://news.example/a"),
        ("tag", "#b"),
    ]


def test_what_leads_nowhere_on_the_web_is_plain():
    assert [piece.kind for piece in cut("click", [Mark(0, 5, "link", "javascript:alert(1)")])] == ["text"]


def test_a_long_address_is_shown_cut_and_without_its_scheme():
    (piece,) = cut(address := "https://www.news.example/" + "a" * 40, autolinked(address))
    assert piece.shown == "news.example/" + "a" * 17 + "…"


@pytest.mark.parametrize(
    ("url", "web"),
    [
        ("https://example.com/", True),
        ("HTTP://example.com", True),
        ("javascript:alert(1)", False),
        ("data:text/html,hi", False),
        ("https:///nowhere", False),
        ("http://[::1", False),
        ("//example.com", False),
        ("", False),
    ],
)
def test_only_http_with_a_host_is_a_web_address(url, web):
    assert is_web(url) is web
