"""The project of videos that are ordered without one: *Videos*, which the first order makes.

Its id is random, and in the user's document (`videosProjectId`) before the project is made. If
there is no such project, or it is not the user's any more, it may be in the trash, somebody else's,
or was never made because of a crash. Nobody can tell, so its id is not used again: the next order
makes another project.
"""

from collections.abc import Iterator

from projects import service as projects
from storage.errors import NotFoundError
from storage.locking.locks import FileLock
from storage.paths import derived_id, new_id, valid_id
from storage.store import Store

_NAME = "Videos"
_NOTE = "videosProjectId"
_CHOOSING = ".videos"  # the lock in a user's directory of who chooses the project
_MAX_FORMER = 10  # projects that a user's orders may have made before their ids were noted


def noted_project(store: Store, user_id: str) -> str | None:
    """Return the id that a user's document has, if that project is there and the user's."""
    noted = store.users.snapshot(user_id).values.get(_NOTE)
    is_usable = isinstance(noted, str) and valid_id(noted) and _is_of(store, noted, user_id)
    return noted if is_usable else None


def find_default(store: Store, user_id: str) -> str | None:
    """Return the id of the user's project of videos; None if the next order will make it."""
    if _NOTE in store.users.snapshot(user_id).values:
        return noted_project(store, user_id)
    return next((each for each in _former_ids(user_id) if _is_of(store, each, user_id)), None)


def default_project(store: Store, user_id: str) -> str:
    """Return the id of the user's project of videos, which is made and noted if there is none.

    Of simultaneous calls, one makes it. Raises LockedError.
    """
    if noted := noted_project(store, user_id):
        return noted
    with FileLock.acquire(store.users.documents.directory_of(user_id), _CHOOSING):
        if noted := noted_project(store, user_id):
            return noted
        former = find_default(store, user_id)
        project_id = former or new_id("proj")
        store.users.change(user_id, lambda user: user.update({_NOTE: project_id}))
        if former is None:
            projects.create(store, user_id, {"name": _NAME}, project_id)
    return project_id


def _is_of(store: Store, project_id: str, user_id: str) -> bool:
    try:
        return store.projects.snapshot(project_id).user_id == user_id
    except NotFoundError:
        return False


def _former_ids(user_id: str) -> Iterator[str]:
    """Yield the ids that followed from the user, before they were noted."""
    for number in range(_MAX_FORMER):
        yield derived_id("proj", f"{user_id}/{_NAME}{number or ''}")
