"""Mails to issues: one file of one mail (.eml) or of many (.mbox).

A mail has two forms, HTML and plain text; that which tells more of its articles is taken. Most of its links were made
for the one reader whose mail this is. Until the articles are found they are numbered addresses at a host that cannot
be (RFC 2606), so that none can slip into a post.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import PurePosixPath

from sharebot.errors import SourceError
from sharebot.model import NO_HINTS, Article, Document, Hints, Issue, LeftOut
from sharebot.sources.readers import html, issues, letter, mime, text
from sharebot.sources.readers.articles import name_without_ending
from sharebot.sources.readers.blocks import Block, is_web
from sharebot.sources.readers.decode import visible
from sharebot.sources.readers.mime import Mail
from sharebot.text.ways_out import says_so, way_out
from sharebot.text.wrappers import host_of, is_address, per_recipient, split, unwrap

_STUB = 0.5
"""A text part with a smaller share of the HTML's characters only says that there is HTML."""
_ENVELOPE = re.compile(rb"(?:\A|(?<=\n)\r?\n)From [^\r\n]*\d{4}[^\r\n]*\r?\n")
_QUOTED = re.compile(rb"^>(>*From )", re.MULTILINE)
_PLACE = "https://redirect.invalid/"
_BESIDE = re.compile(rf"\s*[(\[<{{]\s*{re.escape(_PLACE)}\d+\s*[)\]>}}]|\s*{re.escape(_PLACE)}\d+")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
_HTML_LANGUAGE = re.compile(r"<(?:html|body)\b[^>]{0,500}?\slang\s*=\s*[\"']?([A-Za-z-]{2,20})", re.IGNORECASE)
_BASE = re.compile(r"<base\b[^>]{0,200}?href\s*=\s*[\"']?(https?://[^\"'\s>]+)", re.IGNORECASE)


@dataclass(slots=True)
class _Links:
    """Stand-ins for the links of one mail that are for one reader only, and the `redirects` behind them.

    `ways_out` and what else is no article's are left out. `hosts` are those of the mail's List-Unsubscribe.
    """

    ways_out: set[str]
    hosts: frozenset[str]
    redirects: dict[str, str] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)
    known: dict[str, str] = field(default_factory=dict)

    def fit(self, link: str, label: str = "") -> str:
        """Return the address to read on with: the true one, a stand-in, or "" for a way out or no address at all."""
        if link in self.ways_out or (label and says_so(label)):
            return ""
        if link not in self.known:
            self.known[link] = self._judged(link)
        return self.known[link]

    def _judged(self, link: str) -> str:
        true = unwrap(link)
        if not is_address(true) or way_out(true) or (link != true and way_out(link)):
            return ""
        if not per_recipient(true, self.hosts):
            return true
        place = self.places.setdefault(true, f"{_PLACE}{len(self.places)}")
        self.redirects[place] = true
        return place

    def behind(self, link: str | None) -> str | None:
        """Return the redirect that a stand-in stands for; None for any other address."""
        return self.redirects.get(link or "")


def read(document: Document, hints: Hints = NO_HINTS) -> tuple[Issue, ...]:
    """Read a mail, or all mails of a file in mbox's form (RFC 4155). Raises SourceError where there is no article."""
    name = PurePosixPath(document.name)
    many = name.suffix.lower() == ".mbox" or document.media.startswith("application/mbox")
    if not many:
        mail = mime.parse(_without_envelope(document.data), document.name)
        return _of_mail(mail, document, hints, name_without_ending(document.name) if name.suffix == ".eml" else "")
    return _of_mbox(document, hints)


def _of_mbox(document: Document, hints: Hints) -> tuple[Issue, ...]:
    """Read each mail once; those without an article are told with the others."""
    found: dict[str, Issue] = {}
    failed: list[LeftOut] = []
    for number, data in enumerate(_mails(document.data), 1):
        try:
            for issue in _of_mail(mime.parse(data, f"{document.name}, mail {number}"), document, hints, ""):
                found.setdefault(issue.id, issue)
        except SourceError as error:
            failed.append(LeftOut(f"mail {number}", error.why))
    if not found:
        why = failed[0].why if failed else "it holds no mail; each begins with a line such as From me@news.example …"
        raise SourceError(document.name, why)
    first, *others = found.values()
    return (replace(first, left_out=(*first.left_out, *failed)), *others)


def _mails(data: bytes) -> Iterator[bytes]:
    marks = list(_ENVELOPE.finditer(data))
    ends = [mark.start() for mark in marks[1:]] + [len(data)]
    for mark, end in zip(marks, ends, strict=False):
        yield _QUOTED.sub(rb"\1", data[mark.end() : end])


def _without_envelope(data: bytes) -> bytes:
    mark = _ENVELOPE.match(data)
    return data[mark.end() :] if mark else data


def _of_mail(mail: Mail, document: Document, hints: Hints, name: str) -> tuple[Issue, ...]:
    """Read a mail, or where it is a cover for others, those."""
    own = len(mail.html) + len(mail.text)
    if mail.enclosed and own < sum(len(inner.html) + len(inner.text) for inner in mail.enclosed):
        names = [name if len(mail.enclosed) == 1 else ""] * len(mail.enclosed)
        pairs = zip(mail.enclosed, names, strict=True)
        return tuple(issue for inner, each in pairs for issue in _of_mail(inner, document, hints, each))
    return (_issue(mail, document, hints, name or _id(mail)),)


def _issue(mail: Mail, document: Document, hints: Hints, name: str) -> Issue:
    hosts = frozenset(host_of(parts) for address in mail.ways_out if (parts := split(address)))
    links = _Links(set(mail.ways_out), hosts)
    blocks = _blocks(mail)
    version, redirect = _version(mail, blocks, links)
    facts = _facts(mail, document, name, version)
    found = list(_tries(mail, [_fit(block, links) for block in blocks], facts, links, hints))
    best = max(found, key=lambda issue: (_explained(issue), issue.how.startswith("HTML")))
    best = replace(letter.headed(best, facts.title), url=version, redirect=redirect)
    return _restored(best, links, document.name)


def _tries(mail: Mail, markup: list[Block], facts: issues.Facts, links: _Links, hints: Hints) -> Iterator[Issue]:
    """Yield what either form of the mail says, one at least. Raises SourceError where neither has an article."""
    ways: list[tuple[str, Callable[[], Issue]]] = []
    if markup:
        ways.append(("HTML part", lambda: issues.issue(facts, letter.unforwarded(markup), hints)))
    if mail.text and len(letter.bare(mail.text)) >= _STUB * sum(len(block.text) for block in markup):
        ways.append(("text part", lambda: _of_text(mail.text, facts, links, hints)))
    failed: SourceError | None = None
    found = []
    for name, way in ways:
        try:
            found.append(replace(issue := way(), how=f"{name}: {issue.how}".rstrip(": ")))
        except SourceError as error:
            failed = failed or error
    if not found:
        raise failed or SourceError(facts.name, "it has no text; is it a picture only? Save the issue as text or HTML")
    yield from found


def _of_text(body: str, facts: issues.Facts, links: _Links, hints: Hints) -> Issue:
    return text.of(visible(letter.plain(body, links.fit)), facts, hints)


def _facts(mail: Mail, document: Document, name: str, url: str | None) -> issues.Facts:
    language = mail.language.split(",")[0].strip()
    if not _LANGUAGE.fullmatch(language):
        match = _HTML_LANGUAGE.search(mail.html)
        language = match[1] if match and _LANGUAGE.fullmatch(match[1]) else ""
    return issues.Facts(
        name=document.name,
        id=name,
        title=letter.title(mail.subject),
        day=mail.at.date() if mail.at else None,
        language=language or None,
        url=url,
        author=letter.author(mail.sender),
        modified=document.modified,
    )


def _id(mail: Mail) -> str:
    """Return a name for the mail that is fit for a file: its day, and what tells it from all other mails."""
    day = mail.at.date().isoformat() if mail.at else "undated"
    named = mail.id.strip("<> ") or f"{mail.at}\n{mail.subject}"
    return f"{day}-{sha256(named.encode('utf-8', 'replace')).hexdigest()[:10]}"


def _blocks(mail: Mail) -> list[Block]:
    base = _BASE.search(mail.html)
    return html.blocks(mail.html, base[1] if base else "") if mail.html else []


def _fit(block: Block, links: _Links) -> Block:
    """Replace the links of a block by what may be read on with, and the addresses in its text.

    A picture that is made for one reader counts who looks at it.
    """
    labels = block.labels or ("",) * len(block.links)
    pairs = [(links.fit(link, label), label) for link, label in zip(block.links, labels, strict=False)]
    kept = [(link, label) for link, label in pairs if link]
    return replace(
        block,
        text=letter.with_addresses(block.text, links.fit),
        links=tuple(link for link, _ in kept),
        labels=tuple(label for _, label in kept) if block.labels else (),
        images=tuple(image for image in block.images if not per_recipient(image.url)),
        only_link=block.only_link and bool(kept),
    )


def _explained(issue: Issue) -> int:
    """Count the articles with a headline and a link of their own: by this two readings of one mail are compared."""
    return len({article.url for article in issue.articles if article.url and article.headline})


def _version(mail: Mail, blocks: list[Block], links: _Links) -> tuple[str | None, str | None]:
    """Return the address of the mail's own page where it may be posted, and else the redirect to it.

    It is the page of no article from now on.
    """
    known = [mail.archived_at] if is_web(mail.archived_at) else []
    candidates = [*known, *letter.web_versions(blocks), *letter.web_versions_in(mail.text)]
    fit = [link for candidate in candidates if is_web(candidate) and (link := links.fit(candidate))]
    links.ways_out.update(candidates)
    redirects = [redirect for link in fit if (redirect := links.behind(link))]
    return next((link for link in fit if not links.behind(link)), None), next(iter(redirects), None)


def _restored(issue: Issue, links: _Links, name: str) -> Issue:
    """Put redirects where they belong: beside the article, and nowhere in what is posted.

    Raises SourceError where nothing else than addresses is left.
    """
    whole = issue.redirect if len(issue.articles) == 1 and not issue.url else None
    articles = [made for article in issue.articles if (made := _article(article, links, whole)).headline]
    if not articles:
        raise SourceError(name, "it holds nothing but links made for one reader; save the issue as text or HTML")
    return replace(
        issue,
        title=_without_places(issue.title) or articles[0].headline,
        articles=tuple(replace(article, number=number) for number, article in enumerate(articles, 1)),
        left_out=tuple(replace(each, text=_without_places(each.text)) for each in issue.left_out),
        redirect=None if issue.url else issue.redirect,
    )


def _article(article: Article, links: _Links, whole: str | None) -> Article:
    """Tell an article's redirect from its address; `whole` leads to the page of the only article of an issue."""
    redirect = links.behind(article.url)
    paragraphs = (_without_places(paragraph) for paragraph in article.paragraphs)
    return replace(
        article,
        headline=_without_places(article.headline),
        paragraphs=tuple(filter(None, paragraphs)),
        url=None if redirect else article.url,
        redirect=redirect or (None if article.url else whole),
    )


def _without_places(line: str) -> str:
    """Take the stand-ins out of a text, and what only led to them."""
    if _PLACE not in line:
        return line
    bare = " ".join(_BESIDE.sub("", line).split())
    return "" if bare.endswith((":", "→", "：")) and len(bare) < letter.LONGEST_POINTER else bare
