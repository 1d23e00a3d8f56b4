"""The command line: one file a noun, each a thin layer over `app`."""

import sys

from sharebot import __version__


def main() -> None:
    """Run the command `sharebot`."""
    # Scripts ask for the version often; it must not wait for a command line library.
    if sys.argv[1:] == ["--version"]:
        sys.stdout.write(f"sharebot {__version__}\n")
        return
    from sharebot.cli.root import cli

    cli(prog_name="sharebot")
