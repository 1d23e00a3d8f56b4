"""What a schedule comes to in a month is held against budget and quotas, in numbers, when somebody asks."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from sharebot.model import Quota

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)  # a Sunday; the 30 days hold 22 weekdays
TOWN = "town:\n  platform: town\n  server: https://town.example\n  token: ${TOWN_TOKEN}\n"


@pytest.fixture
def warned(load, whole, platforms, monkeypatch):
    """Load one stream (or more) to the account `town`, on a network that asks for money or counts posts."""

    def read(schedule, account="", rest="", more="", **rules):
        monkeypatch.setattr(platforms["town"], "rules", replace(platforms["town"].rules, **rules))
        stream = f"name: a\nto: town\nschedule: {schedule}\n{rest}"
        text = whole(head="version: 1\ntimezone: Europe/Paris\n", accounts=TOWN + account, stream=stream)
        return [f"{w.path}: {w.message} ({w.hint})" for w in load(text + more, now=NOW).warnings]

    return read


PRICE = {"per_post": 0.015, "per_link_post": 0.2}
TWICE = "{every: weekday, at: [09:00, 12:30]}"


def test_a_budget_that_the_schedule_overruns_is_told_in_numbers(warned):
    assert warned(TWICE, "  budget: 5 USD per month\n", **PRICE) == [
        (
            "accounts.town.budget: up to 44 posts in 30 days would cost 8.80 USD "
            "(posts beyond the budget wait; raise it, or write most: 25 per month)"
        )
    ]


@pytest.mark.parametrize(
    ("schedule", "account", "rest"),
    [
        (TWICE, "  budget: 8.80 USD per month\n", ""),
        (TWICE, "  budget: 5 USD per month\n  most: 1 per day\n", ""),
        ("{every: weekday, at: [09:00, 12:30], most: 1 per day}", "  budget: 5 USD per month\n", ""),
        (TWICE, "  budget: 5 USD per month\n", "text: '{headline}'\n"),
        ("now", "  budget: 0.01 USD per month\n", ""),
        (TWICE, "", ""),
    ],
)
def test_a_budget_that_suffices_is_not(warned, schedule, account, rest):
    assert [each for each in warned(schedule, account, rest, **PRICE) if "budget" in each] == []


def test_a_network_that_asks_for_no_money_costs_none(warned):
    assert warned(TWICE, "  budget: 0 USD per month\n") == []


def test_a_budget_below_one_post_can_only_be_raised(warned):
    (told,) = warned(TWICE, "  budget: 0.10 USD per month\n", **PRICE)
    assert told.endswith("(raise it)")


def test_all_streams_of_all_newsletters_are_counted_together(warned):
    other = "  other:\n    source: {folder: x}\n    posts: [{name: a, to: town, schedule: {cron: 0 8 * * 6}}]\n"
    (told,) = warned(TWICE, "  budget: 5 USD per month\n", more=other, **PRICE)
    assert "up to 48 posts in 30 days would cost 9.60 USD" in told


DAY = Quota(17, timedelta(hours=24), "https://town.example/limits")


def test_a_quota_that_the_schedule_overruns_is_told_at_the_schedule(warned):
    assert warned("{cron: 0 6-23 * * *}", quotas=(DAY,)) == [
        (
            "newsletters.weekly.posts.0.schedule: up to 18 posts in 24 hours; town takes 17 from an account "
            "(posts beyond it wait; write fewer times, or most: for town)"
        )
    ]


def test_a_quota_that_the_accounts_own_cap_overruns_is_told_there(warned):
    points = Quota(5000, timedelta(hours=1), "https://town.example/limits", unit="points", per_post=300)
    assert warned("{cron: '* 9 * * *'}", "  most: 20 per hour\n", quotas=(points,)) == [
        (
            "accounts.town.most: up to 20 posts in an hour come to 6000 points; town takes 5000 from an account "
            "(posts beyond it wait; write fewer times, or most: for town)"
        )
    ]


@pytest.mark.parametrize("schedule", ["{cron: 0 7-23 * * *}", "{cron: 0 6-23 * * *, gap: 2h}"])
def test_a_quota_that_suffices_is_not(warned, schedule):
    assert warned(schedule, quotas=(DAY,)) == []


def test_an_accounts_cap_is_no_quotas_match_where_its_day_is_another(warned):
    (told,) = warned("{cron: 0 * * * *, most: 17 per day}", quotas=(DAY,))
    assert "up to 24 posts in 24 hours" in told


def test_nobody_is_told_who_does_not_ask(load, whole):
    text = whole(accounts=TOWN + "  budget: 0.01 USD per month\n", stream="name: a\nto: town\nschedule: {at: 9:00}\n")
    assert load(text).warnings == ()
