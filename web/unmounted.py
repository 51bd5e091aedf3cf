"""Responses while the data directory cannot be used, as after its file system was unmounted."""

from flask import Flask, Response, current_app, request

from storage.errors import NoAccessError, UnavailableError
from web.context import store
from web.errors import handle_storage_error

# What is answered if nothing is found: no such user, no such document, no place for a new one.
_STATUSES = frozenset({401, 404, 500})
_READINESS = "system.get_readiness"


def register_check(app: Flask) -> None:
    """Replace responses of a directory that is gone by 503, and note files without access.

    So nobody is logged out, a proxy asks another node, and the service says that it is not ready.
    """

    def check(response: Response) -> Response:
        if response.status_code in _STATUSES:
            try:
                store().check_present()
            except UnavailableError as exc:
                return current_app.make_response(current_app.handle_user_exception(exc))
        return response

    def note(exc: NoAccessError) -> Response:
        if request.endpoint != _READINESS:  # which repeats what was noted, and would for ever
            store().access.note_denied()
        return handle_storage_error(exc)

    app.after_request(check)
    app.register_error_handler(NoAccessError, note)
