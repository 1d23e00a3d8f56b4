from dataclasses import fields, replace
from pathlib import Path

import pytest

from benchmarks import scale
from benchmarks.scale import LEDGER, PROCRASTINATE, Assumptions, Plan

PAGE = (Path(__file__).parents[2] / "docs/explanation/scale.md").read_text("utf-8")
KNOWN = Assumptions()


@pytest.mark.parametrize("spread", [0, 1, 300, 900])
def test_a_day_has_all_posts_whatever_they_are_spread_over(spread):
    assert sum(scale.arrivals(KNOWN, spread)) == pytest.approx(KNOWN.posts)


def test_most_is_due_when_it_is_nine_in_europe_and_spreading_makes_that_flat():
    at_once, spread = scale.arrivals(KNOWN, 0), scale.arrivals(KNOWN, 300)
    nine = 8 * scale.HOUR
    evenly = at_once[nine + 1]
    assert max(at_once) == at_once[nine]
    assert max(spread) == pytest.approx((at_once[nine] - evenly) / 300 + evenly)


def test_a_post_is_sent_once_more_for_each_failure_and_twice_for_each_doubt():
    assert scale.sendings(replace(KNOWN, fails=0, doubts=0)) == 1
    assert scale.sendings(replace(KNOWN, fails=0.5, doubts=0)) == 2
    assert scale.sendings(replace(KNOWN, fails=0, doubts=0.1)) == pytest.approx(1.2)


def test_each_part_lets_through_what_it_has_by_what_a_post_takes():
    known = replace(KNOWN, fails=0, doubts=0, call=0.4, commit=0.05, slots=100, host_cores=2, base_cores=13, hand=0.5)
    engine = replace(PROCRASTINATE, cpu=4, base_cpu=1.3, commits=4)
    assert scale.limits(known, Plan(engine, hosts=3, databases=2)) == pytest.approx(
        {
            "calls at once": 3 * 100 / 0.5,
            "the hosts' processors": 3 * 2 * 250,
            "the database's commits": 2 * 20_000 / 4,
            "the database's processors": 2 * 13 / 0.0013,
            "the database's log": 2 * 200_000 / 6.3,
            "handing by one host": 2 * 2000,
        }
    )
    assert "handing by one host" not in scale.limits(known, Plan(LEDGER))


def test_hosts_give_way_first_until_there_are_so_many_that_the_database_does():
    assert scale.narrowest(KNOWN, Plan(LEDGER, hosts=17))[0] == "calls at once"
    assert scale.narrowest(KNOWN, Plan(LEDGER, hosts=18))[0] == "the database's commits"
    assert scale.narrowest(KNOWN, Plan(PROCRASTINATE, hosts=6))[0] == "handing by one host"


def test_of_posts_due_at_one_moment_the_last_waits_until_all_others_are_sent():
    due = [0.0] * (2 * scale.HOUR)
    due[scale.HOUR] = 1000.0
    hour = scale.busiest(due, 10)
    assert list(hour[:2]) == [(0, 1000), (990, 0)]
    assert scale.late(hour, 10, 60) == pytest.approx(0.4)
    assert scale.lag(hour, 10) == pytest.approx(99, abs=0.1)
    assert scale.lag(hour, 10, 0.5) == pytest.approx(50, abs=0.1)


def test_what_the_hour_before_left_is_waited_for():
    due = [0.0] * (2 * scale.HOUR)
    due[scale.HOUR - 1], due[scale.HOUR] = 100.0, 200.0
    assert scale.busiest(due, 10)[0] == (90, 200)
    assert scale.lag(scale.busiest(due, 10), 10, 1.0) == pytest.approx(29, abs=0.1)


@pytest.mark.parametrize("plan", scale.PLANS)
def test_a_plan_that_is_enough_is_not_with_one_host_or_one_database_fewer(plan):
    found = scale.enough(KNOWN, plan)
    assert scale.lags(KNOWN, found)[1] <= scale.LATEST
    assert scale.lags(KNOWN, replace(found, hosts=found.hosts - 1))[1] > scale.LATEST
    if found.databases > 1:
        fewer = replace(found, databases=found.databases - 1, hosts=4096)
        assert scale.lags(KNOWN, fewer)[1] > scale.LATEST


def test_a_day_writes_what_each_post_writes():
    known = replace(KNOWN, posts=1_000_000, fails=0, doubts=0, log_insert=2, log_send=6, row=3, ahead=2, due=50)
    assert scale.growth(known) == pytest.approx({"log a day": 8, "finished rows a day": 3, "index of due posts": 0.1})


def test_the_page_has_what_is_assumed_and_what_comes_of_it():
    for known in fields(Assumptions):
        assert f"| {known.default:,.12g} | {known.metadata['unit']} | {known.metadata['source']} |" in PAGE
    for plan in (scale.enough(KNOWN, plan) for plan in scale.PLANS):
        most, what = scale.lags(KNOWN, plan)[1], scale.narrowest(KNOWN, plan)[0]
        row = f"| {plan.engine.name} | {plan.spread} s | {plan.databases} | {plan.hosts} | {most:.0f} s | {what} |"
        assert row in PAGE
    for hosts in scale.HOSTS:
        half, most = scale.lags(KNOWN, Plan(LEDGER, 300, hosts=hosts))
        assert f"| {hosts} | {half:.0f} s | {most:.0f} s |" in PAGE
    ledger, engine = scale.limits(KNOWN, Plan(LEDGER)), scale.limits(KNOWN, Plan(PROCRASTINATE))
    for name, most in ledger.items():
        assert f"| {name} | {most:,.0f} | {engine[name]:,.0f} |" in PAGE
    for name, size in scale.growth(KNOWN).items():
        assert f"| {name} | {size:.0f} GB |" in PAGE
