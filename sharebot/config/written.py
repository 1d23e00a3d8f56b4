"""How pydantic reads what editors write, and how JSON Schema describes it: the tools that the kinds are made with."""

import copy
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler, ValidatorFunctionWrapHandler, WithJsonSchema
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from sharebot.schedule.near import nearest
from sharebot.settings import Settings


@dataclass(frozen=True, slots=True, eq=False)
class Written:
    """Tells pydantic how a value is read and described. `read` raises ValueError with the cure."""

    read: Callable[[Any], Any]
    schema: dict[str, Any]

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Let `read` do it all."""
        return core_schema.no_info_plain_validator_function(self.read)

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        """Give what stands beside `read`."""
        return copy.deepcopy(self.schema)  # pydantic writes each field's description into it


@dataclass(frozen=True, slots=True)
class OrWord:
    """Beside a mapping, words that stand for one, such as `now` for a schedule without times.

    `what` is what the value is called, `example` a mapping that one could write.
    """

    what: str
    example: str
    form: type[Settings]
    words: Mapping[str, Any]

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Read words here, and leave a mapping to its form."""
        return core_schema.no_info_wrap_validator_function(self._read, handler.generate_schema(self.form))

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        """Describe both."""
        return {"anyOf": [{"enum": [*self.words]}, handler(core)]}

    def _read(self, value: object, mapping: ValidatorFunctionWrapHandler) -> Any:
        if isinstance(value, dict):
            return mapping(value)
        if isinstance(value, str) and value in self.words:
            return self.words[value]
        near = nearest(value, self.words) if isinstance(value, str) else None
        cure = f"did you mean {near}?" if near else f"write {', '.join(self.words)}, or {self.example}"
        raise PydanticCustomError("word", "is no {what}; {cure}", {"what": self.what, "cure": cure})


def text(read: Callable[[str], Any], pattern: str, *examples: str) -> Written:
    """Make a kind that is written as text. `pattern` is for the whole text, in what Python and ECMA 262 share."""

    def check(value: object) -> Any:
        if not isinstance(value, str):
            raise PydanticCustomError("text", "should be written like {example}", {"example": json.dumps(examples[0])})
        return read(value)

    return Written(check, {"type": "string", "pattern": f"^({pattern})$", "examples": list(examples)})


def shaped(pattern: str, cure: str) -> Callable[[str], str]:
    """Make a reader that takes text of this pattern; `cure` ends the sentence that refuses another."""

    def read(value: str) -> str:
        if not re.fullmatch(pattern, value):
            raise ValueError(f"{value!r} {cure}")
        return value

    return read


def listed(value: object) -> object:
    """Take one value for a list of one: `to: mastodon` means `to: [mastodon]`."""
    if isinstance(value, list):
        return tuple(value)
    return value if value is None or isinstance(value, dict) else (value,)


def one_or_many(item: Written) -> WithJsonSchema:
    """Describe one value, or a list of them with one at least."""
    return WithJsonSchema(or_list(item.schema))


def or_list(schema: dict[str, Any]) -> dict[str, Any]:
    """Describe what `schema` does, or a list of it with one at least."""
    return {"anyOf": [schema, {"type": "array", "items": schema, "minItems": 1}]}
