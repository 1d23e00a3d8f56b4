from sharebot.model import Caution
from sharebot.text.caution import caution

WAR = Caution(
    words=("war", "air raid", "戦争"), tags=("Conflict",), warning="War", sensitive=True, labels=("graphic-media",)
)
FOOD = Caution(tags=("food",), warning="Food")


def test_words_count_as_whole_words_in_any_case():
    assert caution([WAR], "The WAR goes on", ()).warning == "War"
    assert caution([WAR], "After an Air\nRaid", ()).sensitive
    assert caution([WAR], "The warm wardrobe", ()) == Caution()


def test_where_no_spaces_part_words_they_count_as_they_stand():
    assert caution([WAR], "日本は戦争を", ()).labels == ("graphic-media",)


def test_tags_count_in_any_case_and_with_their_sign():
    assert caution([WAR], "Quiet", ["#conflict"]).warning == "War"
    assert caution([WAR], "Quiet", ["peace"]) == Caution()


def test_several_rules_add_up_and_say_nothing_twice():
    found = caution([WAR, FOOD, Caution(words=("war",), warning="War")], "war", ["food"])
    assert found == Caution(warning="War; Food", sensitive=True, labels=("graphic-media",))


def test_an_empty_word_is_in_no_text():
    assert caution([Caution(words=(" ",), warning="!")], "a b", ()) == Caution()
