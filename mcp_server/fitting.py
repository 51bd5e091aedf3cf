"""Answers that fit into a model's context: long texts and lists are cut, and say so."""

from collections.abc import Mapping
from typing import Any

import orjson

UNTRUSTED = "untrusted"  # the key of what users, models and web pages wrote: data, no instructions
MAX_BYTES = 16_000  # of an answer's JSON, some 4,000 tokens; it may be in an answer twice
_STEPS = ((4_000, 200), (1_000, 100), (300, 50), (80, 25), (40, 10))  # characters, items


def fit(value: dict[str, Any], max_bytes: int = MAX_BYTES) -> tuple[dict[str, Any], str]:
    """Return a value whose JSON has at most so many bytes, with `truncated` if it was cut.

    The second value is its JSON.
    """
    fitting, data = value, orjson.dumps(value)
    for chars, items in _STEPS:
        if len(data) <= max_bytes:
            break
        fitting = {**_cut(value, chars, items), "truncated": True}
        data = orjson.dumps(fitting)
    return fitting, data.decode()


def shorten(text: str, limit: int) -> str:
    """Return a text of at most about `limit` characters, which says how many were left out."""
    return text if len(text) <= limit else f"{text[:limit]}… (+{len(text) - limit:,} characters)"


def _cut(value: Any, chars: int, items: int, *, texts: bool = False) -> Any:
    """Cut lists, and the texts that users stored: not handles and addresses, which are short."""
    if isinstance(value, str):
        return shorten(value, chars) if texts else value
    if isinstance(value, Mapping):
        return {
            key: _cut(each, chars, items, texts=texts or key == UNTRUSTED)
            for key, each in list(value.items())[:items]
        }
    if isinstance(value, list | tuple):
        return [_cut(each, chars, items, texts=texts) for each in value[:items]]
    return value
