import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from pydantic import ValidationError

from sharebot.errors import Refused, SignInAgain, TryLater, Unsure
from sharebot.model import Card, Facet, Picture, Receipt
from sharebot.platforms.bluesky import Bluesky
from sharebot.platforms.tid import tid
from sharebot.testing import sample_key, sample_post

AT = datetime(2026, 3, 2, 12, 0, 0, 123456, tzinfo=UTC)
KEY = sample_key("weekly.0", AT)
URI = f"at://did:plc:weekly/app.bsky.feed.post/{tid(KEY)}"
WRITTEN = (200, {"uri": URI, "cid": "bafyone", "validationStatus": "valid"})

FOUND = (200, {"uri": URI, "cid": "bafyone", "value": {}})
GONE = (400, {"error": "RecordNotFound", "message": "Could not locate record"})


def session(number=1):
    return 200, {
        "did": "did:plc:weekly",
        "handle": "weekly.test",
        "accessJwt": f"a{number}",
        "refreshJwt": f"r{number}",
    }


def failed(error, status=400):
    return status, {"error": error, "message": "for a reason"}


def settings(**given):
    return Bluesky.Settings.model_validate({"handle": "weekly.test", "app_password": "app-passw0rd", **given})


def bluesky(url):
    return Bluesky(settings(service=url))


def calls(stub):
    """Each call's method name and its token."""
    made = [(path.partition("?")[0].rpartition(".")[2], headers) for _, path, headers, _ in stub.seen]
    return [(name, headers.get("Authorization", "").removeprefix("Bearer ")) for name, headers in made]


def test_a_record_is_put_under_the_key_s_own_record_key_if_that_is_free(stub):
    stub.answers = [session(), WRITTEN]
    card = Card("https://news.example/ferry", "The ferry", "It runs.")
    facets = (Facet("link", 0, 3, "https://news.example/ferry"), Facet("tag", 4, 8, "ferry"))
    receipt = bluesky(stub.url).publish(sample_post(facets=facets, card=card), KEY)
    assert json.loads(stub.seen[1][3]) == {
        "repo": "did:plc:weekly",
        "collection": "app.bsky.feed.post",
        "rkey": tid(KEY),
        "swapRecord": None,
        "record": {
            "$type": "app.bsky.feed.post",
            "text": sample_post().text,
            "createdAt": "2026-03-02T12:00:00.123Z",
            "langs": ["en"],
            "facets": [
                {
                    "index": {"byteStart": 0, "byteEnd": 3},
                    "features": [{"$type": "app.bsky.richtext.facet#link", "uri": "https://news.example/ferry"}],
                },
                {
                    "index": {"byteStart": 4, "byteEnd": 8},
                    "features": [{"$type": "app.bsky.richtext.facet#tag", "tag": "ferry"}],
                },
            ],
            "embed": {
                "$type": "app.bsky.embed.external",
                "external": {"uri": card.url, "title": card.title, "description": card.description},
            },
        },
    }
    assert receipt == Receipt(URI, f"{stub.url}/profile/weekly.test/post/{tid(KEY)}", "bafyone")


def test_a_part_of_a_thread_names_the_first_and_the_last_record(stub):
    stub.answers = [session(), FOUND, FOUND, WRITTEN]
    one, two, three = (Receipt(f"at://{each}", f"u{each}", f"c{each}") for each in "123")
    bluesky(stub.url).publish(sample_post(), KEY, (one, two, three))
    assert [name for name, _ in calls(stub)] == ["createSession", "getRecord", "getRecord", "putRecord"]
    reply = json.loads(stub.seen[3][3])["record"]["reply"]
    assert reply == {"root": {"uri": "at://1", "cid": "c1"}, "parent": {"uri": "at://3", "cid": "c3"}}


@pytest.mark.parametrize("answers", [[GONE], [FOUND, GONE]])
def test_where_the_first_or_the_last_post_above_is_gone_no_reply_to_it_is_sent(stub, answers):
    stub.answers = [session(), *answers]
    with pytest.raises(Refused, match="the post above it was deleted; the rest of the thread is not sent"):
        bluesky(stub.url).publish(sample_post(), KEY, (Receipt("at://1", "u1", "c1"), Receipt("at://2", "u2", "c2")))
    assert "putRecord" not in dict(calls(stub))


@pytest.mark.parametrize(("start", "end"), [(0, 500), (5, 5), (7, 3), (-1, 3)])
def test_a_link_marked_outside_the_text_is_refused_before_it_is_sent(stub, start, end):
    stub.answers = [session(), WRITTEN]
    with pytest.raises(Refused, match="outside the text"):
        bluesky(stub.url).publish(sample_post(facets=(Facet("link", start, end, "https://news.example"),)), KEY)
    assert stub.seen == []


def test_one_sign_in_serves_many_posts(stub):
    stub.answers = [session(), WRITTEN]
    account = bluesky(stub.url)
    account.publish(sample_post(), KEY)
    account.publish(sample_post(), KEY)
    assert calls(stub) == [("createSession", ""), ("putRecord", "a1"), ("putRecord", "a1")]


@pytest.mark.parametrize("error", ["ExpiredToken", "InvalidToken"])
def test_a_session_that_is_over_is_refreshed_and_the_post_sent_again_once(stub, error):
    stub.answers = [session(1), failed(error), session(2), WRITTEN]
    bluesky(stub.url).publish(sample_post(), KEY)
    assert calls(stub) == [("createSession", ""), ("putRecord", "a1"), ("refreshSession", "r1"), ("putRecord", "a2")]


def test_where_the_refresh_is_refused_a_new_sign_in_follows(stub):
    stub.answers = [session(1), failed("ExpiredToken"), failed("ExpiredToken"), session(2), WRITTEN]
    bluesky(stub.url).publish(sample_post(), KEY)
    assert [name for name, _ in calls(stub)][2:] == ["refreshSession", "createSession", "putRecord"]


@pytest.mark.parametrize(
    "answer", [None, (502, b""), (500, b""), (503, b""), (200, b"<html>"), (200, {}), failed("Slow", 429)]
)
@pytest.mark.parametrize("before", [[], [session(1), failed("ExpiredToken")]])
def test_a_sign_in_or_refresh_that_fails_for_a_while_means_try_later_for_no_post_was_sent(stub, before, answer):
    stub.answers = [*before, answer]
    with pytest.raises(TryLater):
        bluesky(stub.url).publish(sample_post(), KEY)


def test_a_session_that_is_over_again_at_once_means_sign_in_again(stub):
    stub.answers = [session(1), failed("ExpiredToken"), session(2), failed("ExpiredToken")]
    with pytest.raises(SignInAgain):
        bluesky(stub.url).publish(sample_post(), KEY)
    assert len(stub.seen) == 4


def test_two_threads_that_find_the_session_over_refresh_it_once(stub):
    stub.answers = [session(1), session(2)]
    account = bluesky(stub.url)
    old = account._signed_in()
    assert account._renewed(old) is account._renewed(old)
    assert [name for name, _ in calls(stub)] == ["createSession", "refreshSession"]


def test_a_post_without_a_language_leaves_the_choice_to_readers(stub):
    stub.answers = [session(), WRITTEN]
    bluesky(stub.url).publish(sample_post(language=None), KEY)
    assert "langs" not in json.loads(stub.seen[1][3])["record"]


def test_a_wrong_app_password_means_sign_in_again_and_says_how(stub):
    stub.answers = [failed("AuthenticationRequired", 401)]
    with pytest.raises(SignInAgain, match="make a new app password"):
        bluesky(stub.url).publish(sample_post(), KEY)


CARD = Card("https://news.example/ferry", "The ferry", "It runs.")
QUOTE = Picture("“It runs.” — Maria", quotation="“It runs.”", speaker="Maria")
BLOB = {"$type": "blob", "ref": {"$link": "bafkpicture"}, "mimeType": "image/png", "size": 5}
TAKEN = (200, {"blob": BLOB})


def record(request):
    return json.loads(request[3])["record"]


def test_pictures_are_uploaded_first_and_stand_in_the_record_with_their_words_and_proportions(stub):
    stub.answers = [session(), TAKEN, TAKEN, WRITTEN]
    bluesky(stub.url).publish(sample_post(pictures=(QUOTE, QUOTE), card=CARD), KEY)
    assert [name for name, _ in calls(stub)] == ["createSession", "uploadBlob", "uploadBlob", "putRecord"]
    assert stub.seen[1][2]["Content-Type"] == "image/png"
    assert stub.seen[1][3].startswith(b"\x89PNG")
    shown = {"image": BLOB, "alt": QUOTE.alt, "aspectRatio": {"width": 1200, "height": 675}}
    assert record(stub.seen[3])["embed"] == {"$type": "app.bsky.embed.images", "images": [shown, shown]}


def test_no_more_than_four_pictures_are_sent_and_their_words_are_cut_to_what_bluesky_takes(stub):
    stub.answers = [session(), TAKEN, TAKEN, TAKEN, TAKEN, WRITTEN]
    wordy = Picture("word " * 1000, quotation="“It runs.”")
    bluesky(stub.url).publish(sample_post(pictures=(wordy,) * 6), KEY)
    images = record(stub.seen[-1])["embed"]["images"]
    assert [len(image["alt"]) <= 2000 for image in images] == [True] * 4


def test_a_card_gets_the_page_s_image_as_its_thumbnail(stub, web, a_picture):
    web.pages["/ferry.jpg"] = (200, {}, a_picture)
    stub.answers = [session(), TAKEN, WRITTEN]
    account = Bluesky(settings(service=stub.url, allow_private=True))
    account.publish(sample_post(card=replace(CARD, image=f"{web.url}/ferry.jpg")), KEY)
    assert record(stub.seen[2])["embed"]["external"] == {
        "uri": CARD.url,
        "title": CARD.title,
        "description": CARD.description,
        "thumb": BLOB,
    }


def test_where_no_picture_can_be_had_the_card_stands_alone(stub):
    stub.answers = [session(), WRITTEN]
    gone = "http://127.0.0.1:9/gone.jpg"
    post = sample_post(card=replace(CARD, image=gone), pictures=(Picture("A ferry", gone),))
    bluesky(stub.url).publish(post, KEY)
    assert "thumb" not in record(stub.seen[1])["embed"]["external"]


@pytest.mark.parametrize("error", ["BlobNotFound", "BlobTooLarge", "InvalidMimeType"])
def test_a_record_refused_for_its_picture_is_written_without(stub, error):
    stub.answers = [session(), TAKEN, failed(error), WRITTEN]
    bluesky(stub.url).publish(sample_post(pictures=(QUOTE,), card=CARD), KEY)
    assert record(stub.seen[3])["embed"]["$type"] == "app.bsky.embed.external"


@pytest.mark.parametrize("answer", [(500, b""), (502, b""), (200, {}), (200, []), (200, b"<html>"), None])
def test_an_upload_whose_answer_is_lost_is_no_post_that_is_unsure(stub, answer):
    stub.answers = [session(), answer, WRITTEN]
    with pytest.raises(TryLater):
        bluesky(stub.url).publish(sample_post(pictures=(QUOTE,)), sample_key())
    assert len(stub.seen) == 2


def test_labels_are_the_sender_s_own(stub):
    stub.answers = [session(), WRITTEN]
    bluesky(stub.url).publish(sample_post(labels=("graphic-media", "sexual")), KEY)
    assert record(stub.seen[1])["labels"] == {
        "$type": "com.atproto.label.defs#selfLabels",
        "values": [{"val": "graphic-media"}, {"val": "sexual"}],
    }


def test_the_same_post_with_a_picture_is_the_same_record(stub):
    stub.answers = [session(), TAKEN, WRITTEN, TAKEN, WRITTEN]
    account = bluesky(stub.url)
    for _ in range(2):
        account.publish(sample_post(pictures=(QUOTE,)), KEY)
    assert stub.seen[1][3] == stub.seen[3][3]
    assert stub.seen[2][3] == stub.seen[4][3]


def there(text):
    return 200, {"uri": URI, "cid": "bafyone", "value": {"text": text, "createdAt": "2026-03-02T12:00:00.123Z"}}


def test_a_record_key_taken_by_the_same_text_is_the_post_itself(stub):
    stub.answers = [session(), failed("InvalidSwap"), there(sample_post().text)]
    assert bluesky(stub.url).publish(sample_post(), KEY).version == "bafyone"


def test_a_record_key_taken_by_another_text_is_a_refusal(stub):
    stub.answers = [session(), failed("InvalidSwap"), there("Something else")]
    with pytest.raises(Refused, match="has another post under this post's record key"):
        bluesky(stub.url).publish(sample_post(), KEY)


@pytest.mark.parametrize("answer", [{}, [], None, {"uri": URI}, {"uri": 7, "cid": "c"}, b"", b"<html>"])
def test_an_answer_without_address_or_version_is_unsure(stub, answer):
    stub.answers = [session(), (200, answer)]
    with pytest.raises(Unsure):
        bluesky(stub.url).publish(sample_post(), KEY)


def test_a_lost_post_is_read_under_its_record_key(stub):
    stub.answers = [session(), there(sample_post().text)]
    assert bluesky(stub.url).find(sample_post(), KEY) == Receipt(
        URI, f"{stub.url}/profile/weekly.test/post/{tid(KEY)}", "bafyone"
    )
    assert stub.seen[1][1].endswith(f"?repo=did%3Aplc%3Aweekly&collection=app.bsky.feed.post&rkey={tid(KEY)}")


@pytest.mark.parametrize(
    "answer",
    [failed("RecordNotFound"), (400, {"error": "InvalidRequest", "message": "Could not locate record: at://x"})],
)
def test_a_record_that_is_not_there_is_not_found(stub, answer):
    stub.answers = [session(), answer]
    assert bluesky(stub.url).find(sample_post(), KEY) is None


@pytest.mark.parametrize("answer", [(500, b""), (502, b""), (200, b"<html>"), None])
def test_what_cannot_be_read_is_not_taken_for_not_being_there(stub, answer):
    stub.answers = [session(), answer]
    with pytest.raises(TryLater):
        bluesky(stub.url).find(sample_post(), KEY)


def test_asking_who_it_is_proves_the_password_each_time(stub):
    stub.answers = [session()]
    account = bluesky(stub.url)
    assert [account.who(), account.who()] == ["@weekly.test", "@weekly.test"]
    assert [name for name, _ in calls(stub)] == ["createSession", "createSession"]


def test_posts_of_any_real_server_are_shown_at_bluesky(monkeypatch):
    account = bluesky("https://pds.example")
    monkeypatch.setattr(account, "_authorised", lambda *_, **__: WRITTEN[1])
    monkeypatch.setattr(account, "_sign_in", lambda: account._tokens)
    account._tokens = type("Tokens", (), {"did": "did:plc:weekly"})()
    assert account.publish(sample_post(), KEY).url == f"https://bsky.app/profile/weekly.test/post/{tid(KEY)}"


@pytest.mark.parametrize("handle", ["@news.example", "news", "news.example/", "news example", "a..example"])
def test_a_handle_that_is_none_is_an_error_of_the_configuration(handle):
    with pytest.raises(ValidationError, match="handle"):
        settings(handle=handle)


def test_a_key_lasts_as_long_as_the_record():
    assert Bluesky.rules.key_lasts is not None
    assert Bluesky.rules.key_lasts > timedelta(days=365)


def test_a_reply_to_what_a_person_found_by_its_address_asks_for_its_version_first(stub):
    known, above = (
        Receipt(URI, "https://bsky.app/1", "bafyone"),
        Receipt("3kabc", "https://bsky.app/profile/a/post/3kabc"),
    )
    found = {"uri": "at://did:plc:weekly/app.bsky.feed.post/3kabc", "cid": "bafytwo", "value": {}}
    stub.answers = [session(), FOUND, (200, found), WRITTEN]
    bluesky(stub.url).publish(sample_post(), KEY, (known, above))
    assert "rkey=3kabc" in stub.seen[2][1]
    assert json.loads(stub.seen[3][3])["record"]["reply"] == {
        "root": {"uri": URI, "cid": "bafyone"},
        "parent": {"uri": found["uri"], "cid": "bafytwo"},
    }


def test_a_version_that_cannot_be_asked_for_now_is_asked_for_later_and_nothing_is_sent(stub):
    stub.answers = [session(), (500, b"")]
    with pytest.raises(TryLater):
        bluesky(stub.url).publish(sample_post(), KEY, (Receipt("3kabc", "https://bsky.app/profile/a/post/3kabc"),))
    assert [name for name, _ in calls(stub)] == ["createSession", "getRecord"]


# ── a key whose moment is guessed ────────────────────────────────────────────────────────────────────────────────────


GUESS = replace(KEY, guessed=True)


def listed(*texts, at=AT):
    made = (tid(sample_key(text, at)) for text in texts)
    records = [
        {"uri": f"at://did:plc:weekly/app.bsky.feed.post/{rkey}", "cid": f"cid{len(text)}", "value": {"text": text}}
        for rkey, text in zip(made, texts, strict=True)
    ]
    return 200, {"records": records}


def test_where_the_moment_of_its_key_is_guessed_a_post_is_looked_for_by_its_words(stub):
    stub.answers = [session(), listed("b", "c"), listed("a", sample_post().text)]
    receipt = bluesky(stub.url).find(sample_post(), GUESS)
    assert (receipt and receipt.version) == f"cid{len(sample_post().text)}"
    assert [name for name, _ in calls(stub)] == ["createSession", "listRecords", "listRecords"]
    assert f"cursor={tid(sample_key('c', AT))}" in stub.seen[2][1]


def test_posts_from_before_the_guessed_moment_are_not_looked_through(stub):
    stub.answers = [session(), listed("a", at=AT - timedelta(hours=1)), (200, {"records": []})]
    assert bluesky(stub.url).find(sample_post(), GUESS) is None
    assert len(stub.seen) == 2


def test_no_posts_at_all_is_not_finding_it(stub):
    stub.answers = [session(), (200, {"records": []})]
    assert bluesky(stub.url).find(sample_post(), GUESS) is None


def test_more_posts_than_can_be_looked_through_prove_nothing(stub):
    stub.answers = [session(), *[listed("a")] * 10]
    with pytest.raises(TryLater, match="more posts since"):
        bluesky(stub.url).find(sample_post(), GUESS)


@pytest.mark.parametrize("page", [{}, {"records": "none"}, {"records": [{"uri": "at://a"}]}, []])
def test_a_list_of_records_that_is_none_proves_nothing(stub, page):
    stub.answers = [session(), (200, page)]
    with pytest.raises(TryLater):
        bluesky(stub.url).find(sample_post(), GUESS)
