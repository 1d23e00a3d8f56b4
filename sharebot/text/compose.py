"""From an article to a post: text fitted around the link, as the network counts it, with what stands beside the text.

How text is fitted is in `fit`; here is what goes into it.
"""

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from urllib.parse import urlsplit

from sharebot.model import Article, Card, Caution, Facet, Issue, Picture, Post, Rules, Voice
from sharebot.text import alt, discourse, languages, links, quotes, sayings, speech, tags
from sharebot.text.caution import caution
from sharebot.text.fit import Body, Draft, Fits
from sharebot.text.inert import plain
from sharebot.text.occasion import ANY, Occasion
from sharebot.text.stale import HEADLINES, nameless, relative, stale, true_until
from sharebot.text.summarize import lead, summarize
from sharebot.text.template import droppable, literal, unknown_fields, uses

__all__ = ["compose", "digest", "forget", "reworded", "thread", "unknown_fields"]

_DESCRIPTION = 240  # code points of a card's description; networks show two or three lines
_VARIABLE = re.compile(r"\{(platform|issue\.id)\}")
_LETTER = re.compile(r"[^\W\d_]")
_UNFINISHED = "not a whole sentence"
_BARE = "a.com"
_WARNING = "CW: "
"""Before a content warning that has no place of its own."""


def compose(
    article: Article, issue: Issue, voice: Voice, rules: Rules, platform: str, occasion: Occasion = ANY
) -> Post:
    """Make the post of one article. `article.url` is the address to post, None for none.

    Raises DoesNotFit where even the link alone is too long, ValueError for an unknown field of the template.
    """
    return _Frame(issue, voice, rules, platform, occasion).of(article)


def thread(issue: Issue, voice: Voice, rules: Rules, platform: str, occasion: Occasion = ANY) -> tuple[Post, ...]:
    """Make the posts of an issue as one thread: its title and link, then each article. Raises as `compose` does."""
    opens = bool(issue.title or issue.url)
    total = opens + len(issue.articles)
    voices = (_numbered(voice, at, total) for at in range(1, total + 1))
    frames = [_Frame(issue, one, rules, platform, occasion) for one in voices]
    opening = (frames[0].whole(frames[0].voice.opening, ()),) if opens else ()
    posts = (*opening, *(frame.of(article) for frame, article in zip(frames[opens:], issue.articles, strict=True)))
    replies = voice.replies if voice.replies in rules.visibilities else None
    return (*posts[:1], *(replace(post, visibility=replies) for post in posts[1:]))


def digest(issue: Issue, voice: Voice, rules: Rules, platform: str, occasion: Occasion = ANY) -> Post:
    """Make one post of an issue: its title, as many headlines as fit, how many more there are, its link.

    {headline} is the issue's title, {summary} the list. Headlines that will be false by then count as more. Raises
    DoesNotFit as `compose` does.
    """
    return _Frame(issue, voice, rules, platform, occasion).whole(voice.template, voice.hashtags)


def reworded(post: Post, text: str, rules: Rules) -> Post:
    """Return the post with a person's words for its own: links and hashtags are marked anew, what stands beside stays.

    Until when the words are true is not known.
    """
    found = tuple(dict.fromkeys(span.text for span in links.urls(text)))
    return replace(post, text=text, links=found, facets=_facets(text) if rules.facets else (), true_until=None)


def forget() -> None:
    """Give back what was kept of articles while they were composed for one account after the other."""
    discourse.read.cache_clear()
    speech.choose.cache_clear()
    sayings.sayings.cache_clear()
    relative.cache_clear()


def _numbered(voice: Voice, at: int, total: int) -> Voice:
    if not voice.numbering or total == 1:
        return voice
    count = f"{at}/{total} "
    return replace(voice, template=count + voice.template, opening=count + voice.opening)


def _list(headlines: Sequence[str], hidden: int, more: str, fits: Fits) -> str:
    """Return the headlines as lines, as many as fit from the first on, and how many more there are.

    `hidden` are more that are not to be shown.
    """

    def lines(count: int) -> str:
        left = len(headlines) - count + hidden
        rest = [more.replace("{}", str(left))] if left else []
        return "\n".join([*(f"• {headline}" for headline in headlines[:count]), *rest])

    if headlines and fits(whole := lines(len(headlines))):  # it may fit where one line less and "+1 more" does not
        return whole
    count = bisect_left(range(1, len(headlines)), 1, key=lambda count: not fits(lines(count)))
    return lines(count) if count else ""


@dataclass(frozen=True, slots=True)
class _Frame:
    """Where and how a post will stand. `bare` tells that the network links example.com without https://."""

    issue: Issue
    voice: Voice
    rules: Rules
    platform: str
    occasion: Occasion = ANY
    bare: bool = field(init=False)

    def __post_init__(self) -> None:
        # A network that links a bare domain counts it as a link.
        object.__setattr__(self, "bare", self.rules.measure(_BARE).length > len(_BARE))

    @property
    def language(self) -> str | None:
        return self.issue.language or self.voice.language

    def of(self, article: Article) -> Post:
        """Make the post of an article."""
        warned = caution(self.voice.cautions, f"{article.headline}\n{article.text}", article.tags)
        words = (*article.tags, *self.voice.hashtags)
        said: list[str] = []
        post = self._post(article, self.voice.template, self._body(article, said), words, warned)
        pictures = self._pictures(article)
        summary = next((text for text in reversed(said) if text and text in post.text), "")
        described = post.card.description if post.card else ""
        until = self._true_until([article.headline], f"{summary}\n{described}", article.text)
        return replace(post, pictures=pictures, card=None if pictures else post.card, true_until=until)

    def whole(self, template: str, words: Sequence[str]) -> Post:
        """Make the post of the whole issue."""
        listed = self.issue.articles
        headlines = [headline for article in listed if (headline := self._plain(article.headline))]
        more = languages.find(self.language, " ".join(headlines)).more
        true = [headline for headline in headlines if not self._is_false(headline)]
        body = Body(lambda fits: _list(true, len(headlines) - len(true), more, fits))
        about = Article(0, self.issue.title, (), self.issue.url)
        shown = listed if uses(template, "summary") else ()
        text = "\n".join([self.issue.title, *(article.headline for article in shown)])
        warned = caution(self.voice.cautions, text, (tag for article in shown for tag in article.tags))
        post = self._post(about, template, body, words, warned)
        told = [nameless(self.issue.title, self.voice.newsletter), *(line for line in true if line in post.text)]
        return replace(post, true_until=self._true_until(told))

    def _post(self, about: Article, template: str, body: Body, words: Sequence[str], warned: Caution) -> Post:
        link = self._address(about.url)
        rules, warning = self.rules, warned.warning
        own = [span.text for span in links.hashtags(literal(template))]
        draft = Draft(
            template,
            self._values(about, link),
            rules,
            self.platform,
            above=f"{_WARNING}{warning}" if warning and not rules.warnings else "",
            warning=warning if rules.warnings else "",
            hashtags=tags.hashtags(words, rules.hashtags, own),
            optional=droppable(template),
            language=self.language,
        )
        text = draft.fit(body)
        return Post(
            text,
            self.language,
            (link,) if link else (),
            _facets(text) if rules.facets else (),
            self._card(about, link),
            content_warning=draft.warning,
            sensitive=warned.sensitive,
            labels=warned.labels,
        )

    def _values(self, about: Article, link: str) -> dict[str, str]:
        return {
            "headline": self._plain(about.headline, link),
            "link": link,
            "newsletter": self._plain(self.voice.newsletter, link),
            "issue": self._plain(self.issue.title, link),
            "number": str(about.number or ""),
            "author": self._plain(about.author or "", link),
        }

    def _plain(self, text: str, link: str = "") -> str:
        return plain(text, link, bare=self.bare)

    def _body(self, article: Article, said: list[str]) -> Body:
        """Return what {summary} stands for; what it offers is written down in `said`."""

        def best(fits: Fits) -> str:
            said.append(self._plain(self._summary(article, lambda text: fits(self._plain(text)))))
            return said[-1]

        return Body(best, lambda: self._plain(self._opening(article)))

    def _summary(self, article: Article, fits: Fits) -> str:
        at = self.occasion
        ranking = at.rank(article, self.language)
        return summarize(article, self.language, fits, times=at.times, turn=at.turn, ranking=ranking).text

    def _opening(self, article: Article) -> str:
        opening = _first_sentence(article.text, self.language)
        times = self.occasion.times
        is_false = times and stale(opening, languages.find(self.language, article.text), times)
        return "" if is_false else opening

    def _is_false(self, headline: str) -> bool:
        times = self.occasion.times
        return bool(times and stale(headline, languages.find(self.language, headline), times, HEADLINES))

    def _true_until(self, headlines: Sequence[str], words: str = "", article: str = "") -> datetime | None:
        """Return the moment from which headlines or an article's words are false; those of the template never are."""
        if not self.occasion.times:
            return None
        written = self.occasion.times.written
        ends = [true_until(line, languages.find(self.language, line), written, HEADLINES) for line in headlines]
        ends.append(true_until(words, languages.find(self.language, article), written))
        return self.occasion.midnight(min(filter(None, ends), default=None))

    def _address(self, url: str | None) -> str:
        known = {"platform": self.platform, "issue.id": self.issue.id}
        utm = {name: _VARIABLE.sub(lambda name: known[name[1]], value) for name, value in self.voice.utm.items()}
        return links.whole(links.with_utm(url, utm), marked=self.rules.facets) if url else ""

    def _card(self, about: Article, link: str) -> Card | None:
        if not self.rules.cards or not link or self.voice.card == "none":
            return None
        opening = lead(about, self.language, lambda text: len(text) <= _DESCRIPTION, self.occasion.times)
        title = about.headline or self.issue.title or urlsplit(link).hostname or link
        return Card(link, title, opening.text, about.image, alt.spoken(about.image_alt))

    def _pictures(self, article: Article) -> tuple[Picture, ...]:
        """Return the picture that stands for the card; none without words for those who do not see it."""
        if not self.rules.pictures:
            return ()
        words = alt.spoken(article.image_alt)
        if self.voice.card == "image" and article.image and words:
            return (Picture(alt.shortened(words, self.rules.alt), article.image),)
        said = speech.choose(article.text, self.language) if self.voice.card == "quote" else None
        words = f"{said.quoted} — {said.speaker}" if said else ""
        if said and len(words) <= self.rules.alt:
            return (Picture(words, quotation=said.quoted, speaker=said.speaker),)
        return ()


def _first_sentence(text: str, language: str | None) -> str:
    """Return the sentence that a post shows the beginning of, where it has no headline and no sentence fits as a whole.

    It is none that others belong to, such as the half of a quotation, or words whose speaker comes later.
    """
    sentences = discourse.read(text, language).sentences()
    if not sentences:
        return ""
    first = sentences[0]
    needs = first.needs
    alone = not needs.must if needs.must is not None else needs.fault == _UNFINISHED
    whole = quotes.scan(first.text).open_at is None and not links.urls(first.text)
    return first.text if alone and whole and _LETTER.search(quotes.outside(first.text)) else ""


def _facets(text: str) -> tuple[Facet, ...]:
    """Mark the links and hashtags of `text`; the AT Protocol counts in UTF-8 bytes."""
    urls = links.urls(text)
    marked = [Facet("link", *_bytes(text, span), span.text) for span in urls]
    free = (tag for tag in links.hashtags(text) if not any(url.start <= tag.start < url.end for url in urls))
    marked += [Facet("tag", *_bytes(text, tag), tag.text[1:]) for tag in free]
    return tuple(sorted(marked, key=lambda facet: facet.start))


def _bytes(text: str, span: links.Span) -> tuple[int, int]:
    start = len(text[: span.start].encode())
    return start, start + len(span.text.encode())
