import re
from dataclasses import replace

import pytest

from sharebot.model import Article, Picture, Post, Rules
from sharebot.text.lint import lint
from sharebot.text.measure import measure_x

RULES = Rules(measure_x, "https://docs.x.com", pictures=4)
LINK = "https://news.example/1"
KIND = f"NASA and ESA plan “Two Boats” \U0001f6a2\n\nIt’s OK: 5 G for all. {LINK} #Oslo #AIPolicy"


def warnings(text, **rest):
    return lint(Post(text, **rest), RULES)


def test_a_kind_post_is_told_nothing():
    assert warnings(KIND) == []


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (f"HARBOUR OPENS AGAIN\n\n{LINK}", "capitals.*: HARBOUR OPENS AGAIN"),
        (f"Now: WE’VE A NEW BOAT for all {LINK}", "capitals"),
        (f"ГАВАНЬ ОТКРЫТА {LINK}", "capitals"),
        (f"Ferry {LINK} #a #b #c", "3 hashtags"),
        (LINK, "bare link"),
        (f"{LINK} #Oslo", "bare link"),
        (f"1/3 \u2066{LINK}", "bare link"),
        (f"Ferry 🚢🚢 🚢🚢 {LINK}", "4 emoji"),
        (f"🚢 a 🎉 b ❤️ c 👍🏽 d 👨‍👩‍👧‍👦 e 🇳🇴 f 🎈 {LINK}", "7 emoji"),
    ],
)
def test_what_tires_followers_is_told(text, fault):
    (told,) = warnings(text)
    assert re.search(fault, told)


def test_an_address_and_a_tag_in_capitals_are_no_shouting():
    assert warnings("Ferry https://news.example/HARBOUR-OPENS-AGAIN #HARBOUR #OPENS") == []


@pytest.mark.parametrize("text", ["BIP446 OP_TEMPLATEHASH merged", "KEP-5823 SIG moves", "Reads BIP329 JSON now"])
def test_names_with_digits_are_no_shouting(text):
    assert warnings(f"{text} {LINK}") == []
    assert warnings(f"{text}. G20 SUMMIT ENDS {LINK}") != []


def test_a_sign_that_tags_nothing_is_no_hashtag():
    assert warnings(f"The port of #\u2060harbour. {LINK} #Oslo #AIPolicy") == []


def test_a_picture_without_words_is_told():
    assert "missing alt text" in warnings(KIND, pictures=(Picture("ferry.jpg", "https://news.example/ferry.jpg"),))[0]
    assert warnings(KIND, pictures=(Picture("A ferry", "https://news.example/ferry.jpg"),)) == []


def test_a_picture_that_was_left_out_for_want_of_words_is_told_where_it_was_wanted():
    article = Article(1, "Ferry", (), image="https://news.example/ferry.jpg")
    (told,) = lint(Post(KIND), RULES, article, "image")
    assert "missing alt text" in told
    assert "ferry.jpg" in told
    assert lint(Post(KIND), RULES, article) == []
    assert lint(Post(KIND), RULES, replace(article, image_alt="A ferry"), "image") == []
    assert lint(Post(KIND), replace(RULES, pictures=0), article, "image") == []
