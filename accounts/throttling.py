"""Slowing repeated failed logins, per e-mail with address and per address.

Counted on disk, so that all processes count together and a restart forgives nothing. An attempt
counts as failed until it has succeeded: many at once do not slip through.
"""

import hashlib
from collections.abc import Mapping
from contextlib import suppress

from storage.clock import now_ms
from storage.errors import ExistsError, NotFoundError, UnreadableError
from storage.store import Store
from web.errors import TooManyError

_FREE = {"account": 5, "address": 50}  # failures that cost nothing yet
_LONGEST_WAIT = 15 * 60
_FORGET_MS = 60 * 60 * 1000

Attempt = tuple[str, str]


def begin_attempt(store: Store, user_id: str, address: str) -> Attempt:
    """Count an attempt as failed, for now. Raises TooManyError while one has to wait."""
    attempt = (_key("account", f"{user_id} {address}"), _key("address", address))
    for key in attempt:
        with suppress(NotFoundError):
            _check(key, store.logins.snapshot(key).values)
    for key in attempt:
        _count(store, key)
    return attempt


def attempt_succeeded(store: Store, attempt: Attempt) -> None:
    """Forget the failures of this e-mail from this address, and take back this attempt's count."""
    account, address = attempt
    with suppress(NotFoundError):
        store.logins.delete(account)
    store.logins.change(address, lambda login: login.update(failures=login["failures"] - 1))


def _key(kind: str, what: str) -> str:
    return f"{kind}-{hashlib.sha256(what.encode()).hexdigest()[:24]}"


def _check(key: str, login: Mapping[str, int]) -> None:
    until = login["updatedAt"] + 1000 * _wait(key, login["failures"])
    if until > now_ms():
        seconds = -(-(until - now_ms()) // 1000)
        raise TooManyError(f"Too many failed logins; try again in {seconds} s", int(seconds))


def _wait(key: str, failures: int) -> int:
    """Seconds to wait after so many failures: 2, 4, 8 and so on."""
    beyond = failures - _FREE[key.partition("-")[0]]
    return 0 if beyond < 0 else min(2 ** min(beyond + 1, 20), _LONGEST_WAIT)


def _count(store: Store, key: str) -> None:
    """Count one more failure. Raises TooManyError where others were counted since the check."""
    now = now_ms()

    def failed(login: dict[str, int]) -> None:
        _check(key, login)
        forgotten = now - login["updatedAt"] > _FORGET_MS
        login.update(failures=1 if forgotten else login["failures"] + 1, updatedAt=now)

    while True:
        try:
            store.logins.change(key, failed)
        except NotFoundError:  # the first failure, or another's success has just removed the count
            with suppress(ExistsError):
                store.logins.create(key, {"failures": 1, "updatedAt": now})
                return
        else:
            return


def expired(store: Store) -> list[str]:
    """The expired counts."""
    found = []
    for key in store.logins.documents:
        with suppress(NotFoundError, UnreadableError, TypeError):
            if now_ms() - store.logins.snapshot(key).values["updatedAt"] > _FORGET_MS:
                found.append(key)
    return found


def forget_expired(store: Store) -> None:
    """Remove the expired counts."""
    for key in expired(store):
        with suppress(NotFoundError):
            store.logins.delete(key)
