"""What is faster says the same as what is slower."""

import re
import unicodedata
from dataclasses import fields
from itertools import combinations

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.summaries import OWN, Row, load
from sharebot.model import Article
from sharebot.recurring import _words
from sharebot.text import discourse, languages, quotes, segment
from sharebot.text.alternatives import any_of
from sharebot.text.compose import forget
from sharebot.text.discourse import NUMBER, Discourse
from sharebot.text.entities import _RUN, runs, tld_end
from sharebot.text.inert import _OTHER_SPACE, _SPACE
from sharebot.text.measure import graphemes
from sharebot.text.once import Once
from sharebot.text.sayings import sayings
from sharebot.text.segment import sentences
from sharebot.text.summarize import summarize
from sharebot.text.template import _tidy
from sharebot.text.traits import Traits
from sharebot.text.verify import join, stands_apart
from sharebot.text.vocabulary import Language, every

_MARK = "\u0301"
_JOINER = "\u200d"
_HANGUL = "\u1100\u1161"


@given(st.text(st.sampled_from(f"aé\r\n\u00ad’–。한{_MARK}{_JOINER}{_HANGUL}🇫👍🏽\u0903\u0600 "), max_size=8))
def test_graphemes_are_unicodes_whatever_stands_beside_what(text: str) -> None:
    assert graphemes(text) == regex.findall(r"\X", text)


def test_a_character_that_is_counted_alone_joins_no_other() -> None:
    for code in (*range(0x0D), *range(0x0E, 0xD800)):
        pair = chr(code) * 2
        assert graphemes(pair) == regex.findall(r"\X", pair), hex(code)


@given(st.text(st.sampled_from("ab. \n!,-_é。/@\u00a0"), max_size=25))
def test_runs_with_dots_are_found_wherever_spaces_stand(text: str) -> None:
    every = frozenset({"a", "b", "ab"})
    apart = [run for piece, start in _pieces(text) for run in runs(" " * start + piece, every)]
    assert runs(text, every) == apart


@given(st.text(st.sampled_from("ab. \n,-_éa中。/@:\u00a0"), max_size=25))
def test_a_run_is_looked_at_wherever_a_top_level_domain_stands_behind_one_of_its_dots(text: str) -> None:
    every = frozenset({"a", "b", "ab", "中"})
    found = [
        span
        for span in (match.span() for match in _RUN.finditer(text))
        if any(tld_end(text, dot + 1, every) for dot in range(*span) if text[dot] == ".")
    ]
    assert [(run.start, run.stop) for run in runs(text, every)] == found


@given(st.text(st.sampled_from("aB é1²٣_-’\u00ad\u200dÅﬁ한中\u0903\n.ß") | st.characters(), max_size=20))
def test_the_words_of_a_trace_are_its_letters_marks_and_numbers(text: str) -> None:
    folded = regex.sub(r"\p{Cf}+", "", unicodedata.normalize("NFKC", text).casefold())
    assert _words(text) == " ".join(regex.findall(r"[\p{L}\p{M}\p{N}]+", folded))


def _pieces(text: str) -> list[tuple[str, int]]:
    ends = [at for at, character in enumerate(text) if character in " \n\u00a0!,/"]
    starts = [0, *(at + 1 for at in ends)]
    return [(text[start:end], start) for start, end in zip(starts, [*ends, len(text)], strict=True)]


@pytest.mark.parametrize("row", load(OWN), ids=lambda row: row.headline[:20])
def test_sentences_that_stand_apart_are_joined_by_spaces(row: Row) -> None:
    read = discourse.read(row.text, row.language)
    apart = [span for span in map(read.plain, range(len(read))) if stands_apart(row.text, span)]
    assert apart or row.language in {"zh", "ja"}
    for spans in combinations(apart, 2):
        assert join(row.text, spans) == " ".join(row.text[start:end] for start, end in spans)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [("One, two.", "two."), ("One.Two.", "Two."), ("他来了。她走了。", "她走了。"), ("One ) two.", ") two.")],
    ids=["gets a capital", "touches the one before", "of a script without spaces", "begins with what ends another"],
)
def test_a_sentence_that_joins_otherwise_does_not_stand_apart(text: str, sentence: str) -> None:
    start = text.index(sentence)
    assert not stands_apart(text, (start, start + len(sentence)))


class _Asked:
    def __init__(self) -> None:
        self.times = 0

    @Once
    def answer(self) -> int:
        self.times += 1
        return self.times


def test_a_property_is_worked_out_once_for_each_instance() -> None:
    one, other = _Asked(), _Asked()
    assert [one.answer, one.answer, other.answer] == [1, 1, 1]


_SPELT = st.lists(st.text(st.sampled_from("ab c.")).filter(bool), min_size=1, max_size=6)


@given(_SPELT, st.text(st.sampled_from("ab c.")))
def test_phrases_in_a_tree_match_what_they_match_in_a_list_longest_first(phrases: list[str], text: str) -> None:
    tree = re.compile(any_of([re.escape(sign) for sign in phrase] for phrase in phrases))
    plain = re.compile("|".join(map(re.escape, sorted(phrases, key=len, reverse=True))))
    assert [match.span() for match in tree.finditer(text)] == [match.span() for match in plain.finditer(text)]


@pytest.mark.parametrize("language", every(), ids=lambda language: language.code)
def test_each_phrase_of_a_language_is_found_as_it_is_written(language: Language) -> None:
    for kind in _phrase_fields(language):
        found = languages.pattern(language, kind)
        for phrase in getattr(language, kind):
            for written in (phrase, phrase.replace("'", "’"), phrase.replace(" ", "\n")):
                assert found.fullmatch(written), (kind, written)
                assert written in found.findall(f"({written}) …"), (kind, written)


def _phrase_fields(language: Language) -> list[str]:
    """Return the fields whose phrases are looked for in running text."""
    kinds = [field.name for field in fields(language) if isinstance(getattr(language, field.name), tuple)]
    return [kind for kind in kinds if kind not in ("joins", "participles", "sequels")]


@given(st.text(st.sampled_from("12٣.,: /%a")), st.text(st.sampled_from("12٣.,:")))
def test_a_number_is_in_a_text_when_it_is_one_of_its_numbers(text: str, other: str) -> None:
    written = set(NUMBER.findall(text))
    asked = written | set(NUMBER.findall(other)) | {number[-1] for number in written}
    assert {number for number in asked if Discourse(text, "en").has_number(number)} == written


@given(st.text(st.sampled_from("AAb’'- .é")), st.text(st.sampled_from("Ab’'-")))
def test_a_word_is_in_a_text_when_it_is_one_of_its_words(text: str, other: str) -> None:
    words = set(re.findall(r"[\w’'-]+", text))
    asked = words | set(re.findall(r"[\w’'-]+", other)) | {word[0] for word in words}
    assert {word for word in asked if Discourse(text, "en").has_word(word)} == words


def test_an_apostrophe_within_a_word_is_no_mark_and_one_beside_it_may_be() -> None:
    assert quotes.scan("It’s the workers' day, isn't it?") == ((), (), None)
    assert quotes.scan("It’s 'the day', isn't it?").spans == ((5, 14),)


_STOPS = [". ", ".\n", ".”", ". “", ".", "! ", " . "]
_BEFORE_DOTS = ["word", "Mr", "al", "et al", "Nov", "no", "U.S", "J", "12", "(word", "a", "É", "end\u00a0word", "x"]


@given(st.lists(st.tuples(st.sampled_from(_BEFORE_DOTS), st.sampled_from(_STOPS))))
@pytest.mark.parametrize("code", ["en", "de", "fr"])
def test_a_plain_word_a_dot_and_a_capital_are_told_as_all_stops_are(code: str, parts: list[tuple[str, str]]) -> None:
    text = "The " + "".join(f"{before}{stop}" for before, stop in parts) + "Then 3 more."
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(segment._Splitter, "_plainly_ends", lambda *_: False)
        thorough = sentences(text, code)
    assert sentences(text, code) == thorough


def test_the_space_that_makes_one_line_is_all_but_what_keeps_words_together() -> None:
    found = {sign for sign in map(chr, range(0x110000)) if _OTHER_SPACE.match(sign)}
    assert found == {sign for sign in map(chr, range(0x110000)) if _SPACE.match(sign)} - {" "}


@given(st.text(st.sampled_from("a b \n\t")))
def test_a_filled_text_has_no_space_beside_the_end_of_a_line(text: str) -> None:
    lines = re.sub(r"[ \t]+", " ", text).split("\n")
    stripped = "\n".join(line.strip(" ") for line in lines)
    assert _tidy(text) == re.sub(r"\n{3,}", "\n\n", stripped).strip("\n")


_BESIDE_VERBS = ["The", "the", "Zhu", "Anna-Lee", "spokesman", ",", "”", "«", "and", "said", "told", "says", "12"]


@given(st.lists(st.sampled_from(_BESIDE_VERBS), min_size=2, max_size=8), st.sampled_from([".", ",", "", "?"]))
def test_a_short_speaker_is_the_leftmost_of_all_that_are_named(words: list[str], end: str) -> None:
    english, name = languages.find("en"), r"[^\W\d_a-zß-ÿ][\w’'-]+"
    verb = languages.pattern(english, "says").pattern
    before = rf"(?:\w+ )?{verb}"
    every_way = rf"(?<!\w)[Tt]he (\w+) {before}|(?:^|[,”“»«] ?)({name}) {before}|{verb} ({name})[.,]?$"
    sentence = " ".join(words).replace(" ,", ",") + end
    found = re.search(every_way, sentence)
    named = next(part for part in found.groups() if part) if found else None
    assert Traits(sentence, sentence, english).short_speaker == named


def test_what_was_found_to_say_for_several_networks_is_given_back() -> None:
    row = load(OWN)[0]
    article = Article(1, row.headline, tuple(row.text.split("\n\n")))
    summarize(article, row.language, lambda text: len(text) <= 200)
    summarize(article, row.language, lambda text: len(text) <= 300)
    assert sayings.cache_info().hits
    forget()
    assert not sayings.cache_info().currsize
