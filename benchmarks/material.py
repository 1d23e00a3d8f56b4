"""Issues to be read, made up: the same on every machine, and with the markup that such issues have."""

import json
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from html import escape
from random import Random

from sharebot.model import Document

_ARTICLES = 12
_SENTENCES = 6
_TALE = """the ferry runs again after three years and the harbour is full of people who came to see how small boats
    are built by hand in a town that had forgotten them while its council talks about a bridge nobody would pay for
    but most of those we asked would rather have a library with open doors every evening of a long winter"""
_WORDS = _TALE.split()
_STYLE = "font-family:Georgia,serif;font-size:{}px;line-height:24px;color:#333333;mso-line-height-rule:exactly"
_CELL = (
    '<table role="presentation" width="600" cellpadding="0" cellspacing="0" border="0" align="center"><tr>'
    '<td class="outer" style="padding:0 24px" valign="top"><table width="100%" border="0"><tbody><tr>'
    f'<td style="{_STYLE.format(16)}">{{}}</td></tr></tbody></table></td></tr></table>\n'
)
"""The tables within tables that hold each piece of a mail in its place."""


class _Writer:
    """Writes one issue. Its number decides the words."""

    def __init__(self, number: int) -> None:
        self._number = number
        self._random = Random(number)

    def headline(self) -> str:
        return " ".join(self._random.choices(_WORDS, k=6)).capitalize()

    def sentences(self) -> list[str]:
        return [
            " ".join(self._random.choices(_WORDS, k=self._random.randint(8, 20))).capitalize() + "."
            for _ in range(_SENTENCES)
        ]

    def url(self) -> str:
        return f"https://news.example/{self._number}/{self._random.randrange(10**6)}-story.html"

    def articles(self) -> Iterator[tuple[str, str, list[str]]]:
        for _ in range(_ARTICLES):
            yield self.headline(), self.url(), self.sentences()


def text(number: int) -> Document:
    parts = [
        f"{at:02}\n\n{headline}\n\n{_wrapped(said)}\n\n{url}\n"
        for at, (headline, url, said) in enumerate(_Writer(number).articles(), 1)
    ]
    return _document(f"{number}.txt", f"Harbour News {number}\n\n2026-03-02\n\n" + "\n".join(parts))


def markdown(number: int) -> Document:
    parts = [
        f"## [{headline}]({url})\n\n{said[0]} **{said[1]}** {' '.join(said[2:4])}\n\n"
        f"- {said[4]}\n- [{said[5]}]({url}#more)\n"
        for headline, url, said in _Writer(number).articles()
    ]
    front = f"---\ntitle: Harbour News {number}\ndate: 2026-03-02\nlanguage: en\n---\n\n"
    return _document(f"{number}.md", front + "\n".join(parts))


def page(number: int) -> Document:
    head = f'<html lang="en"><head><meta charset="utf-8"><title>Harbour News {number}</title></head>'
    return _document(f"{number}.html", f"<!doctype html>\n{head}\n<body><main>{_body(number)}</main></body></html>\n")


def mail(number: int) -> Document:
    """Make a mail as mailing services do: layout in tables, styles on each of them, and a text beside it."""
    cells = []
    for headline, url, said in _Writer(number).articles():
        cells.append(f'<h2 style="{_STYLE.format(22)};font-weight:bold"><a href="{url}">{headline}</a></h2>')
        cells.append(f'<img src="{url}.jpg" width="552" height="300" style="display:block;border:0" alt="">')
        cells.append(f'<p style="{_STYLE.format(16)}">{said[0]} <strong>{said[1]}</strong> {" ".join(said[2:])}</p>')
        cells.append(f'<a href="{url}" style="{_STYLE.format(14)};text-decoration:none">Read more</a>')
    rows = "".join(_CELL.format(cell) for cell in cells)
    message = EmailMessage()
    message["Subject"] = f"Harbour News {number}"
    message["From"] = "Harbour News <news@news.example>"
    message["Date"] = "Mon, 02 Mar 2026 07:00:00 +0000"
    message["Content-Language"] = "en"
    message.set_content(text(number).data.decode())
    message.add_alternative(f"<html><body>{rows}</body></html>", subtype="html", cte="quoted-printable")
    return Document(f"{number}.eml", message.as_bytes())


def rss(items: int) -> Document:
    entries = "".join(
        f"<item><title>Harbour News {number}</title><link>https://news.example/{number}</link>"
        f"<guid>https://news.example/{number}</guid><pubDate>Mon, 02 Mar 2026 07:00:00 +0000</pubDate>"
        f"<description>{escape(_body(number))}</description></item>\n"
        for number in range(items)
    )
    head = "<title>Harbour News</title><link>https://news.example</link><language>en</language>"
    whole = f'<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0"><channel>{head}{entries}</channel></rss>\n'
    return _document("feed.rss", whole)


def json_feed(items: int) -> Document:
    entries = [
        {
            "id": f"https://news.example/{number}",
            "url": f"https://news.example/{number}",
            "title": f"Harbour News {number}",
            "date_published": "2026-03-02T07:00:00Z",
            "content_html": _body(number),
        }
        for number in range(items)
    ]
    feed = {"version": "https://jsonfeed.org/version/1.1", "title": "Harbour News", "language": "en", "items": entries}
    return _document("feed.json", json.dumps(feed, indent=1))


def _each(make: Callable[[int], Document]) -> Callable[[int], list[Document]]:
    return lambda issues: [make(number) for number in range(issues)]


KINDS: dict[str, Callable[[int], list[Document]]] = {
    "text": _each(text),
    "Markdown": _each(markdown),
    "HTML": _each(page),
    "mail": _each(mail),
    "RSS": lambda issues: [rss(issues)],
    "JSON Feed": lambda issues: [json_feed(issues)],
}
"""Makes so many issues of each kind: a document for each, or a feed of them."""


def _body(number: int) -> str:
    parts = [
        f'<section class="story">\n<h2><a href="{url}">{headline}</a></h2>\n<p class="lead">{said[0]} '
        f'<strong>{said[1]}</strong> <em>{said[2]}</em></p>\n<p>{said[3]} <a href="{url}#more">{said[4]}</a></p>\n'
        f"<ul><li>{said[5]}</li></ul>\n</section>\n"
        for headline, url, said in _Writer(number).articles()
    ]
    return "".join(parts)


def _wrapped(sentences: list[str]) -> str:
    """Break lines behind 14 words, as a mail program does."""
    words = " ".join(sentences).split()
    return "\n".join(" ".join(words[at : at + 14]) for at in range(0, len(words), 14))


def _document(name: str, content: str) -> Document:
    return Document(name, content.encode())
