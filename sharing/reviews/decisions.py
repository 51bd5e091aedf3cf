"""Decisions about the exports of a work: approved, or changes are asked for.

They are stored by stored_discussions.py.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from sharing.reviews import records, versions
from sharing.reviews.records import Discussion
from sharing.reviews.stored_discussions import Author, Json, Within, append, read, seen
from storage.clock import now_ms
from storage.errors import ExistsError, NotFoundError
from storage.paths import WorkRef, new_id
from storage.store import Store


def list_current(store: Store, ref: WorkRef, within: Within) -> list[Json]:
    """Return the last decision of each person about each export, newest first."""
    return seen(read(store, ref).current_decisions(), within)


def decide(
    store: Store,
    ref: WorkRef,
    author: Author,
    fields: Mapping[str, Any],
    known: list[Json],
    decision_id: str | None = None,
) -> Json:
    """Make a decision about one of the known exports, newest first; return it.

    `decision_id` is its id, if that was chosen before. Raises FieldsError, LimitReachedError,
    ExistsError if there is one of this id, NotFoundError without the work.
    """
    new = decision_id or new_id("decision")

    def make(found: Discussion) -> Iterable[Json]:
        if any(each["id"] == new for each in found.decisions):
            raise ExistsError(new)
        export_id = versions.chosen(known, fields.get("exportId"))["id"]
        decided = {"exportId": export_id, "decision": fields["decision"], "text": fields["text"]}
        about = {"id": new, "author": author.to_json(), "at": now_ms()}
        yield {"type": records.DECISION, **about, **decided}

    return _find(append(store, ref, author, make), new)


def get(store: Store, ref: WorkRef, decision_id: str, within: Within = None) -> Json:
    """Return a decision about one of the exports `within`. Raises NotFoundError."""
    decision = _find(read(store, ref), decision_id)
    if within is not None and decision["exportId"] not in within:
        raise NotFoundError(f"decisions/{decision_id}")
    return decision


def _find(found: Discussion, decision_id: str) -> Json:
    for each in reversed(found.decisions):
        if each["id"] == decision_id:
            return each
    raise NotFoundError(f"decisions/{decision_id}")
