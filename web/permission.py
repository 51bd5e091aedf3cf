"""Whether the client of a response that takes long may still have it.

The guard, and the views of links, say at the beginning how that is found out.
"""

from collections.abc import Callable

from flask import g

from errors import ForbiddenError, GoneError, MissingError, UnauthenticatedError
from storage.errors import NotFoundError, StorageError


def set_permission(check: Callable[[], object]) -> None:
    """Let `check` decide for the current response: it raises the error that a new request gets.

    It may be called when the request's context has ended.
    """
    g.check_permission = check


def check_permission() -> None:
    """Raise what the current request would get now, if it is not permitted any more."""
    g.check_permission()


def permission_check() -> Callable[[], bool]:
    """Return whether the current request is still permitted, as a function for later."""
    check = g.check_permission

    def is_permitted() -> bool:
        try:
            check()
        except (UnauthenticatedError, ForbiddenError, MissingError, GoneError, NotFoundError):
            return False
        except StorageError:
            return True  # not known now: it is asked again soon
        return True

    return is_permitted
