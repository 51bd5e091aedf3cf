"""Who may call an operation, in the words of its description in the OpenAPI document."""

from collections.abc import Sequence
from typing import Any

from access.rights import ROLES, ROLES_WITH

Json = dict[str, Any]


def told_access(operation: Json) -> str:
    """Return a sentence with the scopes and the roles that an operation object requires."""
    security: list[dict[str, list[str]]] = operation["security"]
    if not security:
        return "Access: without a login."
    needed = list(dict.fromkeys(_scopes(each) for each in security))
    parts = [_either(needed), *_roles(operation.get("x-right"))]
    return f"Access: {'; '.join(parts)}."


def _scopes(requirement: dict[str, list[str]]) -> str:
    scopes = [f"`{scope}`" for names in requirement.values() for scope in names]
    if not scopes:
        return "any login or API token"
    return f"scope{'s' * (len(scopes) > 1)} {' and '.join(scopes)}"


def _roles(right: str | None) -> Sequence[str]:
    """Return the words for those who have a right; none if it is about no project."""
    if right is None:
        return ()
    roles = [role for role in ROLES if role in ROLES_WITH[right]]
    who = "all members" if len(roles) == len(ROLES) else _either(roles)
    return (f"{who} of the project",)


def _either(words: Sequence[str]) -> str:
    *before, last = words
    return f"{', '.join(before)} or {last}" if before else last
