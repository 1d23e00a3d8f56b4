from datetime import date

import pytest

from sharebot.sources.readers import dates

DAY = date(2024, 2, 22)
WRITTEN = [
    "2024-02-22",
    "2024/02/22",
    "2024.2.22",
    "February 22, 2024",
    "Feb. 22, 2024",
    "22 February 2024",
    "February 22nd 2024",
    "22nd of February, 2024",
    "22. Februar 2024",
    "22.2.2024",
    "22. 02. 2024",
    "22 février 2024",
    "22 fevrier 2024",
    "22 de febrero de 2024",
    "22 febbraio 2024",
    "22 de fevereiro de 2024",
    "22 februari 2024",
    "2024年2月22日",
    "2024 年 2 月 22 日",
    "2024년 2월 22일",
    "2024-02-22T09:00:00Z",
]


@pytest.mark.parametrize("words", WRITTEN)
def test_a_date_is_read_in_the_words_of_the_language(words):
    assert dates.find(words) == DAY


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("1er mars 2026", date(2026, 3, 1)),
        ("1º de maio de 2026", date(2026, 5, 1)),
        ("3. März 2026", date(2026, 3, 3)),
        ("10 août 2026", date(2026, 8, 10)),
        ("31 de diciembre de 2026", date(2026, 12, 31)),
        ("5 maggio 2026", date(2026, 5, 5)),
        ("Sept. 9, 2026", date(2026, 9, 9)),
    ],
)
def test_accents_ordinals_and_short_forms_are_read(words, day):
    assert dates.find(words) == day


@pytest.mark.parametrize(
    "words",
    ["", "2024", "30 February 2024", "02/03/2024", "2024-13-01", "12 monkeys 1995", "22 February 20245", "v1.2.2024.7"],
)
def test_what_is_no_certain_date_is_none(words):
    assert dates.find(words) is None


def test_the_first_date_that_exists_wins():
    assert dates.find("from 30 February 2024 to 22 February 2024") == DAY


@pytest.mark.parametrize(
    "line",
    [
        "Thursday, February 22, 2024",
        "Donnerstag, den 22. Februar 2024",
        "Published on 2024-02-22",
        "Le jeudi 22 février 2024",
        "Issue 12 · February 22, 2024",
        "2024年2月22日（木）",
        "— 22 de febrero de 2024 —",
    ],
)
def test_a_line_may_hold_only_a_date(line):
    assert dates.only(line) == DAY


@pytest.mark.parametrize("line", ["News of February 22, 2024", "On February 22, 2024 the mill stopped.", "Thursday"])
def test_a_line_that_says_more_is_no_date_line(line):
    assert dates.only(line) is None


@pytest.mark.parametrize(
    "line",
    ["5 मार्च 2026", "५ मार्च २०२६", "5 במרץ 2026", "5 مارچ 2026", "پنجشنبه ۵ مارس ۲۰۲۶", "٥ مارس ٢٠٢٦", "5 Mart 2026",
     "5 marca 2026", "5 березня 2026", "5 марта 2026 г.", "2026년 3월 5일", "2026年3月5日", "5 mars 2026"],
)  # fmt: skip
def test_dates_are_read_in_the_words_and_digits_of_their_language(line):
    assert dates.only(line) == date(2026, 3, 5)


def test_a_month_with_its_year_is_a_time_and_no_headline():
    assert dates.is_when("Dezember 2024")
    assert not dates.is_when("Dezember 2024 am Hafen")
