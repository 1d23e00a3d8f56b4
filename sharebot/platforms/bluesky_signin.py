"""Signing in to Bluesky with an app password: https://bsky.social/about/blog/4-28-2023-domain-handle-tutorial .

OAuth as Bluesky has it needs a page of this program on the web, which one that runs at home has not.
"""

from typing import TYPE_CHECKING

from pydantic import SecretStr

from sharebot.errors import SharebotError
from sharebot.model import Credential, Person
from sharebot.platforms.claims import FULL

if TYPE_CHECKING:
    from sharebot.platforms.bluesky import BlueskySettings

_WHERE = "In the app of {handle}: Settings, Privacy and security, App passwords. Make one, and write it here"
_OWN = "that is the account's own password, with which everything can be done; make an app password, and write that"


def sign_in(settings: "BlueskySettings", person: Person) -> Credential:
    """Ask for an app password and try it. Raises SharebotError for the account's own, where the server tells it."""
    from sharebot.platforms.bluesky import Bluesky

    given = {"app_password": person.ask(_WHERE.format(handle=settings.handle), hidden=True)}
    found = Bluesky(settings.model_copy(update={name: SecretStr(value) for name, value in given.items()})).identity()
    if FULL in found.may:
        raise SharebotError(_OWN)
    return Credential(given)
