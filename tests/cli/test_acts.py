"""A person's acts on queued posts, with a real outbox."""

from dataclasses import replace
from datetime import timedelta

import pytest

from sharebot import app
from sharebot.approval import unapproved
from sharebot.config.values import Approval
from sharebot.errors import RESTORED, UNTRUE
from sharebot.model import Card, Post, Receipt, Signature, State
from sharebot.outbox.codec import signed
from sharebot.outbox.ledger import Change
from sharebot.outbox.settling import Settlement

ADDRESS = "https://mastodon.example/@weekly/115"
pytestmark = pytest.mark.usefixtures("queued")
THREAD = tuple(Post(text) for text in ("One", "Two", "Three"))


@pytest.fixture(autouse=True)
def person(monkeypatch, now):
    """Be Ann, a day before what is queued is due."""
    monkeypatch.setenv("SHAREBOT_USER", "ann")
    monkeypatch.setattr(app, "clock", lambda: now - timedelta(days=1))
    monkeypatch.setattr("sharebot.outbox.clock._wall", app.clock)


@pytest.fixture
def asks(configure):
    """Let the newsletter ask for approval."""
    return lambda rule="required": configure("    language: en\n", f"    language: en\n    approval: {rule}\n")


@pytest.fixture
def last(queued):
    """The last event of a delivery: who, to which state, why."""

    def find(key):
        with queued() as ledger:
            event = ledger.history(key)[-1]
        return event.who, event.after, event.why

    return find


@pytest.fixture
def add(queued, delivery, now):
    """Add a delivery, in whatever state."""

    def one(key, state, error=None, **changes):
        with queued() as ledger:
            new = delivery(key, **changes)
            ledger.add([new], "test", "read", now)
            ledger.change([Change(new, replace(new, state=state, error=error), "so it stands")], "test", now)

    return one


@pytest.fixture
def unsure(queued, delivery, now):
    """Add a delivery whose answer was lost, `out` parts of it being there."""

    def one(key, posts=THREAD[:1], out=0):
        with queued() as ledger:
            ledger.add([delivery(key, posts=posts, account="x", due=now - timedelta(hours=1))], "test", "read", now)
            for number in range(out + 1):
                (claimed,) = [taken for taken in ledger.claim(now, 8) if taken.key == key]
                settled = Settlement(claimed, State.QUEUED, "out", Receipt(str(number), f"https://x/{number}"))
                ledger.settle([settled if number < out else Settlement(claimed, State.UNSURE, "lost")], now)

    return one


# ── who ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_author_of_an_act_is_by_then_the_environment_then_the_login_name(run, last, monkeypatch):
    run("queue", "approve", "aaa1", "--by", "bob")
    assert last("aaa1")[0] == "bob"
    run("queue", "hold", "aaa1")
    assert last("aaa1")[0] == "ann"
    monkeypatch.delenv("SHAREBOT_USER")
    monkeypatch.setattr("getpass.getuser", lambda: "login")
    run("queue", "release", "aaa1")
    assert last("aaa1")[0] == "login"


def _nobody():
    raise KeyError("uid 1000")


def test_a_user_without_a_name_is_a_person(run, last, monkeypatch):
    monkeypatch.delenv("SHAREBOT_USER")
    monkeypatch.setattr("getpass.getuser", _nobody)
    run("queue", "skip", "aaa1")
    assert last("aaa1")[0] == "a person"


@pytest.mark.parametrize("name", [" ", "a\nb", "\x1b[2J"])
def test_a_name_that_nobody_could_read_is_refused(run, name):
    assert "write the name" in run("queue", "skip", "aaa1", "--by", name, code=2).stderr


# ── approve ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_approving_signs_exactly_what_would_be_sent(run, row, asks, now):
    asks()
    said = run("queue", "approve", "aaa1").stdout
    assert said == "aaa1  queued  mastodon  Tue 03 Nov 2026 10:00  The ferry runs again https://news.example/1\n"
    found = row("aaa1")
    assert found.signature == Signature(signed(found.posts), "ann", now - timedelta(days=1))
    assert unapproved(Approval(required=True), found) is None


def test_who_is_not_among_those_who_may_approve_is_refused_with_their_names(run, row, asks):
    asks("{by: [bob, eve]}")
    said = run("queue", "approve", "aaa1", code=1).stderr
    assert said == "aaa1: ann may not approve it; it takes bob or eve\nnothing is approved\n"
    assert row("aaa1").state is State.DRAFT
    run("queue", "approve", "aaa1", "--by", "eve")
    assert row("aaa1").signature.who == "eve"


def test_nobody_approves_their_own_edit_where_it_takes_two(run, row, asks):
    asks("{two_people: true}")
    run("queue", "edit", "aaa1", "--text", "Mine https://news.example/1")
    said = run("queue", "approve", "aaa1", code=1).stderr
    assert "ann edited it, and another person has to approve it" in said
    run("queue", "approve", "aaa1", "--by", "bob")
    assert row("aaa1").state is State.QUEUED


def test_of_several_keys_all_are_approved_or_none(run, row, asks, add):
    asks("{two_people: true}")
    add("ddd5", state=State.DRAFT)
    run("queue", "edit", "ddd5", "--text", "Mine")
    run("queue", "approve", "aaa1", "ddd5", code=1)
    assert row("aaa1").state is State.DRAFT


def test_all_drafts_of_an_issue_are_approved_but_those_one_may_not(run, answer, row, asks, add):
    asks("{two_people: true}")
    add("ddd5", state=State.DRAFT)
    run("queue", "edit", "ddd5", "--text", "Mine")
    add("eee6", state=State.DRAFT, issue="2026-08")
    result = run("queue", "approve", "--issue", "2026-07", code=1)
    assert "ddd5: ann edited it" in result.stderr
    assert [row(key).state.value for key in ("aaa1", "ddd5", "eee6", "bbb3")] == ["queued", "draft", "draft", "queued"]
    assert row("bbb3").signature is None, "what is no draft is not touched"
    assert [d["key"] for d in answer("queue", "approve", "--all", "--by", "bob")["deliveries"]] == ["ddd5", "eee6"]
    assert answer("queue", "approve", "--all") == {"deliveries": []}


def test_an_issue_without_a_draft_is_told(run):
    assert "no draft is of the issue '2027'" in run("queue", "approve", "--issue", "2027", code=1).stderr
    run("queue", "approve", "--all")
    assert "no post waits for approval" in run("queue", "approve", "--all").stderr


@pytest.mark.parametrize("arguments", [[], ["aaa1", "--all"], ["--all", "--issue", "2026-07"]])
def test_approving_names_keys_or_an_issue_or_all(run, arguments):
    assert "--issue ID or --all" in run("queue", "approve", *arguments, code=2).stderr


def test_a_changed_text_takes_the_approval_away(run, answer, asks):
    asks()
    run("queue", "approve", "aaa1")
    assert answer("queue", "show", "aaa1")["approved"] == {"who": "ann", "at": "2026-11-02T10:00:00+01:00"}
    (after,) = answer("queue", "edit", "aaa1", "--text", "Other words")["deliveries"]
    assert (after["state"], after["approved"], after["edited"]) == ("draft", None, "ann")


def test_an_approval_of_other_words_is_shown_as_none(answer, queued):
    with queued() as ledger:
        old = ledger.named(["bbb3"])["bbb3"]
        signature = Signature(signed((Post("Other"),)), "bob", old.due)
        ledger.change([Change(old, replace(old, signature=signature), "x")], "t", old.due)
    assert answer("queue", "show", "bbb3")["approved"] is None


# ── all or nothing ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_an_act_on_several_posts_is_done_for_all_or_for_none(run, row):
    run("queue", "skip", "aaa1")
    said = run("queue", "hold", "bbb3", "aaa1", code=1).stderr
    assert said == "aaa1 is skipped; only draft, failed, queued can be: hold\n"
    assert row("bbb3").state is State.QUEUED
    run("queue", "hold", "bbb3", "aab2", "bb")  # the same one twice
    assert [row(key).state for key in ("bbb3", "aab2")] == [State.HELD, State.HELD]


def test_what_changed_while_one_looked_is_told_and_nothing_is_done(run, row, queued, monkeypatch, now):
    from sharebot.outbox.ledger import Ledger

    real = Ledger.change

    def meanwhile(ledger, changes, who, at, **rest):
        with queued() as other:
            real(other, [Change(row("bbb3"), replace(row("bbb3"), state=State.SKIPPED), "gone")], "pipeline", now)
        return real(ledger, changes, who, at, **rest)

    monkeypatch.setattr(Ledger, "change", meanwhile)
    said = run("queue", "hold", "aab2", "bbb3", code=75).stderr
    assert "bbb3 has changed in the meantime, and nothing is done" in said
    assert row("aab2").state is State.QUEUED


# ── move ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("time", ["2026-11-05 12:30", "2026-11-05T11:30:00Z"])
def test_a_post_moves_to_a_time_by_its_own_clock_or_with_an_offset(answer, last, time):
    moved, other = answer("queue", "move", "bbb3", "aaa1", "--to", time)["deliveries"]
    assert (moved["due"], moved["moved"], moved["state"]) == ("2026-11-05T12:30:00+01:00", "ann", "queued")
    assert other["state"] == "draft"
    assert last("bbb3") == ("ann", "queued", "moved to 2026-11-05T12:30")


def test_now_is_a_time(row, run, now):
    run("queue", "move", "bbb3", "--to", "now")
    assert row("bbb3").due == now - timedelta(days=1)


@pytest.mark.parametrize(
    ("time", "said"),
    [
        ("2026-11-02 09:59", "2026-11-02 09:59 is over; write a later time, or --to now"),
        ("noon", "'noon' is no time; write 2026-12-01 09:00, or 2026-12-01T09:00:00+01:00 with its offset; or: now"),
    ],
)
def test_a_time_that_is_over_or_none_is_refused_with_the_cure(run, time, said):
    assert run("queue", "move", "bbb3", "--to", time, code=1).stderr == f"{said}\n"


def test_a_time_after_the_deadline_is_refused_with_the_cure(run, queued, delivery, now):
    with queued() as ledger:
        ledger.add([delivery("ccc4", expires=now + timedelta(days=1))], "t", "r", now)
    said = run("queue", "move", "ccc4", "--to", "2026-11-04 10:00", code=1).stderr
    assert said == "ccc4 is of no use after Wed 04 Nov 2026 10:00; name an earlier time, or raise its `expires:`\n"


def test_a_time_that_the_schedule_would_not_choose_is_warned_of_and_taken(run, row, configure):
    configure('at: ["09:00"]}', 'at: ["09:00"], quiet: 22:00-07:00, gap: 30m}')
    said = run("queue", "move", "bbb3", "--to", "2026-11-03 23:00").stderr
    assert said == "warning: bbb3 at Tue 03 Nov 2026 23:00 is in its stream's quiet hours or days\n"
    assert row("bbb3").wall == "2026-11-03T23:00"
    said = run("queue", "move", "bbb3", "--to", "2026-11-03 10:10").stderr
    assert said == (
        "warning: bbb3 at Tue 03 Nov 2026 10:10 is closer than its stream's gap to the post at Tue 03 Nov 2026 10:00\n"
    )


def test_the_gap_to_where_it_stood_itself_is_no_reason(run, configure):
    configure('at: ["09:00"]}', 'at: ["09:00"], gap: 30m}')
    assert run("queue", "move", "aab2", "--to", "2026-11-03 10:10").stderr == ""


def test_where_the_newsletter_is_gone_no_schedule_is_asked(run, row, configure):
    configure("  weekly:", "  monthly:")
    assert run("queue", "move", "bbb3", "--to", "2026-11-05 09:00").stderr == ""
    assert row("bbb3").moved == "ann"


def test_a_missed_post_moves_back_into_the_queue_or_waits_for_approval(run, row, asks, add):
    add("mmm1", state=State.MISSED)
    add("mmm2", state=State.MISSED)
    run("queue", "move", "mmm1", "--to", "2026-11-05 09:00")
    assert row("mmm1").state is State.QUEUED
    asks()
    run("queue", "move", "mmm2", "--to", "2026-11-05 09:00")
    assert row("mmm2").state is State.DRAFT


def test_what_is_held_stays_held_at_another_time(run, row):
    run("queue", "hold", "bbb3", "--why", "ask the lawyer")
    run("queue", "move", "bbb3", "--to", "2026-11-05 09:00")
    assert (row("bbb3").state, row("bbb3").error) == (State.HELD, "held by ann: ask the lawyer")


# ── hold, release, retry ─────────────────────────────────────────────────────────────────────────────────────────────


def test_what_a_person_holds_stays_when_its_account_is_resumed_and_goes_when_a_person_says_so(run, row, last, now):
    run("queue", "hold", "bbb3", "--why", "ask the lawyer")
    assert last("bbb3") == ("ann", "held", "held by ann: ask the lawyer")
    run("pause", "mastodon")
    assert "0 held post(s)" in run("resume", "mastodon").stderr
    assert row("bbb3").state is State.HELD
    run("queue", "release", "bbb3")
    assert (row("bbb3").state, row("bbb3").due, row("bbb3").error) == (State.QUEUED, now, None)


def test_what_waits_for_approval_does_so_again_when_it_is_released(run, row, asks):
    asks()
    run("queue", "hold", "aaa1")
    assert row("aaa1").error == "held by ann"
    run("queue", "release", "aaa1")
    assert row("aaa1").state is State.DRAFT


def test_what_no_person_holds_is_not_released_but_the_reason_is_told(run, add):
    add("hhh1", state=State.HELD, error=f"{UNTRUE}its headline says “today”")
    said = run("queue", "release", "hhh1", code=1).stderr
    assert "hhh1 is held by no person: no longer true: its headline says “today”" in said
    assert "`sharebot queue retry`" in said


def test_what_has_no_post_cannot_be_held_or_retried(run, add):
    add("fff1", state=State.FAILED, posts=(), error="it does not fit")
    for act in ("hold", "retry"):
        assert "fff1 holds no post to send: it does not fit" in run("queue", act, "fff1", code=1).stderr


def test_retrying_sends_now_what_is_approved_and_lets_the_rest_wait_for_it(run, row, asks, now):
    asks()
    run("queue", "approve", "aaa1")
    run("queue", "skip", "aaa1", "bbb3")
    run("queue", "retry", "aaa1", "bbb3")
    assert [row(key).state.value for key in ("aaa1", "bbb3")] == ["queued", "draft"]
    assert row("aaa1").signature.who == "ann"
    assert {row(key).due for key in ("aaa1", "bbb3")} == {now - timedelta(days=1)}
    assert (row("aaa1").wall, row("aaa1").moved) == ("2026-11-02T10:00", "ann")


# ── resolve ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_person_who_found_an_unsure_post_ends_the_doubt_with_its_address(answer, row, last, unsure):
    unsure("uuu1")
    (after,) = answer("queue", "resolve", "uuu1", "--published", f"{ADDRESS}?lang=en")["deliveries"]
    assert (after["state"], after["url"]) == ("published", f"{ADDRESS}?lang=en")
    assert row("uuu1").receipts == (Receipt("115", f"{ADDRESS}?lang=en"),)
    assert last("uuu1") == ("ann", "published", f"a person looked: it is there: {ADDRESS}?lang=en")


def test_a_thread_goes_on_behind_the_part_that_was_found(run, row, last, unsure):
    unsure("uuu1", THREAD, out=1)
    run("queue", "resolve", "uuu1", "--published", ADDRESS)
    found = row("uuu1")
    assert (found.state, [receipt.id for receipt in found.receipts]) == (State.QUEUED, ["0", "115"])
    assert (found.first_attempt, found.attempts) == (None, 0), "its next part has its own attempts"
    assert last("uuu1")[2] == f"a person looked: it is there; 1 more of its thread to come: {ADDRESS}"


def test_what_is_not_there_is_sent_again_by_the_same_key(run, row, last, unsure, now):
    unsure("uuu1")
    before = row("uuu1")
    run("queue", "resolve", "uuu1", "--not-published")
    after = row("uuu1")
    assert (after.state, after.first_attempt) == (State.QUEUED, before.first_attempt)
    assert (after.attempts, after.error, after.due) == (0, None, now - timedelta(days=1))
    assert last("uuu1") == ("ann", "queued", "a person looked: it is not on the network")


@pytest.mark.parametrize("url", ["115", "https://mastodon.example", "https://mastodon.example/", "ftp://m.example/1"])
def test_what_is_no_posts_address_is_refused(run, unsure, url):
    unsure("uuu1")
    assert "is no post's address" in run("queue", "resolve", "uuu1", "--published", url, code=1).stderr


@pytest.mark.parametrize(
    "arguments",
    [["uuu1"], ["uuu1", "--not-published", "--published", ADDRESS], ["uuu1", "bbb3", "--published", ADDRESS]],
)
def test_resolving_says_one_thing_of_a_post(run, unsure, arguments):
    unsure("uuu1")
    assert "--published URL" in run("queue", "resolve", *arguments, code=2).stderr


def test_only_what_is_unsure_is_resolved(run):
    said = run("queue", "resolve", "bbb3", "--not-published", code=1).stderr
    assert said == "bbb3 is queued; only unsure can be: resolve\n"


def test_what_was_settled_while_a_person_looked_stays_as_it_is(run, row, unsure, queued, monkeypatch, now):
    from sharebot.outbox.ledger import Ledger

    unsure("uuu1")
    real = Ledger.settle

    def meanwhile(ledger, settlements, at, *rest):
        with queued() as other:
            found = Settlement(row("uuu1"), State.PUBLISHED, "found", Receipt("9", "https://x/9"))
            real(other, [found], now)
        return real(ledger, settlements, at, *rest)

    monkeypatch.setattr(Ledger, "settle", meanwhile)
    assert "in the meantime" in run("queue", "resolve", "uuu1", "--published", ADDRESS, code=75).stderr
    assert row("uuu1").url == "https://x/9"


# ── list, show ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_queue_is_listed_by_account_newsletter_and_issue(answer, queued, delivery, now):
    with queued() as ledger:
        ledger.add([delivery("ccc4", newsletter="daily", issue="8")], "t", "r", now)
    for filters, keys in (
        (["--account", "bluesky"], ["aab2"]),
        (["--newsletter", "daily"], ["ccc4"]),
        (["--issue", "2026-07", "--account", "mastodon", "--state", "queued"], ["bbb3"]),
        (["--issue", "9"], []),
    ):
        assert [row["key"] for row in answer("queue", "list", *filters)["deliveries"]] == keys


@pytest.fixture
def corrections(queued, delivery, now):
    """Two corrections, of which one is out already."""
    first = (Receipt("1", "https://m.example/1"), Receipt("2", "https://m.example/2"))
    rows = [
        delivery("cor1", state=State.DRAFT, corrects="bbb3", follows=first[:1], edits=True, posts=(Post("Better"),)),
        delivery("cor2", state=State.DRAFT, corrects="aab2", follows=first, posts=(Post("Sorry:"), Post("it was 4"))),
        delivery("cor3", corrects="bbb3", follows=first),
    ]
    with queued() as ledger:
        ledger.add(rows, "t", "r", now)


@pytest.mark.usefixtures("corrections")
def test_corrections_that_wait_are_listed_with_what_they_correct_and_how(run, answer):
    found = answer("queue", "list", "--corrections")["deliveries"]
    assert [(row["key"], row["corrects"], row["original"], row["how"], row["texts"]) for row in found] == [
        ("cor1", "bbb3", "https://m.example/1", "edit", ["Better"]),
        ("cor2", "aab2", "https://m.example/1", "reply", ["Sorry:", "it was 4"]),
    ]
    result = run("queue", "list", "--corrections")
    assert result.stdout == (
        "cor1  mastodon  edit in place: https://m.example/1\nBetter\n\n"
        "cor2  mastodon  reply: https://m.example/1\nSorry:\n\nit was 4\n\n"
    )
    assert "`sharebot queue approve KEY`" in result.stderr
    queued_too = answer("queue", "list", "--corrections", "--state", "queued")["deliveries"]
    assert [row["key"] for row in queued_too] == ["cor3"]


def test_without_a_correction_nothing_is_advised(run):
    assert run("queue", "list", "--corrections").output == ""


@pytest.mark.usefixtures("corrections")
def test_a_correction_goes_out_by_a_persons_word_where_nothing_else_needs_one(run, row):
    run("queue", "approve", "cor1")
    assert (row("cor1").state, row("cor1").signature.who) == (State.QUEUED, "ann")


def test_show_tells_what_people_did(run, asks, queued, delivery, now):
    asks()
    with queued() as ledger:
        ledger.add([delivery("ttt1", state=State.DRAFT, turn=1, corrects="bbb3")], "t", "r", now)
    run("queue", "edit", "ttt1", "--text", "Mine https://news.example/1", "--by", "bob")
    run("queue", "move", "ttt1", "--to", "2026-11-05 09:00")
    run("queue", "approve", "ttt1")
    said = run("queue", "show", "ttt1").stdout
    assert said.startswith(
        "ttt1  queued  mastodon  The ferry runs again\n"
        "due: 2026-11-05T09:00:00+01:00\n"
        "approved: by ann, 2026-11-02T10:00:00+01:00\n"
        "edited: by bob\n"
        "moved: by ann\n"
        "corrects: bbb3\n"
        "repost: number 1\n"
    )


def test_a_card_stays_beside_other_words(run, queued, delivery, now, row):
    card = Card("https://news.example/1", "Ferry")
    with queued() as ledger:
        ledger.add([delivery("ccc4", posts=(Post("Old", card=card, content_warning="Sea"),))], "t", "r", now)
    run("queue", "edit", "ccc4", "--text", "New")
    assert row("ccc4").posts == (Post("New", card=card, content_warning="Sea"),)


def test_of_a_restored_thread_the_next_part_is_doubted_when_a_person_has_seen_one(run, queued, delivery, now):
    parts = (Post("one"), Post("two"))
    doubt = {"state": State.UNSURE, "error": RESTORED, "first_attempt": now, "doubted": now}
    with queued() as ledger:
        ledger.add([delivery("ttt", posts=parts, **doubt)], "restore", "restored", now)
    run("queue", "resolve", "ttt", "--published", "https://m.example/@weekly/1")
    with queued() as ledger:
        row = ledger.named(["ttt"])["ttt"]
        assert (row.state, len(row.receipts), row.is_restored) == (State.UNSURE, 1, True)
        assert "a person looked" in ledger.history("ttt")[-1].why
    run("queue", "resolve", "ttt", "--not-published")
    with queued() as ledger:
        row = ledger.named(["ttt"])["ttt"]
        assert (row.state, row.first_attempt, row.error) == (State.QUEUED, None, None)
