"""A project of ana's in which ben is an editor; cleo is a stranger."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from storage.store import Store
from tests.access.members import member, set_members, store_of
from tests.people import Person


@pytest.fixture
def store(app: Flask) -> Store:
    """The store of the application."""
    return store_of(app)


@pytest.fixture
def cleo(client: FlaskClient) -> Person:
    """A logged-in user."""
    return Person.register(client, "cleo@example.com")


@pytest.fixture
def shared(store: Store, project: str, ben: Person) -> str:
    """The URL path of ana's project, which she shares with ben."""
    set_members(store, project.rpartition("/")[2], member(ben, "editor"))
    return project
