"""Members in tests of rights: written into the project's document, as an invitation does."""

from typing import Any

from flask import Flask

from storage.store import Store
from tests.people import Person


def store_of(app: Flask) -> Store:
    """Return the open data directory of an application."""
    store: Store = app.extensions["services"].store
    return store


def id_of(project: str) -> str:
    """Return the id of a project by its path."""
    return project.rpartition("/")[2]


def set_members(store: Store, project_id: str, *members: dict[str, Any]) -> None:
    """Replace the members of a project."""
    store.projects.change(project_id, lambda project: project.update(members=list(members)))


def member(person: Person, role: str, *, may_pay: bool = False) -> dict[str, Any]:
    """Return a person as the project stores them."""
    return {"userId": person.user["id"], "role": role, "mayPay": may_pay, "addedAt": 1}
