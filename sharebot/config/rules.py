"""What no single value shows: whether the parts of a configuration fit together.

Each rule looks at the file as it stands, so that it speaks even where another part is broken.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from sharebot.config import forms, timing
from sharebot.config.document import Document, Way
from sharebot.config.explain import COMMENT, EMPTY
from sharebot.schedule.near import did_you_mean, nearest
from sharebot.text.links import urls
from sharebot.text.template import uses

_STREAM = "newsletters.*.posts.*"
_MODEL = "llm: {url: http://127.0.0.1:11434/v1, model: llama3.2}"


def check(document: Document) -> None:
    """Note what does not fit together."""
    _nothing_is_empty(document)
    _accounts_exist(document)
    _names_differ(document)
    _model_exists(document)
    for way, caution in document.match("newsletters.*.warnings.*"):
        if isinstance(caution, dict):
            _caution(document, way, caution)
    for way, approval in document.match("newsletters.*.approval"):
        if isinstance(approval, dict):
            _approval(document, way, approval)
    for way, schedule in document.match(f"{_STREAM}.schedule"):
        if isinstance(schedule, dict):
            timing.check(document, way, schedule)


def _nothing_is_empty(document: Document) -> None:
    for way, place in document.places.items():
        if place.value is None:
            document.wrong(way, EMPTY, COMMENT if document.is_commented_out(way) else "")


def advise(document: Document, form: forms.File) -> None:
    """Warn of what is allowed and seldom meant."""
    for name, newsletter in form.newsletters.items():
        for number, stream in enumerate(newsletter.posts):
            way = ("newsletters", name, "posts", number)
            if stream.text is not None and not uses(stream.text, "link"):
                hint = "readers can go on to the article only where a network shows a link card"
                document.warn((*way, "text"), "has no {link}", hint)
            _threads(document, way, stream)
            _addresses(document, way, stream)
    if form.llm and all(newsletter.ranking == "none" for newsletter in form.newsletters.values()):
        document.warn(("llm",), "is not asked for by any newsletter", "write ranking: llm in a newsletter")


def _threads(document: Document, way: Way, stream: forms.Stream) -> None:
    for key in ("opening", "numbering", "replies"):
        if stream.what != "thread" and key in stream.model_fields_set:
            document.warn((*way, key), "is for threads", "write what: thread, or delete the line")


def _addresses(document: Document, way: Way, stream: forms.Stream) -> None:
    for key in ("text", "opening"):
        before, link, _ = (getattr(stream, key) or "").partition("{link}")
        if link and urls(before):
            document.warn((*way, key), "has an address before {link}", "Mastodon makes its card of the first")


def _accounts_exist(document: Document) -> None:
    accounts = [str(way[-1]) for way, _ in document.match("accounts.*")]
    seen: set[tuple[Way, str]] = set()
    for way, name in _targets(document):
        if name not in accounts:
            document.wrong(way, f"unknown account {name!r}", did_you_mean(name, accounts))
        elif (way[:4], name) in seen:
            document.wrong(way, f"{name!r} stands here twice", "each post goes out once")
        seen.add((way[:4], name))


def _targets(document: Document) -> Iterator[tuple[Way, str]]:
    for pattern in (f"{_STREAM}.to", f"{_STREAM}.to.*"):
        yield from ((way, name) for way, name in document.match(pattern) if isinstance(name, str))


def _names_differ(document: Document) -> None:
    seen: set[tuple[Way, Any]] = set()
    for way, name in document.match(f"{_STREAM}.name"):
        if isinstance(name, str) and (way[:2], name) in seen:
            document.wrong(way, f"two streams are named {name!r}", "posts are known by it, so each needs its own")
        seen.add((way[:2], name if isinstance(name, str) else None))


def _model_exists(document: Document) -> None:
    for way, ranking in document.match("newsletters.*.ranking"):
        if ranking == "llm" and ("llm",) not in document.places:
            hint = f"write beside newsletters: {_MODEL}"
            document.wrong(way, "there is no llm: that could rank", hint)


def _caution(document: Document, way: Way, caution: Mapping[str, Any]) -> None:
    if not {"words", "tags"} & caution.keys() and not _slips(caution, "words", "tags"):
        document.wrong(way, "says no words or tags to look for", "write words: [war], or tags: [conflict]", key=True)
    told = ("warning", "sensitive", "label")
    if not set(told) & caution.keys() and not _slips(caution, *told):
        document.wrong(way, "says nothing to readers", "write warning: War, or sensitive: true", key=True)


def _approval(document: Document, way: Way, approval: Mapping[str, Any]) -> None:
    by = approval.get("by")
    names = {str(name) for name in (by if isinstance(by, list) else [by]) if name}
    if approval.get("two_people") is True and len(names) == 1:
        hint = "name one more who may approve, or delete two_people"
        document.wrong((*way, "by"), "two_people needs two names: nobody approves words of their own", hint)


def _slips(caution: Mapping[str, Any], *keys: str) -> bool:
    return any(nearest(key, keys) for key in caution if key not in forms.Caution.model_fields)
