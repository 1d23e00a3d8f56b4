"""Stand-ins and checks for whoever tests sharebot, or a network or source of their own. Needs no pytest to import.

A new network derives a test class from `PlatformConformance` and gives it a fixture `harness`; the checks are the
contract that the publisher relies on. `pytest.register_assert_rewrite("sharebot.testing")` lets them explain more.
"""

from sharebot.testing.fakes import Arrived, FakeClock, FakePlatform, FakeSource, LostAnswer
from sharebot.testing.kit import Harness, PlatformConformance
from sharebot.testing.samples import NOON, sample_article, sample_issue, sample_key, sample_post

__all__ = [
    "NOON",
    "Arrived",
    "FakeClock",
    "FakePlatform",
    "FakeSource",
    "Harness",
    "LostAnswer",
    "PlatformConformance",
    "sample_article",
    "sample_issue",
    "sample_key",
    "sample_post",
]
