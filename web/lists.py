"""Lists: in pages, with chosen fields and, for who asks, all in one shape: `{items, next}`.

Otherwise each list has the shape that its clients know: an array, or an object that has it.
"""

import functools
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple, TypeVar, cast

import orjson
from flask import Response, request
from marshmallow import Schema

from errors import FieldsError
from schemas.lists import DEFAULT_LIMIT, PageSchema, SelectionSchema, decode_cursor, encode_cursor
from schemas.loading import load
from web.blueprints import Blueprint
from web.openapi_operations import describe
from web.payloads import link_next
from web.selected_fields import Selection, chosen, select

LIST_TYPE = "application/vnd.vidworks.list+json"
View = TypeVar("View", bound=Callable[..., Any])
_Item = dict[str, Any]

_PAGE = PageSchema()
_NO_NUMBER = "Must be 1. Other pages have no number: request the address `next` of the page before."
_CURSOR = (int, str)  # the time of the last item, or how many items there are up to it; its id


class _Kind(NamedTuple):
    """A list: the schema of its items, their key in the response, the time it is ordered by."""

    item: Schema
    key: str
    newest_by: str
    has_pages: bool


class _Wanted(NamedTuple):
    """What a request asks of a list."""

    selection: Selection
    in_shape: bool
    page: Mapping[str, Any]


def list_response(
    schema: type[Schema],
    key: str = "",
    *,
    newest_by: str = "",
    has_pages: bool = False,
    errors: Sequence[int] = (),
    headers: Sequence[str] = (),
) -> Callable[[View], View]:
    """Document a list as the response of a view, and give it as the request asks for it.

    `schema` is of the items or, with `key`, of the object that has them under that name. The list
    is in the order of the times `newest_by`, the latest first, or in one that does not change. A
    view that `has_pages` takes `limit` and `cursor` itself, and calls `link_next`.
    """
    item = cast(Any, schema().fields[key]).inner.schema if key else schema()
    kind = _Kind(item, key, newest_by, has_pages)
    documented = Blueprint.response(
        200, schema if key else schema(many=True), errors=(400, *errors), headers=("Link", *headers)
    )
    queries = [SelectionSchema] if has_pages else [PageSchema, SelectionSchema]
    parameters = [{"in": "query", "schema": each} for each in queries]

    def decorator(view: View) -> View:
        @functools.wraps(view)
        def wrapper(**kwargs: Any) -> Response:
            wanted = _wanted(kind) if request.query_string or _accepts_shape() else None
            response = cast(Response, view(**kwargs))
            if wanted and any(wanted) and response.status_code == 200:
                _shape(kind, wanted, response)
            return response

        return describe(documented(cast(View, wrapper)), parameters=parameters)

    return decorator


def with_limit(query: Mapping[str, Any]) -> dict[str, Any]:
    """Return the query of a view that has pages, which lists of the one shape always have."""
    return {"limit": DEFAULT_LIMIT, **query} if _in_shape() else {**query}


def _wanted(kind: _Kind) -> _Wanted:
    """Return what the request asks for. Raises FieldsError."""
    _check_page_parameter()
    page = {} if kind.has_pages else load(_PAGE, request.args.to_dict())
    return _Wanted(chosen(kind.item), _in_shape(), page)


def _check_page_parameter() -> None:
    """Raise FieldsError for the number of another page than the first one."""
    if request.args.get("page", "1") != "1":
        raise FieldsError({"page": [_NO_NUMBER]})


def _in_shape() -> bool:
    """Return whether the request asks for the one shape; other pages have no number."""
    return request.args.get("page") == "1" or _accepts_shape()


def _accepts_shape() -> bool:
    return LIST_TYPE in request.environ.get("HTTP_ACCEPT", "")


def _shape(kind: _Kind, wanted: _Wanted, response: Response) -> None:
    """Give the response what is wanted of its list. Raises FieldsError."""
    body = orjson.loads(response.data)
    others = body if kind.key else {}
    items = others.pop(kind.key) if kind.key else body
    if not kind.has_pages:
        items = _page(kind, wanted, response, items)
    items = select(items, wanted.selection)
    if wanted.in_shape:
        shaped: Any = {"items": items, "next": _next_of(response), **others}
    else:
        shaped = {kind.key: items, **others} if kind.key else items
    response.set_data(orjson.dumps(shaped))
    if _accepts_shape():
        response.content_type = LIST_TYPE
        response.vary.add("Accept")


def _page(kind: _Kind, wanted: _Wanted, response: Response, items: list[_Item]) -> list[_Item]:
    """Return the items of a page, and link the next one. Raises FieldsError."""
    limit = wanted.page.get("limit", DEFAULT_LIMIT if wanted.in_shape else len(items))
    start = _start(kind, items, wanted.page["cursor"]) if "cursor" in wanted.page else 0
    end = start + limit
    if end < len(items):
        last = items[end - 1]
        link_next(response, encode_cursor(last.get(kind.newest_by, end), str(last.get("id"))))
    return items[start:end]


def _start(kind: _Kind, items: list[_Item], cursor: str) -> int:
    """Return the position of the first item after a cursor. Raises FieldsError.

    If the last item of the page before is elsewhere or gone, those of its time may come again.
    """
    number, last_id = decode_cursor(cursor, _CURSOR, "this list")
    if not kind.newest_by:
        return max(0, int(number))
    keys = [(item[kind.newest_by], item["id"]) for item in items]
    if (number, last_id) in keys:
        return keys.index((number, last_id)) + 1
    return sum(1 for time, _ in keys if time > number)


def _next_of(response: Response) -> str | None:
    address, link, _ = response.headers.get("Link", "").partition('>; rel="next"')
    return address.removeprefix("<") if link else None
