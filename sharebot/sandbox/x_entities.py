"""X's JSON for posts. As on X, the text comes back changed: addresses as t.co, and `&`, `<`, `>` as HTML entities."""

import base64
import hashlib
import html
from typing import Any

from sharebot.sandbox.accounts import number
from sharebot.sandbox.rich import stretches
from sharebot.sandbox.store import Entry, Store, iso


def created(entry: Entry) -> dict[str, Any]:
    """Describe a post in the answer to its creation: https://docs.x.com/x-api/posts/create-post ."""
    return {"id": entry.id, "text": _text_and_urls(entry)[0], "edit_history_tweet_ids": [entry.id]}


def tweet(entry: Entry, fields: frozenset[str], store: Store) -> dict[str, Any]:
    """Describe a post with the `tweet.fields` asked for: https://docs.x.com/x-api/fundamentals/data-dictionary ."""
    text, urls = _text_and_urls(entry)
    more = {
        "created_at": iso(entry.at),
        "author_id": number(entry.account),
        "conversation_id": _root(entry, store).id,
        "lang": entry.language or "und",
        "source": "sharebot sandbox",
        "entities": {"urls": urls} if urls else None,
        "referenced_tweets": [{"type": "replied_to", "id": entry.reply_to}] if entry.reply_to else None,
    }
    asked = {name: value for name, value in more.items() if name in fields and value is not None}
    return {"id": entry.id, "text": text, "edit_history_tweet_ids": [entry.id], **asked}


def _root(entry: Entry, store: Store) -> Entry:
    above = store.get("x", entry.reply_to) if entry.reply_to else None
    return _root(above, store) if above else entry


def _text_and_urls(entry: Entry) -> tuple[str, list[dict[str, Any]]]:
    text, urls = "", []
    for piece in stretches(entry):
        if piece.kind != "link":
            text += html.escape(piece.text, quote=False)
            continue
        short = f"https://t.co/{_code(piece.href)}"
        place = {"start": len(text), "end": len(text) + len(short)}
        urls.append({**place, "url": short, "expanded_url": piece.href, "display_url": piece.shown})
        text += short
    if entry.pictures:
        # Pictures have an address at the end of the text: https://docs.x.com/x-api/fundamentals/data-dictionary#tweet
        page = f"https://x.com/{entry.account}/status/{entry.id}/photo/1"
        short = f"https://t.co/{_code(page)}"
        text += f" {short}" if text else short
        place = {"start": len(text) - len(short), "end": len(text)}
        shown = {"url": short, "expanded_url": page, "display_url": f"pic.x.com/{_code(page)}"}
        urls += [{**place, **shown, "media_key": f"3_{entry.id}{at}"} for at, _ in enumerate(entry.pictures)]
    return text, urls


def _code(url: str) -> str:
    """Ten letters and digits, always the same for the same address."""
    return base64.b32encode(hashlib.sha256(url.encode()).digest()).decode()[:10]
