"""The sandbox's Mastodon: the statuses API of one server, with every account that anybody signs in as."""

import re
from collections.abc import Mapping
from dataclasses import replace
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl

from sharebot.sandbox import mastodon_entities as entities
from sharebot.sandbox.accounts import number
from sharebot.sandbox.images import Shelf
from sharebot.sandbox.mastodon_signin import MastodonSignIn, allows, outside
from sharebot.sandbox.store import Entry, Store, iso
from sharebot.sandbox.wire import Answer, BadBody, Meter, Quota, Refusal, Request, Route, answer
from sharebot.text.measure import MastodonLimits

POSTS = (300, 3 * 3600)
"""Posts in so many seconds: https://github.com/mastodon/mastodon/blob/main/app/lib/rate_limiter.rb"""
UPLOADS = (30, 30 * 60)
"""Pictures: https://docs.joinmastodon.org/api/rate-limits/#media"""
KEY_LASTS = 3600
"""Seconds that an Idempotency-Key is honoured: https://docs.joinmastodon.org/methods/statuses/#headers"""
VISIBILITIES = ("public", "unlisted", "private", "direct")
"""https://docs.joinmastodon.org/methods/statuses/#form-data-parameters"""
_OPEN = VISIBILITIES[:2]
_ABSENT = ("poll", "poll[options][]", "scheduled_at", "quoted_status_id")
_TRUE = frozenset({"true", "1", "on"})
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
_FAILURES = {
    401: "The access token is invalid",
    429: "Too many requests",
    500: "500 Internal Server Error",
    503: "There was a temporary problem serving your request, please try again",
}
"""Words: https://github.com/mastodon/mastodon/blob/main/app/controllers/concerns/api/error_handling.rb"""


class Mastodon:
    """One Mastodon server. Films, polls, quotes and scheduling on the server it refuses with 422."""

    name = "mastodon"

    def __init__(self, store: Store, limits: MastodonLimits, token_lasts: int | None = None) -> None:
        self._store = store
        self.door = MastodonSignIn(token_lasts)
        self._limits = limits
        self._meter = Meter(*POSTS)
        self._shelf = Shelf(store)
        self._uploads = Meter(*UPLOADS)
        self.routes = (
            Route("POST", r"/api/v1/statuses", self._create, posts=True),
            Route("PUT", r"/api/v1/statuses/(\d+)", self._edit, posts=True),
            Route("POST", r"/api/v2/media", self._upload),
            Route("GET", r"/api/v1/media/(\d+)", self._uploaded),
            Route("GET", r"/api/v1/statuses/(\d+)", self._show),
            Route("GET", r"/api/v1/statuses/(\d+)/source", self._source),
            Route("GET", r"/api/v1/statuses/(\d+)/history", self._history),
            Route("GET", r"/api/v1/accounts/verify_credentials", self._verify),
            Route("GET", r"/api/v1/apps/verify_credentials", self._application),
            Route("GET", r"/api/v1/accounts/(\d+)/statuses", self._timeline),
            Route("GET", r"/api/v1/instance/?", self._instance_v1),
            Route("GET", r"/api/v2/instance/?", self._instance_v2),
            Route("GET", r"/\.well-known/nodeinfo", lambda request: answer(entities.nodeinfo_links(request.base))),
            Route("GET", r"/nodeinfo/2\.0", lambda _: answer(entities.NODEINFO)),
            *self.door.routes,
        )

    def _instance_v1(self, request: Request) -> Answer:
        return answer(entities.instance_v1(request.base, self._limits))

    def _instance_v2(self, request: Request) -> Answer:
        return answer(entities.instance_v2(request.base, self._limits))

    def failure(self, status: int, reset: float = 0) -> Answer:
        """Word a failure as Mastodon does."""
        headers = _headers(Quota(POSTS[0], 0, reset, spent=True)) if status == HTTPStatus.TOO_MANY_REQUESTS else {}
        return answer({"error": _FAILURES[status]}, status, headers)

    def forget(self) -> None:
        """Begin the rate limit anew."""
        self._meter.forget()
        self._uploads.forget()
        self._shelf.forget()
        self.door.grants.forget()

    def _sign_in(self, request: Request, scope: str = "read:statuses") -> str:
        held = self.door.held(request)
        if held is None:
            raise Refusal(self.failure(401))
        if not allows(held.scopes, scope):
            raise outside()
        return held.account

    def _create(self, request: Request) -> Answer:
        account = self._sign_in(request, "write:statuses")
        key = request.headers.get("Idempotency-Key") or ""
        known = self._known(account, key, request.now)
        params = _params(request)
        entry = known or self._new(account, key, params, request.now)
        quota = self._meter.spend(account, request.now, points=0 if known else 1)
        if quota.spent:
            return self.failure(429, quota.reset)
        taken = known or self._store.add(replace(entry, id=self._store.new_id(request.now, bits=16)))
        self._shelf.take([] if known else _ids(params))
        return answer(self._status(taken, request), headers=_headers(quota))

    def _edit(self, request: Request, id_: str) -> Answer:
        """Edit a status: https://docs.joinmastodon.org/methods/statuses/#edit .

        Pictures that are not named again go, and what changes nothing leaves no trace:
        https://github.com/mastodon/mastodon/blob/main/app/services/update_status_service.rb
        """
        account, params = self._sign_in(request, "write:statuses"), _params(request)
        entry = self._store.get(self.name, id_, account)
        if entry is None:
            raise _refused("Record not found", 404)
        wanted = replace(
            entry,
            text=_text(params, "status"),
            warning=_text(params, "spoiler_text"),
            sensitive=_text(params, "sensitive").lower() in _TRUE,
            pictures=self._kept(entry, account, _ids(params)),
        )
        self._validate(wanted, params)
        if wanted != entry:
            version = {"text": entry.text, "warning": entry.warning, "at": entry.edited or entry.at}
            wanted = self._store.add(replace(wanted, edited=request.now, before=[*entry.before, version]))
        return answer(self._status(wanted, request))

    def _kept(self, entry: Entry, account: str, ids: list[str]) -> list[dict[str, str]]:
        """Return the pictures that an edit names, the status's own by the ids that it showed."""
        own = {f"{entry.id}{at}": shown for at, shown in enumerate(entry.pictures)}
        return [own[id_] if id_ in own else self._pictures(account, [id_])[0] for id_ in ids]

    def _known(self, account: str, key: str, now: float) -> Entry | None:
        entries = self._store.entries(self.name, account) if key else ()
        return next((entry for entry in entries if entry.key == key and now - entry.at < KEY_LASTS), None)

    def _new(self, account: str, key: str, params: Mapping[str, Any], now: float) -> Entry:
        language = _text(params, "language")
        entry = Entry(
            network=self.name,
            account=account,
            id="",
            at=now,
            text=_text(params, "status"),
            reply_to=_text(params, "in_reply_to_id"),
            key=key,
            language=language if _LANGUAGE.fullmatch(language) else "",
            visibility=_text(params, "visibility") or "public",
            warning=_text(params, "spoiler_text"),
            pictures=self._pictures(account, _ids(params)),
            sensitive=_text(params, "sensitive").lower() in _TRUE,
        )
        if entry.reply_to and not self._store.get(self.name, entry.reply_to):
            raise _refused("The post you are trying to reply to does not appear to exist.", 404)
        self._validate(entry, params)
        return entry

    def _validate(self, entry: Entry, params: Mapping[str, Any]) -> None:
        _validate(entry, params)
        length = self._limits.measure(entry.text, entry.warning)
        if not length.fits:
            raise _refused(f"Validation failed: Text character limit of {length.limit} exceeded")

    def _pictures(self, account: str, ids: list[str]) -> list[dict[str, str]]:
        if len(ids) > entities.PICTURES:
            raise _refused("Cannot attach more than 4 files")
        try:
            return self._shelf.shown(ids, account)
        except KeyError as error:
            raise _refused(f"Media {error.args[0]} not found or already attached to another post") from None

    def _upload(self, request: Request) -> Answer:
        """Take a picture: https://docs.joinmastodon.org/methods/media/#v2 ."""
        account = self._sign_in(request, "write:media")
        quota = self._uploads.spend(account, request.now)
        if quota.spent:
            return self.failure(429, quota.reset)
        form = request.form()
        alt = form.get("description", b"").decode("utf-8", "replace")
        if len(alt) > entities.ALT:
            raise _refused(f"Validation failed: Description is too long (maximum is {entities.ALT} characters)")
        id_ = self._store.new_id(request.now, bits=16)
        try:
            upload = self._shelf.put(id_, account, form.get("file", b""), alt)
        except ValueError:
            raise _refused("Validation failed: File content type is invalid, File is not supported") from None
        return answer(entities.media(id_, upload.image, alt, request.base), headers=_headers(quota))

    def _uploaded(self, request: Request, id_: str) -> Answer:
        upload = self._shelf.get(id_, self._sign_in(request, "write:media"))
        if upload is None:
            raise _refused("Record not found", 404)
        return answer(entities.media(id_, upload.image, upload.alt, request.base))

    def _show(self, request: Request, id_: str) -> Answer:
        return answer(self._status(self._visible(request, id_), request))

    def _source(self, request: Request, id_: str) -> Answer:
        entry = self._visible(request, id_)
        return answer({"id": entry.id, "text": entry.text, "spoiler_text": entry.warning})

    def _history(self, request: Request, id_: str) -> Answer:
        return answer(entities.history(self._visible(request, id_), request.base))

    def _visible(self, request: Request, id_: str) -> Entry:
        """Find a status: everybody sees the open ones, its author all."""
        entry = self._store.get(self.name, id_)
        if entry and (entry.visibility in _OPEN or entry.account == self._sign_in(request)):
            return entry
        raise _refused("Record not found", 404)

    def _verify(self, request: Request) -> Answer:
        return answer(entities.account(self._sign_in(request, "read:accounts"), request.base))

    def _application(self, request: Request) -> Answer:
        """Tell what the token may do: https://docs.joinmastodon.org/methods/apps/#verify_credentials ."""
        held = self.door.held(request)
        if held is None:
            raise Refusal(self.failure(401))
        return answer(entities.APPLICATION | {"scopes": held.scopes.split()})

    def _timeline(self, request: Request, id_: str) -> Answer:
        """List an account's statuses: https://docs.joinmastodon.org/methods/accounts/#statuses ."""
        viewer = self._sign_in(request)
        theirs = [entry for entry in self._store.entries(self.name) if number(entry.account) == id_]
        if not theirs and id_ != number(viewer):
            raise _refused("Record not found", 404)
        shown = [entry for entry in theirs if entry.visibility in _OPEN or entry.account == viewer]
        wanted = [entry for entry in shown if _asked_for(entry, request.args)]
        return answer([self._status(entry, request) for entry in wanted[: request.number("limit", 20, 40)]])

    def _status(self, entry: Entry, request: Request) -> dict[str, Any]:
        above = self._store.get(self.name, entry.reply_to) if entry.reply_to else None
        return entities.status(entry, above, request.base)


def _refused(why: str, status: int = 422) -> Refusal:
    return Refusal(answer({"error": why}, status))


def _params(request: Request) -> dict[str, Any]:
    if "json" not in (request.headers.get("Content-Type") or ""):
        pairs = parse_qsl(request.body.decode("utf-8", "replace"), keep_blank_values=True)
        lists = {name: [value for other, value in pairs if other == name] for name, _ in pairs if name.endswith("[]")}
        return dict(pairs) | lists
    try:
        return request.json()
    except BadBody:
        raise _refused("Error occurred while parsing request parameters", 400) from None


def _ids(params: Mapping[str, Any]) -> list[str]:
    ids = params.get("media_ids", params.get("media_ids[]", []))
    return [str(id_) for id_ in ids] if isinstance(ids, list) else []


def _text(params: Mapping[str, Any], name: str) -> str:
    value = params.get(name)
    return str(value) if isinstance(value, str | int) else ""


def _validate(entry: Entry, params: Mapping[str, Any]) -> None:
    """Apply the rules of https://github.com/mastodon/mastodon/blob/main/app/models/status.rb and its validators."""
    absent = [name for name in _ABSENT if params.get(name)]
    if absent:
        raise _refused(f"Validation failed: the sandbox has no {absent[0]}")
    if not entry.text.strip() and not entry.pictures:
        raise _refused("Validation failed: Text can't be blank")
    if entry.visibility not in VISIBILITIES:
        raise _refused("Validation failed: Visibility is not included in the list")


def _asked_for(entry: Entry, args: Mapping[str, str]) -> bool:
    if entry.reply_to and args.get("exclude_replies") in {"true", "True", "1"}:
        return False
    bounds = {name: int(args[name]) for name in ("max_id", "since_id", "min_id") if args.get(name, "").isdecimal()}
    id_ = int(entry.id)
    return id_ < bounds.get("max_id", id_ + 1) and id_ > max(bounds.get("since_id", 0), bounds.get("min_id", 0))


def _headers(quota: Quota) -> dict[str, str]:
    """Say what is left: https://docs.joinmastodon.org/api/rate-limits/ ."""
    return {
        "X-RateLimit-Limit": str(quota.limit),
        "X-RateLimit-Remaining": str(quota.remaining),
        "X-RateLimit-Reset": iso(quota.reset),
    }
