"""A project of ana's in which ben is an editor; cleo is a stranger."""

import pytest

from tests.access.members import member, set_members


@pytest.fixture
def shared(store, project, ben):
    """The URL path of ana's project, which she shares with ben."""
    set_members(store, project.rpartition("/")[2], member(ben, "editor"))
    return project
