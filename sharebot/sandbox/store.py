"""What the sandbox's networks have taken, in memory and, where wanted, in a file that outlives the process."""

import base64
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TextIO

from sharebot.errors import SharebotError


@dataclass(frozen=True, slots=True)
class Entry:
    """One post as a network took it. `at` is when, in epoch seconds; `reply_to` is the id of the post above it.

    `key` is what the client named the post by: Mastodon's Idempotency-Key, Bluesky's rkey. `record` and `cid` are
    Bluesky's; `warning` and `visibility` are Mastodon's. `pictures` have an `image`, the blob's name, and its `alt`.
    `edited` is when the post got its words, and `before` what it said earlier, the oldest first.
    """

    network: str
    account: str
    id: str
    at: float
    text: str
    reply_to: str = ""
    key: str = ""
    language: str = ""
    visibility: str = "public"
    warning: str = ""
    cid: str = ""
    record: dict[str, Any] | None = None
    pictures: list[dict[str, str]] = field(default_factory=list)
    sensitive: bool = False
    labels: list[str] = field(default_factory=list)
    edited: float | None = None
    before: list[dict[str, Any]] = field(default_factory=list)

    @property
    def path(self) -> str:
        """Where the post is shown, below the sandbox's address; each network's own form."""
        if self.network == "mastodon":
            return f"/@{self.account}/{self.id}"
        if self.network == "x":
            return f"/x/{self.account}/status/{self.id}"
        return f"/profile/{self.account}.sandbox.test/post/{self.id}"


@dataclass(frozen=True, slots=True)
class Blob:
    """An uploaded image."""

    type: str
    data: bytes


class Store:
    """Every post and image. Not locked: the server lets one request at a time in."""

    def __init__(self, path: Path | None = None) -> None:
        self.blobs: dict[str, Blob] = {}
        self._entries: dict[tuple[str, str, str], Entry] = {}
        self._last_id = 0
        self._path = path
        self._file: TextIO | None = None

    def open(self) -> None:
        """Read what an earlier run kept, and keep what comes. Raises SharebotError where the file cannot be used."""
        if self._path is None:
            return
        try:
            for line in self._whole_lines(self._path):
                self._remember(json.loads(line))
            self._file = self._path.open("a", encoding="utf-8")
        except (OSError, ValueError, TypeError, KeyError) as error:
            why = f"cannot keep the sandbox's posts in {self._path}: {error}; name another file or remove this one"
            raise SharebotError(why) from error

    def close(self) -> None:
        """Let go of the file; what is in memory stays."""
        if self._file is not None:
            self._file.close()
            self._file = None

    @staticmethod
    def _whole_lines(path: Path) -> list[bytes]:
        """Read the lines that were written to their end; a kill in mid-write leaves half a line, which goes."""
        data = path.read_bytes() if path.exists() else b""
        whole, newline, rest = data.rpartition(b"\n")
        if rest:
            with path.open("r+b") as file:
                file.truncate(len(whole) + len(newline))
        return whole.splitlines()

    def _remember(self, row: dict[str, Any]) -> None:
        if "gone" in row:
            del self._entries[tuple(row["gone"])]
        elif "blob" in row:
            self.blobs[row["blob"]] = Blob(row["type"], base64.b64decode(row["data"]))
        else:
            self._place(Entry(**row))

    def _place(self, entry: Entry) -> None:
        self._entries[entry.network, entry.account, entry.id] = entry
        if entry.network != "bluesky":
            self._last_id = max(self._last_id, int(entry.id))

    def _keep(self, row: dict[str, Any]) -> None:
        if self._file is not None:
            self._file.write(json.dumps(row) + "\n")
            self._file.flush()

    def add(self, entry: Entry) -> Entry:
        """Take a post; one with the same network, account and id is replaced and keeps its time."""
        before = self._entries.get((entry.network, entry.account, entry.id))
        entry = replace(entry, at=before.at) if before else entry
        self._keep(asdict(entry))
        self._place(entry)
        return entry

    def remove(self, entry: Entry) -> None:
        """Delete a post; its id is not given again."""
        self._keep({"gone": [entry.network, entry.account, entry.id]})
        del self._entries[entry.network, entry.account, entry.id]

    def add_blob(self, cid: str, blob: Blob) -> None:
        """Take an image."""
        self._keep({"blob": cid, "type": blob.type, "data": base64.b64encode(blob.data).decode()})
        self.blobs[cid] = blob

    def get(self, network: str, id_: str, account: str | None = None) -> Entry | None:
        """Find a post, of any account or of one."""
        if account is not None:
            return self._entries.get((network, account, id_))
        return next((e for e in self._entries.values() if (e.network, e.id) == (network, id_)), None)

    def entries(self, network: str | None = None, account: str | None = None) -> Iterator[Entry]:
        """Give the posts, newest first."""
        for entry in sorted(self._entries.values(), key=lambda e: (e.at, e.id), reverse=True):
            if network in {None, entry.network} and account in {None, entry.account}:
                yield entry

    def new_id(self, now: float, bits: int, epoch_ms: int = 0) -> str:
        """Make an id that grows with time: milliseconds since `epoch_ms`, shifted, and never one twice."""
        self._last_id = max(self._last_id + 1, (int(now * 1000) - epoch_ms) << bits)
        return str(self._last_id)

    def forget(self) -> None:
        """Forget every post and image, in the file too."""
        self._entries.clear()
        self.blobs.clear()
        if self._file is not None:
            self._file.truncate(0)


def picture_path(image: str) -> str:
    """Return where a picture is shown, below the sandbox's address."""
    return f"/sandbox/pictures/{image}"


def iso(at: float) -> str:
    """Write an instant as RFC 3339 in UTC with milliseconds, which all three networks use."""
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
