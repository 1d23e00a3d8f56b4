"""What may stand in a Bluesky post."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sharebot.sandbox.lexicon import read_post

FAMILY = "👨‍👩‍👧‍👧"


def record(text="Hello", **more):
    return {"$type": "app.bsky.feed.post", "text": text, "createdAt": "2026-11-24T09:00:00.000Z", **more}


def facet(start, end, **feature):
    link = {"$type": "app.bsky.richtext.facet#link", "uri": "https://news.example/1"}
    return {"index": {"byteStart": start, "byteEnd": end}, "features": [feature or link]}


@pytest.mark.parametrize("text", ["", "x" * 300, FAMILY * 120, "नमस्ते" * 100])
def test_300_graphemes_and_3000_bytes_are_taken(text):
    assert read_post(record(text)).text == text


def test_301_graphemes_are_too_many():
    with pytest.raises(ValueError, match="grapheme too big"):
        read_post(record("x" * 301))


def test_3001_bytes_are_too_many_however_few_the_graphemes():
    assert len((FAMILY * 120).encode()) == 3000
    with pytest.raises(ValueError, match="string too big"):
        read_post(record(FAMILY * 120 + "x"))


@pytest.mark.parametrize(
    "at", ["2026-11-24T09:00:00Z", "2026-11-24T09:00:00.123456+01:00", "1999-12-31T23:59:59.9-05:30"]
)
def test_a_time_with_a_zone_is_taken(at):
    assert read_post(record(createdAt=at)).created_at == at


@pytest.mark.parametrize(
    "at",
    ["2026-11-24T09:00:00", "2026-11-24", "yesterday", "2026-13-24T09:00:00Z", "2026-11-24T09:00:00-00:00", 5, None],
)
def test_a_time_without_a_zone_is_refused(at):
    with pytest.raises(ValueError, match="createdAt"):
        read_post(record(createdAt=at))


@pytest.mark.parametrize("langs", [["en"], ["pt-BR", "zh-Hant", "i-default"], []])
def test_three_languages_are_taken(langs):
    assert read_post(record(langs=langs)).langs == langs


@pytest.mark.parametrize("langs", [["en", "de", "fr", "it"], ["english!"], ["e"], "en", [5]])
def test_a_fourth_or_strange_language_is_refused(langs):
    with pytest.raises(ValueError, match="langs"):
        read_post(record(langs=langs))


@given(st.text(max_size=40), st.integers(-5, 200), st.integers(-5, 200))
def test_a_facet_is_taken_exactly_when_its_bytes_are_characters_of_the_text(text, start, end):
    data = text.encode()
    try:
        whole = 0 <= start < end <= len(data) and all(part.decode() is not None for part in (data[:start], data[:end]))
    except UnicodeDecodeError:
        whole = False
    try:
        read_post(record(text, facets=[facet(start, end)]))
        taken = True
    except ValueError:
        taken = False
    assert taken == whole


@pytest.mark.parametrize(
    "feature",
    [
        {"$type": "app.bsky.richtext.facet#link"},
        {"$type": "app.bsky.richtext.facet#link", "uri": "no address"},
        {"$type": "app.bsky.richtext.facet#tag", "tag": ""},
        {"$type": "app.bsky.richtext.facet#tag", "tag": "x" * 65},
        {"$type": "app.bsky.richtext.facet#mention", "did": "demo"},
        {"$type": "app.bsky.richtext.facet#sparkle"},
    ],
)
def test_a_feature_that_is_incomplete_or_unknown_is_refused(feature):
    with pytest.raises(ValueError, match="facets"):
        read_post(record(facets=[facet(0, 5, **feature)]))


@pytest.mark.parametrize("missing", ["uri", "title", "description"])
def test_a_card_needs_address_title_and_description(missing):
    external = {"uri": "https://news.example/1", "title": "", "description": ""}
    embed = {"$type": "app.bsky.embed.external", "external": external}
    assert read_post(record(embed=embed)).embed is not None
    with pytest.raises(ValueError, match=f"embed.external.{missing}"):
        read_post(record(embed=embed | {"external": {k: v for k, v in external.items() if k != missing}}))


@pytest.mark.parametrize("change", [{"$type": "app.bsky.feed.like"}, {"text": None}, {"embed": {"$type": "other"}}])
def test_what_is_no_post_is_refused_with_the_reference_servers_words(change):
    with pytest.raises(ValueError, match=r"^Invalid app\.bsky\.feed\.post record: "):
        read_post(record() | change)
