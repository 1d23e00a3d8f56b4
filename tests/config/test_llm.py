"""The language model's settings: its key is as secret as an account's, and planning works without it."""

from datetime import timedelta
from textwrap import indent

import pytest

ASKS = "source: {folder: issues}\nranking: llm\n"
KEY = "sk-hunter2"


def head(*lines):
    return "version: 1\nllm:\n" + indent("\n".join(lines) + "\n", "  ")


URL, MODEL = "url: http://127.0.0.1:11434/v1", "model: llama3.2"


def test_the_model_and_who_asks_for_it_are_read(load, whole):
    found = load(whole(head(URL, MODEL), newsletter=ASKS))
    assert (found.llm.url, found.llm.model) == ("http://127.0.0.1:11434/v1", "llama3.2")
    assert (found.llm.api_key, found.llm.timeout) == (None, timedelta(seconds=20))
    assert found.newsletters["weekly"].ranking == "llm"
    assert found.warnings == ()


def test_without_any_word_of_it_there_is_no_model(load, whole):
    found = load(whole())
    assert found.llm is None
    assert found.newsletters["weekly"].ranking == "none"
    assert found.warnings == ()


def test_a_newsletter_that_asks_for_a_model_that_is_not_there_is_told_where_and_what_to_write(problems, whole):
    (problem,) = problems(whole(newsletter=ASKS))
    assert (problem.path, problem.line) == ("newsletters.weekly.ranking", 14)
    assert problem.message == "there is no llm: that could rank"
    assert "llm: {url: http://127.0.0.1:11434/v1, model: llama3.2}" in problem.hint


def test_a_model_that_no_newsletter_asks_for_is_warned_of(load, whole):
    (warning,) = load(whole(head(URL, MODEL))).warnings
    assert (warning.path, warning.message) == ("llm", "is not asked for by any newsletter")


@pytest.mark.parametrize(
    ("lines", "path", "words"),
    [
        ((URL,), "llm.model", "is missing"),
        ((MODEL,), "llm.url", "is missing"),
        (("url: http://llm.example/v1", MODEL), "llm.url", "by https only"),
        (("url: https://llm.example/v1/chat/completions", MODEL), "llm.url", "the endpoint's base"),
        ((URL, MODEL, "timeout: 2m"), "llm.timeout", "60s at most"),
        ((URL, MODEL, "timeout: 20"), "llm.timeout", "a duration is a number with"),
        ((URL, MODEL, "api_kee: x"), "llm.api_kee", "unknown key"),
        ((URL, MODEL, 'api_key: ""'), "llm.api_key", "is empty; write ${NAME}"),
    ],
)
def test_what_is_wrong_with_it_is_told_at_its_place(problems, whole, lines, path, words):
    (problem,) = problems(whole(head(*lines), newsletter=ASKS))
    assert problem.path == path
    assert words in problem.message


@pytest.mark.parametrize("written", ["", " [a]", " small"])
def test_what_is_no_mapping_is_told(problems, whole, written):
    (problem,) = problems(whole(f"version: 1\nllm:{written}\n", newsletter=ASKS))
    assert problem.path == "llm"


def test_an_unknown_ranking_is_told_with_what_there_is(problems, whole):
    (problem,) = problems(whole(newsletter="source: {folder: issues}\nranking: lmm\n"))
    assert problem.path == "newsletters.weekly.ranking"
    assert "'none' or 'llm'" in problem.message


@pytest.mark.parametrize("secrets", [True, False])
def test_the_key_is_taken_from_a_variable_or_a_file_whoever_asks(load, whole, tmp_path, secrets):
    (tmp_path / "key").write_text(f"{KEY}\n")
    for line in ("api_key: ${LLM_API_KEY}", "api_key_file: key"):
        text = whole(head(URL, MODEL, line), newsletter=ASKS)
        env = {"LLM_API_KEY": KEY, "TOWN_TOKEN": "t", "BELL_KEY": "the-bell-key"}
        found = load(text, env=env, secrets=secrets)
        assert found.llm.api_key.get_secret_value() == KEY
        assert KEY not in f"{found} {found!r}"


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("api_key: ${LLM_API_KEY}", "the environment variable LLM_API_KEY is not set"),
        ("api_key_file: nowhere", "there is no file nowhere"),
    ],
)
def test_a_missing_key_is_told_where_posts_are_sent_and_empty_where_they_are_planned(
    load, problems, whole, line, words
):
    text = whole(head(URL, MODEL, line), newsletter=ASKS)
    (problem,) = problems(text)
    assert problem.path == f"llm.{line.partition(':')[0]}"
    assert words in problem.message
    assert load(text, secrets=False).llm.api_key.get_secret_value() == ""


@pytest.mark.parametrize("lines", [("url: ${LLM}", MODEL), (URL, "model: ${LLM}"), (URL, MODEL, "timeout: ${LLM}")])
def test_where_any_variable_is_missing_the_model_is_not_asked(load, whole, lines):
    found = load(whole(head(*lines), newsletter=ASKS), secrets=False)
    assert found.llm.api_key.get_secret_value() == ""


def test_a_key_in_plain_text_is_warned_of_with_a_name_for_its_variable(load, whole):
    (warning,) = load(whole(head(URL, MODEL, f"api_key: {KEY}"), newsletter=ASKS)).warnings
    assert warning.path == "llm.api_key"
    assert "${LLM_API_KEY}" in warning.hint
    assert KEY not in str(warning)


@pytest.mark.parametrize(
    "lines",
    [
        (URL, MODEL, f"api_key: {KEY}", "colour: red"),
        (URL, MODEL, f"apikey: {KEY}"),
        (URL, MODEL, f"api_key: {KEY}", "api_key_file: key"),
        (URL, MODEL, f"api_key: [{KEY}]"),
        (f"url: https://me:{KEY}@llm.example/v1", MODEL),
        ("url: ${LLM_API_KEY}", MODEL),
        (URL, MODEL, "timeout: ${LLM_API_KEY}"),
    ],
)
def test_no_message_shows_the_key(problems, whole, lines):
    found = problems(
        whole(head(*lines), newsletter=ASKS), env={"LLM_API_KEY": KEY, "TOWN_TOKEN": "t", "BELL_KEY": "k" * 8}
    )
    assert found
    assert KEY not in " ".join(map(str, found))
