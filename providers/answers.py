"""Finding the JSON object in what a language model says."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

_TRIES = 50  # brackets in prose that are looked into


def json_object(text: str, shape: Mapping[str, Any]) -> dict[str, Any]:
    """The object that a text is, or the first in it, fenced or bare. Raises ValueError.

    A bare list becomes the object's only list, for models that leave the root away.
    """
    for value in _values(text):
        if isinstance(value, dict):
            return value
        if (name := _only_list(shape)) and value and all(isinstance(item, dict) for item in value):
            return {name: value}
    raise ValueError(f"It answered no JSON object but: {text.strip()[:200] or 'nothing'}")


def _values(text: str) -> Iterator[Any]:
    """Each JSON object or list in a text, the outermost ones in their order."""
    decoder = json.JSONDecoder(parse_constant=_refuse)
    position = 0
    for _ in range(_TRIES):
        bracket = re.compile(r"[{\[]").search(text, position)
        if bracket is None:
            return
        try:
            value, position = decoder.raw_decode(text, bracket.start())
        except (ValueError, RecursionError):
            position = bracket.end()
        else:
            yield value


def _only_list(shape: Mapping[str, Any]) -> str | None:
    properties = shape.get("properties", {})
    lists = [name for name, of in properties.items() if of.get("type") == "array"]
    return lists[0] if len(lists) == len(properties) == 1 else None


def _refuse(constant: str) -> Any:
    raise ValueError(f"{constant} is no JSON")
