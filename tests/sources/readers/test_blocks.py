import pytest

from sharebot.sources.readers.blocks import addresses, from_text, is_web, join_lines


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("See https://a.example/x, and http://b.example.", ("https://a.example/x", "http://b.example")),
        ("(https://a.example/mill_(old))", ("https://a.example/mill_(old)",)),
        ("<https://a.example>", ("https://a.example",)),
        ("见https://a.example/x。下一句", ("https://a.example/x",)),
        ("“https://a.example”", ("https://a.example",)),
        ("https:// and ftp://a.example and https://" + "a" * 3000, ()),
    ],
)
def test_addresses_come_without_the_signs_glued_to_them(text, found):
    assert addresses(text) == found


@pytest.mark.parametrize(
    "address", ["https://a.example", "http://a.example:8080/x?y#z", "HTTPS://A.example", "http://[::1]/"]
)
def test_a_whole_address_of_the_web_is_one(address):
    assert is_web(address)


@pytest.mark.parametrize(
    "address",
    ["", "/a", "#a", "mailto:a@b.example", "https://", "http://[bad", "http://%5Bbad/", "http://a.example:99999/"],
)
def test_anything_else_is_none(address):
    assert not is_web(address)


@pytest.mark.parametrize(
    ("text", "alone"),
    [
        ("https://a.example", True),
        ("Read more: https://a.example.", True),
        ("We moved to https://a.example", False),
        ("It is here. Look: https://a.example", False),
        ("https://a.example https://b.example", False),
        ("Read more:", False),
    ],
)
def test_a_line_is_only_a_link_where_it_says_nothing_else(text, alone):
    assert from_text(text).only_link is alone


@pytest.mark.parametrize(
    ("lines", "joined"),
    [
        (["a", "", "b"], "a b"),
        (["漢字", "かな", "「カナ」"], "漢字かな「カナ」"),
        (["漢字", "abc", "漢字"], "漢字 abc 漢字"),
        (["한국어", "글"], "한국어 글"),
        ([], ""),
    ],
)
def test_wrapped_lines_join_as_the_script_asks(lines, joined):
    assert join_lines(lines) == joined
