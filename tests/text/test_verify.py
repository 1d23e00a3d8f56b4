import pytest

from sharebot.text.verify import join, verify

TEXT = (
    "Rents rose by 4.5 percent in Oslo in 2025. However, wages rose faster, the economist Ines Holt said. "
    "“We can breathe again at last.” Paul Adeyemi, who lets forty flats, told the council of Oslo.\n\n"
    "The council will not build towers. It wants gardens."
)


def span(words):
    start = TEXT.index(words)
    return (start, start + len(words))


RENTS = span("Rents rose by 4.5 percent in Oslo in 2025.")
WAGES = span("However, wages rose faster, the economist Ines Holt said.")
QUOTE = span("“We can breathe again at last.”")
SPEAKER = span("Paul Adeyemi, who lets forty flats, told the council of Oslo.")
TOWERS = span("The council will not build towers.")
GARDENS = span("It wants gardens.")


def faults(*spans, summary=None):
    return verify(join(TEXT, spans) if summary is None else summary, spans, TEXT, "en")


@pytest.mark.parametrize(
    "spans", [[RENTS], [RENTS, WAGES], [QUOTE, SPEAKER], [TOWERS], [TOWERS, GARDENS], [SPEAKER, TOWERS], []]
)
def test_a_faithful_summary_has_no_fault(spans):
    assert faults(*spans) == []


@pytest.mark.parametrize(
    ("spans", "fault"),
    [
        ([WAGES], "opener"),
        ([GARDENS], "opener"),
        ([QUOTE], "speaker left out"),
        ([QUOTE, TOWERS], "speaker left out"),
        ([(TOWERS[0], TOWERS[1] - 8)], "a sentence is cut"),
        ([(TOWERS[0] + 4, TOWERS[1])], "a sentence is cut"),
        ([TOWERS, RENTS], "one after the other"),
        ([(0, len(TEXT) + 1)], "one after the other"),
    ],
)
def test_a_sentence_without_what_it_needs_is_a_fault(spans, fault):
    assert any(fault in found for found in faults(*spans))


@pytest.mark.parametrize(
    ("summary", "fault"),
    [
        ("The council will not build 40 towers.", "the number 40 is not in the article"),
        ("The council will build towers.", "not the text of its spans"),
        ("The council of Bergen will not build towers.", "the name Bergen is not in the article"),
        ("The council “will not build” towers.", "the quotation “will not build” is not in the article word for word"),
        ("The council “will not build towers.", "has no partner"),
    ],
)
def test_changed_words_are_a_fault(summary, fault):
    assert any(fault in found for found in faults(TOWERS, summary=summary))


def test_a_summary_needs_its_spans():
    assert verify("The council will not build towers.", (), TEXT, "en") == ["the summary is not the text of its spans"]


def test_half_a_quotation_is_a_fault():
    text = "Hale said: “We came. We left.” Nobody was hurt."
    assert "half a quotation: Hale said: “We came." in verify(text[:20], [(0, 20)], text, "en")
