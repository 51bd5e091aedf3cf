"""JSON Schemas for language models, and parsing the JSON object in their answers."""

import json
import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any

import orjson

_MAX_ATTEMPTS = 50  # brackets in prose that are tried as the start of JSON
_BRACKET = re.compile(r"[{\[]")
_DECODER = json.JSONDecoder()  # unlike orjson, it reports where a value ends


def parse_json_object(text: str, schema: Mapping[str, Any]) -> dict[str, Any]:
    """Return the first JSON object in a text, fenced or bare. Raises ValueError if there is none.

    It must have at least one of the schema's properties: other objects are parts of a truncated
    one. A bare list becomes the object's only list, for models that omit the root object.
    """
    for value in _json_values(text):
        if isinstance(value, dict):
            if value.keys() & schema.get("properties", {}).keys():
                return value
            continue
        if (name := _only_list(schema)) and value and all(isinstance(item, dict) for item in value):
            return {name: value}
    raise ValueError(f"The answer contains no JSON object: {text.strip()[:200] or 'it is empty'}")


def _json_values(text: str) -> Iterator[Any]:
    """Yield the outermost JSON objects and lists in a text, in their order."""
    position = 0
    for _ in range(_MAX_ATTEMPTS):
        bracket = _BRACKET.search(text, position)
        if bracket is None:
            return
        position = bracket.end()
        try:
            _, end = _DECODER.raw_decode(text, bracket.start())
            # orjson is stricter: it accepts only what can be stored.
            value = orjson.loads(text[bracket.start() : end])
        except (ValueError, RecursionError):
            continue
        position = end
        yield value


def _only_list(schema: Mapping[str, Any]) -> str | None:
    properties = schema.get("properties", {})
    lists = [name for name, each in properties.items() if each.get("type") == "array"]
    return lists[0] if len(lists) == len(properties) == 1 else None


# Keywords that vendors reject, since they cannot enforce them; our own validation does.
_LENGTH_KEYWORDS = {"minLength", "maxLength", "uniqueItems", "default", "examples", "$schema"}
LIMIT_KEYWORDS = _LENGTH_KEYWORDS | {
    *("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"),
    *("pattern", "format", "minItems", "maxItems"),
}


def strict_schema(
    schema: Mapping[str, Any], without: Collection[str] = _LENGTH_KEYWORDS
) -> dict[str, Any]:
    """Return the schema `without` some keywords, and with `additionalProperties: false`."""
    result = {key: value for key, value in schema.items() if key not in without}
    if "properties" in result:
        properties = result["properties"].items()
        result["properties"] = {name: strict_schema(each, without) for name, each in properties}
        result["additionalProperties"] = False
    if isinstance(result.get("items"), Mapping):
        result["items"] = strict_schema(result["items"], without)
    if "anyOf" in result:
        result["anyOf"] = [strict_schema(each, without) for each in result["anyOf"]]
    return result


def requires_all(schema: Mapping[str, Any]) -> bool:
    """Return whether all properties are required at all levels, as OpenAI's strict mode demands."""
    properties = schema.get("properties", {})
    inner = [*properties.values(), *schema.get("anyOf", ())]
    if isinstance(schema.get("items"), Mapping):
        inner.append(schema["items"])
    if schema.get("type") == "object" and not properties:
        return False
    return set(properties) <= set(schema.get("required", ())) and all(map(requires_all, inner))
