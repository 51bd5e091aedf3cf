"""A project of ana's in which ben is an editor; cleo is a stranger."""

import pytest

from storage.store import Store
from tests.access.members import member, set_members
from tests.people import Person


@pytest.fixture
def shared(store: Store, project: str, ben: Person) -> str:
    """The URL path of ana's project, which she shares with ben."""
    set_members(store, project.rpartition("/")[2], member(ben, "editor"))
    return project
