"""Deliveries to rows and back. What is stored is what is sent, to the byte."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from sharebot.model import Card, Delivery, Facet, Picture, Post, Receipt, Signature, State
from sharebot.outbox.tables import delivery

_COLUMNS = tuple(column.name for column in delivery.columns)
_ALWAYS = frozenset({"text", "language", "links", "facets", "card"})
"""What older builds wrote. All else stands there only where it says something, so that old fingerprints hold."""


def posts_to_json(posts: Sequence[Post]) -> list[dict[str, Any]]:
    """Return posts as JSON values."""
    return [_json(post) for post in posts]


def _json(post: Post) -> dict[str, Any]:
    value = asdict(post)
    if post.true_until:
        value["true_until"] = post.true_until.isoformat()
    return {name: said for name, said in value.items() if name in _ALWAYS or said}


def _post(value: Mapping[str, Any]) -> Post:
    return Post(
        text=value["text"],
        language=value["language"],
        links=tuple(value["links"]),
        facets=tuple(Facet(**facet) for facet in value["facets"]),
        card=Card(**value["card"]) if value["card"] else None,
        pictures=tuple(Picture(**picture) for picture in value.get("pictures", ())),
        content_warning=value.get("content_warning", ""),
        sensitive=value.get("sensitive", False),
        labels=tuple(value.get("labels", ())),
        visibility=value.get("visibility"),
        true_until=datetime.fromisoformat(value["true_until"]) if "true_until" in value else None,
    )


def fingerprint(posts: Sequence[Post]) -> str:
    """Return a hash over everything that would be sent; an approval holds for this and nothing else."""
    return hashlib.sha256(json.dumps(posts_to_json(posts), sort_keys=True).encode()).hexdigest()


def signed(posts: Sequence[Post]) -> str:
    """Return the hash that a person's approval names: of all that is sent, and not of how long it is true."""
    return fingerprint([replace(post, true_until=None) for post in posts])


def receipts_to_json(receipts: Sequence[Receipt]) -> list[dict[str, str]]:
    """Return receipts as JSON values."""
    return [{name: getattr(receipt, name) for name in Receipt.__slots__} for receipt in receipts]


def signature_to_json(signature: Signature | None) -> dict[str, str] | None:
    """Return an approval as a JSON value."""
    return {"hash": signature.hash, "who": signature.who, "at": signature.at.isoformat()} if signature else None


def _signature(value: Mapping[str, str] | None) -> Signature | None:
    return Signature(value["hash"], value["who"], datetime.fromisoformat(value["at"])) if value else None


def to_row(new: Delivery) -> dict[str, Any]:
    """Return the columns of a new row."""
    row = {name: getattr(new, name) for name in Delivery.__slots__}
    return row | {
        "posts": posts_to_json(new.posts),
        "fingerprint": fingerprint(new.posts),
        "receipts": receipts_to_json(new.receipts),
        "follows": receipts_to_json(new.follows),
        "signature": signature_to_json(new.signature),
        "state": new.state.value,
    }


def from_row(row: Sequence[Any]) -> Delivery:
    """Read a row of all columns of the table, in its order."""
    values = dict(zip(_COLUMNS, row, strict=True))
    del values["id"], values["fingerprint"]
    values["posts"] = tuple(map(_post, values["posts"]))
    for name in ("receipts", "follows"):
        values[name] = tuple(Receipt(**receipt) for receipt in values[name] or ())
    values["signature"] = _signature(values["signature"])
    values["state"] = State(values["state"])
    return Delivery(**values)


def from_names(row: Mapping[str, Any]) -> Delivery:
    """Read a row by the names of its columns; one that an older build wrote lacks some."""
    return from_row([row.get(name) for name in _COLUMNS])
