"""Pages of lists, and cursors: positions in lists, as clients get and send them."""

import base64
from collections.abc import Sequence
from typing import Any, NamedTuple

import orjson

from errors import FieldsError


class Page(NamedTuple):
    """Items of a list in its order, and the cursor of the next page if there is one."""

    items: list[Any]
    next_cursor: str | None


def encode_cursor(*position: Any) -> str:
    """Return a cursor: the position of the last entry of a page in its list, of JSON values."""
    return base64.urlsafe_b64encode(orjson.dumps(position)).decode().rstrip("=")


def decode_cursor(cursor: str, types: Sequence[type], source: str) -> list[Any]:
    """Return the position in a cursor. Raises FieldsError unless its values have these types.

    `source` names the list that it has to come from.
    """
    try:
        position = orjson.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except ValueError:
        position = None
    if not isinstance(position, list) or [type(value) for value in position] != list(types):
        raise invalid_cursor(source)
    return position


def invalid_cursor(source: str) -> FieldsError:
    """Return the error for a cursor that does not come from the list that `source` names."""
    return FieldsError({"cursor": [f"Expected a cursor from the Link header of {source}."]})
