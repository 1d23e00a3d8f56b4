"""Bluesky and other servers of the AT Protocol, by XRPC: https://docs.bsky.app/docs/category/http-reference ."""

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as fields
from datetime import UTC, timedelta
from threading import Lock
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from pydantic import Field, SecretStr

from sharebot.errors import ORPHANED, Refused, SignInAgain, Unsure, reading
from sharebot.model import Card, Facet, Identity, Key, Picture, Post, Quota, Receipt, Rules
from sharebot.platforms import bluesky_signin
from sharebot.platforms.answers import Answer, body, field, judge
from sharebot.platforms.claims import identity
from sharebot.platforms.media import Fetching, Unfit, sent, shortened, uploaded
from sharebot.platforms.records import PAGE, searched
from sharebot.platforms.tid import tid
from sharebot.settings import Server, is_loopback
from sharebot.text.measure import measure_bluesky

if TYPE_CHECKING:
    from sharebot.pictures import Image

_SERVICE = "https://bsky.social"
_COLLECTION = "app.bsky.feed.post"
_LIMITS = "https://docs.bsky.app/docs/advanced-guides/rate-limits"
_POINTS = 3
"""What a new record costs, by the page above."""
_PICTURE_BYTES = 1_000_000
"""https://github.com/bluesky-social/atproto/blob/main/lexicons/app/bsky/embed/external.json , and what servers of
2025 take of embed/images.json, whose newest version says 2 MB."""


class _Expired(SignInAgain):
    """The session is over, not the sign-in: a new one may be had, and the request surely was not taken."""


class _Taken(Refused):
    """There is a record with the same key and other content."""


class _Missing(Refused):
    """There is no such record."""


# https://github.com/bluesky-social/atproto/blob/main/packages/pds/src/auth-verifier.ts
# https://docs.bsky.app/docs/api/com-atproto-repo-put-record
_TABLE = (
    Answer(400, _Expired, '"expiredtoken"'),
    Answer(400, _Expired, '"invalidtoken"'),
    Answer(400, _Taken, '"invalidswap"'),
    Answer(400, Unfit, '"blobnotfound"'),
    Answer(400, Unfit, '"blobtoolarge"'),
    Answer(400, Unfit, '"invalidmimetype"'),
    Answer(400, _Missing, '"recordnotfound"'),
    Answer(400, _Missing, "could not locate record"),
    Answer(400, SignInAgain, '"accounttakedown"'),
    Answer(400, SignInAgain, '"accountdeactivated"'),
    Answer(401, SignInAgain, advice="check the handle, and make a new app password in Bluesky's settings"),
)


class BlueskySettings(Fetching):
    """An account on Bluesky or another server of the AT Protocol."""

    handle: str = Field(
        description="The account's handle, without @.",
        examples=["news.example"],
        pattern=r"^([a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?\.)+[a-zA-Z]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?$",
        max_length=253,
    )
    app_password: SecretStr = Field(
        description="From Settings, Privacy and security, App passwords; not the account's own password.",
        examples=["${BLUESKY_APP_PASSWORD}"],
    )
    service: Server = Field(
        default=_SERVICE, description="The server where the account lives.", examples=["https://pds.example"]
    )


@dataclass(frozen=True, slots=True)
class _Tokens:
    did: str
    handle: str
    access: str = fields(repr=False)
    refresh: str = fields(repr=False)


class Bluesky:
    """One account. Its session is kept in memory, for a server allows few sign-ins (300 a day).

    The address of a record is chosen here and always the same for the same post, so a post cannot double.
    """

    Settings = BlueskySettings
    sign_in = staticmethod(bluesky_signin.sign_in)
    rules = Rules(
        measure=measure_bluesky,
        source="https://github.com/bluesky-social/atproto/blob/main/lexicons/app/bsky/feed/post.json",
        facets=True,
        cards=True,
        # https://github.com/bluesky-social/atproto/blob/main/lexicons/app/bsky/embed/images.json
        pictures=4,
        # https://github.com/bluesky-social/social-app/blob/main/src/lib/constants.ts
        alt=2000,
        # A record's key lasts as long as the record.
        key_lasts=timedelta(days=3650),
        # What is written twice under one key is one record, whenever the first request comes through.
        # https://docs.bsky.app/docs/api/com-atproto-repo-put-record
        shown_after=timedelta(),
        quotas=(
            Quota(5000, timedelta(hours=1), _LIMITS, "points", _POINTS),
            Quota(35_000, timedelta(hours=24), _LIMITS, "points", _POINTS),
        ),
        # A server takes a changed record, and the app goes on showing the first one.
        # https://github.com/bluesky-social/social-app/issues/673
        edits=False,
    )

    def __init__(self, settings: BlueskySettings) -> None:
        self._settings = settings
        self._place = urlsplit(settings.service).netloc
        self._tokens: _Tokens | None = None
        self._lock = Lock()

    def publish(self, post: Post, key: Key, thread: tuple[Receipt, ...] = ()) -> Receipt:
        """Write the record if its key is free. The same record again changes nothing and is answered alike.

        A server takes replies to what is not there any more, so the first and the last post above are looked at before.
        """
        thread = tuple(map(self._whole, dict.fromkeys((*thread[:1], *thread[-1:]))))
        record, bare = _record(post, key, thread), _external(post.card, []) if post.card else {}
        try:
            return self._receipt(sent(lambda seen: self._write(key, record | seen), self._embed(post, key), bare, key))
        except _Taken:
            there = self.find(post, key)
        if there is None:
            raise Refused(f"{self._place} has another post under this post's record key {tid(key)}")
        return there

    @reading()
    def find(self, post: Post, key: Key) -> Receipt | None:
        """Read the record under the post's key; where its moment is guessed, look for its words."""
        if key.guessed:
            there = searched(lambda before: self._read("listRecords", limit=PAGE, cursor=before), post, key)
            return self._receipt(there) if there else None
        try:
            record = self._read("getRecord", rkey=tid(key))
        except _Missing:
            return None
        written = record.get("value") if isinstance(record, Mapping) else None
        is_ours = isinstance(written, Mapping) and written.get("text") == post.text
        return self._receipt(record) if is_ours else None

    def who(self) -> str:
        """Sign in anew and return the handle as "@handle"."""
        return self.identity().who

    @reading()
    def identity(self) -> Identity:
        """Sign in anew and tell the handle and what the session's token says of itself."""
        with self._lock:
            tokens = self._tokens = self._sign_in()
        return identity(tokens.handle, tokens.access)

    def _embed(self, post: Post, key: Key) -> dict[str, Any]:
        """Upload what is to be seen and describe it: the pictures, or the card; a post has room for one of them."""
        images = uploaded(post.pictures[: self.rules.pictures], self._shown, key, self._settings, _PICTURE_BYTES)
        if images:
            return {"embed": {"$type": "app.bsky.embed.images", "images": images}}
        if not post.card:
            return {}
        image = [Picture(post.card.alt, post.card.image)] if post.card.image and not post.pictures else []
        thumbs = uploaded(image, lambda thumb, _: self._upload(thumb), key, self._settings, _PICTURE_BYTES)
        return _external(post.card, thumbs)

    def _shown(self, image: "Image", picture: Picture) -> dict[str, Any]:
        ratio = {"width": image.width, "height": image.height}
        return {"image": self._upload(image), "alt": shortened(picture.alt, self.rules.alt), "aspectRatio": ratio}

    def _upload(self, image: "Image") -> Mapping[str, Any]:
        kind = {"Content-Type": image.media}
        answer = self._authorised("POST", "com.atproto.repo.uploadBlob", data=image.data, headers=kind)
        blob = answer.get("blob") if isinstance(answer, Mapping) else None
        if not isinstance(blob, Mapping):
            raise Unsure(f"{self._place} answered an upload without naming it")
        return blob

    def _write(self, key: Key, record: Mapping[str, Any]) -> Any:
        place = {"repo": self._signed_in().did, "collection": _COLLECTION, "rkey": tid(key)}
        write = {**place, "record": record, "swapRecord": None}
        return self._authorised("POST", "com.atproto.repo.putRecord", json=write)

    @reading()
    def _whole(self, receipt: Receipt) -> Receipt:
        """See that a post is there, and complete a receipt that a person made of its address: a reply names a version.

        Raises Refused where the post was deleted.
        """
        try:
            record = self._read("getRecord", rkey=receipt.id.rpartition("/")[2])
        except _Missing:
            raise Refused(f"{self._place} has no post {receipt.url}: {ORPHANED}") from None
        return receipt if receipt.version else self._receipt(record)

    def _read(self, name: str, **which: Any) -> Any:
        place = {"repo": self._signed_in().did, "collection": _COLLECTION}
        return self._authorised("GET", f"com.atproto.repo.{name}", params={**place, **which})

    def _authorised(self, method: str, name: str, **kwargs: Any) -> Any:
        """Call with the session's token; where that is over, once more with the next one."""
        tokens = self._signed_in()
        try:
            return self._call(method, name, tokens.access, **kwargs)
        except _Expired:
            tokens = self._renewed(tokens)
        return self._call(method, name, tokens.access, **kwargs)

    def _call(self, method: str, name: str, token: str | None, **kwargs: Any) -> Any:
        from sharebot import http

        headers = kwargs.pop("headers", {}) | ({"Authorization": f"Bearer {token}"} if token else {})
        with http.session(self._place, judge(self._place, _TABLE)) as session:
            answer = session.request(method, f"{self._settings.service}/xrpc/{name}", headers=headers, **kwargs)
        return body(answer, self._place)

    def _signed_in(self) -> _Tokens:
        with self._lock:
            self._tokens = self._tokens or self._sign_in()
            return self._tokens

    def _renewed(self, old: _Tokens) -> _Tokens:
        with self._lock:
            if self._tokens is old:
                self._tokens = self._refresh(old)
            assert self._tokens is not None
            return self._tokens

    def _refresh(self, old: _Tokens) -> _Tokens:
        try:
            return self._session("com.atproto.server.refreshSession", old.refresh)
        except (SignInAgain, Refused):
            return self._sign_in()

    def _sign_in(self) -> _Tokens:
        password = self._settings.app_password.get_secret_value()
        wanted = {"identifier": self._settings.handle, "password": password}
        return self._session("com.atproto.server.createSession", None, json=wanted)

    @reading()
    def _session(self, name: str, token: str | None, **kwargs: Any) -> _Tokens:
        answer = self._call("POST", name, token, **kwargs)
        return _Tokens(*(field(answer, part) for part in ("did", "handle", "accessJwt", "refreshJwt")))

    def _receipt(self, answer: Any) -> Receipt:
        uri = field(answer, "uri")
        # Any server's posts are to be seen at bsky.app, but for one on this machine.
        site = self._settings.service if is_loopback(self._settings.service) else "https://bsky.app"
        url = f"{site}/profile/{self._settings.handle}/post/{uri.rpartition('/')[2]}"
        return Receipt(uri, url, field(answer, "cid"))


def _record(post: Post, key: Key, thread: tuple[Receipt, ...]) -> dict[str, Any]:
    """Make the record, always the same for the same arguments: a repeat must change nothing.

    Where a picture that was there is gone on a repeat, the record is another one; then the first is found and stays.
    """
    created = key.at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    record: dict[str, Any] = {"$type": _COLLECTION, "text": post.text, "createdAt": created}
    if post.language:
        record["langs"] = [post.language]
    if post.facets:
        record["facets"] = [_facet(facet, len(post.text.encode())) for facet in post.facets]
    if post.labels:
        values = [{"val": label} for label in post.labels]
        record["labels"] = {"$type": "com.atproto.label.defs#selfLabels", "values": values}
    if thread:
        record["reply"] = {"root": _reference(thread[0]), "parent": _reference(thread[-1])}
    return record


def _facet(facet: Facet, size: int) -> dict[str, Any]:
    """Describe a facet. Raises Refused for one outside the text: servers take it, and apps fail to show the post."""
    if not 0 <= facet.start < facet.end <= size:
        raise Refused(f"the {facet.kind} {facet.value} is marked outside the text, at {facet.start} to {facet.end}")
    what = {"uri": facet.value} if facet.kind == "link" else {"tag": facet.value}
    features = [{"$type": f"app.bsky.richtext.facet#{facet.kind}", **what}]
    return {"index": {"byteStart": facet.start, "byteEnd": facet.end}, "features": features}


def _external(card: Card, thumbs: list[Mapping[str, Any]]) -> dict[str, Any]:
    external: dict[str, Any] = {"uri": card.url, "title": card.title, "description": card.description}
    if thumbs:
        external["thumb"] = thumbs[0]
    return {"embed": {"$type": "app.bsky.embed.external", "external": external}}


def _reference(receipt: Receipt) -> dict[str, str]:
    return {"uri": receipt.id, "cid": receipt.version}
