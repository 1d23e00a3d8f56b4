"""Uploaded pictures: what kind they are by their first bytes, and where they lie until a post takes them."""

from dataclasses import dataclass, replace

from sharebot.sandbox.atproto import blob_cid
from sharebot.sandbox.store import Blob, Store

KINDS = ("image/jpeg", "image/png", "image/gif", "image/webp")
_BEGINNINGS = {b"\xff\xd8\xff": KINDS[0], b"\x89PNG\r\n\x1a\n": KINDS[1], b"GIF87a": KINDS[2], b"GIF89a": KINDS[2]}
_WEBP = (b"RIFF", b"WEBP")


def kind_of(data: bytes) -> str:
    """Return a picture's media type, told by its content, or nothing: https://mimesniff.spec.whatwg.org/ ."""
    if (data[:4], data[8:12]) == _WEBP:
        return KINDS[3]
    return next((kind for begins, kind in _BEGINNINGS.items() if data.startswith(begins)), "")


@dataclass(frozen=True, slots=True)
class Upload:
    """A picture that waits for its post. `image` is its name in the store."""

    account: str
    image: str
    kind: str
    alt: str
    sensitive: bool = False


class Shelf:
    """The pictures that accounts of one network have uploaded and not yet posted."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._waiting: dict[str, Upload] = {}

    def put(self, id_: str, account: str, data: bytes, alt: str = "") -> Upload:
        """Keep a picture. Raises ValueError where it is none."""
        kind = kind_of(data)
        if not kind:
            raise ValueError("it is no picture")
        image = blob_cid(data)
        self._store.add_blob(image, Blob(kind, data))
        self._waiting[id_] = Upload(account, image, kind, alt)
        return self._waiting[id_]

    def get(self, id_: str, account: str) -> Upload | None:
        """Find a picture of an account."""
        found = self._waiting.get(id_)
        return found if found and found.account == account else None

    def describe(self, id_: str, alt: str, *, sensitive: bool) -> None:
        """Give a picture its words and say whether it is to be hidden."""
        self._waiting[id_] = replace(self._waiting[id_], alt=alt, sensitive=sensitive)

    def shown(self, ids: list[str], account: str) -> list[dict[str, str]]:
        """Return what a post shows of these pictures. Raises KeyError with an id that is not there."""
        found = {id_: self.get(id_, account) for id_ in ids}
        for id_, upload in found.items():
            if upload is None:
                raise KeyError(id_)
        return [{"image": upload.image, "alt": upload.alt} for upload in found.values() if upload]

    def hidden(self, ids: list[str]) -> bool:
        """Whether one of these pictures is to be hidden."""
        return any(self._waiting[id_].sensitive for id_ in ids)

    def take(self, ids: list[str]) -> None:
        """Let a post have these pictures: no other gets them."""
        for id_ in ids:
            del self._waiting[id_]

    def forget(self) -> None:
        """Throw away what waits."""
        self._waiting.clear()
