"""The codes of errors: what programs compare, and what people look up in docs/errors.md.

A code stays when the message is changed. Exceptions name theirs (errors.py, storage/errors.py).
"""

from typing import NamedTuple


class ErrorCode(NamedTuple):
    """The HTTP status of errors with a code, and what the code means."""

    status: int
    meaning: str


ERROR_CODES: dict[str, ErrorCode] = {
    "invalid_request": ErrorCode(400, "Something about the request is wrong; see `details`."),
    "invalid_fields": ErrorCode(400, "Fields are invalid; `details` has a message for each path."),
    "unknown_fields": ErrorCode(
        400,
        "The body has fields that are not documented, and `Prefer: handling=strict` was sent, or it"
        " orders a video, or makes an invitation or a review link.",
    ),
    "invalid_json": ErrorCode(400, "The body is not a JSON object."),
    "incomplete_body": ErrorCode(400, "The body ended before its announced length."),
    "malformed_request": ErrorCode(400, "The request is not valid HTTP."),
    "no_file": ErrorCode(400, "The body has no file, or an empty one."),
    "id_mismatch": ErrorCode(400, "An ID in the body differs from the one in the URL."),
    "api_key_required": ErrorCode(400, "No API key is known for the provider. Nothing was paid."),
    "unknown_provider": ErrorCode(
        400, "This provider is not on offer; `details` lists those that are."
    ),
    "voice_cannot_speak": ErrorCode(400, "The voice does not have this language, text or speed."),
    "url_refused": ErrorCode(400, "The address may not be fetched, for example a private one."),
    "unauthenticated": ErrorCode(401, "There is no token, or not in the right header."),
    "wrong_password": ErrorCode(401, "The email address or the password, or a link's, is wrong."),
    "link_password_required": ErrorCode(401, "The review link has a password: give it first."),
    "guest_required": ErrorCode(401, "A guest of a review has to give a name first."),
    "invalid_token": ErrorCode(401, "The token is invalid, was revoked, or its session has ended."),
    "token_expired": ErrorCode(401, "The token has expired."),
    "forbidden": ErrorCode(403, "This is not permitted; see `error`."),
    "missing_scope": ErrorCode(403, "The token lacks a scope: see `required` and `granted`."),
    "right_missing": ErrorCode(
        403, "Your role in the project lacks a right: see `role`, `right` and `details`."
    ),
    "session_required": ErrorCode(403, "This takes the token of a login, not an API token."),
    "setup_code_required": ErrorCode(
        403, "The first account needs the `setupCode`, which `./vidworks users setup-code` shows."
    ),
    "not_found": ErrorCode(404, "The resource does not exist, or is not shared with you."),
    "missing_media": ErrorCode(404, "A file that the export needs does not exist."),
    "unknown_path": ErrorCode(404, "No endpoint has this path."),
    "method_not_allowed": ErrorCode(405, "The path does not support this method; see `Allow`."),
    "request_timeout": ErrorCode(408, "The request did not arrive in time."),
    "conflict": ErrorCode(409, "The state of the resource does not allow this."),
    "already_exists": ErrorCode(409, "There is one already, for example with this email address."),
    "limit_reached": ErrorCode(
        409, "There are as many as a user, a guest or a work may have; see `details`."
    ),
    "wrong_job_state": ErrorCode(409, "The job is running, finished, cancelled or interrupted."),
    "idempotency_key_reused": ErrorCode(
        409, "The `Idempotency-Key` was used for another request: use a new one."
    ),
    "gone": ErrorCode(
        410, "The link has expired or was used, or what a repeated request made was deleted."
    ),
    "precondition_failed": ErrorCode(412, "The resource changed since it was read."),
    "too_large": ErrorCode(413, "The body, the file or the stored document would be too large."),
    "uri_too_long": ErrorCode(414, "The URL is too long."),
    "unsupported_media_type": ErrorCode(415, "Files of this type are not accepted."),
    "unsupported_encoding": ErrorCode(415, "The body is compressed: send it as it is."),
    "range_not_satisfiable": ErrorCode(416, "The file has no such range."),
    "too_many_requests": ErrorCode(429, "A rate is limited: wait for `Retry-After`."),
    "daily_limit_reached": ErrorCode(429, "The day's paid calls are used up."),
    "headers_too_large": ErrorCode(431, "A header is too long."),
    "failed": ErrorCode(500, "The service could not do it; see `error`."),
    "internal_error": ErrorCode(500, "Unexpected failure; `details` names the request in the log."),
    "document_unreadable": ErrorCode(500, "A stored document or file is damaged."),
    "not_implemented": ErrorCode(501, "The service does not support this part of HTTP."),
    "upstream_failed": ErrorCode(502, "An AI provider, or the server of an address, failed."),
    "busy": ErrorCode(503, "The service is at capacity: try again after `Retry-After`."),
    "locked": ErrorCode(503, "Others change the document for long. Nothing was changed."),
    "storage_unavailable": ErrorCode(503, "The data directory cannot be read or written."),
    "upstream_timeout": ErrorCode(504, "An AI provider, or the server of an address, was slow."),
    "unfinished": ErrorCode(504, "The job goes on; `details.job` is its URL path."),
    "disk_full": ErrorCode(507, "The server's disk is full."),
    "quota_exceeded": ErrorCode(507, "Your storage quota is used up."),
    "no_room": ErrorCode(507, "There is no room for the result."),
}

_OF_HTTP = {
    400: "malformed_request",
    404: "unknown_path",
    405: "method_not_allowed",
    408: "request_timeout",
    413: "too_large",
    414: "uri_too_long",
    416: "range_not_satisfiable",
    431: "headers_too_large",
    501: "not_implemented",
}


def table() -> str:
    """Return the codes as a table in Markdown; docs/errors.md has a copy."""
    rows = (f"| `{code}` | {status} | {text} |" for code, (status, text) in ERROR_CODES.items())
    return "\n".join(["| Code | Status | Meaning |", "|---|---|---|", *rows])


def code_of_status(status: int) -> str:
    """Return the most general code of a status."""
    return next(code for code, (own, _) in ERROR_CODES.items() if own == status)


def code_of_http(status: int) -> str:
    """Return the code of an error of HTTP itself, which no exception of the service stands for."""
    return _OF_HTTP.get(status, "internal_error" if status >= 500 else "invalid_request")
