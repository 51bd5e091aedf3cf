"""Every path inside the data directory is made here, from ids that were checked here.

    users/<id>/user.json
    tokens/<id>/token.json
    logins/<id>/login.json                  failed logins, for slowing them
    projects/<id>/project.json
    projects/<id>/works/<id>/work.json
    projects/<id>/works/<id>/media/<slot>.<extension>
    jwt-secret                              what logins are signed with
    lost+found/<time>/…                     what `doctor` took away from its place

Names with a leading dot are the storage's own: `.lock` and `.changes` stay; `.new-…`, `.tmp-…`
and `.deleted-…` are work in progress, and what a crash leaves of them goes at the next start.
"""

import re
import secrets
from pathlib import Path

from ids import ID

_ID = re.compile(ID)

LOCK = ".lock"
CHANGES = ".changes"
NEW, TEMPORARY, DELETED = ".new-", ".tmp-", ".deleted-"
LEFTOVERS = (NEW, TEMPORARY, DELETED)

USERS, TOKENS, LOGINS, PROJECTS = "users", "tokens", "logins", "projects"
COLLECTIONS = (USERS, TOKENS, LOGINS, PROJECTS)
WORKS, MEDIA = "works", "media"
JWT_SECRET = "jwt-secret"
LOST_AND_FOUND = "lost+found"


def valid_id(value: str) -> bool:
    """Whether a string may stand for an id: ASCII letters, digits, `_` and `-`, at most 64."""
    return _ID.fullmatch(value) is not None


def new_id(prefix: str) -> str:
    """A fresh random id, e.g. `work_9f86d081884c7d65`."""
    return f"{prefix}_{secrets.token_hex(8)}"


def checked_id(value: str) -> str:
    """The id itself. Raises ValueError where it could not be one."""
    if not valid_id(value):
        raise ValueError("not an id")
    return value


def works_of(project_id: str) -> str:
    """The collection of a project's works, as a path relative to the data directory."""
    return f"{PROJECTS}/{checked_id(project_id)}/{WORKS}"


def document_name(collection: str) -> str:
    """The file that holds a document of a collection: `…/works` → `work.json`."""
    return collection.rpartition("/")[2].removesuffix("s") + ".json"


def media_directory(root: Path, project_id: str, work_id: str) -> Path:
    """Where a work's media files are."""
    return root / works_of(project_id) / checked_id(work_id) / MEDIA
