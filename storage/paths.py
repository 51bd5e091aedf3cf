"""Every path inside the data directory is built here, from validated ids.

    users/<id>/user.json
    tokens/<id>/token.json
    links/<id>/link.json                    links that open something without a login, as hashes
    logins/<kind>-<number>/login.json       counts of failed logins, and of what else is throttled
    requests/<id>/request.json              what was sent with an Idempotency-Key, kept for a day
    projects/<id>/project.json
    projects/<id>/works/<id>/work.json
    projects/<id>/works/<id>/media/<slot>.<extension>
    projects/<id>/works/<id>/comments.jsonl                  comments and decisions of its reviews
    projects/<id>/works/<id>/takes/<slot>.<id>.<extension>   earlier files of a slot
    projects/<id>/works/<id>/takes/<slot>.<id>.json          where a file came from
    projects/<id>/works/<id>/jobs/<id>/job.json
    projects/<id>/works/<id>/jobs/<id>/media/<call>.<extension>
    projects/<id>/works/<id>/jobs/<id>/changes.jsonl   changes of a large job.json while it runs
    projects/<id>/works/<id>/exports/<id>/export.json
    projects/<id>/works/<id>/exports/<id>/media/video.mp4, poster.jpg
    projects/<id>/assets/<id>/asset.json
    projects/<id>/assets/<id>/media/<slot>.<extension>
    projects/<id>/templates/<id>/template.json
    projects/<id>/cast/<id>/cast.json
    trash/<id>/trash.json                   what was deleted, by whom, and until when it is kept
    trash/<id>/projects/<id>/…              the deleted project, with all that is in it; or:
    trash/<id>/works/<id>/…, trash/<id>/assets/<id>/…   the deleted work or asset
    users/<id>/jobs/<id>/job.json           AI calls outside of works
    users/<id>/jobs/<id>/media/<slot>.<extension>
    projects/<id>/activity/<month>[-<node>].jsonl   who did what, a line for each action
    presence/<id>/presence.json             who is in a work at the moment; in no backup
    budgets/<id>/budget.json                the paid calls of today: a user's, or the total
    provider-keys/<id>/provider-key.json    keys of vendors, by user or project; in no backup
    notices/<id>/notice.json                webhooks of reviews that are to be sent
    queue/<name>                            an empty file for each unfinished job
    usage/<user id>                         how much a user stores, for the quota
    demo/…                                  tasks of the built-in provider, kept for a day
    cache/segments/<key>.mp4                rendered parts of exports; may be deleted at any time
    cache/working/<job id>/…                what an export is made of while it runs
    cache/measures/<key>.json               what media files contain; may be deleted at any time
    cache/thumbnails/<project>.<work>.<scene>.<version>.<extension>   of scenes; may be deleted
    cache/lanes/<project>.<document>.<part>.<version>.<extension>     filmstrips and peaks; as well
    .last-backup                            when the last backup was made, and where it is
    jwt-secret, webhook-secret              the keys that sign logins and webhooks
    setup-code                              what the first account needs; until there is one
    lost+found/<time>/…                     files that `doctor` moved away

Names with a leading dot are internal. Permanent: `.lock`, `.changes` (of a collection; that in a
project's directory is of its assets, templates, cast and the jobs of all its works; that of a node
with a name is `.changes-<node>`), `.videos` (locked by who makes a user's project of videos),
`.running` and `.delivering` (locked by the process that works on a job), `.places` (semaphores for
exports, for calls to AI vendors, for hashing passwords and for programs that decode media, and
notes of the clock, see clock_watch.py) and `.nodes` (a file for each node, see shared/nodes.py).
Temporary: `.new-…`, `.tmp-…` and `.deleted-…`; those that a crash leaves are removed at the next
start. So is `.replaced-<id>.…`, unless nothing has taken its place: then it is put back.
"""

import hashlib
import re
import secrets
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

ID_PATTERN = "[A-Za-z0-9][A-Za-z0-9_-]{0,63}"

ASSET_URL = re.compile(f"/api/projects/({ID_PATTERN})/assets/({ID_PATTERN})")

_ID = re.compile(ID_PATTERN)

LOCK = ".lock"
RUNNING, DELIVERING = ".running", ".delivering"
SEMAPHORES = ".places"
NODES = ".nodes"
CHANGES = ".changes"
NEW, TEMPORARY, DELETED = ".new-", ".tmp-", ".deleted-"
STAGED = f"{TEMPORARY}staged-"  # versions of documents that are about to be put in place
REPLACED = ".replaced-"
LEFTOVERS = (NEW, TEMPORARY, DELETED, REPLACED)

USERS, TOKENS, LINKS, LOGINS = "users", "tokens", "links", "logins"
PROJECTS, BUDGETS, PROVIDER_KEYS = "projects", "budgets", "provider-keys"
REQUESTS, PRESENCE, TRASH = "requests", "presence", "trash"
NOTICES = "notices"
COLLECTIONS = (
    *(USERS, TOKENS, LINKS, LOGINS, PROJECTS, BUDGETS, PROVIDER_KEYS, REQUESTS),
    *(PRESENCE, TRASH, NOTICES),
)
REQUEST_BYTES = 2 * 4096  # that a document in REQUESTS takes, with its directory
JOURNAL, COMMENTS = "changes.jsonl", "comments.jsonl"
WORKS, ASSETS, TEMPLATES, JOBS, MEDIA = "works", "assets", "templates", "jobs", "media"
EXPORTS = "exports"
CAST = "cast"
NESTED_COLLECTIONS = {
    USERS: (JOBS,),
    PROJECTS: (ASSETS, TEMPLATES, CAST, WORKS),
    WORKS: (JOBS, EXPORTS),
    TRASH: (PROJECTS, WORKS, ASSETS),
}
WITH_MEDIA = (WORKS, ASSETS, JOBS, EXPORTS)  # collections whose documents have media files
TAKES = "takes"
WITH_TAKES = (WORKS,)  # collections whose documents keep earlier media files
ACTIVITY = "activity"
WITH_ACTIVITY = (PROJECTS,)  # collections whose documents have a log of who did what
FILES_BESIDE = {WORKS: COMMENTS, JOBS: JOURNAL}  # of lines that are appended to, by collection
QUEUE, USAGE, DEMO, CACHE = "queue", "usage", "demo", "cache"
SEGMENTS, WORKING, MEASURES = "segments", "working", "measures"
THUMBNAILS, LANES = "thumbnails", "lanes"
JWT_SECRET, WEBHOOK_SECRET = "jwt-secret", "webhook-secret"
SETUP_CODE = "setup-code"
LOST_AND_FOUND = "lost+found"
LAST_BACKUP = ".last-backup"

COMMENTS_PREFIX = "comments/"


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


def works_of(project_id: str) -> str:
    """Return the collection of a project's works, as a path relative to the data directory."""
    return f"{PROJECTS}/{validate_id(project_id)}/{WORKS}"


def assets_of(project_id: str) -> str:
    """Return the collection of a project's assets."""
    return f"{PROJECTS}/{validate_id(project_id)}/{ASSETS}"


def templates_of(project_id: str) -> str:
    """Return the collection of a project's editor templates."""
    return f"{PROJECTS}/{validate_id(project_id)}/{TEMPLATES}"


def cast_of(project_id: str) -> str:
    """Return the collection of a project's cast."""
    return f"{PROJECTS}/{validate_id(project_id)}/{CAST}"


def jobs_of_work(ref: WorkRef) -> str:
    """Return the collection of a work's jobs."""
    return f"{works_of(ref.project_id)}/{validate_id(ref.work_id)}/{JOBS}"


def exports_of(ref: WorkRef) -> str:
    """Return the collection of a work's exports."""
    return f"{works_of(ref.project_id)}/{validate_id(ref.work_id)}/{EXPORTS}"


def jobs_of_user(user_id: str) -> str:
    """Return the collection of a user's jobs that belong to no work."""
    return f"{USERS}/{validate_id(user_id)}/{JOBS}"


def describe(path: str) -> str:
    """Return what a path in the data directory belongs to: `…/works/w_1/work.json` → `work w_1`.

    A name without directories is that of a media file.
    """
    *parents, name = path.split("/")
    if not parents:
        return f"file {name}"
    names = {WORKS, ASSETS, TEMPLATES, CAST, JOBS, EXPORTS, "comments", "decisions", *COLLECTIONS}
    owners = [pair for pair in pairwise([*parents, name]) if pair[0] in names]
    return f"{owners[-1][0].removesuffix('s')} {owners[-1][1]}" if owners else "such file"


def replaced_name(doc_id: str) -> str:
    """Return a new name for the directory of a document while another one takes its place."""
    return f"{REPLACED}{doc_id}.{secrets.token_hex(8)}"


def place_of_replaced(path: Path) -> Path | None:
    """Return the place of a document whose directory has such a name; None for another name."""
    if not path.name.startswith(REPLACED):
        return None
    return path.with_name(path.name.removeprefix(REPLACED).partition(".")[0])


def document_name(collection: str) -> str:
    """Return the file name of a collection's documents: `…/works` → `work.json`."""
    return collection.rpartition("/")[2].removesuffix("s") + ".json"


def request_prefix(sender_id: str) -> str:
    """Return what the ids of a user's, or a guest's, documents in REQUESTS begin with."""
    return f"req_{hashlib.sha256(sender_id.encode()).hexdigest()[:16]}_"


def is_indexed(collection: str) -> bool:
    """Return whether lists follow the collection's change log: not those of keys."""
    unlisted = {BUDGETS, PROVIDER_KEYS, REQUESTS, NOTICES}
    return collection.rpartition("/")[2] not in unlisted


def change_log_of(collection: str) -> tuple[str, str]:
    """Return the directory of a collection's change log, and what each line begins with.

    The assets, templates and cast of a project and the jobs of all its works share the log in its
    directory: whoever follows them all looks at one file. So do the comments of all its works,
    whose lines begin with COMMENTS_PREFIX.
    """
    parts = collection.split("/")
    if parts[0] == PROJECTS and parts[-1] == JOBS:
        return "/".join(parts[:2]), f"{parts[3]}/"
    if parts[0] == PROJECTS and parts[-1] in (ASSETS, TEMPLATES, CAST):
        return "/".join(parts[:2]), f"{parts[-1]}/"
    return collection, ""


def change_log_name(node: str) -> str:
    """Return the file name of the change logs that a node writes."""
    return f"{CHANGES}-{node}" if node else CHANGES


def is_change_log(name: str) -> bool:
    """Return whether a file of this name is a node's change log."""
    return name == CHANGES or name.startswith(f"{CHANGES}-")


def may_have_journal(document: str) -> bool:
    """Return whether changes of a document may be in a journal beside it: those of jobs."""
    return document.endswith("/job.json")


def media_directory(root: Path, collection: str, doc_id: str) -> Path:
    """Return the directory of a document's media files."""
    return root / collection / validate_id(doc_id) / MEDIA
