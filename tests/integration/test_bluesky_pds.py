"""Bluesky's own server takes what we send, and keeps each post once."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import pytest
import requests
from PIL import Image
from pydantic import SecretStr

from sharebot.errors import Refused, SharebotError, SignInAgain, Unsure
from sharebot.model import Card, Facet, Key, Picture, Post, Receipt
from sharebot.platforms.bluesky import Bluesky
from tests.integration.relay import losing
from tests.signing import Answers

pytestmark = pytest.mark.integration

LINK = "https://news.example/渡船?from=港"
TEXT = f"渡船が再開 ⛴️👨‍👩‍👧 {LINK} #渡船"
CARD = Card(LINK, "渡船が再開 ⛴️", "The ferry runs again.")


@pytest.fixture
def sign_in(pds) -> Callable[..., Bluesky]:
    def make(service: str = pds.url, password: str = pds.password, *, allow_private: bool = False) -> Bluesky:
        secret = SecretStr(password)
        settings = {"service": service, "handle": pds.handle, "app_password": secret, "allow_private": allow_private}
        return Bluesky(Bluesky.Settings.model_validate(settings))

    return make


@pytest.fixture
def bluesky(sign_in):
    return sign_in()


@pytest.fixture
def key(request: pytest.FixtureRequest) -> Key:
    return Key(request.node.name, datetime(2026, 11, 24, 9, 0, tzinfo=UTC))


@pytest.fixture
def new_records(pds) -> Callable[[], list[dict[str, Any]]]:
    before = {record["uri"] for record in pds.records()}
    return lambda: [record for record in pds.records() if record["uri"] not in before]


@pytest.fixture
def losing_answers(pds) -> Iterator[str]:
    """The address of a relay to the server that loses each answer to a write."""
    with losing(pds.url, "putRecord") as url:
        yield url


def marked(kind, part: str, value: str) -> Facet:
    start = len(TEXT[: TEXT.index(part)].encode())
    return Facet(kind, start, start + len(part.encode()), value)


POST = Post(
    TEXT,
    language="ja",
    links=(LINK,),
    facets=(marked("link", LINK, LINK), marked("tag", "#渡船", "渡船")),
    card=CARD,
)


def test_a_post_with_facets_and_a_card_is_accepted_and_stored_as_sent(bluesky, key, new_records):
    receipt = bluesky.publish(POST, key)
    (record,) = new_records()
    stored = record["value"]
    assert (record["uri"], record["cid"]) == (receipt.id, receipt.version)
    assert (stored["text"], stored["langs"]) == (TEXT, ["ja"])
    assert stored["embed"] == {
        "$type": "app.bsky.embed.external",
        "external": {"uri": CARD.url, "title": CARD.title, "description": CARD.description},
    }


def test_stored_facets_cut_the_link_and_the_hashtag_out_of_the_texts_bytes(bluesky, key, new_records):
    bluesky.publish(POST, key)
    (record,) = new_records()
    octets = record["value"]["text"].encode()
    link, tag = record["value"]["facets"]
    assert octets[link["index"]["byteStart"] : link["index"]["byteEnd"]].decode() == LINK
    assert link["features"] == [{"$type": "app.bsky.richtext.facet#link", "uri": LINK}]
    assert octets[tag["index"]["byteStart"] : tag["index"]["byteEnd"]].decode() == "#渡船"
    assert tag["features"] == [{"$type": "app.bsky.richtext.facet#tag", "tag": "渡船"}]


def test_the_same_delivery_published_twice_leaves_one_record(sign_in, key, new_records):
    first = sign_in().publish(POST, key)
    after_a_restart = sign_in().publish(POST, key)
    assert first == after_a_restart
    assert len(new_records()) == 1


def test_four_hosts_at_the_same_time_leave_one_record(sign_in, key, new_records):
    hosts = [sign_in() for _ in range(4)]
    with ThreadPoolExecutor(len(hosts)) as threads:
        receipts = set(threads.map(lambda host: host.publish(POST, key), hosts))
    assert len(receipts) == len(new_records()) == 1


def test_two_deliveries_of_the_same_words_are_two_records(bluesky, key, new_records):
    bluesky.publish(POST, key)
    bluesky.publish(POST, replace(key, value="another"))
    assert len(new_records()) == 2


def test_another_post_under_the_same_key_is_refused_and_the_first_one_stays(bluesky, key, new_records):
    bluesky.publish(POST, key)
    with pytest.raises(Refused, match="another post"):
        bluesky.publish(Post("Something else"), key)
    assert [record["value"]["text"] for record in new_records()] == [TEXT]


def test_a_post_whose_answer_was_lost_is_found_and_not_doubled(sign_in, losing_answers, key, new_records):
    with pytest.raises(Unsure):
        sign_in(losing_answers).publish(POST, key)
    found = sign_in().find(POST, key)
    assert found == sign_in().publish(POST, key)
    assert [(record["uri"], record["cid"]) for record in new_records()] == [(found.id, found.version)]


def test_what_was_lost_again_and_again_is_one_record_in_the_end(sign_in, losing_answers, key, new_records):
    for _ in range(3):
        with pytest.raises(Unsure):
            sign_in(losing_answers).publish(POST, key)
    assert sign_in().publish(POST, key).id == new_records()[0]["uri"]
    assert len(new_records()) == 1


@pytest.mark.parametrize("gone", [0, 1])
def test_a_thread_whose_first_or_last_post_was_deleted_ends_though_the_server_would_go_on(
    bluesky, pds, key, new_records, gone
):
    thread: tuple[Receipt, ...] = ()
    for part in ("one", "two"):
        thread += (bluesky.publish(Post(part), replace(key, value=f"{key.value} {part}"), thread),)
    pds.delete(thread[gone].id, bluesky._tokens.access)
    with pytest.raises(Refused, match="the post above it was deleted; the rest of the thread is not sent"):
        bluesky.publish(Post("three"), replace(key, value="three"), thread)
    assert len(new_records()) == 1


def test_a_post_that_was_never_taken_is_not_found(bluesky, key):
    assert bluesky.find(POST, key) is None


def test_each_part_of_a_thread_replies_to_the_last_one_and_names_the_first(bluesky, key, new_records):
    thread: tuple[Receipt, ...] = ()
    for part in ("one", "two", "three"):
        thread += (bluesky.publish(Post(part), replace(key, value=part), thread),)
    one, two, _ = references = [{"uri": receipt.id, "cid": receipt.version} for receipt in thread]
    stored = {record["uri"]: record["value"].get("reply") for record in new_records()}
    assert [stored[reference["uri"]] for reference in references] == [
        None,
        {"root": one, "parent": one},
        {"root": one, "parent": two},
    ]


@pytest.fixture
def a_picture() -> bytes:
    """A photograph's file of about 2 MB."""
    into = BytesIO()
    Image.effect_noise((1600, 1000), 80).convert("RGB").save(into, "JPEG", quality=98)
    return into.getvalue()


QUOTE = Picture("「船が戻った」 — 市長", quotation="“The ferry is back.”", speaker="Maria")


def test_pictures_labels_and_words_for_those_who_do_not_see_are_stored_as_sent(bluesky, key, new_records):
    labels = ("graphic-media", "!no-unauthenticated")
    bluesky.publish(replace(POST, pictures=(QUOTE, QUOTE), labels=labels), key)
    (record,) = new_records()
    images = record["value"]["embed"]["images"]
    assert [image["alt"] for image in images] == [QUOTE.alt] * 2
    assert images[0]["aspectRatio"] == {"width": 1200, "height": 675}
    assert images[0]["image"]["mimeType"] == "image/png"
    assert record["value"]["labels"]["values"] == [{"val": label} for label in labels]


def test_a_card_s_image_is_scaled_to_what_the_server_takes_and_can_be_had_there(
    sign_in, pds, key, new_records, web, a_picture
):
    assert len(a_picture) > 1_000_000
    web.pages["/ferry.jpg"] = (200, {}, a_picture)
    account = sign_in(allow_private=True)
    account.publish(replace(POST, card=replace(CARD, image=f"{web.url}/ferry.jpg")), key)
    (record,) = new_records()
    thumb = record["value"]["embed"]["external"]["thumb"]
    assert thumb["size"] <= 1_000_000
    where = {"did": pds.did, "cid": thumb["ref"]["$link"]}
    kept = requests.get(f"{pds.url}/xrpc/com.atproto.sync.getBlob", where, timeout=10)
    assert Image.open(BytesIO(kept.content)).size == (1600, 1000)


def test_the_same_picture_twice_is_the_same_record(sign_in, key, new_records):
    post = replace(POST, pictures=(QUOTE,))
    assert sign_in().publish(post, key) == sign_in().publish(post, key)
    assert len(new_records()) == 1


def test_a_lost_answer_and_a_vanished_image_still_make_one_record(
    sign_in, losing_answers, key, new_records, web, a_picture
):
    web.pages["/ferry.jpg"] = (200, {}, a_picture)
    post = replace(POST, card=replace(CARD, image=f"{web.url}/ferry.jpg"))
    with pytest.raises(Unsure):
        sign_in(losing_answers, allow_private=True).publish(post, key)
    web.pages.clear()
    receipt = sign_in(allow_private=True).publish(post, key)
    (record,) = new_records()
    assert (record["uri"], record["cid"]) == (receipt.id, receipt.version)
    assert record["value"]["embed"]["external"]["thumb"]


def test_it_says_who_is_signed_in(bluesky, pds):
    assert bluesky.who() == f"@{pds.handle}"


def test_a_wrong_app_password_is_named_as_such_and_not_repeated(sign_in, key, new_records):
    with pytest.raises(SignInAgain, match="app password") as error:
        sign_in(password="wrong-wrong-wrong").publish(POST, key)
    assert "wrong-wrong" not in str(error.value)
    assert new_records() == []


def test_signing_in_takes_an_app_password_and_not_the_accounts_own(pds):
    settings = Bluesky.Settings(service=pds.url, handle=pds.handle, app_password=SecretStr(""))
    assert Bluesky.sign_in(settings, Answers(pds.password)).secrets == {"app_password": pds.password}
    with pytest.raises(SharebotError, match="the account's own password") as error:
        Bluesky.sign_in(settings, Answers(pds.own))
    assert pds.own not in str(error.value).replace("that is the account's own password", "")


def test_a_text_over_the_limit_is_refused_with_the_servers_reason(bluesky, key, new_records):
    with pytest.raises(Refused, match="grapheme too big"):
        bluesky.publish(Post("x" * 301), key)
    assert new_records() == []


@pytest.mark.parametrize("lost", [{"access": "no.such.token"}, {"access": "no.such.token", "refresh": "nor.this.one"}])
def test_a_session_that_is_over_is_renewed_without_a_second_record(bluesky, key, new_records, lost):
    first = bluesky.publish(POST, key)
    bluesky._tokens = replace(bluesky._tokens, **lost)
    assert bluesky.publish(POST, key) == first
    assert len(new_records()) == 1
