"""Responses while the data directory is gone, as after its file system was unmounted."""

from flask import Flask, Response, current_app

from storage.errors import UnavailableError
from web.context import store

# What is answered if nothing is found: no such user, no such document, no place for a new one.
_STATUSES = frozenset({401, 404, 500})


def register_check(app: Flask) -> None:
    """Replace such responses by 503: nobody is logged out, and a proxy asks another node."""

    def check(response: Response) -> Response:
        if response.status_code in _STATUSES:
            try:
                store().check_present()
            except UnavailableError as exc:
                return current_app.make_response(current_app.handle_user_exception(exc))
        return response

    app.after_request(check)
