"""Every field of a JSON document that a command writes stands in the reference."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

PAGE = (Path(__file__).parents[2] / "docs/reference/interfaces.md").read_text("utf-8")
SECTION = PAGE.partition("\n## Documents\n")[2].partition("\n## ")[0]
FENCE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
SHOWN = " ".join([*FENCE.findall(SECTION), *re.findall(r"`[^`]+`", FENCE.sub("", SECTION))])
WORDS = set(re.findall(r"[\w$]+", SHOWN))
FREE = {"paused", "counts"}
"""What holds names of accounts or states as its fields."""
ISSUE = "issues/2026-11.txt"
ITEM = '{"id": 1, "headline": "H", "text": "The bridge opened on Monday.", "language": "en", "summary": "It opened."}\n'


def fields(value: Any) -> Iterator[str]:
    if isinstance(value, list):
        for each in value:
            yield from fields(each)
    elif isinstance(value, dict):
        for name, each in value.items():
            yield name
            yield from fields(each if name not in FREE else None)


@pytest.mark.usefixtures("queued")
@pytest.mark.parametrize(
    "command",
    [
        ("read", ISSUE, "--explain"),
        ("summarize", ISSUE, "--max-chars", "60"),
        ("preview", ISSUE),
        ("plan",),
        ("check", "--without-secrets"),
        ("queue", "list"),
        ("queue", "list", "--corrections"),
        ("queue", "show", "aaa1"),
        ("queue", "hold", "aab2"),
        ("queue", "approve", "aaa1"),
        ("doctor", "--offline"),
    ],
    ids=" ".join,
)
def test_every_field_of_a_document_is_named(run, command):
    code = 1 if command[0] == "doctor" else 0
    found = set(fields(json.loads(run(*command, "--json", code=code).stdout)))
    assert len(found) > 1
    assert found <= WORDS


@pytest.mark.parametrize("command", [("summarize", "--max-chars", "40"), ("verify",), ("measure", "--platform", "x")])
def test_every_field_of_a_line_is_named(run, command):
    assert set(fields(json.loads(run(*command, "--jsonl", stdin=ITEM).stdout))) <= WORDS


@pytest.mark.usefixtures("home")
def test_every_field_of_a_problem_is_named(run):
    found = set(fields(json.loads(run("check", "--json", code=78).stdout)))
    assert {"severity", "hint"} <= found <= WORDS
