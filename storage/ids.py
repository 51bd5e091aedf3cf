"""Ids: one pattern, checked before a path is built from an id."""

import hashlib
import re
import secrets

ID_PATTERN = "[A-Za-z0-9][A-Za-z0-9_-]{0,63}"

_ID = re.compile(ID_PATTERN)


def valid_id(value: str) -> bool:
    """Return whether a string is an id: 1 to 64 ASCII letters, digits, `_` and `-`."""
    return _ID.fullmatch(value) is not None


def validate_id(value: str) -> str:
    """Return the id unchanged. Raises ValueError if it is invalid."""
    if not valid_id(value):
        raise ValueError("not an id")
    return value


def new_id(prefix: str) -> str:
    """Return a new random id, e.g. `work_9f86d081884c7d65`."""
    return f"{prefix}_{secrets.token_hex(8)}"


def derived_id(prefix: str, name: str) -> str:
    """Return the id that follows from a name: so what is made under it is made once."""
    return f"{prefix}_{hashlib.sha256(name.encode()).hexdigest()[:16]}"
