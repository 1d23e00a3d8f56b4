"""A message by a service of Apprise, in a process of its own.

So the daemon needs no memory for Apprise between two messages, and whatever its plugins do ends in time.
`python -m sharebot.alerts.herald` reads one message as JSON and answers with a line of words, empty where it was taken.
"""

import json
import logging
import re
import subprocess
import sys
from importlib.util import find_spec

from sharebot.alerts.mail import NotSent
from sharebot.alerts.words import Message

_PATIENCE = 60.0
_STATUS = re.compile(r"error=(\d{3})\b")
_UNKNOWN = "Apprise knows no service by this address; look at its documentation"


def herald(url: str, message: Message, patience: float = _PATIENCE) -> None:
    """Send a message. Raises NotSent."""
    asked = json.dumps({"url": url, "title": message.subject, "body": message.body})
    command = [sys.executable, "-m", "sharebot.alerts.herald"]
    try:
        done = subprocess.run(  # noqa: S603 — this very program; the address comes by standard input
            command, input=asked, capture_output=True, text=True, timeout=patience, check=False
        )
    except subprocess.TimeoutExpired:
        raise NotSent(f"{_scheme(url)}: no answer in time") from None
    if done.returncode or done.stdout.strip():
        raise NotSent(f"{_scheme(url)}: {done.stdout.strip() or 'Apprise failed'}")


def _scheme(url: str) -> str:
    """Return what may be shown of an address: who serves it, and not where."""
    return url.partition("://")[0]


def answer(asked: str) -> str:
    """Hand a message to Apprise; return what went wrong, in words without any of the address."""
    if find_spec("apprise") is None:
        return "Apprise is not installed; pip install 'sharebot[alerts]'"
    import apprise

    said: list[str] = []
    listener = logging.Handler()
    listener.emit = lambda record: said.extend(_STATUS.findall(record.getMessage()))  # type: ignore[method-assign]
    logger = logging.getLogger("apprise")
    logger.propagate = False
    logger.addHandler(listener)
    message = json.loads(asked)
    service = apprise.Apprise()
    if not service.add(message["url"]):
        return _UNKNOWN
    if service.notify(body=message["body"], title=message["title"], body_format=apprise.NotifyFormat.TEXT):
        return ""
    return f"it answered {said[-1]}" if said else "it could not be reached, or did not take it"


if __name__ == "__main__":
    sys.stdout.write(answer(sys.stdin.read()))
