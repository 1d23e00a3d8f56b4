"""Strangers' pictures, made fit to be sent on: checked by content, upright, stripped, small enough.

Nothing of the file that came is passed on. Its pixels are written into a new one, so whatever else was in it (where
it was taken, by which camera, a second file behind the first) stays here.
"""

import warnings
from collections.abc import Iterator
from datetime import datetime
from functools import cache
from io import BytesIO
from threading import Lock
from types import ModuleType
from typing import TYPE_CHECKING, Any

from sharebot import fetch
from sharebot.errors import SourceError
from sharebot.pictures.image import Image, NoPicture

if TYPE_CHECKING:
    from PIL.Image import Image as Pixels

MOST_DOWNLOADED = 15_000_000
"""Bytes of a picture as it comes."""
MOST_PIXELS = 25_000_000
"""6000 x 4000 of a good camera fit. A few bytes may claim to be any number of pixels, and each takes four bytes."""
LONGEST_SIDE = 2000
"""Pixels that are left of the longer side; no network shows more in a timeline."""
SHORTEST_SIDE = 32
"""Less is a mark that counts readers, or an icon."""
WITHIN = 10.0
"""Seconds that a picture's server gets: the post waits for it, and a daemon that is to end waits for the post."""
_FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
_DRAWN = frozenset({"PNG", "GIF"})
"""Formats of drawings and screenshots, which JPEG would blur."""
_SMOOTH = frozenset({"L", "LA", "RGB", "RGBA", "CMYK", "YCbCr"})
_QUALITIES = (88, 80, 70)
_STEP = 0.75
_HIGH = 257
"""What 16 bits of grey are divided by to become 8."""
_ONE_AT_A_TIME = Lock()
"""Unpacked, a picture may take 100 MB; eight at a time would be too many for a small container."""


def fetched(url: str, most_bytes: int, now: datetime, *, within: float = WITHIN, allow_private: bool = False) -> Image:
    """Fetch a picture and make it fit, in `within` seconds. Raises NoPicture, whose words hold no secret."""
    try:
        found = fetch.get(url, now, allow_private=allow_private, most=MOST_DOWNLOADED, within=within)
    except SourceError as error:
        raise NoPicture(str(error)) from None
    try:
        return fitted(found.data, most_bytes)
    except NoPicture as error:
        raise NoPicture(f"{fetch.shown(url)}: {error}") from None


def fitted(data: bytes, most_bytes: int) -> Image:
    """Make a picture of at most `most_bytes` of a JPEG, PNG, WebP or GIF file (its first frame). Raises NoPicture."""
    with _ONE_AT_A_TIME:
        try:
            return _made(data, most_bytes)
        except NoPicture:
            raise
        except Exception as error:  # noqa: BLE001 - decoders meet hostile bytes with errors of every kind
            why = "it is too large when unpacked" if "Bomb" in type(error).__name__ else "it cannot be read"
            raise NoPicture(f"{why}; it must be a JPEG, PNG, WebP or GIF picture") from None


@cache
def _pillow() -> ModuleType:
    """Load Pillow, with our own idea of what is too large to be unpacked."""
    from PIL import Image as Pillow

    Pillow.MAX_IMAGE_PIXELS = MOST_PIXELS
    warnings.filterwarnings("error", category=Pillow.DecompressionBombWarning)
    return Pillow


def _made(data: bytes, most_bytes: int) -> Image:
    from PIL import ImageOps

    with _pillow().open(BytesIO(data), formats=_FORMATS) as image:
        if image.width * image.height > MOST_PIXELS:
            raise NoPicture(
                f"it has {image.width} x {image.height} pixels, and {MOST_PIXELS / 1e6:g} million is the most"
            )
        if min(image.size) < SHORTEST_SIDE:
            raise NoPicture(f"it has {image.width} x {image.height} pixels, which is too small to be seen")
        drawing = image.format in _DRAWN
        # JPEG can be unpacked at a half or a quarter of its size, which spares memory and time.
        image.draft(None, (LONGEST_SIDE, LONGEST_SIDE))
        ImageOps.exif_transpose(image, in_place=True)
        # A palette or 16 bits would be scaled without any smoothing; of all else, only what is small is copied.
        scaled = image if image.mode in _SMOOTH else _plain(image)
        scaled.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
        plain = _plain(scaled)
    return _smaller(plain, most_bytes, drawing=drawing or plain.mode == "RGBA")


def _plain(image: "Pixels") -> "Pixels":
    """Return the bare pixels in RGB, or RGBA where some can be seen through."""
    if image.mode.startswith("I"):
        image = image.convert("I").point(lambda value: value / _HIGH).convert("L")
    plain = image.convert("RGBA" if image.has_transparency_data else "RGB")
    plain.info.clear()
    return plain


def _smaller(image: "Pixels", most_bytes: int, *, drawing: bool) -> Image:
    """Write the picture in the best form that is small enough."""
    while min(image.size) >= SHORTEST_SIDE:
        for data, media in _forms(image, drawing=drawing):
            if len(data) <= most_bytes:
                return Image(data, media, *image.size)
        image = image.resize((round(image.width * _STEP), round(image.height * _STEP)))
    raise NoPicture(f"it cannot be made smaller than {most_bytes} bytes")


def _forms(image: "Pixels", *, drawing: bool) -> Iterator[tuple[bytes, str]]:
    if drawing:
        yield _saved(image, "PNG", optimize=True), "image/png"
    opaque = _on_white(image)
    for quality in _QUALITIES:
        yield _saved(opaque, "JPEG", quality=quality, optimize=True, progressive=True), "image/jpeg"


def _on_white(image: "Pixels") -> "Pixels":
    if image.mode != "RGBA":
        return image
    ground = _pillow().new("RGBA", image.size, "white")
    return _pillow().alpha_composite(ground, image).convert("RGB")  # type: ignore[no-any-return]  # a lazy module


def _saved(image: "Pixels", kind: str, **options: Any) -> bytes:
    into = BytesIO()
    image.save(into, kind, **options)
    return into.getvalue()
