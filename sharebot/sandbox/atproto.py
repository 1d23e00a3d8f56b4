"""The AT Protocol's names for things: identifiers of accounts, records and their contents."""

import base64
import hashlib
import json
import re
from collections.abc import Callable
from typing import Any

from sharebot.sandbox.accounts import DOMAIN, is_name
from sharebot.sandbox.store import Entry

COLLECTION = "app.bsky.feed.post"
TID = re.compile(r"[234567abcdefghij][234567abcdefghijklmnopqrstuvwxyz]{12}")
"""https://atproto.com/specs/tid"""
_LETTERS = "234567abcdefghijklmnopqrstuvwxyz"
_TID_LENGTH = 13
_CBOR, _RAW = b"\x01\x71\x12\x20", b"\x01\x55\x12\x20"
"""What begins a CID of a record and of bytes: https://atproto.com/specs/data-model#link-and-cid-formats"""


def handle(account: str) -> str:
    """Return an account's handle."""
    return account + DOMAIN


def did(account: str) -> str:
    """Return an account's identifier. The `web` method needs no register: https://atproto.com/specs/did ."""
    return f"did:web:{handle(account)}"


def named_by(identifier: str) -> str | None:
    """Name the account that a handle or DID belongs to."""
    name = identifier.lower().removeprefix("did:web:").removesuffix(DOMAIN)
    return name if is_name(name) and identifier.lower() in {handle(name), did(name)} else None


def uri(entry: Entry) -> str:
    """Return a post's AT URI."""
    return f"at://{did(entry.account)}/{COLLECTION}/{entry.id}"


def new_rkey(now: float, taken: Callable[[str], bool]) -> str:
    """Make a record key from the time, one that is not taken."""
    number = int(now * 1_000_000) << 10
    while taken(key := _tid(number)):
        number += 1
    return key


def _tid(number: int) -> str:
    return "".join(_LETTERS[number >> (5 * place) & 31] for place in reversed(range(_TID_LENGTH)))


def record_cid(record: dict[str, Any]) -> str:
    """Name a record by its content. The hash is over sorted JSON, where the real one is over DAG-CBOR."""
    return _cid(_CBOR, json.dumps(record, sort_keys=True).encode())


def blob_cid(data: bytes) -> str:
    """Name bytes by their content, exactly as the protocol does."""
    return _cid(_RAW, data)


def _cid(kind: bytes, data: bytes) -> str:
    return "b" + base64.b32encode(kind + hashlib.sha256(data).digest()).decode().lower().rstrip("=")
