"""Ids of what is on a timeline: random new ones, and those of what was stored without its own."""

import secrets
from collections.abc import Mapping, Sequence, Set
from math import floor
from typing import Any
from zlib import crc32

from timeline.frames import limited

_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"
_LENGTH = 8
DERIVED_LENGTH = 9  # of a caption's id that follows from its contents


def new_id(prefix: str) -> str:
    """Return a random id, such as `clip-4k2m9x0a`."""
    return f"{prefix}-{''.join(secrets.choice(_LETTERS) for _ in range(_LENGTH))}"


def unique_ids(ids: Sequence[str]) -> list[str]:
    """Return ids, with `~2`, `~3` … appended to those that occurred before."""
    if len(set(ids)) == len(ids):
        return list(ids)
    used, seen = set(ids), set[str]()
    numbers: dict[str, int] = {}  # the next one of each id, since earlier ones are in use
    result = []
    for name in ids:
        unique = _unused(name, "~", used, numbers) if name in seen else name
        seen.add(unique)
        used.add(unique)
        result.append(unique)
    return result


def caption_id(caption: Mapping[str, Any]) -> str:
    """Return the id of a caption that has none stored: it follows from its times and its text."""
    start, end = (floor(limited(caption[key]) * 1000 + 0.5) for key in ("start", "end"))
    content = f"{start}|{end}|{caption['text']}"
    return f"c{crc32(content.encode()):08x}"


def caption_ids(captions: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return the ids of captions: first the stored ones, then those of the others, in order."""
    stored = iter(unique_ids([each["id"] for each in captions if each.get("id")]))
    result = [next(stored) if each.get("id") else "" for each in captions]
    used = set(result)
    numbers: dict[str, int] = {}
    for index, name in enumerate(result):
        if not name:
            base = caption_id(captions[index])
            unique = _unused(base, "-", used, numbers) if base in used else base
            used.add(unique)
            result[index] = unique
    return result


def _unused(name: str, separator: str, used: Set[str], numbers: dict[str, int]) -> str:
    """Return an id with the next number that makes it one that is not used."""
    number = numbers.get(name, 2)
    while (unique := f"{name}{separator}{number}") in used:
        number += 1
    numbers[name] = number + 1
    return unique
