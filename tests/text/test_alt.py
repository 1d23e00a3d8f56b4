import pytest

from sharebot.text.alt import shortened, spoken


@pytest.mark.parametrize("said", ["A ferry at the dock", "ferry", "港口的渡轮", "Foto: Anna Holm", "Covid-19 ward"])
def test_words_describe_a_picture(said):
    assert spoken(f"  {said}\n") == said


@pytest.mark.parametrize(
    "said",
    [
        "IMG_1234.jpg",
        "photo.png",
        "my photo of the dock.jpeg",
        "https://a.example/ferry",
        "IMG_1234",
        "DSC 0042",
        "Screenshot 2026-01-02 at 10.11.12 PM",
        "ferry-at-dock",
        "ferry_final_2",
        "ferry1024",
        "image",
        "…",
        "",
        None,
    ],
)
def test_a_files_name_describes_nothing(said):
    assert spoken(said) == ""


def test_a_description_is_cut_behind_a_word():
    assert shortened("A ferry at the dock", 12) == "A ferry at…"
    assert shortened("A ferry", 7) == "A ferry"
    assert shortened("港口的渡轮", 4) == "港口的…"
