from dataclasses import replace
from datetime import UTC, datetime

import pytest

from sharebot.model import Card, Facet, Picture, Post
from sharebot.outbox.codec import _post, fingerprint, posts_to_json

PLAIN = Post("The ferry runs again", "en", ("https://a.example/1",), (Facet("link", 0, 3, "https://a.example/1"),))
FULL = replace(
    PLAIN,
    card=Card("https://a.example/1", "Ferry", "It runs.", "https://a.example/1.jpg", "a ferry"),
    pictures=(Picture("a quotation", quotation="It runs.", speaker="Ines Holt"), Picture("a ferry", url="https://b")),
    content_warning="ferries",
    sensitive=True,
    labels=("graphic-media",),
    visibility="unlisted",
    true_until=datetime(2026, 3, 2, tzinfo=UTC),
)


@pytest.mark.parametrize("post", [PLAIN, FULL])
def test_a_post_comes_back_as_it_was_stored(post):
    assert [_post(value) for value in posts_to_json([post])] == [post]


def test_a_post_that_an_older_build_stored_keeps_its_fingerprint():
    assert posts_to_json([PLAIN])[0].keys() == {"text", "language", "links", "facets", "card"}
    assert fingerprint([PLAIN]) != fingerprint([FULL])
