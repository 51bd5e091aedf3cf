"""Where comments and decisions are stored: reads and appends to `comments.jsonl` of a work.

The lines are defined in records.py, the file and its lock in storage/work_comments.py. Which part
of the space a guest or a link may use is decided in discussion_limits.py.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import suppress
from typing import Any, NamedTuple

from errors import LimitReachedError
from settings.tuning import Tuning
from sharing.reviews import records
from sharing.reviews.compaction import compacted
from sharing.reviews.discussion_limits import Room
from sharing.reviews.records import Discussion, Line
from storage.clock import now_ms
from storage.documents.line_files import Lines, Rewritten, serialize_line
from storage.errors import DiskFullError
from storage.paths import WorkRef
from storage.store import Store
from storage.work_comments import comments_of

Json = dict[str, Any]
Within = Collection[str] | None  # the exports that somebody sees; None for all of the work


class Author(NamedTuple):
    """Who says something: a guest or a user; `is_owner` of the project may delete all comments."""

    kind: str
    id: str
    name: str
    is_owner: bool = False
    link_id: str = ""  # by which a guest came

    def to_json(self) -> Json:
        """Return the author as comments have it."""
        return {"kind": self.kind, "id": self.id, "name": self.name}

    def wrote(self, entry: Mapping[str, Any]) -> bool:
        """Return whether a comment is this author's."""
        return bool((entry["author"]["kind"], entry["author"]["id"]) == (self.kind, self.id))


def version_of(store: Store, ref: WorkRef) -> str:
    """Return a version that changes with each comment and decision, without reading them."""
    return "-".join(f"{part:x}" for part in comments_of(store, ref).signature())


def read(store: Store, ref: WorkRef) -> Discussion:
    """Return what was said and decided about the exports of a work."""
    return records.discussion(comments_of(store, ref).read().values)


def append(
    store: Store, ref: WorkRef, author: Author, make: Callable[[Discussion], Iterable[Json]]
) -> Discussion:
    """Append the lines that `make` returns for what was said before; return what all of them say.

    What is deleted leaves the file, and so does what was replaced before the author's part of the
    room is used up. Raises LimitReachedError then, but for deletions; NotFoundError without the
    work, and what `make` raises.
    """
    file = comments_of(store, ref)
    addition = _Addition(store.nodes.tuning, author, make)
    try:
        file.append(addition.lines)
    except DiskFullError:
        if not addition.deletes:
            raise
        file.append(addition.lines_only)  # a deletion makes room once there is some for a new file
    return addition.found


class _Addition:
    """Lines that are about to be added; `found` is what they and all before them say."""

    def __init__(
        self, tuning: Tuning, author: Author, make: Callable[[Discussion], Iterable[Json]]
    ) -> None:
        self._tuning = tuning
        self._author = author
        self._make = make
        self.found = records.discussion([])
        self._kinds: set[str] = set()

    @property
    def deletes(self) -> bool:
        """Whether a comment is deleted."""
        return records.DELETE in self._kinds

    def lines_only(self, present: Lines) -> list[Json]:
        """Return the new lines, whether or not there is room for them."""
        self.found = records.discussion(present.values)
        by_link = {"link": self._author.link_id} if self._author.link_id else {}
        new = [{**line, **by_link} for line in self._make(self.found)]
        self._kinds = {line["type"] for line in new}
        records.add(self.found, new)
        return new

    def lines(self, present: Lines) -> list[Json] | Rewritten:
        """Return the new lines, or what the file says with them. Raises LimitReachedError."""
        new = self.lines_only(present)
        if not new:
            return []
        lines = [*present.values, *new]
        if not self.deletes:
            with suppress(LimitReachedError):
                self._check(lines, [*present.sizes, *map(_size, new)])
                return new
        lines = compacted(lines, now_ms())
        if not self.deletes:
            self._check(lines, [*map(_size, lines)])
        return Rewritten(lines)

    def _check(self, lines: list[Line], sizes: list[int]) -> None:
        adds = records.COMMENT in self._kinds
        room = Room(self._tuning, self.found, lines, sizes, adds_comment=adds)
        room.check(self._author.to_json(), self._author.link_id)


def _size(line: Line) -> int:
    return len(serialize_line(line))


def seen(entries: list[Json], within: Within) -> list[Json]:
    """Return the comments or decisions about these exports."""
    return [each for each in entries if within is None or each["exportId"] in within]
