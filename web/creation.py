"""Requests that create a resource: with an Idempotency-Key, each creates it once."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, TypeVar

from flask import Response, after_this_request, g, request

from accounts import requests
from accounts.requests import Begun, request_hash
from errors import GoneError
from storage.errors import ExistsError, NotFoundError, StorageError, UnavailableError
from storage.paths import new_id
from web.context import services, storage_limits, store, user_id
from web.openapi_operations import View, describe, error_references

_DELETED = "An earlier request with this Idempotency-Key created it, and it was deleted since."

T = TypeVar("T")
CheckRight = Callable[[T], object]


def has_key() -> bool:
    """Return whether the request has an Idempotency-Key."""
    return "Idempotency-Key" in request.headers


def create_once(
    prefix: str,
    client_request: Mapping[str, Any],
    create: Callable[[str], T],
    find: Callable[[str], T],
    *,
    guest_id: str = "",
    check_right: CheckRight[T] | None = None,
) -> T:
    """Create a resource with a new id, unless the same request has created it before.

    `prefix` is that of the id. Otherwise as `once`.
    """
    return once(
        client_request,
        lambda name: create(f"{prefix}_{name[:16]}" if name else new_id(prefix)),
        lambda name: find(f"{prefix}_{name[:16]}"),
        guest_id=guest_id,
        check_right=check_right,
    )


def create_secret_once(
    client_request: Mapping[str, Any],
    create: Callable[[bytes | None], T],
    find: Callable[[bytes], T],
    *,
    check_right: CheckRight[T] | None = None,
) -> T:
    """Create what is found with a secret, unless the same request has created it before.

    `create` gets 32 bytes to make the secret from, or None, for random ones. These are derived, so
    that they can be answered again and are stored nowhere. Only the same session or API token gets
    it again: others of the user may lack its scopes, and do not end it when they end. Otherwise as
    `once`.
    """

    def derived(name: str) -> bytes:
        return services().signer.derive(f"{user_id()}/{name}")

    return once(
        {"request": client_request, "source": g.identity.source},
        lambda name: create(derived(name) if name else None),
        lambda name: find(derived(name)),
        check_right=check_right,
    )


def once(
    client_request: Mapping[str, Any],
    create: Callable[[str | None], T],
    find: Callable[[str], T],
    *,
    guest_id: str = "",
    check_right: CheckRight[T] | None = None,
) -> T:
    """Create a resource, unless the same request has created it before; return it.

    `client_request` is what the client sent, which must be the same then. `create` and `find` get
    the name that a repetition of the request gets as well; `create` gets None if there is no
    Idempotency-Key. `create` raises ExistsError if there is one of this name, `find` NotFoundError
    if there is none. `check_right` gets what a repetition is about to return, and raises unless the
    user may still make it: the guard does so only where the project is in the address. Each guest
    has keys of their own. Nothing is kept of a request that is refused. Raises InvalidError for an
    invalid key, ReusedKeyError if it was used for another request, GoneError if what was created
    was deleted.
    """
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return create(None)
    scope = f"{request.path.rstrip('/')} {guest_id}" if guest_id else request.path.rstrip("/")
    hashed = request_hash(client_request)
    begun = requests.begin(
        *(store(), storage_limits(), user_id(), scope, key, hashed), guest_id=guest_id
    )
    found = _find_again(begun, find) if begun.is_done else _make(begun, create, find)
    if not begun.is_new:
        if check_right is not None:
            check_right(found)
        tell_repetition()
    return found


def tell_repetition() -> None:
    """Say in the response that it is the answer to an earlier request with the same key."""

    def tell(response: Response) -> Response:
        response.headers["Idempotency-Replayed"] = "true"
        return response

    after_this_request(tell)


def _make(begun: Begun, create: Callable[[str | None], T], find: Callable[[str], T]) -> T:
    """Make what a request asks for, unless that was done already; if it is refused, forget it."""
    try:
        found = None if begun.is_new else _find(begun, find)
        if found is None:
            with suppress(ExistsError):
                found = create(begun.name)
        if found is None:
            found = find(begun.name)  # the same request at the same time was faster
    except UnavailableError:  # it may have been made
        raise
    except Exception:
        _forget_unless_made(begun, find)
        raise
    requests.finish(store(), begun)
    return found


def _find(begun: Begun, find: Callable[[str], T]) -> T | None:
    """Return what a request has made, if it has."""
    with suppress(NotFoundError):
        return find(begun.name)
    return None


def _forget_unless_made(begun: Begun, find: Callable[[str], T]) -> None:
    """Forget a request that failed. What was made nevertheless is found by its repetition."""
    with suppress(StorageError):  # not known now
        if _find(begun, find) is None:
            requests.forget(store(), storage_limits(), begun)


def _find_again(begun: Begun, find: Callable[[str], T]) -> T:
    """Return what an earlier request has created. Raises GoneError."""
    found = _find(begun, find)
    if found is None:
        raise GoneError("Deleted since", _DELETED)
    return found


def repeatable(view: View) -> View:
    """Document that a view creates its resource with one of the functions above."""
    return describe(view, parameters=["Idempotency-Key"], responses=error_references(400, 409, 410))
