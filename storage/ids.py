"""Ids: one pattern, checked wherever one arrives, before a path is built from it."""

import re
import secrets

ID_PATTERN = "[A-Za-z0-9][A-Za-z0-9_-]{0,63}"

_ID = re.compile(ID_PATTERN)


def valid_id(value: str) -> bool:
    """Whether a string is an id: ASCII letters, digits, `_` and `-`, at most 64."""
    return _ID.fullmatch(value) is not None


def checked_id(value: str) -> str:
    """Return the id itself. Raises ValueError for an invalid one."""
    if not valid_id(value):
        raise ValueError("not an id")
    return value


def new_id(prefix: str) -> str:
    """Return a fresh random id, e.g. `work_9f86d081884c7d65`."""
    return f"{prefix}_{secrets.token_hex(8)}"
