"""Conditional requests: `If-Match` as a check that runs under a document's lock, entity tags."""

from collections.abc import Mapping
from typing import Any

from flask import Response, request

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
