"""What a history has made so far, and what today's rules give to whom."""

from dataclasses import dataclass, field
from enum import Enum

from access.rights import CHANGE, OWNER, SEE, has_right


class Place(Enum):
    """Where a project or a work is."""

    LIVE = "live"
    TRASH = "trash"
    GONE = "gone"


@dataclass
class Member:
    """What a member may do in a project."""

    role: str
    may_pay: bool


@dataclass
class Document:
    """A project or a work, and the names that it was given: secrets of those who may see it."""

    id: str
    url: str
    names: set[str]
    place: Place = Place.LIVE
    trash_id: str = ""
    is_exported: bool = False


@dataclass
class Project(Document):
    """A project, whose it is, and its members by name."""

    owner: str = ""
    members: dict[str, Member] = field(default_factory=dict)
    works: list[Document] = field(default_factory=list)

    def may(self, person: str, right: str) -> bool:
        """Return whether somebody has a right in the project, which is not in the trash."""
        if self.place is not Place.LIVE:
            return False
        if person == self.owner:
            return has_right(OWNER, True, right)
        member = self.members.get(person)
        return member is not None and has_right(member.role, member.may_pay, right)

    def shown_to(self, person: str) -> set[str]:
        """Return the names in this project that somebody may read today, also in the trash."""
        if self.place is Place.TRASH:
            return self.names if person == self.owner else set()
        shown = set(self.names) if self.may(person, SEE) else set()
        for work in self.works:
            if self.may(person, CHANGE if work.place is Place.TRASH else SEE):
                shown |= work.names
        return shown

    @property
    def all_names(self) -> set[str]:
        """All names in this project."""
        return self.names.union(*(work.names for work in self.works))
