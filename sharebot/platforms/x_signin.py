"""Signing in to X with a PIN: https://docs.x.com/fundamentals/authentication/oauth-1-0a/pin-based-oauth ."""

from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlencode, urlsplit

from sharebot.errors import SignInAgain, reading
from sharebot.model import Credential, Person
from sharebot.platforms.answers import Answer, field, judge

if TYPE_CHECKING:
    from sharebot.platforms.x import XSettings

_TABLE = (
    Answer(401, SignInAgain, advice="look at the app's key, its secret and the PIN, and run `sharebot login` again"),
    Answer(403, SignInAgain, advice="in X's developer portal, allow the app to read and write, with a callback URL"),
)
_APP = {"api_key": "The app's API key", "api_secret": "The app's API key secret"}


def sign_in(settings: "XSettings", person: Person) -> Credential:
    """Ask for the app's key where it is not there, and let a person fetch the PIN that stands for their consent."""
    given = {name: getattr(settings, name).get_secret_value() for name in _APP}
    asked = {name: person.ask(words, hidden=True) for name, words in _APP.items() if not given[name]}
    app = given | asked
    begun = _call(settings.api, "/oauth/request_token", app, callback_uri="oob")
    url = f"{settings.api}/oauth/authorize?{urlencode({'oauth_token': begun['oauth_token']})}"
    pin = person.ask(f"Open {url}\nas the account that is to post, allow it, and write the PIN here", hidden=True)
    done = _call(settings.api, "/oauth/access_token", app, **_owner(begun), verifier=pin)
    return Credential({**asked, "access_token": done["oauth_token"], "access_secret": done["oauth_token_secret"]})


def sign_out(settings: "XSettings", credential: Credential) -> None:
    """Revoke the token: https://docs.x.com/fundamentals/authentication/api-reference ."""
    names = (*_APP, "access_token", "access_secret")
    known = {name: credential.secrets.get(name) or getattr(settings, name).get_secret_value() for name in names}
    owner = {"resource_owner_key": known["access_token"], "resource_owner_secret": known["access_secret"]}
    _send(settings.api, "/1.1/oauth/invalidate_token", known, owner)


def _owner(answer: dict[str, str]) -> dict[str, str]:
    return {"resource_owner_key": answer["oauth_token"], "resource_owner_secret": answer["oauth_token_secret"]}


def _call(api: str, path: str, app: dict[str, str], **signing: str) -> dict[str, str]:
    """Send a signed request, and read the form that answers it."""
    pairs = {name: values[0] for name, values in parse_qs(_send(api, path, app, signing)).items()}
    return {name: field(pairs, name) for name in ("oauth_token", "oauth_token_secret")}


def _send(api: str, path: str, app: dict[str, str], signing: dict[str, str]) -> str:
    from oauthlib.oauth1 import Client

    from sharebot import http

    place = urlsplit(api).netloc
    signer: Any = Client(app["api_key"], client_secret=app["api_secret"], **signing)
    url, headers, _ = signer.sign(api + path, http_method="POST")
    with http.session(place, judge(place, _TABLE, lambda *_: None)) as session, reading():
        return session.request("POST", url, headers=headers).text
