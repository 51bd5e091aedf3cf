"""How clients ask for parts of what there is: pages of lists, and chosen fields."""

from typing import Any

from marshmallow import validate

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
