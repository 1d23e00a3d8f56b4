from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs

import pytest
from pydantic import ValidationError

from sharebot.errors import Refused, SignInAgain, TryLater, Unsure
from sharebot.model import Picture, Receipt
from sharebot.platforms import mastodon as module
from sharebot.platforms.mastodon import Mastodon
from sharebot.testing import sample_key, sample_post

AT = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
KEY = sample_key("weekly.0", AT)
STATUS = {"id": "115", "url": "https://mastodon.example/@weekly/115", "created_at": "2026-03-02T12:00:01.000Z"}
ME = {"id": "9", "acct": "weekly"}


def settings(**given):
    return Mastodon.Settings.model_validate({"access_token": "t0ken", **given})


def mastodon(url, **changes):
    return Mastodon(settings(server=url, **changes))


def status(number, content, at=AT):
    return {"id": str(number), "url": f"https://m.example/{number}", "content": content, "created_at": at.isoformat()}


def fields(request):
    return {name: values[0] for name, values in parse_qs(request[3].decode()).items()}


def test_a_status_is_sent_with_its_key_language_and_visibility(stub):
    stub.answers = [(200, STATUS)]
    receipt = mastodon(stub.url, visibility="unlisted").publish(sample_post(language="zh-Hant-TW"), KEY)
    (request,) = stub.seen
    assert request[:2] == ("POST", "/api/v1/statuses")
    assert request[2]["Idempotency-Key"] == "weekly.0"
    assert request[2]["Authorization"] == "Bearer t0ken"
    sent = fields(request)
    assert (sent["status"], sent["visibility"], sent["language"]) == (sample_post().text, "unlisted", "zh")
    assert receipt == Receipt("115", STATUS["url"])


def test_a_warning_and_sensitivity_go_with_the_status(stub):
    stub.answers = [(200, STATUS)]
    mastodon(stub.url).publish(sample_post(content_warning="War", sensitive=True), KEY)
    sent = fields(stub.seen[0])
    assert (sent["spoiler_text"], sent["sensitive"]) == ("War", "1")


@pytest.mark.parametrize(
    ("account", "post", "expected"),
    [
        ("public", None, "public"),
        ("public", "unlisted", "unlisted"),
        ("public", "private", "private"),
        ("unlisted", "public", "unlisted"),
        ("private", "unlisted", "private"),
        ("unlisted", "direct", "direct"),
        ("unlisted", "everybody", "unlisted"),
    ],
)
def test_a_post_may_be_seen_by_fewer_than_the_account_s_others_and_never_by_more(stub, account, post, expected):
    stub.answers = [(200, STATUS)]
    mastodon(stub.url, visibility=account).publish(sample_post(visibility=post), KEY)
    assert fields(stub.seen[0])["visibility"] == expected


QUOTE = Picture("“It runs.” — Maria", quotation="“It runs.”", speaker="Maria")


def test_a_picture_is_uploaded_with_its_words_and_attached(stub):
    stub.answers = [(200, {"id": "71", "url": "https://m.example/71.png"}), (200, STATUS)]
    mastodon(stub.url).publish(sample_post(pictures=(QUOTE,)), KEY)
    upload, post = stub.seen
    assert upload[:2] == ("POST", "/api/v2/media")
    assert upload[2]["Authorization"] == "Bearer t0ken"
    assert QUOTE.alt.encode() in upload[3]
    assert b'filename="picture.png"' in upload[3]
    assert b"\x89PNG" in upload[3]
    assert fields(post)["media_ids[]"] == "71"


def test_a_picture_that_is_not_ready_is_looked_at_until_it_is(stub, monkeypatch):
    waited: list[float] = []
    monkeypatch.setattr(module, "sleep", waited.append)
    stub.answers = [(202, {"id": "71", "url": None}), (206, {"id": "71"}), (200, {"id": "71"}), (200, STATUS)]
    mastodon(stub.url).publish(sample_post(pictures=(QUOTE,)), KEY)
    assert [path for _, path, *_ in stub.seen] == ["/api/v2/media", *["/api/v1/media/71"] * 2, "/api/v1/statuses"]
    assert sum(waited) == 2


def test_a_picture_that_never_gets_ready_means_try_later_and_has_an_end(stub, monkeypatch):
    monkeypatch.setattr(module, "sleep", lambda _: None)
    not_yet = (422, {"error": "Cannot attach files that have not finished processing. Try again in a moment!"})
    stub.answers = [(202, {"id": "71"}), *[(206, {"id": "71"})] * 5, not_yet]
    with pytest.raises(TryLater):
        mastodon(stub.url).publish(sample_post(pictures=(QUOTE,)), KEY)
    assert len(stub.seen) == 7


@pytest.mark.parametrize("answer", [(422, {"error": "File is not supported"}), (413, b"")])
def test_a_picture_that_the_server_refuses_is_left_out(stub, answer):
    stub.answers = [answer, (200, STATUS)]
    mastodon(stub.url).publish(sample_post(pictures=(QUOTE,)), KEY)
    assert "media_ids[]" not in fields(stub.seen[1])


def test_a_status_refused_for_its_picture_is_sent_without(stub):
    gone = (422, {"error": "Media 71 not found or already attached to another post"})
    stub.answers = [(200, {"id": "71"}), gone, (200, STATUS)]
    mastodon(stub.url).publish(sample_post(pictures=(QUOTE,)), KEY)
    assert "media_ids[]" not in fields(stub.seen[2])


@pytest.mark.parametrize("answer", [(500, b""), (200, {}), (200, b"<html>"), None])
def test_an_upload_whose_answer_is_lost_is_no_status_that_is_unsure(stub, answer):
    stub.answers = [answer]
    with pytest.raises(TryLater):
        mastodon(stub.url).publish(sample_post(pictures=(QUOTE,)), sample_key())


def test_a_token_that_may_not_upload_means_sign_in_again(stub):
    stub.answers = [(403, {"error": "This action is outside the authorized scopes"})]
    with pytest.raises(SignInAgain, match="scopes read and write"):
        mastodon(stub.url).publish(sample_post(pictures=(QUOTE,)), KEY)


def test_a_status_that_is_refused_for_its_words_stays_refused(stub):
    stub.answers = [(200, {"id": "71"}), (422, {"error": "Validation failed: Text character limit of 500 exceeded"})]
    with pytest.raises(Refused, match="character limit"):
        mastodon(stub.url).publish(sample_post(pictures=(QUOTE,)), KEY)


@pytest.mark.parametrize("language", [None, "", "x-klingon", "english"])
def test_a_language_that_mastodon_does_not_know_is_not_sent(stub, language):
    stub.answers = [(200, STATUS)]
    mastodon(stub.url).publish(sample_post(language=language), KEY)
    assert "language" not in fields(stub.seen[0])


def test_a_part_of_a_thread_names_the_last_status(stub):
    stub.answers = [(200, STATUS)]
    mastodon(stub.url).publish(sample_post(), KEY, (Receipt("1", "u"), Receipt("2", "u"), Receipt("3", "u")))
    assert [path for _, path, *_ in stub.seen] == ["/api/v1/statuses/1", "/api/v1/statuses/3", "/api/v1/statuses"]
    assert fields(stub.seen[2])["in_reply_to_id"] == "3"


GONE = (404, {"error": "Record not found"})
ORPHANED = "the post above it was deleted; the rest of the thread is not sent"


@pytest.mark.parametrize("answers", [[GONE], [(200, STATUS), GONE], [(200, STATUS), (200, STATUS), GONE]])
def test_where_a_post_above_is_gone_before_or_while_the_reply_comes_it_is_refused(stub, answers):
    stub.answers = list(answers)
    with pytest.raises(Refused, match=ORPHANED):
        mastodon(stub.url).publish(sample_post(), KEY, (Receipt("1", "u1"), Receipt("2", "u2")))
    assert len(stub.seen) == len(answers)


def test_a_status_that_is_said_to_be_missing_in_html_is_gone_if_the_server_is_there(stub):
    stub.answers = [(404, b"<h1>404 Not Found</h1>"), (200, ME)]
    with pytest.raises(Refused, match=ORPHANED):
        mastodon(stub.url).publish(sample_post(), KEY, (Receipt("1", "u1"),))
    stub.answers = [(404, b"<h1>404 Not Found</h1>")]
    with pytest.raises(SignInAgain, match="is there a Mastodon server"):
        mastodon(stub.url).publish(sample_post(), KEY, (Receipt("1", "u1"),))


def test_a_token_that_may_only_write_still_sends_threads(stub):
    stub.answers = [(403, {"error": "This action is outside the authorized scopes"}), (200, STATUS)]
    assert mastodon(stub.url).publish(sample_post(), KEY, (Receipt("1", "u"),)).id == "115"


def test_a_post_of_its_own_that_is_not_found_is_not_called_orphaned(stub):
    stub.answers = [GONE]
    with pytest.raises(Refused, match=r"Record not found$"):
        mastodon(stub.url).publish(sample_post(), KEY)


def test_a_token_is_not_read_from_a_file_that_has_its_name(stub, tmp_path, monkeypatch):
    (tmp_path / "t0ken").write_text("from the file")
    monkeypatch.chdir(tmp_path)
    stub.answers = [(200, STATUS)]
    mastodon(stub.url).publish(sample_post(), KEY)
    assert stub.seen[0][2]["Authorization"] == "Bearer t0ken"


@pytest.mark.parametrize("url", [None, "", "javascript:alert(1)", "https://m.example/\x1b[2J"])
def test_an_address_that_is_none_gives_way_to_one_of_the_server(stub, url):
    stub.answers = [(200, {"id": 115, "url": url})]
    assert mastodon(stub.url).publish(sample_post(), KEY).url == f"{stub.url}/web/statuses/115"


@pytest.mark.parametrize("answer", [{}, [], None, "text", 7, [[]], {"id": None}, {"id": "a\nb"}, b"", b"<html>"])
def test_an_answer_without_an_id_is_unsure(stub, answer):
    stub.answers = [(200, answer)]
    with pytest.raises(Unsure):
        mastodon(stub.url).publish(sample_post(), KEY)


def test_a_limit_s_header_that_cannot_be_read_leaves_a_taken_post_unsure_and_not_to_be_sent_again(stub):
    stub.answers = [(200, STATUS, {"X-RateLimit-Reset": "soon"})]
    with pytest.raises(Unsure, match="cannot be understood"):
        mastodon(stub.url).publish(sample_post(), KEY)


def test_a_redirect_asks_for_the_right_address(stub):
    stub.answers = [(301, b"", {"Location": "https://elsewhere.example/"})]
    with pytest.raises(SignInAgain, match="301"):
        mastodon(stub.url).publish(sample_post(), KEY)


AS_SENT = """\
<p>“The ferry runs again” — after 3 years 🛳️</p>\
<p><a href="https://news.example/ferry" rel="nofollow"><span class="invisible">https://</span>\
<span class="">news.example/ferry</span></a> <a href="https://m.example/tags/ferry">#<span>ferry</span></a></p>"""
REWRITTEN = """\
“The ferry runs again” — after 3 years 🛳️<br/><br/><a href="https://news.example/ferry">more</a>, and so on"""


@pytest.mark.parametrize("content", [AS_SENT, REWRITTEN])
def test_a_lost_status_is_found_by_its_words_or_by_its_opening_and_link(stub, content):
    stub.answers = [(200, ME), (200, [status(2, "<p>Another</p>"), status(1, content)])]
    assert mastodon(stub.url).find(sample_post(), KEY) == Receipt("1", "https://m.example/1")


@pytest.mark.parametrize(
    "content",
    [
        '<p>Also today: <a href="https://news.example/ferry">the ferry</a></p>',
        "<p>“The ferry runs again” — after 3 years 🛳️</p>",
        "",
    ],
)
def test_neither_the_link_nor_the_words_alone_make_it_the_same_status(stub, content):
    stub.answers = [(200, ME), (200, [status(1, content)]), (200, [])]
    assert mastodon(stub.url).find(sample_post(), KEY) is None


def test_a_status_from_long_before_the_first_attempt_is_not_the_lost_one(stub):
    old = status(1, "<p>Hello &amp; welcome</p>", AT - timedelta(hours=1))
    stub.answers = [(200, ME), (200, [old])]
    assert mastodon(stub.url).find(sample_post(text="Hello & welcome", links=()), KEY) is None


def test_a_lost_status_is_looked_for_page_by_page(stub):
    newer = [status(number, "<p>Another</p>", AT + timedelta(hours=1)) for number in range(90, 50, -1)]
    stub.answers = [(200, ME), (200, newer), (200, [status(7, "<p>Hello &amp; welcome</p>")])]
    assert mastodon(stub.url).find(sample_post(text="Hello & welcome", links=()), KEY) == Receipt(
        "7", "https://m.example/7"
    )
    assert "max_id=51" in stub.seen[2][1]


def test_more_statuses_than_can_be_looked_through_are_not_taken_for_all(stub):
    stub.answers = [(200, ME), (200, [status(1, "<p>Another</p>")] * 40)]
    with pytest.raises(TryLater, match="more statuses"):
        mastodon(stub.url).find(sample_post(), KEY)


def test_a_server_that_knows_no_pages_has_told_all_that_it_has(stub):
    stub.answers = [(200, ME), (200, [status(2, "<p>Another</p>"), status(1, "<p>And another</p>")])]
    assert mastodon(stub.url).find(sample_post(), KEY) is None
    assert len(stub.seen) == 3


@pytest.mark.parametrize("answer", [(200, None), (200, ["id"]), (200, b"<html>"), (500, b""), (502, b""), None])
def test_what_cannot_be_read_is_not_taken_for_not_being_there(stub, answer):
    stub.answers = [(200, ME), answer]
    with pytest.raises(TryLater):
        mastodon(stub.url).find(sample_post(), KEY)


def test_a_time_without_a_zone_is_utc(stub):
    naive = {**status(1, "<p>Hello</p>"), "created_at": "2026-03-02T11:00:00"}
    stub.answers = [(200, ME), (200, [naive])]
    assert mastodon(stub.url).find(sample_post(text="Hello", links=()), KEY) is None


def test_a_status_without_a_time_may_be_the_lost_one(stub):
    stub.answers = [(200, ME), (200, [{"id": "1", "url": "https://m.example/1", "content": "<p>Hello</p>"}])]
    assert mastodon(stub.url).find(sample_post(text="Hello", links=()), KEY) == Receipt("1", "https://m.example/1")


def test_it_says_as_whom_it_is_signed_in(stub):
    stub.answers = [(200, ME)]
    assert mastodon(stub.url).who() == f"@weekly@{stub.url.removeprefix('http://')}"


@pytest.mark.parametrize(
    ("account", "app", "told"),
    [
        ({"bot": True}, (200, {"scopes": ["read", "write"]}), (("read", "write"), True, True)),
        ({"bot": False}, (200, {"scopes": ["read", "write:statuses"]}), (("read", "write:statuses"), True, False)),
        ({}, (200, {"scopes": ["read"]}), (("read",), False, None)),
        ({"bot": None}, (200, {"name": "an older server"}), ((), None, None)),
        ({}, (404, {"error": "not here"}), ((), None, None)),
        ({}, (500, b""), ((), None, None)),
        ({}, (200, []), ((), None, None)),
    ],
)
def test_it_tells_what_its_token_may_do_where_the_server_says_so(stub, account, app, told):
    stub.answers = [(200, ME | account), app]
    found = mastodon(stub.url).identity()
    assert (found.may, found.writes, found.bot) == told
    assert (found.who, found.ends) == (f"@weekly@{stub.url.removeprefix('http://')}", None)
    assert stub.seen[1][1] == "/api/v1/apps/verify_credentials"


@pytest.mark.parametrize("answer", [(200, []), (200, {})])
def test_without_an_account_in_the_answer_it_is_to_be_asked_again(stub, answer):
    stub.answers = [answer]
    with pytest.raises(TryLater):
        mastodon(stub.url).who()


def test_a_token_never_travels_in_the_clear():
    with pytest.raises(ValidationError, match="https only"):
        settings(server="http://mastodon.example")


def test_direct_messages_are_no_choice():
    with pytest.raises(ValidationError, match="visibility"):
        settings(server="https://mastodon.example", visibility="direct")


# ── editing ──────────────────────────────────────────────────────────────────────────────────────────────────────────

OUT = Receipt("115", "https://m.example/115")


def test_an_edit_names_the_pictures_that_are_there_for_the_server_takes_the_others_away(stub):
    stub.answers = [(200, STATUS | {"media_attachments": [{"id": "71"}, {"id": "72"}]}), (200, STATUS)]
    receipt = mastodon(stub.url).edit(sample_post(content_warning="War", sensitive=True), OUT)
    looked, edited = stub.seen
    assert (looked[:2], edited[:2]) == (("GET", "/api/v1/statuses/115"), ("PUT", "/api/v1/statuses/115"))
    assert parse_qs(edited[3].decode())["media_ids[]"] == ["71", "72"]
    sent = fields(edited)
    assert (sent["status"], sent["spoiler_text"], sent["sensitive"]) == (sample_post().text, "War", "1")
    assert not {"visibility", "language", "in_reply_to_id"} & set(sent), "these stay as they are"
    assert receipt == Receipt("115", STATUS["url"])


def test_an_edit_of_a_status_without_pictures_names_none(stub):
    stub.answers = [(200, STATUS | {"media_attachments": []}), (200, STATUS)]
    mastodon(stub.url).edit(sample_post(), OUT)
    assert "media_ids[]" not in fields(stub.seen[1])


@pytest.mark.parametrize("answer", [(500, b""), (200, {}), (200, [1]), (200, b"<html>"), None])
def test_an_edit_that_did_not_get_to_writing_surely_did_nothing(stub, answer):
    stub.answers = [answer]
    with pytest.raises(TryLater):
        mastodon(stub.url).edit(sample_post(), OUT)
    assert {request[0] for request in stub.seen} == {"GET"}


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ((404, {"error": "Record not found"}), Refused),
        ((403, {"error": "This action is outside the authorized scopes"}), SignInAgain),
        ((422, {"error": "Validation failed: Text character limit of 500 exceeded"}), Refused),
        ((503, {"error": "later"}), TryLater),
        ((500, b""), Unsure),
        (None, Unsure),
    ],
)
def test_an_edit_fails_by_the_same_table_as_a_status(stub, answer, error):
    stub.answers = [(200, STATUS | {"media_attachments": []}), answer]
    with pytest.raises(error):
        mastodon(stub.url).edit(sample_post(), OUT)
