"""The access of a user to a project, by the project's owner and its members."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from access.errors import RightMissingError
from access.rights import EDITOR, IN_WORDS, MANAGE, MEMBER_ROLES, OWNER, PAY, has_right
from storage.documents.snapshots import Snapshot
from storage.errors import NotFoundError
from storage.paths import PROJECTS
from storage.project_members import members_by_id
from storage.store import Store


class Access(NamedTuple):
    """What a user is in a project, and whose project it is."""

    role: str
    may_pay: bool
    owner_id: str

    def has(self, right: str) -> bool:
        """Return whether the role has a right."""
        return has_right(self.role, self.may_pay, right)

    @property
    def shown(self) -> dict[str, Any]:
        """What answers tell a user: `role`, and of an editor `mayPay`."""
        may_pay = {"mayPay": self.may_pay} if self.role == EDITOR else {}
        return {"role": self.role, **may_pay}

    def require(self, right: str) -> None:
        """Raise RightMissingError unless the role has a right."""
        if not self.has(right):
            raise RightMissingError(right, self.role, _advice(self.role, right))


def access_of(store: Store, project_id: str, user_id: str, *, recent: bool = False) -> Access:
    """Return the access of a user to a project.

    `recent` accepts a cached copy that is up to one second old, for callers that notice a deleted
    project themselves: a removed member has access for up to a second, a new one at once. Raises
    NotFoundError if there is no such project, or the user neither owns it nor is a member.
    """
    documents = store.projects.documents
    if recent and (access := _access_in(documents.recent_snapshot(project_id), user_id)):
        return access
    access = _access_in(documents.snapshot(project_id), user_id)
    if access is None:
        raise NotFoundError(f"{PROJECTS}/{project_id}")
    return access


def check(
    store: Store, project_id: str, user_id: str, right: str, *, recent: bool = False
) -> Access:
    """Return the access of a user who has a right in a project; `recent` as in `access_of`.

    Raises NotFoundError as `access_of`, RightMissingError for a member without the right.
    """
    access = access_of(store, project_id, user_id, recent=recent)
    if not access.has(right):
        if recent:  # it may have been given within the last second
            access = access_of(store, project_id, user_id)
        access.require(right)
    return access


def storage_owner(store: Store, project_id: str | None, user_id: str) -> str:
    """Return the id of the user whose quota is charged for what this user stores.

    That is the project's owner; outside of projects, this user. A project that does not exist yet
    will be the user's.
    """
    if project_id is None:
        return user_id
    try:
        return store.projects.documents.snapshot(project_id).user_id or user_id
    except NotFoundError:
        return user_id


def access_in(project: Mapping[str, Any], user_id: str) -> Access | None:
    """Return the access of a user by the values of a project; None for a stranger."""
    return access_by(project["userId"], members_by_id(project), user_id)


def access_by(
    owner_id: str | None, members: Mapping[str, Mapping[str, Any]], user_id: str
) -> Access | None:
    """Return the access of a user to a project of this owner; None for a stranger.

    `members` are those that the project stores, by their user's id.
    """
    if not isinstance(owner_id, str):  # damaged
        return None
    if owner_id == user_id:
        return Access(OWNER, True, user_id)
    member = members.get(user_id)
    if member is None or member["role"] not in MEMBER_ROLES:
        return None
    may_pay = member["role"] == EDITOR and bool(member.get("mayPay"))
    return Access(member["role"], may_pay, owner_id)


def _access_in(project: Snapshot, user_id: str) -> Access | None:
    return access_by(project.user_id, project.members, user_id)


def _advice(role: str, right: str) -> str:
    if right == MANAGE:
        return f"You are {_with_article(role)} of this project. Only its owner may do this."
    if right == PAY and role == EDITOR:
        return (
            "You are an editor of this project who may not start what costs money. Its owner can"
            " permit it under Team."
        )
    return (
        f"You are {_with_article(role)} of this project and may not {IN_WORDS[right]}. Its owner"
        " can give you another role under Team."
    )


def _with_article(role: str) -> str:
    return f"an {role}" if role[0] in "aeiou" else f"a {role}"
