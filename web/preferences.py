"""The `Prefer` header (RFC 7240): what clients prefer, and the service may do."""

from flask import Response, request
from werkzeug.http import parse_list_header


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
