"""queue edit: a person's own words, with a fake editor."""

import shlex
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from sharebot.errors import UNTRUE
from sharebot.model import Facet, Post, Receipt, State
from sharebot.outbox.ledger import Change
from sharebot.outbox.settling import Settlement

pytestmark = pytest.mark.usefixtures("queued")
TEXT = "The ferry runs again https://news.example/1"
EDITOR = """
import sys
from pathlib import Path
Path({log!r}).write_text(Path(sys.argv[-1]).read_text("utf-8"), "utf-8")
Path(sys.argv[-1]).write_text({text!r}, "utf-8")
sys.exit({code})
"""


@pytest.fixture(autouse=True)
def person(monkeypatch, tmp_path):
    monkeypatch.setenv("SHAREBOT_USER", "ann")
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.delenv("EDITOR", raising=False)


@pytest.fixture
def editor(tmp_path, monkeypatch):
    """Be an editor that writes `text`; return what it was shown."""

    def be(text, code=0, variable="EDITOR"):
        script, log = tmp_path / "an editor.py", tmp_path / "shown"
        script.write_text(EDITOR.format(log=str(log), text=text, code=code), "utf-8")
        monkeypatch.setenv(variable, f"{shlex.quote(sys.executable)} {shlex.quote(str(script))} --wait")
        return log

    return be


@pytest.fixture
def thread(queued, delivery, now):
    """A thread whose first post is out."""
    posts = (Post("One"), Post("Two"), Post("Three"))
    with queued() as ledger:
        ledger.add([delivery("ttt1", posts=posts, account="x", platform="x")], "t", "r", now)
        (claimed,) = [taken for taken in ledger.claim(now, 8) if taken.key == "ttt1"]
        ledger.settle([Settlement(claimed, State.QUEUED, "out", Receipt("1", "https://x/1"))], now)


def left_behind(tmp_path: Path):
    return list(tmp_path.glob("sharebot-*.txt"))


def test_the_editor_shows_the_text_with_its_limit_and_what_is_saved_is_sent(run, row, editor, queued, tmp_path):
    log = editor("%% a note\nMy own words https://news.example/1\n\n")
    result = run("queue", "edit", "bbb3")
    assert log.read_text("utf-8") == (
        "%% Lines that begin with %% are no part of it. An empty text changes nothing.\n"
        "%% mastodon: 43 of 500 now, and it said:\n"
        f"%%   {TEXT}\n"
        f"{TEXT}\n"
    )
    assert row("bbb3").posts == (Post("My own words https://news.example/1", links=("https://news.example/1",)),)
    assert (row("bbb3").edited, row("bbb3").state) == ("ann", State.QUEUED)
    assert "mastodon, post 1: 35/500\n" in result.stderr
    assert left_behind(tmp_path) == []
    with queued() as ledger:
        assert (ledger.history("bbb3")[-1].who, ledger.history("bbb3")[-1].why) == ("ann", "edited by a person")


def test_visual_goes_before_editor_and_no_shell_reads_either(run, row, editor, monkeypatch, tmp_path):
    editor("Mine", variable="VISUAL")
    monkeypatch.setenv("EDITOR", f"touch {tmp_path / 'pwned'};")
    run("queue", "edit", "bbb3")
    assert row("bbb3").posts[0].text == "Mine"
    monkeypatch.setenv("VISUAL", f"$(touch {tmp_path / 'pwned'})")
    assert "cannot be started" in run("queue", "edit", "bbb3", code=1).stderr
    assert not (tmp_path / "pwned").exists()
    assert left_behind(tmp_path) == []


@pytest.mark.parametrize("text", ["", "%% only notes\n", TEXT, f"{TEXT}\n\n"])
def test_an_empty_or_the_same_text_changes_nothing(run, row, editor, queued, text):
    editor(text)
    result = run("queue", "edit", "bbb3")
    assert "nothing is changed" in result.stderr
    assert row("bbb3").edited is None
    with queued() as ledger:
        assert len(ledger.history("bbb3")) == 1


@pytest.mark.parametrize(
    ("variable", "said"),
    [
        ("", "no editor is named; set VISUAL or EDITOR, or write --text or --file"),
        ("'vi", "VISUAL or EDITOR is no command: No closing quotation"),
        ("no-such-editor -x", "the editor 'no-such-editor' cannot be started: No such file or directory"),
    ],
)
def test_an_editor_that_cannot_be_had_is_told(run, monkeypatch, tmp_path, variable, said):
    monkeypatch.setenv("EDITOR", variable)
    assert run("queue", "edit", "bbb3", code=1).stderr == f"{said}\n"
    assert left_behind(tmp_path) == []


def test_an_editor_that_fails_changes_nothing(run, row, editor):
    editor("Mine", code=3)
    assert run("queue", "edit", "bbb3", code=1).stderr == "the editor ended with 3; nothing is changed\n"
    assert row("bbb3").edited is None


def test_a_text_that_is_too_long_is_refused_and_the_words_are_kept(run, row, editor, tmp_path):
    editor("long " * 120)
    said = run("queue", "edit", "bbb3", code=1).stderr
    (file,) = left_behind(tmp_path)
    assert said == (
        f"your words are kept: mend them in {file}, and give them with --file {file}\n"
        "mastodon, post 1: 599/500\nthat is too long; nothing is changed\n"
    )
    assert row("bbb3").edited is None
    file.write_text("%% cut\nShort")
    run("queue", "edit", "bbb3", "--file", str(file))
    assert row("bbb3").posts[0].text == "Short"


def test_a_content_warning_counts(run, queued, delivery, now):
    with queued() as ledger:
        ledger.add([delivery("ccc4", posts=(Post("A", content_warning="w" * 10),))], "t", "r", now)
    assert "500/500" in run("queue", "edit", "ccc4", "--text", "x" * 490).stderr
    assert "501/500" in run("queue", "edit", "ccc4", "--text", "x" * 491, code=1).stderr


def test_links_and_hashtags_are_marked_anew_in_utf8_on_bluesky(run, row, queued, delivery, now):
    with queued() as ledger:
        ledger.add([delivery("ccc4", account="bluesky", platform="bluesky")], "t", "r", now)
    run("queue", "edit", "ccc4", "--text", "Grüße: https://news.example/2 #Fähre")
    assert row("ccc4").posts[0].facets == (
        Facet("link", 9, 31, "https://news.example/2"),
        Facet("tag", 32, 39, "Fähre"),
    )


def test_the_text_comes_from_a_file_or_from_standard_input(run, row):
    run("queue", "edit", "bbb3", "--file", "-", stdin="From a script\n")
    assert row("bbb3").posts[0].text == "From a script"


def test_a_file_that_is_no_text_is_told(run, tmp_path):
    file = tmp_path / "words"
    file.write_bytes(b"\xff")
    assert "cannot be read as UTF-8 text" in run("queue", "edit", "bbb3", "--file", str(file), code=1).stderr


def test_text_and_file_are_not_both(run):
    assert "not both" in run("queue", "edit", "bbb3", "--text", "a", "--file", "-", code=2).stderr


# ── threads ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.usefixtures("thread")
def test_a_thread_is_one_sheet_with_lines_between_and_what_is_out_is_not_on_it(run, row, editor):
    log = editor("%% --- post 2 of 3 ---\nTwo!\n%% --- post 3 of 3 ---\n\n")
    run("queue", "edit", "ttt1")
    shown = log.read_text()
    assert "One" not in shown
    assert "%% --- post 2 of 3 ---\n%% x: 3 of 280 now, and it said:\n%%   Two\nTwo\n" in shown
    assert [post.text for post in row("ttt1").posts] == ["One", "Two!", "Three"]


@pytest.mark.usefixtures("thread")
def test_one_part_of_a_thread_can_be_edited_by_its_number(run, row):
    run("queue", "edit", "ttt1", "--part", "3", "--text", "Three!")
    assert [post.text for post in row("ttt1").posts] == ["One", "Two", "Three!"]
    assert run("queue", "edit", "ttt1", "--part", "1", "--text", "a", code=1).stderr == (
        "ttt1: of its posts 2 to 3 can be edited\n"
    )


@pytest.mark.usefixtures("thread")
def test_as_many_texts_are_given_as_there_are_posts(run):
    said = run("queue", "edit", "ttt1", "--text", "One for all", code=1).stderr
    assert said == (
        "ttt1 has 2 posts to edit, not 1; keep the lines that begin with %% --- between them, or name one by --part\n"
    )


def test_what_has_no_post_cannot_be_edited(run, queued, delivery, now):
    with queued() as ledger:
        ledger.add([delivery("fff1", posts=(), state=State.FAILED)], "t", "r", now)
    assert "of its posts none can be edited" in run("queue", "edit", "fff1", "--text", "a", code=1).stderr


# ── what becomes of it ───────────────────────────────────────────────────────────────────────────────────────────────


def test_where_posts_need_approval_it_starts_again(run, row, configure, queued, delivery, now):
    configure("    language: en\n", "    language: en\n    approval: required\n")
    with queued() as ledger:
        ledger.add([delivery("hhh1", state=State.HELD, error="held by bob")], "t", "r", now)
    for key, state in (("aaa1", State.DRAFT), ("bbb3", State.DRAFT), ("hhh1", State.HELD)):
        run("queue", "edit", key, "--text", "Mine")
        assert row(key).state is state
    assert row("hhh1").error == "held by bob"


def test_what_is_out_or_let_go_cannot_be_edited(run):
    run("queue", "skip", "bbb3")
    assert "only draft, failed, held, queued can be: edit" in run("queue", "edit", "bbb3", "--text", "a", code=1).stderr


def test_what_was_changed_meanwhile_is_told_and_the_words_are_kept(run, queued, editor, monkeypatch, tmp_path, now):
    from sharebot.cli import editing

    editor("Mine")
    real = editing._edited

    def slow(sheet):
        with queued() as ledger:
            old = ledger.named(["bbb3"])["bbb3"]
            ledger.change([Change(old, replace(old, posts=(Post("New"),)), "its text changed")], "pipeline", now)
        return real(sheet)

    monkeypatch.setattr(editing, "_edited", slow)
    assert "bbb3 has changed in the meantime" in run("queue", "edit", "bbb3", code=75).stderr
    assert left_behind(tmp_path)


# ── what the words say ───────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def museum(queued, delivery, now):
    words = "Museum Buys a Diary\n\nThe maritime museum bought a diary. https://news.example.com/2026-11#2"
    made = delivery("mus1", issue="2026-11", article=2, posts=(Post(words, "en"),))
    with queued() as ledger:
        ledger.add([made], "t", "r", now)
    return "mus1"


def test_words_that_the_article_does_not_say_are_warned_of_and_taken(run, row, museum):
    said = run(
        "queue",
        "edit",
        museum,
        "--text",
        "13,000 euros from Anna Wilson: “a bargain” https://news.example.com/2026-11#2 #Sea9",
    )
    assert said.stderr == (
        "mastodon, post 1: 72/500\n"
        "warning: the number 13,000 is not in the article\n"
        "warning: the name Anna is not in the article\n"
        "warning: the name Wilson is not in the article\n"
        "warning: the quotation “a bargain” is not in the article word for word\n"
    )
    assert row(museum).edited == "ann"


def test_words_that_agree_with_the_article_bring_no_warning(run, museum):
    said = run(
        "queue", "edit", museum, "--text", "12,000 euros for a diary from 1841 https://news.example.com/2026-11#2"
    )
    assert "warning" not in said.stderr


def test_a_link_that_is_gone_is_warned_of(run):
    said = run("queue", "edit", "bbb3", "--text", "Mine").stderr
    assert "warning: the link https://news.example/1 is no longer in it\n" in said


def test_where_the_article_cannot_be_read_that_is_said(run, configure):
    said = run("queue", "edit", "bbb3", "--text", "Mine https://news.example/1").stderr
    assert "warning: 2026-07 cannot be read now, so nobody looked whether the words agree with it\n" in said
    configure("  weekly:", "  monthly:")
    assert "cannot be read now" in run("queue", "edit", "bbb3", "--text", "Yours https://news.example/1").stderr


def test_until_when_the_words_are_true_is_found_anew(run, row, museum):
    run("queue", "edit", museum, "--text", "Bought today")
    assert row(museum).posts[0].true_until is not None
    run("queue", "edit", museum, "--text", "Bought for 12,000 euros")
    assert row(museum).posts[0].true_until is None


def test_what_was_true_until_a_moment_stays_so_where_nobody_can_look(run, row, delivery, queued, now):
    with queued() as ledger:
        held = delivery("hhh1", state=State.HELD, error=f"{UNTRUE}x", posts=(Post("Today", true_until=now),))
        ledger.add([held], "t", "r", now)
    run("queue", "edit", "hhh1", "--text", "Now or never")
    assert row("hhh1").posts[0].true_until == now
