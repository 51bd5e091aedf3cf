"""Requests with an Idempotency-Key that are refused: nothing is kept; of others, it is counted."""

from functools import partial
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import TestResponse

from accounts import requests
from accounts.requests import begin, finish, forget
from errors import ReusedKeyError
from storage.documents.tables import DocumentTable
from storage.errors import NotFoundError, UnconfirmedError
from storage.limits import StorageLimits
from storage.paths import PROJECTS, REQUEST_BYTES
from storage.store import Store
from tests.people import Person, fill_quota
from tests.simultaneous import at_once

KEY = {"Idempotency-Key": "key-1"}
LINK = {"kind": "upload", "projectId": "proj_unknown"}
QUOTA = 1 << 20

pytestmark = pytest.mark.settings(user_quota_mb=1)


@pytest.fixture
def limits(store, settings):
    return StorageLimits(store, settings)


@pytest.fixture
def send(store, limits, ana):
    """Begin a request of ana's with the key; the hash is that of what is sent."""
    return partial(begin, store, limits, ana.user["id"], "/api/projects", "key-1")


def notes(store: Store) -> list[str]:
    """Return the ids of the requests that are noted, and of directories that are left of others."""
    return [path.name for path in Path(store.root, "requests").glob("*")]


def order_link(person: Person, **fields: str) -> TestResponse:
    return person.post("/api/links", json={**LINK, **fields}, headers=KEY)


def test_nothing_is_kept_of_a_refused_request(store, ana, project):
    refused = order_link(ana)

    assert refused.status_code == 404
    assert notes(store) == []
    assert order_link(ana, projectId=project.rpartition("/")[2]).status_code == 201  # the same key


def test_request_that_is_refused_is_found_by_the_one_that_creates_meanwhile(store, limits, send):
    refused, creating = send("a"), send("a")

    forget(store, limits, refused)
    finish(store, creating)

    again = send("a")
    assert (again.name, again.is_done) == (creating.name, True)
    assert refused.name == creating.name
    forget(store, limits, again)
    assert send("a").is_done


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0)], ids=["first first", "last first"])
def test_the_last_of_refused_requests_at_once_forgets_them(store, limits, send, order):
    begun = [send("a") for _ in order]

    for index in order:
        assert len(notes(store)) == 1
        with pytest.raises(ReusedKeyError):
            send("b")
        forget(store, limits, begun[index])

    assert notes(store) == []
    assert send("b").is_new


def test_request_whose_process_died_is_not_forgotten_by_its_repetition(store, limits, send):
    died = send("a")

    forget(store, limits, send("a"))

    assert send("a").name == died.name


def test_simultaneous_refused_requests_leave_nothing(app, store, ana):
    clients = [Person(app.test_client(), ana.token, ana.user) for _ in range(8)]

    answers = at_once([partial(order_link, each) for each in clients])

    assert {answer.status_code for answer in answers} == {404}
    assert notes(store) == []


def test_what_was_created_although_the_disk_failed_is_found(store, ana, monkeypatch):
    log_changes = DocumentTable.log_changes

    def fail(table: DocumentTable, doc_ids: Any, files: Any) -> None:
        log_changes(table, doc_ids, files)
        if table.name == PROJECTS:
            raise UnconfirmedError("of a project")

    with monkeypatch.context() as patch:
        patch.setattr(DocumentTable, "log_changes", fail)
        failed = ana.post("/api/projects", json={}, headers=KEY)
    repeated = ana.post("/api/projects", json={}, headers=KEY)

    assert (failed.status_code, repeated.status_code) == (503, 201)
    assert [each["id"] for each in ana.show("/api/projects")] == [repeated.json["id"]]


def test_note_of_before_is_found(store, ana):
    """It was not named after its user, and did not count who is about to create something."""
    first = ana.post("/api/projects", json={}, headers=KEY).json
    [name] = notes(store)
    before = f"req_{name.rpartition('_')[2]}"
    note = store.requests.snapshot(name).parse()
    del note["creators"]
    store.requests.delete(name)
    store.requests.create(before, {**note, "id": before})

    assert ana.post("/api/projects", json={}, headers=KEY).json == first
    store.requests.change(before, lambda request: request.update(done=False))
    assert ana.post("/api/projects", json={}, headers=KEY).json == first
    assert notes(store) == [before]
    requests.delete_expired(store)
    assert notes(store) == [before]


def test_note_that_has_lost_its_document_is_not_waited_for(store, ana):
    ana.post("/api/projects", json={}, headers=KEY)
    [name] = notes(store)
    Path(store.root, "requests", name, "request.json").unlink()

    answer = ana.post("/api/projects", json={}, headers=KEY)

    assert (answer.status_code, answer.json["code"]) == (503, "storage_unavailable")
    assert ana.post("/api/projects", json={}).status_code == 201


def test_notes_count_for_the_quota_of_who_sends(store, ana):
    """Each is the only thing that is left of a project that was deleted for good."""
    answers = []
    while not answers or answers[-1].status_code == 201:
        headers = {"Idempotency-Key": f"key-{len(answers)}"}
        answers.append(ana.post("/api/projects", json={}, headers=headers))
        if answers[-1].status_code == 201:
            ana.delete(f"/api/projects/{answers[-1].json['id']}?permanently=1")

    assert answers[-1].json["code"] == "quota_exceeded"
    assert QUOTA - 8 * REQUEST_BYTES < len(notes(store)) * REQUEST_BYTES <= QUOTA
    with pytest.raises(NotFoundError):
        store.projects.snapshot(answers[0].json["id"])


def test_note_without_room_is_refused(store, ana, work):
    fill_quota(ana, work)

    answer = ana.post("/api/webhook-secret/rotate", headers=KEY)

    assert (answer.status_code, answer.json["code"]) == (507, "quota_exceeded")
    assert notes(store) == []
    assert ana.post("/api/webhook-secret/rotate").status_code == 200
