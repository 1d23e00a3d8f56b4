import gzip
import socket
import time
from datetime import UTC, datetime, timedelta

import pytest

from sharebot import fetch, http
from sharebot.errors import SourceError
from sharebot.fetch import Gone, Later, Missing, Version, get, get_if_changed, shown, unwrap

NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)
BODY = b"<rss></rss>"


def moved(target, status=302):
    return (status, {"Location": target}, b"")


def fetched(web, path="/", **more):
    return get(f"{web.url}{path}", NOW, allow_private=True, **more)


def raw(answer):
    """Answer with these bytes, head included, and hang up."""
    return lambda handler: handler.wfile.write(answer)


def test_a_document_comes_with_its_type_its_version_and_its_address(web):
    headers = {"Content-Type": "text/html; charset=koi8-r", "ETag": '"1"', "Last-Modified": "Wed, 01 Jul 2026"}
    web.pages["/a?b=1"] = (200, headers, BODY)
    found = fetched(web, "/a?b=1#c")
    assert (found.data, found.media) == (BODY, "text/html; charset=koi8-r")
    assert (found.url, found.version) == (f"{web.url}/a?b=1", Version('"1"', "Wed, 01 Jul 2026"))


def test_a_request_says_who_asks_and_nothing_of_the_person(web, tmp_path, monkeypatch):
    netrc = tmp_path / "netrc"
    netrc.write_text("default login somebody password else\n")
    monkeypatch.setenv("NETRC", str(netrc))
    web.pages |= {"/": (302, {"Location": "/b", "Set-Cookie": "who=me"}, b""), "/b": (200, {}, BODY)}
    fetched(web)
    assert web.paths() == ["/", "/b"]
    for _, headers in web.seen:
        assert headers["User-Agent"] == http.USER_AGENT
        assert headers["Cookie"] is None
        assert headers["Authorization"] is None


def test_what_has_not_changed_is_not_sent_again(web):
    def page(handler):
        known = handler.headers["If-None-Match"] == '"1"' and handler.headers["If-Modified-Since"] == "then"
        handler.answer(304 if known else 200, {"ETag": '"1"'}, b"" if known else BODY)

    web.pages["/"] = page
    assert get_if_changed(web.url + "/", NOW, Version('"1"', "then"), allow_private=True) is None
    assert get_if_changed(web.url + "/", NOW, Version('"0"', "then"), allow_private=True)
    assert fetched(web).version == Version('"1"')


def test_nothing_changed_is_no_answer_where_nothing_was_known(web):
    web.pages["/"] = (304, {}, b"")
    with pytest.raises(Later, match="was not asked"):
        fetched(web)


@pytest.mark.parametrize("odd", ["“1”".encode().decode("latin-1"), "a\tb"])
def test_a_version_that_no_header_can_hold_is_not_kept(web, odd):
    web.pages["/"] = (200, {"ETag": odd}, BODY)
    assert fetched(web).version == Version()


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_followed_to_the_end(web, status):
    web.pages |= {
        "/": moved("a/../b", status),
        "/b": moved("?é".encode().decode("latin-1")),
        "/b?%C3%A9": (200, {}, BODY),
    }
    assert fetched(web).url == f"{web.url}/b?%C3%A9"


def test_endless_redirects_have_an_end(web):
    web.pages["/"] = moved("/")
    with pytest.raises(SourceError, match="redirect 11 in a row"):
        fetched(web)
    assert len(web.seen) == fetch.HOPS + 1


def test_a_redirects_body_is_not_even_read(web):
    def endless(handler):
        handler.send_response(302)
        handler.send_header("Location", "/b")
        handler.send_header("Content-Encoding", "gzip")
        handler.end_headers()
        while True:
            handler.wfile.write(b"x" * 65536)

    web.pages |= {"/": endless, "/b": (200, {}, BODY)}
    began = time.monotonic()
    assert fetched(web).data == BODY
    assert time.monotonic() - began < 2


@pytest.mark.parametrize("target", ["file:///etc/passwd", "ftp://a.example/", "http://[", "http://a:x/", "data:,"])
def test_only_web_addresses_are_followed(web, target):
    web.pages["/"] = moved(target)
    with pytest.raises(SourceError, match=r"only addresses such as|no address"):
        fetched(web)


@pytest.mark.parametrize("url", ["", "news.example", "file:///etc/passwd", "http://", "http://[", "http://*.example/"])
def test_only_web_addresses_are_fetched(url):
    with pytest.raises(SourceError, match=r"only addresses such as|not the address of a server"):
        get(url, NOW)


def test_a_password_in_the_address_goes_to_its_server_and_into_no_message(web):
    web.pages |= {"/": moved("/b"), "/b": moved(f"{web.url.replace('127.0.0.1', 'localhost')}/c")}
    with pytest.raises(Missing) as caught:
        get(web.url.replace("http://", "http://me:p%40ss@") + "/", NOW, allow_private=True)
    assert [headers["Authorization"] for _, headers in web.seen] == ["Basic bWU6cEBzcw=="] * 2 + [None]
    assert "ss@" not in str(caught.value)
    assert caught.value.place.startswith(f"{web.url}/b → http://localhost:")


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("https://a.example/b?token=1#c", "https://a.example/b?…"),
        ("https://me:secret@a.example/", "https://a.example/"),
        ("ftp://me:secret@a.example/\x1b\n", "ftp://a.example/\N{REPLACEMENT CHARACTER}\N{REPLACEMENT CHARACTER}"),
    ],
)
def test_a_message_shows_an_address_without_its_secrets(url, said):
    assert shown(url) == said


@pytest.mark.parametrize(
    ("status", "headers", "kind", "after"),
    [
        (404, {}, Missing, None),
        (410, {}, Gone, None),
        (429, {"Retry-After": "120"}, Later, 120),
        (503, {"Retry-After": "Wed, 01 Jul 2026 12:01:00 GMT"}, Later, 60),
        (500, {}, Later, None),
        (401, {}, SourceError, None),
        (403, {}, SourceError, None),
        (204, {}, SourceError, None),
        (300, {}, SourceError, None),
        (302, {}, SourceError, None),
        (400, {}, SourceError, None),
    ],
)
def test_an_answer_without_a_document_says_whether_to_come_back(web, status, headers, kind, after):
    web.pages["/"] = (status, headers, b"")
    with pytest.raises(SourceError, match=f"it answered {status}") as caught:
        fetched(web)
    assert type(caught.value) is kind
    assert getattr(caught.value, "after", None) == (after and timedelta(seconds=after))
    assert caught.value.place == f"{web.url}/"


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"nonsense\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n<rss>",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n<rss>\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + gzip.compress(BODY)[:-9],
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}",
    ],
)
def test_a_body_that_is_not_complete_is_never_returned(web, answer):
    web.pages["/"] = raw(answer)
    with pytest.raises(Later, match=r"broke off|cannot be unpacked"):
        fetched(web)


def test_packing_that_was_not_asked_for_is_an_error(web):
    web.pages["/"] = (200, {"Content-Encoding": "gzip, gzip"}, gzip.compress(gzip.compress(BODY)))
    with pytest.raises(SourceError, match="packed in a way"):
        fetched(web)


def test_twenty_megabytes_pass(web):
    data = b"<rss>" + b"x" * 20_000_000
    web.pages |= {"/": (200, {}, data), "/gz": (200, {"Content-Encoding": "gzip"}, gzip.compress(data, 1))}
    assert fetched(web).data == fetched(web, "/gz").data == data


@pytest.mark.parametrize("packed", [False, True])
def test_a_document_too_large_is_given_up(web, packed):
    body = b" " * 5000
    sent = gzip.compress(body) if packed else body
    web.pages["/"] = (200, {"Content-Encoding": "gzip"} if packed else {}, sent)
    assert fetched(web, most=5000).data == body
    with pytest.raises(SourceError, match=r"larger than 0\.004999 MB"):
        fetched(web, most=4999)


def test_a_bomb_of_gzip_is_given_up_before_it_fills_the_memory(web):
    bomb = gzip.compress(bytes(100_000_000), 9)
    web.pages["/"] = (200, {"Content-Encoding": "gzip"}, bomb)
    with pytest.raises(SourceError, match="larger than 1 MB"):
        fetched(web, most=1_000_000)


def endless(handler):
    handler.send_response(200)
    handler.end_headers()
    while True:
        handler.wfile.write(b"x" * 65536)


def drip(handler):
    handler.send_response(200)
    handler.end_headers()
    while True:
        handler.wfile.write(b"x")
        time.sleep(0.02)


def drip_headers(handler):
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nX: ")
    while True:
        handler.wfile.write(b"x")
        time.sleep(0.02)


@pytest.mark.parametrize(
    ("page", "kind", "why"),
    [
        (endless, SourceError, "larger than 25 MB"),
        (drip, Later, "not complete in time"),
        (drip_headers, Later, "gave no answer in time"),
        (lambda _: time.sleep(1), Later, "gave no answer in time"),
    ],
)
def test_an_answer_without_an_end_is_given_up(web, monkeypatch, page, kind, why):
    monkeypatch.setattr(http, "READ", 0.2 if kind is Later else 5)
    web.pages["/"] = page
    began = time.monotonic()
    with pytest.raises(SourceError, match=why) as caught:
        fetched(web)
    assert type(caught.value) is kind
    assert time.monotonic() - began < 3


def test_all_redirects_together_have_an_end_in_time(web, monkeypatch):
    monkeypatch.setattr(fetch, "TOTAL", 0.3)

    def slow(handler):
        time.sleep(0.1)
        handler.answer(302, {"Location": "/"}, b"")

    web.pages["/"] = slow
    with pytest.raises(Later, match=r"within 0 s|in time"):
        fetched(web)
    assert len(web.seen) < 5


def test_a_server_that_cannot_be_reached_is_asked_later():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/"
        with pytest.raises(Later, match=f"{url}: it cannot be reached: Connection refused; look"):
            get(url, NOW, allow_private=True)


class Links:
    """Links of a mail: those with /t/ are one person's, those with /u/ lead out of the list."""

    @staticmethod
    def unwrap(web, path):
        return unwrap(
            web.url + path,
            NOW,
            wrapped=lambda url: "/t/" in url,
            forbidden=lambda url: "/u/" in url,
            allow_private=True,
        )


def test_a_tracking_redirect_is_followed_to_the_first_true_address_which_is_not_visited(web):
    web.pages |= {"/t/1": moved("/t/2"), "/t/2": moved("https://news.example/a?b=1#c"), "/a": (200, {}, b"")}
    assert Links.unwrap(web, "/t/1") == "https://news.example/a?b=1#c"
    assert Links.unwrap(web, "/a") == f"{web.url}/a"
    assert web.paths() == ["/t/1", "/t/2"]


@pytest.mark.parametrize("target", ["/t/u/2", "/u/out"])
def test_the_way_out_of_a_list_is_never_visited_nor_returned(web, target):
    web.pages["/t/1"] = moved(target)
    for path in ("/t/1", "/u/t/1"):
        with pytest.raises(SourceError, match="way out of the list"):
            Links.unwrap(web, path)
    assert web.paths() == ["/t/1"]


def test_a_tracking_link_that_shows_a_page_is_no_redirect_and_its_message_keeps_the_token(web):
    web.pages |= {"/t/token": (200, {}, b"<meta refresh>"), "/t/busy": (503, {"Retry-After": "9"}, b"")}
    with pytest.raises(SourceError, match="answered 200 OK where a document or a redirect") as caught:
        Links.unwrap(web, "/t/token")
    assert caught.value.place == f"{web.url}/…"
    with pytest.raises(Later) as busy:
        Links.unwrap(web, "/t/busy")
    assert busy.value.after == timedelta(seconds=9)


def test_tracking_redirects_in_a_circle_have_an_end(web):
    web.pages["/t/1"] = moved("/t/1")
    with pytest.raises(SourceError, match="more than 10 times"):
        Links.unwrap(web, "/t/1")
