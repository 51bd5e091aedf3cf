"""What the endpoints of members do: list them, change their rights, remove them, hand over.

`project.members` is in the project's document, absent while there is none:
`[{userId, role, mayPay, addedAt}]`. Each change checks under the document's lock that its caller
still owns the project: somebody may have handed it over a moment ago.
"""

from collections.abc import Callable, Mapping
from typing import Any

from access.projects import access_in
from access.rights import EDITOR, MANAGE
from accounts.users import can_log_in
from errors import ConflictError, DuplicateError, FieldsError, LimitReachedError, MissingError
from providers import kept_keys
from schemas.links import INVITATION
from sharing.links import project_links
from sharing.links import service as links
from storage.clock import later_than, now_ms
from storage.errors import NotFoundError, QuotaError, UnreadableError
from storage.limits import StorageLimits
from storage.paths import PROJECTS
from storage.project_members import members_by_id, members_of
from storage.store import Store
from storage.usage import size_of_project

MAX_MEMBERS = 100  # of a project

_NO_ROOM = (
    "The project has no room in what its new owner may store (USER_QUOTA_MB). Delete what is not"
    " needed, there or in the new owner's projects."
)

_OWNER_STAYS = "Hand the project over first (POST …/owner), or delete it."

Json = dict[str, Any]
Project = dict[str, Any]


def list_members(store: Store, project_id: str) -> Json:
    """Return the owner and the members, in the order in which they joined. Raises NotFoundError."""
    project = store.projects.snapshot(project_id).values
    members = [{**person(store, each["userId"]), **each} for each in members_of(project)]
    return {"owner": person(store, project["userId"]), "members": members}


def person(store: Store, user_id: str) -> Json:
    """Return what members see of a user; the account may have been lost by restoring a backup."""
    try:
        user: Mapping[str, Any] = store.users.documents.recent_snapshot(user_id).values
    except (NotFoundError, UnreadableError):
        user = {"name": None, "email": None}
    return {"userId": user_id, "name": user["name"], "email": user["email"]}


def change_member(
    store: Store, project_id: str, owner_id: str, user_id: str, fields: Mapping[str, Any]
) -> Json:
    """Give a member another role, or the right to pay; return the member.

    Raises MissingError for somebody else, ConflictError for the owner, FieldsError if others than
    editors are to pay, RightMissingError unless `owner_id` owns the project.
    """

    def mutate(project: Project) -> None:
        member = _member(project, user_id)
        role = fields.get("role", member["role"])
        kept = bool(member.get("mayPay")) and role == EDITOR
        may_pay = fields.get("mayPay", kept)
        check_payment(role, may_pay)
        member.update(role=role, mayPay=may_pay)

    project = _change(store, project_id, owner_id, mutate)
    return {**person(store, user_id), **_member(project, user_id)}


def check_payment(role: str, may_pay: bool) -> None:
    """Raise FieldsError if a role can't be given the right to pay."""
    if may_pay and role != EDITOR:
        raise FieldsError({"mayPay": [f"Only for editors; the role is {role}."]})


def add_member(
    store: Store, project_id: str, owner_id: str, user_id: str, role: str, may_pay: bool
) -> None:
    """Add a member. Raises DuplicateError for the owner and members, LimitReachedError."""

    def mutate(project: Project) -> None:
        check_is_new(project, user_id)
        members = members_of(project)
        if len(members) >= MAX_MEMBERS:
            raise LimitReachedError(
                "Too many members", f"A project may have {MAX_MEMBERS}: remove some first."
            )
        added = {"userId": user_id, "role": role, "mayPay": may_pay, "addedAt": now_ms()}
        project["members"] = [*members, added]

    _change(store, project_id, owner_id, mutate)


def check_is_new(project: Mapping[str, Any], user_id: str) -> None:
    """Raise DuplicateError for the owner and the members of a project."""
    if access_in(project, user_id) is not None:
        raise DuplicateError("Already a member", "This account has access to the project.")


def remove_member(store: Store, project_id: str, owner_id: str, user_id: str) -> None:
    """Remove a member. Raises MissingError for somebody else, ConflictError for the owner."""
    _change(store, project_id, owner_id, lambda project: _remove(project, user_id))
    _end_unfinished_invitations(store, project_id, user_id)


def leave(store: Store, project_id: str, user_id: str) -> None:
    """Remove a member who wants to leave. Raises MissingError, ConflictError for the owner."""

    def mutate(project: Project) -> None:
        if user_id == project["userId"]:
            raise ConflictError("The owner cannot leave", _OWNER_STAYS)
        _remove(project, user_id)
        project["updatedAt"] = later_than(project["updatedAt"])

    store.projects.change(project_id, mutate)
    _end_unfinished_invitations(store, project_id, user_id)


def hand_over(
    store: Store, limits: StorageLimits, project_id: str, owner_id: str, user_id: str
) -> None:
    """Make a member the owner; the former owner becomes an editor who may pay.

    Then the invitations and the kept keys of the former owner are deleted. If a crash prevents
    that, nobody can use them, and they are deleted before the project is handed back. Raises
    FieldsError for somebody who is no member or cannot log in, QuotaError if the project has no
    room in what the new owner may store.
    """
    project = store.projects.snapshot(project_id).values
    _check_new_owner(store, project, user_id)
    _delete_of_former_owner(store, project_id, user_id)

    def mutate(project: Project) -> None:
        _check_new_owner(store, project, user_id)
        former = {"userId": owner_id, "role": EDITOR, "mayPay": True, "addedAt": now_ms()}
        others = [each for each in members_of(project) if each["userId"] != user_id]
        project.update(userId=user_id, members=[former, *others])

    size = size_of_project(store, project_id) if limits.has_quota else 0
    try:
        with limits.reserve_quota(user_id, size, empties_trash=False):
            _change(store, project_id, owner_id, mutate)
    except QuotaError:
        raise QuotaError(_NO_ROOM) from None
    limits.note_deletion(owner_id)
    _delete_of_former_owner(store, project_id, owner_id)


def _delete_of_former_owner(store: Store, project_id: str, user_id: str) -> None:
    """Delete the invitations to a project and the keys of it that a user made and kept as owner."""
    project_links.delete_made_by(store, INVITATION, project_id, user_id)
    kept_keys.delete_all(store, kept_keys.Keeper(project_id, user_id))


def _check_new_owner(store: Store, project: Mapping[str, Any], user_id: str) -> None:
    """Raise FieldsError unless a project can be handed over to this user."""
    members = members_by_id(project)
    if user_id == project["userId"]:
        raise FieldsError({"userId": ["This is the owner already."]})
    if user_id not in members:
        raise FieldsError({"userId": ["Must be a member of the project."]})
    try:
        user: Mapping[str, Any] = store.users.snapshot(user_id).values
    except NotFoundError:
        user = {}
    if not can_log_in(user):
        raise FieldsError({"userId": ["This member cannot log in."]})


def _change(
    store: Store, project_id: str, owner_id: str, mutate: Callable[[Project], None]
) -> Mapping[str, Any]:
    """Change a project for its owner; return it. Raises NotFoundError, RightMissingError."""

    def mutate_for_owner(project: Project) -> None:
        access = access_in(project, owner_id)
        if access is None:
            raise NotFoundError(f"{PROJECTS}/{project_id}")
        access.require(MANAGE)
        mutate(project)
        project["updatedAt"] = later_than(project["updatedAt"])

    return store.projects.change(project_id, mutate_for_owner).values


def _end_unfinished_invitations(store: Store, project_id: str, user_id: str) -> None:
    """End the invitations that a former member has claimed, but not used up because of a crash."""
    for link in project_links.list_live(store, INVITATION, project_id):
        if link.get("claimedBy") == user_id:
            links.mark_used(store, link["id"])


def _remove(project: Project, user_id: str) -> None:
    member = _member(project, user_id)
    project["members"].remove(member)
    if not project["members"]:
        del project["members"]


def _member(project: Mapping[str, Any], user_id: str) -> Json:
    """Return a member of a project. Raises MissingError, ConflictError for the owner."""
    if user_id == project["userId"]:
        details = "The owner has all rights. Hand the project over first: POST …/owner."
        raise ConflictError("This is the owner", details)
    for member in members_of(project):
        if member["userId"] == user_id:
            return member
    raise MissingError("Not found", "There is no such member in this project.")
