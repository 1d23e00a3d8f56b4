"""What strangers may send: a reader answers with an issue or a SourceError, with nothing else, and in time."""

import random
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sharebot.errors import SourceError
from sharebot.model import Document, Hints
from sharebot.sources import readers

SAMPLES = Path(__file__).parents[1] / "samples"
SENTENCE = "The harbour opened again after the storm, they said. "
NAMES = st.sampled_from(["a.html", "a.md", "a.txt"])
SPLITS = st.sampled_from([None, "headings", "headings 2", "numbers", "items", "bold", "rules", "paragraphs", "whole"])
PIECES = (
    "<p>", "</p>", "<div>", "</div>", "<h1>", "<h2 id=x>", "</h2>", "<h3><a href='https://a.example/1'>",
    "</a></h3>", "<ul>", "</ul>", "<li>", "<ol><li>", "<dl><dt>", "<dd>", "<b>", "</b>", "<strong>", "<a href=",
    "<a href='http://[x'>", "<a href=//a.example:99999>", "</a>", "<img src=https://a.example/i.png width=²>",
    "<img width=1 src=/a>", "<br>", "<hr>", "<table><tr><td>", "</table>", "<blockquote>", "</blockquote>",
    "<span style='font-size:22px'>", "<span style='font-weight:700;font-size:1e9px'>", "<div style='display:none'>",
    "<font size=7>", "<pre>", "<script>", "</script>", "<style>", "<!--", "-->", "<![CDATA[", "]]>", "<?",
    "<!doctype html>", "<svg><title>", "<template>", "<select><option>", "<base href=http://[>", "<body>",
    "</html>", "<html lang='\ud800'>", "&#xD800;", "&#0;", "&#x202E;", "&amp", "&nbsp;", "\0", "\ud800", "\u2028",
    "\u200f", "\n", "\n\n", "# ", "## ", "- ", "1. ", "> ", "```\n", "~~~", "**", "*", "_", "`",
    "[a](https://a.example)", "[a][b]", "[b]: https://b.example\n", "[^1]", "[^1]: x\n", "|a|b|\n|-|-|\n", "---\n",
    "+++\n", "===\n", "{% x %}", "{{< y >}}", "{: .z}", ":::", "Title: x\n", "■ ", "01\n\n", "一、", "■■", "• ",
    "https://a.example/x", "Read more: ", "By Ada Holm", "Tags: a, b", "Sponsored by ", "Unsubscribe",
    "In this issue", "2026-02-30", "漢字", "שלום", "مرحبا", "word ", SENTENCE,
)  # fmt: skip


def sound(name: str, data: bytes, hints: Hints | None = None) -> None:
    """Read, and where that succeeds check what everybody relies on."""
    try:
        issues = readers.read(Document(name, data), hints or Hints())
    except SourceError:
        return
    for issue in issues:
        assert issue.title
        assert issue.articles
        for article in issue.articles:
            assert article.headline
            assert "\0" not in article.headline + article.text
            (article.headline + article.text).encode()  # half a character could not be sent
            assert all(paragraph and "\n" not in paragraph for paragraph in article.paragraphs)
            assert article.url is None or article.url.startswith(("http://", "https://"))


@pytest.fixture(scope="module", autouse=True)
def _warm():
    """Load the libraries once, so that no single example is slow."""
    readers.read(Document("a.md", b"# Words\n\n" + SENTENCE.encode() * 9))


@given(NAMES, st.binary(max_size=400))
def test_no_bytes_raise_anything_but_a_source_error(name, data):
    sound(name, data)


@given(NAMES, st.text(max_size=400))
def test_no_text_raises_anything_but_a_source_error(name, words):
    sound(name, words.encode("utf-8", "surrogatepass"))


@given(NAMES, st.lists(st.sampled_from(PIECES), max_size=60).map("".join), SPLITS)
def test_no_tangle_of_tags_and_markup_raises_anything_but_a_source_error(name, words, split):
    sound(name, words.encode("utf-8", "surrogatepass"), Hints(split))


@given(st.text(st.characters(codec="ascii"), max_size=30), st.binary(max_size=80))
def test_no_charset_that_a_page_claims_raises_anything_but_a_source_error(charset, data):
    sound("a.html", b"<meta charset=" + charset.encode() + b"><h1>Head</h1><p>" + data)


def mutated(chance: random.Random, first: bytes, second: bytes) -> bytes:
    """Damage one sample, by bits of itself, of another, or of markup."""
    data = bytearray(first)
    for _ in range(chance.randint(1, 6)):
        start, end = sorted(chance.choices(range(len(data) + 1), k=2))
        from_, to = sorted(chance.choices(range(len(second) + 1), k=2))
        piece = chance.choice(PIECES).encode("utf-8", "surrogatepass")
        damage = chance.choice(
            (b"", piece, piece * 40, second[from_:to], bytes(data[start:end]) * 2, chance.randbytes(3))
        )
        data[start : chance.choice((start, end, start + 1))] = damage
    return bytes(data[:20000])


@pytest.mark.timeout(60)
@pytest.mark.parametrize("seed", range(8))
def test_no_damage_to_a_newsletter_raises_anything_but_a_source_error(seed):
    chance = random.Random(seed)
    samples = [path for path in sorted(SAMPLES.iterdir()) if path.suffix != ".yaml"]
    for _ in range(50):
        first, second = chance.choices(samples, k=2)
        sound(first.name, mutated(chance, first.read_bytes(), second.read_bytes()))


def many(words: str, count: int) -> Callable[[], str]:
    """Make a text when it is asked for: large ones are not kept."""
    return lambda: "".join(words.replace("%d", str(at)) for at in range(count)) if "%d" in words else words * count


LARGE = {
    "elements in elements": (".html", many("<div>", 100_000)),
    "inline elements in elements": (".html", many("<span>", 100_000)),
    "tables in tables": (".html", many("<table><tr><td>", 100_000)),
    "lists in lists": (".html", many("<ul><li>", 100_000)),
    "paragraphs without end": (".html", many("<p>", 100_000)),
    "unknown elements": (".html", many("<x-y>", 100_000)),
    "drawings in drawings": (".html", many("<svg><g>", 20_000)),
    "links in links": (".html", many("<a href=https://a.example>", 30_000)),
    "bold that is never closed": (".html", many("<p><b><i><u>x", 20_000)),
    "an attribute without end": (".html", lambda: '<p>x<a href="' + "a" * 5_000_000),
    "an attribute of tags": (".html", lambda: '<p>x<a href="' + "<a " * 1_000_000),
    "a thousand attributes": (".html", lambda: "<p " + " ".join(f"a{at}" for at in range(7000)) + ">x"),
    "a comment without end": (".html", lambda: "<p>x</p><!-- " + "x " * 1_000_000),
    "comments in comments": (".html", many("<!--", 1_000_000)),
    "CDATA without end": (".html", lambda: "<p>x</p><![CDATA[ " + "x " * 1_000_000),
    "signs of tags": (".html", many("<", 300_000)),
    "half characters": (".html", many("&#xD800;&#0;&", 50_000)),
    "a large table": (".html", lambda: "<table>" + ("<tr>" + "<td>cell</td>" * 100 + "</tr>") * 100),
    "pictures": (".html", many("<img src=https://a.example/i.png>", 50_000)),
    "line breaks": (".html", many("<br>", 300_000)),
    "headings": (".html", many("<h2>Head %d</h2><p>Text.</p>", 5000)),
    "bold headlines": (".html", many(f"<p><b>Headline %d</b></p><p>{SENTENCE}</p>", 5000)),
    "styles": (".html", many('<p style="' + "font-size:" * 4000 + '">x', 20)),
    "addresses": (".html", many("https://a.example/x ", 50_000)),
    "brackets": (".md", many("[", 10_000)),
    "pictures without end": (".md", many("![", 10_000)),
    "stars": (".md", many("*", 10_000)),
    "stars before words": (".md", many("**a *b ", 10_000)),
    "links without end": (".md", many("[a](", 10_000)),
    "links to nothing": (".md", many("[words %d][r%d] ", 10_000)),
    "references": (".md", many("[r%d]: https://a.example/%d\n", 10_000)),
    "references that are used": (".md", many("[r%d]\n\n[r%d]: https://a.example/%d\n\n", 5000)),
    "quotes in quotes": (".md", many("> ", 10_000)),
    "entries in entries": (".md", lambda: "".join("  " * at + "- a\n" for at in range(1000))),
    "entries on one line": (".md", many("- ", 10_000)),
    "a fence without end": (".md", lambda: "```\n" + "a\n" * 300_000),
    "fences of all lengths": (".md", lambda: "".join("`" * at + "\n" for at in range(1500))),
    "code without end": (".md", many("`a", 50_000)),
    "instructions": (".md", many("a <?", 20_000)),
    "footnotes": (".md", many("[^a]: x\n", 50_000)),
    "rules": (".md", many("---\n", 20_000)),
    "empty lines": (".md", many("\n", 1_000_000)),
    "aliases of aliases": (
        ".md",
        lambda: (
            "---\na0: &a0 [x, x]\n"
            + "".join(f"a{at + 1}: &a{at + 1} [{', '.join([f'*a{at}'] * 9)}]\n" for at in range(12))
            + "authors: *a12\ntags: *a12\n---\n# Head\n\nText."
        ),
    ),
    "counted headlines": (".txt", many("%d. Head\n\nText.\n\n", 10_000)),
    "rules in text": (".txt", many("Head\n\nText one.\n\n---\n\n", 10_000)),
    "signs in text": (".txt", many("■ Head\nText\n", 5000)),
    "capitals": (".txt", many("HEADLINE HERE\nText of it.\n\n", 3000)),
    "dashes": (".txt", many("- ", 1_000_000)),
    "names": (".txt", many("By " + "Aa " * 60 + "\n\n", 2000)),
    "a line of sentences": (".txt", many(SENTENCE, 95_000)),
    "a line of sentences in Markdown": (".md", many(SENTENCE, 95_000)),
    "a line of sentences in a page": (".html", many(SENTENCE, 95_000)),
    "a word without end": (".txt", many("a", 5_000_000)),
    "spaces": (".md", lambda: "a" + " " * 5_000_000 + "b"),
}


@pytest.mark.timeout(60)
@pytest.mark.parametrize(("suffix", "make"), LARGE.values(), ids=LARGE)
def test_a_text_that_is_made_to_be_slow_is_read_or_refused_in_time(suffix, make):
    sound(f"a{suffix}", make().encode())


@pytest.mark.timeout(120)
def test_a_million_links_in_one_page_are_read_or_refused_in_time():
    sound("a.html", b"<p>" + b"<a href=http://a.example>x</a> " * 1_000_000)


@pytest.mark.parametrize(
    "data",
    [
        "<h1>Head</h1><p>Words".encode("utf-16"),
        "<h1>Head</h1><p>Words".encode("utf-16-le"),
        "<h1>Head</h1><p>é".encode("utf-32"),
        b"<meta charset=utf-16><h1>Head</h1><p>\xc3\xa9",
        b"<meta charset=utf-8><h1>Head</h1><p>\xe9",
        b"<meta charset=punycode><h1>Head</h1><p>Words",
        b"<meta charset=unicode_escape><h1>Head</h1><p>\\ud800 \\x00 \\N{DIGIT ONE}",
        b"<meta charset=raw_unicode_escape><h1>Head</h1><p>\\udfff",
        b"<meta charset=utf-7><h1>Head</h1><p>+2AA-",
        b"<meta charset=zlib><h1>Head</h1><p>Words",
        b"<meta charset=undefined><h1>Head</h1><p>Words",
        b"<h1>Head</h1><p>a\0b\0\0c",
        b"<h1>He&#xD800;ad</h1><p>&#xDFFF;words&#0;",
    ],
)
def test_a_page_that_lies_about_its_characters_gives_nothing_that_cannot_be_sent(data):
    sound("a.html", data)
