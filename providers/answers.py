"""Finding the JSON object in what a language model says."""

import json
import re
from collections.abc import Iterator, Mapping
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
