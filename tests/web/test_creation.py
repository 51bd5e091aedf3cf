"""Idempotency-Key of requests that create: each creates its resource once."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import TestResponse

from accounts import requests
from storage.clock import DAY_MS, now_ms
from storage.documents.tables import DocumentTable
from storage.errors import DiskFullError
from storage.paths import REQUESTS
from tests.people import Person
from tests.simultaneous import at_once
from tests.walk import PopulatedProject
from tests.web.openapi import each_operation, parameters

KEY = "key-1"


@dataclass
class Creation:
    """A request that creates something: where it is listed, and another body."""

    url: str
    listed: str
    body: dict[str, Any]
    other: dict[str, Any]
    id_of: Callable[[Any], str] = lambda created: str(created["id"])

    def send(
        self, person: Person, body: dict[str, Any] | None = None, key: str = KEY
    ) -> TestResponse:
        return person.post(self.url, json=body or self.body, headers={"Idempotency-Key": key})

    def count(self, person: Person) -> int:
        listed = person.show(self.listed)
        return len(listed if isinstance(listed, list) else next(iter(listed.values())))


KINDS = ("projects", "works", "templates", "tokens", "links")


def creation(kind: str, data: PopulatedProject) -> Creation:
    body: dict[str, Any]
    project = data.project.rpartition("/")[2]
    if kind == "projects":
        return Creation("/api/projects", "/api/projects", {"name": "A"}, {"name": "B"})
    if kind == "tokens":
        body = {"name": "A", "scopes": ["works:read"]}
        other = {**body, "scopes": ["works:write"]}
        return Creation("/api/tokens", "/api/tokens", body, other, lambda made: made["meta"]["id"])
    if kind == "links":
        body = {"kind": "upload", "projectId": project}
        return Creation("/api/links", "/api/links", body, {**body, "expiresIn": 600})
    body = {"name": "A"} | ({"content": {}} if kind == "templates" else {})
    url = f"{data.project}/{kind}"
    return Creation(url, url, body, {**body, "name": "B"})


@pytest.fixture(params=KINDS)
def made(request, populated):
    return creation(request.param, populated)


def test_repeated_request_returns_what_it_created(made, populated):
    before = made.count(populated.owner)

    first, repeated = (made.send(populated.owner) for _ in range(2))
    other = made.send(populated.owner, made.other)
    new = made.send(populated.owner, key="key-2")

    assert [each.status_code for each in (first, repeated, other, new)] == [201, 201, 409, 201]
    assert repeated.json == first.json
    told = [each.headers.get("Idempotency-Replayed") for each in (first, repeated, other, new)]
    assert told == [None, "true", None, None]
    assert other.json["code"] == "idempotency_key_reused"
    assert made.id_of(new.json) != made.id_of(first.json)
    assert made.count(populated.owner) == before + 2


def test_what_was_deleted_is_not_created_again(made, populated):
    url = f"{made.url}/{made.id_of(made.send(populated.owner).json)}"
    assert populated.owner.delete(url).status_code == 204
    before = made.count(populated.owner)

    repeated = made.send(populated.owner)

    assert (repeated.status_code, repeated.json["code"]) == (410, "gone")
    assert made.count(populated.owner) == before


def test_request_that_a_crash_interrupted_creates_the_same(made, populated, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(requests, "finish", lambda *_: None)
        first = made.send(populated.owner)

    repeated = made.send(populated.owner)

    assert (repeated.status_code, repeated.json) == (201, first.json)


def test_request_that_failed_can_be_repeated(made, populated, monkeypatch):
    before, create = made.count(populated.owner), DocumentTable.create

    def fail_beyond_the_record(table: DocumentTable, doc_id: str, values: Any) -> Any:
        if table.name != REQUESTS:
            raise DiskFullError
        return create(table, doc_id, values)

    with monkeypatch.context() as patch:
        patch.setattr(DocumentTable, "create", fail_beyond_the_record)
        failed = made.send(populated.owner)
    repeated = made.send(populated.owner)

    assert (failed.status_code, repeated.status_code) == (507, 201)
    assert made.count(populated.owner) == before + 1


def test_simultaneous_requests_create_one(made, app, populated):
    before, owner = made.count(populated.owner), populated.owner
    clients = [Person(app.test_client(), owner.token, owner.user) for _ in range(5)]

    answers = at_once([partial(made.send, each) for each in clients])

    assert {answer.status_code for answer in answers} == {201}
    assert len({made.id_of(answer.json) for answer in answers}) == 1
    assert made.count(owner) == before + 1


def test_keys_are_separate_for_users_and_addresses(app, ana):
    ben = Person.register(app.test_client(), "ben@example.com")
    headers = {"Idempotency-Key": KEY}

    projects = [each.post("/api/projects", json={}, headers=headers) for each in (ana, ben)]
    ids = [each.json["id"] for each in projects]
    urls = ("/api/projects/", f"/api/projects/{ids[0]}/works", f"/api/projects/{ids[0]}/works/")
    again, work, same = [ana.post(url, headers=headers).json["id"] for url in urls]

    assert again == ids[0] != ids[1]
    assert work == same


@pytest.mark.parametrize("as_form", [True, False], ids=["form", "raw"])
def test_repeated_upload_returns_the_asset(populated, samples, as_form):
    url, owner = f"{populated.project}/assets", populated.owner
    before = owner.show(url)["count"]

    def send(name: str) -> TestResponse:
        headers, file = {"Idempotency-Key": KEY}, samples / name
        if as_form:
            with file.open("rb") as stream:
                form = {"file": (stream, name), "name": "Logo"}
                return owner.post(url, data=form, headers=headers)
        return owner.post(url, data=file.read_bytes(), headers=headers, content_type="image/png")

    first, repeated, other = send("image.png"), send("image.png"), send("image.jpg")

    assert (first.status_code, repeated.status_code) == (201, 201)
    assert repeated.json == first.json
    assert other.status_code == 409
    assert owner.show(url)["count"] == before + 1
    assert not list(Path(owner.client.application.extensions["services"].store.root).rglob(".new*"))


def test_token_that_is_answered_again_works_and_is_stored_nowhere(app, populated):
    made = creation("tokens", populated)

    first, repeated = (made.send(populated.owner).json["token"] for _ in range(2))

    root = app.extensions["services"].store.root
    assert first == repeated
    assert Person(app.test_client(), first, {}).get(populated.work).status_code == 200
    files = [path.read_bytes() for path in root.rglob("*") if path.is_file()]
    assert not any(first.encode() in content for content in files)


def test_token_has_ended_when_it_was_revoked_and_its_request_is_repeated(app, populated):
    made, owner = creation("tokens", populated), populated.owner
    token = made.send(owner).json
    owner.delete(f"/api/tokens/{token['meta']['id']}")

    made.send(owner)

    assert Person(app.test_client(), token["token"], {}).get("/api/auth/me").status_code == 401


@pytest.mark.parametrize("kind", ["tokens", "links"])
def test_secret_is_answered_again_only_to_the_token_that_created_it(populated, kind):
    made, owner = creation(kind, populated), populated.owner
    first = made.send(owner)
    before = made.count(owner)

    other = made.send(owner.with_scopes("works:read", "projects:write"))

    assert (first.status_code, other.status_code) == (201, 409)
    assert other.json["code"] == "idempotency_key_reused"
    assert made.count(owner) == before + (kind == "tokens")  # the other one


def test_key_is_forgotten_after_a_day(app, ana, monkeypatch):
    headers, store = {"Idempotency-Key": KEY}, app.extensions["services"].store
    first = ana.post("/api/projects", json={"name": "A"}, headers=headers).json

    later = now_ms() + DAY_MS
    monkeypatch.setattr(requests, "now_ms", lambda: later)
    second = ana.post("/api/projects", json={"name": "B"}, headers=headers)

    assert second.status_code == 201
    assert second.json["id"] != first["id"]
    assert len(store.requests) == 1
    monkeypatch.setattr(requests, "now_ms", lambda: later + DAY_MS)
    requests.delete_expired(store)
    assert len(store.requests) == 0


def test_key_that_was_used_again_is_kept_by_whoever_finds_the_old_request(app, ana, monkeypatch):
    store = app.extensions["services"].store
    ana.post("/api/projects", json={}, headers={"Idempotency-Key": KEY})
    times = iter([now_ms() + DAY_MS])  # when it is found; it is new when it would be deleted
    monkeypatch.setattr(requests, "now_ms", lambda: next(times, now_ms()))

    requests.delete_expired(store)

    assert len(store.requests) == 1


def test_every_post_that_creates_takes_a_key(description):
    """Except for what belongs to no user yet, and for tokens that are not stored."""
    others = {"register", "makeMediaToken", "makeGuest"}
    creating = {
        operation["operationId"]: parameters(description, operation)
        for method, _, operation in each_operation(description)
        if method == "post" and operation["responses"].keys() & {"201", "202"}
    }
    without = {name for name, known in creating.items() if "Idempotency-Key" not in known}

    assert {name for name in without if not name.startswith("resume")} == others


def test_invalid_key_returns_400(ana):
    answer = ana.post("/api/projects", json={}, headers={"Idempotency-Key": "x" * 256})

    assert (answer.status_code, answer.json["error"]) == (400, "Invalid Idempotency-Key")
    assert ana.show("/api/projects") == []
