import json
import sqlite3
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from sharebot import app
from sharebot.model import Identity, Picture, Post, Receipt, State
from sharebot.outbox.ledger import Ledger
from sharebot.outbox.settling import Settlement
from sharebot.platforms.bluesky import Bluesky
from sharebot.platforms.mastodon import Mastodon
from sharebot.text.measure import measure_mastodon


def change(home, old, new):
    path = home / "sharebot.yaml"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


# ── check, schema ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_check_says_what_it_found_and_each_schedule_with_its_next_times(run, monkeypatch):
    monkeypatch.setenv("TOKEN", "t")
    monkeypatch.setenv("PASSWORD", "p")
    said = run("check").stdout
    assert "sharebot.yaml: nothing is wrong" in said
    assert "  weekly.articles → mastodon, bluesky: every day at 09:00, Paris time; next: " in said


@pytest.mark.parametrize(
    ("schedule", "told", "times"),
    [
        (
            "{every: weekday, at: [09:00, 12:30]}",
            "weekdays at 09:00 and 12:30, Tokyo time",
            "; next: Tue 24 Nov 09:00, in 13 h; then Tue 24 Nov 12:30 and Wed 25 Nov 09:00",
        ),
        (
            "{cron: 0 9 1 10-11 *}",
            "on the 1st of October and November at 09:00, Tokyo time",
            "; next: Fri 01 Oct 09:00, in 312 days; then Mon 01 Nov 2027 09:00 and Sun 01 Oct 2028 09:00",
        ),
        ("now", "as soon as an issue is read", ""),
    ],
)
def test_check_says_each_schedule_on_one_line(run, home, monkeypatch, schedule, told, times):
    monkeypatch.setattr(app, "clock", lambda: datetime(2026, 11, 23, 11, tzinfo=UTC))
    change(home, "    since: all", "    timezone: Asia/Tokyo")
    change(home, '{every: day, at: ["09:00"]}', schedule)
    said = run("check", "--without-secrets").stdout
    assert said.endswith(f"\n  weekly.articles → mastodon, bluesky: {told}{times}\n")


def test_check_tells_every_fault_at_once_with_its_place_and_nearest_word(run, home):
    change(home, "every: day", "evry: day")
    change(home, "to: [mastodon", "to: [mastodn")
    said = run("check", code=78).stderr
    assert "sharebot.yaml:21:20: newsletters.weekly.posts.0.schedule.evry: unknown key (did you mean 'every'?)" in said
    assert "did you mean 'mastodon'?" in said
    assert "TOKEN" in said
    assert "^" in said


def test_check_answers_editors_tools_in_json(answer, home):
    assert answer("check", "--without-secrets")["ok"]
    change(home, "timezone: Europe/Paris", "timezone: Europe/Pris")
    found = answer("check", "--without-secrets", code=78)
    assert not found["ok"]
    assert found["problems"][0]["line"] == 2
    assert "Europe/Paris" in str(found["problems"][0])


def test_check_online_signs_in_and_says_as_whom_or_why_not(answer, monkeypatch):
    monkeypatch.setenv("TOKEN", "t")
    monkeypatch.setenv("PASSWORD", "p")
    ends = datetime(2026, 12, 1, 9, tzinfo=UTC)
    who = Identity("@weekly@mastodon.example", ("read",), writes=False, ends=ends, lasting="for ever", bot=False)
    monkeypatch.setattr(Mastodon, "identity", lambda _: who)
    monkeypatch.setattr(Bluesky, "identity", _signed_out)
    found = answer("check", "--online", code=1)
    assert found["accounts"] == [
        {
            "name": "mastodon",
            "platform": "mastodon",
            "stored": False,
            "who": "@weekly@mastodon.example",
            "may": ["read"],
            "ends": "2026-12-01T10:00:00+01:00",
            "lasting": "for ever",
            "bot": False,
            "limit": 500,
            "advice": [
                "may not post, only read; allow it to write, then make a new token",
                "is not marked as a bot; say so in its profile, for followers want to know",
            ],
        },
        {"name": "bluesky", "platform": "bluesky", "stored": False, "error": "the app password is wrong"},
    ]
    assert not found["ok"]


def test_check_online_says_what_each_account_may_do_and_until_when(run, monkeypatch):
    monkeypatch.setenv("TOKEN", "t")
    monkeypatch.setenv("PASSWORD", "p")
    ends = datetime(2026, 12, 1, 9, tzinfo=UTC)
    who = Identity("@weekly", ("read", "write"), writes=True, ends=ends, lasting="for ever", bot=True)
    monkeypatch.setattr(Mastodon, "identity", lambda _: replace(who, bot=False))
    monkeypatch.setattr(Bluesky, "identity", lambda _: Identity("@weekly.test"))
    result = run("check", "--online")
    advice = "mastodon is not marked as a bot; say so in its profile, for followers want to know"
    assert f"warning: {advice}\n" in result.stderr
    assert result.stdout.splitlines()[1:4] == [
        "  mastodon (mastodon): @weekly, up to 500 characters",
        "    may read, write; the token ends Tue 01 Dec 2026 10:00; for ever",
        "  bluesky (bluesky): @weekly.test, up to 300 characters",
    ]


def test_a_network_that_tells_no_more_is_asked_who_it_is(answer, monkeypatch):
    monkeypatch.setenv("TOKEN", "t")
    monkeypatch.setenv("PASSWORD", "p")
    for kind in (Mastodon, Bluesky):
        monkeypatch.delattr(kind, "identity")
        monkeypatch.setattr(kind, "who", lambda _: "@weekly")
    account = answer("check", "--online")["accounts"][0]
    assert (account["who"], account["may"], account["ends"], account["bot"]) == ("@weekly", [], None, None)


def _signed_out(_):
    from sharebot.errors import SignInAgain

    raise SignInAgain("the app password is wrong")


def test_check_warns_of_a_secret_in_plain_text_without_repeating_it(run, home, monkeypatch):
    monkeypatch.setenv("PASSWORD", "p")
    change(home, "${TOKEN}", "hunter2hunter2")
    result = run("check")
    assert "warning" in result.stderr
    assert "hunter2" not in result.output


def test_schema_is_a_json_schema_of_the_installed_networks(run):
    schema = json.loads(run("schema").stdout)
    assert schema["$schema"].startswith("https://json-schema.org/")
    assert all(name in json.dumps(schema) for name in ("mastodon", "bluesky", "access_token_file", "folder"))


def test_without_a_configuration_the_cure_is_named(run, home):
    (home / "sharebot.yaml").unlink()
    assert "SHAREBOT_CONFIG" in run("plan", code=78).stderr


# ── read, summarize, measure ─────────────────────────────────────────────────────────────────────────────────────────


def test_read_shows_an_outline_for_people(run):
    said = run("read", "issues/2026-11.txt").stdout
    assert "The Lighthouse" in said
    assert "2026-11-02" in said
    assert "  2  Museum Buys a Diary" in said


def test_read_gives_every_promised_field(answer):
    (issue,) = answer("read", "issues")["issues"]
    assert set(issue) == {"id", "title", "date", "language", "url", "articles", "how"}
    assert "left_out" in answer("read", "issues", "--explain")["issues"][0]
    assert set(issue["articles"][0]) == {
        "number", "headline", "paragraphs", "text", "url", "image", "author", "tags", "image_alt", "private_link",
    }  # fmt: skip


@pytest.mark.parametrize("place", ["nothing.txt", "https://news.example/"])
def test_read_names_a_place_that_it_cannot_read(run, place):
    assert place in run("read", place, code=1).stderr


@pytest.mark.parametrize("command", [["read"], ["preview"], ["summarize", "--max-chars", "99"]])
def test_what_cannot_be_read_ends_with_1_beside_what_can(run, home, command):
    (home / "issues" / "broken.md").write_text("---\ntitle: [\n---\n")
    result = run(*command, "issues", code=1)
    assert "Harbour Opens Again" in result.stdout
    assert "broken.md" in result.stderr


@pytest.mark.parametrize("command", [["read"], ["preview"], ["summarize", "--max-chars", "99"]])
def test_a_folder_without_an_issue_is_told(run, home, command):
    (home / "empty").mkdir()
    assert "empty: there is no issue in this folder" in run(*command, "empty", code=1).stderr


@pytest.mark.parametrize(
    "command",
    [["check"], ["read"], ["preview"], ["summarize", "--max-chars", "99"], ["plan", "--config"]],
    ids=lambda command: command[0],
)
def test_a_file_that_must_not_be_read_is_a_fault_of_the_file_and_not_of_the_usage(run, home, monkeypatch, command):
    file = home / "closed.md"
    file.write_text("version: 1")
    monkeypatch.setattr("os.access", lambda *_: False)
    result = run(*command, str(file), code=78 if command[0] in {"check", "plan"} else 1)
    assert "Usage:" not in result.stderr


def test_half_a_character_comes_back_as_it_came(run):
    sent = json.dumps({"id": "\ud83d", "headline": "", "text": "It rained."})
    assert json.loads(run("summarize", "--max-chars", "99", "--jsonl", stdin=sent).stdout)["id"] == "\ud83d"


def test_summarize_keeps_to_the_budget_and_points_into_the_text(answer):
    rows = answer("summarize", "issues/2026-11.txt", "--max-chars", "80")["summaries"]
    (issue,) = answer("read", "issues/2026-11.txt")["issues"]
    for row, article in zip(rows, issue["articles"], strict=True):
        assert len(row["summary"]) <= 80
        assert row["summary"] == " ".join(article["text"][start:end] for start, end in row["spans"])


def test_summarize_answers_line_by_line(run):
    lines = [json.dumps({"id": n, "headline": "", "text": "It rained.", "language": "en"}) for n in ("a", "b")]
    said = run("summarize", "--max-chars", "99", "--jsonl", stdin="\n".join(lines) + "\n\n").stdout
    assert [json.loads(line)["id"] for line in said.splitlines()] == ["a", "b"]


def test_summarize_for_people_says_where_nothing_fits(run):
    assert "no whole sentence fits" in run("summarize", "issues/2026-11.txt", "--max-chars", "5").stdout


def test_summarize_without_a_path_is_a_usage_error(run):
    assert "PATH" in run("summarize", "--max-chars", "5", code=2).stderr


@pytest.mark.parametrize("line", ["{", "[1]"])
def test_a_line_that_is_no_json_object_is_named(run, line):
    assert "stdin:2" in run("measure", "--platform", "x", "--jsonl", stdin='{"id": 1}\n' + line, code=1).stderr


def test_measure_counts_as_the_network_does(run):
    said = run("measure", "--platform", "x", stdin="Hi http://test.co\n").stdout
    assert said == "26 of 280\n"
    line = '{"id": 1, "text": "abc", "content_warning": "de"}'
    said = run("measure", "--platform", "mastodon", "--limit", "4", "--jsonl", stdin=line).stdout
    assert json.loads(said) == {"id": 1, "length": 5, "limit": 4, "fits": False}


def test_an_unknown_platform_is_told_with_those_that_there_are(run):
    assert "bluesky, mastodon, x" in run("measure", "--platform", "myspace", stdin="", code=1).stderr


# ── preview, plan ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_preview_needs_no_configuration_and_shows_every_network(answer, home):
    (home / "sharebot.yaml").unlink()
    posts = answer("preview", "issues/2026-11.txt")["posts"]
    assert [(p["platform"], p["article"]) for p in posts] == [
        (name, number) for name in ("bluesky", "mastodon", "x") for number in (1, 2)
    ]


def test_preview_shows_facets_in_utf8_bytes_and_the_card(answer):
    posts = answer("preview", "issues/2026-11.txt", "-a", "bluesky")["posts"]
    (part,) = posts[0]["parts"]
    index = part["facets"][0]["index"]
    link = part["text"].encode()[index["byteStart"] : index["byteEnd"]].decode()
    assert [link] == part["links"] == [part["card"]["url"]]
    assert part["length"] <= part["limit"] == 300


def test_preview_of_an_account_that_gets_nothing_says_so(run):
    assert "'x'" in run("preview", "issues/2026-11.txt", "-a", "x", code=1).stderr


def test_preview_is_readable_for_people(run):
    said = run("preview", "issues/2026-11.txt", "-a", "bluesky").stdout
    assert "bluesky (bluesky), article 1" in said
    assert "/300 · card: Harbour Opens Again]" in said


def test_preview_shows_what_the_file_beside_an_issue_makes_of_it(run, answer, home):
    beside = home / "issues" / "2026-11.sharebot.yaml"
    beside.write_text("articles: {1: {text: 'Open! {link}'}, Museum: {accounts: {mastodon: {skip: true}}}}")
    posts = answer("preview", "issues/2026-11.txt")["posts"]
    assert [(post["account"], post["article"]) for post in posts] == [("mastodon", 1), ("bluesky", 1), ("bluesky", 2)]
    assert posts[0]["parts"][0]["text"] == "Open! https://news.example.com/2026-11#1"
    beside.write_text("skp: true")
    said = run("preview", "issues/2026-11.txt", code=1).stderr
    assert said == "issues/2026-11.sharebot.yaml:1:1: skp: unknown key (did you mean 'skip'?)\n"


def test_the_schema_of_a_file_beside_an_issue_can_be_had(run):
    keys = set(json.loads(run("schema", "--override").stdout)["properties"])
    assert keys == {"skip", "when", "text", "accounts", "articles"}


def test_preview_tells_a_text_that_does_not_fit(run, home):
    change(home, "https://news.example.com/", f"https://news.invalidtld/{'x' * 600}/")
    result = run("preview", "issues/2026-11.txt", code=1)
    assert "the link is never cut" in result.stdout


def test_plan_says_the_same_twice_and_writes_nothing(run, home):
    first = run("plan", "--now", "2026-12-01T00:00:00Z", "--json").stdout
    assert first == run("plan", "--now", "2026-12-01T00:00:00Z", "--json").stdout
    assert not list(home.glob("sharebot.db*"))
    rows = json.loads(first)["deliveries"]
    assert {row["due"] for row in rows} == {"2026-12-01T09:00:00+01:00", "2026-12-02T09:00:00+01:00"}
    assert {row["change"] for row in rows} == {"new"}


def test_plan_tells_what_lies_beyond_its_days(answer):
    found = answer("plan", "--now", "2026-12-01T00:00:00Z", "--days", "1")
    assert len(found["deliveries"]) == 2
    assert "2 more come after 1 day (" in found["warnings"][0]


def test_plan_for_people_counts_and_warns(run, home):
    (home / "issues" / "empty.txt").write_text("")
    result = run("plan", "--now", "2026-12-01T00:00:00Z", "--exit-code", code=3)
    assert "+ Tue 01 Dec 2026 09:00  mastodon  2026-11 #1  Harbour Opens Again" in result.stdout
    assert "4 new, 0 changed, 0 gone, 0 kept" in result.stdout
    assert "empty.txt" in result.stderr


@pytest.mark.parametrize("moment", ["tomorrow", "2026-12-01T00:00:00"])
def test_a_time_without_its_zone_is_refused(run, moment):
    assert "2026-12-01T09:00:00Z" in run("plan", "--now", moment, code=2).stderr


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00Z", "9999-12-31T00:00:00Z"])
def test_a_time_at_the_end_of_the_calendar_is_refused(run, moment):
    assert "1900 to 9900" in run("plan", "--now", moment, code=2).stderr


# ── queue, pause, resume ─────────────────────────────────────────────────────────────────────────────────────────────


def test_an_empty_queue_is_an_empty_list_and_makes_no_file(answer, home):
    assert answer("queue", "list") == {"deliveries": [], "paused": {}}
    assert not list(home.glob("sharebot.db*"))


@pytest.mark.usefixtures("queued")
def test_the_queue_can_be_listed_by_state(answer):
    assert [row["key"] for row in answer("queue", "list", "--state", "queued")["deliveries"]] == ["aab2", "bbb3"]
    assert [row["due"] for row in answer("queue", "list")["deliveries"]] == ["2026-11-03T10:00:00+01:00"] * 3


@pytest.mark.usefixtures("queued")
def test_several_posts_are_shown_in_one_document(answer):
    assert answer("queue", "show", "aaa1")["key"] == "aaa1"
    assert [row["key"] for row in answer("queue", "show", "aab2", "bbb3")["deliveries"]] == ["aab2", "bbb3"]


def test_a_person_who_approves_sees_what_stands_beside_the_text(run, delivery, queued, now):
    pictures = (Picture("A white ferry", "https://news.example/ferry.jpg"),)
    wary = Post("The ferry", pictures=pictures, content_warning="Ships", sensitive=True)
    with queued() as ledger:
        ledger.add([delivery("ccc4", posts=(wary,))], "test", "read", now)
    assert "picture: A white ferry · warning: Ships · sensitive]" in run("queue", "show", "ccc4").stdout


@pytest.mark.usefixtures("queued")
def test_a_post_is_named_by_its_first_letters_if_they_are_enough(run):
    assert "→ queued" in run("queue", "show", "b").stdout
    assert "2 posts begin with 'aa'" in run("queue", "show", "aa", code=1).stderr
    assert "no post has the key 'zz'" in run("queue", "show", "zz", code=1).stderr


def test_what_stands_beside_the_text_is_shown_to_the_person_who_approves(run, home, delivery, now):
    posts = (Post("The ferry sails.", content_warning="War", sensitive=True, visibility="unlisted"),)
    with Ledger(f"sqlite:///{home / 'sharebot.db'}") as ledger:
        ledger.add([delivery("aaa1", posts=posts)], "test", "read", now)
    assert "[19/500 · warning: War · visibility: unlisted · sensitive]" in run("queue", "show", "aaa1").stdout


def test_approving_queues_a_draft_and_nothing_else_can_be_approved(run, queued):
    run("queue", "approve", "aaa1")
    with queued() as ledger:
        assert ledger.named(["aaa1"])["aaa1"].state is State.QUEUED
        assert ledger.history("aaa1")[-1].why == "approved as it stands"
    assert "only draft can be: approve" in run("queue", "approve", "bbb3", code=1).stderr


def test_skipping_and_retrying_are_a_persons_and_in_the_history(run, queued, now):
    run("queue", "skip", "bbb3")
    run("queue", "retry", "bbb3")
    with queued() as ledger:
        row = ledger.named(["bbb3"])["bbb3"]
        assert row.state is State.QUEUED
        assert row.due > now
        assert [event.after for event in ledger.history("bbb3")][-2:] == [State.SKIPPED, State.QUEUED]
        assert ledger.history("bbb3")[-1].who not in {"", "publisher"}


def test_what_is_published_cannot_be_sent_again(run, queued, now):
    with queued() as ledger:
        for taken in ledger.claim(now, 8):
            ledger.settle([Settlement(taken, State.PUBLISHED, "out", Receipt("1", "https://x"))], now)
    assert "is published" in run("queue", "retry", "bbb3", code=1).stderr


@pytest.mark.usefixtures("queued")
def test_pausing_and_resuming_an_account_or_all(run, answer):
    run("pause", "mastodon", "--why", "token leaked", "--by", "ann")
    run("pause", "--by", "ben")
    assert answer("queue", "list")["paused"] == {"*": "paused by ben", "mastodon": "token leaked (ann)"}
    assert "all accounts" in run("queue", "list").stderr
    run("resume", "mastodon")
    assert answer("queue", "list")["paused"] == {"*": "paused by ben"}
    run("resume")
    assert answer("queue", "list")["paused"] == {}


def test_pausing_an_account_that_is_not_there_names_those_that_are(run):
    assert "mastodon, bluesky" in run("pause", "x", code=1).stderr


def test_a_database_that_cannot_be_used_is_told_with_its_cure(run, home):
    (home / "sharebot.db").write_bytes(b"no database" * 1000)
    assert "SHAREBOT_DATABASE" in run("queue", "list", code=75).stderr


# ── the whole ─────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("place", ["9464", "127.0.0.1", "127.0.0.1:port", "127.0.0.1:65536", ":9464"])
def test_a_place_to_listen_at_is_an_address_and_a_port(run, place):
    said = run("run", "--listen", place, code=2).stderr
    assert "write an address and a port: 127.0.0.1:9464" in said


def test_a_place_to_listen_at_may_be_a_name_or_of_ipv6(run, monkeypatch):
    asked = []
    monkeypatch.setattr("sharebot.cli.run.execute", lambda *_, listen, **__: asked.append(listen))
    monkeypatch.setattr("sharebot.cli.run.leave", lambda _: None)
    monkeypatch.setenv("TOKEN", "t")
    monkeypatch.setenv("PASSWORD", "p")
    run("run", "--listen", "localhost:9464")
    monkeypatch.setenv("SHAREBOT_LISTEN", "[::1]:0")
    run("run")
    assert asked == [("localhost", 9464), ("::1", 0)]


def test_every_command_has_help_with_examples(run):
    for name in ("check", "plan", "preview", "read", "run", "queue", "pause", "resume", "sandbox", "demo", "doctor"):
        assert "Examples:" in run(name, "--help").stdout


def test_a_word_that_is_no_command_gets_the_nearest_one(run):
    assert "Did you mean 'preview'?" in run("prevew", code=2).stderr


@pytest.mark.usefixtures("queued")
def test_the_outbox_of_another_sharebot_is_left_alone(run, home):
    with sqlite3.connect(home / "sharebot.db") as database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
    database.close()
    assert "newer sharebot" in run("queue", "list", code=75).stderr


def test_a_headline_is_never_read_as_markup_on_a_terminal(monkeypatch, capsys):
    from sharebot.cli.output import table

    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    table(("headline",), [("[red]not markup[/red]",)])
    assert "[red]not markup[/red]" in capsys.readouterr().out


def test_an_outbox_elsewhere_is_used_when_the_environment_names_one(run, home, delivery, now, monkeypatch):
    elsewhere = f"sqlite:///{home / 'elsewhere.db'}"
    with Ledger(elsewhere) as ledger:
        ledger.add([delivery()], "t", "r", now)
    monkeypatch.setenv("SHAREBOT_DATABASE", elsewhere)
    assert "k1" in run("queue", "list").stdout


# ── what stands beside a text ────────────────────────────────────────────────────────────────────────────────────────

RICH = """---
title: Harbour Weekly
---
## HARBOUR OPENS AGAIN

![A white ferry at the dock](https://news.example.com/ferry.jpg)

The boats left in the war against time. “We have waited nine weeks for this morning,” said Anna Holm.

[Read more](https://news.example.com/1)

## Museum buys a diary

![IMG_1.jpg](https://news.example.com/IMG_1.jpg)

The maritime museum bought a diary from 1841.

[Read more](https://news.example.com/2)
"""


@pytest.fixture
def rich(home, monkeypatch):
    """Let Bluesky take pictures, warn of war, and give the stream whatever keys a test wants."""
    (home / "issues" / "2026-11.txt").unlink()
    (home / "issues" / "2026-12.md").write_text(RICH)
    monkeypatch.setattr(Bluesky, "rules", replace(Bluesky.rules, pictures=4))
    monkeypatch.setattr(Mastodon, "rules", replace(Mastodon.rules, warnings=True, visibilities=frozenset({"unlisted"})))

    def want(*lines):
        change(home, "language: en\n", "language: en\n    warnings: [{words: war, warning: War, sensitive: true}]\n")
        change(home, "      - name: articles\n", "\n        ".join(["      - name: articles", *lines]) + "\n")

    return want


def parts(answer, account, *command):
    rows = answer(*(command or ("preview", "issues/2026-12.md", "--now", "2026-12-01T00:00:00Z", "-a", account)))
    return [part for row in rows.get("posts", rows.get("deliveries")) for part in row["parts"]]


def test_preview_shows_warnings_labels_and_pictures_and_counts_them(answer, rich):
    rich("card: image")
    harbour, museum = parts(answer, "bluesky")
    assert harbour["text"].startswith("CW: War\n\nHARBOUR")
    assert (harbour["content_warning"], harbour["sensitive"], harbour["labels"]) == ("", True, [])
    assert harbour["pictures"] == [
        {
            "alt": "A white ferry at the dock",
            "url": "https://news.example.com/ferry.jpg",
            "quotation": "",
            "speaker": "",
        }
    ]
    assert (harbour["card"], museum["pictures"]) == (None, [])
    on_mastodon, _ = parts(answer, "mastodon")
    assert (on_mastodon["content_warning"], on_mastodon["visibility"]) == ("War", None)
    assert on_mastodon["length"] == len("War") + measure_mastodon(on_mastodon["text"]).length


def test_preview_warns_of_what_is_unkind_to_followers(run, answer, rich):
    rich("card: image")
    said = run("preview", "issues/2026-12.md", "-a", "bluesky").stderr
    assert "warning: bluesky, article 1: words in capitals" in said
    assert "warning: bluesky, article 2: missing alt text" in said
    rows = answer("preview", "issues/2026-12.md", "-a", "bluesky")["posts"]
    assert [len(row["warnings"]) for row in rows] == [1, 1]


def test_preview_says_for_people_what_stands_beside_the_text(run, rich):
    rich("card: quote")
    said = run("preview", "issues/2026-12.md").stdout
    assert "quotation: “We have waited nine weeks for this morning” — Anna Holm · sensitive]" in said
    assert "· warning: War · sensitive]" in said


def test_a_thread_is_numbered_and_later_posts_are_unlisted_where_there_is_such_a_thing(answer, run, rich):
    rich("what: thread", "numbering: true", "replies: unlisted", "opening: '{newsletter}: {headline}'")
    on_mastodon = parts(answer, "mastodon")
    assert on_mastodon[0]["text"] == "1/3 weekly: Harbour Weekly"
    assert [part["visibility"] for part in on_mastodon] == [None, "unlisted", "unlisted"]
    assert {part["visibility"] for part in parts(answer, "bluesky")} == {None}
    assert "visibility: unlisted" in run("preview", "issues/2026-12.md", "-a", "mastodon").stdout


def test_a_network_without_threads_gets_single_posts(answer, rich, monkeypatch):
    rich("what: thread", "numbering: true")
    monkeypatch.setattr(Mastodon, "rules", replace(Mastodon.rules, threads=False))
    rows = [r for r in answer("preview", "issues/2026-12.md")["posts"] if r["account"] == "mastodon"]
    assert [(row["article"], len(row["parts"])) for row in rows] == [(1, 1), (2, 1)]
    assert "1/" not in rows[0]["parts"][0]["text"]


def test_preview_and_plan_show_the_same_parts_byte_for_byte(answer, rich):
    rich("card: image", "text: '{headline}[ ({newsletter})]\\n\\n{summary}\\n\\n{link}[ {hashtags}]'")
    planned = answer("plan", "--now", "2026-12-01T00:00:00Z")["deliveries"]
    for account in ("mastodon", "bluesky"):
        assert [p for row in planned if row["account"] == account for p in row["parts"]] == parts(answer, account)
