"""Newsletters in a real mailbox, read as the daemon reads them."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from sharebot.sources import imap
from sharebot.sources.mailbox import Mailbox

pytestmark = pytest.mark.integration
NOW = datetime.now(UTC)
CLICK = "/ls/click?upn=VfS4SfxWgitNTgnnT56YB9ZkQ2Lr8mWx0pJd7HsA"


def letter(number=1, sender="Weekly <weekly@news.example>", link="https://harbour.example/{}", **head):
    fields = {
        "From": sender,
        "Subject": f"Issue {number}",
        "Message-ID": f"<{number}@news.example>",
        "Date": NOW.strftime("%a, %d %b %Y %H:%M:%S +0000"),
        "List-Id": "Weekly <weekly.news.example>",
        "List-Unsubscribe": "<https://news.example/unsubscribe?x=1>",
        "Content-Type": "text/html; charset=utf-8",
        **{name.replace("_", "-"): value for name, value in head.items()},
    }
    lines = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    articles = "".join(
        f"<h2><a href='{link.format(at)}'>Headline {number}.{at}</a></h2><p>The harbour opened again, part {at}.</p>"
        for at in (1, 2)
    )
    return f"{lines}\r\n<html><body>{articles}</body></html>\r\n".encode()


def source(box, *, port=None, **settings):
    values = {
        "imap": f"imap://127.0.0.1:{port or box.server.plain}",
        "user": box.user,
        "password": box.password,
        "from": "weekly@news.example",
        **settings,
    }
    return Mailbox(Mailbox.Settings.model_validate(values), Path("/nowhere"))


def titles(reading):
    assert not reading.problems, reading.problems
    return [issue.title for issue in reading.issues]


def problem(reading):
    (found,) = reading.problems
    assert "geheim" not in str(found)
    return str(found)


def test_every_mail_of_the_sender_is_an_issue_and_stays_as_it_was(box):
    box.put(letter(1))
    box.put(letter(2, sender="Somebody <else@news.example>"))
    box.put(letter(3))
    found = source(box)
    assert titles(found.read(NOW)) == ["Issue 1", "Issue 3"]
    assert [article.url for article in found.read(NOW).issues[0].articles] == [
        "https://harbour.example/1",
        "https://harbour.example/2",
    ]
    assert box.flags() == ["", "", ""]


@pytest.mark.parametrize(
    ("settings", "wanted"),
    [
        ({"from": "weekly@news.example"}, ["Issue 1"]),
        ({"from": "WEEKLY@News.example"}, ["Issue 1"]),
        ({"from": "@news.example"}, ["Issue 1", "Issue 2"]),
        ({"from": None, "list_id": "weekly.news.example"}, ["Issue 1", "Issue 3"]),
        ({"from": None, "list_id": "<weekly.news.example>"}, ["Issue 1", "Issue 3"]),
        ({"from": "@news.example", "list_id": "daily.news.example"}, ["Issue 2"]),
        ({"from": "news.example"}, []),
    ],
)
def test_only_mails_of_the_sender_or_the_list_are_read(box, settings, wanted):
    box.put(letter(1))
    box.put(letter(2, sender="daily@news.example", List_Id="<daily.news.example>"))
    box.put(letter(3, sender="weekly@news.example.evil.example"))
    assert titles(source(box, **settings).read(NOW)) == wanted


def test_a_mail_is_fetched_once(box, monkeypatch):
    fetched = []
    real = imap.Visit.fetch

    def counted(self, uid, most):
        fetched.append(uid)
        return real(self, uid, most)

    monkeypatch.setattr(imap.Visit, "fetch", counted)
    box.put(letter(1))
    found = source(box)
    assert titles(found.read(NOW)) == ["Issue 1"]
    box.put(letter(2))
    assert titles(found.read(NOW)) == titles(found.read(NOW)) == ["Issue 1", "Issue 2"]
    assert fetched == [1, 2]


def test_an_issue_that_comes_twice_is_one(box):
    box.put(letter(1))
    box.put(letter(1))
    assert titles(source(box).read(NOW)) == ["Issue 1"]


def test_mails_from_long_ago_are_left_alone(box):
    box.put(letter(1), at=(NOW - timedelta(days=90)).timestamp())
    box.put(letter(2))
    assert titles(source(box).read(NOW)) == ["Issue 2"]
    for since in ("100d", "5000w"):
        assert titles(source(box, since=since).read(NOW)) == ["Issue 1", "Issue 2"]


def test_a_folder_that_was_made_anew_is_read_anew(box):
    box.put(letter(1), "News")
    found = source(box, folder="News")
    assert titles(found.read(NOW)) == ["Issue 1"]
    box.delete("News")
    box.put(letter(2), "News")
    assert titles(found.read(NOW)) == ["Issue 2"]


@pytest.mark.parametrize("after", [0, 100, 700, 2500])
def test_a_connection_that_breaks_is_made_anew(box, breaking, after):
    for number in range(1, 4):
        box.put(letter(number))
    with breaking(box.server.plain, times=1, after=after) as wire:
        assert titles(source(box, port=wire.port).read(NOW)) == ["Issue 1", "Issue 2", "Issue 3"]
        assert wire.connections == 2


def test_what_was_read_before_the_connection_broke_is_not_lost(box, breaking):
    box.put(letter(1))
    with breaking(box.server.plain, times=0, after=0) as wire:
        found = source(box, port=wire.port)
        assert titles(found.read(NOW)) == ["Issue 1"]
        wire._times = 99
        reading = found.read(NOW)
    assert [issue.title for issue in reading.issues] == ["Issue 1"]
    assert "it is tried again by itself" in problem(reading)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"password": "geheim-und-falsch"}, "127.0.0.1, folder INBOX: the server does not accept user and password"),
        (
            {"folder": "Nws"},
            "127.0.0.1, folder Nws: there is no folder 'Nws' that can be opened; the server has 'INBOX'",
        ),
        ({"password": ""}, "its password is not at hand; set the variable or the file that it is in"),
        ({"imap": "imap://127.0.0.1:1"}, "Connection refused; it is tried again by itself. Look at host and port"),
    ],
)
def test_what_is_wrong_is_told_with_its_place_and_cure(box, settings, said):
    reading = source(box, **settings).read(NOW)
    assert said in problem(reading)
    assert reading.issues == ()


def test_a_mail_that_cannot_be_read_does_not_keep_the_others(box):
    box.put(letter(1, Content_Type="image/png"))
    box.put(letter(2))
    reading = source(box).read(NOW)
    assert [issue.title for issue in reading.issues] == ["Issue 2"]
    assert reading.problems == ()
    box.put(letter(3).partition(b"<html>")[0] + b"<p>")
    reading = source(box).read(NOW)
    assert [issue.title for issue in reading.issues] == ["Issue 2"]
    assert "mail 3" in problem(reading)


def test_a_mail_that_is_too_large_is_told_and_not_fetched(box, monkeypatch):
    monkeypatch.setattr("sharebot.sources.mailbox.LARGEST", 100)
    box.put(letter(1))
    assert "folder INBOX, mail 1: it is 0.0 MB large and 0 MB is the most; it is passed over" in problem(
        source(box).read(NOW)
    )


def test_mails_are_marked_where_that_is_told(box):
    box.put(letter(1))
    box.put(letter(2, sender="else@news.example"))
    found = source(box, mark="seen")
    assert titles(found.read(NOW)) == titles(found.read(NOW)) == ["Issue 1"]
    assert box.flags() == ["\\Seen", ""]
    assert titles(source(box, mark="flagged").read(NOW)) == ["Issue 1"]
    assert box.flags() == ["\\Flagged \\Seen", ""]


def test_mails_are_moved_where_that_is_told_and_stay_in_the_newsletter(box):
    box.put(letter(9), "Posted")
    box.put(letter(1))
    box.put(letter(2, sender="else@news.example"))
    found = source(box, move="Posted")
    assert titles(found.read(NOW)) == titles(found.read(NOW)) == ["Issue 1"]
    assert (len(box.flags()), len(box.flags("Posted"))) == (1, 2)


def test_a_folder_to_move_to_that_is_missing_costs_no_mail(box):
    box.put(letter(1))
    reading = source(box, move="Nowhere").read(NOW)
    assert [issue.title for issue in reading.issues] == ["Issue 1"]
    assert "the server refused MOVE" in problem(reading)
    assert box.flags() == [""]


def test_links_made_for_one_reader_are_followed_once_to_where_they_lead(box, web):
    web.pages[CLICK] = (302, {"Location": "https://harbour.example/1?utm_source=mail"}, b"")
    box.put(letter(1, link=web.url + CLICK))
    found = source(box, allow_private=True)
    for _ in range(2):
        (issue,) = found.read(NOW).issues
        assert {article.url for article in issue.articles} == {"https://harbour.example/1"}
    assert web.paths() == [CLICK]
    assert "Cookie" not in web.seen[0][1]


def test_links_are_left_alone_where_nobody_is_to_follow_them(box, web):
    box.put(letter(1, link=web.url + CLICK))
    reading = source(box, resolve=False, allow_private=True).read(NOW)
    (issue,) = reading.issues
    assert web.paths() == []
    assert [(article.url, article.redirect) for article in issue.articles] == [(None, web.url + CLICK)] * 2


def test_an_issue_is_held_back_and_told_while_a_link_cannot_be_followed(box, web):
    web.pages[CLICK] = (503, {"Retry-After": "60"}, b"")
    box.put(letter(1, link=web.url + CLICK))
    found = source(box, allow_private=True, mark="seen")
    reading = found.read(NOW)
    assert reading.issues == ()
    assert "folder INBOX, 'Issue 1': its link cannot be followed yet" in problem(reading)
    assert box.flags() == [""]
    web.pages[CLICK] = (302, {"Location": "https://harbour.example/1"}, b"")
    assert titles(found.read(NOW + timedelta(minutes=2))) == ["Issue 1"]
    assert box.flags() == ["\\Seen"]


def test_a_link_that_leads_out_of_the_list_is_not_followed_to_its_end(box, web):
    web.pages[CLICK] = (302, {"Location": f"{web.url}/unsubscribe?id=1"}, b"")
    box.put(letter(1, link=web.url + CLICK))
    reading = source(box, allow_private=True).read(NOW)
    assert web.paths() == [CLICK]
    assert [(article.url, article.redirect) for article in reading.issues[0].articles] == [(None, web.url + CLICK)] * 2


def test_no_link_leads_into_a_private_network_unless_told(box, web):
    web.pages[CLICK] = (302, {"Location": "https://harbour.example/1"}, b"")
    box.put(letter(1, link=web.url + CLICK))
    reading = source(box).read(NOW)
    assert web.paths() == []
    assert [article.url for article in reading.issues[0].articles] == [None, None]
