"""Names and credentials of the sandbox's accounts."""

import pytest
import yaml

from sharebot.errors import SharebotError
from sharebot.sandbox.accounts import accounts_yaml, credentials, named_by, number


def test_the_yaml_says_what_the_credentials_are():
    url = "http://127.0.0.1:8080"
    assert yaml.safe_load(accounts_yaml(url, "news-1")) == {"accounts": credentials(url, "news-1")}


@pytest.mark.parametrize("name", ["", "-a", "a-", "A", "a b", "a.b", "a" * 31, "é"])
def test_a_name_that_no_network_could_bear_is_refused(name):
    with pytest.raises(SharebotError, match="cannot be an account"):
        accounts_yaml("http://127.0.0.1:8080", name)
    assert named_by(f"sandbox-{name}") is None


def test_a_token_names_its_account():
    assert named_by("sandbox-weekly-news") == "weekly-news"
    assert named_by("sandboxweekly") is None


def test_accounts_have_different_numbers_that_stay():
    assert number("a") == number("a") != number("b")
    assert number("a").isdecimal()
