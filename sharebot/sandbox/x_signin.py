"""The sandbox's X lets people in by PIN: https://docs.x.com/fundamentals/authentication/oauth-1-0a/pin-based-oauth ."""

from secrets import randbelow, token_urlsafe
from urllib.parse import urlencode

from sharebot.sandbox.accounts import SHARED, named_by
from sharebot.sandbox.grants import Asked, Granted, Grants
from sharebot.sandbox.oauth import signed
from sharebot.sandbox.wire import Answer, Refusal, Request, Route, answer

_PINS = 10_000_000
_WORDS = {32: "Could not authenticate you", 22: "Error processing your OAuth request: Invalid oauth_verifier parameter"}


class XSignIn:
    """Request tokens, PINs and access tokens. Tokens of `accounts.credentials` are good as well."""

    def __init__(self) -> None:
        self.grants = Grants()
        self.routes = (
            Route("POST", r"/oauth/request_token", self._begin),
            Route("POST", r"/oauth/access_token", self._end),
            Route("POST", r"/1\.1/oauth/invalidate_token", self._revoke),
        )

    def account(self, request: Request) -> str | None:
        """Name the account whose token and secret signed the request; None where they are no good."""
        params = signed(request, self._secret)
        token = params["oauth_token"] if params else ""
        held = self.grants.held(token)
        return held.account if held else named_by(token)

    def asks(self, request: Request) -> str:
        """Name the request token that a person is led here with; nothing where it is none."""
        token = request.args.get("oauth_token", "")
        return token if token in self.grants.asked else ""

    def allow(self, request: Request, account: str) -> str:
        """Let an account allow what is asked; return the PIN that is shown."""
        return self.grants.allow(Granted(account, self.asks(request)), f"{randbelow(_PINS):07}")

    def _secret(self, token: str) -> str | None:
        held = self.grants.held(token)
        return held.secret if held else SHARED if named_by(token) else None

    def _begin(self, request: Request) -> Answer:
        params = signed(request, lambda token: None if token else "")
        if params is None or params.get("oauth_callback") != "oob":
            raise _refused(32)
        asked = Asked("", token_urlsafe(32))
        return _form(
            oauth_token=self.grants.ask(asked), oauth_token_secret=asked.secret, oauth_callback_confirmed="true"
        )

    def _end(self, request: Request) -> Answer:
        known = self.grants.asked
        params = signed(request, lambda token: known[token].secret if token in known else None)
        if params is None:
            raise _refused(32)
        granted = self.grants.redeem(params.get("oauth_verifier", ""))
        if granted is None or granted.app != params["oauth_token"]:
            raise _refused(22)
        held = Granted(granted.account, "", token_urlsafe(32))
        token = self.grants.issue(held)
        return _form(oauth_token=token, oauth_token_secret=held.secret, screen_name=granted.account)

    def _revoke(self, request: Request) -> Answer:
        params = signed(request, self._secret)
        if params is None:
            raise _refused(32)
        self.grants.revoke(params["oauth_token"])
        return answer({"access_token": params["oauth_token"]})


def _form(**fields: str) -> Answer:
    return Answer(200, urlencode(fields).encode(), "text/html;charset=utf-8")


def _refused(code: int) -> Refusal:
    return Refusal(answer({"errors": [{"code": code, "message": _WORDS[code]}]}, 401))
