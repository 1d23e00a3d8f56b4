"""A picture as a network gets it, and why there may be none."""

from dataclasses import dataclass

from sharebot.errors import SharebotError


class NoPicture(SharebotError):
    """A picture cannot be had; its post goes without."""


@dataclass(frozen=True, slots=True)
class Image:
    """A JPEG or PNG file without metadata. `media` is its media type, `width` and `height` are pixels."""

    data: bytes
    media: str
    width: int
    height: int

    @property
    def name(self) -> str:
        """What the file is called where an upload must have a name."""
        return f"picture.{self.media.partition('/')[2]}"
