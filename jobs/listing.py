"""Listing the jobs of a collection, newest first, page by page."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from jobs.model import summarize
from schemas.cursors import Page, decode_cursor, encode_cursor
from storage.errors import NotFoundError, UnreadableError
from storage.store import Store

_CURSOR = (int, str)  # newest first: minus the time of creation; the id


def list_newest(
    store: Store, collection: str, query: Mapping[str, Any], kind: str | None = None
) -> Page:
    """List the jobs of a collection, or one kind of them, newest first; damaged ones are skipped.

    Only those of the page are read: which they are is known from the collection's index. `query`:
    {limit, cursor?}. Raises FieldsError for a malformed cursor.
    """
    table = store.collection(collection)
    entries = store.recent_index(table, summarize).current().entries
    of_kind = (each for each in entries if kind in {None, each.values["kind"]})
    found = sorted((-entry.values["createdAt"], entry.id) for entry in of_kind)
    if "cursor" in query:
        after = tuple(decode_cursor(query["cursor"], _CURSOR, "this list"))
        found = [position for position in found if position > after]
    jobs: list[Mapping[str, Any]] = []
    for number, (_, job_id) in enumerate(found):
        if len(jobs) == query["limit"]:
            return Page(jobs, encode_cursor(*found[number - 1]))
        with suppress(NotFoundError, UnreadableError):
            jobs.append(table.snapshot(job_id).values)
    return Page(jobs, None)
