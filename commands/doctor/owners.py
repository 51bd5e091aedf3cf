"""What belongs to users who do not exist, and members of projects who do not."""

from collections.abc import Iterator
from functools import partial

from commands.doctor.findings import CheckContext, Finding
from storage import trash
from storage.documents.tables import DocumentTable
from storage.paths import LINKS, NOTICES, PROVIDER_KEYS, TOKENS, TRASH
from storage.project_members import members_by_id

_ADVICE = (
    "To give it its owner back, run `users add` with the same email. To remove it, move"
    " it out of the data directory."
)

_ADVICE_FIRST = "To keep it, run `users add` with the same email before `doctor --repair`."

_ADVICE_FOR_MEMBERS = (
    "To let them in again, run `users add` with the same email; or the owner removes them."
)


_KEPT_BY_PEOPLE = (TOKENS, LINKS, PROVIDER_KEYS)


def check(context: CheckContext) -> Iterator[Finding]:
    """Find tokens, links, requests, keys and projects of users that do not exist.

    All but projects are quarantined, as new ones are made easily. Projects, deleted ones as well,
    and their members are left in place: a user's id is derived from the email, so that adding the
    user again restores the access to them.
    """
    store = context.store
    notices = store.collection(NOTICES)
    for table in (store.tokens, store.links, store.requests, store.provider_keys, notices):
        for doc_id, owner in _without_owner(context, table):
            repair = partial(context.quarantine_document, table, doc_id)
            advice = _ADVICE_FIRST if table.name in _KEPT_BY_PEOPLE else ""
            yield Finding(f"{table.name}/{doc_id}", _problem(owner), repair, advice)
    for doc_id, owner in _without_owner(context, store.projects):
        yield Finding(f"{store.projects.name}/{doc_id}", _problem(owner), advice=_ADVICE)
    for entry in trash.entries(store):
        owner = trash.owner_of(store, entry)
        if owner and owner not in store.users.documents:
            yield Finding(f"{TRASH}/{entry['id']}", _problem(owner), advice=_ADVICE)
    yield from _missing_members(context)


def _without_owner(context: CheckContext, table: DocumentTable) -> Iterator[tuple[str, str]]:
    for doc_id, values in context.readable(table):
        owner = values.get("userId")
        if isinstance(owner, str) and owner not in context.store.users.documents:
            yield doc_id, owner


def _missing_members(context: CheckContext) -> Iterator[Finding]:
    """Yield projects with members who do not exist, as after a restore of a part of a backup."""
    projects, users = context.store.projects, context.store.users.documents
    for doc_id, values in context.readable(projects):
        if missing := [user_id for user_id in members_by_id(values) if user_id not in users]:
            problem = f"has members who do not exist: {', '.join(missing)}"
            yield Finding(f"{projects.name}/{doc_id}", problem, advice=_ADVICE_FOR_MEMBERS)


def _problem(owner: str) -> str:
    return f"belongs to {owner}, who does not exist"
