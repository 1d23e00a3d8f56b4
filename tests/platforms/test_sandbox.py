"""What is sent arrives at the sandbox's networks, with all that goes with it."""

from dataclasses import replace

import pytest

from sharebot.errors import Unsure
from sharebot.model import Card, Picture, Receipt
from sharebot.platforms.bluesky import Bluesky
from sharebot.platforms.mastodon import Mastodon
from sharebot.platforms.x import X
from sharebot.testing import sample_key, sample_post

pytestmark = pytest.mark.integration

NETWORKS = {"bluesky": Bluesky, "mastodon": Mastodon, "x": X}
QUOTE = Picture("“It runs.” — Maria", quotation="“It runs.”", speaker="Maria")
CARD = Card("https://news.example/ferry", "The ferry", "It runs.")


@pytest.fixture
def account(harness_of):
    def sign_in(network, **changes):
        harness = harness_of(network, NETWORKS[network])
        return NETWORKS[network](harness.settings.model_copy(update=changes))

    return sign_in


@pytest.mark.parametrize("network", NETWORKS)
def test_pictures_arrive_with_their_words(account, sandbox, web, a_picture, network):
    web.pages["/ferry.jpg"] = (200, {}, a_picture)
    pictures = (Picture("A ferry 🛳️", f"{web.url}/ferry.jpg"), QUOTE)
    account(network, allow_private=True).publish(sample_post(pictures=pictures, card=CARD), sample_key())
    (post,) = sandbox.posts()
    assert [picture["alt"] for picture in post["pictures"]] == ["A ferry 🛳️", QUOTE.alt]


@pytest.mark.parametrize("network", NETWORKS)
def test_where_a_picture_is_gone_the_others_and_the_post_arrive(account, sandbox, web, network):
    gone = Picture("A ferry", f"{web.url}/gone.jpg")
    account(network, allow_private=True).publish(sample_post(pictures=(gone, QUOTE)), sample_key())
    (post,) = sandbox.posts()
    assert [picture["alt"] for picture in post["pictures"]] == [QUOTE.alt]


@pytest.mark.parametrize("network", NETWORKS)
def test_a_lost_post_with_pictures_is_found(account, sandbox, network):
    platform, post, key = account(network), sample_post(pictures=(QUOTE,), content_warning="Sea"), sample_key()
    sandbox.fault(network, "drop_after")
    with pytest.raises(Unsure):
        platform.publish(post, key)
    found = platform.find(post, key)
    assert found
    assert found.url == sandbox.posts()[0]["url"] or network == "x"


@pytest.mark.parametrize("what", ["thumbnail", "picture"])
def test_a_lost_answer_and_then_a_lost_picture_still_make_one_post(account, sandbox, web, a_picture, what):
    web.pages["/ferry.jpg"] = (200, {}, a_picture)
    url, key = f"{web.url}/ferry.jpg", sample_key()
    seen = {"card": replace(CARD, image=url)} if what == "thumbnail" else {"pictures": (Picture("A ferry", url),)}
    platform, post = account("bluesky", allow_private=True), sample_post(**seen)
    sandbox.fault("bluesky", "drop_after")
    with pytest.raises(Unsure):
        platform.publish(post, key)
    web.pages.clear()
    receipt = platform.publish(post, key)
    (there,) = sandbox.posts()
    assert receipt.url.endswith(there["id"])
    assert there["pictures"] or there["card"]["image"]


def test_the_same_key_with_the_same_picture_is_one_post(account, sandbox, web, a_picture):
    web.pages["/ferry.jpg"] = (200, {}, a_picture)
    post, key = sample_post(card=replace(CARD, image=f"{web.url}/ferry.jpg")), sample_key()
    receipts = {account("bluesky", allow_private=True).publish(post, key) for _ in range(2)}
    assert len(receipts) == len(sandbox.posts()) == 1


def test_mastodon_hears_of_warning_sensitivity_and_visibility(account, sandbox):
    post = sample_post(content_warning="Sea", sensitive=True, visibility="unlisted")
    account("mastodon").publish(post, sample_key())
    (there,) = sandbox.posts()
    assert (there["content_warning"], there["sensitive"], there["visibility"]) == ("Sea", True, "unlisted")


def test_bluesky_hears_of_labels(account, sandbox):
    account("bluesky").publish(sample_post(labels=("graphic-media",)), sample_key())
    assert sandbox.posts()[0]["labels"] == ["graphic-media"]


def test_a_thread_on_x_goes_on_as_single_posts_where_replies_are_refused(account, sandbox):
    platform, receipts = account("x"), list[Receipt]()
    sandbox.fault("x", "no_reply", times=9)
    for number in ("1", "2", "3"):
        receipts.append(platform.publish(sample_post(text=number), sample_key(number), tuple(receipts)))
    assert [(post["text"], post["reply_to"]) for post in sandbox.posts()] == [("3", None), ("2", None), ("1", None)]
    assert len({receipt.id for receipt in receipts}) == 3


def test_a_server_that_answers_a_repeated_key_with_500_ends_in_one_status(account, sandbox):
    """Mastodon did so for a while: https://github.com/mastodon/mastodon/issues/40399 ."""
    mastodon, post, key = account("mastodon"), sample_post(), sample_key()
    for fault in ("drop_after", "error_before"):
        sandbox.fault("mastodon", fault)
        with pytest.raises(Unsure):
            mastodon.publish(post, key)
    found = mastodon.find(post, key)
    assert [found.id] == [each["id"] for each in sandbox.posts()]
