"""The limits of a work's discussion in comments, lines and bytes: for all, a link, a guest.

Guests are strangers: each has an eighth, all of a link a half, and all of a work three quarters, so
that members can always go on. Deletions are never refused; decisions, which nobody can delete, take
an eighth by each link.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from errors import LimitReachedError
from schemas.reviews import GUEST
from settings.tuning import Tuning
from sharing.reviews.records import COMMENT, DECISION, Discussion, Line

_OF_GUEST, _OF_LINK, _OF_GUESTS = 1 / 8, 1 / 2, 3 / 4
_OF_DECISIONS = _OF_GUEST  # by a link

_TOO_MANY = "Too many comments"
_FULL_GUEST = "You have written as much as a guest may. Delete comments that are not needed."
_FULL_LINK = "There is no room for more comments by this link. Tell whoever gave it to you."
_FULL_DECISIONS = "There is no room for more decisions by this link. Tell whoever gave it to you."
_FULL_GUESTS = "There is no room for more comments by guests. Tell whoever gave you the link."


class Used(NamedTuple):
    """Room that is used, or may be: comments that are not deleted, lines, and their bytes."""

    comments: int
    lines: int
    bytes: int

    def plus(self, other: "Used") -> "Used":
        """Return the sum."""
        return Used(*(a + b for a, b in zip(self, other, strict=True)))

    def at_most(self, other: "Used") -> "Used":
        """Return the lesser of each."""
        return Used(*map(min, self, other))

    def fits(self, limit: "Used") -> bool:
        """Return whether nothing is above its limit."""
        return all(used <= most for used, most in zip(self, limit, strict=True))


class Room:
    """The room of a work, as it is used by lines with their sizes.

    The limit of comments, which may be exceeded already, applies to who adds one.
    """

    def __init__(
        self,
        tuning: Tuning,
        found: Discussion,
        lines: Sequence[Line],
        sizes: Sequence[int],
        *,
        adds_comment: bool,
    ) -> None:
        self._limit = Used(tuning.comments, tuning.comment_lines, tuning.comment_bytes)
        shown = (each["id"] for each in found.comments.values() if "deleted" not in each)
        self._shown = frozenset(shown if adds_comment else ())
        self._lines = lines
        self._sizes = sizes

    def check(self, author: Mapping[str, Any], link_id: str) -> None:
        """Raise LimitReachedError if an author's part is used up; guests come by a link."""
        is_guest = author["kind"] == GUEST
        total = Used(len(self._shown), len(self._lines), sum(self._sizes))
        if total.fits(self._part(_OF_GUEST) if is_guest else self._limit):
            return  # a single author who has said all of it
        guests = self._used(_is_of_guest)
        if is_guest:
            own = self._used(lambda line: _person(line) == (GUEST, author["id"]))
            _check(own, self._part(_OF_GUEST), _FULL_GUEST)
            self._check_link(link_id)
            _check(guests, self._part(_OF_GUESTS), _FULL_GUESTS)
        members = self._used(lambda line: not _is_of_guest(line))
        all_of_them = members.plus(guests.at_most(self._part(_OF_GUESTS)))
        _check(all_of_them, self._limit, _FULL_GUESTS if is_guest else self._full())

    def _check_link(self, link_id: str) -> None:
        of_link = self._used(lambda line: line.get("link") == link_id)
        _check(of_link, self._part(_OF_LINK), _FULL_LINK)
        decided = self._used(
            lambda line: line.get("link") == link_id and line.get("type") == DECISION
        )
        _check(decided, self._part(_OF_DECISIONS), _FULL_DECISIONS)

    def _full(self) -> str:
        comments, lines, size = self._limit
        return (
            f"A work may have {comments:,} comments, and {lines:,} with changes of them and"
            f" decisions, of {size >> 20} MB in all. Delete some."
        )

    def _part(self, part: float) -> Used:
        return Used(*(int(part * most) for most in self._limit))

    def _used(self, counts: Callable[[Line], bool]) -> Used:
        sized = zip(self._lines, self._sizes, strict=True)
        counted = [(line, size) for line, size in sized if counts(line)]
        comments = sum(self._is_shown(line) for line, _ in counted)
        return Used(comments, len(counted), sum(size for _, size in counted))

    def _is_shown(self, line: Line) -> bool:
        return line.get("type") == COMMENT and str(line.get("id")) in self._shown


def _check(used: Used, limit: Used, message: str) -> None:
    if not used.fits(limit):
        raise LimitReachedError(_TOO_MANY, message)


def _person(line: Line) -> tuple[Any, Any]:
    """Return the kind and the id of who said a line; nobody's if that is damaged, or not known."""
    person = line.get("author") or line.get("by")
    return (person.get("kind"), person.get("id")) if isinstance(person, dict) else (None, None)


def _is_of_guest(line: Line) -> bool:
    return bool(_person(line)[0] == GUEST)
