"""Throttling of failed logins, registrations, guests (by their address) and webhooks (by user).

Webhooks that users ask for are counted for each user, whoever receives them.

Failed logins are counted for each email at an address, and for the address: many people may share
one. So are wrong setup codes, wrong passwords of links, and what guests write, for each guest and
for the address. All wrong passwords of a link are counted as well: these delay addresses that have
given several, and everyone after ten times as many, so that whoever guesses does not lock out
others. Counts are on the disk, for all processes and across restarts (accounts/counters.py).
While the disk is full, failed logins and wrong passwords are counted in the memory of each process.
"""

import hashlib
from collections.abc import Iterable
from functools import partial
from ipaddress import IPv6Address, ip_address
from typing import NamedTuple

from accounts import counters
from accounts.counters import Counter
from errors import TooManyError
from storage.clock import duration_text
from storage.errors import DiskFullError
from storage.store import Store

_SKEW_MS = 60_000  # by which the clocks of nodes may differ
_IPV6_NETWORK = 64  # bits: a customer's network, within which addresses are chosen freely


class _Limit(NamedTuple):
    """How many are counted without a delay; then 2 s, doubled each time up to the maximum."""

    free: int
    max_delay_seconds: int
    message: str


_FAILED = "Too many failed logins; try again in {}"
_WRONG = "Too many wrong passwords; try again in {}"
_DELIVERED = "Too many webhooks were asked for; try again in {}"
_WRITTEN = "Too many comments at once; try again in {}"
_LIMITS = {
    "account": _Limit(5, 15 * 60, _FAILED),
    "address": _Limit(500, 8, _FAILED),
    "registration": _Limit(60, 60, "Too many registrations; try again in {}"),
    "setup": _Limit(5, 15 * 60, "Too many wrong setup codes; try again in {}"),
    "link": _Limit(5, 15 * 60, _WRONG),  # at an address
    "guessers": _Limit(200, 60, _WRONG),  # of a link anywhere, for addresses with `_TYPOS`
    "everyone": _Limit(2000, 60, _WRONG),  # of a link anywhere, for all addresses
    "guest": _Limit(100, 30, _WRITTEN),
    "guests": _Limit(2000, 8, _WRITTEN),  # at an address
    "webhook": _Limit(20, 60, _DELIVERED),  # tests and repetitions that a user asks for
}

_TYPOS = 3  # wrong passwords of a link at an address that others' do not delay


def check_login(store: Store, user_id: str, address: str) -> None:
    """Raise TooManyError if the client has to wait after failed logins."""
    _check_all(store, _login_keys(user_id, address))


def count_failed_login(store: Store, user_id: str, address: str) -> None:
    """Count a failed login; in memory if the disk is full."""
    _count_all(store, _login_keys(user_id, address))


def reset_failed_logins(store: Store, user_id: str, address: str) -> None:
    """Forget the failed logins with an email at an address, after a successful one."""
    counters.reset(store, _login_keys(user_id, address)[0])


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
    counters.reset(store, _link_keys(link_id, address)[0])


def check_setup_code(store: Store, address: str) -> None:
    """Raise TooManyError if the client has to wait after wrong setup codes."""
    _check_all(store, _setup_keys(address))


def count_wrong_setup_code(store: Store, address: str) -> None:
    """Count a wrong setup code; in memory if the disk is full."""
    _count_all(store, _setup_keys(address))


def count_guest_write(store: Store, guest_id: str, address: str) -> None:
    """Count what a guest writes. Raises TooManyError after too much of a guest or an address."""
    guest = _key("guest", guest_id)
    _check_all(store, [guest])
    for key in (_key("guests", network_of(address)), guest):  # who is refused here gets no counter
        counters.count(store, key, partial(_check, key))


def count_registration(store: Store, address: str) -> None:
    """Count a registration. Raises TooManyError after too many of an address."""
    key = _key("registration", network_of(address))
    counters.count(store, key, partial(_check, key))


def count_webhook(store: Store, user_id: str) -> None:
    """Count a message that a user asks to be sent. Raises TooManyError after too many."""
    key = _key("webhook", user_id)
    counters.count(store, key, partial(_check, key))


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


def _setup_keys(address: str) -> tuple[str, str]:
    network = network_of(address)
    return _key("setup", network), _key("address", network)


def _link_keys(link_id: str, address: str) -> tuple[str, ...]:
    network = network_of(address)
    of_link = _key("guessers", link_id), _key("everyone", link_id)
    return _key("link", f"{link_id} {network}"), *of_link, _key("address", network)


def _check_all(store: Store, keys: Iterable[str]) -> None:
    for key in keys:
        for counter in counters.find_all(store, key):
            _check(key, counter)


def _failures(store: Store, key: str) -> int:
    """Return how many are counted."""
    found = counters.find_all(store, key)
    return max((each.failures for each in found if not each.has_expired), default=0)


def _count_all(store: Store, keys: Iterable[str]) -> None:
    for key in keys:
        try:
            counters.count(store, key)
        except DiskFullError:
            counters.count_in_memory(store, key)


def _key(kind: str, subject: str) -> str:
    return f"{kind}-{hashlib.sha256(subject.encode()).hexdigest()[:24]}"


def _check(key: str, counter: Counter) -> None:
    """Raise TooManyError until the delay after the last count is over.

    A count from further ahead than the clocks of nodes differ was made before the clock was set
    back: it stays, but when its delay is over is unknown, so the next attempt has none.
    """
    limit, elapsed = _LIMITS[key.partition("-")[0]], counter.elapsed_ms
    excess = counter.failures - limit.free
    if excess < 0 or elapsed < -_SKEW_MS or counter.has_expired:
        return
    delay = min(2 ** min(excess + 1, 20), limit.max_delay_seconds)
    if (remaining := 1000 * delay - max(0, elapsed)) > 0:
        seconds = -(-remaining // 1000)
        raise TooManyError(limit.message.format(duration_text(seconds)), retry_after=seconds)
