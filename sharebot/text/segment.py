"""Where sentences begin and end, in scripts with and without spaces between them.

A full stop may end a sentence, an abbreviation, an initial or an ordinal; a closing quotation mark or bracket belongs
to the sentence before it. The words that decide are data in `languages`.
"""

import re
from collections.abc import Iterator

from sharebot.text import languages
from sharebot.text.vocabulary import Language

_PARAGRAPH = re.compile(r"\S(?:.|\n(?![^\S\n]*\n))*")
# « and “ close after a German or French mark; after a wide one “ begins the next sentence. French: a space before ».
_STOP = re.compile(
    r"""(?P<narrow>[.!?…]+)(?P<close>(?:["'”’»›«“)\]」』]|[ \u00a0\u202f]»(?!\w)|\[\d+\])*)"""
    r"""|(?P<wide>[。！？｡؟۔।॥]+|．(?!\d))(?P<shut>[”’」』）】》〉»)]*)"""
)
_OPENING = " \t\n\u00a0\u202f\"'“‘„‚«»‹¿¡([（「『—–-*"
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")
_HIRAGANA = re.compile(r"[\u3041-\u309f]")
_WORD = re.compile(r"\w+")
_LONGEST_ORDINAL = 2
_VERB_WITHIN = 40
_TOKEN_WITHIN = 80


def sentences(text: str, language: str | None) -> list[tuple[int, int]]:
    """Return the spans of the sentences of `text`, in code points, without the space around them.

    Together they cover everything but white space; none crosses an empty line. What stands at the end of a paragraph
    without a full stop is a span too. `language` is a BCP 47 tag; None guesses.
    """
    data = languages.find(language, text)
    return [span for match in _PARAGRAPH.finditer(text) for span in _split(text, *match.span(), data)]


def _split(text: str, start: int, end: int, language: Language) -> Iterator[tuple[int, int]]:
    for stop in _STOP.finditer(text, start, end):
        if _ends(text, start, stop, language):
            yield start, stop.end()
            start = _skip_space(text, stop.end(), end)
    last = len(text[:end].rstrip())
    if start < last:
        yield start, last


def _skip_space(text: str, at: int, end: int) -> int:
    while at < end and text[at].isspace():
        at += 1
    return at


def _ends(text: str, start: int, stop: re.Match[str], language: Language) -> bool:
    rest = text[stop.end() : stop.end() + _VERB_WITHIN]
    if stop["wide"]:
        return not (stop["shut"] and (_HIRAGANA.match(rest) or _speaker_follows(rest, language)))
    if not rest[:1].isspace() and not (stop["narrow"][0] in "!?" and _UNSPACED.match(rest)):
        return False
    following = rest.lstrip(_OPENING)
    if following[:1].islower():
        return False
    if stop["narrow"] != ".":
        return not (stop["close"] and _speaker_follows(rest, language))
    return _dot_ends(text[max(start, stop.start() - _TOKEN_WITHIN) : stop.start()], following, language)


def _speaker_follows(rest: str, language: Language) -> bool:
    """“Are you sure?” Smith asked. “我们会来。”他说。 The words after the mark belong to the same sentence."""
    clause = re.split(r"[.,;:!?。，；：！？]", rest, maxsplit=1)
    return len(clause) > 1 and bool(languages.pattern(language, "says").search(rest[: len(clause[0]) + 1]))


def _dot_ends(before: str, following: str, language: Language) -> bool:
    parts = before.split()
    token = parts[-1].strip("\"'“‘„‚«»‹([（").casefold() if parts else ""
    pair = f"{parts[-2].casefold()} {token}" if len(parts) > 1 else ""
    if token in language.titles or pair in language.titles:
        return False
    if token in language.counters and following[:1].isdigit():
        return False
    if token.isdigit() and len(parts) == 1:
        return False  # the number of a list's item
    if _may_go_on(token, pair, language):
        word = _WORD.match(following)
        return not following or (word is not None and word[0].casefold() in language.words)
    return True


def _may_go_on(token: str, pair: str, language: Language) -> bool:
    """Tell initials (J.), acronyms (U.S.), short forms (Inc.) and ordinals (21.) from words."""
    if token in language.shorts or pair in language.shorts:
        return True
    if token.isdigit():
        return language.ordinals and len(token) <= _LONGEST_ORDINAL
    letters = token.split(".")
    return all(len(letter) == 1 and letter.isalpha() for letter in letters) and not _UNSPACED.match(token)
