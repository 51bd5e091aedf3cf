"""Finding the JSON object in what a language model says."""

import json
import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any

import orjson

_TRIES = 50  # brackets in prose that are looked into
_BRACKET = re.compile(r"[{\[]")
_DECODER = json.JSONDecoder()  # it can tell where an object ends


def json_object(text: str, shape: Mapping[str, Any]) -> dict[str, Any]:
    """The object that a text is, or the first in it, fenced or bare. Raises ValueError.

    It has at least one of the shape's properties: others are parts of one that is cut off. A bare
    list becomes the object's only list, for models that leave the root away.
    """
    for value in _values(text):
        if isinstance(value, dict):
            if value.keys() & shape.get("properties", {}).keys():
                return value
            continue
        if (name := _only_list(shape)) and value and all(isinstance(item, dict) for item in value):
            return {name: value}
    raise ValueError(f"It answered no JSON object but: {text.strip()[:200] or 'nothing'}")


def _values(text: str) -> Iterator[Any]:
    """Each JSON object or list in a text, the outermost ones in their order."""
    position = 0
    for _ in range(_TRIES):
        bracket = _BRACKET.search(text, position)
        if bracket is None:
            return
        position = bracket.end()
        try:
            _, end = _DECODER.raw_decode(text, bracket.start())
            # Stricter: what comes out can be stored, which not all that Python reads can.
            value = orjson.loads(text[bracket.start() : end])
        except (ValueError, RecursionError):
            continue
        position = end
        yield value


def _only_list(shape: Mapping[str, Any]) -> str | None:
    properties = shape.get("properties", {})
    lists = [name for name, of in properties.items() if of.get("type") == "array"]
    return lists[0] if len(lists) == len(properties) == 1 else None


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
