"""From an article to a post: text fitted around the link, as the network counts it.

Order of sacrifice: hashtags, then sentences of the summary, then the end of the headline. The link is never cut.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from sharebot.errors import DoesNotFit
from sharebot.model import Article, Card, Facet, Issue, Post, Rules, Voice
from sharebot.text import languages, links, measure, quotes, tags
from sharebot.text.summarize import Fits, lead, summarize
from sharebot.text.template import fill, plain, unknown_fields, uses

__all__ = ["compose", "digest", "thread", "unknown_fields"]

_OPENING = "{headline}\n\n{link}"
_DIGEST = "{headline}\n\n{summary}\n\n{link} {hashtags}"
_DESCRIPTION = 240  # code points of a card's description; networks show two or three lines
_VARIABLE = re.compile(r"\{(platform|issue\.id)\}")

Body = Callable[[Fits], str]


def compose(article: Article, issue: Issue, voice: Voice, rules: Rules, platform: str) -> Post:
    """Make the post of one article. `article.url` is the address to post, None for none.

    Raises DoesNotFit where even the link alone is too long, ValueError for an unknown field of the template.
    """
    frame = _Frame(issue, voice, rules, platform)

    def body(fits: Fits) -> str:
        return plain(summarize(article, frame.language, lambda text: fits(plain(text))).text)

    return frame.post(article, voice.template, body, (*article.tags, *voice.hashtags))


def thread(issue: Issue, voice: Voice, rules: Rules, platform: str) -> tuple[Post, ...]:
    """Make the posts of an issue as one thread: its title and link, then each article. Raises as `compose` does."""
    posts = [compose(article, issue, voice, rules, platform) for article in issue.articles]
    if issue.title or issue.url:
        frame = _Frame(issue, voice, rules, platform)
        posts.insert(0, frame.post(_about(issue), _OPENING, lambda _: "", ()))
    return tuple(posts)


def digest(issue: Issue, voice: Voice, rules: Rules, platform: str) -> Post:
    """Make one post of an issue: its title, as many headlines as fit, how many more there are, its link.

    Raises DoesNotFit as `compose` does.
    """
    frame = _Frame(issue, voice, rules, platform)
    headlines = [headline for article in issue.articles if (headline := plain(article.headline))]
    more = languages.find(frame.language, " ".join(headlines)).more
    return frame.post(
        _about(issue), _DIGEST, lambda fits: next(filter(fits, _lists(headlines, more)), ""), voice.hashtags
    )


def _about(issue: Issue) -> Article:
    return Article(0, issue.title, (), issue.url)


def _lists(headlines: Sequence[str], more: str) -> Iterator[str]:
    """Yield the headlines as lines, from all of them down to the first."""
    for count in range(len(headlines), 0, -1):
        left = len(headlines) - count
        lines = [f"• {headline}" for headline in headlines[:count]]
        yield "\n".join([*lines, more.replace("{}", str(left))] if left else lines)


@dataclass(frozen=True, slots=True)
class _Frame:
    """Where and how a post will stand."""

    issue: Issue
    voice: Voice
    rules: Rules
    platform: str

    @property
    def language(self) -> str | None:
        return self.issue.language or self.voice.language

    def post(self, about: Article, template: str, body: Body, words: Sequence[str]) -> Post:
        link = self._address(about.url)
        values = {
            "headline": plain(about.headline, link),
            "link": link,
            "issue": plain(self.issue.title, link),
            "number": str(about.number),
            "author": plain(about.author or "", link),
        }
        draft = _Draft(template, values, self.rules, self.platform)
        text = draft.fit(body, tags.hashtags(words, self.rules.hashtags))
        facets = _facets(text) if self.rules.facets else ()
        return Post(text, self.language, (link,) if link else (), facets, self._card(about, link))

    def _address(self, url: str | None) -> str:
        known = {"platform": self.platform, "issue.id": self.issue.id}
        utm = {name: _VARIABLE.sub(lambda field: known[field[1]], value) for name, value in self.voice.utm.items()}
        return links.whole(links.with_utm(url, utm), marked=self.rules.facets) if url else ""

    def _card(self, about: Article, link: str) -> Card | None:
        if not self.rules.cards or not link:
            return None
        opening = lead(about, self.language, lambda text: len(text) <= _DESCRIPTION)
        return Card(link, about.headline, opening.text, about.image)


@dataclass(frozen=True, slots=True)
class _Draft:
    """A template with its values, before the summary, the hashtags and the length of the headline are settled."""

    template: str
    values: dict[str, str]
    rules: Rules
    platform: str

    def fit(self, body: Body, hashtags: Sequence[str]) -> str:
        """Return the fullest text that fits. Raises DoesNotFit."""
        summary = body(lambda text: self._fits(self._text(summary=text))) if uses(self.template, "summary") else ""
        headline = self.values["headline"]
        if not summary and not self._fits(self._text()):
            headline, hashtags = self._shorter(headline), ()
        texts = (
            self._text(headline=headline, summary=summary, hashtags=" ".join(hashtags[:count]))
            for count in range(len(hashtags), -1, -1)
        )
        return next(filter(self._fits, texts))

    def _text(self, **settled: str) -> str:
        return fill(self.template, self.values | settled)

    def _fits(self, text: str) -> bool:
        return bool(text) and self.rules.measure(text).fits

    def _shorter(self, headline: str) -> str:
        """Cut the headline behind a word, else (one long word, or Chinese) behind a character."""
        words = headline.split(" ")
        by_word = [" ".join(words[:count]) for count in range(1, len(words))]
        characters = [] if links.urls(words[0]) else measure.graphemes(words[0])
        by_character = ["".join(characters[:count]) for count in range(1, len(characters))]
        for cuts in (by_word, by_character):
            if cut := self._longest([_cut(text) for text in cuts]):
                return cut
        if not self._fits(self._text(headline="")):
            raise self._does_not_fit()
        return ""

    def _longest(self, cuts: Sequence[str]) -> str:
        """Bisect: of texts that only grow, the longest that fits."""
        low, high = 0, len(cuts)
        while low < high:
            middle = (low + high) // 2
            if self._fits(self._text(headline=cuts[middle])):
                low = middle + 1
            else:
                high = middle
        return cuts[low - 1] if low else ""

    def _does_not_fit(self) -> DoesNotFit:
        text = self._text(headline="")
        if not text:
            return DoesNotFit(f"{self.platform}: nothing to post: the article has no headline, summary or link")
        needs = self.rules.measure(text)
        return DoesNotFit(
            f"{self.platform}: even without headline and summary the post needs {needs.length} of the {needs.limit} "
            "allowed, and the link is never cut: use a shorter address, fewer utm values or a shorter text"
        )


def _cut(text: str) -> str:
    """End a shortened headline with "…", before a quotation that it would leave open."""
    open_at = quotes.scan(text).open_at
    return (text[:open_at] if open_at else text).rstrip(" ,;:–—-.") + "…"


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
