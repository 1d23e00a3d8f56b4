"""The pages of the documentation that are made from the program itself, as Markdown; docs/conf.py puts them in place.

What is made here cannot differ from what the program does, and a key or a command without words fails the build.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import click

from sharebot import app
from sharebot.cli.root import cli
from sharebot.metrics import KINDS
from sharebot.outbox.states import TRANSITIONS, diagram
from sharebot.pipeline import overrides
from tools import statechart

Schema = Mapping[str, Any]


def configuration() -> str:
    """Describe every key of the YAML, from the JSON Schema that `sharebot schema` prints."""
    schema = app.schema()
    defs = schema["$defs"]
    parts = [
        ("The file", schema),
        *((f"An account on `{name.removeprefix('account-')}`", defs[name]) for name in defs if "account-" in name),
        ("A newsletter", defs["Newsletter"]),
        *((f"A source: `{name.removeprefix('source-')}`", defs[name]) for name in defs if "source-" in name),
        ("A content warning", defs["Caution"]),
        ("Approval", defs["Approval"]),
        ("A stream of posts", defs["Stream"]),
        ("A rule for duplicates", defs["Duplicates"]),
        ("A schedule", defs["Schedule"]),
        ("Public holidays", defs["Holidays"]),
        ("A repost", defs["Repost"]),
        ("A language model", defs["llm"]),
        ("Alerts", defs["alerts"]),
        ("A recipient of alerts", defs["Recipient"]),
        ("A mail server", defs["Mail"]),
    ]
    return "\n\n".join(f"## {title}\n\n{part['description']}\n\n{_keys(part)}" for title, part in parts)


def metrics() -> list[str]:
    """Describe each metric in a row of a table."""
    return [
        f"| `{kind.told}` | {kind.kind} | {', '.join(f'`{label}`' for label in kind.labels)} | {kind.words} | "
        f"{'database' if kind.whole else 'host'} |".replace("|  |", "| |")
        for kind in KINDS
    ]


def beside() -> str:
    """Describe every key of the file beside an issue, from the JSON Schema that `sharebot schema --override` prints."""
    schema = overrides.schema()
    parts = (schema, *(schema["$defs"][name] for name in ("OfArticle", "OnAccount")))
    return "\n\n".join(f"{part['description']}\n\n{_keys(part)}" for part in parts)


def _keys(part: Schema) -> str:
    return "\n\n".join(f"`{name}`\n: {_words(name, key, part)}" for name, key in part["properties"].items())


def _words(name: str, key: Schema, part: Schema) -> str:
    facts = [key["description"], *_duty(name, part)]
    choices, default, examples = _choices(key), key.get("default"), key.get("examples")
    if "const" in key:
        facts.append(f"Here `{key['const']}`.")
    elif choices:
        facts.append(f"One of {', '.join(f'`{choice}`' for choice in choices)}.")
    elif examples:
        facts.append(f"Such as {' or '.join(map(_code, examples))}.")
    return " ".join([*facts, *([f"Default: {_code(default)}."] if default else [])])


def _duty(name: str, part: Schema) -> Iterator[str]:
    """Tell whether a key has to be there; a secret stands in the key or in a file."""
    if name in part.get("required", ()):
        yield "Required."
    both = [{"required": [name]}, {"required": [f"{name}_file"]}]
    if any(each.get("oneOf") == both for each in part.get("allOf", ())):
        yield f"Required, here or by `{name}_file`."


def _choices(key: Schema) -> Any:
    """Return the words to choose from; a variable may stand for them, and is no choice."""
    shapes = key.get("anyOf", ())
    return key.get("enum") or (shapes[0].get("enum") if len(shapes) == len(("enum", "variable")) else None)


def _code(value: Any) -> str:
    """Show a value as an editor writes it; pydantic tells a default duration as ISO 8601 (PT10S)."""
    text = _yaml(value)
    return f"`{text[2:].lower() if re.fullmatch(r'PT[0-9]+[HMS]', text) else text}`"


def _yaml(value: Any) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(_yaml, value))}]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_yaml(each)}" for key, each in value.items()) + "}"
    if isinstance(value, bool):
        return str(value).lower()
    text = str(value).replace("\n", "\\n")
    return f'"{text}"' if re.search(r"^[{[*&#@]|: |\\", text) else text


def commands() -> str:
    """Print the help of every command."""
    return "\n\n".join(f"## {name}\n\n```text\n{text}\n```" for name, text in _helps("sharebot", cli, None))


def _helps(name: str, command: click.Command, parent: click.Context | None) -> Iterator[tuple[str, str]]:
    context = click.Context(command, info_name=name.rpartition(" ")[2], parent=parent, terminal_width=90)
    if parent:
        yield name, command.get_help(context)
    if isinstance(command, click.Group):
        for each in command.list_commands(context):
            child = command.get_command(context, each)
            assert child is not None, "a group knows what it lists"
            yield from _helps(f"{name} {each}", child, context)


def transitions() -> str:
    """List every change of state and when it happens."""
    rows = (f"| {before or '(new)'} | {after} | {why} |" for (before, after), why in TRANSITIONS.items())
    return "\n".join(("| from | to | when |", "|---|---|---|", *rows))


PARTS: Mapping[str, Callable[[], str]] = {
    "beside": beside,
    "commands": commands,
    "configuration": configuration,
    "state diagram": lambda: f"```{{raw}} html\n{statechart.svg(TRANSITIONS)}\n```",
    "state mermaid": lambda: f"```text\n{diagram()}```",
    "state table": transitions,
}
"""The generated parts by the name in `<!-- generated: NAME -->`."""
MARK = re.compile(r"<!-- generated: ([a-z ]+) -->")


def fill(page: str) -> str:
    """Put the generated parts into a page. Raises KeyError for a name that is not known."""
    return MARK.sub(lambda mark: PARTS[mark[1]](), page)
