"""How a post's text is cut into live pieces."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from sharebot.sandbox.rich import addresses, stretches
from sharebot.sandbox.store import Entry

TEXTS = st.text(st.sampled_from("a.@#/:🎉 é字$") | st.characters(exclude_categories=["Cs"]), max_size=60)


def entry(network: str, text: str, facets=()) -> Entry:
    return Entry(network, "demo", "1", 0.0, text, record={"facets": list(facets)})


def facet(start: int, end: int, uri: str) -> dict[str, Any]:
    feature = {"$type": "app.bsky.richtext.facet#link", "uri": uri}
    return {"index": {"byteStart": start, "byteEnd": end}, "features": [feature]}


@given(st.sampled_from(["x", "mastodon", "bluesky"]), TEXTS | TEXTS.map("see https://example.com/{0} #a".format))
def test_the_pieces_one_after_the_other_are_the_text(network, text):
    assert "".join(piece.text for piece in stretches(entry(network, text))) == text


def test_a_hashtag_inside_an_address_is_part_of_the_address():
    assert addresses(entry("mastodon", "https://example.com/?#part")) == ["https://example.com/?#part"]


def test_facets_that_overlap_are_drawn_once():
    post = entry("bluesky", "one two", [facet(4, 7, "https://b.example/"), facet(0, 5, "https://a.example/")])
    assert [(piece.text, piece.href) for piece in stretches(post)] == [("one t", "https://a.example/"), ("wo", "")]


def test_a_feature_that_nobody_knows_is_plain_text():
    known = facet(0, 3, "https://a.example/")
    known["features"][0]["$type"] = "app.bsky.richtext.facet#sparkle"
    assert addresses(entry("bluesky", "one two", [known])) == []


def test_x_links_a_domain_once_with_or_without_a_scheme():
    post = entry("x", "example.com and https://example.com/a #b http://example.org.")
    assert addresses(post) == ["https://example.com", "https://example.com/a", "http://example.org"]
