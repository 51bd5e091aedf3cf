"""What permits the current request, to be asked again as long as it goes on.

The guard, and the views of links, say at the beginning how that is found out; a view that checks a
right in a project itself adds it. It is asked again in these places, and nowhere else:

- while the client is waited for, whose body is received or who takes the response
  (web/server/client_socket.py);
- while the request waits: for a job, for a file of another server, for a lock;
- before a received file is put into its place (`IncomingFile.check`);
- before something is handed over: the result that was waited for, or the answer of a request that
  read for long (`ask_before_answers`).
"""

import time
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, cast

from flask import Flask, Response, current_app, g, request

from access.projects import Access, check
from errors import ForbiddenError, GoneError, MissingError, UnauthenticatedError
from storage.errors import NotFoundError, StorageError
from web.context import store, user_id
from web.server.client_socket import go_on_while

REFUSALS = (UnauthenticatedError, ForbiddenError, MissingError, GoneError, NotFoundError)


class Permission:
    """What permits a request: checks that raise the error that a new request would get.

    They may be called when the request's context has ended. What was found stays so for `seconds`.
    """

    __slots__ = ("_checks", "_next", "_seconds")

    def __init__(self, check: Callable[[], object], seconds: float) -> None:
        """Begin with a check that has just succeeded."""
        self._checks = [check]
        self._seconds = seconds
        self._next = time.monotonic() + seconds

    @property
    def is_old(self) -> bool:
        """Whether it was found for the last time so long ago that it may have ended."""
        return time.monotonic() >= self._next

    def add(self, check: Callable[[], object]) -> None:
        """Require something more, which was just checked."""
        self._checks.append(check)

    def check(self) -> None:
        """Raise what a new request would get now, if it is not permitted any more."""
        for each in self._checks:
            each()
        self._next = time.monotonic() + self._seconds

    def check_if_old(self) -> None:
        """Raise as `check` if it is old. What cannot be read now is asked again soon."""
        if not self.is_old:
            return
        try:
            self.check()
        except NotFoundError:
            raise
        except StorageError:
            self._next = time.monotonic() + self._seconds

    def holds(self) -> bool:
        """Return whether the request is still permitted, as far as `check_if_old` knows."""
        try:
            self.check_if_old()
        except REFUSALS:
            return False
        return True


def set_permission(check: Callable[[], object], seconds: float, environ: Mapping[str, Any]) -> None:
    """Let `check`, which has just succeeded, decide for the current request.

    What was found stays so for `seconds`; `environ` is the request's WSGI environment.
    """
    g.permission = found = Permission(check, seconds)
    go_on_while(environ, found.holds)


def permission() -> Permission:
    """Return what permits the current request."""
    return cast(Permission, g.permission)


def check_access(project_id: str, right: str, *, recent: bool = False) -> Access:
    """Return the access to a project that the request names elsewhere than in its address.

    The right is required as long as the request goes on. Raises as `access.projects.check`.
    """
    where = (store(), project_id, user_id(), right)
    access = check(*where, recent=recent)
    permission().add(partial(check, *where))
    return access


def ask_before_answers(app: Flask) -> None:
    """Let requests that read for long be permitted when they are answered as well.

    Others may have ended the permission themselves.
    """

    def ask(response: Response) -> Response:
        # Each access through a proxy costs time, and this runs for every request.
        context = cast(Any, g)._get_current_object()  # noqa: SLF001
        asked: Permission | None = context.get("permission")
        if asked is not None and asked.is_old and request.method in {"GET", "HEAD"}:
            return _refusal_of(asked, response)
        return response

    app.after_request(ask)


def _refusal_of(asked: Permission, response: Response) -> Response:
    """Return the response, or that to a request which is not permitted any more."""
    try:
        asked.check_if_old()
    except REFUSALS as exc:
        response.close()
        return current_app.make_response(current_app.handle_user_exception(exc))
    return response
