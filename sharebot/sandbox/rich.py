"""A post's text cut into plain stretches, links, hashtags and mentions, as each network would make them live."""

from collections.abc import Iterator
from typing import Any

from sharebot.drawing.pieces import Kind, Mark, Stretch, autolinked, by_bytes, cut
from sharebot.sandbox.store import Entry
from sharebot.text import entities
from sharebot.text.tables import TLDS_NOW


def stretches(entry: Entry) -> list[Stretch]:
    """Cut a post's text as its network would. Bluesky makes live only what the sender's facets name.

    Addresses of reserved domains such as news.example are links here, so that rehearsals can use them; X, which knows
    every real top-level domain, would leave them plain, and counts them so.
    """
    if entry.network == "bluesky":
        return cut(entry.text, by_bytes(entry.text, _facets(entry.record or {})))
    bare = _bare_domains(entry.text) if entry.network == "x" else ()
    return cut(entry.text, [*autolinked(entry.text), *bare])


def addresses(entry: Entry) -> list[str]:
    """Return where the post's links lead, in their order."""
    return [stretch.href for stretch in stretches(entry) if stretch.href]


def _bare_domains(text: str) -> Iterator[Mark]:
    """Find what X links without a scheme: https://docs.x.com/fundamentals/counting-characters ."""
    for address in entities.addresses(text, entities.X, TLDS_NOW):
        if address.start == address.domain and address.before not in {"-", "_", ".", "/"}:
            yield Mark(address.start, address.end, "link", f"https://{text[address.start : address.end]}")


def _facets(record: dict[str, Any]) -> Iterator[Mark]:
    """Give what the facets of a record mark, in bytes; they were checked when the record came."""
    kinds: dict[str, Kind] = {"link": "link", "tag": "tag", "mention": "mention"}
    for facet in record.get("facets") or []:
        for feature in facet["features"][:1]:
            kind = kinds.get(feature["$type"].rpartition("#")[2])
            if kind:
                yield Mark(facet["index"]["byteStart"], facet["index"]["byteEnd"], kind, feature.get("uri", ""))
