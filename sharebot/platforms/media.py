"""A post's pictures on their way to a network: made here, uploaded by each network's own file.

A picture that cannot be had never loses its post: it is left out, and a line of the log says why.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import TYPE_CHECKING, TypeVar

from pydantic import Field

from sharebot import logs
from sharebot.errors import Refused, TryLater, reading
from sharebot.model import Key, Picture
from sharebot.settings import Settings

if TYPE_CHECKING:
    from sharebot.pictures import Image

ENOUGH = 2_000_000
"""Bytes that a picture of 2000 pixels needs, where the network would take more."""
_WITHIN = 8.0
"""Seconds for all pictures of a post to come in: a daemon that is to end waits for the post."""
_INSISTS = timedelta(minutes=5)
"""After so long the post goes without a picture that the network has no time for."""

Uploaded = TypeVar("Uploaded")
Sent = TypeVar("Sent")


class Unfit(Refused):
    """The network took a picture and will not have it in a post."""


class Fetching(Settings):
    """What accounts that fetch pictures are asked."""

    allow_private: bool = Field(
        default=False,
        description="Whether pictures may be fetched from private networks and this machine, too.",
        examples=[True],
    )


def uploaded(
    pictures: Sequence[Picture],
    upload: "Callable[[Image, Picture], Uploaded]",
    key: Key,
    settings: Fetching,
    most_bytes: int = ENOUGH,
) -> list[Uploaded]:
    """Make each picture and hand it to `upload`; return what became of those that could be had and were taken.

    An upload is no post, so it may be repeated: raises TryLater where the network asks for it or its answer was lost,
    and SignInAgain.
    """
    from sharebot.pictures import NoPicture

    end, done = monotonic() + _WITHIN, list[Uploaded]()
    for picture in pictures:
        try:
            image = _image(picture, most_bytes, end - monotonic(), settings)
            with reading():
                done.append(upload(image, picture))
        except (NoPicture, Refused) as error:
            _left_out(key, error)
        except TryLater as error:
            if error.after or datetime.now(UTC) - key.at < _INSISTS:
                raise
            _left_out(key, error)
    return done


def sent(send: Callable[[Uploaded], Sent], seen: Uploaded, bare: Uploaded, key: Key) -> Sent:
    """Send a post with what is to be seen, or, where the network refuses just that, once more with what is `bare`."""
    try:
        return send(seen)
    except Unfit as error:
        if seen == bare:
            raise
        _left_out(key, error)
        return send(bare)


def shortened(words: str, most: int) -> str:
    """Return words of at most `most` characters, cut between two of them."""
    plain = " ".join(words.split())
    return plain if len(plain) <= most else f"{plain[: most - 1].rpartition(' ')[0] or plain[: most - 1]}…"


def _image(picture: Picture, most_bytes: int, left: float, settings: Fetching) -> "Image":
    from sharebot.pictures import NoPicture, drawn, fetched

    if picture.quotation:
        return drawn(picture.quotation, picture.speaker)
    if left <= 0:
        raise NoPicture("the pictures before it took too long")
    return fetched(picture.url, most_bytes, datetime.now(UTC), within=left, allow_private=settings.allow_private)


def _left_out(key: Key, error: Exception) -> None:
    logs.warn("picture.missing", post=key.value, why=str(error))
