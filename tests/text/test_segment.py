import re
import time
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sharebot.text.segment import sentences


def split(text, language):
    return [text[start:end] for start, end in sentences(text, language)]


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", ["She moved to the U.S. in May.", "The house is old."]),
        ("en", ["He was born in the U.S.", "The house is old."]),
        ("en", ["Mr. Hale, i.e. J. R. Hale, came at 5 p.m. on Monday.", "He left."]),
        ("en", ["It cost $3.5 million.", "See No. 5 for more.", "He said no.", "They left."]),
        ("en", ["Hale Inc. reported a loss.", "Visit example.com for more.", "Node.js is at v2.0."]),
        ("en", ["1. The first point.", "More follows."]),
        ("en", ["Hale said, “We … want a full accounting.”", "The mayor agreed."]),
        ("en", ["“This is what the US wants.”", "Mara Hale, a former mayor, disagrees."]),
        ("en", ["“Are you sure?” Hale asked.", "“Yes!” she said.", "Really?"]),
        ("en", ["It ended.[1]", "The next one began."]),
        ("de", ["Am 21. Februar kam Dr. Moos, z. B. nach Bonn.", "„Wir bleiben.“", "Er blieb."]),
        ("de", ["Er sagte: „Das ist gut.“", "Es kostete 3.500 Euro."]),
        ("de", ["Sie rief: »Halt!«", "Er hielt an."]),
        ("fr", ["Il a dit : « Oui ! »", "M. Duval est parti.", "« C’est bon. »", "Elle part."]),
        ("es", ["¿Qué pasa?", "¡Nada!", "El Sr. Vega vive en EE. UU. desde 2010."]),
        ("ar", ["هل هذا صحيح؟", "نعم هذا صحيح."]),
        ("ur", ["یہ کتاب ہے۔", "وہ گھر ہے۔"]),
        ("hi", ["यह किताब है।", "वह घर है।"]),
        ("nl", ["Dit is een zin.", "Dit ook."]),
    ],
)
def test_a_sentence_ends_where_a_reader_ends_it(language, expected):
    assert split(" ".join(expected), language) == expected


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("zh", ["他说：“我们会来。”", "然后离开了。", "价格是3.5元！", "真的？"]),
        ("zh", ["“我们会来。”他说。", "今天下雨。"]),
        ("ja", ["「行きます。」と言った。", "幅は３．２９％だ。", "良かったね！"]),
    ],
)
def test_chinese_and_japanese_write_no_space_between_sentences(language, expected):
    assert split("".join(expected), language) == expected


def test_no_sentence_crosses_an_empty_line():
    assert split("A heading without a stop\n \nThe text begins.\nIt goes on.", "en") == [
        "A heading without a stop",
        "The text begins.",
        "It goes on.",
    ]


def test_without_a_language_the_words_tell_which_it_is():
    assert split("Das ist für Dr. Moos und die Stadt. Der Rat ist nicht da.", None) == [
        "Das ist für Dr. Moos und die Stadt.",
        "Der Rat ist nicht da.",
    ]


@given(st.text(alphabet='ab Z.!?…。”“"»«)( \n1’'), st.sampled_from(["en", "de", "zh", "xx", None]))
def test_the_spans_are_in_order_and_cover_everything_but_white_space(text, language):
    spans = sentences(text, language)
    left = list(text)
    for start, end in spans:
        assert text[start:end] == text[start:end].strip()
        assert "\n\n" not in text[start:end]
        left[start:end] = " " * (end - start)
    assert "".join(left).strip() == ""
    assert all(one[1] <= two[0] for one, two in pairwise(spans))


def gold():
    """Yield the paragraphs of `gold.txt`: language, text, and where in it sentences end."""
    language = ""
    for line in (Path(__file__).parent / "gold.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith(":"):
            language = line[1:]
        elif not line.startswith("#"):
            gap = "" if language in ("zh", "ja") else " "
            text, ends = "", set()
            for piece in re.split("([|^])", line):
                ends |= {len(text)} if piece in ("|", "^") else set()
                text += {"|": gap, "^": ""}.get(piece, piece)
            yield language, text, ends | {len(text)}


def test_in_the_paragraphs_of_newspapers_hardly_an_end_is_missed_or_invented():
    found = right = wanted = 0
    for language, text, ends in gold():
        got = {end for _, end in sentences(text, language)}
        found, right, wanted = found + len(got), right + len(got & ends), wanted + len(ends)
    assert wanted > 150
    assert 2 * right / (found + wanted) >= 0.997


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "They keep strings.Builder and fmt.Println as they are, and so does System.Text there."),
        ("en", "He reads Node.js, README.md, U.S.A and example.Com/News daily."),
        ("en", "It was sold at 5 p.m. ET, cf. Lind, vol. 3, no. 4, by Hale (b. 1950) and e.g. Moos."),
        ("en", "The deal [...] Was Never Signed (...) In Full, the paper wrote."),
        ("de", "Er wohnt seit dem 3. Oktober in der 2. Etage bei Fr. Lind, d. h. z. Z. allein."),
        ("fr", "« Oui ! » a dit Mme Petit à l’av. Duval."),
        ("it", "L’on. Bianchi cita l’art. 5 e il sig. Neri."),
        ("hi", "डॉ. बी. आर. राव ने पृ. 5 पढ़ा।"),
        ("ar", "قال أ.د. سالم إن ص. 5 ناقصة."),
        ("zh", "我们看了《再见！明天？》这部电影。"),
    ],
)
def test_what_looks_like_an_end_is_none(language, text):
    assert split(text, language) == [text]


def test_only_in_a_text_that_lost_its_spaces_a_name_behind_a_dot_begins_a_sentence():
    lost = 'It ended there."We go on," he said.The next day came.Hale left.'
    assert split(lost, "en") == ["It ended there.", '"We go on," he said.', "The next day came.", "Hale left."]
    assert split("It ended there.Hale left.", "en") == ["It ended there.Hale left."]


@pytest.mark.parametrize(
    "unit", [".", ". ", '"', '."', '"a."B ', "《！", "。”", "1. a 2. b ", "A.", "abc.The ", "[...]", "\n "]
)
def test_hostile_text_takes_time_in_proportion_to_its_length(unit):
    def seconds(count):
        start = time.process_time()
        sentences(unit * (count // len(unit)), "en")
        return time.process_time() - start

    seconds(1_000)
    assert min(seconds(100_000) for _ in range(3)) < 2
