"""Dates as editors write them: 2024-02-22, February 22, 2024, 22. Februar 2024, 22 février 2024, 2024年2月22日.

Dates such as 02/03/2024 are left alone, because nobody can tell the day from the month.
"""

import re
import unicodedata
from datetime import date
from functools import cache

_LONGEST = 200
_MONTHS = {
    "en": "january february march april may june july august september october november december",
    "en short": "jan feb mar apr may jun jul aug sep oct nov dec",
    "de": "januar februar marz april mai juni juli august september oktober november dezember",
    "de short": "jan feb mrz apr mai jun jul aug sept okt nov dez",
    "de at": "janner feber maerz april mai juni juli august september oktober november dezember",
    "fr": "janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre",
    "fr short": "janv fevr mars avr mai juin juil aout sept oct nov dec",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "es short": "ene feb mar abr may jun jul ago sept oct nov dic",
    "it": "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
    "it short": "gen feb mar apr mag giu lug ago set ott nov dic",
    "pt": "janeiro fevereiro marco abril maio junho julho agosto setembro outubro novembro dezembro",
    "pt short": "jan fev mar abr mai jun jul ago set out nov dez",
    "ru": "января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
    "ar": "يناير فبراير مارس ابريل مايو يونيو يوليو اغسطس سبتمبر اكتوبر نوفمبر ديسمبر",
    "he": "ינואר פברואר מרץ אפריל מאי יוני יולי אוגוסט ספטמבר אוקטובר נובמבר דצמבר",
    "fa": "ژانویه فوریه مارس آوریل مه ژوئن ژوئیه اوت سپتامبر اکتبر نوامبر دسامبر",
    "ur": "جنوری فروری مارچ اپریل مئی جون جولائی اگست ستمبر اکتوبر نومبر دسمبر",
    "hi": "जनवरी फरवरी मार्च अप्रैल मई जून जुलाई अगस्त सितंबर अक्टूबर नवंबर दिसंबर",
    "ar levant": "كانون2 شباط اذار نيسان ايار حزيران تموز اب ايلول تشرين1 تشرين2 كانون1",
    "pl": "stycznia lutego marca kwietnia maja czerwca lipca sierpnia wrzesnia pazdziernika listopada grudnia",
    "sv": "januari februari mars april maj juni juli augusti september oktober november december",
    "da": "januar februar marts april maj juni juli august september oktober november december",
    "cs": "ledna unora brezna dubna kvetna cervna cervence srpna zari rijna listopadu prosince",
    "tr": "ocak şubat mart nisan mayıs haziran temmuz ağustos eylül ekim kasım aralık",
    "uk": "січня лютого березня квітня травня червня липня серпня вересня жовтня листопада грудня",
    "nl": "januari februari maart april mei juni juli augustus september oktober november december",
}
_WORDS_BESIDE = {
    "weekday": """
        monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu thur thurs fri sat sun
        montag dienstag mittwoch donnerstag freitag samstag sonnabend sonntag mo di mi do fr sa so
        lundi mardi mercredi jeudi vendredi samedi dimanche lunes martes miercoles jueves viernes sabado domingo
        lunedi martedi mercoledi giovedi venerdi segunda terca quarta quinta sexta feira
        maandag dinsdag woensdag donderdag vrijdag zaterdag zondag
        понедельник вторник среда четверг пятница суббота воскресенье
        الاثنين الثلاثاء الاربعاء الخميس الجمعة السبت الاحد
    """,
    "weekday, other scripts": """
        शनिवार रविवार सोमवार मंगलवार बुधवार गुरुवार शुक्रवार جمعہ ہفتہ اتوار پیر منگل بدھ جمعرات
        شنبه یکشنبه دوشنبه سهشنبه چهارشنبه پنجشنبه جمعه ראשון שני שלישי רביעי חמישי שישי שבת יום
    """,
    "label": """
        date datum fecha data published on posted of veroffentlicht am den vom der le du publie el publicado em il
        issue no nr number nummer numero num vol volume edition ausgabe edicion edizione edicao uitgave
        г года выпуск от العدد
    """,
    "zh ja": """
        日期 発行日 発行 星期一 星期二 星期三 星期四 星期五 星期六 星期日 星期天 周一 周二 周三 周四 周五 周六 周日
        月曜日 火曜日 水曜日 木曜日 金曜日 土曜日 日曜日 月 火 水 木 金 土 日
    """,
}


def _plain(text: str) -> str:
    """Lower case without accents, so that the table above needs each month once."""
    if text.isascii():  # the rest takes ten times as long and changes nothing
        return " ".join(text[:_LONGEST].casefold().split())
    letters = unicodedata.normalize("NFKD", text[:_LONGEST].casefold())
    bare = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return " ".join(unicodedata.normalize("NFC", bare).split())


_MONTH = {name: number for names in _MONTHS.values() for number, name in enumerate(map(_plain, names.split()), 1)}
_BESIDE = frozenset(_plain(word) for words in _WORDS_BESIDE.values() for word in words.split())
_YEAR = re.compile(r"\d{4}")
"""What every date below has, and few lines do."""
_YEAR_FIRST = re.compile(r"(?<!\d)(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?!\d)")
_CHARACTERS = re.compile(r"(?<!\d)(\d{4}) ?[年년] ?(\d{1,2}) ?[月월] ?(\d{1,2}) ?[日号일]")
_DOTS = re.compile(r"(?<![\d.])(\d{1,2})\. ?(\d{1,2})\. ?(\d{4})(?!\d|\.\d)")
_DAY_MONTH = re.compile(
    r"(?<!\d)(\d{1,2})(?:\.|st|nd|rd|th|er|o|a|°)? ?(?:de |di |of )?ב?([^\s\d.,;:()/]{2,12})\.?,?"
    r" (?:de |del )?(\d{4})(?!\d)"
)
_MONTH_DAY = re.compile(r"(?<!\w)([^\W\d_]{3,10})\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})(?!\d)")


@cache
def _day() -> re.Pattern[str]:
    return re.compile(
        rf"\d{{4}}-\d\d-\d\d|\d{{1,2}} ?月 ?\d{{1,2}} ?日|\b(?:{'|'.join(_MONTH)})\.? \d{{1,2}}\b"
        rf"|\b\d{{1,2}}(?:\.|st|nd|rd|th)? ?(?:de |of )?(?:{'|'.join(_MONTH)})\b|\b\d{{1,2}}[./]\d{{1,2}}\b"
    )


def find(text: str) -> date | None:
    """Return the first date that stands in a short text, None where there is none."""
    return _look(_plain(text))[0]


def only(line: str) -> date | None:
    """Return the date of a line that says nothing else: a weekday, "Published on" or "No. 7" may stand beside it."""
    found, rest = _look(_plain(line))
    words = re.findall(r"[^\W_]+", rest)
    return found if found and all(word in _BESIDE or word.isdigit() for word in words) else None


def is_when(text: str) -> bool:
    """Whether a short text is a day, or a month with its year ("Dezember 2024"), and nothing else."""
    return only(text) is not None or only(f"1 {text}") is not None


def has_day(text: str) -> bool:
    """Whether a day stands in a short text, also one without its year ("June 3", "3. Juni", "6月3日")."""
    return _day().search(_plain(text)) is not None


def _look(text: str) -> tuple[date | None, str]:
    """Return the date and what stands around it."""
    if not _YEAR.search(text):
        return None, text
    for pattern, order in _PATTERNS:
        for match in pattern.finditer(text):
            if found := _date(*(match[group] for group in order)):
                return found, f"{text[: match.start()]} {text[match.end() :]}"
    return None, text


def _date(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month) if month.isdigit() else _MONTH.get(month, 0), int(day))
    except ValueError:
        return None


_PATTERNS = (
    (_YEAR_FIRST, (1, 3, 4)),
    (_CHARACTERS, (1, 2, 3)),
    (_DAY_MONTH, (3, 2, 1)),
    (_MONTH_DAY, (3, 1, 2)),
    (_DOTS, (3, 2, 1)),
)
