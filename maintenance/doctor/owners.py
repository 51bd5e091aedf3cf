"""Tokens and projects of users who do not exist."""

from collections.abc import Iterator
from functools import partial

from maintenance.doctor.findings import CheckContext, Finding
from storage.documents import read_snapshot
from storage.errors import NotFoundError, UnreadableError
from storage.tables import DocumentTable

_ADVICE = (
    "Left as it is: `users add` with the same e-mail brings its owner back. If nobody wants it,"
    " move it away."
)


def check(context: CheckContext) -> Iterator[Finding]:
    """Look at whose things are.

    A token can be made anew and is taken away. A project is what people least want to miss: as an
    owner's id follows from the e-mail, nothing needs repair but the account.
    """
    store = context.store
    for doc_id, owner in _without_owner(context, store.tokens):
        path = f"{store.tokens.name}/{doc_id}"
        yield Finding(path, _words(owner), partial(_quarantine, context, doc_id))
    for doc_id, owner in _without_owner(context, store.projects):
        yield Finding(f"{store.projects.name}/{doc_id}", _words(owner), None, _ADVICE)


def _without_owner(context: CheckContext, table: DocumentTable) -> Iterator[tuple[str, str]]:
    for doc_id in table.documents:
        try:
            owner = read_snapshot(table.documents.path_of(doc_id)).values.get("userId")
        except (NotFoundError, UnreadableError, OSError):
            continue  # deleted just now, or found when looking at documents
        if isinstance(owner, str) and owner not in context.store.users.documents:
            yield doc_id, owner


def _words(owner: str) -> str:
    return f"belongs to {owner}, who does not exist"


def _quarantine(context: CheckContext, token_id: str) -> str:
    said = context.quarantine(f"{context.store.tokens.name}/{token_id}")
    context.store.tokens.log_changes([token_id])
    return said
