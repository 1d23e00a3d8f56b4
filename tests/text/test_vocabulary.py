import re
import string
import unicodedata
from dataclasses import fields

import pytest

from sharebot.text import languages
from sharebot.text.traits import Traits
from sharebot.text.vocabulary import Language, every, neighbours

LISTS = [field.name for field in fields(Language) if isinstance(field.default, tuple)]
SHORT = ("titles", "shorts", "counters")
EVERYWHERE = (
    *("openers", "pronouns", "goes_on", "says", "sources", "today", "this_week", "this_month", "this_year", "months"),
    *("hedges", "negations", "limits", "links"),
)


@pytest.mark.parametrize("language", every(), ids=lambda language: language.code)
class TestEachLanguage:
    def test_has_every_list_that_truth_needs(self, language):
        assert [kind for kind in EVERYWHERE if not getattr(language, kind)] == []
        assert language.words
        assert "{}" in language.more
        assert language.more != "+{}"

    def test_writes_phrases_as_they_are_looked_for(self, language):
        for kind in LISTS:
            for phrase in getattr(language, kind):
                assert phrase == unicodedata.normalize("NFC", phrase).strip(string.whitespace)
                assert kind in SHORT or phrase == phrase.lower()

    def test_names_no_phrase_twice(self, language):
        for kind in LISTS:
            assert len(set(getattr(language, kind))) == len(getattr(language, kind)), kind

    def test_finds_each_of_its_phrases_in_a_sentence(self, language):
        gap = " " if language.spaced else ""
        for kind in EVERYWHERE:
            for phrase in getattr(language, kind):
                found = languages.pattern(language, kind).search(f"…{gap}{phrase}{gap}…")
                assert found, (kind, phrase)
                assert phrase in found[0]

    def test_takes_no_negation_for_a_relative_clause(self, language):
        assert not [phrase for phrase in language.relatives if languages.pattern(language, "negations").search(phrase)]

    def test_keeps_what_is_true_for_a_day_from_what_is_true_for_longer(self, language):
        scopes = ("today", "this_week", "this_month", "this_year")
        words = [word for scope in scopes for word in getattr(language, scope)]
        assert len(set(words)) == len(words)


@pytest.mark.parametrize(
    ("code", "kind", "text", "found"),
    [
        ("ar", "says", "وقال الوزير", "وقال"),
        ("ar", "says", "فأضاف الوزير", "فأضاف"),
        ("ar", "says", "واضاف الوزير", "واضاف"),
        ("ar", "says", "أقوال الوزير", None),
        ("ar", "negations", "ولم يحضر", "ولم"),
        ("ar", "negations", "سلمان", None),
        ("hi", "openers", "यह पुल", "यह"),
        ("hi", "openers", "यहूदी", None),
        ("hi", "negations", "नाव चली", None),
        ("hi", "negations", "कमल", None),
        ("hi", "says", "उन्होंने कहा।", "कहा"),
        ("hi", "says", "कहानी", None),
        ("hi", "today", "आज।", "आज"),
        ("hi", "today", "आजादी", None),
        ("fr", "negations", "Il n’est pas là", "n"),
        ("fr", "echoes", "L’étude le dit", "L’étude"),
        ("de", "says", "„Ja“, sagte sie", "sagte"),
        ("en", "this_week", "last\nweek", "last\nweek"),
        ("es", "today", "la mañanita", None),
        ("zh", "says", "他表示同意", "表示"),
    ],
)
def test_a_phrase_is_found_as_a_whole_word_with_what_its_script_joins_to_it(code, kind, text, found):
    match = languages.pattern(languages.find(code), kind).search(text)
    assert (match and match[0]) == found
    if found is not None and kind in ("says", "negations", "pronouns"):
        assert Traits(text, text, languages.find(code)).has(kind)


def test_phrases_without_spaces_can_stand_within_a_larger_pattern():
    pronouns, says = (languages.pattern(languages.find("ja"), kind).pattern for kind in ("pronouns", "says"))
    assert not re.search(f"{pronouns}X{says}", "彼は")


OURS = {
    "en": "The council voted on Tuesday to close the bridge for two months.",
    "de": "Der Stadtrat hat am Dienstag beschlossen, die Brücke für zwei Monate zu sperren.",
    "fr": "Le conseil municipal a voté mardi la fermeture du pont pendant deux mois.",
    "es": "Los precios subieron un 3 % tras la decisión del banco de elevar los tipos.",
    "pt": "Os preços subiram 3% depois da decisão do banco de aumentar as taxas.",
    "it": "I prezzi sono saliti del 3% dopo la decisione della banca di alzare i tassi.",
    "zh": "市议会周二决定将这座桥关闭两个月。",
    "ja": "銀行が金利を引き上げた後、価格は三％上昇した。",
    "ar": "ارتفعت الأسعار بنسبة ثلاثة في المئة بعد أن رفع البنك الفائدة.",
    "hi": "नगर परिषद ने मंगलवार को पुल दो महीने के लिए बंद करने का फैसला किया।",
}
OTHERS = {
    "nl": "De prijzen zijn met 3 procent gestegen nadat de bank de rente had verhoogd.",
    "sv": "Priserna har stigit med tre procent efter att banken höjde räntan.",
    "da": "Byrådet besluttede tirsdag at lukke broen i to måneder for at reparere den.",
    "ca": "Els preus han pujat un 3 % després de la decisió del banc d'apujar els tipus.",
    "gl": "Os prezos subiron un 3 % despois da decisión do banco de subir os tipos.",
    "ro": "Prețurile au crescut cu 3% după ce banca a mărit dobânda.",
    "ru": "Городской совет решил закрыть мост на два месяца.",
    "pl": "Rada miasta zdecydowała we wtorek o zamknięciu mostu na dwa miesiące.",
    "cs": "Městská rada v úterý rozhodla, že most bude na dva měsíce uzavřen.",
    "tr": "Belediye meclisi salı günü köprüyü iki ay kapatma kararı aldı.",
    "ko": "시의회는 화요일 다리를 두 달간 폐쇄하기로 결정했다.",
    "fa": "شورای شهر روز سه‌شنبه تصمیم گرفت پل را به مدت دو ماه ببندد.",
    "ur": "سٹی کونسل نے منگل کو پل دو ماہ کے لیے بند کرنے کا فیصلہ کیا۔",
    "mr": "महापालिकेने मंगळवारी पूल दोन महिने बंद ठेवण्याचा निर्णय घेतला आहे.",
    "he": "מועצת העיר החליטה ביום שלישי לסגור את הגשר לחודשיים.",
}


@pytest.mark.parametrize(("code", "text"), OURS.items())
def test_a_sentence_tells_its_language(code, text):
    assert languages.find(None, text).code == code


@pytest.mark.parametrize(
    "text", [*OTHERS.values(), "", "12 : 30", "Hale, Moos & Co."], ids=[*OTHERS, "-", "12", "Hale"]
)
def test_a_text_in_another_language_is_taken_for_none_of_ours(text):
    assert languages.find(None, text).code == "und"


@pytest.mark.parametrize(("code", "word"), [("es", "cuando"), ("pt", "quando"), ("it", "quando")])
def test_a_clause_that_tells_when_is_not_taken_for_a_participle(code, word):
    assert not word.endswith(languages.find(code).participles)


def test_a_neighbour_is_known_only_to_be_told_apart():
    assert not {language.code for language in neighbours()} & {language.code for language in every()}
    assert not languages.find("nl-BE").openers
