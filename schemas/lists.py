"""Lists: how clients ask for pages and fields, and what they get: cursors, addresses."""

import base64
from collections.abc import Sequence
from typing import Any, NamedTuple

import orjson
from marshmallow import validate

from errors import FieldsError
from schemas.common import Base
from schemas.json_fields import Opaque, QueryInteger

MAX_LIMIT = 200  # items of a page
DEFAULT_LIMIT = 50

_NAME = "[A-Za-z0-9_-]+"
_PATH = rf"{_NAME}(\.{_NAME})*"
_PATHS = f"({_PATH}(,{_PATH})*)?"
_INVALID = "Must be names of fields, separated by commas, such as `id,scenes.image_prompt`."


class SelectionSchema(Base):
    """Query parameters of everything that responds with JSON."""

    selection = Opaque(
        data_key="fields",
        validate=validate.Regexp(rf"{_PATHS}\Z", error=_INVALID),
        metadata={
            "description": "Only these fields, separated by commas: `id,scenes.image_prompt`",
            "pattern": f"^{_PATHS}$",
        },
    )


def page_limit(**kwargs: Any) -> QueryInteger:
    """Return a field for the number of items of a page."""
    described = {"description": "Items of a page"}
    return QueryInteger(validate=validate.Range(min=1, max=MAX_LIMIT), metadata=described, **kwargs)


class PageSchema(Base):
    """Query parameters of lists."""

    limit = page_limit()
    cursor = Opaque(metadata={"description": "Cursor from the `Link` header of the previous page"})


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


def join(base: str, path: str) -> str:
    """Return the address of a path below the base of the service's addresses.

    The base has no slash at its end. An address that is absolute already stays as it is.
    """
    return base + path if path.startswith("/") else path
