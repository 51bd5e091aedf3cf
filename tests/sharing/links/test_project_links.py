"""Links that belong to a project: what ends them, who lists them, and that they work once."""

from collections.abc import Callable
from typing import Any

import orjson
import pytest

from errors import ConflictError
from schemas.links import INVITATION, LINK_KINDS, PATHS, PROJECT_LINK_KINDS, REVIEW, UPLOAD
from sharing.links import project_links, service
from storage.errors import ExistsError, NotFoundError
from tests.simultaneous import at_once

Make = Callable[..., service.NewLink]


@pytest.fixture
def project_id(ana):
    return ana.new_project().rpartition("/")[2]


@pytest.fixture
def make(store, ana, project_id):
    """Make a link of ana's to her project."""

    def make_link(kind: str = REVIEW, seconds: int = 600, **more: Any) -> service.NewLink:
        target = {"projectId": project_id}
        return project_links.create(store, ana.user["id"], kind, target, seconds, **more)

    return make_link


@pytest.fixture
def opens(app, store):
    """Return whether the address of a review opens something."""
    key_id = app.extensions["services"].signer.key_id

    def opens_link(link: service.NewLink) -> bool:
        try:
            token = link.path.rpartition("/")[2]
            return service.find(store, REVIEW, token, key_id)["id"] == link.id
        except service.ENDED:
            return False

    return opens_link


def test_it_outlives_the_login_of_its_maker(ana, make, opens):
    link = make()

    ana.post("/api/auth/logout")

    assert opens(link)


@pytest.mark.parametrize("end", ["revoked", "expired", "project", "account", "other owner"])
def test_what_ends_it(ana, ben, store, project_id, make, opens, end):
    link = make(seconds=-1 if end == "expired" else 600)
    assert opens(link) == (end != "expired")
    if end == "revoked":
        project_links.delete(store, REVIEW, link.id)
    elif end == "project":
        ana.delete(f"/api/projects/{project_id}")
    elif end == "account":
        store.users.delete(ana.user["id"])
        store.users.documents.evict(ana.user["id"])
    elif end == "other owner":
        store.projects.change(project_id, lambda each: each.update(userId=ben.user["id"]))

    assert not opens(link)
    assert project_links.list_live(store, REVIEW, project_id) == []


def test_it_is_listed_with_its_project_and_not_with_the_links_of_its_maker(
    ana, store, project_id, make
):
    review, invitation = make(name="Client"), make(INVITATION)

    [found] = project_links.list_live(store, REVIEW, project_id)

    assert (found["id"], found["name"]) == (review.id, "Client")
    assert [e["id"] for e in project_links.list_live(store, INVITATION, project_id)] == [
        invitation.id
    ]
    assert ana.show("/api/links") == {"links": []}
    assert ana.delete(f"/api/links/{review.id}").status_code == 404
    refused = ana.post("/api/links", json={"kind": REVIEW, "projectId": project_id})
    assert refused.status_code == 400


def test_its_token_follows_from_a_secret(store, make):
    link = make(secret=b"x" * 32)

    assert service.find_new(store, b"x" * 32) == link
    with pytest.raises(ExistsError):
        make(secret=b"x" * 32)


def test_of_simultaneous_revocations_one_succeeds(store, make):
    link = make(INVITATION)

    def take() -> bool:
        try:
            project_links.delete(store, INVITATION, link.id)
        except NotFoundError:
            return False
        return True

    assert sorted(at_once([take] * 4)) == [False, False, False, True]


def test_change_and_delete_check_the_kind(store, make):
    link = make()

    project_links.change(store, REVIEW, link.id, lambda each: each.update(name="New"))

    assert project_links.find(store, REVIEW, link.id)["name"] == "New"
    for action in (project_links.find, project_links.delete):
        with pytest.raises(NotFoundError):
            action(store, INVITATION, link.id)
    with pytest.raises(NotFoundError):
        project_links.change(store, INVITATION, link.id, dict.clear)


def test_number_is_limited_apart_from_other_links(make, monkeypatch):
    monkeypatch.setattr(service, "MAX_LINKS", 1)
    make()
    make(INVITATION)

    with pytest.raises(ConflictError, match="Too many links"):
        make()


def test_kinds_have_one_store_each_with_its_path():
    assert set(LINK_KINDS) | set(PROJECT_LINK_KINDS) == set(PATHS)
    assert UPLOAD in LINK_KINDS


@pytest.mark.parametrize(
    "damage",
    [
        {"id": 5},
        {"userId": None},
        {"hash": []},
        {"target": 5},
        {"target": {}},
        {"expiresAt": "never"},
    ],
)
def test_a_damaged_link_opens_nothing_and_hides_no_other(ana, project, store, damage):
    made, other = (ana.create(f"{project}/invitations", {"role": "viewer"}) for _ in range(2))
    path = store.root / "links" / made["id"] / "link.json"
    path.write_bytes(orjson.dumps({**orjson.loads(path.read_bytes()), **damage}))

    listed = ana.show(f"{project}/members")["invitations"]
    assert [each["id"] for each in listed] == [other["id"]]
    assert ana.show("/api/invitations") == []
    token = made["url"].rpartition("/")[2]
    assert ana.get(f"/api/invitations/{token}").status_code == 404
    service.delete_expired(store)
    assert path.exists()
