"""Every path inside the data directory is made here, from ids that were checked here.

    users/<id>/user.json
    tokens/<id>/token.json
    logins/<id>/login.json                  failed logins, for slowing them
    projects/<id>/project.json
    projects/<id>/works/<id>/work.json
    projects/<id>/works/<id>/media/<slot>.<extension>
    projects/<id>/works/<id>/jobs/<id>/job.json
    projects/<id>/assets/<id>/asset.json
    projects/<id>/assets/<id>/media/<slot>.<extension>
    projects/<id>/templates/<id>/template.json
    users/<id>/jobs/<id>/job.json           AI calls outside of works
    users/<id>/jobs/<id>/media/<slot>.<extension>
    budgets/<id>/budget.json                paid calls of a user today
    queue/<name>                            one empty file for each job that is not finished
    demo/…                                  tasks of the built-in provider, kept for a day
    jwt-secret, webhook-secret              what logins and webhooks are signed with
    lost+found/<time>/…                     what `doctor` took away from its place

Names with a leading dot are the storage's own: `.lock`, `.changes`, `.running` and `.delivering`
(held by whoever works on a job) and `.places` (at the AI vendors) stay; `.new-…`, `.tmp-…` and
`.deleted-…` are work in progress, and what a crash leaves of them goes at the next start.
"""

from pathlib import Path

from storage.ids import checked_id

LOCK = ".lock"
RUNNING, DELIVERING = ".running", ".delivering"
PLACES = ".places"
CHANGES = ".changes"
NEW, TEMPORARY, DELETED = ".new-", ".tmp-", ".deleted-"
LEFTOVERS = (NEW, TEMPORARY, DELETED)

USERS, TOKENS, LOGINS, PROJECTS = "users", "tokens", "logins", "projects"
BUDGETS = "budgets"
COLLECTIONS = (USERS, TOKENS, LOGINS, PROJECTS, BUDGETS)
WORKS, ASSETS, TEMPLATES, JOBS, MEDIA = "works", "assets", "templates", "jobs", "media"
QUEUE = "queue"
JWT_SECRET, WEBHOOK_SECRET = "jwt-secret", "webhook-secret"
LOST_AND_FOUND = "lost+found"


def works_of(project_id: str) -> str:
    """The collection of a project's works, as a path relative to the data directory."""
    return f"{PROJECTS}/{checked_id(project_id)}/{WORKS}"


def assets_of(project_id: str) -> str:
    """The collection of a project's assets."""
    return f"{PROJECTS}/{checked_id(project_id)}/{ASSETS}"


def templates_of(project_id: str) -> str:
    """The collection of a project's editor templates."""
    return f"{PROJECTS}/{checked_id(project_id)}/{TEMPLATES}"


def jobs_of_work(project_id: str, work_id: str) -> str:
    """The collection of a work's jobs."""
    return f"{works_of(project_id)}/{checked_id(work_id)}/{JOBS}"


def jobs_of_user(user_id: str) -> str:
    """The collection of a user's jobs that belong to no work."""
    return f"{USERS}/{checked_id(user_id)}/{JOBS}"


def document_name(collection: str) -> str:
    """The file that holds a document of a collection: `…/works` → `work.json`."""
    return collection.rpartition("/")[2].removesuffix("s") + ".json"


def is_indexed(collection: str) -> bool:
    """Return whether lists of a collection follow its change log; lists of jobs are short."""
    return collection.rpartition("/")[2] != JOBS


def media_directory(root: Path, collection: str, doc_id: str) -> Path:
    """Where the media files of a document are."""
    return root / collection / checked_id(doc_id) / MEDIA
