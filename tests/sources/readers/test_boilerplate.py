import pytest

from sharebot.sources.readers.boilerplate import ends_article, is_boilerplate, is_rule


@pytest.mark.parametrize("line", ["---", "***", "* * *", "=====", "• • •", "_ _ _"])
def test_a_line_of_signs_divides(line):
    assert is_rule(line)
    assert is_boilerplate(line)


@pytest.mark.parametrize("line", ["--", "- a -", "C++", "...", "-" * 500])
def test_other_lines_divide_nothing(line):
    assert not is_rule(line)


@pytest.mark.parametrize(
    "line",
    ["SHARE THIS POST", "»Share this post«", "View in browser (https://n.example/7)", "Partager · Se désabonner"],
)
def test_case_edges_and_addresses_do_not_matter(line):
    assert is_boilerplate(line)


@pytest.mark.parametrize(
    "line", ["Unsubscribe | Share", "Alle Rechte vorbehalten.", "(c) 2026 Mill", "You’re receiving this as a friend"]
)
def test_the_way_out_and_legal_lines_end_an_article(line):
    assert ends_article(line)


@pytest.mark.parametrize("line", ["Share", "Newsletter", "---", "", "Share and enjoy", "Unsubscribe | Mill News"])
def test_other_lines_do_not_end_it(line):
    assert not ends_article(line)


@pytest.mark.parametrize("line", ["", "Share your bread", "The newsletter", "Newsletter of the mill", "|"])
def test_only_whole_known_lines_are_boilerplate(line):
    assert is_boilerplate(line) == (line == "The newsletter")
