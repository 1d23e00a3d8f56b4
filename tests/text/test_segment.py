from itertools import pairwise

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
