"""What mails have and pages have not: a subject with marks, a sender, a header that was forwarded, a web version."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import cache
from itertools import pairwise
from typing import TypeVar

from sharebot.model import Issue
from sharebot.sources.readers.blocks import Block, addresses
from sharebot.text.links import urls
from sharebot.text.ways_out import says_so

Item = TypeVar("Item")
Fit = Callable[[str], str]
"""Returns the address to read on with for one that stands in a mail; "" for one that must go."""

LONGEST_POINTER = 40
"""Letters of what only points to a link: "Read the whole story here:"."""
_LONGEST_LABEL = 160


@cache
def _reply() -> re.Pattern[str]:
    return re.compile(
        r"(?:(?:re|fwd?|aw|wg|tr|rv|enc|i|r|sv|vs|vb|doorst|antw|odp|fs|ynt|ilt|转发|回复|轉寄|答复|转)\s*(?:\[\d+\])?\s*[:：]"
        r"|\[[^\[\]]{1,40}\])\s*",
        re.IGNORECASE,
    )


_SENDER = re.compile(r"(.{3,40}?)\s+(?:from|at|@|via|von|bei|chez|\|)\s+\S.*")


@cache
def _forwarded() -> re.Pattern[str]:
    return re.compile(
        r"[-_ ]{3,}\s*(?:forwarded message|original message|weitergeleitete nachricht|ursprüngliche nachricht"
        r"|message transf[eé]r[eé]|mensaje reenviado|messaggio inoltrato|mensagem encaminhada|doorgestuurd bericht"
        r"|пересылаемое сообщение|转发的邮件|轉寄郵件)\b.*"
        r"|begin forwarded message:?|anfang der weitergeleiteten nachricht:?|d[eé]but du message transf[eé]r[eé]\s*:?",
        re.IGNORECASE,
    )


@cache
def _header() -> re.Pattern[str]:
    return re.compile(
        r"\W{0,2}(?:from|von|de|da|van|от|发件人|date|datum|fecha|data|дата|日期"
        r"|sent|gesendet|envoyé|enviado|inviato|verzonden"
        r"|subject|betreff|objet|asunto|oggetto|assunto|onderwerp|тема|主题|to|an|à|para|a|aan|кому|收件人|cc|kopie|reply-to"
        r"|antwort an)\W{0,2}\s?[:：].*",
        re.IGNORECASE,
    )


_TOP = 12
"""Blocks or lines among which the header of a forwarded mail must begin."""
_IT = r"(?:(?:this|the|it|our|your|as|an?|in|(?:e-?)?mail|newsletter|issue|letter|message|campaign|mailing|post)\s+)*"


@cache
def _version() -> re.Pattern[str]:
    """In small letters: to look for both takes four times as long, and this is asked of many lines."""
    return re.compile(
        rf"(?:view|read|open|see|display)\s+{_IT}(?:online|on the web|web ?page"
        rf"|(?:in\s+|from\s+)?{_IT}(?:web )?browser)"
        r"|\b(?:web|online)[ -]?version\b"
        r"|(?:trouble|problems|cannot|can['’]t|unable to) (?:view|read|see)(?:ing)? (?:this|the)"
        r"|display(?:ed|ing)? (?:correctly|properly)|web(?:seiten)?ansicht"
        r"|online[ -](?:lesen|ansehen|ansicht)"
        r"|im browser|nicht (?:korrekt|richtig) (?:angezeigt|dargestellt)"
        r"|ne s['’]affiche pas|no (?:puedes?|se) (?:ver|visualiza)|non (?:riesci a )?visualizz"
        r"|dans (?:un|votre|le) navigateur|(?:voir|lire|version) en ligne|version web"
        r"|en (?:el|su|tu|un) navegador|(?:ver|leer|versión) (?:en línea|online|web)|no (?:seu )?navegador"
        r"|versão (?:web|online)|nel (?:tuo )?browser|versione (?:web|online)|(?:leggi|visualizza) online"
        r"|in (?:je|uw|de) browser|online (?:lezen|bekijken)|webversie"
        r"|i webbläsare|i din nettleser|w przeglądarce|в браузере|веб-верси|онлайн-верси"
        r"|在浏览器|在瀏覽器|网页版|網頁版|在线阅读|線上閱讀|ブラウザ|オンラインで|브라우저|في المتصفح|בדפדפן|در مرورگر"
    )


_NEAR_TOP, _NEAR_END = 12, 20
"""Blocks at a mail's top and end among which the way to its page is; between them an article may say "read online"."""
_AT_END = re.compile(r"(.{3,150}?)[ \t]+[<(\[]?\s*(https?://[^\s<>]+?)\s*[>)\]]?")
_AROUND = " \t:.()[]<>*_|-»→"
_OPEN_END = (":", ".", ",", ";", "：", "→", ">", "»", "-", "–", "—")
_MARKDOWN = re.compile(r"\[([^\[\]]{1,200}?)[ .…_-]*\]\((https?://[^\s()]+)(?:\s+\"[^\"]*\")?\)")
"""A link as Markdown has it, which some services write into the text part."""
_WORD = re.compile(r"[^\W_]")
_ENDLESS = re.compile(r"https?://\S{2040,}", re.IGNORECASE)
"""Longer than readers and networks take for an address."""
_BRACKETED = re.compile(r"<\s*(https?://[^\s<>]+)\s*>|\(\s+(https?://[^\s<>]+?)\s+\)")


def title(subject: str) -> str:
    """Return the subject without the marks of answers, forwards and lists."""
    bare = subject
    while (match := _reply().match(bare)) and match.end() < len(bare):
        bare = bare[match.end() :]
    return bare


def author(sender: str) -> str | None:
    """Return the person in "Anna Holm from The Lighthouse"; None where the sender's name may be the newsletter's."""
    match = _SENDER.fullmatch(sender)
    return match[1].strip(" \"'") if match else None


def bare(body: str) -> str:
    """Return a text without its addresses and without the empty room in it."""
    return " ".join(with_addresses(body, lambda _: "").split())


def with_addresses(line: str, fit: Fit) -> str:
    """Replace the addresses in a text: those that readers find and those that networks would, and endless ones by "".

    What `fit` returns it must return again.
    """
    if "://" not in line:
        return line
    line = _ENDLESS.sub("", line)
    line = _replaced(line, addresses(line), fit)
    return _replaced(line, [span.text for span in urls(line)], fit)


def _replaced(line: str, found: Sequence[str], fit: Fit) -> str:
    pieces, at = [], 0
    for address in found:
        start = line.index(address, at)
        pieces += [line[at:start], fit(address)]
        at = start + len(address)
    return "".join([*pieces, line[at:]])


def plain(body: str, fit: Fit) -> str:
    """Return a text body as the text reader likes it: addresses fit, each that ends a headline on its own line."""
    lines = body.splitlines()
    lines = lines[_after_header(lines) :]
    pointers = {line for line in _edges([line for line in lines if line.strip()]) if _is_pointer(line)}
    lines = [line for line in lines if line not in pointers]
    marked = (_without_markdown(line) for line in lines)
    return "\n".join(piece for line in marked for piece in _pieces(_BRACKETED.sub(_unbracketed, line), fit))


def headed(issue: Issue, subject: str) -> Issue:
    """Return an issue of one article under the mail's subject, unless the article's own headline is part of that."""
    article = issue.articles[0]
    if len(issue.articles) > 1 or not subject or _plain_words(article.headline) in _plain_words(subject):
        return issue
    own = replace(article, headline=subject, paragraphs=(article.headline, *article.paragraphs))
    return replace(issue, articles=(own,))


def unforwarded(blocks: Sequence[Block]) -> list[Block]:
    """Leave out the header of a mail that was forwarded, and the note above it."""
    return list(blocks[_after_header([block.text for block in blocks]) :])


def web_versions(blocks: Sequence[Block]) -> Iterator[str]:
    """Yield the links that are said to show the mail in a browser."""
    for block in _edges(blocks):
        labels = block.labels or ("",) * len(block.links)
        near = len(block.links) == 1 and _is_version(block.text)
        yield from (link for link, label in zip(block.links, labels, strict=False) if near or _is_version(label))


def web_versions_in(body: str) -> Iterator[str]:
    """Yield the addresses that stand in or below a line that says that they show the mail in a browser."""
    lines = [line.strip() for line in body.splitlines() if line.strip()]
    for line, below in _edges([*pairwise([*lines, ""])]):
        if _is_version(bare(line)):
            yield from (addresses(line) or addresses(below))[:1]


def _edges(items: Sequence[Item]) -> Sequence[Item]:
    return items if len(items) <= _NEAR_TOP + _NEAR_END else [*items[:_NEAR_TOP], *items[-_NEAR_END:]]


def _plain_words(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))


def _is_version(label: str) -> bool:
    return len(label) <= _LONGEST_LABEL and _version().search(label.lower()) is not None


def _is_pointer(line: str) -> bool:
    """Whether a line of plain text only leads to the web version or out of the list."""
    label = bare(line).strip(_AROUND)
    return _is_version(label) or says_so(label)


def _after_header(lines: Sequence[str]) -> int:
    """Return where the text of a forwarded mail begins, 0 where none was forwarded."""
    start = next((at for at, line in enumerate(lines[:_TOP]) if _forwarded().fullmatch(line.strip())), None)
    if start is None:
        return 0
    end = start + 1
    while end < len(lines) and (not lines[end].strip() or _header().fullmatch(lines[end].strip())):
        end += 1
    return end


def _without_markdown(line: str) -> str:
    """Write links as plain text has them; one without a word is a picture's."""

    def written(match: re.Match[str]) -> str:
        if not _WORD.search(match[1]):
            return ""
        return f"{match[1]}: {match[2]}" if alone else f"{match[1]} ({match[2]})"

    alone = not _WORD.search(_MARKDOWN.sub("", line))
    return _MARKDOWN.sub(written, line)


def _unbracketed(match: re.Match[str]) -> str:
    return match[1] or match[2]


def _pieces(line: str, fit: Fit) -> Iterator[str]:
    """Yield a line, or where an address is glued to a headline, the headline and the address."""
    glued = _AT_END.fullmatch(line.strip())
    if glued and not glued[1].endswith(_OPEN_END) and not addresses(glued[1]):
        yield glued[1]
        yield with_addresses(glued[2], fit)
    else:
        yield with_addresses(line, fit)
