"""X (formerly Twitter), API v2 by tweepy."""

import logging
from base64 import b64encode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from html import unescape
from typing import TYPE_CHECKING, Any
from unicodedata import normalize
from urllib.parse import urlsplit

from pydantic import Field, SecretStr

from sharebot import logs
from sharebot.errors import ORPHANED, Duplicate, PublishError, Refused, SignInAgain, TryLater, Unsure, reading
from sharebot.model import Identity, Key, Picture, Post, Quota, Receipt, Rules
from sharebot.platforms import x_signin
from sharebot.platforms.answers import Answer, body, clean, field, inside, judge, said
from sharebot.platforms.media import Fetching, Unfit, sent, shortened, uploaded
from sharebot.settings import Server
from sharebot.text.measure import measure_x

if TYPE_CHECKING:
    from tweepy import Client

    from sharebot.pictures import Image

_API = "https://api.x.com"
_LIMITS = "https://docs.x.com/x-api/fundamentals/rate-limits"
_TWEEPY = "https://api.twitter.com"
"""Where tweepy sends and what it signs, whatever one asks for."""


class _NoReply(Refused):
    """X does not let this app reply here; a post of its own it may take."""


# https://docs.x.com/x-api/fundamentals/response-codes-and-errors
_TABLE = (
    Answer(401, SignInAgain, advice="make new keys and tokens for the app in X's developer portal"),
    Answer(402, SignInAgain, advice="the app's credits are used up; buy more in X's developer portal"),
    Answer(403, TryLater, "usage-capped", "the app's monthly cap is reached"),
    Answer(403, SignInAgain, "oauth1 app permissions", "allow the app to read and write, then make a new access token"),
    Answer(400, Unfit, "media id"),
    Answer(403, _NoReply, "reply to this conversation"),
    Answer(403, _NoReply, "allowed to reply"),
    Answer(403, _NoReply, "permitted to reply"),
    Answer(403, _NoReply, "who can reply"),
    Answer(403, Duplicate, "duplicate content"),
    Answer(400, Refused, "deleted or not visible", ORPHANED),
    Answer(403, Refused, "deleted or not visible", ORPHANED),
    Answer(403, Refused),
)
_WARNS = {
    "graphic-media": "graphic_violence",
    "nudity": "adult_content",
    "porn": "adult_content",
    "sexual": "adult_content",
}
_NOT_FOUND = "/problems/resource-not-found"
_PICTURE_SHOWN = ("pic.x.com/", "pic.twitter.com/")
_SLACK = timedelta(minutes=10)
"""How far X's clock and ours may differ."""
_PAGES = (10, 100, 100, 100, 100, 100)
"""How many posts are asked for, page after page: each costs money, and a lost one is mostly among the newest."""
_READ = 0.001
"""What reading one of the account's own posts costs: https://docs.x.com/overview , "Owned Reads"."""


class XSettings(Fetching):
    """An account on X: an app's key and the account's token for it, by OAuth 1.0a, which do not expire."""

    api_key: SecretStr = Field(description="The app's API key (consumer key).", examples=["${X_API_KEY}"])
    api_secret: SecretStr = Field(description="The app's API key secret.", examples=["${X_API_SECRET}"])
    access_token: SecretStr = Field(
        description="The account's access token, made after the app was allowed to read and write.",
        examples=["${X_ACCESS_TOKEN}"],
    )
    access_secret: SecretStr = Field(description="The access token's secret.", examples=["${X_ACCESS_SECRET}"])
    api: Server = Field(
        default=_API, description="The API's address; another one is a stand-in.", examples=["http://127.0.0.1:8025"]
    )


class X:
    """One account. Each call has a client of its own; tweepy would send without any timeout and wait without end."""

    Settings = XSettings
    sign_in = staticmethod(x_signin.sign_in)
    sign_out = staticmethod(x_signin.sign_out)
    rules = Rules(
        measure=measure_x,
        source="https://docs.x.com/fundamentals/counting-characters",
        hashtags=2,
        # https://docs.x.com/x-api/posts/create-post
        pictures=4,
        # https://docs.x.com/x-api/media/create-media-metadata
        alt=1000,
        # https://docs.x.com/x-api/getting-started/pricing
        per_post=0.015,
        per_link_post=0.200,
        # At most, mostly: an account that posted more since asks for more, and a post read twice a day costs once.
        per_look=_PAGES[0] * _READ,
        # X promises no time. Its timelines are put together apart from what takes posts, mostly within seconds.
        shown_after=timedelta(minutes=5),
        quotas=(
            Quota(100, timedelta(minutes=15), _LIMITS),
            # The network counts this one for the whole app, over all its accounts.
            Quota(10_000, timedelta(hours=24), _LIMITS),
        ),
        # A post can be edited for 30 minutes only, and is then another post, with another id.
        # https://docs.x.com/x-api/fundamentals/edit-posts
        edits=False,
    )

    def __init__(self, settings: XSettings) -> None:
        self._settings = settings
        self._place = urlsplit(settings.api).netloc
        self._me = ""

    def publish(self, post: Post, key: Key, thread: tuple[Receipt, ...] = ()) -> Receipt:
        """Send a post. X knows no key, but refuses the same text as a duplicate for a while.

        Where X does not let the app reply, a part of a thread goes out on its own: the refused one surely is not there.
        """

        def upload(image: "Image", picture: Picture) -> str:
            return self._media(image, picture, _warning(post))

        if len(thread) > 1:
            self._look(thread[0])
        media = uploaded(post.pictures[: self.rules.pictures], upload, key, self._settings)
        return sent(lambda seen: self._threaded(post, key, thread, seen), media, [], key)

    def _look(self, first: Receipt) -> None:
        """Raise Refused where a thread's first post was deleted; of the last one the answer to a reply tells it.

        Reading may be no part of what the app pays for, so whatever else is answered holds nothing back.
        """
        try:
            with self._client() as client:
                answer = body(client.get_tweet(first.id, user_auth=True), self._place)
        except PublishError:
            return
        if inside(answer, "data") is None and _NOT_FOUND in str(inside(answer, "errors")):
            raise Refused(f"{self._place} has no post {first.url}: {ORPHANED}")

    def _threaded(self, post: Post, key: Key, thread: tuple[Receipt, ...], media: list[str]) -> Receipt:
        above = thread[-1].id if thread else None
        try:
            return self._created(post, media, above)
        except _NoReply as error:
            if above is None:
                raise
            logs.warn("thread.broken", post=key.value, why=str(error))
            return self._created(post, media, None)

    def _created(self, post: Post, media: list[str], above: str | None) -> Receipt:
        with self._client() as client:
            answer = client.create_tweet(text=post.text, in_reply_to_tweet_id=above, media_ids=media or None)
        created = body(answer, self._place)
        if isinstance(created, dict) and created.get("errors") and not created.get("data"):
            raise Refused(f"{self._place} answered {said(answer)}")
        return self._receipt(field(created, "data", "id"))

    def _media(self, image: "Image", picture: Picture, warning: Mapping[str, bool]) -> str:
        """Upload a picture with its words and return its id: https://docs.x.com/x-api/media/upload-media ."""
        words = shortened(picture.alt, self.rules.alt)
        known: dict[str, dict[str, Any]] = {"alt_text": {"text": words}, "sensitive_media_warning": dict(warning)}
        metadata = {name: value for name, value in known.items() if any(value.values())}
        sent = {"media": b64encode(image.data).decode(), "media_category": "tweet_image", "media_type": image.media}
        with self._client() as client:
            answer = client.request("POST", "/2/media/upload", json=sent, user_auth=True)
            id_ = field(body(answer, self._place), "data", "id")
            if metadata:
                client.request("POST", "/2/media/metadata", json={"id": id_, "metadata": metadata}, user_auth=True)
        return id_

    @reading()
    def find(self, post: Post, key: Key) -> Receipt | None:
        """Look through the account's own posts since the first attempt."""
        with self._client() as client:
            self._me = self._me or field(body(client.get_me(), self._place), "data", "id")
            for tweet in self._tweets(client, self._me, key):
                if _same(post, tweet):
                    return self._receipt(field(tweet, "id"))
        return None

    def who(self) -> str:
        """Return the account as "@name"."""
        return self.identity().who

    @reading()
    def identity(self) -> Identity:
        """Tell the account and, from a header of each answer, what the app was allowed when the token was made."""
        with self._client() as client:
            answer = client.get_me()
        may = tuple(filter(None, clean(answer.headers.get("x-access-level", "")).split("-")))
        name = field(body(answer, self._place), "data", "username")
        return Identity(f"@{name}", may, "write" in may if may else None, lasting="the token does not end")

    @contextmanager
    def _client(self) -> Iterator["Client"]:
        from sharebot import http
        from sharebot.lean import library, requests

        # Their debug lines hold signatures and bodies.
        for name in ("tweepy", "requests_oauthlib", "oauthlib"):
            logging.getLogger(name).setLevel(logging.INFO)
        names = ("api_key", "api_secret", "access_token", "access_secret")
        secrets = (getattr(self._settings, name).get_secret_value() for name in names)
        client: Client = library("tweepy").Client(None, *secrets, return_type=requests.Response)
        client.user_agent = http.USER_AGENT
        with http.session(self._place, judge(self._place, _TABLE)) as session:
            if self._settings.api != _API:
                from sharebot.platforms.elsewhere import Elsewhere

                session.adapter = Elsewhere(_TWEEPY, self._settings.api)
            client.session = session
            yield client

    def _tweets(self, client: "Client", me: str, key: Key) -> Iterator[Mapping[str, Any]]:
        """Yield the account's posts since the first attempt, the newest first."""
        since, token = key.at - _SLACK, None
        for size in _PAGES:
            answer = client.get_users_tweets(
                me,
                start_time=since,
                max_results=size,
                pagination_token=token,
                exclude=["retweets"],
                tweet_fields=["entities"],
                user_auth=True,
            )
            page = body(answer, self._place)
            yield from _listed(page, self._place)
            token = page["meta"].get("next_token")
            if not token:
                return
        raise TryLater(f"{self._place} has more posts since {since:%Y-%m-%d %H:%M} UTC than can be looked through")

    def _receipt(self, id_: str) -> Receipt:
        site = "https://x.com/i/web" if self._settings.api == _API else f"{self._settings.api}/x/i"
        return Receipt(id_, f"{site}/status/{id_}")


def _warning(post: Post) -> dict[str, bool]:
    """Say why pictures are hidden, in X's words: https://docs.x.com/x-api/media/create-media-metadata ."""
    reasons = {_WARNS.get(label, "other") for label in post.labels} or {"other"}
    return dict.fromkeys(sorted(reasons), True) if post.sensitive else {}


def _listed(page: Any, place: str) -> list[Mapping[str, Any]]:
    """Return a page's posts; a page without any has no `data`."""
    tweets = page.get("data", []) if isinstance(page, dict) and isinstance(page.get("meta"), dict) else None
    if not isinstance(tweets, list) or not all(isinstance(tweet, Mapping) for tweet in tweets):
        raise Unsure(f"{place} answered with something other than posts")
    return tweets


def _same(post: Post, tweet: Mapping[str, Any]) -> bool:
    """Whether a post says what ours does, once its t.co addresses and HTML entities are undone.

    https://docs.x.com/x-api/fundamentals/data-dictionary#tweet
    """
    text = str(tweet.get("text") or "")
    entities = tweet.get("entities")
    for url in (entities.get("urls") if isinstance(entities, Mapping) else None) or ():
        if str(url.get("display_url")).startswith(_PICTURE_SHOWN):
            # The address of a picture, which X itself puts at the end.
            text = text.replace(str(url.get("url")), "")
            continue
        forms = [str(url.get(name)) for name in ("expanded_url", "display_url")]
        # A bare domain such as example.com is expanded with a scheme that we did not write.
        text = text.replace(str(url.get("url")), next((form for form in forms if form in post.text), forms[0]))
    return _bare(unescape(text)) == _bare(post.text)


def _bare(text: str) -> str:
    return " ".join(normalize("NFC", text).split())
