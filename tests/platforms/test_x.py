import json
import logging
import re
from base64 import b64decode
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from requests.adapters import HTTPAdapter

from sharebot.errors import Duplicate, Refused, SignInAgain, TryLater, Unsure
from sharebot.model import Picture, Receipt
from sharebot.platforms.x import X
from sharebot.testing import sample_key, sample_post

AT = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
KEY = sample_key("weekly.0", AT)
SECRETS = {"api_key": "k3y", "api_secret": "k3ysecret", "access_token": "t0ken", "access_secret": "t0kensecret"}
CREATED = {"data": {"id": "1900", "text": "…"}}
ME = (200, {"data": {"id": "9", "username": "weekly"}})
SHORT = {"url": "https://t.co/abc", "expanded_url": "https://news.example/ferry", "display_url": "news.example/ferry"}


def x(url):
    return X(X.Settings.model_validate({"api": url, **SECRETS}))


def page(*tweets, **meta):
    return 200, {"data": list(tweets), "meta": {"result_count": len(tweets), **meta}}


def test_a_post_is_signed_and_sent_to_the_stand_in(stub):
    stub.answers = [(201, CREATED)]
    receipt = x(stub.url).publish(sample_post(), KEY)
    ((method, path, headers, body),) = stub.seen
    assert (method, path) == ("POST", "/2/tweets")
    assert json.loads(body) == {"text": sample_post().text}
    assert headers["Authorization"].startswith("OAuth ")
    assert headers["User-Agent"].startswith("sharebot/")
    assert receipt == Receipt("1900", f"{stub.url}/x/i/status/1900")


def test_the_real_x_gets_what_was_signed_for_it(monkeypatch):
    seen = []

    def send(_, request, **kwargs):
        seen.append((request.url, kwargs["timeout"]))
        response = requests.Response()
        response.status_code, response._content, response.request = 201, json.dumps(CREATED).encode(), request
        return response

    monkeypatch.setattr(HTTPAdapter, "send", send)
    receipt = X(X.Settings.model_validate(SECRETS)).publish(sample_post(), KEY)
    assert seen == [("https://api.twitter.com/2/tweets", (5.0, 25.0))]
    assert receipt.url == "https://x.com/i/web/status/1900"


def test_a_part_of_a_thread_names_the_last_post(stub):
    stub.answers = [(200, {"data": {"id": "1"}}), (201, CREATED)]
    x(stub.url).publish(sample_post(), KEY, (Receipt("1", "u"), Receipt("2", "u")))
    assert stub.seen[0][1] == "/2/tweets/1"
    assert json.loads(stub.seen[1][3])["reply"] == {"in_reply_to_tweet_id": "2"}


ORPHANED = "the post above it was deleted; the rest of the thread is not sent"
DELETED = {"detail": "You attempted to reply to a Tweet that is deleted or not visible to you."}
GONE = {"errors": [{"title": "Not Found Error", "type": "https://api.twitter.com/2/problems/resource-not-found"}]}


@pytest.mark.parametrize("status", [400, 403])
def test_a_reply_to_a_post_that_was_deleted_is_refused_and_not_sent_on_its_own(stub, status):
    stub.answers = [(status, DELETED)]
    with pytest.raises(Refused, match=ORPHANED):
        x(stub.url).publish(sample_post(), KEY, ROOT)
    assert len(stub.seen) == 1


def test_a_thread_whose_first_post_was_deleted_ends_before_it_costs_anything(stub):
    stub.answers = [(200, GONE)]
    with pytest.raises(Refused, match=ORPHANED):
        x(stub.url).publish(sample_post(), KEY, (*ROOT, Receipt("2", "u")))
    assert [path for _, path, *_ in stub.seen] == ["/2/tweets/1"]


@pytest.mark.parametrize("answer", [(403, {"type": "usage-capped"}), (401, b""), (500, b""), (200, b"<html>"), None])
def test_where_reading_is_not_allowed_the_answer_to_the_reply_decides(stub, answer):
    stub.answers = [answer, (201, CREATED)]
    assert x(stub.url).publish(sample_post(), KEY, (*ROOT, Receipt("2", "u"))).id == "1900"


NO_REPLY = (403, {"detail": "Reply to this conversation is not allowed because you have not been mentioned."})
ROOT = (Receipt("1", "u"),)


def test_where_x_does_not_let_it_reply_the_part_goes_out_on_its_own(stub, caplog):
    stub.answers = [NO_REPLY, (201, CREATED)]
    assert x(stub.url).publish(sample_post(), KEY, ROOT).id == "1900"
    assert [json.loads(body) for *_, body in stub.seen] == [
        {"text": sample_post().text, "reply": {"in_reply_to_tweet_id": "1"}},
        {"text": sample_post().text},
    ]
    assert caplog.records[0].message == "thread.broken"


def test_a_post_of_its_own_that_x_takes_for_a_reply_is_refused(stub):
    stub.answers = [NO_REPLY]
    with pytest.raises(Refused, match="not allowed"):
        x(stub.url).publish(sample_post(), KEY)
    assert len(stub.seen) == 1


def test_it_is_tried_on_its_own_once(stub):
    stub.answers = [NO_REPLY, NO_REPLY, (201, CREATED)]
    with pytest.raises(Refused, match="not allowed"):
        x(stub.url).publish(sample_post(), KEY, ROOT)
    assert len(stub.seen) == 2


def test_a_lost_answer_to_the_part_on_its_own_is_unsure_as_any_other(stub):
    stub.answers = [NO_REPLY, None]
    with pytest.raises(Unsure):
        x(stub.url).publish(sample_post(), KEY, ROOT)
    assert len(stub.seen) == 2


@pytest.mark.parametrize(
    "detail",
    [
        "You are not allowed to create a Tweet with duplicate content.",
        "You are not permitted to perform this action.",
    ],
)
def test_a_part_refused_for_any_other_reason_is_not_sent_on_its_own(stub, detail):
    stub.answers = [(403, {"detail": detail})]
    with pytest.raises(Refused):
        x(stub.url).publish(sample_post(), KEY, ROOT)
    assert len(stub.seen) == 1


QUOTE = Picture("“It runs.” — Maria", quotation="“It runs.”", speaker="Maria")
UPLOADED = (200, {"data": {"id": "71", "media_key": "3_71"}})


def test_a_picture_is_uploaded_then_gets_its_words_then_is_posted(stub):
    stub.answers = [UPLOADED, (200, {"data": {"id": "71"}}), (201, CREATED)]
    x(stub.url).publish(sample_post(pictures=(QUOTE,)), KEY)
    assert [path for _, path, *_ in stub.seen] == ["/2/media/upload", "/2/media/metadata", "/2/tweets"]
    upload, words, post = (json.loads(body) for *_, body in stub.seen)
    assert (upload["media_category"], upload["media_type"]) == ("tweet_image", "image/png")
    assert b64decode(upload["media"]).startswith(b"\x89PNG")
    assert words == {"id": "71", "metadata": {"alt_text": {"text": QUOTE.alt}}}
    assert post == {"text": sample_post().text, "media": {"media_ids": ["71"]}}


@pytest.mark.parametrize(
    ("labels", "warning"),
    [
        ((), {"other": True}),
        (("graphic-media", "porn"), {"adult_content": True, "graphic_violence": True}),
        (("!no-unauthenticated",), {"other": True}),
    ],
)
def test_sensitive_pictures_are_hidden_for_the_reason_that_the_labels_give(stub, labels, warning):
    stub.answers = [UPLOADED, (200, {}), (201, CREATED)]
    x(stub.url).publish(sample_post(pictures=(QUOTE,), sensitive=True, labels=labels), KEY)
    assert json.loads(stub.seen[1][3])["metadata"] == {
        "alt_text": {"text": QUOTE.alt},
        "sensitive_media_warning": warning,
    }


def test_a_picture_without_words_or_warning_needs_no_second_request(stub):
    stub.answers = [UPLOADED, (201, CREATED)]
    x(stub.url).publish(sample_post(pictures=(Picture("", quotation="“It runs.”"),)), KEY)
    assert [path for _, path, *_ in stub.seen] == ["/2/media/upload", "/2/tweets"]


def test_a_picture_whose_words_are_refused_is_not_posted_without_them(stub):
    stub.answers = [UPLOADED, (400, {"detail": "no"}), (201, CREATED)]
    x(stub.url).publish(sample_post(pictures=(QUOTE,)), KEY)
    assert "media" not in json.loads(stub.seen[2][3])


def test_a_post_refused_for_its_picture_is_sent_without(stub):
    stub.answers = [UPLOADED, (200, {}), (400, {"detail": "Your media IDs are invalid."}), (201, CREATED)]
    x(stub.url).publish(sample_post(pictures=(QUOTE,)), KEY)
    assert json.loads(stub.seen[3][3]) == {"text": sample_post().text}


@pytest.mark.parametrize("answer", [(500, b""), (200, {}), (200, {"data": {"id": 7}}), (200, b"<html>"), None])
def test_an_upload_whose_answer_is_lost_is_no_post_that_is_unsure(stub, answer):
    stub.answers = [answer]
    with pytest.raises(TryLater):
        x(stub.url).publish(sample_post(pictures=(QUOTE,)), sample_key())


def test_keys_that_are_no_good_are_told_at_the_upload(stub):
    stub.answers = [(401, {"detail": "Unauthorized"})]
    with pytest.raises(SignInAgain):
        x(stub.url).publish(sample_post(pictures=(QUOTE,)), KEY)


def test_faults_in_an_answer_of_200_are_a_refusal(stub):
    stub.answers = [(200, {"errors": [{"message": "the text says nothing"}]})]
    with pytest.raises(Refused, match="the text says nothing"):
        x(stub.url).publish(sample_post(), KEY)


def test_a_duplicate_is_told_as_one_in_x_s_own_words_for_after_a_lost_answer_it_proves_that_the_post_is_out(stub):
    stub.answers = [(403, {"detail": "You are not allowed to create a Tweet with duplicate content."})]
    with pytest.raises(Duplicate, match="duplicate content"):
        x(stub.url).publish(sample_post(), KEY)


@pytest.mark.parametrize(
    "answer", [{}, [], None, "text", {"data": {}}, {"data": []}, {"data": {"id": 7}}, b"", b"<html>"]
)
def test_an_answer_without_an_id_is_unsure(stub, answer):
    stub.answers = [(201, answer)]
    with pytest.raises(Unsure):
        x(stub.url).publish(sample_post(), KEY)


@pytest.mark.parametrize(
    ("text", "tweet"),
    [
        ("Bread & butter\nhttps://news.example/ferry", {"text": "Bread &amp; butter\nhttps://t.co/abc"}),
        ("See news.example/ferry now", {"text": "See https://t.co/abc now"}),
        ("Cafe\u0301 https://news.example/ferry", {"text": "Café https://t.co/abc"}),
    ],
)
def test_a_lost_post_is_found_by_its_words_with_addresses_and_entities_undone(stub, text, tweet):
    stub.answers = [ME, page({"id": "2", "text": "Another"}, {"id": "1", **tweet, "entities": {"urls": [SHORT]}})]
    assert x(stub.url).find(sample_post(text=text), KEY) == Receipt("1", f"{stub.url}/x/i/status/1")


def test_the_address_of_a_picture_that_x_puts_at_the_end_does_not_hide_a_lost_post(stub):
    photo = {"url": "https://t.co/pic", "expanded_url": "https://x.com/weekly/status/1/photo/1", "media_key": "3_1"}
    photo |= {"display_url": "pic.x.com/pic"}
    stub.answers = [ME, page({"id": "1", "text": "Hello https://t.co/pic", "entities": {"urls": [photo]}})]
    assert x(stub.url).find(sample_post(text="Hello"), KEY) == Receipt("1", f"{stub.url}/x/i/status/1")


def test_only_posts_since_the_first_attempt_are_asked_for(stub):
    stub.answers = [ME, page()]
    assert x(stub.url).find(sample_post(), KEY) is None
    asked = urlsplit(stub.seen[1][1])
    assert asked.path == "/2/users/9/tweets"
    assert parse_qs(asked.query) == {
        "start_time": ["2026-03-02T11:50:00Z"],
        "max_results": ["10"],
        "exclude": ["retweets"],
        "tweet.fields": ["entities"],
    }


def test_the_same_link_with_other_words_is_another_post(stub):
    stub.answers = [ME, page({"id": "1", "text": "Also: https://t.co/abc", "entities": {"urls": [SHORT]}})]
    assert x(stub.url).find(sample_post(text="Now: https://news.example/ferry"), KEY) is None


def test_a_lost_post_is_looked_for_page_by_page(stub):
    stub.answers = [ME, page({"id": "2", "text": "Another"}, next_token="n3xt"), page({"id": "1", "text": "Hello"})]
    assert x(stub.url).find(sample_post(text="Hello"), KEY) == Receipt("1", f"{stub.url}/x/i/status/1")
    assert "max_results=100&pagination_token=n3xt" in stub.seen[2][1]


def test_it_asks_who_it_is_once_for_many_looks(stub):
    stub.answers = [ME, page()]
    account = x(stub.url)
    assert [account.find(sample_post(), KEY) for _ in range(2)] == [None, None]
    assert [urlsplit(path).path for _, path, *_ in stub.seen] == ["/2/users/me", *["/2/users/9/tweets"] * 2]


def test_more_posts_than_can_be_looked_through_are_not_taken_for_all(stub):
    stub.answers = [ME, page({"id": "2", "text": "Another"}, next_token="n3xt")]
    with pytest.raises(TryLater, match="more posts"):
        x(stub.url).find(sample_post(text="Hello"), KEY)


@pytest.mark.parametrize(
    "answer",
    [
        (200, {}),
        (200, []),
        (200, {"errors": [{"detail": "no such user"}]}),
        (200, {"data": [7], "meta": {}}),
        (200, b""),
        (500, b""),
        None,
    ],
)
def test_what_cannot_be_read_is_not_taken_for_not_being_there(stub, answer):
    stub.answers = [ME, answer]
    with pytest.raises(TryLater):
        x(stub.url).find(sample_post(), KEY)


def test_it_says_as_whom_it_is_signed_in(stub):
    stub.answers = [ME]
    assert x(stub.url).who() == "@weekly"


@pytest.mark.parametrize(
    ("level", "told"),
    [
        ("read", (("read",), False)),
        ("read-write", (("read", "write"), True)),
        ("read-write-directmessages", (("read", "write", "directmessages"), True)),
        ("", ((), None)),
    ],
)
def test_it_tells_what_its_token_may_do(stub, level, told):
    stub.answers = [(*ME, {"x-access-level": level} if level else {})]
    found = x(stub.url).identity()
    assert (found.may, found.writes) == told
    assert (found.who, found.ends, found.lasting) == ("@weekly", None, "the token does not end")


def test_nothing_of_the_sign_in_is_logged_even_where_everything_is(stub, caplog):
    stub.answers = [(201, CREATED)]
    with caplog.at_level(logging.DEBUG):
        for name in ("tweepy", "oauthlib", "requests_oauthlib"):
            logging.getLogger(name).setLevel(logging.NOTSET)
        x(stub.url).publish(sample_post(), KEY)
    assert not re.search(r"oauth_|k3y|t0ken|Authorization", caplog.text)


def test_its_rules_tell_what_a_post_costs():
    assert (X.rules.per_post, X.rules.per_link_post) == (0.015, 0.2)
    assert X.rules.per_look == 0.01
    assert X.rules.key_lasts is None
