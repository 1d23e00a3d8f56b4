"""What contradicts itself although every key is right is an error, at its place and with the cure."""

import pytest

POST = "newsletters.weekly.posts"


def told(problems):
    return [f"{each.path}: {each.message}" + (f" ({each.hint})" if each.hint else "") for each in problems]


def stream(rest):
    return {"stream": f"name: a\nto: [town, bell]\n{rest}\n"}


@pytest.mark.parametrize(
    ("schedule", "messages"),
    [
        ("{at: 23:00, quiet: 22:00-07:00}", ["at: 23:00 is in the quiet hours"]),
        (
            "{at: [21:59, 22:00, 06:59, 07:00], quiet: 22:00-07:00}",
            ["at.1: 22:00 is in the quiet hours", "at.2: 06:59 is in the quiet hours"],
        ),
        ("{at: [13:00, 14:00], quiet: 13:30-13:45}", []),
        ("{cron: '0 23,6 * * 1', quiet: 22:00-07:00}", ["cron: all its times are in the quiet hours"]),
        ("{cron: 0 * * * 1, quiet: 22:00-07:00}", []),
    ],
)
def test_a_time_in_the_quiet_hours_contradicts_itself(load, problems, whole, schedule, messages):
    text = whole(**stream(f"schedule: {schedule}"))
    if messages:
        hint = "(nothing is posted from 22:00 to 07:00; choose another time, or change quiet)"
        assert told(problems(text)) == [f"{POST}.0.schedule.{message} {hint}" for message in messages]
    else:
        assert load(text)


@pytest.mark.parametrize("first", ["", "what: thread\n"])
@pytest.mark.parametrize("second", ["", ", what: thread"])
def test_two_streams_that_would_post_the_same_article_to_an_account_are_told_at_the_second(
    problems, whole, first, second
):
    text = whole(stream=f"name: a\nto: town\nschedule: now\n{first}")
    (problem,) = problems(f"{text}      - {{name: b, to: [bell, town], schedule: now{second}}}\n")
    assert told([problem]) == [
        (
            f"{POST}.1.to.1: weekly.a posts the same articles to 'town' "
            "(write duplicates: allow here, or repost: in the schedule of weekly.a)"
        )
    ]
    assert str(problem).endswith(" " * 29 + "^")


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("what: digest", ""),
        ("", ", what: digest"),
        ("duplicates: allow", ""),
        ("", ", duplicates: allow"),
    ],
)
def test_a_digest_and_what_may_double_are_no_fault(load, whole, first, second):
    text = whole(stream=f"name: a\nto: town\nschedule: now\n{first}\n")
    assert load(f"{text}      - {{name: b, to: town, schedule: now{second}}}\n")


def another(newsletter, to="town"):
    return f"  other:\n    {newsletter}\n    posts: [{{name: a, to: {to}, schedule: now}}]\n"


@pytest.mark.parametrize("source", ["{folder: ./issues}", "{folder: x/../issues}", "{folder: issues, every: 1m}"])
def test_newsletters_of_one_source_double_too(problems, whole, source):
    text = whole(stream="name: a\nto: town\nschedule: now\n")
    assert told(problems(text + another(f"source: {source}"))) == [
        (
            "newsletters.other.posts.0.to: weekly.a posts the same articles to 'town' "
            "(write duplicates: allow here, or repost: in the schedule of weekly.a)"
        )
    ]


@pytest.mark.parametrize(
    "newsletter",
    ["source: {folder: others}", "source: {feed: issues}", "source: {folder: issues}\n    include: [News*]"],
)
def test_newsletters_with_articles_of_their_own_do_not(load, whole, newsletter):
    assert load(whole(stream="name: a\nto: town\nschedule: now\n") + another(newsletter))


def test_what_doubles_is_told_beside_whatever_else_is_wrong(problems, whole):
    text = whole(head="version: 1\ntimezone: Paris\n", stream="name: a\nto: town\nschedule: now\n")
    found = told(problems(text + "      - {name: b, to: town, schedule: now}\n      - {name: c, to: town}\n"))
    assert [each.partition(":")[0] for each in found] == [
        "timezone",
        f"{POST}.1.to",
        f"{POST}.2.schedule",
        f"{POST}.2.to",
    ]


@pytest.mark.parametrize(
    ("words", "told_"),
    [
        (476, []),
        (477, ["501 of 500 on town"]),
        (520, ["544 of 500 on town"]),
    ],
)
def test_a_text_must_leave_room_for_the_link_where_it_counts_23(load, problems, whole, words, told_):
    text = whole(stream=f"name: a\nto: town\nschedule: now\ntext: '{'x' * words} {{link}}'\n")
    if told_:
        assert told(problems(text)) == [
            (
                f"{POST}.0.text: its own words leave no room for the link: {told_[0]} (shorten it by {words - 476}, "
                "or put words that may go into brackets with a field: [ by {author}])"
            )
        ]
    else:
        assert load(text)


def test_a_link_that_is_shown_whole_counts_whole_with_its_parameters(problems, whole):
    newsletter = (
        "source: {folder: x}\nlink: 'https://n.example/{issue.id}#{article.number}'\nutm: {source: '{platform}'}\n"
    )
    rest = f"what: thread\nschedule: now\nopening: '{'é' * 280} {{link}}'"
    (problem,) = problems(whole(newsletter=newsletter, **stream(rest)))
    link = "https://n.example/2026-12-01?utm_source=bell#10"
    assert problem.path == f"{POST}.0.opening"
    assert f"{281 + len(link)} of 300 on bell" in problem.message


def test_all_networks_without_room_are_told_at_once(problems, whole):
    (problem,) = problems(whole(**stream(f"schedule: now\ntext: '{'x' * 500} {{link}}'")))
    assert problem.message.endswith("524 of 500 on town, 557 of 300 on bell")


def test_words_that_may_go_take_no_room(load, whole):
    assert load(whole(**stream(f"schedule: now\ntext: '{{headline}} {{link}}[{'x' * 500} {{author}}]'")))


def test_a_text_of_fields_alone_has_no_words_of_its_own(load, whole):
    assert load(whole(**stream("schedule: now\ntext: '{headline}'")))


@pytest.mark.parametrize("by", ["alice", "[alice]", "[alice, alice]"])
def test_two_people_are_two(problems, whole, by):
    text = whole(newsletter=f"source: {{folder: x}}\napproval: {{by: {by}, two_people: true}}\n")
    assert told(problems(text)) == [
        (
            "newsletters.weekly.approval.by: two_people needs two names: nobody approves words of their own "
            "(name one more who may approve, or delete two_people)"
        )
    ]


@pytest.mark.parametrize(
    "rest", ["by: [a, b], two_people: true", "by: a", "by: [a], two_people: false", "two_people: true"]
)
def test_two_names_or_anybody_may_be_two_people(load, whole, rest):
    assert load(whole(newsletter=f"source: {{folder: x}}\napproval: {{{rest}}}\n"))
