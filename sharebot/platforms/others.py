"""What the answers of networks mean that are not built in: tables for whoever plugs one in, from their public pages.

`judge(place, SLACK.rows, SLACK.proof)` is all that a plugin needs for the call that posts.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sharebot.errors import Duplicate, Refused, SignInAgain, TryLater, Unsure
from sharebot.platforms.answers import Answer, clean, inside, parsed

if TYPE_CHECKING:
    import requests


@dataclass(frozen=True, slots=True)
class Meaning:
    """A network's rows, and what proves that it took a post: a value in a header, one at a path of the JSON, a word."""

    rows: tuple[Answer, ...]
    at: str = ""
    header: str = ""
    word: str = ""

    def proof(self, response: "requests.Response", place: str) -> str:
        """Return what the network calls the post. Raises Unsure where an answer of 2xx does not say it."""
        found: Any = response.headers.get(self.header) if self.header else None
        if self.word and response.text.strip() == self.word:
            found = self.word
        if self.at:
            found = inside(parsed(response), *self.at.split("."))
        if not isinstance(found, str | int) or not str(found) or str(found) != clean(str(found)):
            raise Unsure(f"{place} answered without saying that it has the post")
        return str(found)


_MISTAKE = "error.code"
_META = (
    # https://developers.facebook.com/docs/graph-api/guides/error-handling
    Answer(0, Duplicate, at="error.error_subcode", values=(1366051,)),
    Answer(0, Duplicate, at=_MISTAKE, values=(506,)),
    Answer(0, SignInAgain, "", "sign in to the app again: the token is over or was taken back", _MISTAKE, (102, 190)),
    Answer(0, SignInAgain, "", "the app lacks a permission for this account", _MISTAKE, (10, *range(200, 300))),
    # https://developers.facebook.com/docs/graph-api/overview/rate-limiting
    Answer(0, TryLater, at=_MISTAKE, values=(4, 17, 32, 341, 613, *range(80000, 80015))),
    Answer(
        0,
        TryLater,
        "",
        "the account is blocked for a while, as it posted too much or what others reported",
        _MISTAKE,
        (368,),
    ),
    # Only with 400 is it sure that nothing was taken.
    Answer(400, TryLater, at="error.is_transient", values=(True,)),
    Answer(400, TryLater, at=_MISTAKE, values=(1, 2)),
    Answer(0, SignInAgain, "oauthexception", at=_MISTAKE, values=(None,)),
)
FACEBOOK = Meaning((*_META, Answer(400, Refused, "", "Facebook takes no such link", _MISTAKE, (1609005,))), at="id")
"""Pages, by the Graph API: https://developers.facebook.com/docs/pages-api/posts"""
THREADS = Meaning(
    (
        Answer(0, Refused, "threads_api__link_limit_exceeded", "at most five different links are allowed in a post"),
        Answer(0, Refused, "at most 500 characters"),
        *_META,
    ),
    at="id",
)
"""https://developers.facebook.com/docs/threads/troubleshooting"""
CONTAINER = {"PUBLISHED": True, "FINISHED": False, "EXPIRED": False, "ERROR": False}
"""Whether a container of Threads is out, by its `status`, where the answer to publishing it was lost. One that is
FINISHED may be published again: a container goes out once. IN_PROGRESS proves nothing yet.
https://developers.facebook.com/docs/threads/troubleshooting#publishing-does-not-return-a-media-id"""
LINKEDIN = Meaning(
    (
        Answer(422, Duplicate, "duplicate_post"),
        Answer(403, Refused, advice="the app or the member may not post here"),
        Answer(426, Refused, advice="this version of LinkedIn's API is gone: name a newer one in LinkedIn-Version"),
        # https://learn.microsoft.com/en-us/linkedin/shared/api-guide/concepts/rate-limits
        Answer(429, TryLater, daily=True),
        Answer(503, Unsure),
    ),
    header="x-restli-id",
)
"""https://learn.microsoft.com/en-us/linkedin/shared/api-guide/concepts/error-handling"""
TELEGRAM = Meaning(
    (
        Answer(404, SignInAgain, advice="the bot's token is no good: copy it again from BotFather"),
        Answer(403, SignInAgain, advice="make the bot a member of the chat that may post"),
        Answer(400, Refused, "migrate_to_chat_id", "the group has another id by now: put it into the configuration"),
    ),
    at="result.message_id",
)
"""https://core.telegram.org/bots/api#making-requests"""
DISCORD = Meaning(
    (Answer(404, SignInAgain, "", "the webhook was removed: make a new one", "code", (10015,)),),
    at="id",
)
"""A webhook called with `wait=true`, without which Discord does not say whether it took the post:
https://docs.discord.com/developers/resources/webhook#execute-webhook ,
https://docs.discord.com/developers/topics/opcodes-and-status-codes"""
SLACK = Meaning(
    (
        Answer(404, SignInAgain, advice="the webhook or its channel was removed: make a new one"),
        Answer(410, SignInAgain, advice="the channel was archived: make a webhook for another one"),
    ),
    word="ok",
)
"""An incoming webhook, which answers with a word and not with JSON:
https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks"""
MEANINGS = {
    "facebook": FACEBOOK,
    "threads": THREADS,
    "linkedin": LINKEDIN,
    "telegram": TELEGRAM,
    "discord": DISCORD,
    "slack": SLACK,
}
"""All of them by name."""
