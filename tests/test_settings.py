from datetime import timedelta

import pytest
from pydantic import TypeAdapter, ValidationError

from sharebot.settings import Server, Settings, duration, is_loopback, on_this_machine


@pytest.mark.parametrize(
    ("text", "length"),
    [("30m", timedelta(minutes=30)), ("1h 30m", timedelta(minutes=90)), ("7d", timedelta(days=7)), ("0s", timedelta())],
)
def test_a_duration_is_written_as_people_write_it(text, length):
    assert duration(text) == length
    assert duration(length) == length


@pytest.mark.parametrize("text", ["", "30", "30 minutes", "x 30m", "30m y", 30, None, "99999999999999999w"])
def test_what_is_no_duration_is_refused_with_the_cure(text):
    with pytest.raises(ValueError, match="a duration"):
        duration(text)


@pytest.mark.parametrize("url", ["http://127.0.0.1:8420", "http://localhost", "http://[::1]:80", "https://a.example"])
def test_a_server_is_reached_by_https_or_lies_on_this_machine(url):
    assert TypeAdapter(Server).validate_python(url + "/") == url


@pytest.mark.parametrize(
    "url", ["http://mastodon.example", "ftp://a.example", "mastodon.example", "https://", "https://me:secret@a.example"]
)
def test_a_server_that_would_see_the_token_in_the_open_is_refused(url):
    with pytest.raises(ValidationError) as caught:
        TypeAdapter(Server).validate_python(url)
    assert "secret" not in caught.value.errors(include_input=False)[0]["msg"]


@pytest.mark.parametrize("url", ["http://127.0.0.1.evil.example", "http://localhost.evil.example", "http://10.0.0.1"])
def test_a_name_that_only_looks_like_this_machine_is_not(url):
    assert not is_loopback(url)


class Known(Settings):
    server: str
    handle: str = "weekly"


class Nowhere(Settings):
    handle: str = "weekly"


def test_only_settings_whose_every_address_is_here_stay_on_this_machine():
    assert on_this_machine(Known(server="http://127.0.0.1:1"))
    assert not on_this_machine(Known(server="https://mastodon.example"))
    assert not on_this_machine(Nowhere())
