"""What pydantic found wrong, in words for people, at its place in the file."""

import json
import re
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from sharebot.config.document import Document, Way
from sharebot.config.secrets import FILE
from sharebot.schedule.near import did_you_mean, nearest

EMPTY = "is empty; give it a value or delete the line"
COMMENT = "# begins a comment; put the value in quotes"
_KEY = "[key]"
_CURLY = re.compile("[“”„‟‘’‚‛«»]")
_KINDS = {  # pydantic's names, without what follows in "string_type" and "int_parsing"
    "string": "text",
    "bool": "true or false",
    "int": "a whole number",
    "float": "a number",
    "tuple": "a list",
    "list": "a list",
    "dict": "a mapping of keys and values",
    "model": "a mapping of keys and values",
    "date": "a date such as 2026-12-25",
}
_SUBJECT = re.compile("^(Input|String|Value|List|Tuple|Dictionary) (?=should)")


def explain(
    document: Document,
    error: ValidationError,
    kind: type[BaseModel],
    start: Way = (),
    known: tuple[str, ...] = (),
    elsewhere: tuple[str, ...] = (),
) -> None:
    """Note each fault of `error`, made by the model `kind`, whose data stand at `start`.

    `known` are keys that may stand there beside the model's own, `elsewhere` those of other parts of the file.
    """
    found = error.errors(include_url=False)
    meant: set[Way] = set()
    for each in filter(_is_unknown_key, found):
        way = tuple(step for step in each["loc"] if step != _KEY)
        valid = _valid_keys(each, kind, way) + (known if len(way) == 1 else ())
        hint = _deeper(kind, way) or _meant_key(str(way[-1]), valid, elsewhere)
        document.wrong((*_way(document, way[:-1], start), way[-1]), "unknown key", hint, key=True)
        meant.add((*way[:-1], nearest(str(way[-1]), valid) or ""))
    for each in found:
        # A key that is missing because it is misspelt is one fault, not two.
        misspelt = each["type"] == "missing" and each["loc"] in meant
        if not (misspelt or _is_unknown_key(each) or _is_echo(each, found)):
            _tell(document, each, kind, start)


def _is_unknown_key(each: ErrorDetails) -> bool:
    return each["type"] == "extra_forbidden" or (each["type"] == "literal_error" and each["loc"][-1:] == (_KEY,))


def _is_echo(each: ErrorDetails, found: list[ErrorDetails]) -> bool:
    """Whether a list is called too short only because its items are wrong, which is told of each."""
    deeper = (other["loc"] for other in found if len(other["loc"]) > len(each["loc"]))
    return each["type"] == "too_short" and any(loc[: len(each["loc"])] == each["loc"] for loc in deeper)


def _valid_keys(each: ErrorDetails, kind: type[BaseModel], way: Way) -> tuple[str, ...]:
    return _expected(each) if each["type"] == "literal_error" else tuple(_fields(kind, way[:-1]))


def _deeper(kind: type[BaseModel], way: Way) -> str:
    """Say where a key belongs that stands one level too high."""
    for name, field in _fields(kind, way[:-1]).items():
        if way[-1] in getattr(_bare(field.annotation), "model_fields", {}):
            return f"write it in {name}:"
    return ""


def _meant_key(word: str, valid: tuple[str, ...], elsewhere: tuple[str, ...]) -> str:
    """Ask for the nearest key of those that may stand here, or else of those that do so elsewhere in the file."""
    near = None if nearest(word, valid) else nearest(word, elsewhere)
    if near is None:
        return did_you_mean(word, valid)
    return f"did you mean {near!r}? it belongs elsewhere; here may stand {', '.join(valid)}"


def _expected(each: ErrorDetails) -> tuple[str, ...]:
    return tuple(re.findall("'([^']*)'", each["ctx"]["expected"]))


def _fields(kind: Any, way: Way) -> dict[str, FieldInfo]:
    """Return the fields of the model that stands at `way` in data of this type; none where it is no model."""
    for step in way:
        if hasattr(kind, "model_fields"):
            field = kind.model_fields.get(step)
            kind = _bare(field.annotation) if field else None
        else:
            items = [item for item in get_args(kind) if item is not Ellipsis]
            kind = _bare(items[-1]) if items else None
    return {field.alias or name: field for name, field in getattr(kind, "model_fields", {}).items()}


def _bare(kind: Any) -> Any:
    """Take the type out of `X | None`, and of what stands beside it."""
    if get_origin(kind) is Annotated:
        return _bare(get_args(kind)[0])
    if get_origin(kind) not in {Union, UnionType}:
        return kind
    return next(item for item in get_args(kind) if item is not NoneType)


def _tell(document: Document, each: ErrorDetails, kind: type[BaseModel], start: Way) -> None:
    fields = _fields(kind, each["loc"][:-1])
    examples = fields[str(each["loc"][-1])].examples if each["loc"] and each["loc"][-1] in fields else None
    example = _yaml(examples[0]) if examples else ""
    if each["type"] == "missing":
        hint = f"write {each['loc'][-1]}: {example}" if example else ""
        document.wrong(_way(document, each["loc"][:-1], start) + each["loc"][-1:], "is missing", hint)
        return
    message, hint = _words(each, example)
    way = _way(document, each["loc"], start)
    if each["input"] is None and document.is_commented_out(way):
        hint = COMMENT
    document.wrong(way, message, hint, key=each["loc"][-1:] == (_KEY,))


def _yaml(example: Any) -> str:
    """Write an example as a person would, on one line."""
    return example if isinstance(example, str) else re.sub(r'"([a-z_]+|[0-9]+[smhdw])"', r"\1", json.dumps(example))


def _way(document: Document, loc: Way, way: Way) -> Way:
    """Follow pydantic's way as far as it is the file's; it also names the members of unions."""
    for step in loc:
        for here in ((*way, step), (*way, f"{step}{FILE}")):
            if here in document.places:
                way = here
                break
    return way


def _words(each: ErrorDetails, example: str) -> tuple[str, str]:
    """Return message and hint. They hold no value unless the check that failed put it there."""
    fault, value = each["type"], each["input"]
    kind = _KINDS.get(fault.removesuffix("_type").removesuffix("_parsing"))
    if fault == "value_error":
        return str(each["ctx"]["error"]), "use straight quotation marks" if _CURLY.match(str(value)) else ""
    if value is None:
        return EMPTY, f"such as {example}" if example else ""
    if fault in {"literal_error", "enum"}:
        return f"should be {each['ctx']['expected']}", _meant(value, _expected(each))
    if kind:
        return f"should be {kind}", _form(kind, value, example)
    return _shape(each, example)


def _form(kind: str, value: object, example: str) -> str:
    if kind == "text":
        return "put it in quotes" if isinstance(value, int | float) else ""
    if kind == "a list":
        return "begin each entry with '- '"
    return f"such as {example}" if kind.startswith("a mapping") and example.startswith("{") else ""


def _shape(each: ErrorDetails, example: str) -> tuple[str, str]:
    fault, value = each["type"], each["input"]
    if fault == "too_short" and not value:
        return "is empty; it needs one entry at least", ""
    if fault == "string_pattern_mismatch":
        return "has not the shape that is asked for", f"such as {example}" if example else ""
    message = _SUBJECT.sub("", each["msg"].partition(" after validation")[0])
    return message.replace(" items", " characters") if isinstance(value, str) else message, ""


def _meant(value: object, valid: tuple[str, ...]) -> str:
    return did_you_mean(value, valid) if isinstance(value, str) and nearest(value, valid) else ""
