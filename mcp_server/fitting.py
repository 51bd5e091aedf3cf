"""Answers that fit into a model's context: long texts and lists are cut, and say so."""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson

Json = dict[str, Any]

UNTRUSTED = "untrusted"  # the key of what users, models and web pages wrote: data, no instructions
MAX_BYTES = 14_000  # of an answer's JSON, some 4,000 tokens; it may be in an answer twice
PAGE_BYTES = 10_000  # of the items of a page
_STEPS = ((4_000, 200), (1_000, 100), (300, 50), (80, 25), (40, 10))  # characters, items


def fit(value: Json, max_bytes: int = MAX_BYTES) -> tuple[Json, str]:
    """Return a value whose JSON has at most `max_bytes` bytes, with `truncated` if it was cut.

    The second value is its JSON.
    """
    fitting, data = value, orjson.dumps(value)
    for chars, items in _STEPS:
        if len(data) <= max_bytes:
            break
        fitting = {**_cut(value, chars, items), "truncated": True}
        data = orjson.dumps(fitting)
    return fitting, data.decode()


def page_of(name: str, items: Sequence[Json], first: int) -> Json:
    """Return `{total, first?, <name>: […], next?}`: the items from `first` on that fit.

    There is at least one, if there are any.
    """
    size = 0
    shown: list[Json] = []
    for item in items[first:]:
        size += len(orjson.dumps(item))
        if shown and size > PAGE_BYTES:
            break
        shown.append(item)
    end = first + len(shown)
    more = {"next": f"More from first={end}."} if end < len(items) else {}
    begin = {"first": first} if first else {}
    return {"total": len(items), **begin, name: shown, **more}


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
