"""The sandbox's Mastodon registers apps and lets people in by a code: https://docs.joinmastodon.org/methods/oauth/ .

Mastodon's own tokens do not end. With `lasts`, these do after so many seconds and can be renewed, as on some servers
that speak its API.
"""

import hmac
from base64 import urlsafe_b64encode
from hashlib import sha256
from secrets import token_urlsafe
from urllib.parse import parse_qs

from sharebot.sandbox.accounts import named_by
from sharebot.sandbox.grants import Asked, Granted, Grants
from sharebot.sandbox.wire import Answer, Refusal, Request, Route, answer

SHOWN = "urn:ietf:wg:oauth:2.0:oob"
EVERYTHING = "read write"
CODE_LASTS = 600
"""Seconds: https://github.com/mastodon/mastodon/blob/main/config/initializers/doorkeeper.rb"""
_OUTSIDE = "This action is outside the authorized scopes"


class MastodonSignIn:
    """Apps, codes and tokens. Tokens of `accounts.credentials` are good as well, and for everything."""

    def __init__(self, lasts: int | None = None) -> None:
        self.grants = Grants()
        self._lasts = lasts
        self.routes = (
            Route("POST", r"/api/v1/apps", self._register),
            Route("POST", r"/oauth/token", self._trade),
            Route("POST", r"/oauth/revoke", self._revoke),
            Route("GET", r"/\.well-known/oauth-authorization-server", self._metadata),
        )

    def held(self, request: Request) -> Granted | None:
        """Return what the request's token stands for; None where it is no good, or no more."""
        held = self.grants.held(request.bearer)
        if held:
            return held if held.ends is None or request.now < held.ends else None
        name = named_by(request.bearer)
        return Granted(name, "", scopes=EVERYTHING) if name else None

    def asks(self, request: Request) -> str:
        """Name the app that a person is led here by; nothing where what it asks for is wrong."""
        args = request.args
        app = self.grants.asked.get(args.get("client_id", ""))
        fits = args.get("response_type") == "code" and args.get("redirect_uri") == SHOWN
        asked = args.get("scope", "read").split()
        return args["client_id"] if app and fits and all(allows(app.scopes, scope) for scope in asked) else ""

    def allow(self, request: Request, account: str) -> str:
        """Let an account allow what is asked; return the code that is shown."""
        args, code = request.args, token_urlsafe(32)
        what = {"scopes": args.get("scope", "read"), "challenge": args.get("code_challenge", "")}
        return self.grants.allow(Granted(account, self.asks(request), ends=request.now + CODE_LASTS, **what), code)

    def _metadata(self, request: Request) -> Answer:
        ways = {"code_challenge_methods_supported": ["S256"], "grant_types_supported": ["authorization_code"]}
        return answer({"issuer": f"{request.base}/", "token_endpoint": f"{request.base}/oauth/token", **ways})

    def _register(self, request: Request) -> Answer:
        form = _form(request)
        if not form.get("client_name") or form.get("redirect_uris") != SHOWN:
            raise Refusal(answer({"error": "Validation failed: Redirect URI must be an absolute URI."}, 422))
        app = Asked(form["client_name"], token_urlsafe(32), form.get("scopes", "read"))
        told = {"id": "1", "name": app.app, "website": None, "scopes": app.scopes.split(), "redirect_uris": [SHOWN]}
        return answer(told | {"client_id": self.grants.ask(app), "client_secret": app.secret})

    def _trade(self, request: Request) -> Answer:
        form = _form(request)
        app = self._app(form)
        ways = {"authorization_code": self._redeemed, "refresh_token": self._renewed}
        if form.get("grant_type") not in ways:
            raise _refused("unsupported_grant_type")
        granted = ways[form["grant_type"]](form, request.now)
        if granted is None or granted.app != app:
            raise _refused("invalid_grant")
        ends = request.now + self._lasts if self._lasts else None
        token = self.grants.issue(Granted(granted.account, app, scopes=granted.scopes, ends=ends))
        told = {"access_token": token, "token_type": "Bearer", "scope": granted.scopes, "created_at": int(request.now)}
        again = {"expires_in": self._lasts, "refresh_token": self.grants.renewable(granted, token)} if ends else {}
        return answer(told | again)

    def _app(self, form: dict[str, str]) -> str:
        name = form.get("client_id", "")
        app = self.grants.asked.get(name)
        if app is None or not hmac.compare_digest(app.secret.encode(), form.get("client_secret", "").encode()):
            raise _refused("invalid_client", 401)
        return name

    def _redeemed(self, form: dict[str, str], now: float) -> Granted | None:
        granted = self.grants.redeem(form.get("code", ""))
        if granted is None or form.get("redirect_uri") != SHOWN or now >= (granted.ends or 0):
            return None
        return granted if granted.challenge in {"", _challenge(form.get("code_verifier", ""))} else None

    def _renewed(self, form: dict[str, str], _: float) -> Granted | None:
        return self.grants.renew(form.get("refresh_token", ""))

    def _revoke(self, request: Request) -> Answer:
        form = _form(request)
        held = self.grants.held(form.get("token", ""))
        if held and held.app != self._app(form):
            raise _refused("unauthorized_client", 403)
        self.grants.revoke(form.get("token", ""))
        return answer({})


def allows(scopes: str, wanted: str) -> bool:
    """Whether scopes hold one, which a wider one does as well: https://docs.joinmastodon.org/api/oauth-scopes/ ."""
    return not {wanted, wanted.partition(":")[0]}.isdisjoint(scopes.split())


def outside() -> Refusal:
    """Refuse what a token's scopes do not hold."""
    return Refusal(answer({"error": _OUTSIDE}, 403))


def _challenge(verifier: str) -> str:
    return urlsafe_b64encode(sha256(verifier.encode()).digest()).decode().rstrip("=")


def _form(request: Request) -> dict[str, str]:
    return {name: values[-1] for name, values in parse_qs(request.body.decode("utf-8", "replace")).items()}


def _refused(error: str, status: int = 400) -> Refusal:
    return Refusal(answer({"error": error, "error_description": f"The sandbox says {error}."}, status))
