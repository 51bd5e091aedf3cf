"""Entries of the trash: damaged ones, and damaged documents in them.

An entry without a document is normal after a crash: the service removes it.
"""

from collections.abc import Iterator
from contextlib import suppress

from commands.doctor.documents import CheckedCollection
from commands.doctor.findings import CheckContext, Finding
from storage.errors import NotFoundError
from storage.trash import Entry, collection_in_trash, lacks_document


def check(context: CheckContext) -> Iterator[Finding]:
    """Check the entries, and the documents in them; of a deleted project, its own alone."""
    checked = CheckedCollection(context, context.store.trash)
    yield from checked.findings()
    for trash_id in checked.valid_ids():
        with suppress(NotFoundError):  # removed or restored concurrently
            entry = context.store.trash.snapshot(trash_id).values
            if not lacks_document(context.store, entry):
                yield from _contents(context, entry).findings()


def _contents(context: CheckContext, entry: Entry) -> CheckedCollection:
    """Return the collection with the deleted document of an entry."""
    table = context.store.collection(collection_in_trash(entry))
    expected = {} if entry["kind"] == "project" else {"projectId": entry["projectId"]}
    return CheckedCollection(context, table, **expected)
