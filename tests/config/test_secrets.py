"""Secrets come from the environment or from files, and are never shown."""

import errno
import os
from pathlib import Path

import pytest
from pydantic import SecretStr

NOW = "name: a\nto: town\nschedule: now\n"
TOWN = "town:\n  platform: town\n  server: https://town.example\n"


def account(load, whole, lines, **how):
    text = whole(accounts=TOWN + "".join(f"  {line}\n" for line in lines), stream=NOW)
    return load(text, **how).accounts["town"].settings


def faults(problems, whole, *lines, **how):
    return problems(whole(accounts=TOWN + "".join(f"  {line}\n" for line in lines), stream=NOW), **how)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("${TOWN_TOKEN}", "the-town-token"),
        ("Bearer ${TOWN_TOKEN}", "Bearer the-town-token"),
        ("'${TOWN_TOKEN}-${BELL_KEY}'", "the-town-token-the-bell-key"),
        ("$${TOWN_TOKEN}", "${TOWN_TOKEN}"),
        ("$TOWN_TOKEN${TOWN_TOKEN}", "$TOWN_TOKENthe-town-token"),
    ],
)
def test_a_variable_stands_for_its_value(load, whole, written, meant):
    assert account(load, whole, [f"token: {written}"]).token.get_secret_value() == meant


def test_a_value_is_not_read_again_for_variables(load, whole):
    found = account(load, whole, ["token: ${A}"], env={"A": "${B}", "B": "x"})
    assert found.token.get_secret_value() == "${B}"


def test_a_variable_may_stand_in_any_setting(load, whole):
    lines = ["token: ${TOWN_TOKEN}", "visibility: ${SEEN}"]
    env = {"TOWN_TOKEN": "t", "SEEN": "unlisted"}
    assert account(load, whole, lines, env=env).visibility == "unlisted"


@pytest.mark.parametrize("env", [{}, {"TOWN_TOKEN": ""}])
def test_a_missing_variable_is_named_with_the_cure(problems, whole, env):
    (problem,) = faults(problems, whole, "token: ${TOWN_TOKEN}", env=env)
    assert (problem.line, problem.column, problem.path) == (6, 12, "accounts.town.token")
    assert "variable TOWN_TOKEN is not set; set it, or" in problem.message


@pytest.mark.parametrize("written", ["${}", "${A B}", "${A:-x}", "${1A}"])
def test_what_names_no_variable_is_told(problems, whole, written):
    (problem,) = faults(problems, whole, f"token: '{written}'")
    assert "names no variable" in problem.message


@pytest.mark.parametrize(("content", "meant"), [("abc", "abc"), ("abc\n", "abc"), ("abc\r\n", "abc"), ("a\n\n", "a\n")])
def test_a_secrets_file_is_read_without_its_last_line_end(load, whole, tmp_path, content, meant):
    (tmp_path / "token").write_bytes(content.encode())
    assert account(load, whole, ["token_file: token"]).token.get_secret_value() == meant


def test_a_secrets_file_may_be_absolute_and_named_by_a_variable(load, whole, tmp_path):
    (tmp_path / "token").write_text("abc\n")
    found = account(load, whole, ["token_file: ${DIR}/token"], env={"DIR": str(tmp_path)})
    assert found.token.get_secret_value() == "abc"


def test_an_optional_secret_may_come_from_a_file(load, whole, tmp_path):
    (tmp_path / "second").write_text("abc")
    found = account(load, whole, ["token: ${TOWN_TOKEN}", "second_token_file: second"])
    assert found.second_token == SecretStr("abc")


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda _: None, "there is no file token"),
        (lambda path: path.write_text("\n"), "the file token is empty"),
        (lambda path: path.write_text("hidden" * 20_000), "the file token is too large"),
        (lambda path: path.write_bytes(b"hidden\xff"), "the file token is no text"),
        (lambda path: path.mkdir(), "there is no file token"),
        (os.mkfifo, "there is no file token"),
    ],
)
def test_a_bad_secrets_file_is_told_by_name_and_not_by_content(problems, whole, tmp_path, make, words):
    make(tmp_path / "token")
    (problem,) = faults(problems, whole, "token_file: token")
    assert problem.path == "accounts.town.token_file"
    assert words in problem.message
    assert "hidden" not in str(problem)


def test_a_secrets_file_without_permission_is_told(problems, whole, tmp_path, monkeypatch):
    def denied(path):
        raise PermissionError(errno.EACCES, "Permission denied", path)

    (tmp_path / "token").write_text("hidden")
    monkeypatch.setattr(Path, "read_bytes", denied)
    assert "token cannot be read: Permission denied" in faults(problems, whole, "token_file: token")[0].message


@pytest.mark.parametrize("written", ["3", "[a]", "''", '"a\\0b"', "", "{a: b}"])
def test_a_secrets_file_is_a_path(problems, whole, written):
    assert "should be the path of a file" in faults(problems, whole, f"token_file: {written}")[0].message


def test_a_value_and_a_file_at_once_are_one_too_many(problems, whole, tmp_path):
    (tmp_path / "token").write_text("abc")
    (problem,) = faults(problems, whole, "token: ${TOWN_TOKEN}", "token_file: token")
    assert (problem.line, problem.column) == (7, 5)
    assert problem.message == "token and token_file are both given; keep one of them"


def test_only_a_secret_has_a_file(problems, whole):
    (problem,) = faults(problems, whole, "token: ${TOWN_TOKEN}", "visibility_file: x")
    assert problem.message == "unknown key"


def test_a_missing_secret_says_what_to_write(problems, whole):
    (problem,) = faults(problems, whole)
    assert (problem.line, problem.message, problem.hint) == (3, "is missing", "write token: ${TOWN_TOKEN}")


def test_an_empty_secret_is_a_fault(problems, whole):
    assert "is empty" in faults(problems, whole, 'token: ""')[0].message


def test_without_secrets_nothing_is_read_and_nothing_is_missed(load, whole):
    accounts = (
        "town: {platform: town, server: '${TOWN}', token: '${NONE}', second_token_file: none, visibility: '${V}'}\n"
        "bell: {platform: bell, handle: crier, key_file: x}\n"
    )
    found = load(whole(accounts=accounts), env={"NONE": "do-not-read"}, secrets=False).accounts
    assert (found["town"].settings.token, found["town"].settings.server) == (SecretStr("${NONE}"), "${TOWN}")
    assert isinstance(found["bell"].settings.key, SecretStr)
    assert found["bell"].settings.handle == "crier"


def test_without_secrets_all_other_faults_are_told(problems, whole):
    accounts = "town: {platform: town, token: '${NONE}', visibility: publik}\n"
    found = problems(whole(accounts=accounts, stream=NOW), env={}, secrets=False)
    assert [each.path for each in found] == ["accounts.town.server", "accounts.town.visibility"]


def test_a_secret_in_plain_text_is_a_warning_that_does_not_show_it(load, whole):
    text = whole(accounts=TOWN + "  token: hunter2-hunter2\n", stream=NOW)
    found = load(text)
    (warning,) = found.warnings
    assert (warning.line, warning.column, warning.path) == (6, 12, "accounts.town.token")
    assert (warning.message, warning.hint) == (
        "a secret in plain text",
        "write ${TOWN_TOKEN}, or its file: token_file",
    )
    assert warning.excerpt == "    token: ••••••••••••••••"[: len(warning.excerpt)]
    assert "hunter2" not in str(warning) + repr(found)


@pytest.mark.parametrize(
    "lines",
    [
        "{platform: town, server: http://town.example, token: hunter2, visibilty: x}",
        "{platform: town, server: https://town.example, tokn: hunter2}",
        "{platform: tow, 'pass word': hunter2, secret: hunter2}",
        "{platform: bell, handle: '!', key: [hunter2]}",
        "{platform: bell, handle: '!', key: hunter2}",
        "{platform: bell, handl: 'hunter2${BELL_KEY}', keys: {a: [hunter2]}}",
        "{platform: town, server: &s hunter2, token: *s}",
    ],
)
def test_no_message_shows_a_secret_that_stands_in_the_file(problems, whole, lines):
    found = problems(whole(accounts=f"town: {lines}\n", stream=NOW))
    assert found
    assert "hunter2" not in "\n".join(map(str, found))


def test_no_message_shows_what_a_variable_holds(problems, whole):
    lines = "{platform: town, server: 'http://${TOWN_TOKEN}', token: '${TOWN_TOKEN}', visibility: '${TOWN_TOKEN}'}"
    found = problems(whole(accounts=f"town: {lines}\n", stream=NOW))
    assert len(found) == 2
    assert "the-town-token" not in "\n".join(map(str, found))


@pytest.mark.parametrize(
    "line",
    [
        "access_token: hunter2: x",
        "access_token hunter2",
        "access_token=hunter2",
        "access_token:\n      'hunter2",
        "access_token:\n    hunter2",
        "access_token: # here\n      !foo hunter2",
        "access_token:\n      {hunter2",
    ],
)
def test_a_syntax_error_beside_a_secret_does_not_show_it(problems, line):
    found = problems(f"accounts:\n  town:\n    {line}\n")
    assert found
    assert "hunter2" not in "\n".join(map(str, found))


def test_a_line_below_a_secret_that_is_left_out_is_shown(problems):
    found = problems("accounts:\n  town:\n    token:\n    visibilty: all\n    platform: town\n")
    assert "    visibilty: all" in [problem.excerpt for problem in found]
