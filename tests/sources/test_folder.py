import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import ValidationError

from sharebot.errors import SourceError
from sharebot.model import Document, Hints, Issue
from sharebot.sources import readers
from sharebot.sources.folder import LARGEST, Folder, _modified, read_file

NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)
WORDS = "Title\n\n01\n\nHead\n\nText.\n"


@pytest.fixture
def place(tmp_path):
    (tmp_path / "issues").mkdir()
    return tmp_path / "issues"


def put(path: Path, words: str | bytes = WORDS, age: float = 60) -> Path:
    """Write a file as if it had last been changed `age` seconds before NOW."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(words if isinstance(words, bytes) else words.encode())
    os.utime(path, (NOW.timestamp() - age,) * 2)
    return path


def folder(place: Path, **settings: object) -> Folder:
    return Folder(Folder.Settings.model_validate({"folder": place.name, **settings}), place.parent)


def ids(source: Folder) -> list[str]:
    return [issue.id for issue in source.read(NOW).issues]


def problem(source: Folder) -> str:
    (found,) = source.read(NOW).problems
    return str(found)


def test_every_readable_file_is_an_issue_in_the_order_of_the_names(place):
    put(place / "b.txt")
    put(place / "2026/07.md", "# Head\n\nText.")
    put(place / "A.TXT")
    put(place / "picture.png", b"\x89PNG")
    reading = folder(place).read(NOW)
    assert [issue.id for issue in reading.issues] == ["2026/07", "A", "b"]
    assert (reading.problems, reading.waiting) == ((), ())


def test_an_issue_knows_when_its_file_was_changed(place):
    put(place / "a.txt", age=60)
    (issue,) = folder(place).read(NOW).issues
    assert issue.modified == NOW - timedelta(seconds=60)
    assert issue.modified.tzinfo is UTC


@pytest.mark.parametrize(
    "name",
    [".a.txt", ".git/a.txt", "a.txt~", ".a.txt.swp", "a.tmp", "a.part", "a.swp", "#a.txt#", "~$a.txt", "x.bak/a.txt"],
)
def test_hidden_files_and_leftovers_of_editors_are_passed_over_whatever_is_included(place, name):
    put(place / name)
    reading = folder(place, include=["*"]).read(NOW)
    assert (reading.issues, reading.problems, reading.waiting) == ((), (), ())


@pytest.mark.parametrize(
    ("settings", "found"),
    [
        ({}, ["a", "drafts/b", "old/2025/c", "readme"]),
        ({"include": ["*.md"]}, ["old/2025/c", "readme"]),
        ({"include": ["old/*"]}, ["old/2025/c"]),
        ({"exclude": ["drafts"]}, ["a", "old/2025/c", "readme"]),
        ({"exclude": ["drafts/", "old/*", "README.*"]}, ["a"]),
    ],
)
def test_patterns_choose_files_and_subfolders(place, settings, found):
    for name in ("a.txt", "drafts/b.txt", "old/2025/c.md", "readme.md"):
        put(place / name, "# Head\n\nText.")
    assert ids(folder(place, **settings)) == found


def test_a_file_that_is_asked_for_but_cannot_be_read_is_a_problem(place):
    put(place / "a.docx")
    assert f"{place}/a.docx: .docx files cannot be read" in problem(folder(place, include=["*"]))


def test_a_file_waits_until_it_has_lain_still(place):
    put(place / "a.txt", age=2.5)
    source = folder(place)
    assert source.read(NOW).waiting == ("a.txt",)
    assert source.read(NOW).issues == ()
    assert [issue.id for issue in source.read(NOW + timedelta(seconds=1)).issues] == ["a"]


def test_how_long_is_the_editor_s_choice(place):
    put(place / "a.txt", age=60)
    assert folder(place, settle="2m").read(NOW).waiting == ("a.txt",)
    put(place / "a.txt", age=0)
    assert ids(folder(place, settle="0s")) == ["a"]


def test_a_file_from_the_far_future_does_not_wait_for_ever(place):
    put(place / "a.txt", age=-86400)
    assert ids(folder(place)) == ["a"]


def test_a_time_beyond_all_years_is_no_time():
    assert _modified(os.stat_result((0,) * 8 + (2**45, 0))) is None


def test_a_file_that_changes_while_it_is_read_waits(place, monkeypatch):
    path = put(place / "a.txt")
    plain = Path.open

    def writing(self, *args, **kwargs):
        opened = plain(self, *args, **kwargs)
        if self.name == "a.txt":
            os.utime(path, (NOW.timestamp() - 30,) * 2)
        return opened

    source = folder(place)
    with monkeypatch.context() as patched:
        patched.setattr(Path, "open", writing)
        assert source.read(NOW).waiting == ("a.txt",)
    assert ids(source) == ["a"]


def test_a_file_that_vanishes_during_the_look_is_no_problem(place):
    (place / "a.txt").symlink_to("b.txt")
    reading = folder(place).read(NOW)
    assert (reading.problems, reading.waiting) == ((), ("a.txt",))


def test_an_unchanged_file_is_not_parsed_again(place, monkeypatch):
    parsed = []

    def counting(document: Document, hints: Hints) -> tuple[Issue, ...]:
        parsed.append(document.name)
        return issues_of(document, hints)

    issues_of = readers.read
    monkeypatch.setattr(readers, "read", counting)
    put(place / "a.txt")
    put(place / "broken.txt", "")
    source = folder(place)
    first = source.read(NOW)
    assert source.read(NOW) == first
    assert parsed == ["a.txt", "broken.txt"]
    put(place / "a.txt", WORDS + "\nMore.")
    assert source.read(NOW).issues[0].articles[0].paragraphs == ("Text.", "More.")
    put(place / "broken.txt", WORDS, age=50)
    assert source.read(NOW).problems == ()
    assert parsed == ["a.txt", "broken.txt", "a.txt", "broken.txt"]


def test_a_file_that_is_gone_is_gone(place):
    path = put(place / "a.txt")
    source = folder(place)
    assert ids(source) == ["a"]
    path.unlink()
    assert ids(source) == []
    put(path)
    assert ids(source) == ["a"]


@pytest.mark.parametrize(
    ("name", "words", "message"),
    [
        ("empty.txt", "", "no article was found"),
        ("latin.txt", "Caf\xe9".encode("latin-1"), "line 1, column 4: byte 0xE9 is not UTF-8; save the file as UTF-8"),
        ("binary.md", b"a\0b", "NUL bytes"),
        ("broken.md", "---\na: b: c\n---\n", "line 2, column 5: broken front matter"),
        ("large.txt", b"a" * (LARGEST + 1), "it is 5.0 MB large and 5 MB is the most"),
    ],
)
def test_a_bad_file_is_named_with_its_reason_and_the_others_go_on(place, name, words, message):
    put(place / name, words)
    put(place / "good.txt")
    source = folder(place)
    assert ids(source) == ["good"]
    assert problem(source).startswith(f"{place / name}: ")
    assert message in problem(source)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_files_and_subfolders_without_permission_are_problems(place):
    put(place / "a.txt").chmod(0)
    put(place / "sub/b.txt")
    (place / "sub").chmod(0)
    put(place / "good.txt")
    reading = folder(place).read(NOW)
    (place / "sub").chmod(0o700)
    assert [issue.id for issue in reading.issues] == ["good"]
    assert len(reading.problems) == 2
    assert all("make it readable for this user" in str(found) for found in reading.problems)


def test_an_error_of_the_disk_is_a_problem_and_is_tried_again(place, monkeypatch):
    put(place / "a.txt")
    put(place / "b.txt")
    plain = Path.open

    def failing(self, *args, **kwargs):
        if self.name == "a.txt":
            raise PermissionError(13, "Permission denied")
        return plain(self, *args, **kwargs)

    source = folder(place)
    with monkeypatch.context() as patched:
        patched.setattr(Path, "open", failing)
        assert "a.txt: it cannot be read (Permission denied); make it readable for this user" in problem(source)
        assert ids(source) == ["b"]
    assert ids(source) == ["a", "b"]


def test_a_pipe_does_not_block_the_look(place):
    os.mkfifo(place / "a.txt")
    assert "it is no ordinary file" in problem(folder(place, settle="0s"))


def test_two_files_with_one_id_are_a_problem_that_names_both(place):
    put(place / "a.md", "# Head\n\nText.")
    put(place / "a.txt")
    source = folder(place)
    assert ids(source) == ["a"]
    assert problem(source) == f"{place}/a.txt: its id 'a' is also that of a.md; rename one of them, or exclude it"


def test_a_link_that_leads_out_of_the_folder_is_not_followed(place):
    put(place.parent / "secret.txt")
    put(place.parent / "more/b.txt")
    (place / "a.txt").symlink_to("../secret.txt")
    (place / "more").symlink_to("../more")
    put(place / "real.txt")
    (place / "same.txt").symlink_to("real.txt")
    source = folder(place)
    assert ids(source) == ["real", "same"]
    assert "a.txt: it is a link to a file outside the folder; put a copy here instead" in problem(source)


def test_a_link_to_itself_is_a_problem(place):
    (place / "a.txt").symlink_to("a.txt")
    assert "a.txt: it cannot be read" in problem(folder(place))


def test_a_missing_folder_is_one_problem_that_says_what_to_create(tmp_path):
    reading = folder(tmp_path / "issues").read(NOW)
    assert [str(found) for found in reading.problems] == [
        f"{tmp_path}/issues: there is no such folder; create it, or correct `folder:` in the configuration"
    ]


def test_a_file_in_the_folder_s_place_is_a_problem(tmp_path):
    put(tmp_path / "issues")
    assert "it is no folder" in problem(folder(tmp_path / "issues"))


def test_a_name_that_is_no_text_is_shown_so_that_it_can_be_printed(place):
    Path(os.fsdecode(os.fsencode(place) + b"/a\xff\n.txt")).write_bytes(b"")
    message = problem(folder(place))
    assert f"{place}/a\N{REPLACEMENT CHARACTER}\N{REPLACEMENT CHARACTER}.txt: " in message
    assert message.isprintable()


def test_the_folder_is_relative_to_the_configuration(place):
    assert folder(place).place == str(place)
    settings = Folder.Settings(folder=place)
    assert Folder(settings, Path("/elsewhere")).place == str(place)


def test_the_settings_describe_themselves_for_the_schema():
    schema = Folder.Settings.model_json_schema()
    assert schema["required"] == ["folder"]
    assert all(entry["description"] and entry["examples"] for entry in schema["properties"].values())
    defaults = Folder.Settings(folder=Path("issues"))
    assert (defaults.settle, defaults.every) == (timedelta(seconds=3), timedelta(seconds=10))
    assert defaults.include == tuple(f"*{suffix}" for suffix in readers.SUFFIXES)


def test_an_unknown_setting_is_refused():
    with pytest.raises(ValidationError, match="folders"):
        Folder.Settings.model_validate({"folder": "issues", "folders": "x"})


def test_one_file_is_read_by_itself(place):
    assert [issue.id for issue in read_file(put(place / "2026/a.txt"))] == ["a"]


@pytest.mark.parametrize(("name", "words"), [("a.txt", ""), ("missing.txt", None), ("a.docx", "x")])
def test_one_file_that_cannot_be_read_is_an_error_that_names_it(place, name, words):
    if words is not None:
        put(place / name, words)
    with pytest.raises(SourceError) as caught:
        read_file(place / name)
    assert caught.value.place == str(place / name)


def test_a_folder_is_no_single_file(place):
    with pytest.raises(SourceError, match="no ordinary file"):
        read_file(place)


# ── the file beside an issue ─────────────────────────────────────────────────────────────────────────────────────────


def test_a_file_beside_an_issue_goes_with_it_and_is_no_issue(place):
    put(place / "2026/a.b.txt")
    beside = put(place / "2026/a.b.sharebot.yaml", "skip: true")
    put(place / "c.txt")
    reading = folder(place, include=["*"]).read(NOW)
    first, second = reading.issues
    assert first.beside == Document(str(beside), b"skip: true")
    assert (first.id, second.id, second.beside) == ("2026/a.b", "c", None)
    assert (reading.problems, reading.waiting) == ((), ())


def test_a_changed_file_beside_an_issue_is_a_changed_issue(place):
    put(place / "a.txt")
    put(place / "a.sharebot.yaml", "skip: true")
    source = folder(place)
    before = source.read(NOW).issues
    assert source.read(NOW).issues == before
    put(place / "a.sharebot.yaml", "skip: no")
    (after,) = source.read(NOW).issues
    assert after.beside == Document(str(place / "a.sharebot.yaml"), b"skip: no")
    (place / "a.sharebot.yaml").unlink()
    assert source.read(NOW).issues[0].beside is None


def test_an_issue_waits_until_the_file_beside_it_lies_still(place):
    put(place / "a.txt")
    put(place / "a.sharebot.yaml", "skip: tr", age=1)
    reading = folder(place).read(NOW)
    assert (reading.issues, reading.waiting) == ((), ("a.txt",))


@pytest.mark.parametrize("name", ["b.sharebot.yaml", "a.sharebot.yml", "2026/a.sharebot.yaml"])
def test_a_file_that_lies_beside_no_issue_is_told(place, name):
    put(place / "a.txt")
    put(place / name, "skip: true")
    reading = folder(place).read(NOW)
    assert len(reading.issues) == 1
    (found,) = reading.problems
    assert (
        str(found) == f"{place / name}: no issue lies beside it; name it as the issue, with the ending .sharebot.yaml"
    )


def test_a_file_beside_several_issues_is_told(place):
    head = "From a@b.example Thu Jan  1 00:00:00 2026\nSubject: {0}\nMessage-ID: <{0}@x>\n"
    mail = f"{head}Content-Type: text/plain\n\n01\n\nHead\n\nText {{0}}.\n\n"
    put(place / "a.mbox", mail.format(1) + mail.format(2))
    assert len(folder(place, resolve=False).read(NOW).issues) == 2
    put(place / "a.sharebot.yaml", "skip: true")
    assert "holds several issues" in problem(folder(place, resolve=False))


def test_a_file_beside_an_issue_that_cannot_be_read_holds_its_issue_back(place):
    put(place / "a.txt")
    (place / "a.sharebot.yaml").symlink_to("/etc/hostname")
    (found,) = folder(place).read(NOW).problems
    assert found.issue == "a"
    assert str(found).startswith(f"{place / 'a.sharebot.yaml'}: it is a link to a file outside the folder")


def test_an_issue_that_is_broken_stays_so_with_a_file_beside_it(place):
    put(place / "a.md", "---\ntitle: [\n---\n")
    put(place / "a.sharebot.yaml", "skip: true")
    assert "a.md" in problem(folder(place))
