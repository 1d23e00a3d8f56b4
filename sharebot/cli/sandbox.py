"""sandbox and demo: the networks' stand-ins, to rehearse with and to look at."""

import logging
import os
import signal
import socket
import sys
import threading
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from sharebot import app, logs
from sharebot.cli.output import say, shown_path
from sharebot.cli.root import examples
from sharebot.cli.run import execute, leave
from sharebot.errors import SharebotError

PORT = 8420
_DEMO = (Path(__file__).parents[1] / "demo", Path(__file__).parents[2] / "config" / "demo")
_MOMENT = 0.1
"""Seconds until a signal that came too soon comes again."""


@click.command(epilog=examples("sharebot sandbox", "sharebot sandbox --port 0 --store rehearsal.jsonl"))
@click.option("--port", type=click.IntRange(0, 65535), default=PORT, show_default=True, help="0 picks a free one.")
@click.option("--store", type=click.Path(path_type=Path, dir_okay=False), help="Keep the posts in this file.")
def sandbox(port: int, store: Path | None) -> None:
    """Run stand-ins for X, Mastodon and Bluesky on this machine until Ctrl-C, with a timeline to look at."""
    from sharebot.sandbox import Sandbox, accounts_yaml

    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    with Sandbox(port=port, store=store) as running:
        click.echo(f"The sandbox's timelines: {running.url}/\n\nTo post there, write into sharebot.yaml:\n")
        click.echo(accounts_yaml(running.url))
        stop.wait()
    say("\nThe sandbox has ended.")


@click.command(epilog=examples("sharebot demo", "sharebot demo --once"))
@click.option("--once", is_flag=True, help="Publish, say what was done, and end.")
@click.option("--port", type=click.IntRange(0, 65535), help="Of the sandbox.  [default: 8420, or a free one]")
@click.option("--state", type=click.Path(path_type=Path), default=Path(".sharebot-demo"), show_default=True,
              help="Where queue and timelines are kept between runs.")  # fmt: skip
def demo(*, once: bool, port: int | None, state: Path) -> None:
    """Publish a sample newsletter to the sandbox, show the posts, and stay until Ctrl-C. No account is needed."""
    from sharebot.sandbox import Sandbox

    home = next((folder for folder in _DEMO if folder.is_dir()), None)
    if home is None:
        raise SharebotError("the sample newsletter is missing from this installation; install sharebot again")
    state.mkdir(parents=True, exist_ok=True)
    logs.setup(level=logging.WARNING)
    with Sandbox(port=_free(PORT) if port is None else port, store=state / "timelines.jsonl") as running:
        os.environ["SHAREBOT_SANDBOX"] = running.url
        os.environ["SHAREBOT_DATABASE"] = f"sqlite:///{(state / 'queue.db').absolute()}"
        config = app.load(home / "sharebot.yaml", secrets=True)
        before = len(running.posts())
        code = execute(config, once=True)
        say(_done(home, running.posts(), before))
        if not once and not code:
            _put_off(signal.SIGINT)
            logs.setup()  # from here on, tell each post
            say(f"Look at them:  {running.url}/\n\nThe daemon is running. Ctrl-C ends it.")
            code = execute(config, once=False)
            say("\nThe demo has ended.")
    leave(code)


def _put_off(number: int) -> None:
    """Let a signal come again until the daemon listens: raised before, it is lost where nothing may be raised."""
    signal.signal(signal.SIGALRM, lambda *_: os.kill(os.getpid(), number))
    signal.signal(number, lambda *_: signal.setitimer(signal.ITIMER_REAL, _MOMENT))


def _free(port: int) -> int:
    """Return the port, or 0 for any other where somebody (another demo, perhaps) listens there."""
    with socket.socket() as probe:
        return 0 if probe.connect_ex(("127.0.0.1", port)) == 0 else port


def _done(home: Path, posts: Sequence[Mapping[str, Any]], before: int) -> str:
    networks = Counter(post["network"] for post in posts[before:])
    new = ", ".join(f"{count} on {network}" for network, count in sorted(networks.items())) or "none"
    kept = f"\n{before} from earlier runs are there already: nothing is posted twice." if before else ""
    here, command = shown_path(home), shown_path(Path(sys.argv[0]))
    return f"""
{len(posts) - before} new post(s) in the sandbox: {new}.{kept}

What was done: read the newsletters in {here}/issues, wrote the posts, queued and
published them as {here}/sharebot.yaml asks for.

What to try next:
  cp {here}/issues/garden/winter.md {here}/issues/harbour/another.md     while the demo runs: posted in seconds
  {command} read {here}/issues
  {command} preview {here}/issues/harbour --config {here}/sharebot.yaml
  {command} demo --help
"""
