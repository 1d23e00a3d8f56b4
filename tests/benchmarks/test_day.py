"""A shorter day of the one that is measured: what a daemon keeps does not grow with what it has posted."""

import pytest

from benchmarks.day import WARM, lived, sandbox_without_limits
from benchmarks.processes import fresh

pytestmark = [pytest.mark.integration, pytest.mark.timeout(300)]

_MORE = 6
_ARTICLES = 12
_STRAY = 250
"""Objects that come whatever is posted, such as the standard library's memory of 128 addresses; one for each of these
posts would be more together with those."""


def test_hours_of_posts_leave_nothing_behind_in_memory_once_the_daemon_is_warm():
    with sandbox_without_limits() as sandbox:
        hours = fresh(lived, sandbox.url, WARM + _MORE, _ARTICLES, 1)
        assert len(sandbox.posts()) == hours[-1].posts == (WARM + _MORE) * _ARTICLES * 3
    warm, last = hours[WARM - 1], hours[-1]
    assert last.objects.total() - warm.objects.total() < _STRAY, (last.objects - warm.objects).most_common(10)
