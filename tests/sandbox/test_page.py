"""The timelines as a web page."""

from html.parser import HTMLParser
from typing import Any

import pytest

pytestmark = pytest.mark.integration


class Elements(HTMLParser):
    """Every element of a page with its attributes, and the page's words."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []
        self.words = ""
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, {name: value or "" for name, value in attrs}))

    def handle_data(self, data):
        self.words += data

    def all(self, tag: str, kind: str = "") -> list[dict[str, str]]:
        return [attrs for name, attrs in self.found if name == tag and kind in [*attrs.get("class", "").split(" "), ""]]


@pytest.fixture
def page(sandbox, http):
    def load(path: str = "/") -> Elements:
        answer = http.get(sandbox.url + path, timeout=10)
        assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
        return Elements(answer.text)

    return load


def link_facet(text: str, part: str, uri: str) -> dict[str, Any]:
    start = text.encode().index(part.encode())
    feature = {"$type": "app.bsky.richtext.facet#link", "uri": uri}
    return {"index": {"byteStart": start, "byteEnd": start + len(part.encode())}, "features": [feature]}


def external(uri: str, title: str = "Title", description: str = "Words") -> dict[str, Any]:
    return {"$type": "app.bsky.embed.external", "external": {"uri": uri, "title": title, "description": description}}


def test_an_empty_sandbox_says_how_to_post(page, sandbox):
    shown = page()
    assert f"server: {sandbox.url}" in shown.words
    assert "access_secret: sandbox-secret" in shown.words
    assert "0 posts" in shown.words
    assert "open" in shown.all("details", "how")[0]


def test_each_network_has_its_column_with_text_account_and_count(page, toot, tweet, bluesky, note):
    toot("Hello Mastodon", spoiler_text="", visibility="unlisted", language="de")
    tweet("Hello X 🎉")
    bluesky.create(note("Hello Bluesky", langs=["pt-BR"]))
    shown = page()
    assert [a["id"] for a in shown.all("section", "column")] == ["x", "mastodon", "bluesky"]
    for words in ("14/500", "10/280", "13/300", "unlisted", "@demo.sandbox.test", "1 post"):
        assert words in shown.words
    assert [a.get("lang") for a in shown.all("p", "text")] == [None, "de", "pt-BR"]
    assert all(a["dir"] == "auto" for a in shown.all("p", "text"))
    assert "open" not in shown.all("details", "how")[0]


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        '"><img src=x onerror=alert(1)>',
        "https://example.com/\"onmouseover='alert(1)'",
        "javascript:alert(1) https://example.com/<b>",
        "</p></article>{{ 7*7 }}{% raw %}",
    ],
)
def test_text_is_never_markup(page, toot, tweet, bluesky, note, text):
    empty = {tag for tag, _ in page().found}
    toot(text, spoiler_text=text)
    toot("b" + text)
    tweet(text)
    bluesky.create(note(text, facets=[link_facet(text, text[:4], f"https://example.com/?{text[0]}")]))
    bluesky.create(note("card", embed=external("https://example.com/?\"'", text, text)))
    shown = page()
    assert shown.words.count(text) >= 4
    known = empty | {"article", "b", "span", "a", "time", "div", "footer", "meter", "strong"}
    assert {tag for tag, _ in shown.found} <= known
    assert not any(name.startswith("on") or name == "style" for _, attrs in shown.found for name in attrs)


def test_only_web_addresses_are_clickable(page, bluesky, note):
    text = "click here or here"
    facets = [link_facet(text, "click", "javascript:alert(1)"), link_facet(text, "here or", "https://example.com/")]
    bluesky.create(note(text, facets=facets, embed=external("data:text/html,hi")))
    shown = page()
    outside = [a for a in shown.all("a") if a.get("target") == "_blank"]
    assert [a["href"] for a in outside] == ["https://example.com/"]
    assert all("noopener" in a["rel"] for a in outside)
    assert "javascript:alert(1)" not in shown.words


def test_bluesky_links_only_what_facets_name_and_the_others_what_looks_like_a_link(page, toot, tweet, bluesky, note):
    text = "Grüße https://example.com/a/very/long/path/that/goes/on and example.com/b"
    toot(text)
    tweet(text)
    bluesky.create(note(text))
    links = [a["href"] for a in page().all("a") if "title" in a]
    long = "https://example.com/a/very/long/path/that/goes/on"
    assert links == [long, "https://example.com/b", long]


def test_links_are_drawn_short_and_lead_to_the_whole(page, tweet):
    tweet("https://www.example.com/a/very/long/path/that/goes/on/and/on")
    assert "example.com/a/very/long/path/t…" in page().words


def test_facets_count_bytes(page, bluesky, note):
    text = "Grüße 🎉 hier"
    bluesky.create(note(text, facets=[link_facet(text, "hier", "https://example.com/")]))
    shown = page()
    assert text in shown.words
    assert [a["href"] for a in shown.all("a") if "title" in a] == ["https://example.com/"]


def test_hashtags_and_mentions_are_marked(page, tweet):
    tweet("#News for @somebody, not a#b or a@b.example")
    shown = page()
    assert (len(shown.all("span", "tag")), len(shown.all("span", "mention"))) == (1, 1)


def test_a_card_shows_title_words_host_and_picture(page, bluesky, note):
    blob = bluesky.upload().json()["blob"]
    embed = external("https://www.example.com/1", "A title", "Some words")
    embed["external"]["thumb"] = blob
    bluesky.create(note("Read", embed=embed))
    shown = page()
    assert all(words in shown.words for words in ("A title", "Some words", "example.com"))
    assert shown.all("img")[0]["src"].startswith("/xrpc/com.atproto.sync.getBlob?")


def test_x_and_mastodon_draw_a_card_of_the_first_link_with_what_is_known(page, toot, tweet, bluesky, note):
    tweet("https://example.com/unknown?a=1 https://example.com/second")
    shown = page()
    assert [a["href"] for a in shown.all("a", "card")] == ["https://example.com/unknown?a=1"]
    assert "/unknown?a=1" in shown.words
    bluesky.create(note("Read", embed=external("https://example.com/1?utm_source=bluesky", "Known title")))
    toot("https://example.com/1?utm_source=mastodon")
    assert page().words.count("Known title") == 2


def test_a_content_warning_hides_the_text(page, toot):
    toot("The detective did it. https://example.com/", spoiler_text="Spoilers")
    shown = page()
    assert "open" not in shown.all("details", "warning")[0]
    assert shown.all("a", "card") == []


def test_pictures_are_shown_with_their_words_and_no_card_beside(page, toot, tweet, bluesky, note, attach, snap):
    toot("One https://example.com/", **{"media_ids[]": attach(description="A ferry").json()["id"]})
    tweet("Two https://example.com/", media={"media_ids": [snap().json()["data"]["id"]]})
    shown = {"image": bluesky.upload().json()["blob"], "alt": "Another ferry"}
    bluesky.create(note("Three", embed={"$type": "app.bsky.embed.images", "images": [shown, shown]}))
    found = page()
    assert [image["alt"] for image in found.all("img")] == ["", "A ferry", "Another ferry", "Another ferry"]
    assert all(image["src"].startswith("/sandbox/pictures/") for image in found.all("img"))
    assert found.all("a", "card") == []
    assert found.words.count("A ferry") == 1
    assert "no ALT" in found.words


def test_words_of_pictures_labels_and_warnings_are_never_markup(page, toot, bluesky, note, attach):
    text = '"><script>alert(1)</script>'
    toot("a", **{"media_ids[]": attach(description=text).json()["id"]})
    labels = {"$type": "com.atproto.label.defs#selfLabels", "values": [{"val": text}]}
    shown = {"image": bluesky.upload().json()["blob"], "alt": text}
    bluesky.create(note("b", labels=labels, embed={"$type": "app.bsky.embed.images", "images": [shown]}))
    found = page()
    assert [image["alt"] for image in found.all("img")] == [text, text]
    assert found.words.count(text) == 3
    assert found.all("script") == []


def test_sensitive_pictures_and_those_behind_a_warning_are_hidden(page, toot, attach):
    toot("shown", sensitive="true", **{"media_ids[]": attach().json()["id"]})
    toot("hidden", spoiler_text="War", **{"media_ids[]": attach().json()["id"]})
    found = page()
    assert len(found.all("details", "warning")) == 2
    assert "Sensitive content" in found.words
    assert "War" in found.words


@pytest.mark.parametrize(("label", "hidden"), [("graphic-media", 1), ("!no-unauthenticated", 0)])
def test_labels_of_the_sender_are_badges_and_some_hide_pictures(page, bluesky, note, label, hidden):
    labels = {"$type": "com.atproto.label.defs#selfLabels", "values": [{"val": label}]}
    shown = {"image": bluesky.upload().json()["blob"], "alt": "A ferry"}
    embed = {"$type": "app.bsky.embed.images", "images": [shown]}
    bluesky.create(note("b", labels=labels, embed=embed))
    found = page()
    assert label in found.words
    assert len(found.all("details", "warning")) == hidden


def test_a_thread_stands_together_root_first(page, tweet):
    root = tweet("the root").json()["data"]["id"]
    tweet("something else")
    middle = tweet("the middle", reply={"in_reply_to_tweet_id": root}).json()["data"]["id"]
    tweet("the end", reply={"in_reply_to_tweet_id": middle})
    shown = page()
    assert len(shown.all("div", "thread")) == 2
    places = [shown.words.index(words) for words in ("the root", "the middle", "the end", "something else")]
    assert places == sorted(places)


@pytest.mark.parametrize("network", ["x", "mastodon", "bluesky"])
def test_the_address_of_a_post_shows_it_with_its_thread(page, sandbox, toot, tweet, bluesky, note, network):
    post = {"x": tweet, "mastodon": toot, "bluesky": lambda text: bluesky.create(note(text))}[network]
    post("Another one")
    post("This one")
    url = sandbox.posts()[0]["url"]
    shown = page(url.removeprefix(sandbox.url))
    assert "This one" in shown.words
    assert "Another one" not in shown.words
    assert len(shown.all("article", "chosen")) == 1


def test_a_post_by_did_or_without_a_name_is_found_too(page, sandbox, tweet, bluesky, note):
    rkey = bluesky.create(note("By DID")).json()["uri"].rpartition("/")[2]
    id_ = tweet("No name").json()["data"]["id"]
    assert "By DID" in page(f"/profile/did%3Aweb%3Ademo.sandbox.test/post/{rkey}").words
    assert "No name" in page(f"/x/i/status/{id_}").words
    assert sandbox.posts()


def test_a_post_that_is_not_there_is_404(sandbox, http):
    assert http.get(f"{sandbox.url}/@demo/1", timeout=10).status_code == 404


@pytest.mark.parametrize(
    ("later", "words"),
    [(59, "now"), (60, "1m"), (3 * 3600, "3h"), (6 * 86400, "6d"), (8 * 86400, "Nov 18, 2026"), (-60, "now")],
)
def test_times_are_told_as_people_tell_them(page, toot, clock, later, words):
    toot("a")
    clock.now += later
    assert words in page().words


def test_the_page_looks_again_by_itself_unless_told_to_keep_still(page):
    assert {"http-equiv": "refresh", "content": "5"} in page().all("meta")
    still = page("/?still")
    assert not any("http-equiv" in meta for meta in still.all("meta"))
    assert "Resume refresh" in still.words


def test_faults_on_order_are_shown(page, sandbox):
    sandbox.fault("x", "drop_after", times=3)
    assert "X: drop_after ×3" in page().words


def test_the_page_asks_for_nothing_outside_and_runs_nothing(page, sandbox, http, toot):
    toot("https://example.com/")
    answer = http.get(sandbox.url, timeout=10)
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert "unsafe" not in policy
    shown = page()
    assert shown.all("script") == []
    assert [link["href"] for link in shown.all("link")] == ["/sandbox/timeline.css"]
    assert all(image["src"].startswith("/") for image in shown.all("img"))
    style = http.get(f"{sandbox.url}/sandbox/timeline.css", timeout=10)
    assert style.headers["Content-Type"] == "text/css; charset=utf-8"
    assert "url(" not in style.text
    assert "@import" not in style.text


def test_the_page_stays_small_when_there_are_many_posts(page, sandbox, toot):
    for number in range(105):
        toot(str(number))
    shown = page()
    assert (len(shown.all("article")), len(sandbox.posts())) == (100, 105)
    assert "105 posts" in shown.words
