"""JSON Schemas as vendors take them that hold their models to one."""

from collections.abc import Collection, Mapping
from typing import Any

# What a model cannot be held to while it writes is refused; our own validation sees to it.
_LENGTHS = {"minLength", "maxLength", "uniqueItems", "default", "examples", "$schema"}
LIMITS = _LENGTHS | {
    *("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"),
    *("pattern", "format", "minItems", "maxItems"),
}


def closed(schema: Mapping[str, Any], without: Collection[str] = _LENGTHS) -> dict[str, Any]:
    """The schema `without` some keywords, whose objects take the named properties alone."""
    result = {key: value for key, value in schema.items() if key not in without}
    if "properties" in result:
        inner = result["properties"].items()
        result["properties"] = {name: closed(of, without) for name, of in inner}
        result["additionalProperties"] = False
    if isinstance(result.get("items"), Mapping):
        result["items"] = closed(result["items"], without)
    if "anyOf" in result:
        result["anyOf"] = [closed(of, without) for of in result["anyOf"]]
    return result


def complete(schema: Mapping[str, Any]) -> bool:
    """Whether all properties are required everywhere, as OpenAI's strict mode wants it."""
    properties = schema.get("properties", {})
    inner = [*properties.values(), *schema.get("anyOf", ())]
    if isinstance(schema.get("items"), Mapping):
        inner.append(schema["items"])
    if schema.get("type") == "object" and not properties:
        return False
    return set(properties) <= set(schema.get("required", ())) and all(map(complete, inner))
