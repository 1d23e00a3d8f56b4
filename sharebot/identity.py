"""What makes an article, an issue and a delivery the same as one seen before, whatever its date, number or file."""

import json
import unicodedata
from base64 import b32encode
from hashlib import sha256
from itertools import groupby

from sharebot.model import Article, Issue
from sharebot.text.links import canonical

_OPENING = 100
_KEY_LENGTH = 20


def article_identity(article: Article) -> str:
    """Return the article's canonical URL, or else its normalised headline and opening."""
    return _address(article.url) or f"{_normal(article.headline)}\n{_normal(article.text)[:_OPENING].rstrip()}"


def issue_identity(issue: Issue) -> str:
    """Name a whole issue: by its canonical URL, or else by its normalised title and its first article's identity.

    The title alone would not do, for many newsletters give every issue the same.
    """
    first = article_identity(issue.articles[0]) if issue.articles else ""
    return "issue\n" + (_address(issue.url) or f"{_normal(issue.title)}\n{first}")


def address_of(identity: str) -> str | None:
    """Return the canonical URL that an article is known by; None where it is known by its words."""
    return None if "\n" in identity else identity


def content(*articles: Article, title: str = "") -> str:
    """Return a hash of what articles say and where they lead, which tells a corrected one from the one that was read.

    How their lines are broken does not count.
    """
    said = [title, *([a.headline, " ".join(a.text.split()), a.url] for a in articles)]
    return sha256(json.dumps(said).encode()).hexdigest()


def delivery_key(newsletter: str, identity: str, account: str, stream: str, *more: str | int) -> str:
    """Return the key that a delivery has for ever: 20 characters of a-z and 2-7.

    They are the first 100 bits, in RFC 4648 base32, of the SHA-256 of the four parts as a JSON array; its quotation
    marks keep ("a", "bc") apart from ("ab", "c"). `more` tells apart what is posted of one article in one stream.
    """
    parts = json.dumps([newsletter, identity, account, stream, *more])
    return b32encode(sha256(parts.encode()).digest()).decode().lower()[:_KEY_LENGTH]


def _address(url: str | None) -> str | None:
    return canonical(url) if url else None


def _normal(text: str) -> str:
    """Keep the words: letters, marks and numbers, casefolded, in compatibility form, with one space between them."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    # Soft hyphens and zero-width characters (category Cf) stand inside words.
    visible = (char for char in folded if unicodedata.category(char) != "Cf")
    runs = groupby(visible, key=lambda char: unicodedata.category(char)[0] in "LMN")
    return " ".join("".join(run) for is_word, run in runs if is_word)
