"""What a language model said of an article is kept, so that it is asked once."""

from datetime import timedelta


def test_a_ranking_is_found_by_its_digest(ledger, now):
    ledger.keep_rankings({"a": (2, 0, 1), "b": ()}, now)
    assert ledger.rankings(["a", "b", "c"]) == {"a": (2, 0, 1), "b": ()}
    assert ledger.rankings([]) == {}


def test_the_first_ranking_of_an_article_stays(ledger, now):
    ledger.keep_rankings({"a": (2, 0)}, now)
    ledger.keep_rankings({"a": (1,)}, now + timedelta(days=2))
    assert ledger.rankings(["a"]) == {"a": (2, 0)}


def test_many_rankings_are_kept_and_found(ledger, now):
    many = {f"{number:064}": (number % 40,) for number in range(1200)}
    ledger.keep_rankings(many, now)
    assert ledger.rankings(list(many)) == many


def test_a_ranking_that_nothing_used_for_90_days_is_forgotten(ledger, now):
    ledger.keep_rankings({"old": (0,), "used": (1,)}, now)
    ledger.keep_rankings({"used": (1,)}, now + timedelta(days=60))
    ledger.keep_rankings({}, now + timedelta(days=90))
    assert ledger.rankings(["old", "used"]) == {"old": (0,), "used": (1,)}
    ledger.keep_rankings({}, now + timedelta(days=91))
    assert ledger.rankings(["old", "used"]) == {"used": (1,)}
    ledger.keep_rankings({"new": (3,)}, now + timedelta(days=151))
    assert ledger.rankings(["old", "used", "new"]) == {"new": (3,)}
