"""What is allowed in a post and yet unkind to those who follow: to the eyes, or to a voice that reads it aloud."""

import re
from collections.abc import Callable, Iterator

from sharebot.model import Article, CardKind, Post, Rules
from sharebot.text import alt, links
from sharebot.text.measure import graphemes

_MOST_HASHTAGS = 2
"""A voice reads each of them to the end."""
_CAPITALS = 2
_CAPITAL_LETTERS = 8
"""So many words and letters one after the other are no abbreviation any more."""
_IN_A_ROW = 3
_MOST_EMOJI = 6
"""A voice reads each of them by its name of several words."""
_SHOWN = 40
_WORD = re.compile(r"[^\W\d_][^\W_’'-]*(?:[’'-][^\W_]+)*")
_TOKEN = re.compile(r"\w+(?:[’'-]\w+)*")
_NAME = re.compile(r"[\d_]")
"""KEP-5729, BIP329 and OP_RETURN are names of things, which nobody shouts."""
_EMOJI = re.compile(r"[\u2600-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff]|.\ufe0f")
_MARKS = "\u2066\u2069"
"""Signs of direction. U+2060 stays: with it a word is no hashtag."""


def lint(post: Post, rules: Rules, article: Article | None = None, card: CardKind = "link") -> list[str]:
    """Return what should be better about a post, in words; an empty list for nothing.

    `article` is what the post is of, None for a whole issue, and `card` what the stream wants beside the text.
    """
    text = post.text.translate(dict.fromkeys(map(ord, _MARKS)))
    told = [warning for check in _CHECKS for warning in check(text)]
    return [*told, *_pictures(post, rules, article, card)]


def _capitals(text: str) -> Iterator[str]:
    """https://www.w3.org/TR/WCAG22/ has no rule for it; many voices spell such words letter by letter."""
    for line in _words_of(text).splitlines():
        run: list[str] = []
        for word in [*_TOKEN.findall(line), "end"]:
            if word.isupper() and not _NAME.search(word):
                run.append(word)
            elif _is_loud(run):
                yield f"words in capitals are hard to read, and some voices spell them: {_short(' '.join(run))}"
                return
            else:
                run = []


def _is_loud(run: list[str]) -> bool:
    words = [word for word in run if len(word) > 1]
    return len(words) >= _CAPITALS and sum(map(len, words)) >= _CAPITAL_LETTERS


def _hashtags(text: str) -> Iterator[str]:
    if (count := len(links.hashtags(text))) > _MOST_HASHTAGS:
        yield f"{count} hashtags; more than {_MOST_HASHTAGS} tire readers"


def _bare(text: str) -> Iterator[str]:
    if not _WORD.search(_words_of(text)) and links.urls(text):
        yield "a bare link; say what is behind it"


def _emoji(text: str) -> Iterator[str]:
    if not _EMOJI.search(text):
        return
    total = row = longest = 0
    for character in graphemes(text):
        if _EMOJI.match(character):
            total, row = total + 1, row + 1
            longest = max(longest, row)
        elif not character.isspace():
            row = 0
    if longest > _IN_A_ROW or total > _MOST_EMOJI:
        yield f"{total} emoji; a voice reads the name of each"


def _pictures(post: Post, rules: Rules, article: Article | None, card: CardKind) -> Iterator[str]:
    if any(not alt.spoken(picture.alt) for picture in post.pictures):
        yield "missing alt text: a picture has no words for those who do not see it"
    wanted = card == "image" and rules.pictures and article is not None and article.image
    if wanted and article and not alt.spoken(article.image_alt):
        yield f"missing alt text: the picture is left out; describe it in the newsletter ({article.image})"


def _words_of(text: str) -> str:
    """Return the text without addresses and hashtags."""
    spans = [*links.urls(text), *links.hashtags(text)]
    for span in sorted(spans, reverse=True):
        text = text[: span.start] + text[span.end :]
    return text


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


_CHECKS: tuple[Callable[[str], Iterator[str]], ...] = (_capitals, _hashtags, _bare, _emoji)
