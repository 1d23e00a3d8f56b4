"""The sandbox's X keeps X's rules."""

import html
from datetime import UTC, datetime, timedelta

import pytest
import tweepy

pytestmark = pytest.mark.integration


def test_tweepy_posts_and_reads_back(tweepy_client, sandbox):
    made = tweepy_client.create_tweet(text="Hello").data
    me = tweepy_client.get_me().data
    (read,) = tweepy_client.get_users_tweets(me.id, tweet_fields=["author_id"], user_auth=True).data
    assert (str(read.id), read.text, read.author_id) == (made["id"], "Hello", me.id)
    assert (me.username, sandbox.posts()[0]["account"]) == ("demo", "demo")


def test_the_clock_is_in_the_id_and_in_created_at(tweepy_client, clock):
    made = tweepy_client.create_tweet(text="Hello").data
    assert (int(made["id"]) >> 22) + 1_288_834_974_657 == int(clock.now * 1000)
    page = tweepy_client.get_users_tweets(tweepy_client.get_me().data.id, tweet_fields="created_at", user_auth=True)
    assert page.data[0].created_at.timestamp() == pytest.approx(clock.now, abs=0.001)


@pytest.mark.parametrize("host", ["https://api.twitter.com", "https://api.x.com", None])
def test_a_signature_for_x_or_for_the_sandbox_is_good(x, sandbox, host):
    assert x("POST", "/2/tweets", host=host or sandbox.url, json={"text": "a"}).status_code == 201


@pytest.mark.parametrize(
    "wrong",
    [
        {"host": "https://api.elsewhere.com"},
        {"key": "other"},
        {"secret": "other"},
        {"token": "other-demo"},
        {"token": "sandbox-NO"},
        {"access": "other"},
    ],
)
def test_a_wrong_address_key_secret_or_token_is_401(x, wrong):
    answer = x("GET", "/2/users/me", **wrong)
    assert (answer.status_code, answer.json()["title"]) == (401, "Unauthorized")


@pytest.mark.parametrize("header", ["", "Bearer sandbox-demo", "OAuth", "OAuth nonsense", 'OAuth oauth_token="a'])
def test_what_is_no_oauth_header_is_401(sandbox, http, header):
    answer = http.post(f"{sandbox.url}/2/tweets", json={"text": "a"}, headers={"Authorization": header}, timeout=10)
    assert answer.status_code == 401


def test_the_query_is_signed_too(x, http):
    signed = x("GET", "/2/users/1/tweets", params={"max_results": 5}).request
    moved = signed.url.replace("max_results=5", "max_results=6")
    assert http.get(moved, headers={"Authorization": signed.headers["Authorization"]}, timeout=10).status_code == 401
    assert (
        http.get(signed.url, headers={"Authorization": signed.headers["Authorization"]}, timeout=10).status_code == 200
    )


def test_280_weighted_characters_are_taken_and_one_more_is_refused(tweet):
    assert tweet("字" * 140).status_code == 201
    answer = tweet("字" * 140 + "!")
    assert (answer.status_code, answer.json()["title"], answer.json()["status"]) == (403, "Forbidden", 403)
    assert "too long" in answer.json()["detail"]


def test_a_link_counts_23(tweet):
    assert tweet("a" * 256 + " https://example.com/" + "b" * 100).status_code == 201
    assert tweet("a" * 257 + " https://example.com/" + "b" * 100).status_code == 403


def test_the_same_text_twice_is_refused_to_the_same_account(tweet, x):
    tweet("again")
    answer = tweet("again")
    assert answer.status_code == 403
    assert answer.json()["detail"] == "You are not allowed to create a Tweet with duplicate content."
    assert x("POST", "/2/tweets", token="sandbox-other", json={"text": "again"}).status_code == 201


def test_tweepy_hears_of_the_duplicate(tweepy_client):
    tweepy_client.create_tweet(text="again")
    with pytest.raises(tweepy.Forbidden, match="duplicate content"):
        tweepy_client.create_tweet(text="again")


def test_one_cashtag_is_taken_and_two_are_refused(tweet):
    assert tweet("$ABC rose, it costs $12").status_code == 201
    answer = tweet("$ABC and $XYZ rose")
    assert answer.status_code == 403
    assert "maximum of one cashtag" in answer.json()["detail"]


def test_an_unknown_field_is_refused_by_name(tweet):
    answer = tweet("a", language="en")
    assert (answer.status_code, answer.json()["type"].rpartition("/")[2]) == (400, "invalid-request")
    assert "$.language" in answer.json()["errors"][0]["message"]


@pytest.mark.parametrize(
    ("more", "status"),
    [
        ({"reply_settings": "nobody"}, 400),
        ({"media": {"media_ids": ["1"]}}, 400),
        ({"media": {"media_ids": []}}, 400),
        ({"media": {"media_ids": ["1"] * 5}}, 400),
        ({"media": {"media_ids": [1]}}, 400),
        ({"media": "1"}, 400),
        ({"reply": {}}, 400),
        ({"reply": "1"}, 400),
        ({"reply": {"in_reply_to_tweet_id": 1}}, 400),
        ({"quote_tweet_id": "1"}, 403),
        ({"text": ""}, 400),
        ({"text": None}, 400),
        ({"text": ["a"]}, 400),
    ],
)
def test_what_x_refuses_is_refused(x, sandbox, more, status):
    assert x("POST", "/2/tweets", json={"text": "a", **more}).status_code == status
    assert not sandbox.posts()


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'"a"', b"[" * 100_000, b'{"text": "\\ud800"}'])
def test_a_body_that_is_no_json_object_is_400(x, body):
    assert x("POST", "/2/tweets", data=body, headers={"Content-Type": "application/json"}).status_code == 400


def test_a_reply_needs_a_post_to_reply_to(tweet):
    root = tweet("root").json()["data"]["id"]
    assert tweet("reply", reply={"in_reply_to_tweet_id": root}).status_code == 201
    answer = tweet("lost", reply={"in_reply_to_tweet_id": "1"})
    assert (answer.status_code, "deleted or not visible" in answer.json()["detail"]) == (403, True)


def test_the_text_comes_back_with_short_links_and_entities(x, tweet):
    text = "R&D <now> https://example.com/a?b=1&c=2"
    made = tweet(text).json()["data"]
    number = x("GET", "/2/users/me").json()["data"]["id"]
    (read,) = x("GET", f"/2/users/{number}/tweets", params={"tweet.fields": "entities"}).json()["data"]
    (url,) = read["entities"]["urls"]
    assert read["text"] == made["text"] == f"R&amp;D &lt;now&gt; {url['url']}"
    assert read["text"][url["start"] : url["end"]] == url["url"]
    assert len(url["url"]) == 23
    assert html.unescape(read["text"]).replace(url["url"], url["expanded_url"]) == text


def test_a_domain_without_scheme_is_a_link(x, tweet):
    tweet("Read example.com/page today")
    number = x("GET", "/2/users/me").json()["data"]["id"]
    (read,) = x("GET", f"/2/users/{number}/tweets", params={"tweet.fields": "entities"}).json()["data"]
    assert read["entities"]["urls"][0]["expanded_url"] == "https://example.com/page"


def test_only_the_fields_asked_for_are_given(x, tweet):
    tweet("a")
    number = x("GET", "/2/users/me").json()["data"]["id"]
    (read,) = x("GET", f"/2/users/{number}/tweets").json()["data"]
    assert read.keys() == {"id", "text", "edit_history_tweet_ids"}


def test_a_reply_knows_its_conversation(x, tweet):
    root = tweet("root").json()["data"]["id"]
    middle = tweet("one", reply={"in_reply_to_tweet_id": root}).json()["data"]["id"]
    tweet("two", reply={"in_reply_to_tweet_id": middle})
    number = x("GET", "/2/users/me").json()["data"]["id"]
    fields = {"tweet.fields": "conversation_id,referenced_tweets"}
    last = x("GET", f"/2/users/{number}/tweets", params=fields).json()["data"][0]
    assert (last["conversation_id"], last["referenced_tweets"][0]["id"]) == (root, middle)


def test_the_timeline_comes_in_pages(tweepy_client):
    made = [tweepy_client.create_tweet(text=str(number)).data["id"] for number in range(7)]
    me = tweepy_client.get_me().data.id
    pages = tweepy.Paginator(tweepy_client.get_users_tweets, me, max_results=5, user_auth=True)
    assert [str(tweet.id) for page in pages for tweet in page.data] == made[::-1]
    since = tweepy_client.get_users_tweets(me, since_id=made[5], user_auth=True)
    assert [str(tweet.id) for tweet in since.data] == made[6:]


def test_replies_are_left_out_on_demand(x, tweet):
    root = tweet("root").json()["data"]["id"]
    tweet("reply", reply={"in_reply_to_tweet_id": root})
    number = x("GET", "/2/users/me").json()["data"]["id"]
    page = x("GET", f"/2/users/{number}/tweets", params={"exclude": "replies"}).json()
    assert [tweet["id"] for tweet in page["data"]] == [root]


def test_the_timeline_is_cut_by_times(tweepy_client, clock):
    made = []
    for text in "abc":
        made.append(tweepy_client.create_tweet(text=text).data["id"])
        clock.now += 60
    me = tweepy_client.get_me().data.id
    start = datetime.fromtimestamp(clock.now - 130, UTC)
    page = tweepy_client.get_users_tweets(me, start_time=start, end_time=start + timedelta(seconds=60), user_auth=True)
    assert [str(tweet.id) for tweet in page.data] == [made[1]]
    with pytest.raises(tweepy.BadRequest, match="start_time"):
        tweepy_client.get_users_tweets(me, start_time="yesterday", user_auth=True)


def test_an_empty_timeline_has_no_data_and_a_strange_account_is_not_found(x):
    number = x("GET", "/2/users/me").json()["data"]["id"]
    assert x("GET", f"/2/users/{number}/tweets").json() == {"meta": {"result_count": 0}}
    assert x("GET", "/2/users/1/tweets").json()["errors"][0]["title"] == "Not Found Error"


@pytest.mark.parametrize("most", ["4", "101", "x"])
def test_a_page_is_5_to_100_posts_long(x, most):
    assert x("GET", "/2/users/1/tweets", params={"max_results": most}).status_code == 400


def test_a_hundred_posts_in_15_minutes_and_then_429_with_an_epoch_reset(tweet, clock):
    headers = tweet("0").headers
    assert (headers["x-rate-limit-limit"], headers["x-rate-limit-remaining"]) == ("100", "99")
    for number in range(1, 100):
        tweet(str(number))
    answer = tweet("too many")
    assert (answer.status_code, answer.json()["title"]) == (429, "Too Many Requests")
    assert clock.now < int(answer.headers["x-rate-limit-reset"]) <= clock.now + 900
    clock.now = float(answer.headers["x-rate-limit-reset"])
    assert tweet("later").status_code == 201


def test_tweepy_reads_the_reset(tweepy_client, sandbox, clock):
    sandbox.fault("x", "rate_limit", seconds=30)
    with pytest.raises(tweepy.TooManyRequests) as caught:
        tweepy_client.create_tweet(text="a")
    assert clock.now + 30 <= caught.value.reset_time < clock.now + 31


def describe(x, id_, text):
    return x("POST", "/2/media/metadata", json={"id": id_, "metadata": {"alt_text": {"text": text}}})


def test_a_picture_is_uploaded_described_and_posted_and_its_address_stands_at_the_text_s_end(x, snap, tweet, sandbox):
    id_ = snap().json()["data"]["id"]
    assert describe(x, id_, "A ferry").status_code == 200
    made = tweet("Look", media={"media_ids": [id_]}).json()["data"]
    assert made["text"].startswith("Look https://t.co/")
    (post,) = sandbox.posts()
    assert (post["text"], [picture["alt"] for picture in post["pictures"]]) == ("Look", ["A ferry"])
    again = tweet("Look again", media={"media_ids": [id_]})
    assert (again.status_code, "media IDs are invalid" in again.text) == (400, True)


@pytest.mark.parametrize(
    "more", [{"media": "%"}, {"media": "PHN2Zy8+"}, {"media": ""}, {"media_category": "tweet_video"}, {"media": None}]
)
def test_only_pictures_are_taken(snap, more):
    assert snap(**more).status_code == 400


def test_a_picture_has_five_megabytes_at_most(snap):
    picture = b"\x89PNG\r\n\x1a\n"
    assert snap(picture.ljust(5_000_000)).status_code == 200
    assert snap(picture.ljust(5_000_001)).status_code == 400


def test_words_of_a_picture_are_1000_at_most_and_of_one_s_own(x, snap):
    id_ = snap().json()["data"]["id"]
    assert describe(x, id_, "ü" * 1000).status_code == 200
    assert [describe(x, id_, text).status_code for text in ("ü" * 1001, None, 5)] == [400] * 3
    assert describe(x, "1", "A ferry").status_code == 400
    body = {"id": id_, "metadata": {"alt_text": {"text": "Theirs"}}}
    assert x("POST", "/2/media/metadata", json=body, token="sandbox-other").status_code == 400


def test_a_picture_may_be_marked_as_sensitive_and_for_reasons_that_x_knows(x, snap, tweet, sandbox):
    id_ = snap().json()["data"]["id"]
    for metadata, status in (({"sensitive_media_warning": {"scary": True}}, 400), ({}, 400), ("a", 400)):
        assert x("POST", "/2/media/metadata", json={"id": id_, "metadata": metadata}).status_code == status
    marked = {"sensitive_media_warning": {"graphic_violence": True}}
    assert x("POST", "/2/media/metadata", json={"id": id_, "metadata": marked}).status_code == 200
    tweet("Look", media={"media_ids": [id_]})
    assert sandbox.posts()[0]["sensitive"] is True


def test_a_reply_may_be_refused_as_x_refuses_them_and_posts_are_not(sandbox, tweet):
    sandbox.fault("x", "no_reply", times=2)
    root = tweet("the root").json()["data"]["id"]
    for _ in range(2):
        answer = tweet("the end", reply={"in_reply_to_tweet_id": root})
        assert (answer.status_code, "not allowed" in answer.json()["detail"]) == (403, True)
    assert tweet("the end", reply={"in_reply_to_tweet_id": root}).status_code == 201
    with pytest.raises(ValueError, match="fault of x"):
        sandbox.fault("mastodon", "no_reply")


def test_one_post_is_read_by_its_id_and_one_that_is_not_there_is_told_as_an_error_of_200(x, tweet):
    id_ = tweet("Hello").json()["data"]["id"]
    there, gone = x("GET", f"/2/tweets/{id_}"), x("GET", "/2/tweets/1")
    assert there.json()["data"]["text"] == "Hello"
    assert (gone.status_code, "data" in gone.json()) == (200, False)
    assert gone.json()["errors"][0]["detail"] == "Could not find tweet with id: [1]."
