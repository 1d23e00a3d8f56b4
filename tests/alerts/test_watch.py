"""What people are told, when, and what not: with a real outbox, and a clock that is moved by hand."""

from datetime import date, timedelta
from functools import partial

import pytest

from sharebot.errors import StoreError
from sharebot.model import Receipt, State
from sharebot.outbox import alarms as store
from sharebot.outbox.ledger import Ledger
from sharebot.outbox.settling import Settlement
from sharebot.recurring import Trace

EDITOR = "{mail: {server: 127.0.0.1, from: a@news.example, to: ann@news.example}, who: editor}"
OPS = "{mail: {server: 127.0.0.1, from: a@news.example, to: ops@news.example}, who: operator}"


def refuse(desk, delivery, key="k1", account="mastodon", why="its token is no good"):
    """Have a network refuse the sign-in of an account."""
    if key:
        desk.ledger.add([delivery(key, account=account, due=desk.now)], "t", "read", desk.now)
    (claimed,) = desk.ledger.claim(desk.now, 8, {account})
    desk.ledger.settle([Settlement(claimed, State.HELD, why, pause=True, spent=False, fault=True)], desk.now)


def cure(desk, account="mastodon"):
    """Let an account sign in again, and post what waits in it."""
    desk.ledger.resume(account, "probe", desk.now)
    for claimed in desk.ledger.claim(desk.now, 8, {account}):
        out = Settlement(claimed, State.PUBLISHED, "out", receipt=Receipt("1", "https://m.example/1"), fault=False)
        desk.ledger.settle([out], desk.now)


def doubt(desk, delivery, key="k1", **how):
    desk.ledger.add([delivery(key, due=desk.now, **how.pop("made", {}))], "t", "read", desk.now)
    (claimed,) = desk.ledger.claim(desk.now, 8, {"mastodon"})
    desk.ledger.settle([Settlement(claimed, State.UNSURE, "the answer was lost", **how)], desk.now)


def fail(desk, delivery, *keys, state=State.FAILED, **made):
    made = {"error": "too long for its network"} | made
    desk.ledger.add([delivery(key, state=state, **made) for key in keys], "t", "r", desk.now)


def test_an_account_whose_token_is_refused_is_told_after_a_moment_and_its_end_after_a_while(desk, delivery):
    desk = desk()
    desk.look()
    refuse(desk, delivery)
    assert desk.look() == []
    (told,) = desk.over(minutes=1)
    assert told.subject == "sharebot: 1 account fails"
    assert "- mastodon is paused: its token is no good\n  sharebot login mastodon" in told.body
    assert "sharebot resume mastodon" in told.body
    assert "sharebot.yaml" in told.body
    assert desk.over(hours=2, minutes=8) == []
    desk.ledger.resume("mastodon", "probe", desk.now)
    assert desk.over(minutes=10) == []
    (over,) = desk.over(minutes=1)
    assert over.subject == "sharebot: over: mastodon is paused: its token is no good, lasted 2 h 9 min"
    assert over.answers == (told.name,)
    assert desk.over(days=2) == []


def test_what_is_still_wrong_after_a_day_is_told_again_and_once_more_after_another(desk, delivery):
    desk = desk()
    refuse(desk, delivery)
    desk.over(hours=1)
    assert desk.over(hours=22) == []
    desk.over(days=2)
    assert desk.subjects == ["1 account fails", "still 1 account fails", "still 1 account fails"]


def test_reminders_of_what_came_at_different_times_come_together(desk, delivery):
    desk = desk()
    refuse(desk, delivery)
    desk.over(hours=4)
    refuse(desk, delivery, "k2", "x")
    desk.over(hours=4)
    assert desk.subjects == ["1 account fails"] * 2
    desk.over(days=1)
    assert desk.subjects[2:] == ["still 2 accounts fail"]


def test_what_comes_and_goes_within_minutes_is_told_once_and_ends_once(desk, delivery):
    desk = desk()
    refuse(desk, delivery)
    for number in range(12):
        desk.over(minutes=4)
        cure(desk)
        desk.over(minutes=4)
        refuse(desk, delivery, f"again{number}")
    assert desk.subjects == ["1 account fails"]
    cure(desk)
    desk.over(hours=1)
    assert len(desk.subjects) == 2


def test_what_comes_back_after_its_end_is_told_once_it_stays(desk, delivery):
    desk = desk()
    refuse(desk, delivery)
    for number in range(4):
        desk.over(minutes=20)
        cure(desk)
        desk.over(minutes=20)
        refuse(desk, delivery, f"again{number}")
    assert [subject.partition(":")[0] for subject in desk.subjects] == ["1 account fails", "over"]
    desk.over(minutes=59)
    assert len(desk.subjects) == 2
    desk.over(minutes=10)
    assert desk.subjects[2:] == ["1 account fails"]


def test_what_was_over_before_anybody_was_told_is_never_told(desk, delivery):
    desk = desk(wait="5m")
    refuse(desk, delivery)
    desk.over(minutes=4)
    desk.ledger.resume("mastodon", "probe", desk.now)
    desk.over(hours=2)
    assert desk.told == []
    assert store.alarms(desk.ledger).keys() == {"mark"}


def test_a_pause_by_a_person_is_nobodys_alarm(desk):
    desk = desk()
    desk.ledger.pause("mastodon", "breaking news")
    desk.ledger.pause("*", "breaking news")
    assert desk.over(days=2) == []


def test_an_account_that_fails_again_and_again_is_told_and_its_refusal_is_another_stage_of_it(desk, delivery):
    desk = desk()
    desk.ledger.add([delivery(due=desk.now)], "t", "read", desk.now)
    for _ in range(5):
        (claimed,) = desk.ledger.claim(desk.now, 8)
        failed = Settlement(claimed, State.QUEUED, "no answer", due=desk.now, fault=True)
        desk.ledger.settle([failed], desk.now)
        desk.over(hours=1)
    (told,) = desk.told
    assert "mastodon fails again and again" in told[1].body
    refuse(desk, delivery, key="")
    desk.over(hours=1)
    assert desk.subjects == ["1 account fails"] * 2
    desk.ledger.resume("mastodon", "probe", desk.now)
    desk.ledger.claim(desk.now, 8)
    desk.over(minutes=5)
    assert len(desk.told) == 2


def test_a_token_is_told_fourteen_seven_and_one_days_before_its_end_and_when_it_is_new(desk, now):
    desk = desk()
    desk.ledger.note_ends("x", now + timedelta(days=20))
    desk.over(days=5, hours=23)
    assert desk.told == []
    days = []
    for _ in range(15 * 24):
        days += [(desk.now - now).days for message in desk.look(hours=1) if "still" not in message.subject]
    assert days == [6, 13, 19, 20]
    assert "the token of x ends Mon 23 Nov 2026 10:00\n  make a new one: sharebot login x" in desk.told[0][1].body
    assert "the token of x ended Mon 23 Nov 2026 10:00" in desk.told[-1][1].body
    desk.ledger.note_ends("x", None)
    (over,) = desk.over(minutes=11)
    assert over.subject.startswith("sharebot: over: the token of x ended")


def test_an_account_that_is_not_configured_any_more_is_no_alarm(desk, now):
    desk = desk()
    desk.ledger.note_ends("gone", now)
    assert desk.over(hours=1) == []


def test_a_post_that_waits_for_a_person_is_told_at_once_with_the_way_to_settle_it(desk, delivery):
    desk = desk(EDITOR)
    doubt(desk, delivery, "abcdefghijkl", tells=False, made={"link": "https://news.example/1"})
    (told,) = desk.over(minutes=2)
    assert told.subject == "sharebot: 1 post needs a person (weekly)"
    assert (
        "- “The ferry runs again” (weekly, 2026-07 #1) to mastodon, due Tue 03 Nov 2026 10:00: the answer" in told.body
    )
    assert "  https://news.example/1\n  look at the account, then: sharebot queue resolve abcdefgh --pub" in told.body


def test_a_post_that_is_looked_for_is_told_after_some_minutes_and_when_it_is_found(desk, delivery):
    desk = desk(EDITOR)
    doubt(desk, delivery)
    assert desk.over(minutes=5) == []
    assert len(desk.over(minutes=2)) == 1
    (asked,) = desk.ledger.claim(desk.now, 8)
    found = Settlement(asked, State.PUBLISHED, "found", receipt=Receipt("1", "https://m.example/1"))
    desk.ledger.settle([found], desk.now)
    (over,) = desk.over(minutes=11)
    assert over.subject.startswith("sharebot: over: “The ferry runs again”")


@pytest.mark.parametrize(
    ("state", "subject", "cure"),
    [
        (State.FAILED, "1 post failed (weekly)", "sharebot queue show k1, then: queue edit, retry or skip"),
        (State.MISSED, "1 post was missed (weekly)", "sharebot queue retry k1 sends it now"),
        (State.HELD, "1 post is held (weekly)", "queue edit, release or skip"),
    ],
)
def test_what_became_of_a_post_is_told_once_and_has_no_end(desk, delivery, state, subject, cure):
    desk = desk(EDITOR)
    desk.look()
    fail(desk, delivery, "k1", state=state)
    (told,) = desk.over(minutes=10)
    assert told.subject == f"sharebot: {subject}"
    assert cure in told.body
    assert desk.over(days=3) == []
    assert store.alarms(desk.ledger).keys() - {"mark"} == {name for name in store.alarms(desk.ledger) if "sent" in name}


def test_what_a_person_holds_and_what_a_paused_account_holds_is_not_told_of_each_post(desk, delivery):
    desk = desk(EDITOR)
    desk.look()
    fail(desk, delivery, "k1", state=State.HELD, error="held by ann: not today")
    refuse(desk, delivery, "k2")
    assert desk.over(hours=1) == []


def test_a_post_that_failed_on_the_day_before_the_first_look_is_told_and_older_ones_are_not(desk, delivery, now):
    desk = desk(EDITOR)
    desk.ledger.add([delivery("old", state=State.FAILED, error="e")], "t", "r", now - timedelta(days=2))
    desk.ledger.add([delivery("new", state=State.FAILED, error="e")], "t", "r", now - timedelta(hours=2))
    (told,) = desk.over(minutes=5)
    assert "queue show new," in told.body
    assert "queue show old," not in told.body


def test_a_draft_is_told_some_hours_before_its_time_and_ends_in_silence(desk, delivery, now):
    desk = desk(EDITOR)
    due = now + timedelta(hours=9)
    desk.ledger.add([delivery("k1", state=State.DRAFT, due=due)], "t", "r", now)
    desk.ledger.seed("weekly", (), now)
    desk.ledger.remember("weekly", [Trace("2026-07", now.date(), frozenset())])
    assert desk.over(hours=4, minutes=58) == []
    (told,) = desk.over(minutes=5)
    assert told.subject == "sharebot: 1 draft waits for approval (weekly)"
    assert "sharebot queue approve k1" in told.body
    (draft,) = desk.ledger.deliveries()
    desk.ledger.settle([Settlement(draft, State.SKIPPED, "by ann")], desk.now, "ann")
    assert desk.over(hours=8) == []


def test_a_source_that_cannot_be_read_is_told_after_an_hour_and_when_it_can_be(desk):
    desk = desk()
    desk.unread = {"weekly": ("issues: there is no such folder", "b"), "daily": ()}
    assert desk.over(hours=1) == []
    (told,) = desk.over(minutes=2)
    assert told.subject == "sharebot: 1 source cannot be read (weekly)"
    assert "weekly: issues: there is no such folder (and 1 more)" in told.body
    desk.unread = {}  # another host leads, or this one was started anew, and has not looked yet
    assert desk.over(hours=2) == []
    desk.unread = {"weekly": ()}
    assert len(desk.over(minutes=11)) == 1


def test_a_newsletter_that_is_silent_for_longer_than_it_is_set_to_is_told_and_its_next_issue_ends_that(desk, now):
    desk = desk()
    desk.ledger.seed("daily", (), now)
    desk.over(days=9)
    assert desk.told == []
    for _ in range(40):
        desk.look(hours=1)
    (told, _), *_ = [(message, 0) for _, message in desk.told]
    assert told.subject == "sharebot: 1 source is silent (daily)"
    assert "daily: no new issue for 11 days, longer than its silent: allows" in told.body
    desk.ledger.remember("daily", [Trace("new", desk.now.date(), frozenset())])
    assert desk.over(minutes=11)[0].subject.startswith("sharebot: over: daily: no new issue")


def test_a_newsletter_without_such_a_word_is_told_when_it_breaks_its_habit(desk, now):
    desk = desk()
    days = [date(2026, 9, 29) + timedelta(days=7 * number) for number in range(6)]  # the last on November 3
    desk.ledger.seed("weekly", (), now)
    desk.ledger.remember("weekly", [Trace(str(day), day, frozenset()) for day in days])
    told = []
    for _ in range(24 * 14):
        told += [(desk.now - now).days for _ in desk.look(hours=1)][:1]
    assert told[:1] == [12]  # 7 days, and half of that, rounded up, and one: at the end of that day


def test_a_configuration_that_is_refused_is_told_but_not_while_it_is_being_written(desk):
    desk = desk()
    desk.refused = "the file is refused since noon: sharebot.yaml:3:1: unknown key"
    desk.over(minutes=1)
    desk.refused = ""
    desk.over(minutes=5)
    assert desk.told == []
    desk.refused = "the file is refused since one: sharebot.yaml:3:1: unknown key"
    (told,) = desk.over(minutes=5)
    assert told.subject == "sharebot: the configuration is refused"
    assert "sharebot.yaml:3:1" in told.body


# ── who ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_each_hears_of_what_concerns_them_and_of_their_newsletters_alone(desk, delivery):
    of_daily = EDITOR.replace("ann", "bob").replace("who: editor", "who: editor, newsletters: daily")
    posts = EDITOR.replace("ann", "eve").replace("who: editor", "about: tokens")
    desk = desk(OPS, EDITOR, of_daily, posts)
    desk.look()
    refuse(desk, delivery, "k1", "x")
    fail(desk, delivery, "k2")
    fail(desk, delivery, "k3", newsletter="daily")
    desk.over(minutes=5)
    assert sorted((to, message.subject) for to, message in desk.told) == [
        ("ann@news.example", "sharebot: 2 posts failed"),
        ("bob@news.example", "sharebot: 1 post failed (daily)"),
        ("ops@news.example", "sharebot: 1 account fails"),
    ]


def test_two_entries_for_one_address_are_two_recipients(desk, delivery):
    desk = desk(OPS.replace("ops", "ann"), EDITOR)
    desk.look()
    refuse(desk, delivery, "k1", "x")
    fail(desk, delivery, "k2")
    desk.over(minutes=5)
    assert sorted(desk.subjects) == ["1 account fails", "1 post failed (weekly)"]


def test_whoever_is_not_to_hear_of_it_any_more_hears_nothing_of_its_end(desk, delivery, config):
    desk = desk()
    refuse(desk, delivery)
    desk.over(minutes=5)
    desk.config = config(OPS.replace("who: operator", "about: posts"))
    desk.ledger.resume("mastodon", "probe", desk.now)
    desk.over(hours=1)
    desk.config = config(EDITOR)
    desk.over(hours=1)
    assert len(desk.told) == 1
    assert not [name for name in store.alarms(desk.ledger) if "account" in name]


def test_without_recipients_nothing_is_kept_and_nothing_is_told(desk, delivery):
    desk = desk("{apprise: 'json://127.0.0.1'}")
    object.__setattr__(desk.config, "alerts", desk.config.alerts.model_copy(update={"to": ()}))
    refuse(desk, delivery)
    assert desk.over(hours=1) == []
    assert store.alarms(desk.ledger) == {}


# ── how much ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_storm_of_ten_thousand_failing_posts_is_few_messages_and_none_is_forgotten(desk, delivery):
    desk = desk(EDITOR)
    desk.look()
    for minute in range(5):
        fail(desk, delivery, *(f"k{minute}{number:04}" for number in range(2000)))
        desk.over(minutes=3)
    desk.over(minutes=30)
    assert len(desk.told) <= 4
    counts = [int(subject.split()[0]) for subject in desk.subjects]
    assert sum(counts) == 10_000
    last = desk.told[-1][1].body
    assert f"- and {counts[-1] - 20:,} more: sharebot queue list --state unsure --state failed" in last
    assert len(last) < 10_000
    assert len(store.alarms(desk.ledger)) == 2


def test_what_comes_together_is_one_message_and_the_next_waits(desk, delivery):
    desk = desk()
    desk.look()
    for number in range(3):
        fail(desk, delivery, f"k{number}")
        desk.look(seconds=15)
    refuse(desk, delivery, "r")
    desk.over(minutes=2)
    assert desk.subjects == ["1 account fails, 3 posts failed"]
    fail(desk, delivery, "later")
    assert desk.over(minutes=8) == []
    assert [message.subject for message in desk.over(minutes=4)] == ["sharebot: 1 post failed"]


# ── what goes wrong ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_after_an_hour_without_a_mail_server_all_is_told_once(desk, delivery, caplog):
    desk = desk()
    desk.look()
    desk.down = True
    refuse(desk, delivery)
    fail(desk, delivery, "k2")
    desk.over(minutes=30)
    fail(desk, delivery, "k3")
    desk.over(minutes=30)
    failed = [record for record in caplog.records if record.getMessage() == "alert.failed"]
    assert len(failed) == 6
    assert failed[0].fields == {
        "to": "ops@news.example",
        "subject": "sharebot: 1 account fails, 1 post failed",
        "error": "it is down",
    }
    desk.down = False
    desk.over(hours=1)
    assert desk.subjects == ["1 account fails, 2 posts failed"]


def test_one_recipient_whose_server_is_down_does_not_keep_the_others_waiting_nor_are_they_told_twice(desk, delivery):
    desk = desk(EDITOR, EDITOR.replace("ann", "bob"))
    desk.look()
    fail(desk, delivery, "k1")
    send = desk.send

    def one_down(recipient, message, now):
        desk.down = recipient.mail.to[0].startswith("ann")
        send(recipient, message, now)

    desk.send = one_down
    desk.over(hours=1)
    desk.send = send
    desk.down = False
    desk.over(hours=1)
    assert [to for to, _ in desk.told] == ["bob@news.example", "ann@news.example"]


def test_an_end_that_could_not_be_told_is_told_later(desk, delivery):
    desk = desk()
    refuse(desk, delivery)
    desk.over(minutes=5)
    desk.down = True
    desk.ledger.resume("mastodon", "probe", desk.now)
    desk.over(hours=1)
    desk.down = False
    desk.over(hours=1)
    assert [subject.partition(":")[0] for subject in desk.subjects] == ["1 account fails", "over"]


def test_neither_a_restart_nor_another_leader_tells_again_or_forgets_the_end(desk, delivery, ledger):
    desk = desk()
    refuse(desk, delivery)
    desk.over(minutes=5)
    with Ledger(ledger.url) as desk.ledger:
        desk.over(hours=3)
        ledger.resume("mastodon", "probe", desk.now)
        desk.over(minutes=5)
    desk.ledger = ledger
    desk.over(hours=1)
    assert [subject.partition(":")[0] for subject in desk.subjects] == ["1 account fails", "over"]


def test_a_process_that_dies_between_sending_and_writing_that_down_tells_again_and_loses_nothing(desk, delivery):
    desk = desk()
    refuse(desk, delivery)
    desk.look()
    send = desk.send

    def dies(*arguments):
        send(*arguments)
        raise KeyboardInterrupt

    desk.send = dies
    with pytest.raises(KeyboardInterrupt):
        desk.look(minutes=2)
    desk.send = send
    assert desk.over(minutes=9) == []
    desk.over(hours=3)
    assert desk.subjects == ["1 account fails"] * 2
    assert desk.told[0][1].subject == desk.told[1][1].subject


def test_of_two_hosts_that_both_believe_to_lead_one_tells(desk, delivery, monkeypatch):
    desk = desk()
    refuse(desk, delivery)
    desk.look()
    attempt = store.attempt
    again: list[bool] = []

    def both(outbox, name, before, now):
        if not again:
            again.append(True)
            desk.look()  # the other one, at this very moment
        return attempt(outbox, name, before, now)

    monkeypatch.setattr(store, "attempt", both)
    desk.look(minutes=2)
    assert desk.subjects == ["1 account fails"]
    again.clear()
    desk.ledger.resume("mastodon", "probe", desk.now)
    desk.over(minutes=30)
    assert len(desk.told) == 2


def test_where_nothing_can_be_written_down_nothing_is_sent(desk, delivery, monkeypatch):
    desk = desk()
    refuse(desk, delivery)
    desk.look()

    def full(*_):
        raise StoreError("the disk is full")

    monkeypatch.setattr(store, "attempt", full)
    look = partial(desk.look, minutes=2)
    with pytest.raises(StoreError):
        look()
    assert desk.told == []


def test_an_alarm_of_a_newer_version_is_forgotten(desk, now):
    desk = desk()
    desk.look()
    (name,) = [n for n in store.alarms(desk.ledger) if n != "mark"] or ["x"]
    store.keep(desk.ledger, [store.Alarm(f"{name}|weather:rain", "weather", "it rains", now, now)])
    desk.over(hours=1)
    assert not [n for n in store.alarms(desk.ledger) if "weather" in n]
