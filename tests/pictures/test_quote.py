"""Quotations are drawn as they stand, so that they can be read."""

import re

import pytest
from PIL import features

from sharebot.pictures import NoPicture, drawn, fonts, quote

WORDS = "“The ferry is no luxury. It is the road to school, to the doctor and to work.”"
WHO = "Maria Oliveira, mayor"


@pytest.fixture
def no_fonts(monkeypatch):
    """A machine without fonts, such as a slim container."""
    monkeypatch.setattr(fonts, "_files", tuple)


@pytest.fixture
def no_shaping(monkeypatch):
    monkeypatch.setattr(fonts, "can_shape", lambda: False)


@pytest.fixture
def written(monkeypatch):
    """The lines as they are drawn, with the height of their letters."""
    lines: list[tuple[str, float]] = []
    write = quote._write

    def noted(draw, block, *args, **options):
        lines.extend((line, block.font.size) for line in block.lines)
        write(draw, block, *args, **options)

    monkeypatch.setattr(quote, "_write", noted)
    return lines


def test_it_is_a_picture_of_sixteen_to_nine(opened):
    made = drawn(WORDS, WHO)
    assert (made.media, made.width, made.height) == ("image/png", 1200, 675)
    assert opened(made).size == (1200, 675)


def test_the_same_words_are_the_same_bytes_and_others_are_not():
    assert drawn(WORDS, WHO) == drawn(WORDS, WHO)
    assert len({drawn(WORDS, WHO).data, drawn(WORDS, "Another").data, drawn("“No.”", WHO).data}) == 3


def test_every_word_is_there_in_its_order_with_its_quotation_marks_and_the_speaker_below(written):
    drawn(f"  {WORDS}\n", WHO)
    assert " ".join(line for line, _ in written) == f"{WORDS} — {WHO}"
    assert written[0][1] > written[-1][1]


def test_a_quotation_without_a_speaker_stands_alone(written):
    drawn(WORDS, "")
    assert "—" not in " ".join(line for line, _ in written)


@pytest.mark.parametrize("times", [1, 2, 4])
def test_nothing_touches_the_edge_and_the_words_are_as_large_as_fits(opened, written, times):
    made = drawn(" ".join([WORDS] * times), WHO)
    ground = opened(made).getpixel((0, 0))
    image = opened(made)
    frame = [image.getpixel((x, y)) for x in range(1200) for y in (*range(40), *range(635, 675))]
    frame += [image.getpixel((x, y)) for x in (*range(60), *range(1140, 1200)) for y in range(675)]
    assert set(frame) == {ground}
    assert written[0][1] >= {1: 64, 2: 48, 4: 32}[times]


def test_a_quotation_too_long_to_be_read_is_no_picture():
    with pytest.raises(NoPicture, match="too long"):
        drawn(WORDS * 12, WHO)
    with pytest.raises(NoPicture, match="too long"):
        drawn("x" * 300, WHO)


def test_an_empty_quotation_is_no_picture():
    with pytest.raises(NoPicture, match="no words"):
        drawn(" \n", WHO)


def test_the_colours_can_be_told_apart():
    def light(colour):
        parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    for ink in (quote._INK, quote._SOFT):
        assert (light(ink) + 0.05) / (light(quote._GROUND) + 0.05) > 7


def test_scripts_without_spaces_break_between_letters_but_not_before_a_closing_mark():
    words = "「島の人々にとって、フェリーは贅沢品ではありません。」"
    pieces = quote._BREAK.split(words)
    assert "".join(pieces) == words
    assert len(pieces) > 8
    assert not any(re.match(r"[、。」]", piece) for piece in pieces)
    assert pieces[0].startswith("「島")


@pytest.mark.usefixtures("no_fonts")
def test_without_any_font_of_the_machine_plain_english_is_still_drawn(written):
    drawn(WORDS, WHO)
    assert written[-1][0] == f"- {WHO}"


@pytest.mark.usefixtures("no_fonts")
@pytest.mark.parametrize("words", ["“Güterzüge”", "「渡船」", "Паром", "🛳️"])
def test_a_letter_that_no_font_has_is_named_and_never_drawn_as_a_box(words):
    with pytest.raises(NoPicture, match="no font here has all of its letters, such as"):
        drawn(words, WHO)


@pytest.mark.usefixtures("no_shaping")
@pytest.mark.parametrize("words", ["«العبّارة»", "”המעבורת“", "नौका"])
def test_scripts_whose_letters_change_beside_others_are_not_drawn_letter_by_letter(words):
    with pytest.raises(NoPicture, match="Raqm"):
        drawn(words, WHO)


def test_what_has_no_shape_is_not_drawn_and_turns_nothing_around():
    assert fonts.visible("a\u200bb\u202ec\u00add\ufe0f") == "abcd"
    assert fonts.visible("می\u200cخواهم\u202e") == "می\u200cخواهم"
    assert drawn(f"\u202e{WORDS}\u200b", WHO) == drawn(WORDS, WHO)


@pytest.mark.parametrize("words", ["a\ud800b", "\x07", "a\x00b"])
def test_what_cannot_be_drawn_is_no_picture_and_no_fault(words):
    with pytest.raises(NoPicture):
        drawn(words, WHO)


def test_a_broken_font_is_passed_over(monkeypatch, tmp_path):
    (tmp_path / "NotoSans-Regular.ttf").write_bytes(b"no font")
    monkeypatch.setattr(fonts, "_files", lambda: (tmp_path / "NotoSans-Regular.ttf",))
    assert drawn(WORDS, WHO).data


@pytest.mark.parametrize(("text", "expected"), [("«العبّارة» 12", True), ("12 “Hello”", False), ("12 !", False)])
def test_the_first_letter_with_a_direction_says_where_a_text_begins(text, expected):
    assert fonts.is_right_to_left(text) is expected


@pytest.mark.skipif(not features.check("raqm"), reason="Pillow is here without Raqm and FriBiDi, which Arabic needs")
def test_words_from_right_to_left_stand_at_the_right(opened):
    try:
        image = opened(drawn("«لا»", "هي"))
    except NoPicture as error:
        pytest.skip(f"this machine has no Arabic font: {error}")
    ground = image.getpixel((0, 0))
    inked = [x for x in range(1200) if any(image.getpixel((x, y)) != ground for y in range(675))]
    assert min(inked) > 600
