"""Ids: one pattern, checked before a path is built from an id."""

import hashlib
import re
import secrets
from collections.abc import Mapping
from typing import Any, NamedTuple

ID_PATTERN = "[A-Za-z0-9][A-Za-z0-9_-]{0,63}"

_ID = re.compile(ID_PATTERN)


class WorkRef(NamedTuple):
    """Reference to a work: the id of its project and its own."""

    project_id: str
    work_id: str

    @classmethod
    def of(cls, work: Mapping[str, Any]) -> "WorkRef":
        """Return the reference to the work of this document."""
        return cls(work["projectId"], work["id"])

    @classmethod
    def named_in(cls, document: Mapping[str, Any]) -> "WorkRef":
        """Return the reference to the work that a document names, such as that of a job."""
        return cls(document["projectId"], document["workId"])


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
