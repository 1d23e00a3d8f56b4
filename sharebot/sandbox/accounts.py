"""Who may post in the sandbox: anybody, by a name of their own and credentials that are no secret."""

import hashlib
import re

from sharebot.errors import SharebotError

API_KEY = "sandbox"
SHARED = "sandbox-secret"
"""X's API secret, X's access secret and Bluesky's app password, of every account."""
PREFIX = "sandbox-"
"""What an access token begins with; the account's name follows."""
DOMAIN = ".sandbox.test"
"""What a Bluesky handle ends with. No such domain can exist: https://www.rfc-editor.org/rfc/rfc2606#section-2"""
_NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,28}[a-z0-9])?")


def is_name(name: str) -> bool:
    """Whether an account may be called so: it is also one label of a Bluesky handle."""
    return bool(_NAME.fullmatch(name))


def named_by(token: str) -> str | None:
    """Name the account that an access token belongs to."""
    name = token[len(PREFIX) :]
    return name if token == PREFIX + name and is_name(name) else None


def number(name: str) -> str:
    """Give an account the same number for ever, as accounts on Mastodon and X have one."""
    return str(int.from_bytes(hashlib.sha256(name.encode()).digest()[:7]) + 1)


def credentials(url: str, name: str = "demo") -> dict[str, dict[str, str]]:
    """Return the settings of one account on each network of the sandbox at `url`. Raises SharebotError."""
    if not is_name(name):
        raise SharebotError(f"{name!r} cannot be an account: use up to 30 small letters, digits and inner hyphens")
    return {
        "mastodon": {"platform": "mastodon", "server": url, "access_token": PREFIX + name},
        "bluesky": {"platform": "bluesky", "service": url, "handle": name + DOMAIN, "app_password": SHARED},
        "x": {
            "platform": "x",
            "api": url,
            "api_key": API_KEY,
            "api_secret": SHARED,
            "access_token": PREFIX + name,
            "access_secret": SHARED,
        },
    }


def accounts_yaml(url: str, name: str = "demo") -> str:
    """Write the `accounts:` section of a configuration that posts to the sandbox at `url`. Raises SharebotError."""
    lines = ["accounts:"]
    for account, settings in credentials(url, name).items():
        lines += [f"  {account}:", *(f"    {key}: {value}" for key, value in settings.items())]
    return "\n".join(lines) + "\n"
