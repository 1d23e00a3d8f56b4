import time

import pytest

from sharebot.text.cutting import characters, cuts

NEWS = (
    "The ferry to Hale Island runs again, but without cars – and 12 million more passengers in 2026 are expected "
    "by the University of Oslo"
)


def test_a_clause_ends_before_a_mark_with_a_space_behind_it():
    assert cuts(NEWS, "en").clauses == (
        "The ferry to Hale Island runs again…",
        "The ferry to Hale Island runs again, but without cars…",
    )
    assert cuts("It costs 12,000 euros at 12:30", "en").clauses == ()


@pytest.mark.parametrize(
    "broken",
    ["Hale…", "12…", "2026…", "University…", "University of…", "The…", "the…", " and…", "by…"],
)
def test_nothing_is_cut_within_a_name_or_number_or_before_what_a_small_word_leads_to(broken):
    kept = cuts(NEWS, "en")
    assert kept.words
    assert not [cut for cut in (*kept.clauses, *kept.words) if cut.endswith(broken)]


def test_a_quotation_is_kept_whole_with_its_speaker_or_not_at_all():
    kept = cuts("Yes: “Nobody believed that we would hear her,” says Ines Holt of Hale in a low voice", "en")
    assert kept.clauses == ("Yes…",)
    assert kept.words == (
        "Yes…",
        "Yes: “Nobody believed that we would hear her,” says Ines Holt of Hale…",
        "Yes: “Nobody believed that we would hear her,” says Ines Holt of Hale in a low…",
    )


def test_a_short_quotation_is_a_title_and_a_bracket_stays_whole():
    kept = cuts("The film “Two Boats” (from 1990, restored) opens again", "en")
    assert kept.clauses == ()
    assert kept.words == (
        "The film…",
        "The film “Two Boats”…",
        "The film “Two Boats” (from 1990, restored)…",
        "The film “Two Boats” (from 1990, restored) opens…",
    )


def test_the_capitals_of_a_headline_may_be_broken_for_want_of_better():
    kept = cuts("Anna Holm Buys Ferry", "en", headline=True)
    assert kept.words == ()
    assert kept.rest == ("Anna…", "Anna Holm…", "Anna Holm Buys…")
    assert cuts("Anna Holm Buys Ferry", "en").rest == ()


def test_chinese_is_cut_between_characters_and_never_in_a_number_title_or_foreign_name():
    kept = cuts("市议会读《海 港》，付三百万元给アンナ女士", "zh")
    assert kept.clauses == ("市议会读《海 港》…",)
    ends = {cut[-2] for cut in kept.words}
    assert {"会", "》", "元"} <= ends
    assert not {"海", "三", "百", "万", "ア", "ン"} & ends


@pytest.mark.parametrize("word", ["example.com/harbour", "A380-800", "“渡轮渡轮”", "I"])
def test_a_first_word_that_must_stay_whole_is_not_cut(word):
    assert characters(word) == ()


def test_a_long_first_word_is_cut_behind_what_readers_see_as_a_character():
    assert characters("👨‍👩‍👧‍👦👍🏽b c") == ("👨‍👩‍👧‍👦…", "👨‍👩‍👧‍👦👍🏽…")


def test_a_headline_without_end_is_looked_through_in_no_time():
    start = time.perf_counter()
    assert cuts("Boat " * 200_000, "en", headline=True).rest
    assert characters("船" * 1_000_000)
    assert time.perf_counter() - start < 5
