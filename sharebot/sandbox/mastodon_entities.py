"""Mastodon's JSON: statuses, accounts and what a server says of itself."""

import html
from dataclasses import replace
from typing import Any
from urllib.parse import quote, urlsplit

from sharebot.drawing.pieces import Stretch
from sharebot.sandbox.accounts import number
from sharebot.sandbox.images import KINDS
from sharebot.sandbox.rich import stretches
from sharebot.sandbox.store import Entry, iso, picture_path
from sharebot.text.measure import MastodonLimits

VERSION = "4.5.0"
PICTURES = 4
ALT = 1500
"""https://github.com/mastodon/mastodon/blob/main/app/models/media_attachment.rb"""
APPLICATION = {"id": "1", "name": "sharebot", "website": None}
_NODEINFO_SCHEMA = "http://nodeinfo.diaspora.software/ns/schema/2.0"
_SHOWN = 30


def status(entry: Entry, above: Entry | None, base: str) -> dict[str, Any]:
    """Describe a status, `above` being what it replies to: https://docs.joinmastodon.org/entities/Status/ ."""
    tags = [piece.text[1:] for piece in stretches(entry) if piece.kind == "tag"]
    return {
        "id": entry.id,
        "created_at": iso(entry.at),
        "in_reply_to_id": entry.reply_to or None,
        "in_reply_to_account_id": number(above.account) if above else None,
        "sensitive": entry.sensitive or bool(entry.warning),
        "spoiler_text": entry.warning,
        "visibility": entry.visibility,
        "language": entry.language or "en",
        "uri": f"{base}/users/{entry.account}/statuses/{entry.id}",
        "url": base + entry.path,
        "content": _content(entry, base),
        "account": account(entry.account, base),
        "tags": [{"name": tag.lower(), "url": _tag_url(tag, base)} for tag in tags],
        **dict.fromkeys(("replies_count", "reblogs_count", "favourites_count"), 0),
        **dict.fromkeys(("reblog", "card", "poll", "application")),
        "edited_at": iso(entry.edited) if entry.edited else None,
        "media_attachments": [
            media(f"{entry.id}{at}", shown["image"], shown["alt"], base) for at, shown in enumerate(entry.pictures)
        ],
        **{name: [] for name in ("mentions", "emojis")},
    }


def history(entry: Entry, base: str) -> list[dict[str, Any]]:
    """Describe what a status has said, the oldest first: https://docs.joinmastodon.org/entities/StatusEdit/ ."""
    now = {"text": entry.text, "warning": entry.warning, "at": entry.edited or entry.at}
    return [
        {
            "content": _content(replace(entry, text=version["text"]), base),
            "spoiler_text": version["warning"],
            "created_at": iso(version["at"]),
            "account": account(entry.account, base),
        }
        for version in (*entry.before, now)
    ]


def media(id_: str, image: str, alt: str, base: str) -> dict[str, Any]:
    """Describe a picture: https://docs.joinmastodon.org/entities/MediaAttachment/ ."""
    url = base + picture_path(image)
    return {
        "id": id_,
        "type": "image",
        "url": url,
        "preview_url": url,
        "remote_url": None,
        "meta": {},
        "description": alt or None,
        "blurhash": None,
    }


def account(name: str, base: str) -> dict[str, Any]:
    """Describe an account: https://docs.joinmastodon.org/entities/Account/ ."""
    return {
        "id": number(name),
        "username": name,
        "acct": name,
        "display_name": name,
        "url": f"{base}/@{name}",
        "uri": f"{base}/users/{name}",
        "created_at": "2024-01-01T00:00:00.000Z",
        "note": "",
        "avatar": "",
        "header": "",
        "locked": False,
        "bot": True,
        **dict.fromkeys(("followers_count", "following_count", "statuses_count"), 0),
        **{name: [] for name in ("emojis", "fields")},
    }


def instance_v2(base: str, limits: MastodonLimits) -> dict[str, Any]:
    """Describe the server: https://docs.joinmastodon.org/entities/Instance/ ."""
    return {
        "domain": urlsplit(base).netloc,
        "title": "sharebot sandbox",
        "version": VERSION,
        "source_url": "",
        "description": "A rehearsal on this machine: nothing here is published.",
        "languages": ["en"],
        "configuration": _configuration(limits),
        "api_versions": {"mastodon": 7},
        "rules": [],
    }


def instance_v1(base: str, limits: MastodonLimits) -> dict[str, Any]:
    """Describe the server in the older form: https://docs.joinmastodon.org/entities/V1_Instance/ ."""
    new = instance_v2(base, limits)
    shared = {name: new[name] for name in ("title", "version", "description", "languages", "configuration", "rules")}
    return {"uri": new["domain"], "short_description": new["description"], **shared}


def nodeinfo_links(base: str) -> dict[str, Any]:
    """Say where the NodeInfo document is: https://nodeinfo.diaspora.software/protocol.html ."""
    return {"links": [{"rel": _NODEINFO_SCHEMA, "href": f"{base}/nodeinfo/2.0"}]}


NODEINFO: dict[str, Any] = {
    "version": "2.0",
    "software": {"name": "mastodon", "version": VERSION},
    "protocols": ["activitypub"],
    "services": {"inbound": [], "outbound": []},
    "usage": {"users": {}},
    "openRegistrations": False,
    "metadata": {},
}


def _configuration(limits: MastodonLimits) -> dict[str, Any]:
    return {
        "statuses": {
            "max_characters": limits.characters,
            "max_media_attachments": PICTURES,
            "characters_reserved_per_url": limits.url_length,
        },
        "media_attachments": {"supported_mime_types": list(KINDS), "description_limit": ALT},
    }


def _content(entry: Entry, base: str) -> str:
    return f"<p>{''.join(_live(piece, base) for piece in stretches(entry))}</p>"


def _live(piece: Stretch, base: str) -> str:
    """Write a piece of text as Mastodon's text formatter does: the whole address is there, a part of it is shown.

    https://github.com/mastodon/mastodon/blob/main/app/lib/text_formatter.rb
    """
    text = html.escape(piece.text)
    if piece.kind == "tag":
        url = html.escape(_tag_url(piece.text[1:], base))
        return f'<a href="{url}" class="mention hashtag" rel="tag">#<span>{text[1:]}</span></a>'
    if piece.kind == "link":
        return f'<a href="{html.escape(piece.href)}" target="_blank" rel="nofollow noopener">{_shortened(piece)}</a>'
    return text.replace("\n\n", "</p><p>").replace("\n", "<br />")


def _shortened(piece: Stretch) -> str:
    scheme, separator, rest = piece.text.partition("://")
    shown, hidden = html.escape(rest[:_SHOWN]), html.escape(rest[_SHOWN:])
    kind = "ellipsis" if hidden else ""
    return (
        f'<span class="invisible">{scheme}{separator}</span><span class="{kind}">{shown}</span>'
        f'<span class="invisible">{hidden}</span>'
    )


def _tag_url(tag: str, base: str) -> str:
    return f"{base}/tags/{quote(tag.lower())}"
