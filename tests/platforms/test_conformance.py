"""Every network passes the kit that strangers' networks are asked to pass."""

import subprocess
import sys

import pytest

from sharebot.platforms.bluesky import Bluesky
from sharebot.platforms.mastodon import Mastodon
from sharebot.platforms.x import X
from sharebot.testing import PlatformConformance


@pytest.mark.integration
class TestMastodon(PlatformConformance):
    @pytest.fixture
    def harness(self, harness_of):
        return harness_of("mastodon", Mastodon)


@pytest.mark.integration
class TestX(PlatformConformance):
    @pytest.fixture
    def harness(self, harness_of):
        return harness_of("x", X)


@pytest.mark.integration
class TestBluesky(PlatformConformance):
    @pytest.fixture
    def harness(self, harness_of):
        return harness_of("bluesky", Bluesky)


def test_building_every_network_loads_no_client_library_and_needs_no_network():
    code = """
import sys
from sharebot.platforms.bluesky import Bluesky
from sharebot.platforms.mastodon import Mastodon
from sharebot.platforms.x import X

Bluesky(Bluesky.Settings(handle="news.example", app_password="p"))
Mastodon(Mastodon.Settings(server="https://nowhere.invalid", access_token="t"))
X(X.Settings(api_key="a", api_secret="b", access_token="c", access_secret="d"))
sys.exit(bool({"tweepy", "mastodon", "oauthlib"} & set(sys.modules)))
"""
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize("platform", [Bluesky, Mastodon, X])
def test_every_setting_is_described_with_an_example(platform):
    for name, field in platform.Settings.model_fields.items():
        assert field.description, name
        assert field.examples, name
