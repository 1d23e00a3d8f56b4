"""What a plan takes: the networks' quotas in any stretch of time, money by the month, and who would wait."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sharebot.config.values import Account, Budget, Config, Newsletter, Stream
from sharebot.model import Post, Quota, Rules, State
from sharebot.pipeline import Entry
from sharebot.pipeline.caps import caps
from sharebot.pipeline.quota import Span, busiest, forecasts, length, some, waiting
from sharebot.platforms.bluesky import Bluesky
from sharebot.platforms.mastodon import Mastodon
from sharebot.platforms.x import X
from sharebot.schedule import Most, Schedule
from sharebot.settings import Settings

NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)
HOUR = timedelta(hours=1)
COSTS = st.lists(st.tuples(st.integers(-90, 90), st.integers(0, 4)), max_size=25).map(
    lambda made: [(NOW + timedelta(minutes=at), cost) for at, cost in sorted(made)]
)


def spent(costs, end, within):
    """By the definition: all that lies in the stretch that ends with, and holds, the moment `end`."""
    return sum(cost for at, cost in costs if end - within < at <= end)


@settings(max_examples=100, deadline=None)
@given(COSTS)
def test_the_busiest_stretch_is_the_one_that_counting_all_of_them_finds(costs):
    ends = [at for at, _ in costs if at >= NOW]
    found = busiest(costs, HOUR, NOW)
    assert (found[0] if found else None) == max((spent(costs, end, HOUR) for end in ends), default=None)
    if found:
        total, start = found
        assert total <= sum(cost for at, cost in costs if start <= at < start + HOUR)


@settings(max_examples=100, deadline=None)
@given(COSTS, st.integers(4, 12))
def test_somebody_waits_exactly_when_a_stretch_takes_more_than_the_limit(costs, limit):
    over = any(spent(costs, at, HOUR) > limit for at, _ in costs)
    assert bool(waiting(costs, limit, HOUR)) == over


@settings(max_examples=100, deadline=None)
@given(COSTS, st.integers(4, 12))
def test_what_does_not_wait_never_exceeds_the_limit(costs, limit):
    late = set(waiting(costs, limit, HOUR))
    punctual = [each for place, each in enumerate(costs) if place not in late]
    assert all(spent(punctual, at, HOUR) <= limit for at, _ in punctual)


def test_what_waits_is_taken_once_the_first_is_a_whole_stretch_behind_and_pushes_the_next():
    minutes = [0, 10, 20, 60, 69, 71]
    costs = [(NOW + timedelta(minutes=at), 1) for at in minutes]
    # 20 waits for 60, when 0 is behind; so 60 waits for 70, when 10 is behind, and all later ones for it.
    assert waiting(costs, 2, HOUR) == [2, 3, 4, 5]


def test_a_thread_that_no_stretch_has_room_for_is_not_waited_for_without_end():
    assert waiting([(NOW, 1), (NOW + HOUR, 9)], 4, HOUR) == []
    assert waiting([(NOW, 9), (NOW, 1)], 4, HOUR) == [1]


# ── a whole plan ─────────────────────────────────────────────────────────────────────────────────────────────────────


def world(rules, *, most=(), budget=None, schedule=None) -> tuple[Config, dict[str, Rules]]:
    stream = Stream("articles", ("one",), schedule or Schedule("Europe/Paris", now=True))
    newsletter = Newsletter("weekly", "none", Settings(), (stream,))
    account = Account("one", "net", Settings(), most, budget)
    return Config(None, "Europe/Paris", {"one": account}, {"weekly": newsletter}), {"one": rules}  # type: ignore[arg-type]


def rows(delivery, times, **changes):
    return [delivery(str(n), account="one", headline=f"H{n}", due=at, **changes) for n, at in enumerate(times)]


def told(config, rules, new, standing=(), days=14):
    entries = [Entry(each, "new", "asked for") for each in new]
    return forecasts(config, rules, entries, standing, Span(NOW, NOW + timedelta(days=days)))


def minutes(count):
    return [NOW + timedelta(seconds=30 * n) for n in range(count)]


def test_mastodon_takes_300_posts_in_three_hours_and_the_plan_names_who_would_wait(delivery):
    (forecast,) = told(*world(Mastodon.rules), rows(delivery, minutes(307)))
    (words,) = forecast.warnings()
    assert words == (
        "one: 307 posts within 3 h from Tue 24 Nov 09:00, the network takes 300; these would wait:"
        " “H300”, “H301”, “H302”, “H303”, “H304” and 2 more"
    )
    (fine,) = told(*world(Mastodon.rules), rows(delivery, minutes(300)))
    assert not list(fine.warnings())
    assert fine.windows[0].spent == 300


def test_what_is_out_counts_and_is_not_said_to_wait(delivery):
    out = rows(delivery, [NOW - HOUR] * 299, state=State.PUBLISHED)
    new = [replace(each, key=f"new-{each.key}") for each in rows(delivery, minutes(2))]
    (forecast,) = told(*world(Mastodon.rules), new, out)
    assert [each.headline for each in forecast.windows[0].waiting] == ["H1"]
    assert (forecast.posts, forecast.windows[0].spent) == (2, 301)


@pytest.mark.parametrize("state", [State.FAILED, State.MISSED, State.SKIPPED, State.HELD])
def test_what_does_not_go_out_by_itself_costs_nothing(delivery, state):
    out = rows(delivery, [NOW] * 299, state=state)
    (forecast,) = told(*world(Mastodon.rules), [delivery("new", account="one", due=NOW)], out)
    assert forecast.windows[0].spent == 1


def test_every_part_of_a_thread_counts_and_on_bluesky_three_points(delivery):
    thread = (Post("1"), Post("2"), Post("3", links=("https://news.example/",)))
    (forecast,) = told(*world(Bluesky.rules), rows(delivery, [NOW], posts=thread))
    assert [(each.spent, each.quota.count) for each in forecast.windows] == [(9, 5000), (9, 35_000)]
    assert (forecast.posts, forecast.parts, forecast.links) == (1, 3, 1)


def test_the_networks_quotas_are_those_of_their_pages():
    hours = [
        (X.rules, [(100, 0.25), (10_000, 24)]),
        (Mastodon.rules, [(300, 3)]),
        (Bluesky.rules, [(5000, 1), (35_000, 24)]),
    ]
    for rules, expected in hours:
        quotas = rules.quotas
        assert [(each.count, each.within / HOUR) for each in quotas] == expected
        assert all(each.source.startswith("https://") for each in quotas)


def test_an_account_with_nothing_to_come_has_no_forecast(delivery):
    config, rules = world(Mastodon.rules)
    assert told(config, rules, []) == []
    assert told(config, rules, rows(delivery, [NOW + timedelta(days=20)])) == []


# ── money ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_money_is_added_up_by_the_month_of_the_zone_with_what_is_out(delivery):
    config, rules = world(X.rules, budget=Budget(20))
    plain = rows(delivery, [datetime(2026, 11, 2, tzinfo=UTC)], posts=(Post("no link"),), state=State.PUBLISHED)
    # In Paris the last one is in December already.
    new = [delivery(f"n{n}", account="one", due=NOW + timedelta(hours=n)) for n in range(12)]
    new.append(delivery("dec", account="one", due=datetime(2026, 11, 30, 23, 30, tzinfo=UTC)))
    (forecast,) = told(config, rules, new, plain)
    assert [(m.name, m.posts, m.links, round(m.cost, 3)) for m in forecast.months] == [
        ("November 2026", 13, 12, 2.415),
        ("December 2026", 1, 1, 0.2),
    ]
    assert round(forecast.cost, 3) == 2.6
    assert not list(forecast.warnings())


def test_looks_for_a_post_whose_answer_was_lost_are_paid_for_too(delivery):
    config, rules = world(X.rules, budget=Budget(0.42))
    lost = rows(delivery, [NOW - HOUR], looks=3, state=State.UNSURE)
    new = [replace(each, key=f"new-{each.key}") for each in rows(delivery, minutes(1))]
    (forecast,) = told(config, rules, new, lost)
    assert round(forecast.months[0].cost, 3) == 0.43
    assert [each.headline for each in forecast.months[0].beyond] == ["H0"]
    (free,) = told(*world(Mastodon.rules), new, lost)
    assert free.months == ()


def test_what_a_budget_does_not_pay_is_named(delivery):
    config, rules = world(X.rules, budget=Budget(0.4))
    (forecast,) = told(config, rules, rows(delivery, minutes(3)))
    assert list(forecast.warnings()) == ["one: November 2026 costs 0.60 USD of 0.4 USD; beyond the budget are “H2”"]
    (fine,) = told(config, rules, rows(delivery, minutes(2)))
    assert not list(fine.warnings())


# ── caps that the plan keeps already ─────────────────────────────────────────────────────────────────────────────────


def slots(*hours):
    return [datetime(2026, 11, 24 + hour // 24, hour % 24, tzinfo=UTC) for hour in hours]


def daily(most=()):
    from datetime import time

    return Schedule("Europe/Paris", at=(time(10), time(11), time(12)), most=most)


def test_a_post_that_waits_for_a_cap_is_named_with_the_cap(delivery):
    config, rules = world(Mastodon.rules, most=(Most(2, "day"),), schedule=daily())
    (forecast,) = told(config, rules, rows(delivery, slots(9, 10, 24 + 9)))
    assert list(forecast.notes()) == ["one: because of 2 per day wait for a later time: “H2”"]


def test_a_cap_of_the_schedule_and_a_budget_hold_posts_back_too(delivery):
    config, rules = world(X.rules, budget=Budget(0.5), schedule=daily((Most(2, "day"),)))
    (forecast,) = told(config, rules, rows(delivery, slots(9, 10, 24 + 9)), days=30)
    assert [each.because for each in forecast.held] == ["2 per day and the budget of 0.5 USD per month"]


def test_nothing_waits_where_no_cap_is_full_or_no_earlier_time_is_free(delivery):
    config, rules = world(Mastodon.rules, most=(Most(4, "day"),), schedule=daily())
    for hours in ((9, 10, 11, 24 + 9), (9, 24 + 9)):
        (forecast,) = told(config, rules, rows(delivery, slots(*hours)))
        assert forecast.held == ()


def test_a_time_that_the_plan_gives_up_was_not_free_yet(delivery):
    config, rules = world(Mastodon.rules, most=(Most(3, "day"),), schedule=daily())
    *kept, last = rows(delivery, slots(9, 10, 24 + 9))
    gone = delivery("gone", account="one", due=slots(11)[0])
    entries = [Entry(each, "new", "") for each in (*kept, last)]
    entries.append(Entry(replace(gone, state=State.SKIPPED), "gone", "", gone))
    (forecast,) = forecasts(config, rules, entries, [gone], Span(NOW, NOW + timedelta(days=14)))
    assert forecast.held == ()


def test_a_repost_waits_for_its_own_time_and_for_no_cap(delivery):
    config, rules = world(Mastodon.rules, most=(Most(2, "day"),), schedule=daily())
    *first, last = rows(delivery, slots(9, 10, 24 + 9))
    (forecast,) = told(config, rules, [*first, replace(last, turn=1)])
    assert forecast.held == ()


def test_a_budget_is_a_cap_where_the_network_wants_money():
    account = Account("one", "x", Settings(), (Most(17, "day"),), Budget(20))
    assert caps(account, X.rules) == (Most(17, "day"), Most(100, "month"))
    assert caps(account, Mastodon.rules) == (Most(17, "day"),)


def test_a_length_of_time_is_said_as_the_networks_say_it():
    assert [length(timedelta(minutes=each)) for each in (15, 90, 180, 1440)] == ["15 min", "90 min", "3 h", "24 h"]


def test_few_are_named_and_the_rest_is_counted(delivery):
    assert some(rows(delivery, minutes(1))) == "“H0”"
    assert some(rows(delivery, minutes(6))).endswith("“H4” and 1 more")


def test_a_network_without_quotas_has_no_windows(delivery):
    free = Rules(measure=Mastodon.rules.measure, source="https://net.example")
    (forecast,) = told(*world(free), rows(delivery, [NOW]))
    assert forecast.windows == ()
    assert Quota(1, HOUR, "https://net.example").unit == "posts"
