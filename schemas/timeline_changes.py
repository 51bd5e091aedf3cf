"""What an operation changed on a timeline. Clients send it back to undo it."""

from collections.abc import Iterable, Mapping
from typing import Any

import orjson
from marshmallow import ValidationError, validate

from schemas.editor import CaptionSchema, TrackActionSchema
from schemas.json_fields import MAX_KEY, MAX_NAME, MAX_TEXT, Map, Sized, Text
from schemas.sound_tracks import SoundActionSchema, VoiceActionSchema
from schemas.strict import Strict, StrictObject

ENTITIES = ("clip", "text", "picture", "place", "voice", "sound", "caption")
SINGLE_FIELDS = {
    "format": ("width", "height", "fps", "fit"),
    "music": ("audioUrl", "audioVolume", "audioLevel", "audioLoop"),
    "timeline": ("arranged",),
}
MAX_CHANGES = 20_000  # of an operation: more than there is on a timeline
CHANGE_KINDS = (*ENTITIES, *SINGLE_FIELDS)

_MAX_FIELDS = 100  # of an item
_MAX_LEVELS = 10  # of a value: what is nested much deeper cannot be stored
_NUMBERS = ("order", "gap", "length")
_LARGEST = 1e9  # seconds and keys of the order: far beyond any timeline
_ITEM_NEEDED = ("start", "length")
_NEEDED = {
    "clip": ("order", "gap", "length"),
    "voice": (*_ITEM_NEEDED, "sceneIndex"),
    "sound": (*_ITEM_NEEDED, "assetId"),
}
_DERIVED = {"clip": ("id", "start", "end")}  # which follow from other values
_ITEM_DERIVED = ("id", "end", "anchor")
_ACTION = TrackActionSchema().fields
_TYPES = dict.fromkeys(ENTITIES, _ACTION) | {
    "voice": _ACTION | VoiceActionSchema().fields,
    "sound": _ACTION | SoundActionSchema().fields,
    "caption": {"text": CaptionSchema().fields["text"]},
}


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
            if _is_nested(value, _MAX_LEVELS):
                raise ValidationError(f"Must have at most {_MAX_LEVELS} levels.")
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
            _check_item(kind, "removed", change["removed"])
        if "added" in change and kind == "voice":  # of others, the id says what to remove
            _check_item(kind, "added", change["added"])
        if name is not None:
            _check_field(kind, name, change)
        return change


def _check_item(kind: str, key: str, values: Mapping[str, Any]) -> None:
    """Raise ValidationError, with this key, for an item that lacks a value or has a wrong one."""
    needed = _NEEDED.get(kind, _ITEM_NEEDED)
    if kind == "clip" and "assetId" not in values:
        needed = (*needed, "sceneIndex")
    errors: dict[str, Any] = {name: ["Required."] for name in needed if name not in values}
    for name, value in values.items():
        try:
            _check_value(kind, name, value)
        except ValidationError as exc:
            errors[name] = exc.messages
    if errors:
        raise ValidationError({key: errors})


def _check_field(kind: str, name: str, change: Mapping[str, Any]) -> None:
    if name == "overlay" and kind != "clip":
        raise ValidationError({"field": ["Must name a field of the overlay: overlay.text."]})
    for key in ("before", "after"):
        value = change.get(key)
        try:
            if value is not None or name in _needed_names(kind):
                _check_value(kind, name, value)
        except ValidationError as exc:
            raise ValidationError({key: exc.messages}) from exc


def _needed_names(kind: str) -> tuple[str, ...]:
    """Return the fields that everything of a kind has, so that they have two values."""
    return (*_NUMBERS, *_NEEDED.get(kind, _ITEM_NEEDED))


def _check_value(kind: str, name: str, value: Any) -> None:
    """Raise ValidationError for a value of the wrong type, or of what has none of its own."""
    is_item = kind != "clip"
    if name in _DERIVED.get(kind, _ITEM_DERIVED):
        raise ValidationError(f"Must be without {name}: it follows from other values.")
    if name == "overlay" and is_item and not isinstance(value, Mapping):
        raise ValidationError("Must be an object.")
    if name == "start" and isinstance(value, Mapping):
        if not isinstance(value.get("anchor"), str) or not _is_number(value.get("seconds")):
            raise ValidationError("Must have `anchor` and `seconds`, a number.")
    elif name == "order":
        _check_key(value)
    elif name in _NUMBERS or name == "start":
        if not _is_number(value):
            raise ValidationError(f"The value of {name} must be a number up to {_LARGEST:g}.")
    elif name in _TYPES[kind]:
        _TYPES[kind][name].deserialize(value)


def _check_key(value: Any) -> None:
    parts = value if isinstance(value, list) and value else [value]
    if not all(map(_is_number, parts)):
        raise ValidationError(f"The value of order must be numbers up to {_LARGEST:g}.")


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= _LARGEST


def _is_nested(value: Any, levels: int) -> bool:
    """Return whether lists or objects are in others, on more than so many levels."""
    inner = value.values() if isinstance(value, Mapping) else value
    if isinstance(inner, str) or not isinstance(inner, Iterable):
        return False
    return levels == 0 or any(_is_nested(each, levels - 1) for each in inner)
