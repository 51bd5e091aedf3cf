"""What vendors ask of the JSON schemas that they are given."""

from collections.abc import Iterator, Mapping
from typing import Any

_UNKNOWN_TO_CLAUDE = {
    *("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"),
    *("minLength", "maxLength", "maxItems", "uniqueItems", "minProperties", "maxProperties"),
}


def subschemas(schema: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The schema and all schemas within."""
    yield schema
    for name in ("properties", "$defs", "definitions"):
        for inner in schema.get(name, {}).values():
            yield from subschemas(inner)
    for name in ("anyOf", "oneOf", "allOf"):
        for inner in schema.get(name, []):
            yield from subschemas(inner)
    if isinstance(schema.get("items"), Mapping):
        yield from subschemas(schema["items"])


def closed(schema: Mapping[str, Any]) -> str:
    """What is wrong where an object allows more properties than it names; empty if nothing is."""
    for part in subschemas(schema):
        if "properties" in part and part.get("additionalProperties") is not False:
            return "'additionalProperties' is required to be supplied and to be false"
    return ""


def strict(schema: Mapping[str, Any]) -> str:
    """What OpenAI finds wrong: all properties are required, and there are no others."""
    if schema.get("type") != "object":
        return "schema must be a JSON Schema of 'type: \"object\"'"
    for part in subschemas(schema):
        if set(part.get("required", [])) != set(part.get("properties", {})):
            return "'required' is required to include every key in properties"
    return closed(schema)


def plain(schema: Mapping[str, Any]) -> str:
    """What Claude finds wrong: it knows no limits of numbers and texts, and only 0 and 1 as
    `minItems`."""
    for part in subschemas(schema):
        for name in sorted(_UNKNOWN_TO_CLAUDE & set(part)):
            return f"property '{name}' is not supported"
        if part.get("minItems", 0) > 1:
            return "'minItems' values other than 0 or 1 are not supported"
    return closed(schema)
