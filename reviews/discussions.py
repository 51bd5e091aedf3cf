"""The discussion of a work, read from and appended to the file beside it (reviews/records.py)."""

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any, NamedTuple

from errors import LimitReachedError
from reviews import records
from reviews.records import Discussion
from reviews.versions import Place
from storage.documents.line_files import Lines
from storage.store import Store
from storage.work_comments import comments_of

Json = dict[str, Any]
Within = Collection[str] | None  # the exports that somebody sees; None for all of the work

MAX_LINES = 50_000  # of a work: comments, changes and decisions
MAX_BYTES = 16 << 20  # of these lines


class Author(NamedTuple):
    """Who says something: a guest or a user; `is_owner` of the project may delete all comments."""

    kind: str
    id: str
    name: str
    is_owner: bool = False

    def to_json(self) -> Json:
        """Return the author as comments have it."""
        return {"kind": self.kind, "id": self.id, "name": self.name}

    def wrote(self, entry: Mapping[str, Any]) -> bool:
        """Return whether a comment is this author's."""
        return bool((entry["author"]["kind"], entry["author"]["id"]) == (self.kind, self.id))


def version_of(store: Store, place: Place) -> str:
    """Return a version that changes with each comment and decision, without reading them."""
    return "-".join(f"{part:x}" for part in comments_of(store, *place).signature())


def read(store: Store, place: Place) -> Discussion:
    """Return what was said and decided about the exports of a work."""
    return records.discussion(comments_of(store, *place).read().values)


def append(store: Store, place: Place, make: Callable[[Discussion], Iterable[Json]]) -> Discussion:
    """Append the lines that `make` returns for what was said before; return what all of them say.

    Raises LimitReachedError, NotFoundError without the work, and what `make` raises.
    """
    found = Discussion({}, [])

    def lines(present: Lines) -> list[Json]:
        records.add(found, present.values)
        new = [*make(found)]
        if len(present.values) + len(new) > MAX_LINES or present.bytes > MAX_BYTES:
            details = (
                f"A work may have {MAX_LINES:,} comments, changes of them and decisions, of"
                f" {MAX_BYTES >> 20} MB in all."
            )
            raise LimitReachedError("Too many comments", details)
        records.add(found, new)
        return new

    comments_of(store, *place).append(lines)
    return found


def seen(entries: list[Json], within: Within) -> list[Json]:
    """Return the comments or decisions about these exports."""
    return [each for each in entries if within is None or each["exportId"] in within]
