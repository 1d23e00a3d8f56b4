"""What the `Settings` of platforms and sources share: one strict base, durations, addresses fit for a token."""

import re
from collections.abc import Iterator
from datetime import timedelta
from ipaddress import ip_address
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, WithJsonSchema

_HIDDEN = re.compile(r"(?<=//)[^/\s?#@]+(?=@)|(?<=\S\?)\S+")
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
_LONGEST = 100 * 366 * _UNITS["d"]
"""Added to any date that an issue may have, it stays within the calendar."""
_DURATION = re.compile(r"(\d+)\s*([smhdw])")
_ALL_DURATION = re.compile(r"(\s*\d+\s*[smhdw]\s*)+")


class Settings(BaseModel):
    """Immutable, and an unknown key is an error. Its validator is made when it is first needed: many never are."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    def __repr_args__(self) -> Iterator[tuple[str | None, Any]]:
        """Show settings without what an address hides from others: a password, a query."""
        for name, value in super().__repr_args__():
            yield name, _HIDDEN.sub("…", value) if isinstance(value, str) else value


def duration(value: object) -> timedelta:
    """Read "30m", "2h", "7d", "1h 30m". Raises ValueError with the cure."""
    if isinstance(value, timedelta):
        return value
    if not isinstance(value, str) or not _ALL_DURATION.fullmatch(value):
        raise ValueError("a duration is a number with s, m, h, d or w, such as 30m or 7d")
    seconds = sum(int(number) * _UNITS[unit] for number, unit in _DURATION.findall(value))
    if seconds > _LONGEST:
        raise ValueError("a duration of so many years is no duration")
    return timedelta(seconds=seconds)


def is_loopback(url: str) -> bool:
    """Whether the address names this machine and can be no other, whatever a name server says."""
    host = urlsplit(url).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def on_this_machine(settings: Settings) -> bool:
    """Whether everything that these settings reach is a stand-in on this machine. Without any address: no."""
    texts = (value for _, value in settings if isinstance(value, str))
    addresses = [text for text in texts if text.startswith(("http://", "https://"))]
    return bool(addresses) and all(map(is_loopback, addresses))


def _server(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("a server is an address such as https://mastodon.example")
    if parts.username or parts.password:
        raise ValueError("a server's address holds no user name or password")
    if parts.scheme == "http" and not is_loopback(url):
        raise ValueError("a token travels by https only; http is for this machine only")
    return url.rstrip("/")


Duration = Annotated[
    timedelta,
    BeforeValidator(duration),
    WithJsonSchema({"type": "string", "pattern": f"^{_ALL_DURATION.pattern}$", "examples": ["30m", "7d"]}),
]
"""A length of time, written as `30m`, `2h`, `7d` or `1h 30m`."""

Server = Annotated[str, AfterValidator(_server), WithJsonSchema({"type": "string", "format": "uri"})]
"""The address of a server that gets a secret: https, or http on this machine. Without a slash at its end."""
