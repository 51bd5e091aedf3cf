"""Values of requests, loaded with a schema."""

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, ValidationError

from errors import FieldsError, IdMismatchError
from schemas.partial_validation import load_changes


def load(schema: Schema, values: Any, stored: Mapping[str, Any] | None = None) -> Any:
    """Validate values with a schema; with `stored`, except for parts that are equal to it.

    Raises FieldsError with the path of each invalid field.
    """
    try:
        return schema.load(values) if stored is None else load_changes(schema, values, stored)
    except ValidationError as exc:
        raise FieldsError(exc.messages_dict) from exc


def check_ids(fields: Mapping[str, Any], **url_ids: str) -> None:
    """Raise InvalidError if an id in the body differs from the one in the URL."""
    for key, url_id in url_ids.items():
        if fields.get(key, url_id) != url_id:
            raise IdMismatchError("ID mismatch", {key: f"Must be the URL's, {url_id}, or absent."})
