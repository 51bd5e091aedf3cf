"""Fields of JSON's types: strict, and limited in size.

marshmallow's own fields convert values, such as "1" to 1 and "yes" to true, and take values of any
size. Those below accept JSON's types only, so that the OpenAPI description is exact, and check a
value's size before anything else. The limits are documented in docs/api.md.
"""

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from numbers import Real
from typing import Any, ClassVar

from marshmallow import Schema, ValidationError, fields, missing
from marshmallow.validate import OneOf

MAX_INTEGER = 2**53 - 1  # above it, JSON numbers are not exact in all languages
MAX_INVALID = 100  # of a list or a map: after as many invalid items, the rest is not validated

# Default limits of size.
MAX_NAME = 500  # characters: names, ids of overlays, colours, other short texts
MAX_TAG = 100  # characters
MAX_KEY = 1_000  # characters of the keys of a map, such as ids of overlays
MAX_TEXT = 100_000  # characters: prompts, descriptions
MAX_ITEMS = 1_000  # of lists and maps
MAX_OPAQUE = 8_000  # characters of refresh tokens and cursors

_TYPE_NAMES: Mapping[type, str] = {
    bool: "true or false",
    int: "an integer",
    Real: "a number",
    str: "a string",
    list: "a list",
    dict: "an object",
}


class JsonField(fields.Field[Any]):
    """Base of the fields below."""

    default_error_messages = {  # noqa: RUF012 - as marshmallow requires
        "required": "Required.",
        "null": "Must not be null.",
    }

    def _validate(self, value: Any) -> Any:
        """Run the validators; marshmallow prepares for that even if there are none."""
        if self.validators:
            super()._validate(value)


class Sized(JsonField):
    """A field with limits of its values' size; None is no limit."""

    unit: ClassVar[str]  # what the size counts
    keywords: ClassVar[tuple[str, str]]  # of JSON Schema, for the minimum and the maximum

    def __init__(self, *args: Any, min_size: int = 0, max_size: int | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.min_size = min_size
        self.max_size = max_size

    def check_size(self, size: int, stored_size: int = 0) -> None:
        """Raise ValidationError unless the size is within the limits.

        A list or map that was stored with more items may keep as many.
        """
        maximum = self.max_size
        if size < self.min_size or (maximum is not None and size > max(maximum, stored_size)):
            lower = f"{self.min_size:,} to" if self.min_size else "at most"
            raise ValidationError(f"Must have {lower} {maximum:,} {self.unit}.")

    def size_keywords(self) -> dict[str, Any]:
        """Return the limits as keywords of JSON Schema, unless there is an enumeration."""
        if any(isinstance(validator, OneOf) for validator in self.validators):
            return {}
        limits = zip(self.keywords, (self.min_size, self.max_size), strict=True)
        return {keyword: limit for keyword, limit in limits if limit}


class Text(Sized, fields.String):
    """A JSON string."""

    unit = "characters"
    keywords = ("minLength", "maxLength")
    default_error_messages = {"invalid": "Must be a string."}  # noqa: RUF012 - as marshmallow requires

    def __init__(self, *, max_size: int | None = MAX_TEXT, **kwargs: Any) -> None:
        super().__init__(max_size=max_size, **kwargs)

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> Any:
        if not isinstance(value, str):
            raise self.make_error("invalid")
        self.check_size(len(value))
        return value


class Opaque(Text):
    """A string that clients only send back: its limit is none that the API describes."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_size=MAX_OPAQUE, **kwargs)

    def size_keywords(self) -> dict[str, Any]:
        """Return no limits."""
        return {}


class Number(JsonField, fields.Float):
    """A JSON number."""

    default_error_messages = {  # noqa: RUF012 - as marshmallow requires
        "invalid": "Must be a number.",
        "too_large": "Must be a finite number.",
    }

    def _validated(self, value: Any) -> Any:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self.make_error("invalid", input=value)
        if not math.isfinite(value):
            raise self.make_error("too_large", input=value)
        return value


class Integer(JsonField, fields.Integer):
    """A JSON number without a fractional part."""

    default_error_messages = {  # noqa: RUF012 - as marshmallow requires
        "invalid": "Must be an integer.",
        "too_large": f"Must be from {-MAX_INTEGER} to {MAX_INTEGER}.",
    }

    def _validated(self, value: Any) -> Any:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self.make_error("invalid", input=value)
        if abs(value) > MAX_INTEGER:
            raise self.make_error("too_large", input=value)
        if value % 1:
            raise self.make_error("invalid", input=value)
        return int(value)


class QueryInteger(fields.Integer):
    """An integer in a query string."""

    default_error_messages = {"invalid": "Must be an integer."}  # noqa: RUF012 - as marshmallow requires


class Boolean(JsonField, fields.Boolean):
    """`true` or `false`."""

    default_error_messages = {"invalid": "Must be true or false."}  # noqa: RUF012 - as marshmallow requires

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> Any:
        if not isinstance(value, bool):
            raise self.make_error("invalid", input=value)
        return value


class Object(JsonField, fields.Nested):
    """A JSON object with the fields of a schema, which must not have hooks."""

    def _load(self, value: Any, partial: Any = None) -> Any:
        """Load the fields one by one, which takes half of the time of `Schema.load`."""
        if not isinstance(value, Mapping):
            raise ValidationError(self.schema.error_messages["type"])
        fields_of_schema = self.schema.load_fields.items()
        return load_each(
            (name, field.deserialize, value.get(name, missing)) for name, field in fields_of_schema
        )


class OneOfObjects(JsonField):
    """A JSON object whose shape depends on one of its fields: that of one of some objects."""

    default_error_messages = {"invalid": "Must be an object."}  # noqa: RUF012 - as marshmallow requires

    def __init__(self, key: str, objects: Mapping[str, Object], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.key = key
        self.objects = objects

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> Any:
        if not isinstance(value, Mapping):
            raise self.make_error("invalid")
        name = value.get(self.key)
        if not isinstance(name, str) or name not in self.objects:
            known = ", ".join(self.objects)
            raise ValidationError({self.key: [f"Must be one of: {known}."]})
        return self.objects[name].deserialize(value)


class Either(JsonField):
    """A value of one of several types of JSON (`bool`, `Real`, `str` …), each with a field."""

    def __init__(self, alternatives: Mapping[type, fields.Field[Any]], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.alternatives = alternatives

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> Any:
        for kind, field in self.alternatives.items():
            if isinstance(value, kind):
                return field.deserialize(value)
        expected = " or ".join(_TYPE_NAMES[kind] for kind in self.alternatives)
        raise ValidationError(f"Must be {expected}.")


class Array(Sized, fields.List[Any]):
    """A JSON array; marshmallow's List also accepts an object, as the list of its keys."""

    unit = "items"
    keywords = ("minItems", "maxItems")
    default_error_messages = {"invalid": "Must be a list."}  # noqa: RUF012 - as marshmallow requires

    def __init__(self, inner: Any, *, max_size: int | None = MAX_ITEMS, **kwargs: Any) -> None:
        super().__init__(inner, max_size=max_size, **kwargs)

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> Any:
        if not isinstance(value, list):
            raise self.make_error("invalid")
        self.check_size(len(value))
        items = ((index, self.inner.deserialize, each) for index, each in enumerate(value))
        return list(load_each(items).values())


class Map(Sized, fields.Dict):
    """A JSON object with arbitrary keys, whose errors are at the path `field.key`.

    marshmallow's Dict reports them at `field.key.value`.
    """

    unit = "entries"
    keywords = ("minProperties", "maxProperties")
    default_error_messages = {"invalid": "Must be an object."}  # noqa: RUF012 - as marshmallow requires
    value_field: fields.Field[Any]

    def __init__(self, *, max_size: int | None = MAX_ITEMS, **kwargs: Any) -> None:
        super().__init__(max_size=max_size, **kwargs)

    def check_keys(self, keys: Iterable[str]) -> None:
        """Raise ValidationError if a key is too long."""
        if self.max_size is not None and any(len(key) > MAX_KEY for key in keys):
            raise ValidationError(f"Must have keys of at most {MAX_KEY:,} characters.")

    def size_keywords(self) -> dict[str, Any]:
        """Return the limits as keywords of JSON Schema."""
        return {**super().size_keywords(), "propertyNames": {"maxLength": MAX_KEY}}

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> Any:
        if not isinstance(value, Mapping):
            raise self.make_error("invalid")
        self.check_size(len(value))
        self.check_keys(value)
        load = self.value_field.deserialize
        return load_each((key, load, each) for key, each in value.items())


def without_limits(schema: Schema) -> Schema:
    """Remove the limits of size from a schema, for documents that were stored before; return it."""
    for _, field in walk(schema):
        if isinstance(field, Sized):
            field.min_size, field.max_size = 0, None
    return schema


def walk(schema: Schema, prefix: str = "") -> Iterator[tuple[str, fields.Field[Any]]]:
    """Yield every field of a schema with its path, including those of nested schemas."""
    for name, field in schema.fields.items():
        yield from _walk_field(f"{prefix}{name}", field)


def _walk_field(path: str, field: fields.Field[Any]) -> Iterator[tuple[str, fields.Field[Any]]]:
    yield path, field
    if isinstance(field, fields.Nested):
        yield from walk(field.schema, f"{path}.")
    elif isinstance(field, OneOfObjects):
        for name, each in field.objects.items():
            yield from _walk_field(f"{path}({name})", each)
    elif isinstance(field, Either):
        for alternative in field.alternatives.values():
            yield from _walk_field(path, alternative)
    elif isinstance(field, fields.List):
        yield from _walk_field(f"{path}.*", field.inner)
    elif isinstance(field, fields.Mapping) and field.value_field:
        yield from _walk_field(f"{path}.*", field.value_field)


def load_each(items: Iterable[tuple[Any, Callable[[Any], Any], Any]]) -> dict[Any, Any]:
    """Return the loaded values by key, given keys, functions and values; absent ones are left out.

    Raises ValidationError with the messages by key.
    """
    loaded, errors = {}, {}
    for key, load, value in items:
        try:
            part = load(value)
        except ValidationError as exc:
            errors[key] = exc.messages
            if len(errors) == MAX_INVALID:
                break
        else:
            if part is not missing:
                loaded[key] = part
    if errors:
        raise ValidationError(errors)
    return loaded
