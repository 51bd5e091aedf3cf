"""The table of rights: what each role may do in a project (docs/decisions/0032).

The guard, the checks of services, the OpenAPI document, MCP and the tests read it from here.
"""

from collections.abc import Mapping

OWNER, EDITOR, REVIEWER, VIEWER = "owner", "editor", "reviewer", "viewer"

ROLES = (OWNER, EDITOR, REVIEWER, VIEWER)
MEMBER_ROLES = (EDITOR, REVIEWER, VIEWER)  # those that the owner can give

SEE = "see"  # works, media, exports, comments
COMMENT = "comment"  # comment, approve, ask for changes
CHANGE = "change"  # works, assets, timelines; exports, and what costs nothing
PAY = "pay"  # calls of AI vendors
MANAGE = "manage"  # members, name, style; delete the project

ROLES_WITH: Mapping[str, frozenset[str]] = {
    SEE: frozenset(ROLES),
    COMMENT: frozenset({OWNER, EDITOR, REVIEWER}),
    CHANGE: frozenset({OWNER, EDITOR}),
    PAY: frozenset({OWNER, EDITOR}),  # an editor only with `mayPay`
    MANAGE: frozenset({OWNER}),
}

RIGHTS = tuple(ROLES_WITH)

IN_WORDS: Mapping[str, str] = {  # to complete "You may not …"
    SEE: "see the project",
    COMMENT: "comment",
    CHANGE: "change anything",
    PAY: "start what costs money",
    MANAGE: "manage the project",
}


def has_right(role: str, may_pay: bool, right: str) -> bool:
    """Return whether a role has a right; `may_pay` counts for editors."""
    if right == PAY and role == EDITOR and not may_pay:
        return False
    return role in ROLES_WITH[right]
