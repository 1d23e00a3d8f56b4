import pytest

from sharebot.text import entities, links
from sharebot.text.inert import inert, plain
from sharebot.text.measure import measure_x
from sharebot.text.tables import TLDS_NOW
from sharebot.text.template import droppable, fill, literal, parse, unknown_fields

LINK = "https://news.example.com/7?a=b_c#d"


def test_empty_fields_vanish_with_the_space_they_leave():
    template = "{headline}\n\n{summary}\n\n{link} {hashtags}"
    assert fill(template, {"headline": "H", "link": LINK}) == f"H\n\n{LINK}"
    assert fill(template, {"headline": "H", "hashtags": "#Tag"}) == "H\n\n#Tag"
    assert fill(template, {}) == ""


def test_a_value_is_never_read_as_a_template():
    assert (
        fill("{headline} {link}", {"headline": "{link} {0.__class__}", "link": LINK})
        == f"{{link}} {{0.__class__}} {LINK}"
    )


def test_an_unknown_field_is_an_error_that_names_the_cure():
    assert unknown_fields("{headline} {sumary} {link.url} {sumary}") == ["sumary", "link.url"]
    with pytest.raises(ValueError, match=r"no field \{sumary\}: choose from headline, summary"):
        fill("{sumary}", {})


@pytest.mark.parametrize(
    "template",
    [
        "{link}{hashtags}",
        "see{link}now",
        "{link}/more",
        "{link} and {link}",
        "（{link}）",
        "{link}。",
        "“{link}”",
        "«{link}»",
        "{link},more",
        "{link}'s page",
        "{link}).more",
        "[{link}][ {link}]",
    ],
)
def test_nothing_sticks_to_the_link_and_it_comes_once(template):
    text = fill(template, {"link": LINK, "hashtags": "#Tag"})
    assert [span.text for span in links.urls(text)] == [LINK]
    for grammar in (entities.X, entities.MASTODON):
        assert [text[a.start : a.end] for a in entities.addresses(text, grammar, TLDS_NOW)] == [LINK]


# ── optional parts ───────────────────────────────────────────────────────────────────────────────────────────────────

OPTIONAL = "{headline}[\n\nby {author}][ in {issue}]\n\n{link}[ {hashtags}]"


def test_an_optional_part_vanishes_when_one_of_its_fields_is_empty():
    assert fill(OPTIONAL, {"headline": "H", "issue": "July", "link": LINK}) == f"H in July\n\n{LINK}"
    assert fill("{headline}[ by {author} in {issue}]", {"headline": "H", "author": "Ann"}) == "H"
    assert fill("[{headline}: ]{link}", {"link": LINK}) == LINK


def test_the_last_optional_parts_are_left_out_first():
    values = {"headline": "H", "author": "Ann", "issue": "July", "link": LINK, "hashtags": "#A"}
    assert droppable(OPTIONAL) == 2
    assert fill(OPTIONAL, values, 1) == f"H\n\nby Ann\n\n{LINK} #A"
    assert fill(OPTIONAL, values, 0) == f"H\n\n{LINK} #A"
    assert fill(OPTIONAL, values) == fill(OPTIONAL, values, 2)


def test_a_part_with_the_link_is_never_left_out_for_another_value():
    assert droppable("[{author}: {link}]") == 0
    assert fill("[{author}: {link}]", {"link": LINK}) == f": {LINK}"
    assert fill("[Read on: {link}]", {}) == ""


def test_a_second_link_is_an_empty_field():
    assert fill("{link}[\nagain: {link}]", {"link": LINK}) == LINK


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("[[{headline}]]", "[H]"),
        ("[[news]] {headline}", "[news] H"),
        ("[[[{author}]]] {headline}", "H"),
        ("[[[{headline}]]]", "[H]"),
        ("[{headline}[[1]]]", "H[1]"),
    ],
)
def test_doubled_brackets_are_brackets(template, text):
    assert fill(template, {"headline": "H"}) == text


@pytest.mark.parametrize(
    ("template", "fault"),
    [
        ("{headline}[ by {author}", r"the optional part '\[ by \{author\}' has no \]; write \[\["),
        ("{headline}] {link}", r"a \] without its \["),
        ("[{headline} [{author}]]", r"an optional part within another, at '\[\{author\}\]\]'"),
        ("[news] {headline}", r"the optional part '\[news\] \{headline\}' holds no field; write \[\[ and \]\]"),
        ("[]", "holds no field"),
        (f"[{'x' * 40}", f"'\\[{'x' * 29}…' has no"),
    ],
)
def test_a_bracket_in_the_wrong_place_is_told_with_the_cure(template, fault):
    with pytest.raises(ValueError, match=fault):
        parse(template)


def test_brackets_and_braces_in_a_value_stay_as_they_are():
    assert fill("[{headline} ]{link}", {"headline": "[a] {link} ]]", "link": LINK}) == f"[a] {{link}} ]] {LINK}"


def test_the_templates_own_words_are_told_from_its_fields():
    assert literal("#Oslo[ by {author}] [[{link}]]").split() == ["#Oslo", "by", "[", "]"]


# ── text from right to left ──────────────────────────────────────────────────────────────────────────────────────────

ARABIC, HEBREW = "عادت العبّارة إلى الجزيرة", "המעבורת חזרה"
FOLDER = "https://news.example.com/7/"


@pytest.mark.parametrize("words", [ARABIC, HEBREW])
def test_a_link_in_a_line_from_right_to_left_is_cut_out_as_one_piece(words):
    assert fill("{headline} {link}", {"headline": words, "link": FOLDER}) == f"{words} \u2066{FOLDER}"
    text = fill("{headline} {link} {hashtags}", {"headline": words, "link": FOLDER, "hashtags": "#عبارة"})
    assert text == f"{words} \u2066{FOLDER} \u2069 #عبارة"
    assert fill("{link} {headline}", {"headline": words, "link": FOLDER}) == f"\u2066{FOLDER} \u2069 {words}"


@pytest.mark.parametrize(
    ("template", "headline"),
    [
        ("{headline}\n\n{link}", ARABIC),
        ("{headline} {link}", "The ferry"),
        ("The paper العربي: {headline} {link}", ARABIC),
        ("{headline}\n{link} #عبارة", "The ferry"),
    ],
)
def test_a_link_that_nothing_turns_gets_no_marks(template, headline):
    assert not {"\u2066", "\u2069"} & set(fill(template, {"headline": headline, "link": FOLDER}))


def test_marks_of_direction_are_no_part_of_the_link_on_any_network():
    for link in (FOLDER, LINK, "https://news.example.com", "https://news.example.com/a?b=c"):
        text = fill("{headline} {link} {issue}", {"headline": ARABIC, "link": link, "issue": HEBREW})
        assert [span.text for span in links.urls(text)] == [link]
        for grammar in (entities.X, entities.MASTODON):
            assert [text[a.start : a.end] for a in entities.addresses(text, grammar, TLDS_NOW)] == [link]


# ── values ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "text",
    [
        "@ann",
        "said @ann.",
        "（@ann）",
        "#news",
        "#1st",
        "(#新闻",
        "$AAPL",
        "buy $TSLA!",
        "＃tag",
        "＠ann",
        "RT@ann",
        "#·tag",
    ],
)
def test_what_would_ping_or_tag_is_made_inert_without_a_visible_change(text):
    assert inert(text) != text
    assert inert(text).replace("\u2060", "") == text
    assert links.hashtags(inert(text)) == ()


@pytest.mark.parametrize(
    "text",
    [
        "ann@news.example",
        "C# and F#",
        "#1",
        "$5",
        "US$m",
        "a @ b",
        "https://a.example/@ann/#top",
        "blog.example.com/@ann",
        "example.com",
    ],
)
def test_what_no_network_links_stays_as_it_is(text):
    assert inert(text) == text


def test_a_value_is_one_line_without_a_second_link():
    assert plain(f" A \n\t b\0 {LINK} ", LINK) == "A b"


def test_another_address_in_a_value_is_no_link():
    assert plain("See http://a.example/b#c. Or gemini://b.example", LINK) == "See a.example/b#c. Or b.example"
    assert plain("Read on (HTTPS://x.example/).") == "Read on (x.example/)."


def test_a_copy_of_the_link_is_left_out_however_it_is_tagged():
    tagged = "http://news.example.com/7?a=b_c&utm_source=x#d"
    assert plain(f"The ferry ({tagged}) runs", LINK) == "The ferry runs"


@pytest.mark.parametrize(
    "text", ["Amazon.com buys", "on Next.co.uk/@ann/#top", "python.org, t.co/a", "x.com/$AB", "script.py", "пример.com"]
)
def test_a_bare_domain_is_no_link_where_the_network_would_make_it_one(text):
    freed = plain(text, bare=True)
    assert freed.replace("\u2060", "") == text == plain(text)
    assert list(entities.addresses(freed, entities.X, TLDS_NOW)) == []
    assert not links.hashtags(freed)
    assert measure_x(freed).length >= len(text)


@pytest.mark.parametrize("text", ["Node.js and U.S. rules", "at 3.5 percent", "e.g. this", "end.But"])
def test_a_dot_that_no_network_links_is_left_alone(text):
    assert plain(text, bare=True) == text


def test_half_a_quotation_is_none():
    assert plain("“Nobody believed") == "Nobody believed"
    assert plain('A 5" disk (and „more“') == "A 5 disk and „more“"
    assert plain("“A (b” c)") == "“A b” c)"
    assert plain("“Well: “yes””") == "“Well: “yes””"


def test_what_no_network_takes_or_what_would_turn_the_line_is_left_out_of_a_value():
    assert plain("a\ufeff\u202eb\u2067c\ud83d\x07d\u2028e\u3000f") == "abcd e f"
