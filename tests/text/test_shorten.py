import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sharebot.text import languages
from sharebot.text.discourse import Discourse
from sharebot.text.shorten import deletions, variants
from sharebot.text.verify import join

ENGLISH = languages.find("en")


def left_out(sentence, language="en"):
    return [sentence[start:end] for start, end in deletions(sentence, languages.find(language))]


@pytest.mark.parametrize(
    ("sentence", "gone"),
    [
        ("OSLO, 3 March (Norpress) – The city council has closed the harbour bridge.", "OSLO, 3 March (Norpress) – "),
        ("Oslo (Norpress)The city council has closed the harbour bridge.", "Oslo (Norpress)"),
        ("OSLO — The city council has closed the harbour bridge.", "OSLO — "),
        ("Meanwhile, Oslo has closed its oldest bridge to lorries.", "Meanwhile, "),
        ("The council of Oslo (a city on a fjord) has closed the bridge.", " (a city on a fjord)"),
        ("The council has closed the bridge, which leads to the old market.", ", which leads to the old market"),
        (
            "The council has closed the bridge, leaving the market to its pigeons.",
            ", leaving the market to its pigeons",
        ),
        ("The council has closed the bridge to all traffic earlier this month.", " earlier this month"),
        ("The council has closed the bridge to lorries, while trams go on running.", ", while trams go on running"),
        ("The council has closed the bridge to vehicles such as buses and vans.", " such as buses and vans"),
        ("The council has closed the bridge after divers found deep cracks.", " after divers found deep cracks"),
        ("After divers found deep cracks, the council closed the bridge to all.", "After divers found deep cracks, "),
    ],
)
def test_what_only_adds_may_be_left_out(sentence, gone):
    assert left_out(sentence) == [gone]


@pytest.mark.parametrize(
    "sentence",
    [
        "The council has closed the bridge, which carries 4,000 lorries a day.",
        "The council has closed the bridge, which may never open again.",
        "The council has closed the bridge, which the mayor says is unsafe.",
        "The council has not closed the bridge, which leads to the old market.",
        "This is the only bridge in the town, which leads to the old market.",
        "This is the longest bridge in the whole country after the northern one.",
        "The council, which sits in the old market hall, has closed the bridge.",
        "Visitors went swimming, running through the woods and climbing on the rocks.",
        "The council has asked that everybody leave the house, the market and the bridge, with all pets.",
        "The decision of the town council on the old bridge came after divers found cracks.",
        "The two ferries will be back in the harbour the day after the storm is over.",
        "After divers found deep cracks, he closed the bridge to all traffic at once.",
        "After the flood, houses and the old market hall were closed for a year.",
        "“We closed the bridge, which leads to the market,” the mayor of Oslo said.",
        "In Oslo, the bridge is closed to all lorries and to all buses of the town.",
        "According to a report of the port, a diver asked for a new pump at once.",
        "He accused the council of neglect and, with the help of the port, forcing the market to close.",
        "After the flood in the old town, the market too is closed for a long time.",
        "The council has settled the claim that the islanders lodged seven years ago.",
        "If the cracks grow, the council will close the bridge to all traffic.",
    ],
)
def test_what_would_say_something_else_stays(sentence):
    assert left_out(sentence) == []


def test_a_clause_with_a_speaker_may_go_where_the_rest_has_one_of_its_own():
    sentence = "The bridge is unsafe, the mayor of Oslo said on Monday, warning all lorries off."
    assert left_out(sentence) == [", warning all lorries off"]


def test_a_quotation_stays_or_goes_as_a_whole():
    assert left_out("The town has closed the bridge to vehicles such as “a cart with a horse” or vans.") == [
        " such as “a cart with a horse” or vans"
    ]


def test_a_quotation_of_several_sentences_keeps_all_its_words():
    text = (
        "She said: “We closed the bridge, which leads to the market. It was late, leaving us no time.” Nobody was hurt."
    )
    assert [len(Discourse(text, "en").variants(at)) for at in range(3)] == [1, 1, 1]


def test_german_is_not_cut_at_its_relative_clauses():
    assert left_out("Der Rat hat die Brücke gesperrt, die zum alten Markt der Stadt führt.", "de") == []


WORDS = st.sampled_from(
    [
        *("OSLO – ", "The council", "(a town)", "has closed", "the bridge", ", which leads", ", leaving it", "after"),
        *("divers", "not", "said", "such as", "40", "earlier this month", ", while", "Meanwhile,"),
    ]
)


@given(st.lists(WORDS, max_size=30).map(" ".join))
def test_a_variant_is_a_subsequence_of_the_sentence(text):
    sentence = f"{text.replace(' ,', ',')}."
    for spans in variants(sentence, 0, ENGLISH):
        left = iter(re.findall(r"\w+", sentence.casefold()))
        assert all(word in left for word in re.findall(r"\w+", join(sentence, spans).casefold()))
        assert all(0 <= start < end <= len(sentence) for start, end in spans)
