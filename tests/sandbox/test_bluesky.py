"""The sandbox's Bluesky keeps a personal data server's rules."""

import pytest

from sharebot.sandbox.images import kind_of

PICTURE = b"\x89PNG\r\n\x1a\n picture"
pytestmark = pytest.mark.integration

KEY = "3l2s5xqxb4c2k"
OTHER = "3l2s5xqxb4c2l"


def _error(answer):
    return answer.status_code, answer.json()["error"]


def _link(start, end, uri="https://news.example/1"):
    feature = {"$type": "app.bsky.richtext.facet#link", "uri": uri}
    return {"index": {"byteStart": start, "byteEnd": end}, "features": [feature]}


def _card(**more):
    external = {"uri": "https://news.example/1", "title": "Title", "description": "Words", **more}
    return {"$type": "app.bsky.embed.external", "external": external}


@pytest.mark.parametrize("identifier", ["demo.sandbox.test", "Demo.Sandbox.Test", "did:web:demo.sandbox.test"])
def test_a_handle_or_a_did_signs_in(bluesky, identifier):
    body = {"identifier": identifier, "password": "sandbox-secret"}
    session = bluesky.call("com.atproto.server.createSession", body, token="").json()
    assert (session["did"], session["handle"]) == ("did:web:demo.sandbox.test", "demo.sandbox.test")
    seen = bluesky.call("com.atproto.server.getSession", token=session["accessJwt"]).json()
    assert (seen["did"], seen["active"]) == (session["did"], True)


@pytest.mark.parametrize(
    "body",
    [
        {"identifier": "demo.sandbox.test", "password": "wrong"},
        {"identifier": "demo.bsky.social", "password": "sandbox-secret"},
        {"identifier": "demo", "password": "sandbox-secret"},
        {},
    ],
)
def test_a_wrong_password_or_handle_is_401(bluesky, body):
    answer = bluesky.call("com.atproto.server.createSession", body, token="")
    assert _error(answer) == (401, "AuthenticationRequired")


def test_an_access_token_ends_after_two_hours_with_400_and_is_refreshed(bluesky, clock, note):
    clock.now += 2 * 3600
    assert _error(bluesky.create(note())) == (400, "ExpiredToken")
    refresh = bluesky.session["refreshJwt"]
    bluesky.session = bluesky.call("com.atproto.server.refreshSession", {}, token=refresh).json()
    assert bluesky.create(note()).status_code == 200
    clock.now += 91 * 86400
    assert _error(bluesky.call("com.atproto.server.refreshSession", {}, token=refresh)) == (400, "ExpiredToken")


def test_tokens_of_the_wrong_kind_are_400_and_none_is_401(bluesky):
    path = "com.atproto.server.getSession"
    access = bluesky.session["accessJwt"]
    for token in ("garbage", "a.b.c", access[:-2] + "xx", access.replace(".", ".x"), bluesky.session["refreshJwt"]):
        assert _error(bluesky.call(path, token=token)) == (400, "InvalidToken")
    assert _error(bluesky.call("com.atproto.server.refreshSession", {}, token=access)) == (400, "InvalidToken")
    assert _error(bluesky.call(path, token="")) == (401, "AuthMissing")


def test_sessions_are_scarce(bluesky):
    body = {"identifier": "demo.sandbox.test", "password": "sandbox-secret"}
    statuses = [bluesky.call("com.atproto.server.createSession", body, token="").status_code for _ in range(30)]
    assert statuses == [200] * 29 + [429]  # the client's own was the first


def test_the_same_put_twice_writes_once(bluesky, note, sandbox):
    first, second = (bluesky.put(KEY, note(), swapRecord=None).json() for _ in range(2))
    assert "commit" in first
    assert "commit" not in second
    assert (first["uri"], first["cid"]) == (second["uri"], second["cid"])
    assert first["uri"] == f"at://{bluesky.did}/app.bsky.feed.post/{KEY}"
    assert len(sandbox.posts()) == 1


def test_other_content_under_a_used_key_is_invalid_swap(bluesky, note, sandbox):
    cid = bluesky.put(KEY, note("one"), swapRecord=None).json()["cid"]
    answer = bluesky.put(KEY, note("two"), swapRecord=None)
    assert _error(answer) == (400, "InvalidSwap")
    assert cid in answer.json()["message"]
    assert [post["text"] for post in sandbox.posts()] == ["one"]


def test_a_swap_names_the_version_it_replaces(bluesky, note, sandbox, clock):
    cid = bluesky.put(KEY, note("one"), swapRecord=None).json()["cid"]
    clock.now += 60
    assert bluesky.put(KEY, note("two"), swapRecord=cid).status_code == 200
    assert _error(bluesky.put(KEY, note("three"), swapRecord=cid)) == (400, "InvalidSwap")
    assert _error(bluesky.put(OTHER, note(), swapRecord=cid)) == (400, "InvalidSwap")
    assert bluesky.put(KEY, note("four")).status_code == 200
    assert [post["text"] for post in sandbox.posts()] == ["four"]


def test_create_makes_a_key_and_a_used_key_is_a_bare_500(bluesky, note):
    made = bluesky.create(note("one")).json()
    key = made["uri"].rpartition("/")[2]
    assert len(key) == 13
    assert bluesky.create(note("two")).json()["uri"] != made["uri"]
    assert _error(bluesky.create(note("three"), rkey=key)) == (500, "InternalServerError")


@pytest.mark.parametrize("rkey", ["self", "3l2s5xqxb4c21", "zzzzzzzzzzzzz", "3L2S5XQXB4C2K", "", 5, None])
def test_a_key_that_is_no_tid_is_refused(bluesky, note, rkey):
    assert _error(bluesky.put(rkey, note())) == (400, "InvalidRequest")


def test_a_record_is_read_back_as_it_was_written(bluesky, note):
    record = note("Grüße", langs=["de"], tags=["a"], via="sharebot")
    made = bluesky.put(KEY, record).json()
    where = {"repo": bluesky.did, "collection": "app.bsky.feed.post", "rkey": KEY}
    path = "com.atproto.repo.getRecord"
    assert bluesky.call(path, params=where).json() == {"uri": made["uri"], "cid": made["cid"], "value": record}
    assert _error(bluesky.call(path, params=where | {"rkey": OTHER})) == (400, "RecordNotFound")
    assert _error(bluesky.call(path, params=where | {"cid": "bafy"})) == (400, "RecordNotFound")
    assert _error(bluesky.call(path, params=where | {"repo": "x.example"})) == (400, "InvalidRequest")


def test_records_are_listed_newest_first_in_pages(bluesky, note, clock):
    keys = []
    for text in "abc":
        clock.now += 1
        keys.append(bluesky.create(note(text)).json()["uri"])
    where = {"repo": "demo.sandbox.test", "collection": "app.bsky.feed.post", "limit": "2"}
    path = "com.atproto.repo.listRecords"
    first = bluesky.call(path, params=where).json()
    rest = bluesky.call(path, params=where | {"cursor": first["cursor"]}).json()
    assert [record["uri"] for record in first["records"] + rest["records"]] == keys[::-1]
    oldest = bluesky.call(path, params=where | {"reverse": "true"}).json()["records"]
    assert [record["uri"] for record in oldest] == keys[:2]
    assert bluesky.call(path, params=where | {"collection": "a.b.c"}).json() == {"records": []}


def test_only_ones_own_repo_and_only_posts_can_be_written(bluesky, note):
    body = {"repo": "other.sandbox.test", "collection": "app.bsky.feed.post", "record": note()}
    assert bluesky.call("com.atproto.repo.createRecord", body).status_code == 401
    body |= {"repo": bluesky.did, "collection": "app.bsky.feed.like"}
    assert _error(bluesky.call("com.atproto.repo.createRecord", body)) == (400, "InvalidRequest")
    assert _error(bluesky.call("com.atproto.repo.createRecord", body | {"record": "a"})) == (400, "InvalidRequest")


def test_a_reply_names_posts_that_are_there(bluesky, note, sandbox):
    made = bluesky.create(note("root")).json()
    root = {"uri": made["uri"], "cid": made["cid"]}
    assert bluesky.create(note("reply", reply={"root": root, "parent": root})).status_code == 200
    assert sandbox.posts()[0]["reply_to"] == root["uri"].rpartition("/")[2]
    for parent in (root | {"cid": "bafyother"}, root | {"uri": root["uri"][:-2] + "zz"}):
        answer = bluesky.create(note("lost", reply={"root": root, "parent": parent}))
        assert _error(answer) == (400, "InvalidRequest")
    assert _error(bluesky.create(note("lost", reply={"root": root}))) == (400, "InvalidRequest")


def test_a_card_carries_an_uploaded_picture(bluesky, note, sandbox):
    blob = bluesky.upload().json()["blob"]
    assert (blob["mimeType"], blob["size"]) == ("image/png", len(PICTURE))
    assert bluesky.create(note(embed=_card(thumb=blob))).status_code == 200
    card = sandbox.posts()[0]["card"]
    assert (card["url"], card["title"], card["image"]) == ("https://news.example/1", "Title", blob["ref"]["$link"])
    where = {"did": bluesky.did, "cid": blob["ref"]["$link"]}
    picture = bluesky.call("com.atproto.sync.getBlob", params=where)
    assert (picture.content, picture.headers["Content-Type"]) == (PICTURE, "image/png")
    assert "sandbox" in picture.headers["Content-Security-Policy"]
    assert _error(bluesky.call("com.atproto.sync.getBlob", params={"cid": "bafy"})) == (400, "BlobNotFound")


def test_a_picture_is_known_not_over_a_megabyte_and_of_its_own_kind(bluesky, note):
    small, large = (bluesky.upload(PICTURE.ljust(size)).json()["blob"] for size in (1_000_000, 1_000_001))
    assert bluesky.create(note(embed=_card(thumb=small))).status_code == 200
    assert _error(bluesky.create(note(embed=_card(thumb=large)))) == (400, "BlobTooLarge")
    unknown = small | {"ref": {"$link": "bafkreiunknown"}}
    assert _error(bluesky.create(note(embed=_card(thumb=unknown)))) == (400, "BlobNotFound")
    other = small | {"mimeType": "image/jpeg"}
    assert _error(bluesky.create(note(embed=_card(thumb=other)))) == (400, "InvalidMimeType")


@pytest.mark.parametrize("kind", ["image/svg+xml", "text/html", "", "image/png"])
def test_only_pictures_are_uploaded_and_told_by_their_content(bluesky, kind):
    assert _error(bluesky.upload(b"<svg>", kind)) == (400, "InvalidRequest")


def test_a_picture_called_another_kind_is_refused(bluesky):
    assert _error(bluesky.upload(PICTURE, "image/jpeg")) == (400, "InvalidMimeType")


def _shown(blob, alt="A ferry", **more):
    return {"image": blob, "alt": alt, **more}


def _images(*images):
    return {"$type": "app.bsky.embed.images", "images": list(images)}


def test_four_pictures_with_their_words_are_shown_and_a_fifth_is_refused(bluesky, note, sandbox, http):
    blob = bluesky.upload().json()["blob"]
    shown = _shown(blob, aspectRatio={"width": 16, "height": 9})
    assert bluesky.create(note(embed=_images(*[shown] * 4))).status_code == 200
    pictures = sandbox.posts()[0]["pictures"]
    assert [picture["alt"] for picture in pictures] == ["A ferry"] * 4
    assert http.get(pictures[0]["url"], timeout=10).content == PICTURE
    assert _error(bluesky.create(note(embed=_images(*[shown] * 5)))) == (400, "InvalidRequest")


def test_pictures_of_a_post_are_known_and_not_over_a_megabyte(bluesky, note):
    blob = bluesky.upload(PICTURE.ljust(1_000_001)).json()["blob"]
    assert _error(bluesky.create(note(embed=_images(_shown(blob))))) == (400, "BlobTooLarge")
    unknown = blob | {"ref": {"$link": "bafkreiunknown"}}
    assert _error(bluesky.create(note(embed=_images(_shown(unknown))))) == (400, "BlobNotFound")


@pytest.mark.parametrize("more", [{"alt": None}, {"aspectRatio": {"width": 0, "height": 1}}, {"aspectRatio": "wide"}])
def test_a_picture_needs_words_and_proportions_that_are_some(bluesky, note, more):
    blob = bluesky.upload().json()["blob"]
    answer = bluesky.create(note(embed=_images(_shown(blob) | more)))
    assert _error(answer) == (400, "InvalidRequest")
    assert f"embed.images.0.{next(iter(more))}" in answer.json()["message"]


def test_ten_labels_of_the_sender_are_shown_and_an_eleventh_is_refused(bluesky, note, sandbox):
    def labels(count, value="graphic-media"):
        return {"$type": "com.atproto.label.defs#selfLabels", "values": [{"val": value}] * count}

    assert bluesky.create(note(labels=labels(10))).status_code == 200
    assert sandbox.posts()[0]["labels"] == ["graphic-media"] * 10
    for wrong in (labels(11), labels(1, ""), labels(1, "x" * 129), {"$type": "other", "values": []}):
        assert _error(bluesky.create(note(labels=wrong))) == (400, "InvalidRequest")


def test_writes_cost_points(bluesky, note, clock):
    created = bluesky.create(note("a")).headers
    put = bluesky.put(KEY, note("b")).headers
    assert (created["RateLimit-Limit"], created["RateLimit-Remaining"]) == ("5000", "4997")
    assert put["RateLimit-Remaining"] == "4995"
    assert clock.now < int(put["RateLimit-Reset"]) <= clock.now + 3600


def test_a_spent_limit_is_429(bluesky, note, sandbox, clock):
    sandbox.fault("bluesky", "rate_limit", seconds=10)
    answer = bluesky.create(note())
    assert _error(answer) == (429, "RateLimitExceeded")
    assert clock.now + 10 <= int(answer.headers["RateLimit-Reset"]) < clock.now + 11


@pytest.mark.parametrize("body", [b"", b"{", b"[]"])
def test_a_body_that_is_no_json_object_is_400(bluesky, body):
    headers = {"Content-Type": "application/json"}
    answer = bluesky.call("com.atproto.repo.createRecord", data=body, headers=headers)
    assert _error(answer) == (400, "InvalidRequest")


def test_a_facet_in_the_middle_of_a_character_is_refused_over_the_wire(bluesky, note):
    assert bluesky.create(note("é link", facets=[_link(3, 7)])).status_code == 200
    answer = bluesky.create(note("é link", facets=[_link(1, 7)]))
    assert _error(answer) == (400, "InvalidRequest")
    assert "borders of characters" in answer.json()["message"]


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"GIF89a", "image/gif"),
        (b"GIF87a", "image/gif"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "image/webp"),
        (PICTURE, "image/png"),
        (b"RIFF\0\0\0\0WAVE", ""),
        (b"\x89PNG", ""),
        (b"", ""),
    ],
)
def test_a_picture_s_kind_is_told_by_its_first_bytes(data, kind):
    assert kind_of(data) == kind
