"""Summaries with one corruption each, beside the faithful one: what must be caught, and what must pass."""

import json
from collections import Counter
from pathlib import Path

from sharebot.text.verify import verify

ROWS = [
    json.loads(line) for line in Path(__file__).with_name("corrupted.jsonl").read_text(encoding="utf-8").splitlines()
]
KINDS = ("number", "speaker", "quotation", "name", "negation", "clause", "opener")


def faults(row, which):
    return verify(row[which], None, row["text"], row["language"])


def test_of_a_hundred_corrupted_summaries_ninety_eight_are_caught():
    missed = [row["id"] for row in ROWS if not faults(row, "corrupted")]
    assert len(missed) <= 0.02 * len(ROWS), missed


def test_no_faithful_summary_is_refused():
    assert {row["id"]: found for row in ROWS if (found := faults(row, "clean"))} == {}


def test_the_set_is_what_it_says():
    counts = Counter(row["kind"] for row in ROWS)
    assert counts.keys() == set(KINDS)
    assert min(counts.values()) >= 14
    assert len({row["id"] for row in ROWS}) == len(ROWS) >= 100
    assert all(row["clean"] != row["corrupted"] and row["clean"] in row["text"] for row in ROWS)
