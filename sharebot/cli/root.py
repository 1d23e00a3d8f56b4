"""The command `sharebot`: finds its subcommands when they are asked for, and turns errors into exit codes."""

import errno
import importlib
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import click

from sharebot import __version__
from sharebot.errors import ConfigError, SharebotError, StoreError

FAILED, NOTHING, TRY_LATER, CONFIGURATION = 1, 3, 75, 78
"""Exit codes beside 0 and click's 2 for usage; 75 and 78 are those of sysexits.h."""
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}

_COMMANDS = {
    "alerts": ("alerts", "Try whether those can be told who are to hear of what is wrong."),
    "check": ("check", "Find everything that is wrong in the configuration, and say what it means."),
    "db": ("db", "Back the database up, restore, check, move and prune it."),
    "demo": ("sandbox", "Publish a sample newsletter to the sandbox and show the posts."),
    "doctor": ("doctor", "Tell whether the daemon works, and what to do where it does not."),
    "init": ("init", "Write a first configuration from a newsletter's address or folder."),
    "login": ("login", "Sign an account in, and store that sealed."),
    "logout": ("login", "Forget a stored sign-in, and revoke it."),
    "measure": ("words", "Count texts as a network counts them."),
    "pause": ("queue", "Stop an account, or all, within a second; posts wait."),
    "plan": ("plan", "Show what would be posted where and when, and change nothing."),
    "preview": ("preview", "Show an issue's posts exactly as each network would get them."),
    "queue": ("queue", "Look at queued posts, approve, edit, move, hold or retry them."),
    "read": ("reading", "Show the issues and articles found in a file, folder, feed or page."),
    "resume": ("queue", "Let an account, or all, post again."),
    "run": ("run", "Read, queue and publish: the daemon, or once."),
    "sandbox": ("sandbox", "Run local stand-ins for X, Mastodon and Bluesky to rehearse with."),
    "schema": ("check", "Print the JSON Schema of the configuration."),
    "summarize": ("words", "Summarise articles in their own sentences."),
    "verify": ("words", "Check words of your own against an article."),
    "worker": ("run", "Send what the daemons on the same PostgreSQL hand over."),
}


class _Lazy(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 — click names the parameter
        return sorted(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in _COMMANDS:
            return None
        module = importlib.import_module(f"sharebot.cli.{_COMMANDS[cmd_name][0]}")
        command: click.Command = getattr(module, cmd_name)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            from difflib import get_close_matches

            near = get_close_matches(args[0], _COMMANDS, 1)
            raise click.UsageError(f"{error.message}{f' Did you mean {near[0]!r}?' if near else ''}", ctx) from None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl([(name, words) for name, (_, words) in sorted(_COMMANDS.items())])

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except SharebotError as error:
            tell(str(error))
            ctx.exit(exit_code(error))
        except OSError as error:
            if error.errno not in _FULL:
                raise
            tell(f"{error.filename or 'what this command prints'} cannot be written: {error.strerror}; make room")
            with suppress(OSError):  # or it is tried again at the end
                sys.stdout.close()
            ctx.exit(TRY_LATER)


def tell(words: str) -> None:
    """Write progress, advice or an error to stderr. Where that is full, what the command does counts all the same."""
    with suppress(OSError):
        click.echo(words, err=True)


def exit_code(error: SharebotError) -> int:
    """Return the exit code that an error means."""
    if isinstance(error, ConfigError):
        return CONFIGURATION
    return TRY_LATER if isinstance(error, StoreError) else FAILED


def examples(*lines: Sequence[str] | str) -> str:
    """Return the examples at the end of a command's help."""
    return "\b\nExamples:\n" + "\n".join(f"  {line}" for line in lines)


@click.group(
    cls=_Lazy,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog=examples(
        "sharebot demo                        # see it work, no account needed",
        "sharebot read issues/2026-07.md      # what is in an issue",
        "sharebot preview issues/2026-07.md   # its posts, network by network",
        "sharebot check && sharebot plan      # before anything happens",
        "sharebot run                         # the daemon",
    ),
)
@click.version_option(__version__, message="sharebot %(version)s")
def cli() -> None:
    """Turn every newsletter issue into the right posts, on every network, at the right time, exactly once.

    The configuration is the file or folder named by --config or SHAREBOT_CONFIG, else sharebot.yaml or
    config/sharebot.yaml.
    """
