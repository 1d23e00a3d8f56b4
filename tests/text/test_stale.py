import datetime as dt

import pytest

from sharebot.text import languages
from sharebot.text.stale import Times, stale, true_until

WEDNESDAY = dt.date(2026, 12, 30)


def words(text, code, posted):
    return stale(text, languages.find(code), Times(WEDNESDAY, posted))


@pytest.mark.parametrize(
    ("code", "today", "week", "month", "year"),
    [
        ("en", "It opens tomorrow.", "It opens this week.", "It opens this month.", "It opens this year."),
        ("de", "Er kam gestern.", "Er kam vergangene Woche.", "Er kam kürzlich.", "Er kam im Vorjahr."),
        ("fr", "Il part demain.", "Il part cette semaine.", "Il part ce mois-ci.", "Il part cette année."),
        ("es", "Sale hoy.", "Salió la semana pasada.", "Salió el mes pasado.", "Sale este año."),
        ("pt", "Saiu ontem.", "Saiu na semana passada.", "Saiu recentemente.", "Saiu no ano passado."),
        ("it", "È uscito ieri.", "Esce sabato.", "È uscito il mese scorso.", "Esce quest’anno."),
        ("zh", "他昨天来了。", "他上周来了。", "他上个月来了。", "他去年来了。"),
        ("ja", "彼は昨日来た。", "彼は先週来た。", "彼は先月来た。", "彼は昨年来た。"),
        ("ar", "وصل أمس.", "وصل الأسبوع الماضي.", "وصل الشهر الماضي.", "وصل العام الماضي."),
        ("hi", "वह आज आया।", "वह पिछले सप्ताह आया।", "वह पिछले महीने आया।", "वह पिछले साल आया।"),
    ],
)
def test_what_is_said_of_a_time_holds_until_that_time_is_over(code, today, week, month, year):
    thursday, monday, january = dt.date(2026, 12, 31), dt.date(2027, 1, 4), dt.date(2027, 1, 1)
    assert words(today, code, WEDNESDAY) is None
    assert words(today, code, thursday)
    assert words(week, code, january) is None
    assert words(week, code, monday)
    assert words(month, code, thursday) is None
    assert words(month, code, january)
    assert words(year, code, thursday) is None
    assert words(year, code, january)


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("en", "It opens on Monday, 3 March."),
        ("en", "It opens on Monday, March 3rd, at noon."),
        ("en", "It opens on Friday (12/3)."),
        ("en", "It opens on Friday, the 3rd of March."),
        ("de", "Es öffnet am Montag, dem 3. März."),
        ("de", "Es öffnet am Montag, 3.3., um 8 Uhr."),
        ("fr", "Il ouvre le lundi 1er mars."),
        ("es", "Abre el lunes, 3 de marzo."),
        ("pt", "Abre na segunda-feira (3)."),
        ("pt", "Abre na segunda-feira, 3 de março."),
        ("it", "Apre lunedì 3 marzo."),
        ("zh", "博物馆3月3日（周一）开放。"),
        ("ja", "3日（月曜）に開く。"),
        ("ar", "يفتح يوم الاثنين 3 مارس."),
        ("hi", "यह सोमवार, 3 मार्च को खुलेगा।"),
    ],
)
def test_a_day_of_the_week_with_its_date_stays_true(code, text):
    assert stale(text, languages.find(code), Times()) is None
    assert true_until(text, languages.find(code), WEDNESDAY) is None


@pytest.mark.parametrize(
    ("code", "text", "found"),
    [
        ("en", "On Monday 12 people were hurt.", "On Monday"),
        ("en", "The court ruled Monday.", "Monday"),
        ("en", "Today, 3 March, it opens.", "Today"),
        ("de", "Am Montag 12 Uhr beginnt es.", "Am Montag"),
        ("es", "El lunes 12 personas salieron.", "El lunes"),
    ],
)
def test_a_number_beside_a_day_is_not_yet_a_date(code, text, found):
    assert stale(text, languages.find(code), Times()) == found


def test_a_text_is_true_until_the_first_of_its_times_is_over():
    english = languages.find("en")
    assert true_until("This year it opens tomorrow.", english, WEDNESDAY) == dt.date(2026, 12, 31)
    assert true_until("It opens this week.", english, WEDNESDAY) == dt.date(2027, 1, 4)
    assert true_until("It opens this month.", english, WEDNESDAY) == dt.date(2027, 1, 1)
    assert true_until("It is open.", english, WEDNESDAY) is None
    assert true_until("It opens tomorrow.", english, None) is None


def test_where_a_day_is_not_known_no_word_of_time_is_trusted():
    assert stale("It opens today.", languages.find("en"), Times(WEDNESDAY, None)) == "today"
    assert stale("It opens today.", languages.find("en"), Times(None, WEDNESDAY)) == "today"
