"""The lexicon of a Bluesky post, as far as the sandbox takes posts.

https://github.com/bluesky-social/atproto/blob/main/lexicons/app/bsky/feed/post.json

Two things are stricter than on Bluesky's own server, because there they are accepted and come out wrong before
readers' eyes: a facet must lie inside the text and on the borders of characters, and only link cards and pictures may
be embedded.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from sharebot.text.measure import graphemes, measure_bluesky

BYTES = 3000
PICTURE_BYTES = 1_000_000
"""https://github.com/bluesky-social/atproto/blob/main/lexicons/app/bsky/embed/external.json"""
PICTURES = 4
"""https://github.com/bluesky-social/atproto/blob/main/lexicons/app/bsky/embed/images.json"""
LABELS = (10, 128)
"""How many, and bytes of one: https://github.com/bluesky-social/atproto/blob/main/lexicons/com/atproto/label/defs.json"""
TAG = (64, 640)
"""Graphemes and bytes: https://github.com/bluesky-social/atproto/blob/main/lexicons/app/bsky/richtext/facet.json"""
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,20})?(?:Z|[+-]\d\d:\d\d)")
_LANGUAGE = r"^(?:[a-z]{2,3}|i)(?:-[A-Za-z0-9]{1,8})*$"
_EMBEDS = {"app.bsky.embed.external", "app.bsky.embed.images"}
_AT_URI = r"^at://did:[a-z]+:[A-Za-z0-9._:%-]+/[a-zA-Z0-9.-]+/[A-Za-z0-9._~:-]{1,512}$"
_URI = r"^[a-z][a-z.-]*:\S+$"


def _instant(text: str) -> str:
    """Check a date and time with zone: https://atproto.com/specs/lexicon#datetime ."""
    if not _INSTANT.fullmatch(text) or text.endswith("-00:00"):
        raise ValueError("must be a date and time with a time zone, such as 2026-11-24T09:00:00.000Z")
    datetime.fromisoformat(re.sub(r"\.\d+", "", text))
    return text


def _tag(text: str) -> str:
    if not text or len(graphemes(text)) > TAG[0] or len(text.encode()) > TAG[1]:
        raise ValueError(f"must be 1 to {TAG[0]} graphemes and at most {TAG[1]} bytes")
    return text


def _label(text: str) -> str:
    if not text or len(text.encode()) > LABELS[1]:
        raise ValueError(f"must be 1 to {LABELS[1]} bytes")
    return text


class _Object(BaseModel):
    """An object of a lexicon: fields it does not name are allowed, types are not bent."""

    model_config = ConfigDict(extra="allow", strict=True)


Uri = Annotated[str, Field(pattern=_URI, max_length=8192)]


class StrongRef(_Object):
    """A record, in one version."""

    uri: Annotated[str, Field(pattern=_AT_URI)]
    cid: Annotated[str, Field(min_length=1)]


class _Reply(_Object):
    root: StrongRef
    parent: StrongRef


class _Link(_Object):
    type_: Literal["app.bsky.richtext.facet#link"] = Field(alias="$type")
    uri: Uri


class _Tag(_Object):
    type_: Literal["app.bsky.richtext.facet#tag"] = Field(alias="$type")
    tag: Annotated[str, AfterValidator(_tag)]


class _Mention(_Object):
    type_: Literal["app.bsky.richtext.facet#mention"] = Field(alias="$type")
    did: Annotated[str, Field(pattern=r"^did:[a-z]+:.+$")]


class _Slice(_Object):
    start: Annotated[int, Field(alias="byteStart", ge=0)]
    end: Annotated[int, Field(alias="byteEnd", ge=0)]


class _Facet(_Object):
    index: _Slice
    features: list[Annotated[_Link | _Tag | _Mention, Field(discriminator="type_")]]


class _BlobRef(_Object):
    link: Annotated[str, Field(alias="$link")]


class Picture(_Object):
    """A picture that was uploaded before."""

    type_: Literal["blob"] = Field(alias="$type")
    ref: _BlobRef
    mime: Annotated[str, Field(alias="mimeType", pattern=r"^image/")]
    size: Annotated[int, Field(gt=0)]


class _External(_Object):
    uri: Uri
    title: str
    description: str
    thumb: Picture | None = None


class _Card(_Object):
    type_: Literal["app.bsky.embed.external"] = Field(alias="$type")
    external: _External


class _Ratio(_Object):
    width: Annotated[int, Field(ge=1)]
    height: Annotated[int, Field(ge=1)]


class _Shown(_Object):
    image: Picture
    alt: str
    ratio: Annotated[_Ratio | None, Field(alias="aspectRatio")] = None


class _Images(_Object):
    type_: Literal["app.bsky.embed.images"] = Field(alias="$type")
    images: Annotated[list[_Shown], Field(max_length=PICTURES)]


class _Label(_Object):
    val: Annotated[str, AfterValidator(_label)]


class _Labels(_Object):
    type_: Literal["com.atproto.label.defs#selfLabels"] = Field(alias="$type")
    values: Annotated[list[_Label], Field(max_length=LABELS[0])]


class PostRecord(_Object):
    """An `app.bsky.feed.post` record."""

    type_: Literal["app.bsky.feed.post"] = Field(alias="$type")
    text: str
    created_at: Annotated[str, Field(alias="createdAt"), AfterValidator(_instant)]
    langs: Annotated[list[Annotated[str, Field(pattern=_LANGUAGE)]], Field(max_length=3)] = []
    tags: Annotated[list[Annotated[str, AfterValidator(_tag)]], Field(max_length=8)] = []
    facets: list[_Facet] = []
    reply: _Reply | None = None
    embed: Annotated[_Card | _Images | None, Field(discriminator="type_")] = None
    labels: _Labels | None = None

    @property
    def said(self) -> list[str]:
        """The labels that the sender gave it."""
        return [label.val for label in self.labels.values] if self.labels else []

    @property
    def pictures(self) -> list[tuple[Picture, str]]:
        """The pictures that it shows beside its text, each with its words."""
        return [(shown.image, shown.alt) for shown in self.embed.images] if isinstance(self.embed, _Images) else []

    @property
    def uploads(self) -> list[Picture]:
        """All pictures that must have been uploaded, a card's thumbnail included."""
        thumb = self.embed.external.thumb if isinstance(self.embed, _Card) else None
        return [thumb] if thumb else [picture for picture, _ in self.pictures]

    @model_validator(mode="after")
    def _counts(self) -> "PostRecord":
        if len(self.text.encode()) > BYTES:
            raise ValueError(f"text: string too big (maximum {BYTES} bytes, got {len(self.text.encode())})")
        length = measure_bluesky(self.text)
        if length.length > length.limit:
            raise ValueError(f"text: grapheme too big (maximum {length.limit}, got {length.length})")
        return self

    @model_validator(mode="after")
    def _facets_fit(self) -> "PostRecord":
        borders = _borders(self.text)
        for facet in self.facets:
            if facet.index.start >= facet.index.end or not {facet.index.start, facet.index.end} <= borders:
                raise ValueError("facets: byteStart and byteEnd must lie in the text, on the borders of characters")
        return self


def read_post(record: Mapping[str, Any]) -> PostRecord:
    """Check a record against the lexicon. Raises ValueError with the first thing that is wrong."""
    try:
        return PostRecord.model_validate(record)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"] if part not in _EMBEDS)
        why = first["msg"].removeprefix("Value error, ")
        raise ValueError(f"Invalid app.bsky.feed.post record: {place}{': ' if place else ''}{why}") from None


def _borders(text: str) -> set[int]:
    at = 0
    borders = {0}
    for character in text:
        at += len(character.encode())
        borders.add(at)
    return borders
