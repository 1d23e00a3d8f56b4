"""Each kind of fault, in plain words, at its place, with the cure."""

import re

import pytest

WEEKLY = "newsletters.weekly"
POST = f"{WEEKLY}.posts.0"
ACCOUNTS = '{mastodon: {platform: mastodon, server: "https://mastodon.example", access_token: "${MASTODON_TOKEN}"}}'
POSTS = '[{name: articles, to: [mastodon], schedule: {every: weekday, at: ["09:00"]}}]'
LETTERS = f"{{weekly: {{source: {{folder: issues}}, posts: {POSTS}}}}}"
MISSING = {"accounts": ACCOUNTS, "newsletters": LETTERS}
NOW = "name: a\nto: town\nschedule: now\n"
ALL = [
    "every",
    "on",
    "from",
    "at",
    "cron",
    "spread",
    "after",
    "quiet",
    "not_on",
    "gap",
    "most",
    "expires",
    "late",
    "repost",
]
COUNTRY = "write its code in capital letters, such as FR, or with a part of it, such as DE-BY"


def said(problems):
    return [f"{each.path}: {each.message}" + (f" ({each.hint})" if each.hint else "") for each in problems]


@pytest.mark.parametrize(
    ("head", "message"),
    [
        (
            "version: 2\n",
            "version: is not known; this sharebot reads version 1, and a newer file needs a newer sharebot",
        ),
        ("version: '1'\n", "version: is not known; this sharebot reads version 1; write version: 1, without quotes"),
        (
            "version: true\n",
            "version: is not known; this sharebot reads version 1, and a newer file needs a newer sharebot",
        ),
        ("", "version: is missing (write version: 1)"),
        ("version: 1\ntimezone: Berlin\n", "timezone: 'Berlin' is no time zone; did you mean Europe/Berlin?"),
        ("version: 1\ntimezone: 1\n", 'timezone: should be written like "Europe/Paris"'),
        ("version: 1\nacounts: {}\n", "acounts: unknown key (did you mean 'accounts'?)"),
        (
            "version: 1\nqqq: {}\n",
            "qqq: unknown key (choose from version, timezone, accounts, newsletters, include, llm, alerts)",
        ),
    ],
)
def test_the_head_of_the_file(problems, whole, head, message):
    assert said(problems(whole(head))) == [message]


@pytest.mark.parametrize(
    ("text", "messages"),
    [
        (
            "version: 1\n",
            [
                f"accounts: is missing (write accounts: {ACCOUNTS})",
                f"newsletters: is missing (write newsletters: {LETTERS})",
            ],
        ),
        (
            "version: 1\naccounts: {}\nnewsletters: []\n",
            [
                "accounts: is empty; it needs one entry at least",
                f"newsletters: should be a mapping of keys and values (such as {LETTERS})",
            ],
        ),
        (
            "version: 1\naccounts:\nnewsletters: {w: }\n",
            [
                f"accounts: is empty; give it a value or delete the line (such as {ACCOUNTS})",
                "newsletters.w: is empty; give it a value or delete the line",
            ],
        ),
        (
            "version: 1\naccounts: {a: town}\nnewsletters: {w: [x]}\n",
            [
                "accounts.a: should be a mapping of keys and values",
                "newsletters.w: should be a mapping of keys and values",
            ],
        ),
    ],
)
def test_a_part_that_is_not_there(problems, text, messages):
    assert said(problems(text)) == messages


@pytest.mark.parametrize(
    ("account", "message"),
    [
        (
            "{platform: tow, server: x}",
            "platform: unknown platform 'tow' (did you mean 'town'? installed: town, bell)",
        ),
        ("{platform: qqq}", "platform: unknown platform 'qqq' (choose from town, bell)"),
        ("{platfrom: town}", "platfrom: unknown key (did you mean 'platform'?)"),
        ("{server: x}", "platform: is missing (write platform: mastodon)"),
        ("{platform: [town]}", "platform: should be text"),
        (
            "{platform: town, server: http://t.example, token: '${TOWN_TOKEN}'}",
            "server: a token travels by https only; http is for this machine only",
        ),
        (
            "{platform: town, sever: https://t.example, token: '${TOWN_TOKEN}'}",
            "sever: unknown key (did you mean 'server'?)",
        ),
        (
            "{platform: town, server: https://t.example, token_fil: x, token: '${TOWN_TOKEN}'}",
            "token_fil: unknown key (did you mean 'token_file'?)",
        ),
        (
            "{platform: town, server: https://t.example, token: '${TOWN_TOKEN}', mosst: 1 per day}",
            "mosst: unknown key (did you mean 'most'?)",
        ),
        (
            "{platform: town, server: https://t.example, token: '${TOWN_TOKEN}', limit: '5'}",
            "limit: should be a whole number",
        ),
        (
            "{platform: town, server: https://t.example, token: '${TOWN_TOKEN}', visibility: publc}",
            "visibility: should be 'public' or 'unlisted' (did you mean 'public'?)",
        ),
        (
            "{platform: bell, handle: crier, key: '${BELL_KEY}', quietly: no}",
            "quietly: should be true or false",
        ),
        ("{platform: bell, handle: 12, key: '${BELL_KEY}'}", "handle: should be text (put it in quotes)"),
        (
            "{platform: bell, handle: a b, key: '${BELL_KEY}'}",
            "handle: has not the shape that is asked for (such as crier)",
        ),
        (
            "{platform: bell, handle: crier, key: '${BELL_KEY}', most: 4 per fortnight}",
            "most: 'fortnight' is no period; choose from hour, day, week, month",
        ),
        (
            "{platform: bell, handle: crier, key: '${BELL_KEY}', budget: 20 EUR per month}",
            "budget: '20 EUR per month' is no budget; write an amount such as 20 USD per month",
        ),
    ],
)
def test_an_account(problems, whole, account, message):
    assert said(problems(whole(accounts=f"town: {account}\n", stream=NOW))) == [f"accounts.town.{message}"]


def test_a_secret_that_does_not_fit_is_told_without_it(problems, whole):
    found = problems(
        whole(accounts="town: {platform: bell, handle: crier, key: '${K}'}\n", stream=NOW), env={"K": "abcdefg"}
    )
    assert said(found) == ["accounts.town.key: should have at least 8 characters"]


@pytest.mark.parametrize(
    ("newsletter", "message"),
    [
        ("", "source: is missing (write source: {folder: issues})"),
        ("source:\n", "source: is empty; give it a value or delete the line (such as {folder: issues})"),
        ("source: {}\n", "source: names no source (installed: folder, feed)"),
        (
            "source: {foldr: x}\n",
            "source.foldr: unknown source 'foldr' (did you mean 'folder'? installed: folder, feed)",
        ),
        ("source: {folder: x, feed: y}\n", "source.feed: a second source (keep folder or feed)"),
        ("source: {folder: x, includ: y}\n", "source.includ: unknown key (did you mean 'include'?)"),
        (
            "source: {folder: x, split: items}\n",
            "source.split: unknown key (write split: beside source:, not in it)",
        ),
        ("source: {feed: 3}\n", "source.feed: should be text (put it in quotes)"),
        ("source: {folder: x, include: 3}\n", "source.include: should be a list (begin each entry with '- ')"),
        (
            "source: {folder: x}\nlanguage: English, mostly\n",
            "language: 'English, mostly' is no language; write a tag such as en or pt-BR",
        ),
        (
            "source: {folder: x}\nlink: news.example\n",
            "link: should be an address such as https://news.example/{issue.id}#{article.number}",
        ),
        (
            "source: {folder: x}\nlink: https://a.example/{issue.nr}\n",
            "link: there is no field {issue.nr}; did you mean 'issue.id'?",
        ),
        (
            "source: {folder: x}\nlink: https://a.example/{issue.id\n",
            "link: a brace that encloses no field; fields are written {issue.id}",
        ),
        ("source: {folder: x}\nutm: {sorce: x}\n", "utm.sorce: unknown key (did you mean 'source'?)"),
        (
            "source: {folder: x}\nutm: {source: '{x}'}\n",
            "utm.source: there is no field {x}; choose from platform, issue.id",
        ),
        (
            "source: {folder: x}\nhashtags: [two words]\n",
            "hashtags.0: 'two words' is no hashtag; write one word, such as ferry",
        ),
        (
            "source: {folder: x}\napproval: yes\n",
            "approval: is no approval; write none, required, or {by: [alice, bob]}",
        ),
        (
            "source: {folder: x}\nsince: 2026-02-30\n",
            "since: '2026-02-30' is no date; write year-month-day, such as 2026-12-25, or all",
        ),
        (
            "source: {folder: x}\nutm: 3\n",
            'utm: should be a mapping of keys and values (such as {source: "{platform}", medium: social})',
        ),
        (
            "source: {folder: x}\nhashtags:\n  - #ferry\n",
            "hashtags.0: is empty; give it a value or delete the line (# begins a comment; put the value in quotes)",
        ),
        (
            "source: {folder: x}\nlink: # to be found\n",
            "link: is empty; give it a value or delete the line (such as https://news.example/{issue.id}#{article.number})",
        ),
        (
            "source: {folder: x}\ntimezone:\n",
            "timezone: is empty; give it a value or delete the line (such as Europe/Paris)",
        ),
    ],
)
def test_a_newsletter(problems, whole, newsletter, message):
    assert said(problems(whole(newsletter=newsletter))) == [f"{WEEKLY}.{message}"]


@pytest.mark.parametrize(
    ("stream", "message"),
    [
        ("name: a\nto: twon\nschedule: now\n", "to: unknown account 'twon' (did you mean 'town'?)"),
        ("name: a\nto: [town, qqq]\nschedule: now\n", "to.1: unknown account 'qqq' (choose from town, bell)"),
        ("name: a\nto: [town, town]\nschedule: now\n", "to.1: 'town' stands here twice (each post goes out once)"),
        ("name: a\nto: []\nschedule: now\n", "to: is empty; it needs one entry at least"),
        ("name: a b\nto: town\nschedule: now\n", "name: 'a b' is no name; write letters, digits, - and _"),
        ("nam: a\nto: town\nschedule: now\n", "nam: unknown key (did you mean 'name'?)"),
        ("name: a\nschedule: now\n", "to: is missing (write to: [mastodon, x])"),
        ("name: a\nto: town\n", "schedule: is missing (write schedule: now)"),
        (
            "name: a\nto: town\nschedule: now\nwhat: artikles\n",
            "what: should be 'articles', 'thread' or 'digest' (did you mean 'articles'?)",
        ),
        (
            "name: a\nto: town\nschedule: now\ntext: '{headlin}'\n",
            "text: there is no field {headlin}; did you mean 'headline'?",
        ),
        (
            "name: a\nto: town\nschedule: now\ntext: '{headline'\n",
            "text: a brace that encloses no field; fields are written {headline}",
        ),
        (
            "name: a\nto: town\nschedule: now\ntext: '{headline}[ by {author}'\n",
            "text: the optional part '[ by {author}' has no ]; write [[ for the bracket itself",
        ),
        (
            "name: a\nto: town\nschedule: now\ntext: '[news] {headline}'\n",
            "text: the optional part '[news] {headline}' holds no field; write [[ and ]] instead",
        ),
        (
            "name: a\nto: town\nschedule: now\ncard: pictures\n",
            "card: should be 'link', 'image', 'quote' or 'none'",
        ),
    ],
)
def test_a_stream(problems, whole, stream, message):
    assert said(problems(whole(stream=stream))) == [f"{POST}.{message}"]


@pytest.mark.parametrize(
    ("caution", "message"),
    [
        ("{warning: A}", "says no words or tags to look for (write words: [war], or tags: [conflict])"),
        ("{tags: a}", "says nothing to readers (write warning: War, or sensitive: true)"),
        ("{word: a, warning: A}", "word: unknown key (did you mean 'words'?)"),
        ("{words: a, warnin: A}", "warnin: unknown key (did you mean 'warning'?)"),
        (
            "{words: a, label: nudity-}",
            "label: should be 'graphic-media', 'sexual', 'nudity' or 'porn' (did you mean 'nudity'?)",
        ),
    ],
)
def test_a_warning(problems, whole, caution, message):
    (told,) = said(problems(whole(newsletter=f"source: {{folder: x}}\nwarnings:\n  - {caution}\n")))
    assert re.sub(r"^newsletters\.weekly\.warnings\.0(?:\.|: )", "", told) == message


@pytest.mark.parametrize(
    ("schedule", "message"),
    [
        ("noww", "is no schedule; did you mean now?"),
        ("daily", "is no schedule; write now, or {every: day, at: [09:00]}"),
        ("3", "is no schedule; write now, or {every: day, at: [09:00]}"),
        ("", "is empty; give it a value or delete the line (such as now)"),
        ("{}", "says no time to post at (write at: 09:00, or cron)"),
        ("{every: day}", "says no time to post at (write at: 09:00, or cron)"),
        ("{every: day, att: 9:00}", "att: unknown key (did you mean 'at'?)"),
        (
            "{every: day, at: 9:00, jitter: 5m}",
            f"jitter: unknown key (choose from {', '.join(ALL)})",
        ),
        ("{every: day, at: 9:00, start: 2026-12-01}", f"start: unknown key (choose from {', '.join(ALL)})"),
        ("{every: 2 weeks, form: 2026-12-01, at: 9:00}", "form: unknown key (did you mean 'from'?)"),
        (
            "{every: 2 weeks, at: 9:00}",
            "every: does not say which week is the first (write beside it from: 2026-12-01)",
        ),
        ("{every: 2weeks, at: 9:00}", "every: '2weeks' is no day; did you mean '2 weeks'?"),
        (
            "{every: 53 weeks, from: 2026-12-01, at: 9:00}",
            "every: '53 weeks' are too few or too many; write 1 to 52 weeks",
        ),
        ("{every: [2 weeks], at: 9:00}", "every: 2 weeks stands alone: every: 2 weeks, on: [monday, thursday]"),
        (
            "{every: 2 weeks, from: 1.12.2026, at: 9:00}",
            "from: '1.12.2026' is no date; write year-month-day, such as 2026-12-25",
        ),
        (
            "{every: 2 weeks, from: 2026-12-01, on: [monday, 1], at: 9:00}",
            "on.1: '1' is no day of the week (write on: monday, or on: [monday, thursday])",
        ),
        (
            "{every: day, from: 2026-12-01, at: 9:00}",
            "from: goes with every: 2 weeks (delete it, or write every: 1 week and on: [monday, thursday])",
        ),
        (
            "{every: month, on: 1, from: 2026-12-01, at: 9:00}",
            "from: goes with every: 2 weeks (delete it, or write every: 1 week and on: [monday, thursday])",
        ),
        (
            "{every: month, on: [1, Monday], at: 9:00}",
            "on.1: does not say which Monday of the month (write first Monday, or last Monday)",
        ),
        ("{every: month, on: [], at: 9:00}", "on: is empty; it needs one entry at least"),
        ("{every: day, after: publication + 2h}", "says no time to post at (write at: 09:00, or cron)"),
        ("{aftr: publication + 2h}", "aftr: unknown key (did you mean 'after'?)"),
        ("{after: 2h}", "after: '2h' is no moment; write publication + 2h, or publication + 1d"),
        (
            "{after: publication + 2 hours}",
            "after: 'publication + 2 hours' is no moment; write publication + 2h, or publication + 1d",
        ),
        ("{at: 9:00, spread: 13h}", "spread: '13h' spreads too far; write 12h at most"),
        (
            "{at: 9:00, not_on: FR}",
            "not_on: 'FR' is no date; write 2026-12-25, 2026-12-24..2027-01-02, or holidays: FR",
        ),
        (
            "{at: 9:00, not_on: [2027-01-02..2026-12-24]}",
            (
                "not_on.0: '2027-01-02..2026-12-24' runs backwards, or for over a year; "
                "write the earlier date first, or two ranges"
            ),
        ),
        ("{at: 9:00, not_on: 2026-02-30}", "not_on: '2026-02-30' is no date; write year-month-day, such as 2026-12-25"),
        ("{at: 9:00, not_on: []}", "not_on: is empty; it needs one entry at least"),
        (
            "{at: 9:00, not_on: [{holidays: Frnce}]}",
            "not_on.0.holidays: 'Frnce' is no country whose holidays are known; did you mean FR (France)?",
        ),
        (
            "{at: 9:00, not_on: {holidays: [FR, XX]}}",
            f"not_on.holidays.1: 'XX' is no country whose holidays are known; {COUNTRY}",
        ),
        (
            "{at: 9:00, not_on: {holidays: DE-Bayern}}",
            "not_on.holidays: 'Bayern' is no part of Germany; did you mean DE-BY?",
        ),
        ("{at: 9:00, not_on: {holidays: MC-1}}", "not_on.holidays: '1' is no part of Monaco; write MC alone"),
        ("{at: 9:00, not_on: [{holiday: FR}]}", "not_on.0.holiday: unknown key (did you mean 'holidays'?)"),
        ("{at: 9:00, repost: 30d}", "repost: should be a mapping of keys and values (such as {after: 30d, times: 2})"),
        ("{at: 9:00, repost: {times: 2}}", "repost.after: is missing (write after: 30d)"),
        (
            "{at: 9:00, repost: {after: 12h}}",
            "repost.after: '12h' is no wait; write whole days or weeks, such as 30d",
        ),
        ("{at: 9:00, repost: {after: 30d, times: 13}}", "repost.times: should be less than or equal to 12"),
        ("{every: dayly, at: 9:00}", "every: 'dayly' is no day; did you mean 'day'?"),
        (
            "{every: 3, at: 9:00}",
            "every: should be day, weekday, weekend, the name of a day, a list of them, month or 2 weeks",
        ),
        (
            "{every: [monday, 3], at: 9:00}",
            "every: should be day, weekday, weekend, the name of a day, a list of them, month or 2 weeks",
        ),
        ("{every: month, at: 9:00}", "every: does not say which day of the month (write on: 1, or on: last friday)"),
        ("{every: month, on: 32, at: 9:00}", "on: a month has no day 32; write 1 to 31, or last"),
        ("{every: month, on: true, at: 9:00}", "on: should be a day of the month, such as 1, last or first monday"),
        (
            "{every: day, on: 1, at: 9:00}",
            "on: goes with every: month, or every: 2 weeks (choose weekdays with every: [monday, thursday])",
        ),
        ("{at: 25:00}", "at: '25:00' is no time of day; the day goes from 00:00 to 23:59"),
        ("{at: [9:00, 9]}", 'at.1: should be written like "09:00"'),
        ("{at: {a: b}}", "at: should be a list (begin each entry with '- ')"),
        (
            "{at: “9:00”}",
            "at: '“9:00”' is no time of day; write hours and minutes, such as 09:00 (use straight quotation marks)",
        ),
        ("{at: []}", "at: is empty; it needs one entry at least"),
        ("{cron: 0 9 * *}", "cron: '0 9 * *' is no cron line; it has five fields: minute hour day month weekday"),
        ("{cron: 0 9 * * 1, at: 9:00}", "at: cron says this already (keep at or cron)"),
        ("{cron: 0 9 * * 1, every: day}", "every: cron says this already (keep every or cron)"),
        ("{cron: 0 9 * * 1, on: 1}", "on: cron says this already (keep on or cron)"),
        ("{at: 9:00, quiet: 22:00}", "quiet: '22:00' are no quiet hours; write from and to, such as 22:00-07:00"),
        (
            "{at: 9:00, not_on: 25.12.2026}",
            "not_on: '25.12.2026' is no date; write 2026-12-25, 2026-12-24..2027-01-02, or holidays: FR",
        ),
        ("{at: 9:00, not_on: [20261225]}", 'not_on.0: should be written like "2026-12-25"'),
        ("{at: 9:00, gap: 30}", 'gap: should be written like "30m"'),
        ("{at: 9:00, gap: half an hour}", "gap: a duration is a number with s, m, h, d or w, such as 30m or 7d"),
        (
            "{at: 9:00, most: 0 per day}",
            "most: a cap of 0 would never post; to post nothing, hold the account with `sharebot pause`",
        ),
        ("{at: 9:00, late: nextslot}", "late: should be 'post', 'next slot' or 'skip' (did you mean 'next slot'?)"),
    ],
)
def test_a_schedule(problems, whole, schedule, message):
    found = said(problems(whole(stream=f"name: a\nto: town\nschedule: {schedule}\n")))
    sign = "." if message.split(":")[0].replace("_", "").split(".")[0] in KEYS else ": "
    assert found == [f"{POST}.schedule{sign}{message}"]


KEYS = {
    "aftr",
    "after",
    "att",
    "form",
    "from",
    "jitter",
    "repost",
    "spread",
    "start",
    "every",
    "on",
    "at",
    "cron",
    "quiet",
    "noton",
    "gap",
    "most",
    "late",
}


def test_a_name_that_is_none_is_told_at_the_name(problems, whole):
    (problem,) = problems(
        whole(accounts="two words: {platform: bell, handle: x, key: '${BELL_KEY}'}\n" + ACCOUNT, stream=NOW)
    )
    assert (problem.line, problem.column, problem.path) == (3, 3, "accounts.two words")


ACCOUNT = "town: {platform: bell, handle: x, key: '${BELL_KEY}'}\n"


def test_two_streams_of_one_newsletter_have_two_names(problems, whole):
    text = whole(stream=NOW) + "      - {name: a, to: bell, schedule: now}\n"
    (problem,) = problems(text)
    assert (problem.path, problem.column) == (f"{WEEKLY}.posts.1.name", 16)
    assert problem.message == "two streams are named 'a'"


def test_two_newsletters_may_each_have_a_stream_of_one_name(load, whole):
    text = whole(stream=NOW)
    again = text[text.index("  weekly:") :].replace("weekly", "daily")
    assert load(text + again.replace("issues", "daily")).newsletters.keys() == {"weekly", "daily"}


def test_a_list_with_wrong_items_is_not_called_empty_too(problems, whole):
    found = problems(whole(stream="name: a\nto: [3]\nschedule: now\n"))
    assert said(found) == [f'{POST}.to.0: should be written like "weekly"']


def test_a_missing_key_is_told_at_the_key_that_should_hold_it(problems, whole):
    (problem,) = problems(whole(newsletter=""))
    assert (problem.line, problem.column, problem.excerpt) == (12, 3, "  weekly:")


def test_a_caret_far_to_the_right_is_left_out(problems, whole):
    (problem,) = problems(whole(stream=f"{{name: a, to: town, schedule: now, text: '{'x' * 200}', whta: thread}}\n"))
    assert (problem.excerpt, problem.message) == ("", "unknown key")


def test_a_key_one_level_too_high_is_told_where_it_belongs(problems, whole):
    found = said(problems(whole(stream="name: a\nto: town\nevery: day\nat: 9:00\n")))
    assert found == [
        f"{POST}.schedule: is missing (write schedule: now)",
        f"{POST}.every: unknown key (write it in schedule:)",
        f"{POST}.at: unknown key (write it in schedule:)",
    ]


def test_a_tab_does_not_move_the_caret(problems, whole):
    (problem,) = problems(whole(stream="{name: a,\tto: twon, schedule: now}\n"))
    _, line, caret = str(problem).splitlines()
    assert line[caret.index("^") :].startswith("twon")
