"""Mastodon and servers that speak its API, by Mastodon.py."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from http import HTTPStatus
from time import sleep
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr

from sharebot.errors import ORPHANED, PublishError, Refused, SignInAgain, TryLater, Unsure, reading
from sharebot.model import Identity, Key, Length, Picture, Post, Quota, Receipt, Rules
from sharebot.platforms import mastodon_signin
from sharebot.platforms.answers import body, clean, field, judge
from sharebot.platforms.likeness import is_same, is_since
from sharebot.platforms.limits import LiveLimits
from sharebot.platforms.mastodon_py import TABLE, Missing, NotHere, client
from sharebot.platforms.media import Fetching, sent, shortened, uploaded
from sharebot.settings import Server
from sharebot.text.measure import measure_mastodon

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from mastodon import Mastodon as Client

    from sharebot.pictures import Image

_SLACK = timedelta(minutes=10)
"""How far the server's clock and ours may differ."""
_PAGE = 40
_PAGES = 10
_LOOKS = 5
"""Seconds that a picture gets to be ready, with a look at it each second. Servers are mostly done at once."""
_VISIBILITIES = ("public", "unlisted", "private", "direct")
"""From the most public on: https://docs.joinmastodon.org/entities/Status/#visibility"""
_LANGUAGE = re.compile(r"[a-z]{2,3}")
_WRITES = frozenset({"write", "write:statuses"})
"""Scopes that let an account post: https://docs.joinmastodon.org/api/oauth-scopes/"""


class MastodonSettings(Fetching):
    """An account on a Mastodon server."""

    server: Server = Field(description="The server's address.", examples=["https://mastodon.example"])
    access_token: SecretStr = Field(
        description="From the server's settings, Development, a new application with the scopes read and write.",
        examples=["${MASTODON_TOKEN}"],
    )
    visibility: Literal["public", "unlisted", "private"] = Field(
        default="public", description="Who sees the posts; private means followers only.", examples=["unlisted"]
    )


class Mastodon:
    """One account. Each call has a client of its own, for Mastodon.py's may not be shared between threads.

    The rules of the class are Mastodon's usual ones; those of an account count as its server says that it does.
    """

    Settings = MastodonSettings
    sign_in = staticmethod(mastodon_signin.sign_in)
    renew = staticmethod(mastodon_signin.renew)
    sign_out = staticmethod(mastodon_signin.sign_out)
    rules = Rules(
        measure=measure_mastodon,
        source="https://docs.joinmastodon.org/user/posting/#text",
        # https://docs.joinmastodon.org/user/posting/#attachments
        pictures=4,
        # https://github.com/mastodon/mastodon/blob/main/app/models/media_attachment.rb
        alt=1500,
        # https://docs.joinmastodon.org/user/posting/#cw
        warnings=True,
        # https://docs.joinmastodon.org/user/posting/#privacy
        visibilities=frozenset({"public", "unlisted", "private"}),
        # The server keeps an Idempotency-Key for 3600 s after success; 5 minutes are for slow answers and clocks.
        # https://docs.joinmastodon.org/methods/statuses/#headers
        key_lasts=timedelta(minutes=55),
        # A status is in its author's list as soon as it is there; a broken request is at work for as long as a server
        # lets it: https://github.com/mastodon/mastodon/blob/main/config/initializers/rack_timeout.rb
        # Needed, for the key is not known everywhere: https://github.com/pixelfed/pixelfed/issues/3581
        shown_after=timedelta(minutes=1),
        quotas=(
            Quota(
                count=300,
                within=timedelta(hours=3),
                source="https://github.com/mastodon/mastodon/blob/main/app/lib/rate_limiter.rb",
            ),
        ),
        # https://docs.joinmastodon.org/methods/statuses/#edit
        edits=True,
    )

    def __init__(self, settings: MastodonSettings) -> None:
        self._settings = settings
        self._place = urlsplit(settings.server).netloc
        self._limits = LiveLimits(settings.server)
        self.rules = replace(type(self).rules, measure=self._measure)

    def publish(self, post: Post, key: Key, thread: tuple[Receipt, ...] = ()) -> Receipt:
        """Post a status; the server answers a repeated key with the status that it made at first."""
        for receipt in dict.fromkeys((*thread[:1], *thread[-1:])):
            self._look(receipt)
        media = uploaded(post.pictures[: self.rules.pictures], self._attachment, key, self._settings)
        try:
            return sent(lambda seen: self._posted(post, key, thread, seen), media, [], key)
        except Missing as error:
            raise Refused(f"{error} ({ORPHANED})") if thread else error from None

    @reading()
    def _look(self, above: Receipt) -> None:
        """Raise Refused where a post above was deleted; compatible servers take a reply to it as a post of its own."""
        try:
            with self._client() as api:
                api.status(above.id)
        except (Missing, NotHere) as error:
            if isinstance(error, NotHere):
                self._account()  # Some say so of a status in HTML, as any server would that is not theirs.
            raise Refused(f"{self._place} has no post {above.url}: {ORPHANED}") from None
        except (Refused, SignInAgain):
            return  # A token that may only write does not see it; then the answer to the reply decides.

    def _posted(self, post: Post, key: Key, thread: tuple[Receipt, ...], media: list[str]) -> Receipt:
        with self._client() as api:
            status = api.status_post(
                post.text,
                in_reply_to_id=thread[-1].id if thread else None,
                media_ids=media or None,
                sensitive=post.sensitive,
                visibility=self._visibility(post.visibility),
                spoiler_text=post.content_warning or None,
                language=_language(post.language),
                idempotency_key=key.value,
            )
        return self._receipt(status)

    def edit(self, post: Post, receipt: Receipt) -> Receipt:
        """Give a status other words; its pictures, language and visibility stay. The same words again change nothing.

        The server takes away the pictures that an edit does not name, so they are asked for first:
        https://github.com/mastodon/mastodon/blob/main/app/controllers/api/v1/statuses_controller.rb
        """
        pictures = self._pictures_of(receipt)
        with self._client() as api:
            status = api.status_update(
                receipt.id,
                post.text,
                spoiler_text=post.content_warning or None,
                sensitive=post.sensitive,
                media_ids=pictures or None,
            )
        return self._receipt(status)

    @reading()
    def _pictures_of(self, receipt: Receipt) -> list[str]:
        with self._client() as api:
            status = api.status(receipt.id)
        shown = status.get("media_attachments") if isinstance(status, Mapping) else None
        if not isinstance(shown, list):
            raise Unsure(f"{self._place} answered with something other than a status")
        return [self._id(each) for each in shown]

    @reading()
    def find(self, post: Post, key: Key) -> Receipt | None:
        """Look through the account's own statuses since the first attempt."""
        since = key.at - _SLACK
        with self._client() as api:
            for status in self._statuses(api, since):
                if is_same(post, status):
                    return self._receipt(status)
        return None

    def who(self) -> str:
        """Return the account as "@name@server"."""
        return self._named(self._account())

    def identity(self) -> Identity:
        """Tell the account, its mark as a bot, and the scopes, where the server says them (Mastodon 4.3 and later)."""
        account, scopes = self._account(), self._scopes()
        bot = account.get("bot")
        return Identity(
            self._named(account),
            scopes,
            not _WRITES.isdisjoint(scopes) if scopes else None,
            lasting="the token does not end",
            bot=bot if isinstance(bot, bool) else None,
        )

    @reading()
    def _account(self) -> Mapping[str, Any]:
        with self._client() as api:
            account = api.account_verify_credentials()
        return account if isinstance(account, Mapping) else {}

    def _named(self, account: Mapping[str, Any]) -> str:
        with reading():
            return f"@{field(account, 'acct')}@{self._place}"

    def _scopes(self) -> tuple[str, ...]:
        """Ask what the token's application may do: https://docs.joinmastodon.org/methods/apps/#verify_credentials ."""
        from sharebot import http

        url = f"{self._settings.server}/api/v1/apps/verify_credentials"
        try:
            with http.session(self._place, judge(self._place, TABLE)) as session:
                app = body(session.request("GET", url, headers=self._headers()), self._place)
        except PublishError:
            return ()
        scopes = app.get("scopes") if isinstance(app, Mapping) else None
        return tuple(clean(str(scope)) for scope in scopes) if isinstance(scopes, list) else ()

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._settings.access_token.get_secret_value()}"}

    def _measure(self, text: str, content_warning: str = "", limit: int | None = None) -> Length:
        return self._limits.now().measure(text, content_warning, limit)

    def _visibility(self, wanted: str | None) -> str:
        """Return what a post may be: as it wants, and never more public than the account."""
        ours = self._settings.visibility
        return max(ours, wanted, key=_VISIBILITIES.index) if wanted in _VISIBILITIES else ours

    def _attachment(self, image: "Image", picture: Picture) -> str:
        """Upload a picture, wait a little until it is ready, and return its id.

        Mastodon.py would first ask for the server's version. https://docs.joinmastodon.org/methods/media/
        """
        from sharebot import http

        headers = self._headers()
        files = {"file": (image.name, image.data, image.media)}
        words = {"description": shortened(picture.alt, self.rules.alt)}
        with http.session(self._place, judge(self._place, TABLE)) as session:
            url = f"{self._settings.server}/api/v2/media"
            answer = session.request("POST", url, headers=headers, files=files, data=words)
            id_ = self._id(body(answer, self._place))
            for _ in range(_LOOKS):
                if answer.status_code == HTTPStatus.OK:
                    break
                sleep(1)
                answer = session.request("GET", f"{self._settings.server}/api/v1/media/{id_}", headers=headers)
        return id_

    def _client(self) -> "AbstractContextManager[Client]":
        return client(self._settings.server, self._settings.access_token.get_secret_value())

    def _statuses(self, api: "Client", since: datetime) -> Iterator[Mapping[str, Any]]:
        """Yield the account's statuses, the newest first, back to `since`."""
        account, oldest = self._id(api.account_verify_credentials()), None
        for _ in range(_PAGES):
            page = api.account_statuses(account, exclude_reblogs=True, max_id=oldest, limit=_PAGE)
            if not isinstance(page, list) or not all(isinstance(status, Mapping) for status in page):
                raise Unsure(f"{self._place} answered with something other than statuses")
            yield from (status for status in page if is_since(status, since))
            if not page or not is_since(page[-1], since):
                return
            last = self._id(page[-1])
            if last == oldest and len(page) < _PAGE:
                return  # The server knows no pages, and this is all that it has.
            oldest = last
        raise TryLater(f"{self._place} has more statuses since {since:%Y-%m-%d %H:%M} UTC than can be looked through")

    def _receipt(self, status: Any) -> Receipt:
        id_ = self._id(status)
        url = str(status.get("url") or "")
        is_address = url.startswith(("https://", "http://")) and url == clean(url)
        return Receipt(id_, url if is_address else f"{self._settings.server}/web/statuses/{id_}")

    def _id(self, entity: Any) -> str:
        id_ = str(entity.get("id") or "") if isinstance(entity, Mapping) else ""
        if not id_ or id_ != clean(id_):
            raise Unsure(f"{self._place} answered without an id")
        return id_


def _language(tag: str | None) -> str | None:
    """Return the tag's language without script and region, as ISO 639 has it."""
    primary = (tag or "").lower().partition("-")[0]
    return primary if _LANGUAGE.fullmatch(primary) else None
