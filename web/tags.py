"""Entity tags of responses that are no stored document: whether the client has the version."""

from flask import Response, request


def unchanged(tag: str) -> bool:
    """Return whether the client has the version with this tag already."""
    return request.method in {"GET", "HEAD"} and tag in request.if_none_match


def tagged(response: Response, tag: str) -> Response:
    """Return a response with the tag of its version."""
    response.set_etag(tag)
    return response
