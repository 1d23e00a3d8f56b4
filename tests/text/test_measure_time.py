import time

import pytest

from benchmarks.counting import COUNTERS, HOSTILE


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_text_of_100_kb_takes_no_longer_than_it_is_long(text):
    begun = time.process_time()
    for count in COUNTERS.values():
        count(text)
    assert time.process_time() - begun < 2  # 0.25 s at most; minutes where anything is quadratic
