"""Summaries with one corruption each, beside the faithful one: what must be caught, and what must pass."""

import json
from collections import Counter
from functools import cache
from pathlib import Path

from sharebot.text.verify import verify

KINDS = {"number", "speaker", "quotation", "name", "negation", "clause", "opener"}


@cache
def rows():
    text = Path(__file__).with_name("corrupted.jsonl").read_text(encoding="utf-8")
    return tuple(json.loads(line) for line in text.splitlines())


def faults(row, which):
    return verify(row[which], None, row["text"], row["language"])


def is_made_of_whole_pieces(summary, text):
    """Tell whether `summary` is in `text`, or is two pieces of it, in its order, joined by a space."""
    cuts = [at for at, character in enumerate(summary) if character == " "]
    pairs = [(text.find(summary[:at]), at, text.find(summary[at + 1 :])) for at in cuts]
    return summary in text or any(first >= 0 and first + at <= second for first, at, second in pairs)


def test_of_a_hundred_corrupted_summaries_ninety_eight_are_caught():
    missed = [row for row in rows() if not faults(row, "corrupted")]
    counts, left = Counter(row["kind"] for row in rows()), Counter(row["kind"] for row in missed)
    shares = {kind: round(1 - left[kind] / count, 3) for kind, count in counts.items()}
    assert len(missed) <= 0.02 * len(rows()), ([row["id"] for row in missed], shares)


def test_no_faithful_summary_is_refused():
    assert {row["id"]: found for row in rows() if (found := faults(row, "clean"))} == {}


def test_the_set_has_a_hundred_summaries_and_fifteen_of_each_kind_whose_faithful_ones_are_verbatim():
    counts = Counter(row["kind"] for row in rows())
    assert counts.keys() == KINDS
    assert min(counts.values()) >= 15
    assert len({row["id"] for row in rows()}) == len(rows()) >= 100
    assert [row["id"] for row in rows() if not is_made_of_whole_pieces(row["clean"], row["text"])] == []
    assert [row["id"] for row in rows() if row["clean"] == row["corrupted"]] == []
