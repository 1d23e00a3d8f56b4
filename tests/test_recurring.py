from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from sharebot.model import Article, Issue, LeftOut
from sharebot.recurring import WHY, WINDOW, Recurring, trace, traces

TODAY = date(2026, 12, 1)
WELCOME = "Each week, we sum up what happened around the harbour."
BYE = "Write to us if you saw a seal."
TOPICS = ("ferry", "museum", "lighthouse", "fish market", "pilot boat", "dry dock", "sailing school", "tide mill")


def article(topic, *paragraphs, number=1):
    news = (f"The {topic} opened its doors on Monday.", f"Forty people came to see the {topic}.")
    return Article(number, f"The {topic} opens", paragraphs or (f"{WELCOME} {news[0]} {news[1]}", BYE))


def issue(number, *articles):
    return Issue(f"{number:02}", "The Letter", articles, date(2026, 1, 1) + timedelta(weeks=number), "en")


def weekly(count=3):
    return [issue(number, article(f"{TOPICS[number % 8]} of pier {number // 8}")) for number in range(count)]


def shown(issues, known=()):
    recurring = Recurring(traces(issues, known, TODAY))
    return [recurring.leave_out(each) for each in issues]


def texts(issues):
    return [each.text for found in issues for each in found.articles]


def test_a_sentence_and_a_paragraph_of_every_issue_are_left_out_and_told():
    first = shown(weekly())[0]
    news = "The ferry of pier 0 opened its doors on Monday. Forty people came to see the ferry of pier 0."
    assert first.articles[0].paragraphs == (news,)
    assert first.left_out == (LeftOut(WELCOME, WHY), LeftOut(BYE, WHY))


def test_nothing_recurs_in_one_issue_even_if_each_article_says_it():
    alone = issue(1, article("ferry"), article("museum", number=2))
    assert shown([alone]) == [alone]


def test_what_is_remembered_does_what_the_issues_would_do():
    *before, last = weekly()
    assert shown([last], [trace(each, TODAY) for each in before]) == shown([*before, last])[-1:]


def test_signs_case_and_spaces_make_no_other_sentence_but_numbers_do():
    spoken = ("EACH WEEK — we sum up what happened around the har\u00adbour!", WELCOME)
    same = [
        issue(n, article(t, f"{spoken[n]} The {t} opened.", f"It costs {n} euros a day.")) for n, t in enumerate("ab")
    ]
    assert texts(shown(same)) == [
        "The a opened.\n\nIt costs 0 euros a day.",
        "The b opened.\n\nIt costs 1 euros a day.",
    ]


# ── what is no boilerplate ───────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("changes", [{"id": "imported"}, {"id": "again", "date": date(2026, 9, 9), "title": "Other"}])
@pytest.mark.parametrize("others", [0, 1, 2, 9])
def test_an_issue_that_was_imported_twice_keeps_its_text(changes, others):
    one, *rest = weekly(1 + others)
    both = [one, replace(one, **changes)]
    news = "The ferry of pier 0 opened its doors on Monday."
    assert all(news in text for text in texts(shown([*both, *rest])[:2]))


def test_an_issue_that_was_imported_many_times_counts_once():
    (one,) = weekly(1)
    copies = [replace(one, id=f"copy {number}") for number in range(9)]
    assert shown(copies) == copies


def test_an_article_that_is_printed_again_or_corrected_keeps_its_text():
    bridge = ("The bridge will close in March.", "Its steel is from 1931, an engineer found.", "Buses go over the dam.")
    again = ("Correction: the bridge will close in May.", *bridge[1:])
    first, second = weekly(2)
    first = replace(first, articles=(*first.articles, article("bridge", *bridge, number=2)))
    second = replace(second, articles=(*second.articles, article("old bridge", *again, number=2)))
    done = shown([first, second])
    assert [each.articles[1].paragraphs for each in done] == [bridge, again]
    assert WELCOME not in texts(done)[0]


def test_the_background_of_a_story_that_goes_on_stays_once_more_issues_are_known():
    issues = weekly(8)
    background = "The tunnel was begun in 2019 and has cost 90 million euros so far."
    issues[2:5] = [replace(each, articles=(article(each.id, f"News {each.id}. {background}"),)) for each in issues[2:5]]
    assert all(background in text for text in texts(shown(issues))[2:5])


def test_a_holiday_issue_does_not_bring_the_boilerplate_back():
    issues = weekly(6)
    issues[3] = issue(3, article("holiday", "We are at the sea."))
    assert all(WELCOME not in text for text in texts(shown(issues)))


def test_an_article_never_loses_all_its_text():
    about = ("The Letter comes from four people.", WELCOME)
    issues = [replace(each, articles=(*each.articles, article("us", *about, number=2))) for each in weekly(6)]
    assert {each.articles[1].paragraphs for each in shown(issues)} == {about}


def test_an_article_that_mostly_recurs_is_cut_once_several_issues_prove_it():
    def short(number):
        return issue(number, Article(1, f"Day {number}", (f"{WELCOME} {BYE} Pier {number} fell into the sea.",)))

    assert WELCOME in texts(shown([short(0), short(1)]))[0]
    others = [
        article(f"{topic} club", f"{WELCOME} {BYE} The {topic} won.", f"A {topic} has wings.") for topic in TOPICS
    ]
    issues = [issue(number, article(topic, f"The {topic} is shut. All {topic} staff went home."), other)
              for number, (topic, other) in enumerate(zip(TOPICS, others, strict=True))]  # fmt: skip
    assert texts(shown(issues))[1] == "The ferry won.\n\nA ferry has wings."


@pytest.mark.parametrize("short", ["Enjoy!", "No changes.", "下周见。"])
def test_a_very_short_sentence_goes_only_with_its_neighbour(short):
    issues = [issue(n, article(t, f"{WELCOME} {short}", f"The {t} sank at dawn.", short)) for n, t in enumerate(TOPICS)]
    assert texts(shown(issues))[0] == f"The ferry sank at dawn.\n\n{short}"


# ── what is left must stand ──────────────────────────────────────────────────────────────────────────────────────────


def told(*paragraphs):
    """Return the first of three issues' article with these paragraphs; `{}` differs from issue to issue."""
    news = ("The {0} was painted white on Friday.", "Nobody had asked for the {0} to be white.")
    issues = [issue(n, article(t, *(p.format(t) for p in (*paragraphs, *news)))) for n, t in enumerate(TOPICS[:5])]
    return shown(issues)[0].articles[0].paragraphs[:-2]


def test_a_sentence_that_points_to_a_recurring_one_keeps_it():
    assert told(f"{WELCOME} However, the {{}} is silent.") == (f"{WELCOME} However, the ferry is silent.",)


def test_a_quotation_is_not_halved():
    quoted = "“We have waited nine weeks for this morning. The {} is ours,” said Anna Holm."
    assert told(quoted) == (quoted.format("ferry"),)


def test_a_quotation_keeps_its_speaker():
    paragraph = "Anna Holm spoke to the harbour’s reporters at noon, she said. “We will not sell the {} to anybody.”"
    assert told(paragraph) == (paragraph.format("ferry"),)


def test_a_quotation_that_recurs_as_a_whole_is_a_motto():
    assert told("“The sea gives and the sea takes. We write it down,” said our founder.") == ()


def test_a_quotation_that_never_ends_is_left_alone():
    paragraph = f"“We waited for the {{0}}. {BYE} The {{0}} came."
    assert told(paragraph) == (paragraph.replace("{0}", "ferry"),)


def test_what_stays_of_a_paragraph_stays_to_the_byte():
    paragraph = f"The {{0}}  is\tblue.\nThe {{0}} was red. {BYE}\nA man saw the {{0}}."
    assert told(paragraph) == ("The ferry  is\tblue.\nThe ferry was red. A man saw the ferry.",)


def test_chinese_needs_no_spaces():
    issues = [
        replace(
            issue(number, Article(1, word, (f"每周我们都会总结港口发生的事情。{word}在星期一开放了。",))), language="zh"
        )
        for number, word in enumerate(("渡轮", "博物馆", "灯塔"))
    ]
    assert texts(shown(issues))[0] == "渡轮在星期一开放了。"


# ── memory ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_an_issue_is_judged_by_its_neighbours():
    new = "Every Sunday, the harbour opens its book of secrets."
    issues = weekly(4 * WINDOW)
    for at in range(2 * WINDOW, 4 * WINDOW):
        (only,) = issues[at].articles
        issues[at] = replace(
            issues[at], articles=(replace(only, paragraphs=(only.paragraphs[0].replace(WELCOME, new),)),)
        )
    said = texts(shown(issues))
    assert WELCOME not in "".join(said[: 2 * WINDOW - 3])
    assert new not in "".join(said[2 * WINDOW + 3 :])


def test_traces_stand_in_the_order_of_their_days_and_a_new_reading_replaces_an_old_one():
    old, new = weekly(2)
    undated = replace(old, id="undated", date=None)
    changed = replace(undated, id="file", modified=datetime(2026, 1, 3, tzinfo=UTC))
    found = traces([undated, changed, new], [trace(replace(new, articles=()), TODAY), trace(old, TODAY)], TODAY)
    assert [(each.issue, each.day) for each in found] == [
        ("00", date(2026, 1, 1)), ("file", date(2026, 1, 3)), ("01", date(2026, 1, 8)), ("undated", TODAY),
    ]  # fmt: skip
    assert found[2] == trace(new, TODAY)


def test_the_trace_of_a_huge_issue_is_bounded_and_what_recurs_is_still_found():
    long = [issue(n, article(t, *(f"The {t} has {x} windows and a door." for x in range(9000)), WELCOME, BYE))
            for n, t in enumerate(TOPICS[:2])]  # fmt: skip
    assert {len(trace(each, TODAY).hashes) for each in long} == {2000}


def test_an_issue_without_words_says_nothing():
    empty = [issue(n, Article(1, "", ("…", "\ud83d"))) for n in range(3)]
    assert shown(empty) == empty
    assert trace(empty[0], TODAY).hashes == frozenset()
