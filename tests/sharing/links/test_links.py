"""The store of links: tokens, what ends a link, the list, the limit, and what is left of them."""

import re

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from errors import ConflictError
from schemas.accounts import SCOPES
from sharing.links import service
from storage.clock import DAY_MS, now_ms
from tests.accounts.requests import create_token
from tests.applications import create_app
from tests.jobs.helpers import until
from tests.people import Person
from tests.sharing.links.conftest import export_link
from tests.simultaneous import at_once
from tests.walk import PopulatedProject

LINKS = "/api/links"
UNKNOWN = ("x" * 22, "x" * 21, "x" * 4000, "ü", "%00", "-" * 22, "a b")


@pytest.fixture
def status(client, populated):
    return Status(client, populated)


class Status:
    """The status of links to an export, made with some token."""

    def __init__(self, client: FlaskClient, populated: PopulatedProject) -> None:
        self._client = client
        self._export = populated.export

    def link(self, person: Person, seconds: int = 600) -> service.NewLink:
        return export_link(person, self._export, seconds)

    def of(self, link: service.NewLink) -> int:
        return self._client.get(link.path, buffered=True).status_code


def test_token_has_128_bits_and_only_its_hash_is_stored(client, store, upload_link):
    link = upload_link()
    client.put(link.path, data=b"x")

    token = link.path.removeprefix("/api/uploads/")
    assert re.fullmatch("[A-Za-z0-9_-]{22}", token)
    files = [path for path in store.root.rglob("*") if path.is_file()]
    assert any(path.name == "link.json" for path in files)
    assert not [path for path in files if token.encode() in path.read_bytes()]
    assert not [path for path in store.root.rglob("*") if token in path.name]


@pytest.mark.parametrize("token", UNKNOWN)
def test_unknown_link_is_not_found(client, token):
    answers = [client.get(f"/api/downloads/{token}"), client.put(f"/api/uploads/{token}")]

    for answer in answers:
        assert_missing(answer)


def assert_missing(answer: TestResponse) -> None:
    assert answer.status_code == 404
    assert answer.json["details"].startswith("There is no such link.")


def test_link_of_another_kind_is_not_found(client, upload_link, populated):
    upload, export = upload_link(), export_link(populated.owner, populated.export)

    assert_missing(client.get(upload.path.replace("uploads", "downloads")))
    assert_missing(client.put(export.path.replace("downloads", "uploads"), data=b"x"))


def test_link_whose_hash_is_another_one_is_not_found(client, store, upload_link):
    link = upload_link()
    store.links.change(link.id, lambda document: document.update(hash="0" * 64))

    assert_missing(client.put(link.path, data=b"x"))


def test_expired_link_says_so(client, upload_link):
    answer = client.put(upload_link(seconds=-1).path, data=b"x")

    assert (answer.status_code, answer.json["error"]) == (410, "This link has expired")


def test_revoked_link_is_not_found(client, ana, status):
    link, other = status.link(ana), status.link(ana)

    assert ana.delete(f"{LINKS}/{link.id}").status_code == 204

    assert [status.of(link), status.of(other)] == [404, 200]
    assert ana.delete(f"{LINKS}/{link.id}").status_code == 404


@pytest.fixture
def ana(populated):
    """The owner of the populated project."""
    return populated.owner


@pytest.fixture
def project(populated):
    return populated.project


def test_link_ends_with_the_session_that_it_was_made_with(ana, status):
    link = status.link(ana)
    assert status.of(link) == 200

    ana.post("/api/auth/logout")

    assert status.of(link) == 404


def test_link_ends_with_the_api_token_that_it_was_made_with(ana, status):
    created = create_token(ana, "works:read")
    link = status.link(Person(ana.client, created["token"], ana.user))
    assert status.of(link) == 200

    ana.delete(f"/api/tokens/{created['meta']['id']}")

    assert status.of(link) == 404


def test_link_ends_when_its_user_loses_the_project(ana, ben, store, status, project):
    link = status.link(ana)
    project_id = project.rpartition("/")[2]

    store.projects.change(project_id, lambda each: each.update(userId=ben.user["id"]))

    assert status.of(link) == 404


def test_link_ends_with_the_account(ana, store, status):
    link = status.link(ana.with_scopes("works:read"))

    store.users.delete(ana.user["id"])
    store.users.documents.evict(ana.user["id"])

    assert status.of(link) == 404


def test_list_has_own_links_that_have_not_ended_newest_first(ana, ben, status, upload_link):
    before = ana.show(LINKS)["links"]
    export, upload, expired = status.link(ana), upload_link(name="a.jpg"), status.link(ana, -1)

    listed = ana.show(LINKS)["links"]

    assert {each["id"] for each in listed} == {export.id, upload.id, *(e["id"] for e in before)}
    assert expired.id not in {each["id"] for each in listed}
    entry = next(each for each in listed if each["id"] == upload.id)
    assert entry["kind"] == "upload"
    assert entry["expiresAt"] == upload.expires_at
    assert entry["usedAt"] is None
    assert entry["target"]["name"] == "a.jpg"
    assert [each["createdAt"] for each in listed] == sorted(
        (each["createdAt"] for each in listed), reverse=True
    )
    assert ben.show(LINKS) == {"links": []}


def test_links_of_other_users_cannot_be_revoked(ana, ben, status):
    link = status.link(ana)

    assert ben.delete(f"{LINKS}/{link.id}").status_code == 404
    assert status.of(link) == 200


@pytest.mark.parametrize(
    ("kind", "scope"), [("upload", "projects:write"), ("export", "works:read")]
)
def test_api_token_manages_the_kinds_of_links_of_its_scopes(ana, status, upload_link, kind, scope):
    links = {"upload": upload_link(), "export": status.link(ana)}
    with_it = ana.with_scopes(scope)
    without = ana.with_scopes(*(set(SCOPES) - {scope}))

    shown = {each["kind"] for each in with_it.show(LINKS)["links"]}
    assert shown & {*links} == {kind}
    assert kind not in {each["kind"] for each in without.show(LINKS)["links"]}
    answer = without.delete(f"{LINKS}/{links[kind].id}")
    assert (answer.status_code, answer.json["required"]) == (403, [scope])
    assert with_it.delete(f"{LINKS}/{links[kind].id}").status_code == 204


def test_user_has_a_limited_number_of_links(ana, ben, upload_link, monkeypatch):
    present = len(ana.show(LINKS)["links"])
    monkeypatch.setattr(service, "MAX_LINKS", present + 2)
    upload_link(seconds=-1)  # which does not count

    def make() -> str:
        try:
            return upload_link().id[:5]
        except ConflictError as exc:
            return f"{exc.message}: {exc.details}"

    refused = f"Too many links: A user may have {present + 2}: revoke some, or wait"
    made = sorted(at_once([make] * 4))
    assert [each[: len(refused)] for each in made] == [refused, refused, "link_", "link_"]
    assert upload_link(ben)


def test_links_are_deleted_a_day_after_they_have_expired(client, store, upload_link, monkeypatch):
    live, expired, old = upload_link(), upload_link(seconds=-1), upload_link(seconds=-86_500)

    service.delete_expired(store)

    assert [client.put(each.path).status_code for each in (expired, old)] == [410, 404]
    assert old.id not in store.links.documents
    monkeypatch.setattr(service, "now_ms", lambda: now_ms() + 2 * DAY_MS)
    service.delete_expired(store)
    assert live.id not in store.links.documents
    service.delete_expired(store)


@pytest.mark.tuning(first_pruning=0.05)
def test_running_service_deletes_them_and_expired_counts_of_logins(app, store, upload_link):
    live, old = upload_link(), upload_link(seconds=-86_500)
    store.logins.create("account-0", {"counters": {"08": [3, 0]}})

    app.extensions["services"].jobs.worker.start()

    assert until(lambda: old.id not in store.links.documents)
    assert until(lambda: not store.logins.documents)
    assert live.id in store.links.documents


def test_links_are_those_of_all_processes(settings, ana, status, upload_link, samples):
    other = create_app(settings).test_client()
    export, upload = status.link(ana), upload_link()
    image = (samples / "image.jpg").read_bytes()

    assert other.get(export.path, buffered=True).status_code == 200
    answers = [each.put(upload.path, data=image) for each in (other, ana.client)]
    assert [each.status_code for each in answers] == [201, 201]
    assert answers[0].json == answers[1].json
    assert Person(other, ana.token, ana.user).delete(f"{LINKS}/{export.id}").status_code == 204
    assert status.of(export) == 404
