"""A whole file becomes a whole configuration, or every fault in it is told at once."""

import datetime as dt
import time
from dataclasses import FrozenInstanceError

import pytest

from sharebot.config import Approval, Budget
from sharebot.model import Caution
from sharebot.schedule import Most, Repost, Schedule

EVERYTHING = """\
source: {folder: issues}
language: pt-BR
link: https://news.example/{issue.id}/{issue.date}#{article.number}
utm: {source: "{platform}", medium: social, campaign: "{issue.id}"}
hashtags: [ferry, "#harbour"]
approval: required
since: 2026-09-01
timezone: Asia/Tokyo
"""
TIMES = """\
name: articles
to: [town, bell]
what: digest
schedule:
  every: [Monday, thursday]
  at: ["09:00", 12:30]
  quiet: 22:00-07:00
  not_on: [2026-12-25]
  gap: 30m
  most: [4 per day, 1 per hour]
  expires: 7d
  late: next slot
text: "{headline}\\n\\n{summary}\\n\\n{link} {hashtags}"
"""


def test_every_key_of_a_newsletter_is_read(load, whole):
    weekly = load(whole(newsletter=EVERYTHING, stream=TIMES)).newsletters["weekly"]
    assert (weekly.name, weekly.source_kind, str(weekly.source.folder)) == ("weekly", "folder", "issues")
    assert (weekly.language, weekly.approval, weekly.timezone) == ("pt-BR", Approval(required=True), "Asia/Tokyo")
    assert weekly.link == "https://news.example/{issue.id}/{issue.date}#{article.number}"
    assert weekly.utm == {"source": "{platform}", "medium": "social", "campaign": "{issue.id}"}
    assert (weekly.hashtags, weekly.since) == (("ferry", "harbour"), dt.date(2026, 9, 1))


def test_every_key_of_a_stream_is_read(load, whole):
    (stream,) = load(whole(newsletter=EVERYTHING, stream=TIMES)).newsletters["weekly"].posts
    assert (stream.name, stream.to, stream.what) == ("articles", ("town", "bell"), "digest")
    assert stream.text == "{headline}\n\n{summary}\n\n{link} {hashtags}"
    assert stream.schedule == Schedule(
        zone="Asia/Tokyo",
        days=frozenset({1, 4}),
        at=(dt.time(9), dt.time(12, 30)),
        quiet=(dt.time(22), dt.time(7)),
        not_on=frozenset({dt.date(2026, 12, 25)}),
        gap=dt.timedelta(minutes=30),
        most=(Most(4, "day"), Most(1, "hour")),
        expires=dt.timedelta(days=7),
        late="next slot",
    )


def test_what_is_left_out_has_its_default(load, whole):
    found = load(whole(stream="name: a\nto: town\nschedule: now\n"))
    weekly = found.newsletters["weekly"]
    assert (found.timezone, found.warnings) == ("UTC", ())
    assert (weekly.language, weekly.link, weekly.utm, weekly.hashtags) == (None, None, {}, ())
    assert (weekly.approval, weekly.since, weekly.timezone) == (Approval(), None, None)
    assert (weekly.posts[0].what, weekly.posts[0].text) == ("articles", None)
    assert (found.accounts["town"].most, found.accounts["town"].budget) == ((), None)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("now", Schedule("Europe/Paris", now=True)),
        ("{at: 9:00}", Schedule("Europe/Paris", at=(dt.time(9),))),
        ("{every: day, at: 9:00}", Schedule("Europe/Paris", at=(dt.time(9),))),
        ("{every: weekend, at: 9:00}", Schedule("Europe/Paris", days=frozenset({6, 7}), at=(dt.time(9),))),
        ("{every: month, on: 1, at: 9:00}", Schedule("Europe/Paris", on=("1",), at=(dt.time(9),))),
        ("{every: month, on: last friday, at: 9:00}", Schedule("Europe/Paris", on=("last friday",), at=(dt.time(9),))),
        ("{cron: 0 9 * * 1-5}", Schedule("Europe/Paris", cron="0 9 * * 1-5")),
        (
            "{every: month, on: [1, Last, first monday], at: 9:00}",
            Schedule("Europe/Paris", on=("1", "last", "first monday"), at=(dt.time(9),)),
        ),
        (
            "{every: 2 weeks, from: 2026-12-01, at: 9:00}",
            Schedule("Europe/Paris", days=frozenset({2}), weeks=2, start=dt.date(2026, 12, 1), at=(dt.time(9),)),
        ),
        (
            "{every: 3 Weeks, from: 2026-12-01, on: [Monday, friday], at: 9:00}",
            Schedule("Europe/Paris", days=frozenset({1, 5}), weeks=3, start=dt.date(2026, 12, 1), at=(dt.time(9),)),
        ),
        (
            "{at: 9:00, spread: 15m, not_on: [2026-05-08, 2026-12-24..2026-12-26, {holidays: [FR, DE-BY]}]}",
            Schedule(
                "Europe/Paris",
                at=(dt.time(9),),
                spread=dt.timedelta(minutes=15),
                not_on=frozenset({dt.date(2026, 5, 8), *(dt.date(2026, 12, day) for day in (24, 25, 26))}),
                holidays=frozenset({"FR", "DE-BY"}),
            ),
        ),
        (
            "{at: 9:00, not_on: {holidays: FR}}",
            Schedule("Europe/Paris", at=(dt.time(9),), holidays=frozenset({"FR"})),
        ),
        (
            "{at: 9:00, not_on: 2026-12-31–2027-01-01}",
            Schedule("Europe/Paris", at=(dt.time(9),), not_on=frozenset({dt.date(2026, 12, 31), dt.date(2027, 1, 1)})),
        ),
        ("{after: publication + 2h}", Schedule("Europe/Paris", now=True, after=dt.timedelta(hours=2))),
        (
            "{after: publication+1d 12h, cron: 0 9 * * *}",
            Schedule("Europe/Paris", cron="0 9 * * *", after=dt.timedelta(hours=36)),
        ),
        (
            "{at: 9:00, repost: {after: 4w}}",
            Schedule("Europe/Paris", at=(dt.time(9),), repost=Repost(dt.timedelta(weeks=4))),
        ),
        (
            "{at: 9:00, repost: {after: 30d, times: 2}}",
            Schedule("Europe/Paris", at=(dt.time(9),), repost=Repost(dt.timedelta(days=30), 2)),
        ),
    ],
)
def test_a_schedule_means_what_the_editor_wrote(load, whole, written, meant):
    text = whole("version: 1\ntimezone: Europe/Paris\n", stream=f"name: a\nto: town\nschedule: {written}\n")
    assert load(text).newsletters["weekly"].posts[0].schedule == meant


def test_an_account_has_its_own_caps_and_its_networks_settings(load, whole):
    accounts = (
        "town: {platform: town, server: https://t.example/, token: '${TOWN_TOKEN}', limit: 300,\n"
        "  MOST, budget: 20 USD per month}\n"
    )
    for most, caps in (("most: 17 per day", [Most(17, "day")]), ("most: [2 per hour]", [Most(2, "hour")])):
        text = whole(accounts=accounts.replace("MOST", most), stream="name: a\nto: town\nschedule: now\n")
        town = load(text).accounts["town"]
        assert (town.name, town.platform, town.most, town.budget) == (
            "town",
            "town",
            tuple(caps),
            Budget(20.0, "month"),
        )
        assert (town.settings.server, town.settings.limit) == ("https://t.example", 300)


def test_anchors_and_merge_keys_share_what_streams_have_in_common(load, whole):
    text = whole(stream="&a\nname: a\nto: town\nschedule: &s {every: day, at: 9:00}\n".replace("&a\n", ""))
    text += "      - {name: b, to: bell, schedule: {<<: *s, every: monday}}\n"
    one, two = load(text).newsletters["weekly"].posts
    assert (one.schedule.days, two.schedule.days) == (None, frozenset({1}))
    assert one.schedule.at == two.schedule.at


def test_since_all_takes_everything(load, whole):
    assert load(whole(newsletter="source: {feed: x}\nsince: all\n")).newsletters["weekly"].since == "all"


@pytest.mark.parametrize(
    ("rest", "told"),
    [
        ("schedule: now\ntext: '{headline}'\n", ["text: has no {link}"]),
        ("schedule: now\ntext: '{headline} {link}'\n", []),
        ("schedule: now\nwhat: digest\ntext: '{headline}'\n", ["text: has no {link}"]),
        ("schedule: now\nwhat: thread\nopening: '{headline}'\nnumbering: true\nreplies: unlisted\n", []),
        ("schedule: now\nopening: '{issue}'\nnumbering: true\n", ["opening: is for threads", "numbering: is for"]),
        ("schedule: now\ntext: 'https://a.example {link}'\n", ["text: has an address before {link}"]),
        ("schedule: now\ntext: '{headline} {link} at https://a.example'\n", []),
    ],
)
def test_what_is_allowed_and_seldom_meant_is_a_warning(load, whole, rest, told):
    warnings = load(whole(stream=f"name: a\nto: town\n{rest}")).warnings
    said = [f"{each.path}: {each.message}" for each in warnings]
    assert len(said) == len(told)
    assert all(part in text for part, text in zip(told, said, strict=True))


def test_what_stands_beside_the_text_and_when_readers_are_warned_is_read(load, whole):
    newsletter = (
        "source: {folder: x}\ntitle: Harbour Weekly\nwarnings:\n"
        "  - {words: [war, air raid], tags: conflict, warning: War, sensitive: true, label: graphic-media}\n"
        "  - {tags: [food], warning: Food}\n"
    )
    stream = (
        "name: a\nto: town\nschedule: now\nwhat: thread\ncard: quote\nnumbering: true\nreplies: unlisted\n"
        "opening: '{newsletter}[ – {headline}]'\n"
    )
    found = load(whole(newsletter=newsletter, stream=stream)).newsletters["weekly"]
    assert found.title == "Harbour Weekly"
    assert found.warnings == (
        Caution(("war", "air raid"), ("conflict",), "War", sensitive=True, labels=("graphic-media",)),
        Caution((), ("food",), "Food"),
    )
    (posts,) = found.posts
    assert (posts.card, posts.numbering, posts.replies) == ("quote", True, "unlisted")
    assert posts.opening == "{newsletter}[ – {headline}]"


def test_a_configuration_cannot_be_changed(load, whole):
    found = load(whole())
    with pytest.raises(FrozenInstanceError):
        found.timezone = "UTC"


def test_all_faults_are_told_at_once_from_top_to_bottom(problems, whole):
    found = problems(
        whole("version: 1\ntimezone: Europe/Pari\n", stream="name: a\nto: toen\nschedule: {evry: day, at: 25:00}\n")
    )
    assert [(each.line, each.path) for each in found] == [
        (2, "timezone"),
        (17, "newsletters.weekly.posts.0.to"),
        (18, "newsletters.weekly.posts.0.schedule.evry"),
        (18, "newsletters.weekly.posts.0.schedule.at"),
    ]


def test_an_unknown_key_is_told_as_a_compiler_would(problems, whole):
    (problem,) = problems(whole(stream="name: a\nto: town\nschedule: now\nwaht: thread\n"))
    assert str(problem) == (
        "sharebot.yaml:18:9: newsletters.weekly.posts.0.waht: unknown key (did you mean 'what'?)\n"
        "          waht: thread\n"
        "          ^"
    )


def test_sixty_newsletters_are_read_well_within_a_second(load, whole):
    text = whole(newsletter=EVERYTHING, stream=TIMES)
    weekly = text[text.index("  weekly:") :]
    text += "".join(weekly.replace("weekly", f"weekly{number}") for number in range(60))
    start = time.perf_counter()
    assert len(load(text).newsletters) == 61
    assert time.perf_counter() - start < 1


def test_plain_words_mean_what_a_person_thinks(load, whole):
    newsletter = "source: {folder: 2026}\nhashtags: [no, on, y, null_, 1e, 0o]\ntitle: no\n"
    stream = "name: on\nto: town\nschedule:\n  every: month\n  on: 010\n  at: [9:00, 12:30, 09:05, 0:00]\n"
    found = load(whole(newsletter=newsletter.replace("2026", "no"), stream=stream)).newsletters["weekly"]
    schedule = found.posts[0].schedule
    assert (found.title, found.hashtags) == ("no", ("no", "on", "y", "null_", "1e", "0o"))
    assert (found.posts[0].name, str(found.source.folder)) == ("on", "no")
    assert (schedule.on, [str(at) for at in schedule.at]) == (("10",), ["09:00:00", "12:30:00", "09:05:00", "00:00:00"])


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("~", "is empty; give it a value or delete the line"),
        ("1e3", "should be text"),
        ("0o14", "should be text"),
        ("010", "should be text"),
        ("true", "should be text"),
    ],
)
def test_plain_words_that_are_no_text_are_told(problems, whole, value, message):
    (problem,) = problems(whole(newsletter=f"source: {{folder: x}}\ntitle: {value}\n"))
    assert (problem.path, problem.message) == ("newsletters.weekly.title", message)
