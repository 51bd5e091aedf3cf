"""Passwords in requests: their turn to be hashed, and the address that they come from."""

from contextlib import AbstractContextManager

from flask import request

from accounts import passwords
from web.context import services, store


def client_address() -> str:
    """Return the address that the request comes from."""
    return request.remote_addr or "unknown"


def hashing_turn() -> AbstractContextManager[None]:
    """Wait for the turn to hash a password, and hold it. Raises TooManyError, BusyError."""
    seconds, extra_thread = services().settings.tuning.hashing_turn, services().waiters.extra_thread
    return passwords.hashing_turn(store(), client_address(), seconds, extra_thread)
