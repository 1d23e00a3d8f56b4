"""The sandbox's Bluesky: a personal data server with every account that anybody signs in as, posts only.

Stricter than the reference server (see also `lexicon`): the posts that a reply names must be there, and there are no
records but posts. What the reference server answers was measured on its version 0.4.
"""

import math
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from sharebot.sandbox import atproto, tokens
from sharebot.sandbox.accounts import SHARED
from sharebot.sandbox.atproto import COLLECTION, did, named_by
from sharebot.sandbox.images import KINDS, kind_of
from sharebot.sandbox.lexicon import PICTURE_BYTES, Picture, PostRecord, StrongRef, read_post
from sharebot.sandbox.store import Blob, Entry, Store
from sharebot.sandbox.wire import Answer, BadBody, Meter, Quota, Refusal, Request, Route, answer

POINTS = (5000, 3600)
SESSIONS = (30, 5 * 60)
HIDING = frozenset({"graphic-media", "nudity", "porn", "sexual"})
"""Labels behind which apps hide pictures: https://docs.bsky.app/docs/advanced-guides/moderation#global-label-values"""
CREATE, PUT = 3, 2
"""Points and sessions in so many seconds, a write's cost: https://docs.bsky.app/docs/advanced-guides/rate-limits"""
_FAILURES = {
    401: ("AuthenticationRequired", "Authentication Required"),
    429: ("RateLimitExceeded", "Rate Limit Exceeded"),
    500: ("InternalServerError", "Internal Server Error"),
    503: ("ServiceUnavailable", "Service Unavailable"),
}
_BLOB_HEADERS = {"Content-Security-Policy": "default-src 'none'; sandbox"}


class Bluesky:
    """XRPC as far as posting needs it: https://docs.bsky.app/docs/category/http-reference ."""

    name = "bluesky"

    def __init__(self, store: Store) -> None:
        self._store = store
        self._points = Meter(*POINTS)
        self._sessions = Meter(*SESSIONS)
        self.routes = (
            Route("POST", r"/xrpc/com\.atproto\.server\.createSession", self._create_session),
            Route("POST", r"/xrpc/com\.atproto\.server\.refreshSession", self._refresh_session),
            Route("GET", r"/xrpc/com\.atproto\.server\.getSession", self._get_session),
            Route("POST", r"/xrpc/com\.atproto\.repo\.createRecord", self._create_record, posts=True),
            Route("POST", r"/xrpc/com\.atproto\.repo\.putRecord", self._put_record, posts=True),
            Route("GET", r"/xrpc/com\.atproto\.repo\.getRecord", self._get_record),
            Route("GET", r"/xrpc/com\.atproto\.repo\.listRecords", self._list_records),
            Route("POST", r"/xrpc/com\.atproto\.repo\.uploadBlob", self._upload_blob),
            Route("GET", r"/xrpc/com\.atproto\.sync\.getBlob", self._get_blob),
        )

    def failure(self, status: int, reset: float = 0) -> Answer:
        """Word a failure as XRPC does: https://atproto.com/specs/xrpc#error-responses ."""
        headers = _headers(Quota(POINTS[0], 0, reset, spent=True)) if status == HTTPStatus.TOO_MANY_REQUESTS else {}
        error, message = _FAILURES[status]
        return answer({"error": error, "message": message}, status, headers)

    def forget(self) -> None:
        """Begin the rate limits anew."""
        self._points.forget()
        self._sessions.forget()

    def _create_session(self, request: Request) -> Answer:
        body = _body(request)
        headers = self._spend(self._sessions, str(body.get("identifier")), request.now)
        account = named_by(str(body.get("identifier")))
        if account is None or body.get("password") != SHARED:
            raise _refused("AuthenticationRequired", "Invalid identifier or password", 401)
        return answer(_session(account) | _issued(account, request.now), headers=headers)

    def _refresh_session(self, request: Request) -> Answer:
        account = self._sign_in(request, "com.atproto.refresh")
        return answer(_session(account) | _issued(account, request.now))

    def _get_session(self, request: Request) -> Answer:
        return answer(_session(self._sign_in(request)))

    def _sign_in(self, request: Request, scope: tokens.Scope = "com.atproto.appPass") -> str:
        if not request.bearer:
            raise _refused("AuthMissing", "Authentication Required", 401)
        try:
            subject = tokens.subject(request.bearer, scope, request.now)
        except tokens.Expired:
            raise _refused("ExpiredToken", "Token has expired") from None
        account = named_by(subject or "")
        if account is None:
            raise _refused("InvalidToken", "Token could not be verified")
        return account

    def _spend(self, meter: Meter, who: str, now: float, points: int = 1) -> dict[str, str]:
        quota = meter.spend(who, now, points)
        if quota.spent:
            raise Refusal(self.failure(429, quota.reset))
        return _headers(quota)

    def _create_record(self, request: Request) -> Answer:
        account, body, headers = self._writing(request, CREATE)
        rkey = body.get("rkey") or atproto.new_rkey(request.now, lambda key: self._mine(account, key) is not None)
        entry = self._entry(account, rkey, body, request.now)
        if self._mine(account, entry.id):
            return self.failure(500)
        return _written(self._store.add(entry), headers, commit=True)

    def _put_record(self, request: Request) -> Answer:
        account, body, headers = self._writing(request, PUT)
        entry = self._entry(account, body.get("rkey"), body, request.now)
        before = self._mine(account, entry.id)
        if before and before.cid == entry.cid:
            return _written(before, headers, commit=False)
        at = before.cid if before else None
        if "swapRecord" in body and body["swapRecord"] != at:
            raise _refused("InvalidSwap", f"Record was at {at or 'null'}")
        return _written(self._store.add(entry), headers, commit=True)

    def _writing(self, request: Request, points: int) -> tuple[str, dict[str, Any], dict[str, str]]:
        account = self._sign_in(request)
        headers = self._spend(self._points, account, request.now, points)
        body = _body(request)
        if named_by(str(body.get("repo"))) != account:
            raise Refusal(self.failure(401))
        if body.get("collection") != COLLECTION:
            raise _refused("InvalidRequest", f"The sandbox has no records but {COLLECTION}")
        return account, body, headers

    def _entry(self, account: str, rkey: object, body: Mapping[str, Any], now: float) -> Entry:
        if not isinstance(rkey, str) or not atproto.TID.fullmatch(rkey):
            raise _refused("InvalidRequest", f"Invalid record key for {COLLECTION}: it must be a TID")
        if not isinstance(body.get("record"), dict):
            raise _refused("InvalidRequest", "Input/record must be an object")
        record = {"$type": COLLECTION, **body["record"]}
        try:
            post = read_post(record)
        except ValueError as error:
            raise _refused("InvalidRequest", str(error)) from None
        reply_to, labels = self._check_references(post), post.said
        return Entry(
            network=self.name,
            account=account,
            id=rkey,
            at=now,
            text=post.text,
            reply_to=reply_to,
            key=rkey,
            language=", ".join(post.langs),
            cid=atproto.record_cid(record),
            record=record,
            pictures=[{"image": picture.ref.link, "alt": alt} for picture, alt in post.pictures],
            sensitive=bool(HIDING.intersection(labels)),
            labels=labels,
        )

    def _check_references(self, post: PostRecord) -> str:
        """See that what the post points to is there; return the rkey of the post above it."""
        for picture in post.uploads:
            self._check_blob(picture)
        if not post.reply:
            return ""
        for ref in (post.reply.root, post.reply.parent):
            if not self._at(ref):
                raise _refused("InvalidRequest", f"Could not find the post to reply to: {ref.uri}")
        return post.reply.parent.uri.rpartition("/")[2]

    def _check_blob(self, picture: Picture) -> None:
        blob = self._store.blobs.get(picture.ref.link)
        if blob is None:
            raise _refused("BlobNotFound", f"Could not find blob: {picture.ref.link}")
        if len(blob.data) > PICTURE_BYTES:
            why = f"This file is too large. It is {len(blob.data)} bytes but the maximum size is {PICTURE_BYTES} bytes."
            raise _refused("BlobTooLarge", why)
        if blob.type != picture.mime:
            raise _refused("InvalidMimeType", f"Referenced mimeType does not match stored blob: {blob.type}")

    def _at(self, ref: StrongRef) -> bool:
        repo, _, key = ref.uri.removeprefix("at://").partition("/")
        account = named_by(repo)
        entry = self._mine(account, key.removeprefix(f"{COLLECTION}/")) if account else None
        return entry is not None and entry.cid == ref.cid

    def _mine(self, account: str, rkey: str) -> Entry | None:
        return self._store.get(self.name, rkey, account)

    def _get_record(self, request: Request) -> Answer:
        account = _repo(request)
        rkey, cid = request.args.get("rkey", ""), request.args.get("cid")
        entry = self._mine(account, rkey) if request.args.get("collection") == COLLECTION else None
        if entry is None or cid not in {None, entry.cid}:
            uri = f"at://{did(account)}/{request.args.get('collection', '')}/{rkey}"
            raise _refused("RecordNotFound", f"Could not locate record: {uri}")
        return answer(_described(entry))

    def _list_records(self, request: Request) -> Answer:
        """List newest first: https://docs.bsky.app/docs/api/com-atproto-repo-list-records ."""
        account, args = _repo(request), request.args
        entries = sorted(self._store.entries(self.name, account), key=lambda e: e.id, reverse=True)
        if args.get("reverse") == "true":
            entries.reverse()
        if args.get("collection") != COLLECTION:
            entries = []
        ids = [entry.id for entry in entries]
        start = ids.index(args["cursor"]) + 1 if args.get("cursor") in ids else 0
        page = entries[start : start + request.number("limit", 50, 100)]
        cursor = {"cursor": page[-1].id} if page else {}
        return answer({"records": [_described(entry) for entry in page], **cursor})

    def _upload_blob(self, request: Request) -> Answer:
        self._sign_in(request)
        said = (request.headers.get("Content-Type") or "").partition(";")[0].strip().lower()
        kind = kind_of(request.body)
        if said not in KINDS or not kind:
            raise _refused("InvalidRequest", f"The sandbox takes pictures only: {', '.join(KINDS)}")
        if said != kind:
            raise _refused("InvalidMimeType", f"The picture is called {said} and is {kind}")
        cid = atproto.blob_cid(request.body)
        self._store.add_blob(cid, Blob(kind, request.body))
        return answer({"blob": {"$type": "blob", "ref": {"$link": cid}, "mimeType": kind, "size": len(request.body)}})

    def _get_blob(self, request: Request) -> Answer:
        blob = self._store.blobs.get(request.args.get("cid", ""))
        if blob is None:
            raise _refused("BlobNotFound", "Blob not found")
        return Answer(200, blob.data, blob.type, _BLOB_HEADERS)


def _refused(error: str, message: str, status: int = 400) -> Refusal:
    return Refusal(answer({"error": error, "message": message}, status))


def _body(request: Request) -> dict[str, Any]:
    try:
        return request.json()
    except BadBody as error:
        raise _refused("InvalidRequest", str(error)) from None


def _repo(request: Request) -> str:
    account = named_by(request.args.get("repo", ""))
    if account is None:
        raise _refused("InvalidRequest", "Could not find repo")
    return account


def _session(account: str) -> dict[str, Any]:
    return {"did": did(account), "handle": atproto.handle(account), "active": True}


def _issued(account: str, now: float) -> dict[str, str]:
    scopes: dict[str, tokens.Scope] = {"accessJwt": "com.atproto.appPass", "refreshJwt": "com.atproto.refresh"}
    return {name: tokens.issue(did(account), scope, now) for name, scope in scopes.items()}


def _written(entry: Entry, headers: Mapping[str, str], *, commit: bool) -> Answer:
    made = {"commit": {"cid": entry.cid, "rev": entry.id}} if commit else {}
    return answer({"uri": atproto.uri(entry), "cid": entry.cid, **made, "validationStatus": "valid"}, headers=headers)


def _described(entry: Entry) -> dict[str, Any]:
    return {"uri": atproto.uri(entry), "cid": entry.cid, "value": entry.record}


def _headers(quota: Quota) -> dict[str, str]:
    return {
        "RateLimit-Limit": str(quota.limit),
        "RateLimit-Remaining": str(quota.remaining),
        "RateLimit-Reset": str(math.ceil(quota.reset)),
    }
