"""Requests that were refused before they changed anything: nginx passes them on to another node.

By itself, nginx sends no POST or PATCH again that may have been carried out. A header of
deploy/nginx-two-nodes.conf says which attempt a request is; a refusal that has changed nothing asks
nginx for one more.
"""

from flask import Flask, Response, g, request

from storage.shared.changes import changes

_ATTEMPTS = "HTTP_X_ATTEMPTS"  # a character for each
_MAX_ATTEMPTS = 4
_LOCATION = "@another_node"  # in deploy/nginx-two-nodes.conf


def register_another_node(app: Flask) -> None:
    """Mark responses of the application with which nginx may ask another node."""

    def begin() -> None:
        if _ATTEMPTS in request.environ:
            g.changes = changes()

    def end(response: Response) -> Response:
        refused = response.status_code == 503 and g.get("changes") == changes()
        if refused and len(request.environ[_ATTEMPTS]) < _MAX_ATTEMPTS:
            response.headers["X-Accel-Redirect"] = _LOCATION
        return response

    app.before_request(begin)
    app.after_request(end)
