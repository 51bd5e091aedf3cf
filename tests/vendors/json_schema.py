"""Validation of JSON schemas as the vendors do it."""

from collections.abc import Iterator, Mapping
from typing import Any

_UNSUPPORTED_BY_CLAUDE = {
    *("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"),
    *("minLength", "maxLength", "maxItems", "uniqueItems", "minProperties", "maxProperties"),
}


def subschemas(schema: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield the schema and all nested schemas."""
    yield schema
    for name in ("properties", "$defs", "definitions"):
        for inner in schema.get(name, {}).values():
            yield from subschemas(inner)
    for name in ("anyOf", "oneOf", "allOf"):
        for inner in schema.get(name, []):
            yield from subschemas(inner)
    if isinstance(schema.get("items"), Mapping):
        yield from subschemas(schema["items"])


def open_object_error(schema: Mapping[str, Any]) -> str:
    """Return an error if an object allows additional properties, otherwise an empty string."""
    for part in subschemas(schema):
        if "properties" in part and part.get("additionalProperties") is not False:
            return "'additionalProperties' is required to be supplied and to be false"
    return ""


def openai_schema_error(schema: Mapping[str, Any]) -> str:
    """Return OpenAI's error: it demands that all properties are required, and no others."""
    if schema.get("type") != "object":
        return "schema must be a JSON Schema of 'type: \"object\"'"
    for part in subschemas(schema):
        if set(part.get("required", [])) != set(part.get("properties", {})):
            return "'required' is required to include every key in properties"
    return open_object_error(schema)


def claude_schema_error(schema: Mapping[str, Any]) -> str:
    """Return Claude's error: it supports no limits of numbers and strings, and only 0 and 1 as
    `minItems`."""
    for part in subschemas(schema):
        for name in sorted(_UNSUPPORTED_BY_CLAUDE & set(part)):
            return f"property '{name}' is not supported"
        if part.get("minItems", 0) > 1:
            return "'minItems' values other than 0 or 1 are not supported"
    return open_object_error(schema)
