"""Passwords in requests: the address they come from, their turn to be hashed, the log of failures.

fail2ban reads that log, by deploy/fail2ban/filter.conf.
"""

import json
import logging
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from ipaddress import IPv6Address, ip_address

from flask import request

from accounts import passwords
from errors import TooManyError, WrongPasswordError
from web.context import services, store
from web.errors import request_id

_log = logging.getLogger("vidworks.logins")
_MAX_EMAIL = 254  # characters


def client_address() -> str:
    """Return the address that the request comes from."""
    return request.remote_addr or "unknown"


def hashing_turn() -> AbstractContextManager[None]:
    """Wait for the turn to hash a password, and hold it. Raises TooManyError, BusyError."""
    seconds, extra_thread = services().settings.tuning.hashing_turn, services().waiters.extra_thread
    return passwords.hashing_turn(store(), client_address(), seconds, extra_thread)


@contextmanager
def failures_logged(account: str) -> Iterator[None]:
    """Log WrongPasswordError and TooManyError as failed logins to an account, named for the log."""
    try:
        yield
    except (WrongPasswordError, TooManyError) as exc:
        reason = "wrong password" if isinstance(exc, WrongPasswordError) else "too many failures"
        fields = (_address_in_log(), account, reason)
        _log.warning("failed login from %s as %s: %s", *fields, extra={"request_id": request_id()})
        raise


def email_in_log(email: str) -> str:
    """Return an email address in quotes, so that it cannot forge a log line.

    What has no `@` is none, and may be a password in the wrong field.
    """
    if "@" not in email:
        return '"(no email address)"'
    return json.dumps(email[:_MAX_EMAIL]).replace("\x7f", "\\u007f")


def _address_in_log() -> str:
    """Return the client's address, or `unknown`: a proxy may send anything in its place."""
    try:
        address = ip_address(client_address().partition("%")[0])
    except ValueError:
        return "unknown"
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return str(mapped or address)
