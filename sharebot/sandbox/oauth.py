"""OAuth 1.0a as X asks for it: https://docs.x.com/fundamentals/authentication/oauth-1-0a/creating-a-signature ."""

import hmac
from collections.abc import Callable, Mapping
from typing import Any

from sharebot.sandbox.accounts import API_KEY, SHARED
from sharebot.sandbox.wire import Request

HOSTS = ("https://api.twitter.com", "https://api.x.com")
"""What a client may believe it calls, and so signs for: tweepy cannot be told another address."""


def signed(request: Request, secret_of: Callable[[str], str | None]) -> Mapping[str, str] | None:
    """Return what a request says of itself; None where header, key, token or signature is no good.

    `secret_of` gives a token's secret, of the empty one before there is any, too. Time and nonce are not checked: a
    rehearsal's clock may stand anywhere.
    """
    from oauthlib.oauth1.rfc5849 import signature

    header = {"Authorization": request.headers.get("Authorization") or ""}
    try:
        pairs = signature.collect_parameters(request.query, headers=header, exclude_oauth_signature=False)
    except ValueError:
        return None
    params = dict(pairs)
    secret = secret_of(params.get("oauth_token", ""))
    known = params.get("oauth_consumer_key") == API_KEY and params.get("oauth_signature_method") == "HMAC-SHA1"
    if secret is None or not known:
        return None
    given = params.get("oauth_signature", "").encode()
    rest: Any = [pair for pair in pairs if pair[0] != "oauth_signature"]  # the stubs want a dict here, wrongly
    told = signature.normalize_parameters(rest)
    made = [_signature(request, host, told, secret) for host in (*HOSTS, request.base)]
    return params if any(hmac.compare_digest(one, given) for one in made) else None


def _signature(request: Request, host: str, params: str, secret: str) -> bytes:
    from oauthlib.oauth1 import Client
    from oauthlib.oauth1.rfc5849 import signature

    client = Client(API_KEY, client_secret=SHARED, resource_owner_secret=secret)
    method: Any = request.method
    uri = signature.base_string_uri(host + request.path)
    text = signature.signature_base_string(method, uri, params)
    return bytes(signature.sign_hmac_sha1_with_client(text, client), "ascii")
