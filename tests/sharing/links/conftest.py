"""Links of ana's project, made as the MCP tools make them."""

from collections.abc import Callable
from typing import Any

import pytest

from accounts.authentication import authenticate
from accounts.identity import Credential, Identity
from schemas.links import EXPORT
from sharing.links import service, uploads
from sharing.links.service import NewLink
from storage.store import Store
from tests.people import Person
from web.context import Services

MakeUpload = Callable[..., NewLink]


def identity_of(person: Person) -> Identity:
    """Return the identity of a person's token."""
    services: Services = person.client.application.extensions["services"]
    return authenticate(services.store, services.signer, Credential(person.token))


@pytest.fixture
def upload_link(store, ana, project):
    """Make a link for an upload to ana's project; also with another person's token, or a name."""

    def make(person: Person = ana, seconds: int = 600, **names: Any) -> NewLink:
        project_id = project.rpartition("/")[2]
        return uploads.make(store, identity_of(person), project_id, seconds, **names)

    return make


def export_link(person: Person, export: str, seconds: int = 600) -> NewLink:
    """Make a link to the export at this path."""
    _, _, _, project_id, _, work_id, _, export_id = export.split("/")
    target = {"projectId": project_id, "workId": work_id, "exportId": export_id}
    store: Store = person.client.application.extensions["services"].store
    return service.create(store, identity_of(person), EXPORT, target, seconds)
