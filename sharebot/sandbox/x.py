"""The sandbox's X: posting and reading timelines by API v2, with OAuth 1.0a signatures really checked."""

import math
import re
from base64 import b64decode
from collections.abc import Mapping
from datetime import datetime
from http import HTTPStatus
from typing import Any

from sharebot.sandbox import x_entities as entities
from sharebot.sandbox.accounts import number
from sharebot.sandbox.images import Shelf
from sharebot.sandbox.store import Entry, Store
from sharebot.sandbox.wire import Answer, BadBody, Meter, Quota, Refusal, Request, Route, answer
from sharebot.sandbox.x_signin import XSignIn
from sharebot.text.measure import measure_x

POSTS = (100, 15 * 60)
READS = (900, 15 * 60)
UPLOADS = (500, 15 * 60)
"""Requests in so many seconds: https://docs.x.com/x-api/fundamentals/rate-limits"""
PICTURES, PICTURE_BYTES, ALT = 4, 5_000_000, 1000
"""A post's pictures, one's bytes and its words: https://docs.x.com/x-api/media/introduction"""
PAGE = (5, 10, 100)
"""The least, usual and most of `max_results`: https://docs.x.com/x-api/users/get-posts"""
FIELDS = frozenset(
    {"card_uri", "community_id", "direct_message_deep_link", "edit_options", "for_super_followers_only", "geo"}
    | {"made_with_ai", "media", "nullcast", "paid_partnership", "poll", "quote_tweet_id", "reply", "reply_settings"}
    | {"share_with_followers", "text"}
)
"""What the body may hold, and nothing else: https://docs.x.com/x-api/posts/create-post"""
_ABSENT = ("card_uri", "community_id", "edit_options", "geo", "nullcast", "poll")
_REPLY_SETTINGS = {None, "following", "mentionedUsers", "subscribers", "verified"}
_CASHTAG = re.compile(r"(?<!\S)\$[A-Za-z]{1,6}(?:[._][A-Za-z]{1,2})?(?!\w)")
"""What a cashtag is: https://github.com/twitter/twitter-text ; one a post: https://docs.x.com/changelog"""
_EPOCH_MS = 1_288_834_974_657
"""Where X's ids begin to count: https://docs.x.com/fundamentals/x-ids"""
_WARNINGS = dict.fromkeys(("adult_content", "graphic_violence", "other"), True)
_INVALID = "One or more parameters to your request was invalid."
_NO_REPLY = "Reply to this conversation is not allowed because its author has not engaged you."
_TITLES = {
    401: "Unauthorized",
    403: "Forbidden",
    429: "Too Many Requests",
    500: "Internal Server Error",
    503: "Service Unavailable",
}


class X:
    """X's API v2 as far as posting text and pictures needs it. Polls, places and communities it refuses with 400."""

    name = "x"

    def __init__(self, store: Store) -> None:
        self._store = store
        self.door = XSignIn()
        self._posts = Meter(*POSTS)
        self._reads = Meter(*READS)
        self._uploads = Meter(*UPLOADS)
        self._shelf = Shelf(store)
        self.routes = (
            Route("POST", r"/2/tweets", self._create, posts=True),
            Route("POST", r"/2/media/upload", self._upload),
            Route("POST", r"/2/media/metadata", self._describe),
            Route("GET", r"/2/tweets/(\d+)", self._tweet),
            Route("GET", r"/2/users/me", self._me),
            Route("GET", r"/2/users/(\d+)/tweets", self._timeline),
            *self.door.routes,
        )

    def failure(self, status: int, reset: float = 0) -> Answer:
        """Word a failure as X does: https://docs.x.com/x-api/fundamentals/response-codes-and-errors ."""
        headers = _headers(Quota(POSTS[0], 0, reset, spent=True)) if status == HTTPStatus.TOO_MANY_REQUESTS else {}
        return _problem(status, _NO_REPLY if status == HTTPStatus.FORBIDDEN else _TITLES[status], headers)

    def forget(self) -> None:
        """Begin the rate limits anew."""
        self._posts.forget()
        self._reads.forget()
        self._uploads.forget()
        self._shelf.forget()
        self.door.grants.forget()

    def _sign_in(self, request: Request) -> str:
        account = self.door.account(request)
        if account is None:
            raise Refusal(self.failure(401))
        return account

    def _spend(self, meter: Meter, account: str, now: float) -> dict[str, str]:
        quota = meter.spend(account, now)
        if quota.spent:
            raise Refusal(self.failure(429, quota.reset))
        return _headers(quota)

    def _create(self, request: Request) -> Answer:
        account = self._sign_in(request)
        headers = self._spend(self._posts, account, request.now)
        body = _body(request)
        text, reply_to, media = body.get("text", ""), _parent(body), _media_ids(body)
        if not isinstance(text, str) or not (text.strip() or media):
            raise _invalid("$.text", str(text), "is missing but it is required")
        self._judge(account, text, reply_to)
        pictures = self._pictures(account, media)
        id_ = self._store.new_id(request.now, bits=22, epoch_ms=_EPOCH_MS)
        seen: dict[str, Any] = {"pictures": pictures, "sensitive": self._shelf.hidden(media)}
        entry = self._store.add(Entry(self.name, account, id_, request.now, text, reply_to, **seen))
        self._shelf.take(media)
        return answer({"data": entities.created(entry)}, 201, headers)

    def _judge(self, account: str, text: str, reply_to: str) -> None:
        if not measure_x(text).fits:
            raise _forbidden("Your Tweet text is too long. You are not permitted to perform this action.")
        if len(_CASHTAG.findall(text)) > 1:
            raise _forbidden("You are limited to a maximum of one cashtag in a post.")
        if reply_to and not self._store.get(self.name, reply_to):
            raise _forbidden("You attempted to reply to a Tweet that is deleted or not visible to you.")
        if any(entry.text == text for entry in self._store.entries(self.name, account)):
            raise _forbidden("You are not allowed to create a Tweet with duplicate content.")

    def _pictures(self, account: str, ids: list[str]) -> list[dict[str, str]]:
        try:
            return self._shelf.shown(ids, account)
        except KeyError:
            raise _invalid("$.media.media_ids", ", ".join(ids), "Your media IDs are invalid.") from None

    def _upload(self, request: Request) -> Answer:
        """Take a picture in Base64: https://docs.x.com/x-api/media/upload-media ."""
        account = self._sign_in(request)
        headers = self._spend(self._uploads, account, request.now)
        body = _json(request)
        if body.get("media_category") != "tweet_image":
            raise _invalid("$.media_category", str(body.get("media_category")), "the sandbox takes tweet_image only")
        id_ = self._store.new_id(request.now, bits=22, epoch_ms=_EPOCH_MS)
        try:
            data = b64decode(str(body.get("media")), validate=True)
            self._shelf.put(id_, account, data if len(data) <= PICTURE_BYTES else b"")
        except ValueError:
            raise _invalid("$.media", "", f"is no picture of at most {PICTURE_BYTES} bytes") from None
        return answer({"data": {"id": id_, "media_key": f"3_{id_}", "size": len(data)}}, headers=headers)

    def _describe(self, request: Request) -> Answer:
        """Give a picture its words: https://docs.x.com/x-api/media/create-media-metadata ."""
        account, body = self._sign_in(request), _json(request)
        metadata = _part(body, "metadata")
        id_, alt = str(body.get("id")), _part(metadata, "alt_text").get("text", "")
        if self._shelf.get(id_, account) is None:
            raise _invalid("$.id", id_, "is no media of this account")
        if not isinstance(alt, str) or len(alt) > ALT or not metadata:
            raise _invalid("$.metadata.alt_text.text", str(alt), f"must have at most {ALT} characters")
        warning = _part(metadata, "sensitive_media_warning")
        if not warning.items() <= _WARNINGS.items():
            raise _invalid("$.metadata.sensitive_media_warning", str(warning), "has reasons that are none")
        self._shelf.describe(id_, alt, sensitive=bool(warning))
        return answer({"data": {"id": id_, "associated_metadata": metadata}})

    def _me(self, request: Request) -> Answer:
        account = self._sign_in(request)
        headers = self._spend(self._reads, account, request.now) | {"x-access-level": "read-write"}
        return answer({"data": {"id": number(account), "name": account, "username": account}}, headers=headers)

    def _tweet(self, request: Request, id_: str) -> Answer:
        """Show a post: https://docs.x.com/x-api/posts/get-post-by-id ."""
        headers = self._spend(self._reads, self._sign_in(request), request.now)
        entry = self._store.get(self.name, id_)
        if entry is None:
            return answer({"errors": [_missing("tweet", id_)]}, headers=headers)
        fields = frozenset(request.args.get("tweet.fields", "").split(","))
        return answer({"data": entities.tweet(entry, fields, self._store)}, headers=headers)

    def _timeline(self, request: Request, id_: str) -> Answer:
        """List an account's posts: https://docs.x.com/x-api/users/get-posts ."""
        account = self._sign_in(request)
        headers = self._spend(self._reads, account, request.now)
        most = _most(request.args.get("max_results", str(PAGE[1])))
        theirs = [entry for entry in self._store.entries(self.name) if number(entry.account) == id_]
        if not theirs and id_ != number(account):
            return answer({"errors": [_missing("user", id_)]}, headers=headers)
        wanted = [entry for entry in theirs if _asked_for(entry, request.args)]
        fields = frozenset(request.args.get("tweet.fields", "").split(","))
        page = [entities.tweet(entry, fields, self._store) for entry in wanted[:most]]
        return answer(_page(page, more=len(wanted) > most), headers=headers)


def _problem(status: int, detail: str, headers: Mapping[str, str] | None = None) -> Answer:
    return answer(
        {"title": _TITLES[status], "detail": detail, "type": "about:blank", "status": status}, status, headers
    )


def _forbidden(detail: str) -> Refusal:
    return Refusal(_problem(403, detail))


def _invalid(name: str, value: str, why: str) -> Refusal:
    error = {"parameters": {name: [value]}, "message": f"{name}: {why}"}
    kind = "https://api.twitter.com/2/problems/invalid-request"
    body = {"errors": [error], "title": "Invalid Request", "detail": _INVALID, "type": kind, "status": 400}
    return Refusal(answer(body, 400))


def _body(request: Request) -> dict[str, Any]:
    """Read the body and check its fields, except text, reply and media."""
    body = _json(request)
    for name in body.keys() - FIELDS:
        why = "is not defined in the schema and the schema does not allow additional properties"
        raise _invalid(f"$.{name}", str(body[name]), why)
    for name in body.keys() & set(_ABSENT):
        raise _invalid(f"$.{name}", str(body[name]), "is not there in the sandbox")
    if body.get("reply_settings") not in _REPLY_SETTINGS:
        raise _invalid("$.reply_settings", str(body["reply_settings"]), "is not one of the allowed values")
    if "quote_tweet_id" in body:
        raise _forbidden("Quoting is not permitted on self-serve plans.")
    return body


def _json(request: Request) -> dict[str, Any]:
    try:
        return request.json()
    except BadBody:
        raise _invalid("$", "", "is not a JSON object") from None


def _media_ids(body: Mapping[str, Any]) -> list[str]:
    if "media" not in body:
        return []
    ids = body["media"].get("media_ids") if isinstance(body["media"], dict) else None
    if not isinstance(ids, list) or not 1 <= len(ids) <= PICTURES or not all(isinstance(id_, str) for id_ in ids):
        raise _invalid("$.media.media_ids", str(ids), f"must be 1 to {PICTURES} ids")
    return ids


def _part(whole: Mapping[str, Any], name: str) -> dict[str, Any]:
    part = whole.get(name)
    return part if isinstance(part, dict) else {}


def _parent(body: Mapping[str, Any]) -> str:
    if "reply" not in body:
        return ""
    reply = body["reply"]
    parent = reply.get("in_reply_to_tweet_id") if isinstance(reply, dict) else None
    if not isinstance(parent, str) or not re.fullmatch(r"[0-9]{1,19}", parent):
        raise _invalid("$.reply.in_reply_to_tweet_id", str(parent), "is missing but it is required")
    return parent


def _most(text: str) -> int:
    least, _, most = PAGE
    if not text.isdecimal() or not least <= int(text[:9]) <= most:
        raise _invalid("max_results", text, f"is not between {least} and {most}")
    return int(text)


def _asked_for(entry: Entry, args: Mapping[str, str]) -> bool:
    if entry.reply_to and "replies" in args.get("exclude", "").split(","):
        return False
    if not _instant(args, "start_time", 0) <= entry.at < _instant(args, "end_time", math.inf):
        return False
    after, before = args.get("since_id", ""), args.get("until_id") or args.get("pagination_token", "")
    id_ = int(entry.id)
    return (not after.isdecimal() or id_ > int(after)) and (not before.isdecimal() or id_ < int(before))


def _instant(args: Mapping[str, str], name: str, usual: float) -> float:
    if name not in args:
        return usual
    try:
        return datetime.strptime(args[name], "%Y-%m-%dT%H:%M:%S%z").timestamp()
    except ValueError:
        raise _invalid(name, args[name], "is not a time such as 2026-11-24T09:00:00Z") from None


def _page(tweets: list[dict[str, Any]], *, more: bool) -> dict[str, Any]:
    if not tweets:
        return {"meta": {"result_count": 0}}
    meta = {"result_count": len(tweets), "newest_id": tweets[0]["id"], "oldest_id": tweets[-1]["id"]}
    return {"data": tweets, "meta": {**meta, "next_token": tweets[-1]["id"]} if more else meta}


def _missing(kind: str, id_: str) -> dict[str, str]:
    return {
        "title": "Not Found Error",
        "detail": f"Could not find {kind} with id: [{id_}].",
        "type": "https://api.twitter.com/2/problems/resource-not-found",
        "resource_type": kind,
        "resource_id": id_,
    }


def _headers(quota: Quota) -> dict[str, str]:
    return {
        "x-rate-limit-limit": str(quota.limit),
        "x-rate-limit-remaining": str(quota.remaining),
        "x-rate-limit-reset": str(math.ceil(quota.reset)),
    }
