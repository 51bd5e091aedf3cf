"""What an operation changed on a timeline. Clients send it back to undo it."""

from collections.abc import Mapping
from typing import Any

import orjson
from marshmallow import ValidationError, validate

from schemas.json_fields import MAX_KEY, MAX_NAME, MAX_TEXT, Map, Sized, Text
from schemas.strict import Strict, StrictObject

ENTITIES = ("clip", "text", "picture", "place", "caption")
SINGLE_FIELDS = {
    "format": ("width", "height", "fps", "fit"),
    "music": ("audioUrl", "audioVolume"),
    "timeline": ("arranged",),
}
MAX_CHANGES = 20_000  # of an operation: more than there is on a timeline
CHANGE_KINDS = (*ENTITIES, *SINGLE_FIELDS)

_MAX_FIELDS = 100  # of an item
_NUMBERS = ("order", "gap", "length")
_LARGEST = 1e9  # seconds and keys of the order: far beyond any timeline
_NEEDED = {"clip": ("order", "gap", "length", "sceneIndex")}
_ITEM_NEEDED = ("start", "length")


class AnyValue(Sized):
    """Any JSON value; its size is that of its JSON."""

    unit = "characters"
    keywords = ("minLength", "maxLength")

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_size=MAX_TEXT, **kwargs)

    def size_keywords(self) -> dict[str, Any]:
        """Return no limits: those of JSON Schema are for strings."""
        return {}

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> Any:
        if not isinstance(value, int | float):
            self.check_size(len(orjson.dumps(value)))
        return value


class TimelineChangeSchema(Strict):
    """A clip or another item that was added or removed, or a field of it, with its two values.

    Times are in seconds; null and fields that are not set are left out.
    """

    kind = Text(required=True, validate=validate.OneOf(CHANGE_KINDS))
    id = Text(min_size=1, max_size=MAX_KEY, metadata={"description": "Of the item, if it is one"})
    added = Map(values=AnyValue(), max_size=_MAX_FIELDS)
    removed = Map(values=AnyValue(), max_size=_MAX_FIELDS)
    field = Text(min_size=1, max_size=MAX_NAME)
    before = AnyValue()
    after = AnyValue()


class ChangeField(StrictObject):
    """A change that may be reverted: one whose values have the right types."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(TimelineChangeSchema, **kwargs)

    def _load(self, value: Any, partial: Any = None) -> Any:
        change = super()._load(value)
        kind, name = change["kind"], change.get("field")
        if kind in SINGLE_FIELDS:
            if name not in SINGLE_FIELDS[kind]:
                known = ", ".join(SINGLE_FIELDS[kind])
                raise ValidationError({"field": [f"Must be one of: {known}."]})
            return change
        if "id" not in change:
            raise ValidationError({"id": ["Required."]})
        if len(change.keys() & {"added", "removed", "field"}) != 1:
            raise ValidationError({"field": ["Needs one of added, removed and field."]})
        if "removed" in change:
            _check_values(change["removed"], _NEEDED.get(kind, _ITEM_NEEDED), "removed")
        if name is not None:
            for key in ("before", "after"):
                _check_number(name, change.get(key), key, is_item=kind != "clip")
        return change


def _check_values(values: Mapping[str, Any], needed: tuple[str, ...], path: str) -> None:
    if missing := [name for name in needed if name not in values]:
        raise ValidationError({path: {name: ["Required."] for name in missing}})
    if "overlay" in values and not isinstance(values["overlay"], Mapping):
        raise ValidationError({path: {"overlay": ["Must be an object."]}})
    for name, value in values.items():
        _check_number(name, value, path, is_item="gap" not in needed)


def _check_number(name: str, value: Any, path: str, *, is_item: bool) -> None:
    if name == "start" and is_item and isinstance(value, Mapping):
        if not isinstance(value.get("anchor"), str) or not _is_number(value.get("seconds")):
            raise ValidationError({path: ["Must have `anchor` and `seconds`, a number."]})
    elif (name in _NUMBERS or (name == "start" and is_item)) and not _is_number(value):
        raise ValidationError({path: [f"The value of {name} must be a number up to {_LARGEST:g}."]})


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= _LARGEST
