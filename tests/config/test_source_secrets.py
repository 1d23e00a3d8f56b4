"""A source may have secrets as an account has them; but it is read by commands that sign in nowhere, too."""

from types import SimpleNamespace

import jsonschema
import pytest
from pydantic import Field, SecretStr

from sharebot import config
from sharebot.config import yaml12
from sharebot.config.document import Document, Page
from sharebot.errors import ConfigError
from sharebot.settings import Settings


class BoxSettings(Settings):
    box: str
    password: SecretStr = Field(min_length=0)


class PlainSettings(Settings):
    plain: str


SOURCES = {"box": SimpleNamespace(Settings=BoxSettings), "plain": SimpleNamespace(Settings=PlainSettings)}


@pytest.fixture
def source(load_sources):
    return lambda words, **how: load_sources(words, **how).newsletters["weekly"].source


@pytest.fixture
def load_sources(tmp_path, whole):
    def read(words, *, env=None, secrets=True):
        file = tmp_path / "sharebot.yaml"
        file.write_text(text_of(whole, words))
        (tmp_path / "secret").write_text("the-password\n")
        platforms = {"town": SimpleNamespace(Settings=PlainSettings)}
        return config.load(file, platforms=platforms, sources=SOURCES, env=env or {}, secrets=secrets)

    return read


def text_of(whole, words):
    accounts = "town: {platform: town, plain: x}\n"
    return whole(accounts=accounts, newsletter=f"source: {words}\n", stream="name: a\nto: town\nschedule: now\n")


def messages(load_sources, words, **how):
    with pytest.raises(ConfigError) as caught:
        load_sources(words, **how)
    return str(caught.value)


@pytest.mark.parametrize("secrets", [True, False])
def test_a_source_takes_its_secret_from_a_variable_or_a_file_whoever_asks(source, secrets):
    words = "{box: x, password: '${BOX}'}"
    assert source(words, env={"BOX": "p1"}, secrets=secrets).password.get_secret_value() == "p1"
    words = "{box: x, password_file: secret}"
    assert source(words, secrets=secrets).password.get_secret_value() == "the-password"


def test_a_missing_secret_is_told_where_it_is_needed(load_sources):
    assert "source.password: the environment variable BOX is not set" in messages(
        load_sources, "{box: x, password: '${BOX}'}"
    )
    assert "source.password_file: there is no file nowhere" in messages(
        load_sources, "{box: x, password_file: nowhere}"
    )
    assert "source.password: is missing" in messages(load_sources, "{box: x}")


@pytest.mark.parametrize("words", ["{box: x, password: '${BOX}'}", "{box: x, password_file: nowhere}"])
def test_a_missing_secret_is_empty_where_nobody_signs_in(source, words):
    assert source(words, secrets=False).password.get_secret_value() == ""


def test_a_secret_in_plain_text_is_warned_of_and_never_shown(load_sources):
    found = load_sources("{box: x, password: hunter2}")
    assert "hunter2" not in str(found)
    assert any("WEEKLY_PASSWORD" in str(warning) for warning in found.warnings)
    assert not any("hunter2" in str(warning) for warning in found.warnings)


@pytest.mark.parametrize(
    "words",
    [
        "{box: x, password: hunter2, colour: red}",
        "{box: x, pasword: hunter2}",
        "{bax: x, password: hunter2}",
        "{box: x, password: hunter2, password_file: secret}",
        "{box: 'imaps://me:hunter2@mail.example', password: [x]}",
    ],
)
def test_no_message_shows_a_secret(load_sources, words):
    assert "hunter2" not in messages(load_sources, words)


def test_dollars_in_a_source_without_secrets_stay_what_they_are(source):
    assert source("{plain: '${HOME}/issues'}").plain == "${HOME}/issues"


@pytest.mark.parametrize(
    ("words", "right"),
    [
        ("{box: x, password: '${BOX}'}", True),
        ("{box: x, password_file: secret}", True),
        ("{box: x, password: a, password_file: secret}", False),
        ("{box: x}", False),
    ],
)
def test_the_schema_says_the_same_of_sources_secrets(whole, words, right):
    schema = config.schema({"town": SimpleNamespace(Settings=PlainSettings)}, SOURCES)
    data = yaml12.build(Document([Page("sharebot.yaml", text_of(whole, words))]))
    assert jsonschema.Draft202012Validator(schema).is_valid(data) is right
