"""Conditional writes: `If-Match` as a check that runs under a document's lock."""

from flask import request

from storage.documents import Snapshot
from storage.tables import Check
from web.errors import PreconditionError


def if_match() -> Check | None:
    """Return the check that the request's If-Match header asks for, if any.

    Pass it to `DocumentTable.change` or `delete`. It raises PreconditionError with the current
    document unless the header lists the current ETag. Quotes are optional; weak tags (`W/"…"`)
    never match, since a write needs the strong comparison (RFC 9110, 13.1.1).
    """
    header = request.headers.get("If-Match")
    if header is None or header.strip() == "*":
        return None
    etags = {etag.strip().strip('"') for etag in header.split(",")}

    def check(current: Snapshot) -> None:
        if current.etag not in etags:
            headers = {"ETag": f'"{current.etag}"'}
            raise PreconditionError("Changed since it was read", current.parse(), headers)

    return check
