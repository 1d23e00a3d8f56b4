import pytest

from sharebot.errors import SourceError
from sharebot.model import Document
from sharebot.sources.readers.decode import decode


def text(data: bytes) -> str:
    return decode(Document("a.txt", data))


@pytest.mark.parametrize(
    "data",
    [
        "“é” 漢字 😀".encode(),
        "“é” 漢字 😀".encode("utf-8-sig"),
        "“é” 漢字 😀".encode("utf-16"),
        b"\xfe\xff" + "“é” 漢字 😀".encode("utf-16-be"),
    ],
)
def test_utf_8_and_marked_utf_16_are_text(data):
    assert text(data) == "“é” 漢字 😀"


def test_every_line_end_becomes_one():
    assert text("a\r\nb\rc\u2028d\n".encode()) == "a\nb\nc\nd\n"


def test_control_characters_are_dropped_and_tabs_stay():
    assert text("a\x07\tb\x1b[1m\x85\ufeffc\u00a0d".encode()) == "a\tb[1mc\u00a0d"


def test_another_encoding_is_never_guessed():
    message = r"^a\.txt: line 2, column 4: byte 0xE9 is not UTF-8; save the file as UTF-8$"
    with pytest.raises(SourceError, match=message):
        text("erst\r\nCafé".encode("cp1252"))


@pytest.mark.parametrize("data", [b"a\0b", "ab".encode("utf-16-le"), b"\x89PNG\r\n\x1a\n\0\0"])
def test_what_is_no_text_is_said_to_be_none(data):
    with pytest.raises(SourceError, match=r"no text.*; save the file as UTF-8, or move it away"):
        text(data)


@pytest.mark.parametrize("data", [b"\xff\xfea", b"\xff\xfea\0\n\0\x00\xd8b\0"])
def test_broken_utf_16_is_named_as_such(data):
    with pytest.raises(SourceError, match=r"line [12], column 1: byte 0x.. is not UTF-16; save the file as UTF-8"):
        text(data)
