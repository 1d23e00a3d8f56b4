"""Mails of our own making, as mail programs and services make them."""

from contextlib import suppress
from datetime import date
from email.base64mime import body_encode
from itertools import chain
from quopri import encodestring

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sharebot.errors import SourceError
from sharebot.model import Document
from sharebot.sources.readers import mail

TOKEN = "VfS4SfxWgitNTgnnT56YB9ZkQ2Lr8mWx0pJd7HsA"
CLICK = f"https://u1.ct.sendgrid.net/ls/click?upn={TOKEN}"
HTML = """\
<html lang="en"><body>
<p><a href="https://news.example/issues/5?e=reader%40post.example">View in your browser</a></p>
<h1>The Lighthouse</h1>
<h2><a href="https://harbour.example/open?utm_source=mail">Harbour opens again</a></h2>
<p>The harbour opened again on Monday, the port authority said. Forty boats left in the first hour.</p>
<h2><a href="{click}">Ferry runs at night</a></h2>
<p>The night ferry runs from December on, and it takes bicycles, said Anna Holm of the fuel dock.</p>
<p><a href="https://news.example/unsubscribe?x=1">Unsubscribe</a></p>
</body></html>
""".replace("{click}", CLICK)
TEXT = """\
The Lighthouse

1. Harbour opens again
https://harbour.example/open?utm_source=mail

The harbour opened again on Monday, the port authority said. Forty boats left in the first hour.

2. Ferry runs at night
{click}

The night ferry runs from December on, and it takes bicycles, said Anna Holm of the fuel dock.

Unsubscribe: https://news.example/unsubscribe?x=1
""".replace("{click}", CLICK)
HEAD = (
    "MIME-Version: 1.0",
    "From: The Lighthouse <weekly@news.example>",
    "Date: Wed, 25 Nov 2026 09:00:00 +0100",
    "Subject: Storm and ferry",
    "Message-ID: <42@news.example>",
    "List-Unsubscribe: <https://news.example/out/77>",
)
HEADLINES = ["Harbour opens again", "Ferry runs at night"]


def part(body: str, kind: str = "text/html", charset: str = "utf-8", encoding: str = "quoted-printable") -> bytes:
    raw = body.encode(charset)
    coded = {
        "quoted-printable": encodestring,
        "base64": lambda data: body_encode(data).encode(),
        "8bit": bytes,
    }[encoding](raw)
    head = f"Content-Type: {kind}; charset={charset}\nContent-Transfer-Encoding: {encoding}\n\n"
    return head.encode() + coded + b"\n"


def both(*parts: bytes, kind: str = "alternative") -> bytes:
    lines = b"".join(b"--b%d\n" % len(kind) + each for each in parts)
    return f"Content-Type: multipart/{kind}; boundary=b{len(kind)}\n\n".encode() + lines + b"--b%d--\n" % len(kind)


def letter(body: bytes, *head: str) -> bytes:
    names = {line.partition(":")[0].lower() for line in head}
    kept = [line for line in HEAD if line.partition(":")[0].lower() not in names]
    return "\n".join([*kept, *head, ""]).encode() + body


def read(data: bytes, name: str = "2026/5.eml", **more):
    return mail.read(Document(name, data, **more))


def one(data: bytes, name: str = "2026/5.eml", **more):
    (issue,) = read(data, name, **more)
    return issue


def headlines(issue):
    return [article.headline for article in issue.articles]


def everything(issue) -> str:
    """Return all that might come to be posted."""
    texts = chain.from_iterable((each.headline, *each.paragraphs, each.url or "") for each in issue.articles)
    return "\n".join((issue.title, issue.url or "", *texts))


@pytest.mark.parametrize(
    "body",
    [
        part(HTML),
        part(HTML, encoding="base64"),
        part(HTML, encoding="8bit"),
        part(TEXT, "text/plain"),
        both(part(TEXT, "text/plain"), part(HTML)),
        both(part("Your program shows no HTML.", "text/plain"), part(HTML)),
        both(both(part(TEXT, "text/plain"), part(HTML)), part("%PDF", "application/pdf"), kind="mixed"),
        both(part(HTML), part("x", "image/png", encoding="base64"), kind="related"),
    ],
)
def test_the_articles_of_a_mail_are_found_in_all_its_shapes(body):
    issue = one(letter(body))
    assert headlines(issue) == HEADLINES
    assert [article.url for article in issue.articles] == ["https://harbour.example/open", None]
    assert [article.redirect for article in issue.articles] == [None, CLICK]
    assert issue.articles[0].paragraphs == (
        "The harbour opened again on Monday, the port authority said. Forty boats left in the first hour.",
    )
    assert TOKEN not in everything(issue)
    assert "nsubscribe" not in everything(issue)


def test_a_mail_says_of_what_it_is_an_issue():
    issue = one(letter(part(HTML), "Content-Language: en-GB"))
    assert (issue.id, issue.title, issue.date, issue.language) == (
        "2026/5",
        "Storm and ferry",
        date(2026, 11, 25),
        "en-GB",
    )
    assert one(letter(part(HTML))).language == "en"


@pytest.mark.parametrize(
    ("body", "how"),
    [
        (both(part(TEXT, "text/plain"), part(HTML)), "HTML part"),
        (both(part("No HTML?", "text/plain"), part(HTML)), "HTML part"),
        (both(part(TEXT, "text/plain"), part("<p>" + TEXT.replace("\n", " ")[:900] + "</p>")), "text part"),
        (part(TEXT, "text/plain"), "text part"),
    ],
)
def test_the_form_that_tells_more_is_taken_and_named(body, how):
    issue = one(letter(body))
    assert issue.how.startswith(how)
    assert headlines(issue) == HEADLINES


@pytest.mark.parametrize(
    ("charset", "headline", "text"),
    [
        ("koi8-r", "Гавань снова открылась", "Гавань снова открылась в понедельник, сказали в порту."),
        ("gb18030", "港口重新开放", "港口星期一重新开放，港务局说。四十艘船在第一个小时出海。"),
        ("iso-2022-jp", "港が再開した", "港は月曜日に再開した、と港湾局は言った。最初の一時間に四十隻が出た。"),
        ("windows-1256", "فتح الميناء من جديد", "أعيد فتح الميناء يوم الاثنين، كما قالت سلطة الميناء."),
        ("euc-kr", "항구가 다시 열렸다", "항구가 월요일에 다시 열렸다고 항만청이 말했다."),
    ],
)
def test_every_script_comes_through(charset, headline, text):
    body = f"<h2><a href='https://harbour.example/1'>{headline}</a></h2><p>{text}</p><h2>{headline} 2</h2><p>{text}</p>"
    issue = one(letter(part(body, charset=charset, encoding="base64")))
    assert issue.articles[0].headline == headline
    assert issue.articles[0].paragraphs == (text,)


@pytest.mark.parametrize(
    ("subject", "title"),
    [
        ("Storm", "Storm"),
        ("Fwd: Storm", "Storm"),
        ("WG: Fwd: Re: Storm", "Storm"),
        ("[lighthouse] Storm", "Storm"),
        ("Fwd: [lighthouse] Re[2]: Storm", "Storm"),
        ("转发：风暴", "风暴"),
        ("[Update]", "[Update]"),
        ("Re: ", "Re:"),
        ("I: the first person", "the first person"),
        ("=?utf-8?Q?Gr=C3=B6=C3=9Fe_=E2=80=94_5?=", "Größe — 5"),
    ],
)
def test_the_subject_is_the_title_without_marks_of_its_way(subject, title):
    assert one(letter(part(HTML), f"Subject: {subject}")).title == title


@pytest.mark.parametrize(
    ("sender", "author"),
    [
        ("Anna Holm from The Lighthouse <a@news.example>", "Anna Holm"),
        ('"Anna Holm via lighthouse" <list@news.example>', "Anna Holm"),
        ("The Lighthouse <weekly@news.example>", None),
        ("weekly@news.example", None),
    ],
)
def test_an_author_is_named_where_the_sender_names_one(sender, author):
    assert one(letter(part(HTML), f"From: {sender}")).articles[0].author == author


@pytest.mark.parametrize(
    ("line", "url"),
    [
        ('<a href="https://news.example/issues/5?utm_source=m">View in browser</a>', "https://news.example/issues/5"),
        ('Problems with this mail? <a href="https://news.example/5">View it in your browser</a>', "https://news.example/5"),
        ('Trouble viewing this mail? Click <a href="https://news.example/5">here</a>.', "https://news.example/5"),
        ('Si ce message ne s’affiche pas, <a href="https://news.example/5">cliquez ici</a>', "https://news.example/5"),
        ('<a href="https://news.example/5">Zur Webseitenansicht</a>', "https://news.example/5"),
        ('<a href="https://news.example/5">Im Browser ansehen</a>', "https://news.example/5"),
        ('<a href="https://us1.campaign-archive.com/?u=1&id=2&e=5f6a7b8c9d">Web version</a>', "https://us1.campaign-archive.com/?u=1&id=2"),
        ('<a href="https://www.google.com/url?q=https%3A%2F%2Fnews.example%2F5">Read online</a>', "https://news.example/5"),
        (f'<a href="{CLICK}">View in browser</a>', None),
        ('<a href="https://news.example/view?email=reader@post.example">View in browser</a>', None),
        ('<a href="https://news.example/about">About our browser</a>', None),
        ('<a href="https://news.example/a">Read the whole report online</a>', None),
        ("View in browser", None),
    ],
)  # fmt: skip
def test_the_page_of_the_issue_is_its_web_version_where_that_is_nobodys(line, url):
    start = HTML.index("<p>")
    markup = HTML[:start] + f"<p>{line}</p>" + HTML[HTML.index("<h1>") :]
    assert one(letter(part(markup))).url == url


def test_the_redirect_to_the_page_is_kept_apart():
    markup = HTML.replace("https://news.example/issues/5?e=reader%40post.example", CLICK)
    issue = one(letter(part(markup)))
    assert (issue.url, issue.redirect) == (None, CLICK)


def test_the_only_article_of_an_issue_is_its_page():
    markup = f'<p><a href="{{}}">View in browser</a></p><h2>Ferry runs</h2><p>{"The night ferry runs again. " * 9}</p>'
    alone = one(letter(part(markup.format("https://news.example/5"))))
    assert [(article.url, article.redirect) for article in alone.articles] == [("https://news.example/5", None)]
    hidden = one(letter(part(markup.format(CLICK))))
    assert [(article.url, article.redirect) for article in hidden.articles] == [(None, CLICK)]


@pytest.mark.parametrize(
    ("subject", "kind", "body", "headline"),
    [
        ("Ferry runs at night", "text/plain", "Dear readers,\n\n{}\n", "Ferry runs at night"),
        ("Ferry runs at night", "text/html", "<p><b>Dear readers,</b></p><p>{}</p>", "Ferry runs at night"),
        ("New: Ferry runs at night!", "text/html", "<h2>Ferry runs at NIGHT</h2><p>{}</p>", "Ferry runs at NIGHT"),
    ],
)
def test_the_only_article_of_a_mail_has_its_subject_for_a_headline(subject, kind, body, headline):
    words = "The night ferry runs from December on, said Anna Holm."
    (article,) = one(letter(part(body.format(words), kind), f"Subject: {subject}")).articles
    assert article.headline == headline
    assert article.paragraphs[-1] == words


def test_lines_that_lead_to_the_page_or_out_are_in_no_article():
    text = f"Zur Webseitenansicht\n{CLICK}\n\n{TEXT}\n\nNewsletter abbestellen: https://news.example/x/77\n"
    issue = one(letter(part(text, "text/plain")))
    assert headlines(issue) == HEADLINES
    assert "Webseite" not in everything(issue)
    assert "abbestellen" not in everything(issue)


def test_the_language_is_told_by_the_words_where_nothing_else_does():
    words = (
        "Der Hafen öffnete am Montag wieder, sagte die Behörde, und vierzig Boote fuhren in der ersten Stunde aus." * 2
    )
    assert one(letter(part(f"Hafen offen\n\n{words}\n", "text/plain"))).language == "de"


def test_the_archived_page_comes_first():
    assert (
        one(letter(part(HTML), "Archived-At: <https://news.example/archive/5>")).url == "https://news.example/archive/5"
    )


def test_the_page_is_found_in_plain_text_too():
    text = "View this mail in your browser:\nhttps://news.example/issues/5\n\n" + TEXT
    assert one(letter(part(text, "text/plain"))).url == "https://news.example/issues/5"


@pytest.mark.parametrize(
    "link",
    [
        "https://news.example/out/77",
        "https://news.example/unsubscribe?x=1",
        "https://www.google.com/url?q=https%3A%2F%2Fnews.example%2Funsubscribe",
    ],
)
def test_a_way_out_is_no_article_s_link_and_no_redirect(link):
    markup = HTML.replace(CLICK, link)
    ferry = one(letter(part(markup))).articles[1]
    assert (ferry.headline, ferry.url, ferry.redirect) == ("Ferry runs at night", None, None)


def test_a_picture_that_counts_its_readers_is_no_article_s():
    boat, counted = "https://harbour.example/boat.jpg", "https://r.t10.pktsrv2.com/im/130771/boat.png"
    pictures = "".join(f'<img src="{each}" width="600" height="400">' for each in (counted, boat))
    markup = HTML.replace("<p>The harbour opened", f"{pictures}<p>The harbour opened")
    assert one(letter(part(markup))).articles[0].image == boat


def test_a_link_called_a_way_out_is_one_wherever_it_leads():
    markup = HTML.replace("said Anna Holm", f'<a href="{CLICK}x">unsubscribe here</a>, said Anna Holm').replace(
        f'<a href="{CLICK}">Ferry runs at night</a>', "Ferry runs at night"
    )
    ferry = one(letter(part(markup))).articles[1]
    assert (ferry.url, ferry.redirect) == (None, None)


def test_links_made_for_one_reader_never_stay_in_the_text():
    text = TEXT.replace("it takes bicycles", f"it takes bicycles ( {CLICK} )")
    issue = one(letter(part(text, "text/plain")))
    assert TOKEN not in everything(issue)
    assert "redirect.invalid" not in everything(issue)
    assert "and it takes bicycles, said" in issue.articles[1].text


@pytest.mark.parametrize(
    "written",
    [
        CLICK,
        CLICK.upper(),
        f"[x{CLICK}]",
        f"港口{CLICK}。",
        f"{CLICK}/{'x' * 3000}",
        f"{CLICK},{CLICK}",
        f"http://[x{CLICK}",
    ],
)
def test_however_a_link_stands_in_the_text_it_does_not_stay(written):
    text = TEXT.replace("it takes bicycles", f"it takes {written} bicycles")
    issue = one(letter(part(text, "text/plain")))
    assert TOKEN.lower() not in everything(issue).lower()
    assert "redirect.invalid" not in everything(issue)


@pytest.mark.parametrize(
    "shape",
    ["{h} {u}", "{h} ({u})", "{h} <{u}>", "{h}\n<{u}>", "{h}\n( {u} )", '{h}\n[Read more ...]({u} "The whole")'],
)
def test_an_address_glued_to_a_headline_is_its_link(shape):
    articles = [
        ("Harbour opens again", "https://harbour.example/1"),
        ("Ferry runs at night", "https://harbour.example/2"),
    ]
    text = "The Lighthouse\n\n" + "\n\n".join(
        f"{at}. {shape.format(h=head, u=url)}\n\nText of the article, with a sentence."
        for at, (head, url) in enumerate(articles, 1)
    )
    issue = one(letter(part(text, "text/plain")))
    assert [(article.headline, article.url) for article in issue.articles] == articles
    assert "http" not in "".join(article.text for article in issue.articles)


def test_links_in_markdown_are_links_in_plain_text():
    text = (
        "The Lighthouse\n\n1. Harbour opens again\n\nForty boats left, said the [port authority](https://port.example/a)"
        " on Monday.\n[Read more ...](https://harbour.example/1)[..---](https://harbour.example/1.png)\n\n"
        "2. Ferry runs at night\n\nThe night ferry runs.\n"
    )
    first, _ = one(letter(part(text, "text/plain"))).articles
    assert first.url == "https://harbour.example/1"
    assert first.paragraphs == ("Forty boats left, said the port authority (https://port.example/a) on Monday.",)


def test_a_mail_that_was_forwarded_as_a_file_is_the_one_within():
    inner = letter(part(HTML), "Subject: Inner")
    cover = both(part("For the website.", "text/plain"), b"Content-Type: message/rfc822\n\n" + inner, kind="mixed")
    issue = one(letter(cover, "Subject: Fwd: Inner", "From: Editor <e@news.example>"))
    assert (issue.id, issue.title, headlines(issue)) == ("2026/5", "Inner", HEADLINES)


FORWARD = """\
Please post this.

---------- Forwarded message ---------
From: The Lighthouse <weekly@news.example>
Date: Wed, 25 Nov 2026 at 09:00
Subject: Storm and ferry
To: <editor@news.example>

"""


def test_a_mail_that_was_forwarded_loses_the_header_that_was_written_into_it():
    plain = one(letter(part(FORWARD + TEXT, "text/plain"), "Subject: Fwd: Storm and ferry"))
    lines = "".join(f"<div>{line.replace('<', '&lt;')}</div>" for line in FORWARD.splitlines())
    rich = one(letter(part(lines + HTML), "Subject: Fwd: Storm and ferry"))
    for issue in (plain, rich):
        assert (issue.title, headlines(issue)) == ("Storm and ferry", HEADLINES)
        assert "editor@news.example" not in everything(issue)


def box(*letters: bytes) -> bytes:
    return b"".join(b"From weekly@news.example Wed Nov 25 09:00:00 2026\n" + each + b"\n" for each in letters)


def test_each_mail_of_an_mbox_is_an_issue_with_a_name_of_its_own():
    letters = [
        letter(part(HTML), f"Message-ID: <{at}@news.example>", f"Date: Wed, 2{at} Nov 2026 09:00:00 +0100")
        for at in (1, 2)
    ]
    issues = read(box(*letters, letters[0]), "box.mbox")
    assert [issue.date for issue in issues] == [date(2026, 11, 21), date(2026, 11, 22)]
    assert [issue.id[:11] for issue in issues] == ["2026-11-21-", "2026-11-22-"]
    assert [issue.id for issue in issues] == [
        issue.id for issue in read(box(*letters), "renamed", media="application/mbox")
    ]
    assert len({issue.id for issue in issues}) == 2


def test_a_line_that_begins_with_from_is_unquoted_in_an_mbox():
    text = TEXT.replace("The night ferry", "Quote below:\n\n>From December on: the night ferry")
    (issue,) = read(box(letter(part(text, "text/plain", encoding="8bit"))), "box.mbox")
    assert "\nFrom December on:" in "\n" + "\n".join(issue.articles[1].paragraphs)


def test_a_mail_of_an_mbox_that_cannot_be_read_is_told_with_the_others():
    (issue,) = read(box(letter(b"\n"), letter(part(HTML))), "box.mbox")
    assert headlines(issue) == HEADLINES
    assert [(each.text, each.why[:14]) for each in issue.left_out][-1] == ("mail 1", "it has no text")


def test_a_mail_of_one_file_may_begin_as_mails_in_an_mbox_do():
    assert headlines(one(box(letter(part(HTML))))) == HEADLINES


def test_a_mail_from_a_mailbox_is_named_after_its_message_id():
    names = {one(letter(part(HTML), f"Message-ID: <{at}@x>"), "host, mail 7").id for at in (1, 1, 2)}
    assert len(names) == 2
    unnamed = [line for line in HEAD if not line.startswith("Message-ID")]
    ids = {one("\n".join([*unnamed, ""]).encode() + part(HTML), "host, mail 7").id for _ in range(2)}
    assert len(ids) == 1
    assert all(set(name) <= set("0123456789abcdef-") for name in names | ids)


@pytest.mark.parametrize(
    ("data", "name", "why"),
    [
        (b"", "a.eml", "it has no text; is it a mail?"),
        (b"", "a.mbox", "it holds no mail"),
        (b"no mail at all", "a.mbox", "it holds no mail"),
        (box(letter(b"\n")), "a.mbox", "it has no text"),
        (letter(part('<img src="https://news.example/all.png">')), "a.eml", ""),
    ],
)
def test_what_holds_no_article_is_told(data, name, why):
    with pytest.raises(SourceError) as caught:
        read(data, name)
    assert caught.value.place == name
    assert why in caught.value.why


PIECES = st.sampled_from(
    ["Subject: ", "=?utf-8?Q?", "?=", "\n", "\n\n", "Content-Type: multipart/mixed; boundary=b", "--b", "--b--", "x",
     "From x 2026\n", "Content-Type: text/html", "; charset=", "koi8-r", "<h2>", "<a href='https://a.example/", CLICK,
     "'>", "unsubscribe", "Content-Type: message/rfc822", "Content-Transfer-Encoding: base64", "Date: ", "1. ", "\0",
     "List-Unsubscribe: <https://a.example/u>", "View in browser", "Begin forwarded message:", "\x80", "https://[x"]
)  # fmt: skip
BYTES = st.binary() | st.lists(PIECES, max_size=40).map("".join).map(str.encode)


@given(st.sampled_from(["a.eml", "a.mbox", "a"]), BYTES)
def test_no_bytes_raise_anything_but_a_source_error(name, data):
    for whole in (data, letter(data), box(data)):
        with suppress(SourceError):
            for issue in read(whole, name):
                assert issue.title
                assert issue.articles
                assert CLICK not in everything(issue)
                assert "redirect.invalid" not in everything(issue)
