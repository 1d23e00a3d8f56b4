import subprocess
import sys
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sharebot.errors import SourceError
from sharebot.model import Document
from sharebot.sources import readers


@pytest.fixture(scope="module", autouse=True)
def _warm():
    """Load the libraries once, so that no single example is slow."""
    readers.read(Document("a.md", b"# Words\n\n" + b"The harbour opened again after the storm. " * 9))


NAMES = st.sampled_from(["a.txt", "a.md"])
PIECES = st.sampled_from(
    ["01", "1. ", "#1 ", "\n", "\n\n", "---", "===", "# ", "## ", "- ", "> ", "[a](https://a.example)", "![](http://[x)",
     "https://a.example", "Read more: ", "By Jane Doe", "Tags: a, b", "Share this post", "Unsubscribe", "2024-02-22",
     "title: x", "date: 2024-99-99", "tags: [", "<!--", "-->", "<p>", "`", "*", "~~", "|", "&#0;", "漢字", "word", "\0",
     "\x85"]
)  # fmt: skip


@pytest.mark.parametrize("name", ["a.txt", "a.TEXT", "2026/a.md", "a.b.markdown"])
def test_a_document_is_read_by_its_ending(name):
    (issue,) = readers.read(Document(name, b"# Head\n\nText.\n\nMore text."))
    assert issue.articles[0].headline == ("Head" if name.endswith(("md", "markdown")) else "# Head")


@pytest.mark.parametrize("name", ["a.docx", "README", ".md", "a", ""])
def test_another_ending_is_an_error_that_says_what_can_be_read(name):
    with pytest.raises(
        SourceError, match=r"cannot be read; save it as one of \.txt, \.text, \.md, \.markdown"
    ) as caught:
        readers.read(Document(name, b"# Head\n\nText."))
    assert caught.value.place == name


def sound(name: str, data: bytes) -> None:
    """Read, and where that succeeds check what everybody relies on."""
    with suppress(SourceError):
        (issue,) = readers.read(Document(name, data))
        assert issue.title
        assert [article.number for article in issue.articles] == list(range(1, len(issue.articles) + 1))
        assert len(issue.articles) > 0
        for article in issue.articles:
            assert article.headline
            assert all(paragraph and "\n" not in paragraph for paragraph in article.paragraphs)
            assert article.url is None or article.url.startswith(("http://", "https://"))


@given(NAMES, st.binary())
def test_no_bytes_raise_anything_but_a_source_error(name, data):
    sound(name, data)


@given(NAMES, st.text())
def test_no_text_raises_anything_but_a_source_error(name, words):
    sound(name, words.encode("utf-8", "surrogatepass"))


@given(NAMES, st.lists(PIECES, max_size=40), st.booleans())
def test_no_tangle_of_markup_raises_anything_but_a_source_error(name, pieces, fenced):
    body = "".join(pieces)
    sound(name, (f"---\n{body}\n---\n{body}" if fenced else body).encode())


@given(st.lists(st.text("abcdefgh ", min_size=1).map(str.strip).filter(bool), min_size=1, max_size=8))
def test_every_numbered_article_is_found_with_its_words(words):
    text = "Title\n\n" + "\n\n".join(f"{at:02}\n\nHead {at} {word}\n\nBody {word}." for at, word in enumerate(words, 1))
    (found,) = readers.read(Document("a.txt", text.encode()))
    wanted = [(f"Head {at} {' '.join(word.split(' '))}", (f"Body {word}.",)) for at, word in enumerate(words, 1)]
    assert [(article.headline, article.paragraphs) for article in found.articles] == wanted


def test_looking_at_the_readers_loads_no_parser():
    code = "import sys, sharebot.sources.readers as r; print([m for m in ('yaml', 'markdown_it') if m in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"
