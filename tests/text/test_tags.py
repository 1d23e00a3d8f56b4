import pytest

from sharebot.text.tags import hashtags


@pytest.mark.parametrize(
    ("word", "tag"),
    [
        ("open source", "#OpenSource"),
        ("#open-source", "#OpenSource"),
        ("AI policy", "#AIPolicy"),
        ("iPhone", "#iPhone"),
        ("women’s rights", "#WomensRights"),
        ("web 3", "#Web3"),
        ("人工智能", "#人工智能"),
        ("الذكاء الاصطناعي", "#الذكاءالاصطناعي"),
        ("हिन्दी", "#हिन्दी"),
        ("می\u200cخواهم", "#می\u200cخواهم"),
        ("COVID-19", "#COVID19"),
        ("＃人工智能", "#人工智能"),
    ],
)
def test_a_hashtag_can_be_read_aloud(word, tag):
    assert hashtags([word], 3) == (tag,)


@pytest.mark.parametrize("word", ["2024", "", "…", "C++", "C#", "x" * 65])
def test_what_would_be_another_tag_or_none_is_left_out(word):
    assert hashtags([word], 3) == ()


def test_each_tag_comes_once_and_no_more_than_allowed():
    assert hashtags(["Oslo", "oslo", "trams", "rent"], 2) == ("#Oslo", "#trams")
    assert hashtags(["Oslo"], 0) == ()


def test_tags_that_are_there_already_count_and_do_not_come_again():
    assert hashtags(["oslo", "trams", "rent"], 2, ["#Oslo"]) == ("#trams",)
    assert hashtags(["trams"], 1, ["#a", "#b"]) == ()
