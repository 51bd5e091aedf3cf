"""Tokens, links, kept keys of vendors, and projects whose owner does not exist."""

from collections.abc import Iterator
from functools import partial

from maintenance.doctor.findings import CheckContext, Finding
from storage.documents.snapshots import read_snapshot
from storage.documents.tables import DocumentTable
from storage.errors import StorageError

_ADVICE = (
    "To give the project its owner back, run `users add` with the same email. To remove it, move"
    " it out of the data directory."
)


def check(context: CheckContext) -> Iterator[Finding]:
    """Find tokens, links, keys and projects of users that do not exist.

    All but projects are quarantined, as new ones are made easily. Projects are left in place: a
    user's id is derived from the email, so that adding the user again restores the access to them.
    """
    store = context.store
    for table in (store.tokens, store.links, store.provider_keys):
        for doc_id, owner in _without_owner(context, table):
            repair = partial(_quarantine, context, table, doc_id)
            yield Finding(f"{table.name}/{doc_id}", _problem(owner), repair)
    for doc_id, owner in _without_owner(context, store.projects):
        yield Finding(f"{store.projects.name}/{doc_id}", _problem(owner), advice=_ADVICE)


def _without_owner(context: CheckContext, table: DocumentTable) -> Iterator[tuple[str, str]]:
    for doc_id in table.documents:
        try:
            owner = read_snapshot(table.documents.path_of(doc_id)).values.get("userId")
        except (StorageError, OSError):
            continue  # deleted concurrently, or reported by the check of documents
        if isinstance(owner, str) and owner not in context.store.users.documents:
            yield doc_id, owner


def _problem(owner: str) -> str:
    return f"belongs to {owner}, who does not exist"


def _quarantine(context: CheckContext, table: DocumentTable, doc_id: str) -> str:
    description = context.quarantine(f"{table.name}/{doc_id}")
    table.log_changes([doc_id])
    return description
