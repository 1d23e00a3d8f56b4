"""The sandbox's Mastodon keeps Mastodon's rules."""

import re
from datetime import UTC, datetime

import pytest
import requests
from mastodon import Mastodon
from mastodon.errors import MastodonAPIError, MastodonNotFoundError, MastodonRatelimitError, MastodonUnauthorizedError

from sharebot.sandbox import Sandbox
from sharebot.text.measure import MastodonLimits

PICTURE = b"\x89PNG\r\n\x1a\n\r\n pic\nture\r\n"
pytestmark = pytest.mark.integration


@pytest.fixture
def client(sandbox):
    made = Mastodon(access_token="sandbox-demo", api_base_url=sandbox.url, ratelimit_method="throw", request_timeout=10)
    yield made
    made.session.close()


def test_mastodon_py_posts_and_reads_back(client, sandbox):
    status = client.status_post("Hello https://news.example/1 #News", language="en", visibility="unlisted")
    (read,) = client.account_statuses(client.account_verify_credentials())
    assert (read.id, read.language, read.visibility) == (status.id, "en", "unlisted")
    assert status.url == f"{sandbox.url}/@demo/{status.id}"
    assert client.status(status).content == read.content
    assert client.status_source(status).text == "Hello https://news.example/1 #News"


def test_mastodon_py_learns_the_version_and_the_limits(client):
    assert client.retrieve_mastodon_version() == "4.5.0"
    assert client.instance_v2().configuration.statuses.max_characters == 500
    assert client.instance_v1().title == "sharebot sandbox"
    assert client.instance_nodeinfo().software.name == "mastodon"


def test_a_server_with_limits_of_its_own_tells_them_and_keeps_them():
    with Sandbox(mastodon=MastodonLimits(40, 30)) as sandbox:
        made = Mastodon(access_token="sandbox-demo", api_base_url=sandbox.url, request_timeout=10)
        for instance in (made.instance_v2(), made.instance_v1()):
            statuses = instance.configuration.statuses
            assert (statuses.max_characters, statuses.characters_reserved_per_url) == (40, 30)
        made.status_post("0123456 9 https://news.example.org/a")
        with pytest.raises(MastodonAPIError, match="limit of 40 exceeded"):
            made.status_post("0123456 90 https://news.example.org/a")
        made.session.close()
        (post,) = sandbox.posts()
        assert (post["length"], post["limit"]) == (40, 40)
        assert "40/40" in requests.get(sandbox.url, timeout=10).text


def test_the_content_is_html_whose_text_is_the_post(toot):
    text = 'Line <b>one</b> & "two"\nhttps://news.example/a-long-path/that-is-shortened?x=1&y=2 #Tag'
    content = toot(text).json()["content"]
    bare = re.sub(r"<[^>]+>", "", content.replace("<br />", "\n"))
    assert bare.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", '"').replace("&amp;", "&") == text
    assert "<b>" not in content
    assert 'rel="tag">#<span>Tag' in content


@pytest.mark.parametrize("token", ["", "sandbox-", "sandbox-UPPER", "sandbox-a_b", "secret", "Sandbox-demo"])
def test_a_wrong_token_is_401(sandbox, http, token):
    headers = {"Authorization": f"Bearer {token}"}
    answer = http.post(f"{sandbox.url}/api/v1/statuses", {"status": "a"}, headers=headers, timeout=10)
    assert (answer.status_code, answer.json()) == (401, {"error": "The access token is invalid"})


def test_mastodon_py_hears_of_a_wrong_token(sandbox):
    client = Mastodon(access_token="wrong", api_base_url=sandbox.url)
    with pytest.raises(MastodonUnauthorizedError):
        client.account_verify_credentials()
    client.session.close()


def test_five_hundred_characters_are_taken_and_one_more_is_refused(toot):
    assert toot("x" * 500).status_code == 200
    answer = toot("x" * 501)
    assert answer.status_code == 422
    assert answer.json() == {"error": "Validation failed: Text character limit of 500 exceeded"}


def test_a_link_counts_23_and_the_content_warning_counts(toot):
    link = "https://example.com/" + "a" * 200
    assert toot("x" * 476 + " " + link).status_code == 200
    assert toot("x" * 476 + " " + link, spoiler_text="!").status_code == 422


@pytest.mark.parametrize("text", ["", "  \n"])
def test_an_empty_text_is_refused(toot, text):
    assert toot(text).json() == {"error": "Validation failed: Text can't be blank"}


@pytest.mark.parametrize("field", ["poll", "quoted_status_id", "scheduled_at"])
def test_what_the_sandbox_has_not_is_refused_by_name(toot, field):
    answer = toot("a", **{field: "1"})
    assert answer.status_code == 422
    assert field in answer.json()["error"]


def test_mastodon_py_uploads_a_picture_and_attaches_it(client, sandbox, http):
    media = client.media_post(PICTURE, "image/png", description="Grüße 🎉 from the ferry")
    assert client.media(media).description == "Grüße 🎉 from the ferry"
    status = client.status_post("Look", media_ids=[media], sensitive=True)
    (shown,) = status.media_attachments
    assert (shown.description, status.sensitive) == ("Grüße 🎉 from the ferry", True)
    answer = http.get(shown.url, timeout=10)
    assert (answer.content, answer.headers["Content-Type"]) == (PICTURE, "image/png")
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert sandbox.posts()[0]["pictures"] == [{"url": shown.url, "alt": "Grüße 🎉 from the ferry"}]


@pytest.mark.parametrize("data", [b"", b"<svg/>", b"RIFF\0\0\0\0WAVE"])
def test_what_is_no_picture_is_refused_whatever_it_is_called(attach, data):
    answer = attach(data)
    assert answer.status_code == 422
    assert "File is not supported" in answer.json()["error"]


def test_1500_characters_describe_a_picture_and_one_more_is_refused(attach):
    assert attach(description="ü" * 1500).status_code == 200
    assert "1500" in attach(description="ü" * 1501).json()["error"]


def test_pictures_are_ones_own_are_posted_once_and_are_four_at_most(attach, toot):
    ids = [attach().json()["id"] for _ in range(5)]
    assert "more than 4" in toot("five", **{"media_ids[]": ids}).json()["error"]
    assert "not found" in toot("theirs", account="other", **{"media_ids[]": ids[:1]}).json()["error"]
    first = toot("four", key="k", **{"media_ids[]": ids[:4]}).json()
    assert len(first["media_attachments"]) == 4
    assert toot("four", key="k", **{"media_ids[]": ids[:4]}).json()["id"] == first["id"]
    assert "already attached" in toot("again", **{"media_ids[]": ids[:1]}).json()["error"]
    assert toot("", **{"media_ids[]": ids[4:]}).status_code == 200


def test_a_picture_that_is_not_there_is_404(sandbox, http):
    headers = {"Authorization": "Bearer sandbox-demo"}
    assert http.get(f"{sandbox.url}/api/v1/media/1", headers=headers, timeout=10).status_code == 404
    assert http.get(f"{sandbox.url}/sandbox/pictures/bafk", timeout=10).status_code == 404
    assert http.post(f"{sandbox.url}/api/v2/media", timeout=10).status_code == 401


def test_thirty_pictures_in_half_an_hour_and_then_429(attach, clock):
    assert [attach().status_code for _ in range(31)] == [200] * 30 + [429]
    clock.now += 30 * 60
    assert attach().status_code == 200


def test_a_warning_makes_a_status_sensitive(toot):
    assert toot("a", spoiler_text="War").json()["sensitive"] is True
    assert toot("b", sensitive="true").json()["sensitive"] is True
    assert toot("c").json()["sensitive"] is False


def test_an_unknown_visibility_is_refused(toot):
    assert toot("a", visibility="everybody").status_code == 422


def test_a_language_that_is_none_is_passed_over(toot):
    assert toot("a", language="not a language").json()["language"] == "en"
    assert toot("b", language="pt-BR").json()["language"] == "pt-BR"


def test_a_reply_needs_a_post_to_reply_to(client):
    root = client.status_post("root")
    assert client.status_post("reply", in_reply_to_id=root).in_reply_to_id == root.id
    with pytest.raises(MastodonNotFoundError, match="does not appear to exist"):
        client.status_post("lost", in_reply_to_id="1")


def test_the_same_idempotency_key_gives_the_same_status_for_an_hour(client, clock, sandbox):
    first = client.status_post("one", idempotency_key="k")
    clock.now += 3599
    assert client.status_post("other words", idempotency_key="k").id == first.id
    clock.now += 1
    assert client.status_post("one", idempotency_key="k").id != first.id
    assert len(sandbox.posts()) == 2


def test_an_idempotency_key_belongs_to_its_account(toot):
    assert toot("a", key="k").json()["id"] != toot("a", account="other", key="k").json()["id"]


def test_json_is_understood_as_well_as_a_form(sandbox, http):
    headers = {"Authorization": "Bearer sandbox-demo"}
    url = f"{sandbox.url}/api/v1/statuses"
    assert http.post(url, json={"status": "Grüße 🎉"}, headers=headers, timeout=10).status_code == 200
    assert http.post(url, json=["status"], headers=headers, timeout=10).status_code == 400
    assert http.post(url, json={"status": {"a": 1}}, headers=headers, timeout=10).status_code == 422
    assert [post["text"] for post in sandbox.posts()] == ["Grüße 🎉"]


def test_three_hundred_posts_in_three_hours_and_then_429_with_an_iso_8601_reset(toot, clock):
    headers = toot("0").headers
    assert (headers["X-RateLimit-Limit"], headers["X-RateLimit-Remaining"]) == ("300", "299")
    for number in range(1, 300):
        toot(str(number))
    answer = toot("too many")
    assert (answer.status_code, answer.json()) == (429, {"error": "Too many requests"})
    clock.now = datetime.fromisoformat(answer.headers["X-RateLimit-Reset"]).timestamp()
    assert toot("later").status_code == 200


def test_a_repeated_key_takes_nothing_from_the_limit(toot):
    toot("a", key="k")
    assert toot("a", key="k").headers["X-RateLimit-Remaining"] == "299"


def test_mastodon_py_reads_the_reset(client, sandbox):
    sandbox.fault("mastodon", "rate_limit", seconds=60)
    with pytest.raises(MastodonRatelimitError):
        client.status_post("a")
    assert not sandbox.posts()


def test_the_timeline_is_cut_by_ids_and_replies(client):
    ids = [client.status_post(text).id for text in "abc"]
    reply = client.status_post("d", in_reply_to_id=ids[0]).id
    me = client.me()
    assert [s.id for s in client.account_statuses(me, max_id=ids[2])] == [ids[1], ids[0]]
    assert [s.id for s in client.account_statuses(me, since_id=ids[2])] == [reply]
    assert [s.id for s in client.account_statuses(me, limit=1)] == [reply]
    assert [s.id for s in client.account_statuses(me, exclude_replies=True)] == ids[::-1]


def test_others_see_open_posts_only(client, sandbox):
    private = client.status_post("for friends", visibility="private")
    public = client.status_post("for all")
    other = Mastodon(access_token="sandbox-other", api_base_url=sandbox.url)
    assert [s.id for s in other.account_statuses(client.me())] == [public.id]
    with pytest.raises(MastodonNotFoundError):
        other.status(private)
    with pytest.raises(MastodonNotFoundError):
        other.account_statuses(1)
    other.session.close()


def test_created_at_is_the_sandboxs_clock(toot, clock):
    assert datetime.fromisoformat(toot("a").json()["created_at"]) == datetime.fromtimestamp(clock.now, UTC)


def test_an_outage_reads_as_mastodons(client, sandbox):
    sandbox.fault("mastodon", "unavailable")
    with pytest.raises(MastodonAPIError, match="temporary problem"):
        client.status_post("a")


# ── editing ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_mastodon_py_edits_a_status_whose_history_and_page_show_it(client, sandbox, clock):
    status = client.status_post("Three boats #News", language="de", visibility="unlisted", spoiler_text="Sea")
    assert status.edited_at is None
    clock.now += 60
    edited = client.status_update(status, "Four boats", spoiler_text="Sea")
    assert (edited.id, edited.url, edited.language, edited.visibility) == (status.id, status.url, "de", "unlisted")
    assert (edited.edited_at - edited.created_at).total_seconds() == 60
    assert [re.sub(r"<[^>]+>", "", version.content) for version in client.status_history(status)] == [
        "Three boats #News",
        "Four boats",
    ]
    (post,) = sandbox.posts()
    assert (post["text"], post["before"]) == ("Four boats", ["Three boats #News"])
    page = requests.get(sandbox.url, timeout=10).text
    assert 'title="it said: Three boats #News">edited</span>' in page


def test_the_same_words_again_leave_no_trace(client):
    status = client.status_post("Three boats")
    client.status_update(status, "Four boats")
    client.status_update(status, "Four boats")
    assert len(client.status_history(status)) == 2


def test_an_edit_keeps_the_pictures_that_it_names_and_takes_the_others_away(client):
    media = client.media_post(PICTURE, "image/png", description="A boat")
    status = client.status_post("Three boats", media_ids=[media])
    kept = client.status_update(status, "Four boats", media_ids=[each.id for each in status.media_attachments])
    assert [each.description for each in kept.media_attachments] == ["A boat"]
    more = client.media_post(PICTURE, "image/png", description="Another")
    both = client.status_update(status, "Four boats", media_ids=[*(each.id for each in kept.media_attachments), more])
    assert [each.description for each in both.media_attachments] == ["A boat", "Another"]
    assert client.status_update(status, "Four boats").media_attachments == []


def test_only_its_author_edits_a_status_and_by_the_same_rules(sandbox, toot, http):
    id_ = toot("Mine").json()["id"]

    def edit(text, account="demo", at=id_):
        headers = {"Authorization": f"Bearer sandbox-{account}"}
        answer = http.put(f"{sandbox.url}/api/v1/statuses/{at}", {"status": text}, headers=headers, timeout=10)
        return answer.status_code, answer.json().get("error")

    assert edit("Theirs", account="other") == (404, "Record not found")
    assert edit("Nothing", at="9") == (404, "Record not found")
    assert edit("x" * 501) == (422, "Validation failed: Text character limit of 500 exceeded")
    assert edit("") == (422, "Validation failed: Text can't be blank")
    assert sandbox.posts()[0]["text"] == "Mine"
    sandbox.fault("mastodon", "unavailable")
    assert edit("Later")[0] == 503
