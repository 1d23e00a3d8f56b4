"""The page on which a person allows an app to post: as any account of the sandbox, by its name, without a password."""

from typing import Protocol
from urllib.parse import parse_qs

from sharebot.drawing import template
from sharebot.sandbox.accounts import is_name
from sharebot.sandbox.wire import Answer, Request, Route

_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
}


class _Door(Protocol):
    def asks(self, request: Request) -> str: ...
    def allow(self, request: Request, account: str) -> str: ...


class Consent:
    """One page for all networks; what the address says tells which it is."""

    def __init__(self, doors: dict[str, _Door]) -> None:
        self._doors = doors
        self.routes = (
            Route("GET", r"/oauth/authorize", self._page),
            Route("POST", r"/oauth/authorize", self._allow),
        )

    def _allow(self, request: Request) -> Answer:
        account = parse_qs(request.body.decode("utf-8", "replace")).get("account", [""])[0]
        network = self._asking(request)
        if not network or not is_name(account):
            return self._page(request, "that is no account's name" if network else "")
        return self._page(request, code=self._doors[network].allow(request, account))

    def _asking(self, request: Request) -> str:
        return next((name for name, door in self._doors.items() if door.asks(request)), "")

    def _page(self, request: Request, why: str = "", code: str = "") -> Answer:
        network = self._asking(request)
        page = template(__package__ or "", "consent.html").render(network=network, why=why, code=code)
        return Answer(200 if network and not why else 400, page.encode(), "text/html; charset=utf-8", _HEADERS)
