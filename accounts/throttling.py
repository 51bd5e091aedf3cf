"""Throttling of failed logins, of registrations and of guests, by the address they come from.

Failed logins are counted for each email at an address, and for the address: many people may share
one. So are wrong passwords of links, and what guests write, for each guest and for the address. All
wrong passwords of a link are counted as well: these delay addresses that have given several, and
everyone after ten times as many, so that whoever guesses does not lock out others. Counts are on
the disk, for all processes and across restarts.
While the disk is full, failed logins and wrong passwords are counted in the memory of each process.
"""

import hashlib
import logging
import random
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from ipaddress import IPv6Address, ip_address
from typing import NamedTuple

from errors import TooManyError
from storage.clock import duration_text, now_ms
from storage.errors import DiskFullError, ExistsError, NotFoundError, UnreadableError
from storage.store import Store

_log = logging.getLogger("vidworks.accounts")

_EXPIRY_MS = 60 * 60 * 1000  # after the last count
_SKEW_MS = 60_000  # by which the clocks of nodes may differ
_PRUNING = 1 / 256  # the share of counts that also delete expired counters
_MAX_UNSTORED = 10_000  # counters in memory
_ATTEMPTS = 3  # if a counter is created or deleted concurrently
_IPV6_NETWORK = 64  # bits: a customer's network, within which addresses are chosen freely


class _Limit(NamedTuple):
    """How many are counted without a delay; then 2 s, doubled each time up to the maximum."""

    free: int
    max_delay_seconds: int
    message: str


_FAILED = "Too many failed logins; try again in {}"
_WRONG = "Too many wrong passwords; try again in {}"
_WRITTEN = "Too many comments at once; try again in {}"
_LIMITS = {
    "account": _Limit(5, 15 * 60, _FAILED),
    "address": _Limit(500, 8, _FAILED),
    "registration": _Limit(60, 60, "Too many registrations; try again in {}"),
    "link": _Limit(5, 15 * 60, _WRONG),  # at an address
    "guessers": _Limit(200, 60, _WRONG),  # of a link anywhere, for addresses with `_TYPOS`
    "everyone": _Limit(2000, 60, _WRONG),  # of a link anywhere, for all addresses
    "guest": _Limit(100, 30, _WRITTEN),
    "guests": _Limit(2000, 8, _WRITTEN),  # at an address
}

_TYPOS = 3  # wrong passwords of a link at an address that others' do not delay

_unstored: dict[str, dict[str, int]] = {}  # counters in memory, by data directory and key


def check_login(store: Store, user_id: str, address: str) -> None:
    """Raise TooManyError if the client has to wait after failed logins."""
    _check_all(store, _login_keys(user_id, address))


def count_failed_login(store: Store, user_id: str, address: str) -> None:
    """Count a failed login; in memory if the disk is full."""
    _count_all(store, _login_keys(user_id, address))


def reset_failed_logins(store: Store, user_id: str, address: str) -> None:
    """Forget the failed logins with an email at an address, after a successful one."""
    _reset(store, _login_keys(user_id, address)[0])


def check_link_password(store: Store, link_id: str, address: str) -> None:
    """Raise TooManyError if the client has to wait after wrong passwords of a link."""
    own, guessers, *others = _link_keys(link_id, address)
    if _failures(store, own) >= _TYPOS:
        others.append(guessers)
    _check_all(store, (own, *others))


def count_wrong_link_password(store: Store, link_id: str, address: str) -> None:
    """Count a wrong password of a link; in memory if the disk is full."""
    _count_all(store, _link_keys(link_id, address))


def reset_wrong_link_passwords(store: Store, link_id: str, address: str) -> None:
    """Forget the wrong passwords of a link at an address, after the right one."""
    _reset(store, _link_keys(link_id, address)[0])


def count_guest_write(store: Store, guest_id: str, address: str) -> None:
    """Count what a guest writes. Raises TooManyError after too much of a guest or an address."""
    guest = _key("guest", guest_id)
    _check_all(store, [guest])
    _count(store, _key("guests", network_of(address)), check=True)  # before a counter is created
    _count(store, guest, check=True)


def count_registration(store: Store, address: str) -> None:
    """Count a registration. Raises TooManyError after too many of an address."""
    _count(store, _key("registration", network_of(address)), check=True)


def expired(store: Store) -> list[str]:
    """Return the keys of expired counters."""
    keys = []
    for key in store.logins.documents:
        with suppress(NotFoundError, UnreadableError, TypeError):
            if _has_expired(store.logins.snapshot(key).values):
                keys.append(key)
    return keys


def delete_expired(store: Store) -> None:
    """Delete expired counters."""
    for key in expired(store):
        with suppress(NotFoundError):
            store.logins.delete(key)


def network_of(address: str) -> str:
    """Return what counts as one address: an IPv4 address, or the network of an IPv6 address."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if not isinstance(parsed, IPv6Address):
        return address
    return str(parsed.ipv4_mapped or int(parsed) >> (128 - _IPV6_NETWORK))


def _login_keys(user_id: str, address: str) -> tuple[str, str]:
    network = network_of(address)
    return _key("account", f"{user_id} {network}"), _key("address", network)


def _link_keys(link_id: str, address: str) -> tuple[str, ...]:
    network = network_of(address)
    of_link = _key("guessers", link_id), _key("everyone", link_id)
    return _key("link", f"{link_id} {network}"), *of_link, _key("address", network)


def _check_all(store: Store, keys: Iterable[str]) -> None:
    for key in keys:
        for counter in _counters(store, key):
            _check(key, counter)


def _failures(store: Store, key: str) -> int:
    """Return how many are counted."""
    current = (each for each in _counters(store, key) if not _has_expired(each))
    return max((counter["failures"] for counter in current), default=0)


def _counters(store: Store, key: str) -> Iterator[Mapping[str, int]]:
    """Yield the counters of a key, on the disk and in memory."""
    with suppress(NotFoundError):
        yield store.logins.snapshot(key).values
    if counter := _unstored.get(_path(store, key)):
        yield counter


def _count_all(store: Store, keys: Iterable[str]) -> None:
    for key in keys:
        try:
            _count(store, key)
        except DiskFullError:
            _count_in_memory(store, key)


def _reset(store: Store, key: str) -> None:
    _unstored.pop(_path(store, key), None)
    with suppress(NotFoundError, DiskFullError):  # then they count until the next attempt
        store.logins.delete(key)


def _key(kind: str, subject: str) -> str:
    return f"{kind}-{hashlib.sha256(subject.encode()).hexdigest()[:24]}"


def _elapsed_ms(counter: Mapping[str, int]) -> int:
    """Return the time since the last count; negative if that clock was ahead of this one."""
    return now_ms() - counter["updatedAt"]


def _has_expired(counter: Mapping[str, int]) -> bool:
    """Return whether a counter counts no more; also if the clock was set back since by as much."""
    return abs(_elapsed_ms(counter)) > _EXPIRY_MS


def _check(key: str, counter: Mapping[str, int]) -> None:
    """Raise TooManyError until the delay after the last count is over.

    A count from further ahead than the clocks of nodes differ was made before the clock was set
    back: it stays, but when its delay is over is unknown, so the next attempt has none.
    """
    limit, elapsed = _LIMITS[key.partition("-")[0]], _elapsed_ms(counter)
    excess = counter["failures"] - limit.free
    if excess < 0 or elapsed < -_SKEW_MS or _has_expired(counter):
        return
    delay = min(2 ** min(excess + 1, 20), limit.max_delay_seconds)
    if (remaining := 1000 * delay - max(0, elapsed)) > 0:
        seconds = -(-remaining // 1000)
        raise TooManyError(limit.message.format(duration_text(seconds)), retry_after=seconds)


def _path(store: Store, key: str) -> str:
    return f"{store.root}/{key}"


def _count_in_memory(store: Store, key: str) -> None:
    """Increment a counter in memory, which goes on from the one on the disk."""
    counter = _unstored.pop(_path(store, key), None)
    if counter is None:
        counter = {"failures": 0, "updatedAt": now_ms()}
        with suppress(NotFoundError, UnreadableError):
            counter = store.logins.snapshot(key).parse()
    _increment(counter)
    _unstored[_path(store, key)] = counter
    if len(_unstored) > _MAX_UNSTORED:
        _unstored.pop(next(iter(_unstored)), None)


def _increment(counter: dict[str, int]) -> None:
    failures = 1 if _has_expired(counter) else counter["failures"] + 1
    counter.update(failures=failures, updatedAt=now_ms())


def _count(store: Store, key: str, *, check: bool = False) -> None:
    """Increment a counter; with `check`, raise TooManyError instead during a delay.

    A counter that lost its document is left to `doctor`, and logged.
    """

    def mutate(counter: dict[str, int]) -> None:
        if check:
            _check(key, counter)
        _increment(counter)

    if random.random() < _PRUNING:  # noqa: S311 - not for cryptography
        delete_expired(store)
    for _ in range(_ATTEMPTS):
        try:
            store.logins.change(key, mutate)
        except NotFoundError:  # the first one, or deleted concurrently
            with suppress(ExistsError):
                store.logins.create(key, {"failures": 1, "updatedAt": now_ms()})
                return
        else:
            return
    _log.warning("%s/%s cannot be counted: see `doctor`", store.logins.name, key)
