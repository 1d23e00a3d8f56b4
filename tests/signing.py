"""What tests of signing in share: a person who answers, and one who allows it in a browser."""

import re
from collections.abc import Iterable
from urllib.parse import urlencode
from urllib.request import Request, urlopen

ADDRESS = re.compile(r"Open (\S+)")


def allow(url: str, account: str = "demo") -> str:
    """Allow an app to post at the sandbox's page, as a person would; return the code that is shown."""
    request = Request(url, urlencode({"account": account}).encode())
    with urlopen(request, timeout=10) as answer:
        shown = re.search('id="code">([^<]+)<', answer.read().decode())
    assert shown
    return shown[1]


class Answers:
    """A person who goes where they are sent, and else says what they were told to. `asked` notes what was asked."""

    def __init__(self, *answers: str, account: str = "demo") -> None:
        self._answers, self._account = [*answers], account
        self.asked: list[str] = []
        self.hidden: list[bool] = []

    def ask(self, words: str, *, hidden: bool = False) -> str:
        self.asked.append(words)
        self.hidden.append(hidden)
        address = ADDRESS.search(words)
        return allow(address[1], self._account) if address and not self._answers else self._answers.pop(0)


def addresses(words: Iterable[str]) -> list[str]:
    """Return where a person was sent."""
    return [found[1] for found in map(ADDRESS.search, words) if found]
