"""Mastodon.py on our terms, and what Mastodon's answers mean."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from sharebot.errors import PublishError, Refused, SignInAgain, TryLater, Unsure
from sharebot.platforms.answers import Answer, judge
from sharebot.platforms.media import Unfit

if TYPE_CHECKING:
    from mastodon import Mastodon as Client


class Missing(Refused):
    """There is no such status."""


class NotHere(SignInAgain):
    """There is no such path, as far as one can say."""


# https://github.com/mastodon/mastodon/blob/main/app/controllers/concerns/api/error_handling.rb
# https://github.com/mastodon/mastodon/blob/main/app/controllers/api/base_controller.rb
TABLE = (
    Answer(401, SignInAgain, advice="make a new access token in the server's settings, under Development"),
    Answer(403, SignInAgain, advice="the token needs the scopes read and write, and the account must be in order"),
    Answer(404, Missing, '"error"'),
    Answer(404, NotHere, advice="is there a Mastodon server at that address?"),
    Answer(422, SignInAgain, "requires an authenticated user", "the token must belong to a user"),
    Answer(422, TryLater, "not ready"),
    Answer(422, TryLater, "not finished processing"),
    Answer(422, Unfit, "attach"),
)


@contextmanager
def client(server: str, token: str) -> Iterator["Client"]:
    """Sign in for one exchange. Mastodon.py left alone would wait for minutes, and send again."""
    from sharebot import http
    from sharebot.lean import library

    mastodon = library("mastodon")
    place = urlsplit(server).netloc
    with http.session(place, judge(place, TABLE)) as session:
        made: Client = mastodon.Mastodon(
            api_base_url=server,
            ratelimit_method="throw",
            request_timeout=http.READ,
            session=session,
            user_agent=http.USER_AGENT,
        )
        # Given to the constructor, a token that is also the name of a file would be read from that file.
        made.access_token = token
        try:
            yield made
        except mastodon.MastodonError as error:
            raise _cause(error, place) from None


def _cause(error: Exception, place: str) -> PublishError:
    """Return what the session raised, which Mastodon.py wraps; its own errors are about answers of 2xx."""
    if isinstance(error.__context__, PublishError):
        return error.__context__
    return Unsure(f"{place} gave an answer that cannot be understood")
