"""The JSON Schema of the configuration, for editors' tools: the loader's own models, put together."""

from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from sharebot.config import alerting, forms, kinds
from sharebot.config.secrets import FILE, VARIABLE, secret_fields
from sharebot.config.signing import signs_in
from sharebot.ranking import RankerSettings

DRAFT = "https://json-schema.org/draft/2020-12/schema"
_WORDS = ("title", "description", "examples", "default")


def schema(platforms: Mapping[str, Any], sources: Mapping[str, Any], *, part: bool = False) -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of the configuration, with what is installed.

    An included `part` of one needs no key, and has fewer.
    """
    installed = [each.Settings for each in (*platforms.values(), *sources.values())]
    models = list(dict.fromkeys([forms.File, forms.Account, RankerSettings, *alerting.MODELS, *installed]))
    references, whole = models_json_schema([(model, "validation") for model in models])
    defs = without_null(whole["$defs"])
    of = {model: defs.pop(references[model, "validation"]["$ref"].rpartition("/")[2]) for model in models}
    root, common = of[forms.File], of[forms.Account]
    for name, each in platforms.items():
        defs[f"account-{name}"] = _account(name, each, of[each.Settings], common)
    for name, each in sources.items():
        settings = of[each.Settings]
        has_secrets = secret_fields(each.Settings)
        defs[f"source-{name}"] = _with_secrets(each.Settings, settings) if has_secrets else settings
    _name_keys(root["properties"]["accounts"], _accounts(platforms, common))
    _name_keys(root["properties"]["newsletters"], {"$ref": "#/$defs/Newsletter"})
    defs["llm"] = _with_secrets(RankerSettings, of[RankerSettings])
    for model in alerting.MODELS[1:]:
        defs[model.__name__] = _with_secrets(model, of[model])
    defs["alerts"] = _with_secrets(alerting.Alerts, of[alerting.Alerts])
    for name in ("llm", "alerts"):
        root["properties"][name] = _words(root["properties"][name]) | {"$ref": f"#/$defs/{name}"}
    source = defs["Newsletter"]["properties"]["source"]
    defs["Newsletter"]["properties"]["source"] = _words(source) | _sources(sources)
    if part:
        properties = {key: root["properties"][key] for key in forms.Part.model_fields}
        root |= {"description": forms.Part.__doc__, "properties": properties, "required": []}
    whole = {**root, "title": "sharebot configuration", "$defs": defs}
    return {"$schema": DRAFT, **whole}


def without_null(described: Any) -> Any:
    """Leave out each null: it means that there is nothing, and may not be written."""
    if isinstance(described, list):
        return [without_null(each) for each in described if each != {"type": "null"}]
    if not isinstance(described, dict):
        return described
    found = {key: without_null(each) for key, each in described.items() if (key, each) != ("default", None)}
    match found.get("anyOf"):
        case [only]:
            return only | {key: each for key, each in found.items() if key != "anyOf"}
    return found


def _words(described: Mapping[str, Any]) -> dict[str, Any]:
    return {key: described[key] for key in _WORDS if key in described}


def _name_keys(mapping: dict[str, Any], values: dict[str, Any]) -> None:
    """Make a mapping whose keys are names; pydantic would let other keys pass unseen."""
    mapping.pop("patternProperties", None)
    mapping |= {"propertyNames": kinds.NAME.schema, "additionalProperties": values}


def _accounts(platforms: Iterable[str], common: Mapping[str, Any]) -> dict[str, Any]:
    names = list(platforms)
    chosen = [
        {
            "if": {"required": ["platform"], "properties": {"platform": {"const": name}}},
            "then": {"$ref": f"#/$defs/account-{name}"},
        }
        for name in names
    ]
    platform = _words(common["properties"]["platform"]) | {"enum": names}
    return {"type": "object", "required": ["platform"], "properties": {"platform": platform}, "allOf": chosen}


def _account(name: str, network: Any, settings: dict[str, Any], common: Mapping[str, Any]) -> dict[str, Any]:
    """Describe an account of one network: the settings, a file for each secret, and what all accounts have."""
    described = _with_secrets(network.Settings, settings, may_lack=signs_in(network))
    platform = _words(common["properties"]["platform"]) | {"const": name}
    return described | {
        "properties": common["properties"] | {"platform": platform} | described["properties"],
        "required": ["platform", *described["required"]],
    }


def _with_secrets(model: type[BaseModel], settings: dict[str, Any], *, may_lack: bool = False) -> dict[str, Any]:
    """Describe settings in which a file may stand for each secret, and a variable for each text.

    They `may_lack` secrets where signing in may have brought them.
    """
    secret, required = secret_fields(model), settings.get("required", [])
    own = {
        key: each | {"minLength": 1} if key in secret else _or_variable(each)
        for key, each in settings.get("properties", {}).items()
    }
    rules = [_one_of_both(key, needed=key in required and not may_lack) for key in secret]
    return (
        settings
        | ({"allOf": rules} if rules else {})
        | {
            "properties": own | {f"{key}{FILE}": _file(key) for key in secret},
            "required": [key for key in required if key not in secret],
        }
    )


def _one_of_both(key: str, *, needed: bool) -> dict[str, Any]:
    both = [{"required": [key]}, {"required": [f"{key}{FILE}"]}]
    return {"oneOf": both} if needed else {"not": {"allOf": both}}


def _file(key: str) -> dict[str, Any]:
    told = f"A file that holds the {key}, from the configuration's folder."
    return {"type": "string", "minLength": 1, "description": told, "examples": [f"/run/secrets/{key}"]}


def _or_variable(described: dict[str, Any]) -> dict[str, Any]:
    """Let a variable stand for any text, whatever shape the text should have."""
    shape = {key: value for key, value in described.items() if key not in _WORDS}
    if shape.get("type") != "string" or len(shape) == 1:
        return described
    return _words(described) | {"anyOf": [shape, {"type": "string", "pattern": VARIABLE}]}


def _sources(sources: Iterable[str]) -> dict[str, Any]:
    names = list(sources)
    chosen = [{"if": {"required": [name]}, "then": {"$ref": f"#/$defs/source-{name}"}} for name in names]
    return {"type": "object", "oneOf": [{"required": [name]} for name in names], "allOf": chosen}
