"""What `sharebot login` stored may be left out of the file."""

from datetime import UTC, datetime
from types import SimpleNamespace

import jsonschema
import pytest

from sharebot import config
from sharebot.errors import ConfigError, Sealed
from sharebot.model import Credential

NOW = "name: a\nto: town\nschedule: now\n"
BARE = "town:\n  platform: town\n  server: https://town.example\n"
ENDS = datetime(2027, 1, 1, tzinfo=UTC)


@pytest.fixture
def signs(platforms, monkeypatch):
    """Give the town a sign-in of its own."""
    town = platforms["town"]
    signing = SimpleNamespace(Settings=town.Settings, rules=town.rules, sign_in=lambda *_: None)
    monkeypatch.setitem(platforms, "town", signing)


def stored(name):
    return Credential({"token": "the-stored-token"}, ends=ENDS) if name == "town" else None


@pytest.mark.usefixtures("signs")
def test_what_the_file_leaves_out_is_what_was_stored(load, whole):
    account = load(whole(accounts=BARE, stream=NOW), stored=stored).accounts["town"]
    assert account.settings.token.get_secret_value() == "the-stored-token"
    assert (account.lacking, account.ends) == (("token",), ENDS)


@pytest.mark.usefixtures("signs")
def test_what_the_file_gives_counts_and_nothing_is_looked_up(load, whole):
    def never(_):
        raise AssertionError

    account = load(whole(accounts=f"{BARE}  token: ${{TOWN_TOKEN}}\n", stream=NOW), stored=never).accounts["town"]
    assert account.settings.token.get_secret_value() == "the-town-token"
    assert (account.lacking, account.ends) == ((), None)


@pytest.mark.usefixtures("signs")
def test_what_is_neither_given_nor_stored_is_told_with_both_cures(problems, whole):
    (problem,) = problems(whole(accounts=BARE, stream=NOW))
    assert (problem.path, problem.message) == ("accounts.town.token", "is missing")
    assert problem.hint == "write token: ${TOWN_TOKEN}, or run `sharebot login town`"


def test_a_network_without_a_sign_in_asks_for_its_secret_as_ever(problems, whole):
    (problem,) = problems(whole(accounts=BARE, stream=NOW), stored=stored)
    assert (problem.message, problem.hint) == ("is missing", "write token: ${TOWN_TOKEN}")


@pytest.mark.usefixtures("signs")
def test_what_cannot_be_opened_is_told_once_at_the_account(problems, whole):
    def sealed(_):
        raise Sealed("set SHAREBOT_KEY")

    (problem,) = problems(whole(accounts=BARE, stream=NOW), stored=sealed)
    assert (problem.path, problem.message) == ("accounts.town", "set SHAREBOT_KEY")


@pytest.mark.usefixtures("signs")
def test_without_secrets_nothing_is_looked_up_and_nothing_missed(load, whole):
    account = load(whole(accounts=BARE, stream=NOW), secrets=False).accounts["town"]
    assert account.settings.token.get_secret_value() == ""
    assert account.lacking == ("token",)


@pytest.mark.usefixtures("signs")
def test_who_signs_in_gets_what_is_there_and_misses_nothing(load, whole):
    bell = "bell: {platform: bell, handle: a, key: '${GONE}'}\n"
    both = f"{BARE}  second_token: ${{TOWN_TOKEN}}\n  token: ${{NOT_SET}}\n{bell}"
    account = load(whole(accounts=both, stream=NOW), secrets="town").accounts["town"]
    assert account.settings.second_token.get_secret_value() == "the-town-token"
    assert account.settings.token.get_secret_value() == ""


@pytest.mark.usefixtures("signs")
def test_a_stored_secret_is_shown_by_no_message(problems, whole):
    text = whole(accounts=f"{BARE}  visibility: the-stored-token\n", stream=NOW)
    assert "the-stored-token" not in str(problems(text, stored=stored))


@pytest.mark.usefixtures("signs")
def test_the_schema_lets_secrets_be_left_out_where_there_is_a_sign_in(platforms):
    from tests.config.conftest import SOURCES

    schema = config.schema(platforms, SOURCES)
    bare = {"platform": "town", "server": "https://town.example"}
    data = {"version": 1, "accounts": {"town": bare}, "newsletters": {}}
    faults = [each.json_path for each in jsonschema.Draft202012Validator(schema).iter_errors(data)]
    assert not any("town" in path for path in faults)


@pytest.mark.usefixtures("signs")
def test_a_later_sign_in_is_another_configuration(load, whole):
    from sharebot.config.difference import difference, same

    text = whole(accounts=BARE, stream=NOW)
    before, after = load(text, stored=stored), load(text, stored=lambda _: Credential({"token": "the-next-token"}))
    assert not same(before, after)
    assert difference(before, after).changed == ("accounts.town.token: changed",)


# ── systemd ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def credentials(tmp_path):
    folder = tmp_path / "credentials"
    folder.mkdir()
    (folder / "town.token").write_text("the-systemd-token\n")
    return {"CREDENTIALS_DIRECTORY": str(folder)}


@pytest.mark.parametrize("line", ["token: ${credential:town.token}", "token_file: ${credential:town.token}"])
def test_a_credential_of_systemd_is_read_from_the_services_own_folder(load, whole, credentials, line):
    found = load(whole(accounts=f"{BARE}  {line}\n", stream=NOW), env=credentials)
    assert found.accounts["town"].settings.token.get_secret_value() == "the-systemd-token"


def test_a_credential_is_watched_like_any_file_of_a_secret(load, whole, credentials, tmp_path):
    found = load(whole(accounts=f"{BARE}  token: ${{credential:town.token}}\n", stream=NOW), env=credentials)
    assert tmp_path / "credentials/town.token" in found.files


@pytest.mark.parametrize("name", ["../outside", "a/b", "..", ".", "", "/etc/passwd", "a b"])
def test_a_credentials_name_leads_to_no_other_folder(problems, whole, credentials, tmp_path, name):
    (tmp_path / "outside").write_text("hidden")
    (problem,) = problems(whole(accounts=f"{BARE}  token: '${{credential:{name}}}'\n", stream=NOW), env=credentials)
    assert "names no variable" in problem.message


@pytest.mark.parametrize(
    ("env", "words"),
    [({}, "write LoadCredential=other:/path"), (None, "there is no file other")],
)
def test_a_credential_that_is_not_there_is_told_with_the_cure(problems, whole, credentials, env, words):
    text = whole(accounts=f"{BARE}  token: ${{credential:other}}\n", stream=NOW)
    (problem,) = problems(text, env=credentials if env is None else env)
    assert words in problem.message


def test_without_secrets_no_credential_is_missed(load, whole):
    load(whole(accounts=f"{BARE}  token: ${{credential:other}}\n", stream=NOW), env={}, secrets=False)


def test_what_the_configuration_holds_secret_is_all_told_to_the_mask(load, whole):
    source = "source: {feed: 'https://me:p%40ssword@news.example/feed?token=abcdef'}\n"
    text = whole(accounts=f"{BARE}  token: ${{TOWN_TOKEN}}\n", stream=NOW, newsletter=source)
    assert load(text).secrets() == {"the-town-token", "p%40ssword", "p@ssword", "token=abcdef"}


def test_settings_show_no_password_and_no_query_of_an_address(load, whole):
    source = "source: {feed: 'https://me:hunter22@news.example/feed?token=abcdef'}\n"
    found = load(whole(accounts=f"{BARE}  token: ${{TOWN_TOKEN}}\n", stream=NOW, newsletter=source))
    shown = repr(found)
    assert not [secret for secret in ("hunter22", "abcdef", "the-town-token") if secret in shown]
    assert "https://…@news.example/feed?…" in shown


def test_a_faulty_configuration_of_one_who_signs_in_is_refused_as_ever(load, whole):
    with pytest.raises(ConfigError):
        load(whole(accounts="town: {platform: town}\n", stream=NOW), secrets="town")
