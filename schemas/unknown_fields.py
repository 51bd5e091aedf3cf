"""Fields of a JSON body that its schema does not have, which are probably misspelt."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import lru_cache
from typing import Any

from marshmallow import Schema, fields

from schemas.json_fields import Either, OneOfObjects

MAX_FOUND = 100  # of a body; what follows is not told

_MAX_PATH = 200  # characters

Fields = tuple[fields.Field[Any], ...]


@dataclass(frozen=True, slots=True)
class _Shape:
    """What objects of some schemas may have: names, and which of these contain others.

    Most objects have only `plain` names, which do not: these are checked fast.
    """

    names: frozenset[str]
    inner: dict[str, "_Inside"]
    plain: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Inside:
    """What a value of some fields may contain: as a list, as a map, and as an object.

    `kinds` has the shapes of objects by the value of `key`, where that decides. `plain` has the
    names of an object that need no further look; None if more than its shape decides.
    """

    items: "_Inside | None" = None
    values: "_Inside | None" = None
    shape: _Shape | None = None
    key: str = ""
    kinds: Mapping[str, _Shape] = field(default_factory=dict)
    plain: frozenset[str] | None = None

    def shape_of(self, value: Mapping[str, Any]) -> _Shape | None:
        """Return the shape of an object whose kind decides."""
        kind = value.get(self.key)
        return self.kinds.get(kind) if isinstance(kind, str) else None


def unknown_fields(body: Mapping[str, Any], *schemas: Schema) -> dict[str, str]:
    """Return a message for the path of each field that none of the schemas has, to a limit."""
    found: dict[str, str] = {}
    _check_object(body, _shape(schemas), "", found)
    return found


def _check_object(
    value: Mapping[str, Any], shape: _Shape, prefix: str, found: dict[str, str]
) -> None:
    for name in sorted(value.keys() - shape.plain):
        if inside := shape.inner.get(name):
            _check(value[name], inside, f"{prefix}{name}", found)
        elif len(found) < MAX_FOUND:
            found[f"{prefix}{name}"[:_MAX_PATH]] = _message(name, shape.names)


def _check(value: Any, inside: _Inside, path: str, found: dict[str, str]) -> None:
    if isinstance(value, list):
        if inside.items is not None:
            plain = inside.items.plain
            for index, item in enumerate(value):
                if plain is None or not isinstance(item, dict) or not plain.issuperset(item):
                    _check(item, inside.items, f"{path}.{index}", found)
    elif isinstance(value, dict):
        if inside.values is not None:
            plain = inside.values.plain
            for key, item in value.items():
                if plain is None or not isinstance(item, dict) or not plain.issuperset(item):
                    _check(item, inside.values, f"{path}.{key}", found)
        shape = inside.shape_of(value) if inside.kinds else inside.shape
        if shape is not None and not shape.plain.issuperset(value):
            _check_object(value, shape, f"{path}.", found)


@lru_cache(maxsize=1000)
def _shape(schemas: tuple[Schema, ...]) -> _Shape:
    names = frozenset(name for schema in schemas for name in schema.fields)
    inner = {
        name: _inside(tuple(each.fields[name] for each in schemas if name in each.fields))
        for name in names
    }
    nested = {name: inside for name, inside in inner.items() if inside is not None}
    return _Shape(names, nested, names - nested.keys())


def _inside(candidates: Fields) -> _Inside | None:
    """Return what values of these fields may contain; None for those that contain no names."""
    found = list(_alternatives(candidates))
    schemas = tuple(each.schema for each in found if isinstance(each, fields.Nested))
    items = tuple(each.inner for each in found if isinstance(each, fields.List))
    values = tuple(
        each.value_field
        for each in found
        if isinstance(each, fields.Mapping) and each.value_field is not None
    )
    choice = next((each for each in found if isinstance(each, OneOfObjects)), None)
    kinds = choice.objects.items() if choice else ()
    inside_values, shape = _inside(values) if values else None, _shape(schemas) if schemas else None
    inside = _Inside(
        _inside(items) if items else None,
        inside_values,
        shape,
        choice.key if choice else "",
        {name: _shape((each.schema,)) for name, each in kinds},
        shape.plain if shape and not (inside_values or choice) else None,
    )
    return None if inside == _Inside() else inside


def _alternatives(candidates: Fields) -> Iterable[fields.Field[Any]]:
    for each in candidates:
        yield from each.alternatives.values() if isinstance(each, Either) else (each,)


def _message(name: str, known: Collection[str]) -> str:
    """Say that a name is unknown, and which one is probably meant."""
    plain = {each.replace("_", "").lower(): each for each in known}
    close = get_close_matches(name.replace("_", "").lower()[:100], plain, 1, 0.65)
    return f"Unknown field; did you mean `{plain[close[0]]}`?" if close else "Unknown field."
