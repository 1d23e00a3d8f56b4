import time

import pytest

from sharebot.text.speech import Speech, choose

SAID = "We have all waited nine weeks for this morning"


@pytest.mark.parametrize(
    ("text", "language", "speaker"),
    [
        (f"It opened. “{SAID},” said Anna Holm, who runs the fuel dock.", "en", "Anna Holm"),
        (f"“{SAID}.” Ines Holt, who keeps the only shop, says that she cried.", "en", "Ines Holt"),
        (f"Ines Holt keeps the shop. “{SAID},” Holt said on Monday.", "en", "Ines Holt"),
        (f"Yesterday Anna Holm said: “{SAID}.”", "en", "Anna Holm"),
        (f"Anna Holm (43): “{SAID}.”", "en", "Anna Holm"),
        (f"Prime Minister Anna Holm said that “{SAID}” and left.", "en", "Prime Minister Anna Holm"),
        (f"“{SAID},” Anna Holm told Bert Berg.", "en", "Anna Holm"),
        ("„Wir haben neun Wochen darauf gewartet“, sagte Anna Holm.", "de", "Anna Holm"),
        ("« Nous avons attendu neuf semaines ce matin », a déclaré Anna Holm.", "fr", "Anna Holm"),
        ("«Hemos esperado nueve semanas por esto», dijo Anna de la Cruz.", "es", "Anna de la Cruz"),
    ],
)
def test_a_quotation_has_the_speaker_who_is_named_beside_it(text, language, speaker):
    found = choose(text, language)
    assert found is not None
    assert found.speaker == speaker
    assert found.quotation in text


@pytest.mark.parametrize("marks", ["“”", "„“", "«»", '""'])
def test_a_quotation_keeps_the_marks_that_the_article_gave_it(marks):
    found = choose(f"Anna Holm said: {marks[0]}{SAID}.{marks[1]}", "en")
    assert found is not None
    assert found.quoted == f"{marks[0]}{SAID}.{marks[1]}"


@pytest.mark.parametrize(
    "text",
    [
        f"The mayor spoke. “{SAID},” she said.",
        f"“{SAID},” the spokesman said.",
        f"“{SAID},” Holt said.",
        f"“{SAID},” Holm’s lawyer said.",
        f"Anna Holm did not say: “{SAID}.”",
        f"Anna Holm said so. “{SAID}.” Bert Berg says no more.",
        f"Anna Holm said so. A sign reads “{SAID}.”",
        f"Anna Holm said this and Bert Berg says: “{SAID}.”",
        f"Ann Holt and Ines Holt met. “{SAID},” Holt said.",
        "Anna Holm said: “We waited.”",
        f"Anna Holm said: “{SAID} at https://a.example.”",
        f"Anna Holm said: “{SAID * 8}.”",
        f"“{SAID}",
        "",
    ],
)
def test_a_quotation_whose_speaker_is_not_beyond_doubt_is_not_chosen(text):
    assert choose(text, "en") is None


def test_where_no_spaces_part_words_no_name_is_safe():
    assert choose("“我们等这个早上已经等了九个星期，终于等到了。”张伟表示。", "zh") is None


def test_a_quotation_that_begins_like_a_sentence_goes_first():
    text = f"Anna Holm said that “we all waited for this morning”. “{SAID},” said Bert Berg."
    assert choose(text, "en") == Speech(SAID, "Bert Berg", ("“", "”"))


def test_a_text_full_of_capitals_takes_no_time():
    start = time.perf_counter()
    assert choose("Anna " * 50_000 + f"said. “{SAID},” Holt said. " + "Boat Holm " * 20_000, "en") is None
    assert time.perf_counter() - start < 5
