"""Throttling of failed logins, per e-mail and address, and per address.

Failures are counted on the disk, for all processes and across restarts. An attempt counts as
failed until it succeeds, so that many simultaneous attempts cannot bypass the limit.
"""

import hashlib
from collections.abc import Mapping
from contextlib import suppress

from storage.clock import now_ms
from storage.errors import ExistsError, NotFoundError, UnreadableError
from storage.store import Store
from web.errors import TooManyError

_FREE_FAILURES = {"account": 5, "address": 50}  # failures without a delay, by kind of counter
_MAX_DELAY_SECONDS = 15 * 60
_EXPIRY_MS = 60 * 60 * 1000

Attempt = tuple[str, str]  # the keys of its two counters


def begin_attempt(store: Store, user_id: str, address: str) -> Attempt:
    """Count an attempt as failed for now. Raises TooManyError if the client has to wait."""
    attempt = (_key("account", f"{user_id} {address}"), _key("address", address))
    for key in attempt:
        with suppress(NotFoundError):
            _check(key, store.logins.snapshot(key).values)
    for key in attempt:
        _count_failure(store, key)
    return attempt


def attempt_succeeded(store: Store, attempt: Attempt) -> None:
    """Reset the failures of the e-mail at this address; subtract the attempt from the address."""
    account, address = attempt
    with suppress(NotFoundError):
        store.logins.delete(account)
    store.logins.change(address, lambda login: login.update(failures=login["failures"] - 1))


def expired(store: Store) -> list[str]:
    """Return the keys of expired counters."""
    keys = []
    for key in store.logins.documents:
        with suppress(NotFoundError, UnreadableError, TypeError):
            if now_ms() - store.logins.snapshot(key).values["updatedAt"] > _EXPIRY_MS:
                keys.append(key)
    return keys


def delete_expired(store: Store) -> None:
    """Delete expired counters."""
    for key in expired(store):
        with suppress(NotFoundError):
            store.logins.delete(key)


def _key(kind: str, subject: str) -> str:
    return f"{kind}-{hashlib.sha256(subject.encode()).hexdigest()[:24]}"


def _check(key: str, login: Mapping[str, int]) -> None:
    """Raise TooManyError until the delay after the last failure is over."""
    until = login["updatedAt"] + 1000 * _delay_seconds(key, login["failures"])
    if until > now_ms():
        seconds = -(-(until - now_ms()) // 1000)
        raise TooManyError(f"Too many failed logins; try again in {seconds} s", int(seconds))


def _delay_seconds(key: str, failures: int) -> int:
    """Return the delay after this many failures: none at first, then 2, 4, 8 and so on."""
    excess = failures - _FREE_FAILURES[key.partition("-")[0]]
    return 0 if excess < 0 else min(2 ** min(excess + 1, 20), _MAX_DELAY_SECONDS)


def _count_failure(store: Store, key: str) -> None:
    """Count a failure. Raises TooManyError if others were counted since the first check."""
    now = now_ms()

    def mutate(login: dict[str, int]) -> None:
        _check(key, login)
        is_expired = now - login["updatedAt"] > _EXPIRY_MS
        login.update(failures=1 if is_expired else login["failures"] + 1, updatedAt=now)

    while True:
        try:
            store.logins.change(key, mutate)
        except NotFoundError:  # the first failure, or deleted by a concurrent success
            with suppress(ExistsError):
                store.logins.create(key, {"failures": 1, "updatedAt": now})
                return
        else:
            return
