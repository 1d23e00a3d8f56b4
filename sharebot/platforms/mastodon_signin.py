"""Signing in to Mastodon and servers alike: https://docs.joinmastodon.org/client/authorized/ ."""

from collections.abc import Mapping
from secrets import token_urlsafe
from typing import TYPE_CHECKING
from urllib.parse import urlencode, urlsplit

from sharebot.errors import PublishError, SignInAgain
from sharebot.model import Credential, Person
from sharebot.platforms.answers import field, inside
from sharebot.platforms.oauth2 import SHOWN, call, challenge, credential

if TYPE_CHECKING:
    from sharebot.platforms.mastodon import MastodonSettings

SCOPES = "read:accounts read:statuses write:media write:statuses"
"""Who it is, what is there, pictures, posts: https://docs.joinmastodon.org/api/oauth-scopes/"""
_METADATA = "/.well-known/oauth-authorization-server"
"""https://docs.joinmastodon.org/methods/oauth/#authorization-server-metadata , since Mastodon 4.3"""


def sign_in(settings: "MastodonSettings", person: Person) -> Credential:
    """Register this program with the server, and let a person fetch the code that stands for their consent."""
    app = _registered(settings.server)
    verifier = token_urlsafe(48) if _knows_pkce(settings.server) else ""
    asked = {"response_type": "code", "client_id": app["client_id"], "redirect_uri": SHOWN, "scope": SCOPES}
    proof = challenge(verifier) if verifier else {}
    url = f"{settings.server}/oauth/authorize?{urlencode(asked | proof)}"
    code = person.ask(f"Open {url}\nas the account that is to post, allow it, and write the code here", hidden=True)
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": SHOWN, "scope": SCOPES, **app}
    given = call(settings.server, "/oauth/token", form | ({"code_verifier": verifier} if verifier else {}))
    return credential(given, app)


def renew(settings: "MastodonSettings", credential_: Credential) -> Credential:
    """Trade the refresh token for the next pair. Mastodon's own tokens do not end; those of some servers alike do."""
    known = credential_.more
    if "refresh_token" not in known:
        raise SignInAgain(f"{urlsplit(settings.server).netloc} gave nothing to renew the token with")
    given = call(settings.server, "/oauth/token", {"grant_type": "refresh_token", **known})
    return credential(given, known)


def sign_out(settings: "MastodonSettings", credential_: Credential) -> None:
    """Revoke the token: https://docs.joinmastodon.org/methods/oauth/#revoke ."""
    app = {name: credential_.more[name] for name in ("client_id", "client_secret")}
    call(settings.server, "/oauth/revoke", {"token": credential_.secrets["access_token"], **app})


def _registered(server: str) -> Mapping[str, str]:
    wanted = {"client_name": "sharebot", "redirect_uris": SHOWN, "scopes": SCOPES}
    made = call(server, "/api/v1/apps", wanted)
    return {name: field(made, name) for name in ("client_id", "client_secret")}


def _knows_pkce(server: str) -> bool:
    """Whether the server says that a code is good for none but who began; older ones have no such page."""
    try:
        methods = inside(call(server, _METADATA), "code_challenge_methods_supported")
    except PublishError:
        return False
    return isinstance(methods, list) and "S256" in methods
