"""The members of a project, as its document has them."""

from collections.abc import Mapping
from typing import Any


def members_by_id(values: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """Return the `members` of a project by their `userId`, as `members_of`."""
    return {member["userId"]: member for member in members_of(values)}


def members_of(values: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the `members` of a project; none of a person alone, nor those that are damaged."""
    listed = values.get("members")
    return [member for member in listed if _is_member(member)] if isinstance(listed, list) else []


def _is_member(member: Any) -> bool:
    return (
        isinstance(member, dict)
        and isinstance(member.get("userId"), str)
        and isinstance(member.get("role"), str)
        and isinstance(member.get("addedAt", 0), int)
    )
