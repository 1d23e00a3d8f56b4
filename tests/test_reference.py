"""The reference leaves nothing out: each option, variable, exit code, log event and document that there is."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from sharebot import places
from sharebot.cli import root
from sharebot.cli.root import cli
from tools import reference

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs/reference/interfaces.md").read_text("utf-8")
SOURCE = [*(ROOT / "sharebot").rglob("*.py")]
LEVELS = {"info": "info", "warn": "warning", "crash": "error"}
ON_EACH_LINE = {"key", "account", "issue", "attempt"}
"""Fields that the page tells of once, for all lines that are about a post."""
INSIDE = {"SHAREBOT_SANDBOX"}
"""Variables by which the demo tells its own configuration where its sandbox is."""
INTERNAL = {"trace"}


def leaves(name: str = "sharebot", group: click.Command = cli) -> Iterator[tuple[str, click.Command]]:
    if not isinstance(group, click.Group):
        yield name, group
        return
    context = click.Context(group)
    for each in group.list_commands(context):
        command = group.get_command(context, each)
        assert command
        yield from leaves(f"{name} {each}", command)


COMMANDS = dict(leaves())


def section(title: str) -> str:
    return PAGE.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


def rows(title: str) -> list[list[str]]:
    """Return the cells of a section's tables, their headings left out."""
    found = [line for line in section(title).splitlines() if line.startswith("| `") or re.match(r"\| \d", line)]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in found]


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_of_every_command_has_words_and_stands_in_the_reference(name):
    help_ = reference.commands().partition(f"## {name}\n")[2].partition("\n## ")[0]
    assert f"Usage: {name}" in help_
    for option in COMMANDS[name].params:
        if isinstance(option, click.Option):
            assert option.help, option.name
            assert all(flag in help_ for flag in option.opts)


def test_every_environment_variable_is_listed_and_no_others():
    source = "".join(file.read_text("utf-8") for file in SOURCE)
    listed = {name for row in rows("Environment") for name in re.findall(r"`(SHAREBOT_\w+)`", row[0])}
    known = set(re.findall(r"\bSHAREBOT_[A-Z]+(?:_[A-Z]+)*\b", source)) - INSIDE
    known.add(f"{places.DATABASE}_FILE")  # its name is put together, as that of whatever `places.given` reads
    assert listed == known


def test_every_exit_code_is_listed_and_no_others():
    listed = {int(row[0]) for row in rows("Exit codes")}
    usage = click.UsageError.exit_code
    assert listed == {0, usage, root.FAILED, root.NOTHING, root.TRY_LATER, root.CONFIGURATION}


@pytest.mark.parametrize(
    "name", [name for name, each in COMMANDS.items() if "as_json" in {p.name for p in each.params}]
)
def test_every_document_is_described(name):
    verb = name.split()[-1]
    assert re.search(rf"\b{name.removeprefix('sharebot ')}\b", section("Documents")) or f"`{verb}`" in section(
        "Documents"
    )


def events() -> Iterator[tuple[str, str, set[str], bool]]:
    """Yield each event that is told: its name, level and fields, and whether it has more that cannot be read here."""
    for file in SOURCE:
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            match node:
                case ast.Call(
                    func=ast.Attribute(value=ast.Name(id="logs"), attr="info" | "warn" | "crash" as how),
                    args=[ast.Constant(value=str(event))],
                ):
                    fields = {each.arg for each in node.keywords if each.arg}
                    yield event, LEVELS[how], fields, len(fields) < len(node.keywords)


def test_every_event_of_the_log_is_listed_with_its_level_and_its_fields():
    table = {event: row for row in rows("The log") for event in re.findall(r"`([a-z.]+)`", row[0])}
    told = [*events()]
    assert len(told) > 15
    for event, level, fields, _ in told:
        _, levels, listed, when = table[event]
        assert level in levels, event
        assert fields - ON_EACH_LINE - INTERNAL <= set(re.findall(r"`(\w+)`", listed)), event
        assert when, event


# ── the pages as a whole ─────────────────────────────────────────────────────────────────────────────────────────────

PAGES = sorted([*ROOT.glob("*.md"), *(page for page in ROOT.glob("docs/**/*.md") if "_build" not in page.parts)])
FENCE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)


def anchors(page: Path) -> set[str]:
    """Return where one can link to in a page, as GitHub and MyST both make it of headings."""
    text = FENCE.sub("", reference.fill(page.read_text("utf-8")))
    titles = (
        re.sub(r"\[([^]]*)\]\([^)]*\)|[`*]", r"\1", title) for title in re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    )
    return {re.sub(r"[^\w\- ]", "", title.strip().lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_within_a_page_or_to_a_part_of_another_leads_there(page):
    for file, part in re.findall(r"\]\(((?!https?:)[^)#\s]*)#([^)\s]+)\)", page.read_text("utf-8")):
        assert part in anchors(page.parent / file if file else page), (file, part)


def test_every_page_is_found_from_the_first_one():
    index = (ROOT / "docs/index.md").read_text("utf-8")
    listed = set(re.findall(r"^((?:howto|reference|explanation)/[\w-]+)$", index, re.MULTILINE))
    there = {str(page.relative_to(ROOT / "docs").with_suffix("")) for page in (ROOT / "docs").glob("[hre]*/*.md")}
    assert listed == there
