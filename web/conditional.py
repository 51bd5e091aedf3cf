"""Headers with conditions (`If-Match` under a document's lock, entity tags), and `Prefer`."""

from collections.abc import Mapping
from typing import Any

from flask import Response, request
from werkzeug.http import parse_list_header

from errors import PreconditionError
from storage.documents.snapshots import Snapshot
from storage.documents.tables import Check, FileCheck


def if_match(more: Mapping[str, Any] | None = None) -> Check | None:
    """Return the check that the request's If-Match header asks for, if any.

    `more` is what responses have in addition to the document. Pass the check to
    `DocumentTable.change` or `delete`. It raises PreconditionError with the current document unless
    the header lists the current ETag. Quotes are optional, and so is the `W/` that a proxy puts
    before the tag of a body that it compresses (decision 38).
    """
    header = request.headers.get("If-Match")
    if header is None or header.strip() == "*":
        return None
    etags = _etags(header)

    def check(current: Snapshot) -> None:
        if current.etag not in etags:
            document = {**current.parse(), **(more or {})}
            raise PreconditionError("Changed since it was read", document, current.etag)

    return check


def if_match_of_file() -> FileCheck | None:
    """Return the check that the request's If-Match header asks for a media file, if any.

    Call it with the file's current ETag, None without a file, which no header matches, not even
    `*`. It raises PreconditionError.
    """
    header = request.headers.get("If-Match")
    if header is None:
        return None
    any_file = header.strip() == "*"
    etags = _etags(header)

    def check(current: str | None) -> None:
        if current is None:
            raise PreconditionError("Changed since it was read", "There is no file.")
        if not any_file and current not in etags:
            raise PreconditionError("Changed since it was read", "There is another file.", current)

    return check


def unchanged(tag: str) -> bool:
    """Return whether the client has the version with this tag already."""
    return request.method in {"GET", "HEAD"} and request.if_none_match.contains_weak(tag)


def tagged(response: Response, tag: str) -> Response:
    """Return a response with the tag of its version."""
    response.set_etag(tag)
    return response


def strong(header: str) -> str:
    """Return the entity tags of an If-Match header without the `W/` of a proxy that compresses."""
    return header.replace('W/"', '"')


def _etags(header: str) -> set[str]:
    return {etag.strip().removeprefix("W/").strip('"') for etag in header.split(",")}


def preference(name: str) -> str | None:
    """Return the value of a preference, such as `60` of `wait=60`; "" of one without a value.

    None if the request does not have it. Of several, the first one counts.
    """
    header = request.environ.get("HTTP_PREFER")
    for each in parse_list_header(header) if header else ():
        token, _, value = each.partition(";")[0].partition("=")
        if token.strip().lower() == name:
            return value.strip().strip('"')
    return None


def applied(response: Response, preference: str) -> Response:
    """Say in a response which preference was followed; return it."""
    response.headers.add("Preference-Applied", preference)
    return response
