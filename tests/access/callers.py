"""Who calls in the matrix of rights, in whose project, and what the table lets them do."""

from enum import Enum
from typing import NamedTuple

from access.rights import EDITOR, OWNER, REVIEWER, VIEWER, has_right


class Caller(NamedTuple):
    """Someone who sends requests, and the role that they have in the shared project."""

    name: str
    role: str | None = None
    may_pay: bool = False
    is_user: bool = True


OWNER_OF_SHARED = Caller("owner", OWNER, may_pay=True)
REMOVED = Caller("removed member")
GUEST = Caller("guest", is_user=False)  # with the token of a guest of a review link
MEMBERS = (
    Caller("editor who may pay", EDITOR, may_pay=True),
    Caller("editor", EDITOR),
    Caller("reviewer", REVIEWER),
    Caller("viewer", VIEWER),
)
USERS = (OWNER_OF_SHARED, *MEMBERS, REMOVED, Caller("stranger"))
CALLERS = (*USERS, GUEST, Caller("nobody", is_user=False))


class Relation(Enum):
    """Whose project a request is about."""

    OWN = "own"  # the caller's, of whom it has no other members
    SHARED = "shared"  # the one in which the callers have their roles
    FOREIGN = "foreign"  # of a user who shares it with someone else


class Outcome(Enum):
    """How a request is answered."""

    UNAUTHENTICATED = 401
    FORBIDDEN = 403
    NOT_FOUND = 404
    ADMITTED = 200


def outcome_of(caller: Caller, relation: Relation, right: str | None) -> Outcome:
    """Return what the table says; None as the right is what every user may do."""
    if not caller.is_user:
        return Outcome.UNAUTHENTICATED
    if right is None:
        return Outcome.ADMITTED
    role = {Relation.OWN: OWNER, Relation.SHARED: caller.role, Relation.FOREIGN: None}[relation]
    if role is None:
        return Outcome.NOT_FOUND
    may_pay = caller.may_pay or role == OWNER
    return Outcome.ADMITTED if has_right(role, may_pay, right) else Outcome.FORBIDDEN
